"""Gamma beside pygamma-agreement 0.5.9: the same best alignment, and gamma as far as two random samples can agree.

Recipe (in an environment with pygamma-agreement; it is too heavy to be locked here): a Continuum with the spans below,
``CombinedCategoricalDissimilarity(alpha, beta, delta_empty)``, ``continuum.get_best_alignment(d).disorder``, and
``compute_gamma(d, n_samples=300, sampler=ShuffleContinuumSampler("int_pivot")).gamma`` with seed 1. It computes in 32
bits, hence 1e-6. Its sampler forgets some of the distances already taken when there are three annotators or more, which
makes chance 1 % better than the paper's; that is within what is allowed here.
"""

from __future__ import annotations

import pytest

from assay.agreement.spans import Span, SpanTable, best_alignment, span_gamma

Marked = list[tuple[int, int, str]]

TWO: list[Marked] = [
    [(0, 3, "x"), (3, 10, "y"), (7, 11, "z"), (24, 30, "z"), (27, 34, "y"), (44, 51, "y"), (76, 77, "z")],
    [(0, 5, "x"), (6, 10, "z"), (24, 31, "z"), (26, 32, "y"), (47, 51, "y"), (57, 64, "z"), (77, 81, "z")],
]
THREE: list[Marked] = [
    [(0, 3, "x"), (5, 6, "y"), (10, 17, "y"), (48, 49, "x"), (65, 74, "y")],
    [(3, 4, "y"), (11, 16, "y"), (43, 51, "z"), (48, 49, "x"), (67, 75, "y"), (85, 89, "z")],
    [(41, 49, "z"), (46, 49, "x"), (65, 73, "x"), (86, 90, "x")],
]
HEAVY: list[Marked] = [
    [(0, 3, "x"), (11, 18, "z"), (24, 28, "y"), (24, 32, "x"), (38, 47, "x"), (74, 80, "x"), (75, 80, "x")],
    [(9, 17, "z"), (23, 29, "y"), (27, 34, "x"), (37, 45, "y"), (71, 79, "x"), (76, 78, "x")],
    [(9, 16, "x"), (28, 35, "x"), (39, 46, "x"), (73, 79, "x")],
]
FOUR: list[Marked] = [
    [(0, 3, "x"), (18, 19, "x"), (19, 26, "z"), (72, 74, "z")],
    [(17, 20, "x"), (20, 26, "y"), (72, 77, "z")],
    [(5, 14, "y"), (14, 20, "x"), (20, 25, "y"), (73, 76, "z")],
    [(9, 14, "y"), (18, 19, "x"), (23, 26, "y"), (74, 75, "z")],
]
DENSE: list[Marked] = [
    [
        (0, 3, "x"),
        (32, 39, "x"),
        (38, 41, "y"),
        (39, 48, "z"),
        (49, 52, "z"),
        (58, 65, "z"),
        (87, 91, "x"),
        (87, 93, "y"),
    ],
    [
        (31, 37, "z"),
        (31, 40, "y"),
        (35, 41, "x"),
        (39, 43, "y"),
        (40, 47, "z"),
        (50, 54, "z"),
        (57, 69, "z"),
        (90, 93, "z"),
    ],
    [
        (30, 37, "z"),
        (33, 41, "x"),
        (40, 44, "z"),
        (40, 48, "z"),
        (47, 52, "x"),
        (50, 52, "x"),
        (58, 69, "x"),
        (84, 88, "z"),
        (90, 94, "z"),
    ],
]
# spans, alpha, the peer's disorder, the peer's gamma
PEER = [
    (TWO, 1.0, 0.46550742, 0.657136),
    (THREE, 1.0, 1.1166587, 0.432459),
    (HEAVY, 3.0, 0.80864114, 0.574810),
    (FOUR, 1.0, 0.8256373, 0.656071),
    (DENSE, 1.0, 0.96216226, 0.449057),
]
TIGHT: list[Marked] = [
    [(0, 3, "x"), (63, 72, "y"), (81, 84, "y"), (86, 87, "y"), (86, 90, "z")],
    [(46, 50, "y"), (63, 71, "z"), (78, 83, "x"), (84, 89, "y"), (86, 87, "z")],
    [(44, 48, "y"), (65, 72, "z"), (77, 87, "x"), (83, 86, "y"), (86, 89, "x")],
]


def spans(marked: list[Marked]) -> list[tuple[Span, ...]]:
    """The answers of the annotators."""
    return [tuple(Span(*span) for span in one) for one in marked]


@pytest.mark.parametrize(("marked", "alpha", "disorder", "gamma"), PEER)
def test_gamma_is_that_of_pygamma_agreement(marked: list[Marked], alpha: float, disorder: float, gamma: float) -> None:
    assert best_alignment(spans(marked), alpha=alpha).disorder == pytest.approx(disorder, abs=1e-6)
    names = [f"a{k}" for k in range(len(marked))]
    found = span_gamma(SpanTable.from_arrays(["t"] * len(marked), names, marked), seed=1, alpha=alpha)
    assert found.observed_disorder == pytest.approx(disorder, abs=1e-6)
    assert found.is_precise and found.precision is not None and found.precision <= 0.02
    assert found.value == pytest.approx(gamma, abs=0.03)


def test_the_peer_does_not_scale_labels_by_delta_empty() -> None:
    """With delta_empty 0.5 it takes 1 for another label where the paper has 0.5: its disorder is that of beta = 4."""
    ours = best_alignment(spans(TIGHT), beta=2.0, delta_empty=0.5).disorder
    assert best_alignment(spans(TIGHT), beta=4.0, delta_empty=0.5).disorder == pytest.approx(0.7485185, abs=1e-6)
    assert ours == pytest.approx(0.5 * best_alignment(spans(TIGHT), beta=2.0).disorder, abs=1e-9)
    assert ours < 0.7485
