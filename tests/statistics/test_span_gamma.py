"""Gamma: the alignment is the best of all, chance is chance, and when time is over that is said."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest

from assay.agreement.spans import NoAlignment, Span, SpanTable, alignment, best_alignment, gamma, span_gamma
from assay.agreement.spans.alignment import LabelDistance

Answers = list[tuple[Span, ...]]


def crowd(rng: np.random.Generator, n_annotators: int, n_spans: int, length: int = 60) -> Answers:
    """Annotators who mark at random, close enough together to overlap."""
    answers: Answers = []
    for _ in range(n_annotators):
        starts = rng.integers(0, length - 8, int(rng.integers(0, n_spans + 1)))
        found = {Span(int(s), int(s + rng.integers(1, 8)), str(rng.choice(["x", "y"]))) for s in starts}
        answers.append(tuple(sorted(found)))
    return answers


def table_of(texts: list[Answers], length: int = 60) -> SpanTable:
    """One task a text."""
    rows = [(f"t{t}", f"a{a}", list(spans)) for t, answers in enumerate(texts) for a, spans in enumerate(answers)]
    lengths = {f"t{t}": length for t in range(len(texts))}
    return SpanTable.from_arrays(*map(list, zip(*rows, strict=True)), lengths=lengths)


def partitions(spans: list[tuple[int, Span]]) -> Iterator[list[list[tuple[int, Span]]]]:
    """Every way to put the spans into groups of at most one of each annotator."""
    if not spans:
        yield []
        return
    first, *rest = spans
    for parts in partitions(rest):
        yield [[first], *parts]
        for k, part in enumerate(parts):
            if all(who != first[0] for who, _ in part):
                yield [*parts[:k], [first, *part], *parts[k + 1 :]]


def disorder(groups: list[list[tuple[int, Span]]], n: int, alpha: float, beta: float, delta: float) -> float:
    """By the definition: a pair with a missing span costs delta."""
    total, n_pairs = 0.0, n * (n - 1) / 2
    for group in groups:
        of_pairs = 0.0
        for (_, a), (_, b) in combinations(group, 2):
            place = ((abs(a.start - b.start) + abs(a.end - b.end)) / (a.length + b.length)) ** 2
            of_pairs += delta * (alpha * place + beta * (a.label != b.label))
        missing = n_pairs - len(group) * (len(group) - 1) / 2
        total += (of_pairs + delta * missing) / n_pairs
    return total * n / sum(len(group) for group in groups)


@pytest.mark.parametrize("n_annotators", [2, 3, 4])
@pytest.mark.parametrize("seed", range(6))
def test_the_alignment_is_the_best_of_all(n_annotators: int, seed: int) -> None:
    rng = np.random.default_rng([seed, n_annotators])
    alpha, beta, delta = [(1.0, 1.0, 1.0), (3.0, 1.0, 1.0), (1.0, 2.0, 0.5), (0.3, 0.0, 2.0)][seed % 4]
    answers = crowd(rng, n_annotators, {2: 4, 3: 3, 4: 2}[n_annotators], length=20)
    every = [(who, span) for who, spans in enumerate(answers) for span in spans]
    if not every:
        assert best_alignment(answers).groups == ()
        return
    least = min(disorder(groups, n_annotators, alpha, beta, delta) for groups in partitions(every))
    found = best_alignment(answers, alpha=alpha, beta=beta, delta_empty=delta)
    assert found.disorder == pytest.approx(least, abs=1e-9)
    groups = [[(who, span) for who, span in enumerate(group) if span is not None] for group in found.groups]
    assert sorted(span for group in groups for span in group) == sorted(every)
    assert disorder(groups, n_annotators, alpha, beta, delta) == pytest.approx(least, abs=1e-9)


def test_a_distance_of_labels_is_used() -> None:
    steps = [(Span(0, 4, 1),), (Span(0, 4, 2),), (Span(0, 4, 3),)]
    found = best_alignment(steps, distance=lambda a, b: abs(int(str(a)) - int(str(b))) / 4)
    assert found.disorder == pytest.approx((0.25 + 0.5 + 0.25) / 3)
    wrong: dict[str, LabelDistance] = {
        "gives nan": lambda a, b: float("nan"),
        "gives 0.5 for 1 and itself": lambda a, b: 0.5,
        "give one number of at least 0": lambda a, b: float(str(a)) - float(str(b)),
    }
    for said, bad in wrong.items():
        with pytest.raises(ValueError, match=said):
            best_alignment(steps, distance=bad)


def test_annotators_who_mark_at_random_have_gamma_0() -> None:
    rng = np.random.default_rng(5)
    texts = [crowd(rng, 3, 6) for _ in range(60)]
    found = span_gamma(table_of(texts), seed=1)
    assert found.overall.low is not None and found.overall.high is not None
    assert found.overall.low < 0.02 and found.overall.high > -0.02
    assert found.value == pytest.approx(0.0, abs=0.08)


def test_more_disorder_is_a_lower_gamma() -> None:
    rng = np.random.default_rng(2)
    true = [[Span(8 * k, 8 * k + 5, "xy"[int(rng.integers(2))]) for k in range(7)] for _ in range(12)]

    def moved(span: Span, most: int) -> Span:
        by = int(rng.integers(-most, most + 1))
        return Span(max(span.start + by, 0), span.end + max(by, -span.start), span.label)

    values = []
    for most in (0, 1, 2, 4):
        texts = [[tuple(sorted({moved(span, most) for span in one})) for _ in range(2)] for one in true]
        values.append(span_gamma(table_of(texts), seed=1).value)
    assert values[0] == 1.0
    assert all(a is not None and b is not None and a > b + 0.02 for a, b in pairwise(values))


def test_only_the_seed_and_what_was_marked_decide() -> None:
    rng = np.random.default_rng(3)
    texts = [crowd(rng, 3, 5) for _ in range(4)]
    first = span_gamma(table_of(texts), seed=7, precision=0.05)
    assert first.value is not None
    assert first.as_dict() == span_gamma(table_of(texts), seed=7, precision=0.05).as_dict()
    assert span_gamma(table_of(texts), seed=8, precision=0.05).value != first.value
    # Twice the same texts: the same value, and no more random annotations, for they would be the same.
    twice = span_gamma(table_of(texts + texts), seed=7, precision=0.05)
    assert twice.value == pytest.approx(first.value, abs=1e-12)
    assert twice.n_samples == first.n_samples
    # The unit of the disorder does not matter.
    halved = span_gamma(table_of(texts), seed=7, precision=0.05, delta_empty=0.5)
    assert halved.value == pytest.approx(first.value, abs=1e-9)


def test_one_text_is_the_ratio_of_the_two_disorders() -> None:
    found = span_gamma(table_of([crowd(np.random.default_rng(11), 3, 6)]), seed=1, precision=0.01)
    assert found.observed_disorder is not None and found.expected_disorder is not None
    assert found.value == pytest.approx(1 - found.observed_disorder / found.expected_disorder, abs=1e-12)
    assert found.overall.interval_reason == "one task cannot show how much tasks differ"
    assert found.n_samples > 100 and found.is_precise


def test_when_time_is_over_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_of([crowd(np.random.default_rng(k), 3, 6) for k in range(3)])
    clock = iter(range(10_000))
    monkeypatch.setattr(gamma, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(alignment, "monotonic", lambda: 0.0)
    none = span_gamma(table, seed=1, time_budget_seconds=15)
    assert none.value is None and none.n_samples == 0 and not none.is_precise
    assert none.reason is not None and "too few random annotations" in none.reason
    assert "time_budget_seconds is 15" in none.reason
    clock = iter(range(10_000))
    some = span_gamma(table, seed=1, time_budget_seconds=60, precision=0.001)
    assert some.value is not None and not some.is_precise
    assert some.precision is not None and 0.001 < some.precision < 0.3 and 30 <= some.n_samples <= 60
    clock = iter(range(10_000))
    assert "best alignment was not found" in str(span_gamma(table, seed=1, time_budget_seconds=1e-9).reason)


def test_too_many_possible_groups_are_a_reason() -> None:
    crowded = [tuple(Span(k, k + 40, "x") for k in range(40)) for _ in range(5)]
    with pytest.raises(NoAlignment, match="more than 400,000 possible groups"):
        best_alignment(crowded)
    found = span_gamma(table_of([crowded], length=100), seed=1)
    assert found.value is None and "more than 400,000 possible groups of spans in a task" in str(found.reason)
    assert "time_budget" not in str(found.reason)


def test_wrong_arguments_are_named() -> None:
    table = table_of([crowd(np.random.default_rng(1), 2, 3)])
    wrong: dict[str, dict[str, Any]] = {
        "alpha is -1": {"alpha": -1},
        "beta is inf": {"beta": float("inf")},
        "both 0": {"alpha": 0, "beta": 0},
        "delta_empty is 0": {"delta_empty": 0},
        "precision is 2": {"precision": 2},
        "time_budget_seconds is 0": {"time_budget_seconds": 0},
        "seed is True": {"seed": True},
        "level is 95": {"level": 95},
    }
    for said, options in wrong.items():
        with pytest.raises(ValueError, match=said):
            span_gamma(table, **({"seed": 1} | options))
    with pytest.raises(ValueError, match="at least two annotators"):
        best_alignment([()])


def test_intervals_of_gamma_hold() -> None:
    """Texts of a known crowd: how often the interval over 15 of them holds the gamma of very many."""
    assert 0.86 <= coverage(n_tasks=15, n=60, big=400) <= 1.0


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("n_tasks", [10, 30])
def test_intervals_of_gamma_hold_in_more_samples(n_tasks: int) -> None:
    assert 0.91 <= coverage(n_tasks=n_tasks, n=400, big=3000) <= 0.985


def coverage(n_tasks: int, n: int, big: int) -> float:
    """Two annotators with some skill on texts that differ in difficulty."""

    def texts(rng: np.random.Generator, n_texts: int) -> SpanTable:
        found = []
        for _ in range(n_texts):
            starts = np.sort(rng.choice(11, int(rng.integers(2, 7)), replace=False)) * 5
            hit, move = rng.beta(8, 2), rng.uniform(0.0, 0.7)
            answers: Answers = []
            for _ in range(2):
                kept = starts[rng.random(len(starts)) < hit]
                places = [(int(s), int(s + 3 + (rng.random() < move))) for s in kept]
                answers.append(tuple(Span(a, b, "xy"[int(a % 2 == (rng.random() < 0.2))]) for a, b in places))
            found.append(answers)
        return table_of(found)

    true = span_gamma(texts(np.random.default_rng(99), big), seed=1, precision=0.01).value
    assert true is not None
    held = 0
    for seed in range(n):
        overall = span_gamma(texts(np.random.default_rng(seed), n_tasks), seed=seed, precision=0.1).overall
        assert overall.low is not None and overall.high is not None
        held += overall.low <= true <= overall.high
    return held / n
