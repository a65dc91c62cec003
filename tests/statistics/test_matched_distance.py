"""The distance of matched masks, and F1 over several thresholds: by hand, and how often their intervals hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from assay.agreement.shapes import (
    COCO_THRESHOLDS,
    Box,
    Mask,
    ShapeTable,
    hausdorff_95,
    matched_hausdorff,
    object_agreement,
)
from assay.agreement.structured import StructuredAgreement


def block(x: int, width: int, label: str = "cat") -> Mask:
    """A mask of five rows in an image of 20 x 60."""
    pixels = np.zeros((20, 60), dtype=bool)
    pixels[5:10, x : x + width] = True
    return Mask(pixels, label)


def test_the_mean_is_over_matched_pairs_and_tasks() -> None:
    rows: list[tuple[str, str, list[Mask]]] = [
        ("i1", "ann", [block(0, 6), block(20, 8)]),
        ("i1", "ben", [block(0, 8), block(20, 8), block(40, 4)]),
        ("i2", "ann", [block(2, 8, "dog")]),
        ("i2", "ben", [block(5, 8, "dog")]),
        ("i3", "ann", [block(2, 8)]),
        ("i3", "ben", []),
        ("i4", "ann", [block(2, 8)]),
    ]
    tasks, annotators, masks = (list(column) for column in zip(*rows, strict=True))
    found = matched_hausdorff(ShapeTable.from_arrays(tasks, annotators, masks), threshold=0.4)
    first = hausdorff_95(block(0, 6), block(0, 8))
    assert (first, hausdorff_95(block(2, 8), block(5, 8))) == (2.0, 3.0)
    assert found.value == pytest.approx((first + 0.0 + 3.0) / 3)
    assert [(row.task, row.value) for row in found.by_task] == [("i1", 1.0), ("i2", 3.0), ("i3", None)]
    assert [row.task for row in found.worst(1)] == ["i2"]
    assert {row.label: row.estimate.value for row in found.by_label} == {"cat": 1.0, "dog": 3.0}
    assert found.overall.n_tasks == 3 and "only one" in found.overall.left_out[0].reason
    double = matched_hausdorff(ShapeTable.from_arrays(tasks, annotators, masks), threshold=0.4, spacing=(2.0, 2.0))
    assert double.value == pytest.approx(2 * (found.value or 0.0))


def test_nothing_matched_has_a_reason() -> None:
    table = ShapeTable.from_arrays(["i", "i"], ["a", "b"], [[block(0, 5)], [block(30, 5)]])
    assert "none are matched" in str(matched_hausdorff(table).reason)
    assert "There are no answers" in str(matched_hausdorff(ShapeTable.from_arrays([], [], [])).reason)
    boxes = ShapeTable.from_arrays(["i", "i"], ["a", "b"], [[Box(0, 0, 1, 1)], [Box(0, 0, 1, 1)]])
    with pytest.raises(ValueError, match="shapes has a Box; this distance is for masks"):
        matched_hausdorff(boxes)
    with pytest.raises(ValueError, match="threshold is 0"):
        matched_hausdorff(table, threshold=0)
    same = ShapeTable.from_arrays(["i", "i", "j", "j"], list("abab"), [[block(0, 5)]] * 4)
    assert (matched_hausdorff(same).value, matched_hausdorff(same).overall.low) == (0.0, None)


def boxes_table(rng: np.random.Generator, n_tasks: int) -> ShapeTable:
    """Two annotators who draw each of a few boxes with some shift, more in hard images, and miss some."""
    rows: list[tuple[int, str, list[Box]]] = []
    for task in range(n_tasks):
        n, hit, move = int(rng.poisson(3)), rng.beta(8, 2), rng.uniform(0.5, 3.0)
        for annotator in "ab":
            drawn = [
                Box(40 * k + x, y, 40 * k + x + 20, y + 20, "c") for k, (x, y) in enumerate(rng.normal(0, move, (n, 2)))
            ]
            rows.append((task, annotator, [box for box in drawn if rng.random() < hit]))
    return ShapeTable.from_arrays(*zip(*rows, strict=True))


def masks_table(rng: np.random.Generator, n_tasks: int) -> ShapeTable:
    """Two annotators whose masks begin and end a few pixels apart, more in hard images."""
    rows: list[tuple[int, str, list[Mask]]] = []
    for task in range(n_tasks):
        most = int(rng.integers(1, 5))
        for annotator in "ab":
            start, end = rng.integers(0, most + 1, 2)
            rows.append((task, annotator, [block(10 + int(start), 15 - int(start) + int(end))]))
    return ShapeTable.from_arrays(*zip(*rows, strict=True))


def test_f1_over_thresholds_is_the_mean_of_f1() -> None:
    table = boxes_table(np.random.default_rng(2), 12)
    alone = [object_agreement(table, threshold=each).value for each in COCO_THRESHOLDS]
    found = object_agreement(table, threshold=COCO_THRESHOLDS)
    assert found.value == pytest.approx(np.mean([value for value in alone if value is not None]), abs=1e-12)
    assert found.overall.title == "Object F1 at 0.5 to 0.95"
    quality = [object_agreement(table, threshold=each, measure="quality").value for each in (0.9, 0.6)]
    assert object_agreement(table, threshold=(0.9, 0.6), measure="quality").value == pytest.approx(
        np.mean([value for value in quality if value is not None])
    )
    for wrong, said in (
        ((), "give one, or several"),
        ((0.5, 0.5), "several different"),
        ((0.5, 1.5), "threshold is 1.5"),
    ):
        with pytest.raises(ValueError, match=said):
            object_agreement(table, threshold=wrong)
    with pytest.raises(ValueError, match="matched similarity is for one"):
        object_agreement(table, threshold=(0.5, 0.6), measure="matched_similarity")


@pytest.mark.parametrize(
    ("metric", "make"),
    [(lambda table: object_agreement(table, threshold=COCO_THRESHOLDS), boxes_table), (matched_hausdorff, masks_table)],
    ids=["f1 over thresholds", "distance"],
)
def test_intervals_hold(
    metric: Callable[[Any], StructuredAgreement], make: Callable[[np.random.Generator, int], ShapeTable]
) -> None:
    true = metric(make(np.random.default_rng(99), 1000)).value
    assert true is not None
    held = 0
    for seed in range(100):
        overall = metric(make(np.random.default_rng(seed), 20)).overall
        assert overall.low is not None and overall.high is not None
        held += overall.low <= true <= overall.high
    assert 0.9 <= held / 100 <= 0.995
