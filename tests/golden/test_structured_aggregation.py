"""Boxes, masks, numbers and spans: the numbers of the packages, and of slow ways that are right by construction."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest

from assay.aggregation import majority
from assay.aggregation.numeric import multi_label, numeric_consensus, ordinal_consensus
from assay.aggregation.shapes import mask_majority, staple, weighted_boxes
from assay.aggregation.spans import place_vote, span_vote, spans_to_bio
from assay.aggregation.text import medoid
from assay.agreement import LabelTable
from assay.agreement.shapes import Box, Mask, ShapeTable
from assay.agreement.spans import SpanTable
from assay.agreement.text import TextTable, chrf_distance, edit_similarity

# ensemble-boxes 1.0.9, weighted_boxes_fusion(THREE, all scores 1, all labels 0, iou_thr=0.5); it counts in float32.
THREE = [
    [[0.1, 0.1, 0.4, 0.4], [0.6, 0.6, 0.9, 0.9]],
    [[0.12, 0.1, 0.42, 0.4]],
    [[0.1, 0.12, 0.4, 0.44], [0.62, 0.6, 0.9, 0.88], [0.1, 0.7, 0.3, 0.9]],
]
FUSED = [
    ([0.10666666179895401, 0.10666666179895401, 0.40666666626930237, 0.41333332657814026], 1.0),
    ([0.6100000143051147, 0.6000000238418579, 0.8999999761581421, 0.8899999856948853], 2 / 3),
    ([0.1, 0.7, 0.3, 0.9], 1 / 3),
]
# ensemble-boxes 1.0.9, the README's boxes and labels with all scores of a model equal to its weight, weights [2, 1]:
# the fusion then is the weighted mean with weights 2 and 1.


def three_masks() -> list[np.ndarray]:
    """A disk seen by three annotators of known sensitivity and specificity."""
    rng = np.random.default_rng(11)
    y, x = np.mgrid[:12, :14]
    truth = (y - 6) ** 2 + (x - 7) ** 2 < 16
    skills = ((0.9, 0.95), (0.7, 0.99), (0.95, 0.8))
    return [np.where(truth, rng.random(truth.shape) < se, rng.random(truth.shape) > sp) for se, sp in skills]


def boxes_table(answers: Sequence[Sequence[Sequence[float]]], label: str = "c") -> ShapeTable:
    """One image, one annotator an answer."""
    shapes = [[Box(x, y, x2, y2, label) for x, y, x2, y2 in boxes] for boxes in answers]
    return ShapeTable.from_arrays(["i"] * len(answers), [f"a{k}" for k in range(len(answers))], shapes)


def test_boxes_are_those_of_the_paper() -> None:
    found = weighted_boxes(boxes_table(THREE), threshold=0.5, quorum=0.01, one_each=False)["i"].value
    assert found is not None
    by_support = sorted(found, key=lambda box: -box.support)
    for box, (corners, support) in zip(by_support, FUSED, strict=True):
        assert (box.x_min, box.y_min, box.x_max, box.y_max) == pytest.approx(corners, abs=1e-6)
        assert box.support == pytest.approx(support, abs=1e-9)


def test_boxes_of_heavier_annotators_count_more() -> None:
    table = boxes_table([[[0, 0, 10, 10]], [[3, 0, 10, 10]]])
    found = weighted_boxes(table, weights={"a0": 2.0})["i"].value
    assert found is not None and found[0].x_min == pytest.approx(1.0)
    assert found[0].spread[0] == pytest.approx(np.sqrt(2 / 3 * 1 + 1 / 3 * 4))
    assert (
        weighted_boxes(table, weights={"a0": 0.0, "a1": 0.0})["i"].reason == "every annotator of the task has weight 0"
    )


def test_only_boxes_are_fused() -> None:
    masks = ShapeTable.from_arrays(["i"], ["a"], [[Mask([[1]])]])
    with pytest.raises(ValueError, match="values has a Mask, and only boxes have corners"):
        weighted_boxes(masks)


def test_two_objects_side_by_side_do_not_melt() -> None:
    """Everybody drew two boxes that overlap by more than the threshold; the paper's rule makes one of them."""
    answer = [[0.0, 0.0, 10.0, 10.0], [2.0, 0.0, 12.0, 10.0]]
    ours = weighted_boxes(boxes_table([answer, answer]))["i"].value
    papers = weighted_boxes(boxes_table([answer, answer]), one_each=False)["i"].value
    assert ours is not None and [(box.x_min, box.support) for box in ours] == [(0.0, 1.0), (2.0, 1.0)]
    assert papers is not None and len(papers) == 1


def test_staple_is_that_of_simpleitk() -> None:
    # SimpleITK 2.5.7: STAPLEImageFilter with foreground 1, on the same three masks.
    found = staple(three_masks(), ["a", "b", "c"])
    assert found.posterior is not None and found.mask is not None
    sensitivity = [row.sensitivity for row in found.annotators]
    specificity = [row.specificity for row in found.annotators]
    assert sensitivity == pytest.approx([0.9379824295712034, 0.7823410052748251, 0.9685619578213012], abs=1e-6)
    assert specificity == pytest.approx([0.9740170771651852, 1.0, 0.7839504030020827], abs=1e-6)
    assert found.posterior.sum() == pytest.approx(43.45930790269241, abs=1e-4)
    assert int(found.mask.sum()) == 43


def test_staple_is_a_loop_over_pixels() -> None:
    """The equations of the paper, pixel by pixel, without logs or patterns."""
    masks = three_masks()
    p, q, f = [0.99999] * 3, [0.99999] * 3, float(np.mean(masks))
    w = np.zeros(masks[0].shape)
    for _ in range(400):
        for i, j in product(*map(range, w.shape)):
            a, b = f, 1.0 - f
            for k, mask in enumerate(masks):
                a *= p[k] if mask[i, j] else 1 - p[k]
                b *= 1 - q[k] if mask[i, j] else q[k]
            w[i, j] = a / (a + b)
        p = [float((w * mask).sum() / w.sum()) for mask in masks]
        q = [float(((1 - w) * ~mask).sum() / (1 - w).sum()) for mask in masks]
    found = staple(masks)
    assert found.posterior == pytest.approx(w, abs=1e-9)
    assert [row.sensitivity for row in found.annotators] == pytest.approx(p, abs=1e-9)
    assert found.expected_loss == pytest.approx(float(np.minimum(w, 1 - w).sum()), abs=1e-6)


def test_staple_does_not_depend_on_the_order_of_masks() -> None:
    masks = three_masks()
    found, turned = staple(masks, ["a", "b", "c"]), staple(masks[::-1], ["c", "b", "a"])
    assert found.posterior is not None and turned.posterior is not None
    assert (found.posterior == turned.posterior).all()
    assert found.annotators == turned.annotators[::-1]


def test_staple_says_when_it_cannot() -> None:
    empty, full = np.zeros((3, 4), bool), np.ones((3, 4), bool)
    assert "one mask only" in str(staple([full]).reason)
    assert "No annotator marked" in str(staple([empty, empty]).reason)
    assert "every pixel" in str(staple([full, full]).reason)
    assert staple([empty, empty]).posterior is None
    with pytest.raises(ValueError, match=r"masks\[1\] has shape \(2, 2\)"):
        staple([full, np.ones((2, 2))])
    with pytest.raises(ValueError, match="masks is empty"):
        mask_majority([])
    with pytest.raises(ValueError, match="prior is 0"):
        staple([full, empty], prior=0)
    with pytest.raises(ValueError, match="1 names for 2 masks"):
        staple([full, empty], ["a"])
    with pytest.raises(ValueError, match="quorum is 1"):
        mask_majority([full], quorum=1)
    assert not mask_majority([full, empty]).any() and mask_majority([full, full, empty]).all()


def test_numbers_without_bias_and_with_equal_noise_are_a_mixed_model() -> None:
    """Against the joint normal posterior, written out with one big matrix at the fitted variances."""
    rng = np.random.default_rng(5)
    rows = [
        (f"t{t}", f"a{a}", float(t + 0.5 * a + rng.normal())) for t in range(8) for a in range(4) if rng.random() < 0.8
    ]
    table = LabelTable.from_rows(rows)
    found = numeric_consensus(table, noise="common", degrees_of_freedom=np.inf)
    y = np.array([table.labels[code] for code in table.label_codes], dtype=float)
    noise = found.annotators[0].noise
    assert all(row.noise == pytest.approx(noise) for row in found.annotators)
    values, biases = np.array([d.value for d in found]), np.array([row.bias for row in found.annotators])
    # At the maximum the residual of every bias is balanced: Σ (y - value - bias) / σ² = bias / σ_b².
    residual = y - values[table.task_codes] - biases[table.annotator_codes]
    pull = np.bincount(table.annotator_codes, residual) / noise**2
    ratio = pull / biases
    assert ratio == pytest.approx(np.full(4, ratio[0]), rel=1e-4) and ratio[0] > 0


def test_intervals_of_numbers_hold_the_truth() -> None:
    held: list[bool] = []
    error, error_of_mean = [], []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        truth, bias, noise = rng.normal(10, 3, 50), rng.normal(0, 1, 8), rng.uniform(0.4, 2, 8)
        bias -= bias.mean()
        rows = []
        for task in range(50):
            for annotator in rng.choice(8, 5, replace=False):
                slip = float(rng.choice([-12, 12])) if rng.random() < 0.03 else 0.0
                rows.append(
                    (task, int(annotator), truth[task] + bias[annotator] + rng.normal(0, noise[annotator]) + slip)
                )
        found = list(numeric_consensus(LabelTable.from_rows(rows)))
        value, low, high, mean = (
            np.array([getattr(decision, name) for decision in found]) for name in ("value", "low", "high", "mean")
        )
        held += ((low <= truth) & (truth <= high)).tolist()
        error.append(((value - truth) ** 2).mean())
        error_of_mean.append(((mean - truth) ** 2).mean())
    assert 0.93 <= np.mean(held) <= 0.97
    assert np.mean(error) < 0.4 * np.mean(error_of_mean)


def test_numbers_say_when_they_cannot() -> None:
    alone = numeric_consensus(LabelTable.from_rows([("t1", "a", 1.0), ("t2", "a", 3.0), ("t3", "a", None)]))
    assert (alone["t1"].value, alone["t1"].low) == (1.0, None)
    assert "cannot be told from a value" in str(alone["t1"].interval_reason)
    assert alone["t3"].reason == "no annotation has a label"
    same = numeric_consensus(LabelTable.from_columns({"a": [2.0, 2.0], "b": [2.0, 2.0]}))
    assert same[1].value == pytest.approx(2.0) and same[1].low is not None
    assert list(numeric_consensus(LabelTable.from_rows([]))) == []
    with pytest.raises(ValueError, match="labels has 'high', which is no finite number"):
        numeric_consensus(LabelTable.from_rows([("t", "a", "high")]))
    with pytest.raises(ValueError, match="degrees_of_freedom is 0"):
        numeric_consensus(LabelTable.from_rows([]), degrees_of_freedom=0)
    with pytest.raises(ValueError, match="no noise 'mine'"):
        numeric_consensus(LabelTable.from_rows([]), noise="mine")  # type: ignore[arg-type]


def test_steps_have_the_least_loss() -> None:
    order = list("abcde")
    rng = np.random.default_rng(2)
    rows = [
        (f"t{t}", f"a{a}", order[int(rng.integers(0, 5))]) for t in range(30) for a in range(int(rng.integers(1, 6)))
    ]
    table = LabelTable.from_rows(rows)
    for loss, power in (("absolute", 1.0), ("squared", 2.0), ("zero_one", 0.0)):
        for decision in ordinal_consensus(table, order, loss=loss, tie_rule="lower"):  # type: ignore[arg-type]
            given = [order.index(label) for task, _, label in rows if task == decision.task]
            cost = [np.mean([abs(x - y) ** power if x != y else 0.0 for y in given]) for x in range(5)]
            assert decision.expected_loss == pytest.approx(min(cost))
            assert order.index(str(decision.label)) == int(np.flatnonzero(np.array(cost) <= min(cost) + 1e-12)[0])
            assert decision.cumulative[-1] == pytest.approx(1.0)
    tie = LabelTable.from_rows([("t", "x", "a"), ("t", "y", "d")])
    (reported,) = ordinal_consensus(tie, order)
    assert reported.label is None and reported.tied == ("a", "b", "c", "d") and "tie between" in str(reported.reason)
    assert ordinal_consensus(tie, order, tie_rule="upper")[0].label == "d"
    assert ordinal_consensus(tie, order, weights={"x": 3.0})[0].label == "a"
    assert "weight 0" in str(ordinal_consensus(tie, order, weights={"x": 0.0, "y": 0.0})[0].reason)
    with pytest.raises(ValueError, match="order does not have the label 'd'"):
        ordinal_consensus(tie, ["a", "b"])
    with pytest.raises(ValueError, match="order has a step twice"):
        ordinal_consensus(tie, ["a", "a", "d"])
    with pytest.raises(ValueError, match="no loss 'huber'"):
        ordinal_consensus(tie, order, loss="huber")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="weights has a weight"):
        ordinal_consensus(tie, order, weights={"x": -1.0})


def test_sets_are_decided_label_by_label() -> None:
    columns = {
        "a": [{"x"}, {"x", "y"}, set(), None],
        "b": [{"x", "y"}, {"z"}, set(), None],
        "c": [{"y"}, None, {"x"}, None],
    }
    found = multi_label(LabelTable.from_columns(columns))
    assert [decision.value for decision in found] == [frozenset("xy"), None, frozenset(), None]
    assert found[2].reason == "tie on 'x', 'y', 'z'" and found[4].reason == "no annotation has a label"
    assert found[1].confidence == pytest.approx(4 / 9) and found[1].expected_loss == pytest.approx(2 / 3)
    assert multi_label(LabelTable.from_columns(columns), most=1)[1].reason == "2 labels were decided, at most 1 may be"

    def with_prior(table: Any) -> Any:
        return majority(table, tie_rule="prior")

    assert multi_label(LabelTable.from_columns(columns), aggregate=with_prior)[2].value is not None
    with pytest.raises(ValueError, match="which is no set"):
        multi_label(LabelTable.from_rows([("t", "a", "x")]))


def spans_table(answers: list[Any], **more: Any) -> SpanTable:
    """One text, one annotator an answer."""
    return SpanTable.from_arrays(["t"] * len(answers), [f"a{k}" for k in range(len(answers))], answers, **more)


@pytest.mark.parametrize("seed", range(10))
def test_places_are_decided_one_by_one(seed: int) -> None:
    """Against a loop over characters."""
    rng = np.random.default_rng(seed)
    answers = []
    for _ in range(5):
        starts = np.sort(rng.choice(np.arange(0, 40, 4), 3, replace=False))
        answers.append([(int(s), int(s + rng.integers(1, 5)), str(rng.choice(["x", "y"]))) for s in starts])
    found = place_vote(spans_table(answers), quorum=0.4)["t"].value
    assert found is not None
    total = {label: sum(e - s for spans in answers for s, e, name in spans if name == label) for label in "xy"}
    for place in range(45):
        votes = {
            label: sum(any(s <= place < e and n == label for s, e, n in spans) for spans in answers) for label in "xy"
        }
        best = max("xy", key=lambda label: (votes[label], total[label], -ord(label)))
        expected = best if votes[best] >= 2 else None
        covering = [span.label for span in found if span.start <= place < span.end]
        assert covering == ([expected] if expected else [])
    spans_to_bio(found, 45)


def test_neighbouring_spans_stay_two() -> None:
    two = [(0, 3, "x"), (3, 6, "x")]
    found = place_vote(spans_table([two, two, [(0, 6, "x")]]))["t"].value
    assert found is not None and [(span.start, span.end) for span in found] == [(0, 3), (3, 6)]
    one = place_vote(spans_table([two, [(0, 6, "x")], [(0, 6, "x")]]))["t"].value
    assert one is not None and [(span.start, span.end) for span in one] == [(0, 6)]
    assert spans_to_bio(found, 7) == ["B-x", "I-x", "I-x", "B-x", "I-x", "I-x", "O"]
    with pytest.raises(ValueError, match="spans overlap at token"):
        spans_to_bio([*found, *one], 7)
    with pytest.raises(ValueError, match="give whole tokens, at most 4"):
        spans_to_bio(found, 4)


def test_spans_as_wholes_have_median_boundaries() -> None:
    answers = [[(0, 10, "x")], [(1, 10, "x"), (20, 24, "y")], [(2, 13, "x")], [(30, 40, "x")], []]
    found = span_vote(spans_table(answers))["t"]
    assert found.value is not None
    (span,) = found.value
    assert (span.start, span.end, span.label) == (1, 10, "x") and span.support == pytest.approx(0.6)
    assert found.expected_loss == pytest.approx(0.4 + 0.2 + 0.2)
    nothing = span_vote(spans_table([[], [], [(0, 1)]]))["t"]
    assert nothing.value == () and nothing.confidence is None and nothing.reason is None
    assert place_vote(spans_table([[], []]))["t"].confidence == 1.0


def test_texts_are_the_nearest_ones() -> None:
    texts = ["the cat sat", "the cat sat", "a cat sat", "dogs bark", ""]
    table = TextTable.from_arrays(["t"] * 5, list("vwxyz"), texts)
    mean = {a: np.mean([chrf_distance(a, b) for b in texts]) for a in texts}
    found = medoid(table, distance=chrf_distance)["t"]
    assert found.value == min(mean, key=lambda text: mean[text]) and found.expected_loss == pytest.approx(
        min(mean.values())
    )
    assert medoid(table, distance=chrf_distance, weights=dict.fromkeys("vwxz", 0.0))["t"].value == "dogs bark"
    # Two texts are equally far from each other: the shorter one, whoever wrote it.
    tie = TextTable.from_arrays(["t"] * 2, list("ab"), ["a longer text", "short"])
    assert medoid(tie, distance=lambda a, b: 1.0 - edit_similarity(a, b))["t"].value == "short"
    with pytest.raises(ValueError, match="give a number of at least 0"):
        medoid(tie, distance=lambda a, b: -1.0)


def turned(answers: list[Any]) -> list[Any]:
    """The same answers of annotators with names the other way round."""
    return answers[::-1]


def test_rows_and_names_decide_nothing() -> None:
    rng = np.random.default_rng(8)
    for _ in range(20):
        spans = [[(int(s), int(s) + 4, str(rng.choice(["x", "y"]))) for s in rng.integers(0, 8, 2)] for _ in range(4)]
        for vote in (place_vote, span_vote):
            assert vote(spans_table(spans))["t"].value == vote(spans_table(turned(spans)))["t"].value
        boxes = [[[x, 0.0, x + 6.0, 6.0] for x in rng.integers(0, 5, 2).astype(float)] for _ in range(4)]
        first, second = (weighted_boxes(boxes_table(given))["i"].value for given in (boxes, turned(boxes)))
        assert first is not None and second is not None
        for a, b in zip(first, second, strict=True):
            corners = (b.x_min, b.y_min, b.x_max, b.y_max, b.support)
            assert (a.x_min, a.y_min, a.x_max, a.y_max, a.support) == pytest.approx(corners, abs=1e-9)
        texts = [str(rng.choice(["ab", "abc", "bc", "xyz"])) for _ in range(4)]
        one, other = (
            medoid(TextTable.from_arrays(["t"] * 4, list("abcd"), given), distance=chrf_distance)["t"].value
            for given in (texts, turned(texts))
        )
        assert one == other


@pytest.mark.parametrize("vote", [place_vote, span_vote])
def test_spans_refuse_wrong_arguments_and_report_no_answer(vote: Any) -> None:
    with pytest.raises(ValueError, match="quorum is 0"):
        vote(spans_table([[]]), quorum=0)
    with pytest.raises(ValueError, match="weights has a weight"):
        vote(spans_table([[]]), weights={"a0": -1})
    missing = vote(SpanTable.from_arrays(["t", "u"], ["a", "a"], [None, [(0, 2, "x")]]))
    assert missing["t"].reason == "no annotator answered" and missing["u"].value is not None
    assert missing.annotators[0].quality == 1.0
    assert vote(spans_table([[(0, 2)]]), weights={"a0": 0.0})["t"].reason == "every annotator of the task has weight 0"
