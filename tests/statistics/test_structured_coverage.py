"""How often the intervals of spans, shapes and texts hold the value for infinitely many tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from assay.agreement.shapes import Box, ShapeTable, object_agreement
from assay.agreement.spans import SpanTable, span_alpha, span_f1, unitizing_alpha
from assay.agreement.structured import StructuredAgreement
from assay.agreement.text import TextTable, text_agreement

Metric = Callable[[Any], StructuredAgreement]
LENGTH = 210
SPAN_METRICS: dict[str, Metric] = {
    "F1": span_f1,
    "overlap F1": lambda table: span_f1(table, match="overlap"),
    "alpha": span_alpha,
    "unitizing alpha": unitizing_alpha,
}


@dataclass(frozen=True)
class Markers:
    """Annotators who find each true span with probability ``hit`` (easier and harder texts), move its end with

    probability ``moves``, and mark something else now and then.
    """

    n_annotators: int
    hit: float
    moves: float

    def table(self, rng: np.random.Generator, n_tasks: int) -> SpanTable:
        """One sample of texts."""
        tasks, annotators, answers = [], [], []
        for task in range(n_tasks):
            starts = rng.choice(np.arange(0, 200, 10), min(int(rng.poisson(4)), 20), replace=False)
            hit = 1 / (1 + np.exp(-(np.log(self.hit / (1 - self.hit)) + rng.normal(0, 0.8))))
            for annotator in range(self.n_annotators):
                found = starts[rng.random(len(starts)) < hit]
                spans = [(int(start), int(start) + 6 + int(rng.random() < self.moves), "x") for start in found]
                if rng.random() < 0.3:
                    place = int(rng.integers(0, 190))
                    spans.append((place, place + 5, "x"))
                tasks.append(task)
                annotators.append(annotator)
                answers.append(spans)
        return SpanTable.from_arrays(tasks, annotators, answers, lengths=dict.fromkeys(tasks, LENGTH))


def shapes_table(rng: np.random.Generator, n_tasks: int) -> ShapeTable:
    """Two annotators who draw each of a few boxes with some shift, and miss some."""
    rows: list[tuple[int, str, list[Box]]] = []
    for task in range(n_tasks):
        n, hit = int(rng.poisson(3)), rng.beta(8, 2)
        for annotator in "ab":
            shift = rng.normal(0, 3, (n, 2))
            drawn = [Box(40 * k + x, y, 40 * k + x + 20, y + 20, "c") for k, (x, y) in enumerate(shift)]
            rows.append((task, annotator, [box for box in drawn if rng.random() < hit]))
    return ShapeTable.from_arrays(*zip(*rows, strict=True))


def text_table(rng: np.random.Generator, n_tasks: int) -> TextTable:
    """Two annotators who write ten letters, some of them wrong."""
    rows: list[tuple[int, str, str]] = []
    for task in range(n_tasks):
        true, wrong = rng.integers(0, 20, 10), rng.beta(1, 4)
        for annotator in "ab":
            letters = np.where(rng.random(10) < wrong, rng.integers(0, 20, 10), true)
            rows.append((task, annotator, "".join(chr(97 + letter) for letter in letters)))
    return TextTable.from_arrays(*zip(*rows, strict=True))


def coverage(metric: Metric, make: Callable[[np.random.Generator, int], Any], n_tasks: int, n: int, big: int) -> float:
    """The share of ``n`` samples whose interval holds the value of a very large one."""
    true = metric(make(np.random.default_rng(99), big)).value
    assert true is not None
    held = 0
    for seed in range(n):
        overall = metric(make(np.random.default_rng(seed), n_tasks)).overall
        assert overall.low is not None and overall.high is not None
        held += overall.low <= true <= overall.high
    return held / n


@pytest.mark.parametrize("metric", SPAN_METRICS.values(), ids=SPAN_METRICS.keys())
def test_intervals_of_spans_hold(metric: Metric) -> None:
    found = coverage(metric, Markers(2, 0.8, 0.3).table, n_tasks=20, n=80, big=500)
    assert 0.89 <= found <= 0.99  # 80 samples: 95 % give or take two and a half standard errors


@pytest.mark.parametrize("measure", ["f1", "matched_similarity", "quality"])
def test_intervals_of_shapes_hold(measure: Any) -> None:
    found = coverage(lambda table: object_agreement(table, measure=measure), shapes_table, n_tasks=20, n=80, big=1000)
    assert 0.89 <= found <= 0.99


@pytest.mark.parametrize("measure", ["chrf", "edit"])
def test_intervals_of_texts_hold(measure: Any) -> None:
    found = coverage(lambda table: text_agreement(table, measure=measure), text_table, n_tasks=20, n=80, big=1500)
    assert 0.89 <= found <= 0.99


def test_perfect_agreement_is_not_a_point() -> None:
    tasks = [task for task in range(12) for _ in "ab"]
    table = SpanTable.from_arrays(tasks, list("ab") * 12, [[(0, 4)]] * 24)
    overall = span_f1(table).overall
    assert overall.value == overall.high == 1.0 and overall.low is not None and 0.5 < overall.low < 0.9


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("n_tasks", [20, 60])
@pytest.mark.parametrize("markers", [Markers(2, 0.8, 0.3), Markers(3, 0.6, 0.5), Markers(2, 0.95, 0.05)], ids=str)
def test_intervals_of_spans_hold_in_many_designs(markers: Markers, n_tasks: int) -> None:
    for name, metric in SPAN_METRICS.items():
        # Three standard errors of 150 samples under 93 %: texts differ in difficulty, and the truth is a sample too.
        assert 0.87 <= coverage(metric, markers.table, n_tasks, n=150, big=2000) <= 0.995, name
