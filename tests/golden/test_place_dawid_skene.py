"""The model of places: against the same equations character by character, and on crowds of known skill."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from assay.aggregation.spans import place_dawid_skene, place_vote, spans_to_bio
from assay.agreement.spans import SpanTable

LENGTH = 60
Row = tuple[str, str, list[tuple[int, int, str]]]


def table_of(rows: list[Row], scale: int = 1) -> SpanTable:
    """Texts of 60 places, or of that many times ``scale``."""
    answers = [[(start * scale, end * scale, label) for start, end, label in row[2]] for row in rows]
    lengths = dict.fromkeys((row[0] for row in rows), LENGTH * scale)
    return SpanTable.from_arrays([row[0] for row in rows], [row[1] for row in rows], answers, lengths=lengths)


def crowd(
    seed: int, hits: list[float], n_tasks: int = 30, vain: float = 0.3, everything: int = 1
) -> tuple[list[Row], dict[str, set[int]]]:
    """Annotators with their own probability to find a span; some more mark the whole text."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    truth: dict[str, set[int]] = {}
    for task in range(n_tasks):
        starts = rng.choice(np.arange(0, LENGTH, 10), 3, replace=False)
        truth[f"t{task}"] = {int(start) + place for start in starts for place in range(6)}
        for annotator, hit in enumerate(hits):
            spans = [(int(s), int(s) + 6 + int(rng.integers(-1, 2)), "x") for s in starts if rng.random() < hit]
            if rng.random() < vain:
                place = int(rng.integers(0, LENGTH - 6))
                spans.append((place, place + 6, "x"))
            rows.append((f"t{task}", f"a{annotator}", spans))
        rows += [(f"t{task}", f"all{k or ''}", [(0, LENGTH, "x")]) for k in range(everything)]
    return rows, truth


def f1(decisions: Any, truth: dict[str, set[int]]) -> float:
    """Of places."""
    both = total = 0
    for decision in decisions:
        found = {place for span in decision.value for place in range(int(span.start), int(span.end))}
        both += len(found & truth[decision.task])
        total += len(found) + len(truth[decision.task])
    return 2 * both / total


def test_it_is_a_loop_over_places() -> None:
    rows, _ = crowd(1, [0.9, 0.7, 0.5], n_tasks=4)
    tasks, names = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    marks = {(t, a): {p for start, end, _ in spans for p in range(start, end)} for t, a, spans in rows}
    lengths = [end - start for _, _, spans in rows for start, end, _ in spans]
    unit = len(lengths) / sum(lengths)
    w = {(t, p): float(np.mean([p in marks[t, a] for a in names])) for t in tasks for p in range(LENGTH)}
    for _ in range(300):
        rates = {}
        for kind in (True, False):
            weight = {key: unit * (value if kind else 1 - value) for key, value in w.items()}
            top = {a: sum(weight[t, p] for t in tasks for p in marks[t, a]) for a in names}
            bottom = sum(weight.values())
            crowd_rate = (sum(top.values()) + 0.5) / (bottom * len(names) + 1)
            rates[kind] = {a: (top[a] + 4 * crowd_rate) / (bottom + 4) for a in names}
        share = (unit * sum(w.values()) + 0.5) / (unit * len(w) + 1)
        for t, p in w:
            yes, no = share, 1 - share
            for a in names:
                marked = p in marks[t, a]
                yes *= rates[True][a] if marked else 1 - rates[True][a]
                no *= rates[False][a] if marked else 1 - rates[False][a]
            w[t, p] = yes / (yes + no)
    for decision in place_dawid_skene(table_of(rows)):
        found = {place for span in decision.value or () for place in range(int(span.start), int(span.end))}
        assert found == {p for p in range(LENGTH) if w[str(decision.task), p] >= 0.5}
        loss = sum(min(w[str(decision.task), p], 1 - w[str(decision.task), p]) for p in range(LENGTH))
        assert decision.expected_loss == pytest.approx(loss, abs=1e-5)


FIND_LITTLE = ([0.5, 0.5, 0.4, 0.4, 0.3, 0.3], 0)
MARK_EVERYTHING = ([0.8, 0.7, 0.7], 3)


@pytest.mark.parametrize(("hits", "everything"), [FIND_LITTLE, MARK_EVERYTHING])
def test_it_beats_voting_where_rates_are_not_alike(hits: list[float], everything: int) -> None:
    ours, voted = [], []
    for seed in range(5):
        rows, truth = crowd(seed, hits, vain=0.1, everything=everything)
        ours.append(f1(place_dawid_skene(table_of(rows)), truth))
        voted.append(f1(place_vote(table_of(rows)), truth))
    assert np.mean(ours) > np.mean(voted) + 0.05, (ours, voted)


def test_characters_and_tokens_give_the_same() -> None:
    rows, _ = crowd(3, [0.9, 0.7, 0.5], n_tasks=5)
    for one, ten in zip(place_dawid_skene(table_of(rows)), place_dawid_skene(table_of(rows, scale=10)), strict=True):
        assert one.value is not None and ten.value is not None
        assert [(s.start * 10, s.end * 10) for s in one.value] == [(s.start, s.end) for s in ten.value]
        assert [s.support for s in one.value] == pytest.approx([s.support for s in ten.value], abs=1e-6)


def test_rows_and_names_decide_nothing() -> None:
    rows, _ = crowd(4, [0.9, 0.7, 0.5], n_tasks=6)
    found = [decision.value for decision in place_dawid_skene(table_of(rows))]
    shuffled = random.Random(2).sample(rows, len(rows))
    assert [decision.value for decision in place_dawid_skene(table_of(shuffled))] == found
    renamed = {"a0": "z", "a1": "y", "a2": "x", "all": "w"}
    other = [decision.value for decision in place_dawid_skene(table_of([(t, renamed[a], s) for t, a, s in rows]))]
    for one, two in zip(found, other, strict=True):
        assert [(s.start, s.end) for s in one or ()] == [(s.start, s.end) for s in two or ()]


def test_two_labels_never_overlap() -> None:
    rng = np.random.default_rng(6)
    rows: list[Row] = []
    for task in range(8):
        for annotator in range(4):
            starts = rng.choice(np.arange(0, LENGTH - 12, 4), 4, replace=False)
            spans = [(int(s), int(s + rng.integers(2, 9)), str(rng.choice(["x", "y"]))) for s in starts]
            rows.append((f"t{task}", f"a{annotator}", spans))
    for decision in place_dawid_skene(table_of(rows)):
        assert len(spans_to_bio(decision.value or (), LENGTH)) == LENGTH


def test_nothing_marked_and_nothing_answered() -> None:
    found = place_dawid_skene(table_of([("t", "a", []), ("t", "b", [])]))["t"]
    assert (found.value, found.confidence, found.expected_loss) == ((), 1.0, 0.0)
    missing = SpanTable.from_arrays(["t", "u"], ["a", "a"], [None, [(0, 3, "x")]], lengths={"u": 10})
    assert place_dawid_skene(missing)["t"].reason == "no annotator answered"
    with pytest.raises(ValueError, match="lengths has nothing for task 't'"):
        place_dawid_skene(SpanTable.from_arrays(["t"], ["a"], [[(0, 3)]]))
    with pytest.raises(ValueError, match="least is 0"):
        place_dawid_skene(missing, least=0)
