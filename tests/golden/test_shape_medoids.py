"""The drawn shape most like the others: by hand, on noisy polygons, and whatever the names are."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest

from assay.aggregation.shapes import shape_medoids
from assay.agreement.shapes import Keypoints, Polygon, ShapeTable, iou, oks


def square(x: float, y: float, size: float, label: str = "cat") -> Polygon:
    """With its lower left corner there."""
    return Polygon([(x, y), (x + size, y), (x + size, y + size), (x, y + size)], label)


def table_of(answers: Sequence[Sequence[Polygon] | None], names: Sequence[str] | None = None) -> ShapeTable:
    """One image, one answer for each annotator."""
    return ShapeTable.from_arrays(["i"] * len(answers), names or [f"a{k}" for k in range(len(answers))], answers)


def test_objects_are_kept_by_quorum_and_shown_by_their_medoid() -> None:
    answers = [
        [square(0, 0, 10), square(40, 0, 10)],
        [square(1, 0, 10), square(41, 0, 10, "dog")],
        [square(2, 0, 10)],
        [],
    ]
    found = shape_medoids(table_of(answers), similarity=iou)
    decision = found["i"]
    assert decision.value is not None and len(decision.value) == 1
    (chosen,) = decision.value
    assert chosen.shape.points[0].tolist() == [1.0, 0.0] and chosen.annotators == ("a0", "a1", "a2")
    assert chosen.support == pytest.approx(0.75) and chosen.similarity == pytest.approx(90 / 110)
    # 1/4 lack the kept one, and two others have each 1/4 behind them.
    assert decision.expected_loss == pytest.approx(0.75) and decision.confidence == pytest.approx(0.75)
    assert [row.quality for row in found.annotators] == pytest.approx([2 / 3, 2 / 3, 1.0, 0.0])
    low = shape_medoids(table_of(answers), similarity=iou, quorum=0.25)["i"].value
    assert low is not None and [each.label for each in low] == ["cat", "cat", "dog"]
    assert low[1].similarity is None


def test_weights_move_the_medoid_and_the_quorum() -> None:
    answers = [[square(0, 0, 10)], [square(1, 0, 10)], [square(2, 0, 10)]]
    heavy = shape_medoids(table_of(answers), similarity=iou, weights={"a0": 5.0})["i"].value
    assert heavy is not None and heavy[0].shape.points[0].tolist() == [1.0, 0.0]
    alone = shape_medoids(table_of(answers), similarity=iou, threshold=0.95, weights={"a0": 5.0})["i"].value
    assert alone is not None and [each.annotators for each in alone] == [("a0",)]
    none = shape_medoids(table_of(answers), similarity=iou, weights=dict.fromkeys(("a0", "a1", "a2"), 0.0))["i"]
    assert none.reason == "every annotator of the task has weight 0"


def test_one_annotators_shapes_side_by_side_stay_two() -> None:
    answers = [[square(0, 0, 10), square(3, 0, 10)], [square(1, 0, 10), square(4, 0, 10)]]
    found = shape_medoids(table_of(answers), similarity=iou)["i"].value
    assert found is not None and [each.support for each in found] == [1.0, 1.0]


def test_empty_answers_and_none() -> None:
    nothing = shape_medoids(table_of([[], []]), similarity=iou)["i"]
    assert (nothing.value, nothing.confidence, nothing.expected_loss) == ((), 1.0, 0)
    missing = shape_medoids(table_of([None, None]), similarity=iou)["i"]
    assert missing.value is None and missing.reason == "no annotator answered"


def test_rows_and_names_change_nothing() -> None:
    rng = np.random.default_rng(3)
    answers = [[square(float(x), float(y), 10.0) for x, y in np.round(rng.uniform(0, 30, (3, 2)))] for _ in range(5)]
    names = [f"a{k}" for k in range(5)]
    first = shape_medoids(table_of(answers, names), similarity=iou, quorum=0.3)["i"]
    turned = shape_medoids(table_of(answers, names[::-1]), similarity=iou, quorum=0.3)["i"]
    order = random.Random(1).sample(range(5), 5)
    moved = table_of([answers[k][::-1] for k in order], [names[k] for k in order])
    shuffled = shape_medoids(moved, similarity=iou, quorum=0.3)["i"]
    assert first.value is not None and turned.value is not None and shuffled.value is not None
    places = [(each.shape.points.tolist(), each.support, each.similarity) for each in first.value]
    assert places == [(each.shape.points.tolist(), each.support, each.similarity) for each in turned.value]
    assert places == [(each.shape.points.tolist(), each.support, each.similarity) for each in shuffled.value]


def test_it_is_nearer_the_truth_than_one_annotator() -> None:
    """Octagons with noisy corners, and one annotator in three far off."""
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    true = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 20 + 50
    ours, one = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        drawn = [Polygon(true + rng.normal(0, 5 if rng.random() < 1 / 3 else 1.5, true.shape)) for _ in range(5)]
        found = shape_medoids(table_of([[polygon] for polygon in drawn]), similarity=iou, threshold=0.3)["i"].value
        assert found is not None and len(found) == 1
        ours.append(iou(found[0].shape, Polygon(true)))
        one.append(np.mean([iou(polygon, Polygon(true)) for polygon in drawn]))
    assert np.mean(ours) > np.mean(one) + 0.03


def test_keypoints_and_wrong_arguments() -> None:
    points = [[Keypoints([(0, k), (9, 9)], area=100)] for k in range(3)]
    table = ShapeTable.from_arrays(["i"] * 3, list("abc"), points)
    found = shape_medoids(table, similarity=oks)["i"].value
    assert found is not None and found[0].shape.points[0].tolist() == [0.0, 1.0]
    squares = table_of([[square(0, 0, 1)], [square(0, 0, 1)]])
    with pytest.raises(ValueError, match=r"similarity gives 2\.0"):
        shape_medoids(squares, similarity=lambda a, b: 2.0)
    with pytest.raises(ValueError, match="threshold is 0"):
        shape_medoids(squares, similarity=iou, threshold=0)
    with pytest.raises(ValueError, match="quorum is 2"):
        shape_medoids(squares, similarity=iou, quorum=2)
