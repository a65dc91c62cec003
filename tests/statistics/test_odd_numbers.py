"""Small tables of awkward numbers: nothing warns, nothing is NaN, no interval collapses, whatever the metric."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import pytest

from assay.agreement import (
    METRICS,
    Agreement,
    LabelTable,
    Metric,
    Scale,
    ambiguity,
    annotator_bias,
    compare,
    label_confusion,
)

POOLS: list[list[float]] = [
    [0, 1], [0, 0.5, 1e6], [-1, 1, 2], [1, 2, 3, 4, 5], [1e9, 1e9 + 1], [0.0], [1e-12, 2e-12], [-1e100, 1e100],
]  # fmt: skip
CASES = [(m, scale) for m in METRICS for scale in m.card.scales if scale != "set"]


def tables(seed: int, n: int, nonnegative: bool) -> list[LabelTable]:
    rng = np.random.default_rng(seed)
    found: list[LabelTable] = []
    while len(found) < n:
        pool = POOLS[rng.integers(len(POOLS))]
        if nonnegative and min(pool) < 0:
            continue
        shape = rng.integers(1, 9), rng.integers(1, 5)
        task, who = np.nonzero(rng.random(shape) < 0.75)
        labels = rng.choice(pool, len(task)).tolist()
        weights = rng.uniform(1, 9, len(task)).tolist() if rng.random() < 0.3 else None
        found.append(LabelTable.from_arrays(task, who, labels, weights=weights).on_circle(7))
    return found


def check(found: Agreement) -> None:
    numbers: list[Any] = [found.value, found.low, found.high, found.standard_error, found.observed, found.expected]
    assert all(each is None or (type(each) is float and np.isfinite(each)) for each in numbers), found
    assert (found.value is None) == (found.reason is not None)
    if found.value is not None and found.low is not None and found.high is not None:
        assert found.low < found.high and found.low <= found.value <= found.high, found
    if found.value is not None and found.low is None:
        assert found.interval_reason


@pytest.mark.parametrize(("metric", "scale"), CASES, ids=[f"{metric.id}-{scale}" for metric, scale in CASES])
def test_every_number_is_a_number_or_has_a_reason(metric: Metric, scale: Scale) -> None:
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        for place, table in enumerate(tables(1, 120, scale == "ratio")):
            check(metric(table, scale=scale))
            if place % 20 == 0:
                json.dumps(compare(table, table, metric, scale=scale).as_dict(), allow_nan=False)


def test_taking_apart_never_fails_either() -> None:
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        for table in tables(2, 120, nonnegative=False):
            json.dumps(ambiguity(table, table).as_dict(), allow_nan=False)
            json.dumps([row.as_dict() for row in label_confusion(table)], allow_nan=False)
            json.dumps([row.as_dict() for row in annotator_bias(table)], allow_nan=False)
