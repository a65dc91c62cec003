"""Spans: the worked example of the book, and the numbers of the packages that people use."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest

from assay.agreement.spans import SpanTable, span_alpha, span_errors, span_f1, unitizing_alpha

# Krippendorff (2004), Content analysis, 2nd edition, p. 254; places from the start of the continuum (150 there).
BOOK = {
    "i": [(75, 145, "c"), (220, 250, "c"), (30, 90, "k"), (150, 200, "k")],
    "j": [(70, 150, "c"), (205, 225, "c"), (250, 270, "c"), (30, 90, "k"), (150, 200, "k")],
}

# seqeval 1.2.2: f1_score(y, z) = 0.6 and classification_report(y, z), with y and z as BIO in tokens:
# y = [[B-PER I-PER O B-LOC O B-LOC] [O B-PER O] [B-ORG I-ORG I-ORG O]]
# z = [[B-PER I-PER O B-ORG O B-LOC] [B-PER I-PER O] [B-ORG I-ORG I-ORG O]]
SEQEVAL_Y = [[(0, 2, "PER"), (3, 4, "LOC"), (5, 6, "LOC")], [(1, 2, "PER")], [(0, 3, "ORG")]]
SEQEVAL_Z = [[(0, 2, "PER"), (3, 4, "ORG"), (5, 6, "LOC")], [(0, 2, "PER")], [(0, 3, "ORG")]]


def two(ann: list[object], ben: list[object], length: float | None = None) -> SpanTable:
    """Task i has the i-th answer of both."""
    tasks = [f"t{i}" for i in range(len(ann))]
    lengths = None if length is None else dict.fromkeys(tasks, length)
    return SpanTable.from_arrays(tasks * 2, ["ann"] * len(ann) + ["ben"] * len(ben), ann + ben, lengths=lengths)


def test_unitizing_alpha_of_the_book() -> None:
    result = unitizing_alpha(two([BOOK["i"]], [BOOK["j"]], 300))
    by_label = {row.label: row.estimate.value for row in result.by_label}
    assert by_label["c"] == pytest.approx(0.7286, abs=5e-5)
    assert by_label["k"] == 1.0
    # The book divides numbers that it has rounded to four places (0.0144, 0.0532, 0.0490) and so gets 0.8591.
    assert result.value == pytest.approx(1 - 0.014444 / (0.053222 + 0.048979), abs=1e-4)
    assert result.overall.interval_reason == "one task cannot show how much tasks differ"
    perfect = unitizing_alpha(two([BOOK["i"], BOOK["j"]], [BOOK["i"], BOOK["j"]], 300)).overall
    assert perfect.value == 1.0 and perfect.low is None and "do not differ" in str(perfect.interval_reason)


def test_exact_f1_of_two_annotators_is_that_of_seqeval() -> None:
    result = span_f1(two(list(SEQEVAL_Y), list(SEQEVAL_Z)))
    assert result.value == pytest.approx(0.6, abs=1e-9)
    by_label = {row.label: row.estimate.value for row in result.by_label}
    assert by_label == pytest.approx({"LOC": 2 / 3, "ORG": 2 / 3, "PER": 0.5}, abs=1e-9)


def test_overlap_is_one_to_one() -> None:
    """One long span does not match two short ones (a count that is too high in overlap scores without matching)."""
    table = two([[(0, 10, "x")]], [[(0, 5, "x"), (5, 10, "x")]])
    assert span_f1(table, match="overlap", threshold=0.5).value == pytest.approx(2 / 3)


def test_overlap_matches_as_many_as_possible() -> None:
    # Taking the best pair first, (0, 10) with (1, 11), would leave both others alone.
    table = two([[(0, 10, "x"), (5, 15, "x")]], [[(4, 11, "x"), (8, 16, "x")]])
    assert span_f1(table, match="overlap", threshold=0.25).value == 1.0


@pytest.mark.parametrize("seed", range(5))
def test_alpha_by_place_is_that_of_krippendorff_on_every_character(seed: int) -> None:
    rng = np.random.default_rng(seed)
    length, n_annotators, n_tasks = 60, 3, 4
    rows: list[tuple[str, str, list[tuple[int, int, str]]]] = []
    places: list[np.ndarray] = []
    for task in range(n_tasks):
        values = np.zeros((n_annotators, length))
        for annotator in range(n_annotators):
            spans = []
            for label, code in (("a", 1), ("b", 2)):
                start = int(rng.integers(0, length - 10)) if code == 1 else int(rng.integers(length - 9, length - 1))
                end = start + int(rng.integers(1, 9))
                end = min(end, length - 10) if code == 1 and end > length - 10 else min(end, length)
                spans.append((start, end, label))
                values[annotator, start:end] = code
            rows.append((f"t{task}", f"a{annotator}", spans))
        places.append(values)
    tasks, annotators, spans_given = (list(column) for column in zip(*rows, strict=True))
    lengths = {f"t{task}": length for task in range(n_tasks)}
    ours = span_alpha(SpanTable.from_arrays(tasks, annotators, spans_given, lengths=lengths))
    theirs = krippendorff.alpha(reliability_data=np.concatenate(places, axis=1), level_of_measurement="nominal")
    assert ours.value == pytest.approx(theirs, abs=1e-9)
    for row, code in zip(ours.by_label, (1, 2), strict=True):
        binary = np.concatenate(places, axis=1) == code
        expected = krippendorff.alpha(reliability_data=binary.astype(float), level_of_measurement="nominal")
        assert row.estimate.value == pytest.approx(expected, abs=1e-9)


def test_errors_are_told_apart() -> None:
    ann = [(0, 4, "x"), (10, 14, "x"), (20, 24, "x"), (30, 34, "x"), (40, 44, "x")]
    ben = [(0, 4, "x"), (10, 15, "x"), (20, 24, "y"), (31, 35, "y"), (50, 54, "x")]
    errors = span_errors(two([ann], [ben]))
    assert {share.kind: share.n for share in errors.shares} == {
        "none": 1,
        "boundary": 1,
        "label": 1,
        "boundary_and_label": 1,
        "one_only": 2,
    }
    assert sum(share.share.value or 0.0 for share in errors.shares) == pytest.approx(1.0)
    assert (errors.start_moved, errors.end_moved) == (1, 2)
    assert errors.confusions == (("x", "y", 2),)
