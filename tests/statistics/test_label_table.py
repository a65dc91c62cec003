"""What goes into a label table, what is left out of it, and what it refuses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from assay.agreement import (
    METRICS,
    DuplicateLabel,
    LabelTable,
    cohen_kappa,
    krippendorff_alpha,
    pairs,
    pairwise,
    task_disagreement,
)
from assay.agreement.distances import MatrixDistance
from assay.agreement.result import plain_name

NOMINAL = [metric for metric in METRICS if metric.card.accepts("nominal")]


def test_arrays_lists_and_columns_of_data_frames_are_the_same() -> None:
    tasks, annotators, labels = [1, 1, 2, 2], ["a", "b", "a", "b"], ["x", None, "y", "x"]
    frame = pd.DataFrame({"item": tasks, "rater": annotators, "answer": labels, "note": ""})
    expected = LabelTable.from_arrays(tasks, annotators, labels)
    for table in (
        LabelTable.from_frame(frame),
        LabelTable.from_frame(frame, task="item", annotator="rater", label="answer"),
        LabelTable.from_arrays(frame["item"], frame["rater"], frame["answer"]),
        LabelTable.from_arrays(np.array(tasks), np.array(annotators), np.array(labels, dtype=object)),
        LabelTable.from_rows(zip(tasks, annotators, labels, strict=True)),
        LabelTable.from_columns({"a": ["x", "y"], "b": [None, "x"]}),
    ):
        assert (table.tasks, table.annotators, table.labels) == (expected.tasks, expected.annotators, expected.labels)
        assert table.label_codes.tolist() == expected.label_codes.tolist()
        assert (table.n_annotations, table.n_missing, table.n_rows) == (3, 1, 4)


@pytest.mark.parametrize("nothing", [None, math.nan, "", pd.NA, pd.NaT, np.float32("nan")])
def test_missing_labels_are_left_out_and_counted(nothing: object) -> None:
    table = LabelTable.from_rows([("t", "a", "x"), ("t", "b", nothing), ("u", "a", nothing), ("u", "b", nothing)])
    assert (table.n_annotations, table.n_missing, table.labels) == (1, 3, ("x",))
    found = krippendorff_alpha(LabelTable.from_rows([("u", "c", nothing), *[("t", a, a) for a in "ab"]]))
    assert [item.as_dict() for item in found.left_out] == [
        {"reason": "no label given", "n_tasks": 1, "n_annotations": 1}
    ]


def test_labels_may_be_anything_that_can_be_compared() -> None:
    labels = [3, 2.5, "b", "a", ("p", "q"), frozenset({"b", "a"}), True, frozenset()]
    rows = [(task, "ann", label) for task, label in enumerate(labels)]
    table = LabelTable.from_rows(rows)
    assert table.labels == (True, 2.5, 3, "a", "b", ("p", "q"), frozenset({"a", "b"}), frozenset())
    assert LabelTable.from_rows(rows[::-1]).labels == table.labels
    assert LabelTable.from_rows([("t", "a", {"x", "y"}), ("t", "b", {"y", "x"})]).labels == (frozenset("xy"),)


def test_text_that_looks_like_numbers_stays_text() -> None:
    assert LabelTable.from_rows([("t", "a", "10"), ("t", "b", "9"), ("t", "c", 9)]).labels == (9, "10", "9")


def test_a_duplicate_names_task_annotator_and_rows() -> None:
    rows = [("t", "ann", "x"), ("u", "ben", "x"), ("u", "ben", None), ("t", "ann", "x"), ("u", "ben", "y")]
    with pytest.raises(DuplicateLabel, match=r"Annotator 'ann' has two labels on task 't' \(rows 0 and 3") as caught:
        LabelTable.from_rows(rows)
    assert (caught.value.task, caught.value.annotator, caught.value.rows) == ("t", "ann", (0, 3))


@pytest.mark.parametrize(
    ("tasks", "annotators", "labels", "said"),
    [
        (["t"], ["a", "b"], ["x"], "tasks has 1, annotators has 2, labels has 1"),
        (["t", None], ["a", "b"], ["x", "y"], r"tasks\[1\] is missing; every annotation needs its task"),
        (["t", "u"], ["a", math.nan], ["x", "y"], r"annotators\[1\] is missing; every annotation needs its annotator"),
        (["t", "u"], ["a", "b"], ["x", ["y"]], r"labels\[1\] is a list, and whether its order counts is not said"),
        ("tu", ["a", "b"], ["x", "y"], "tasks is one string"),
        (np.zeros((2, 2)), ["a", "b"], ["x", "y"], "tasks has 2 dimensions"),
    ],
)
def test_unusable_columns_are_refused_by_name(tasks: Any, annotators: Any, labels: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        LabelTable.from_arrays(tasks, annotators, labels)


def test_other_unusable_input_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"rows\[0\] is \('t', 'a'\); give \(task, annotator, label\)"):
        LabelTable.from_rows([("t", "a")])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="'a' has 2, 'b' has 1"):
        LabelTable.from_columns({"a": ["x", "y"], "b": ["x"]})
    with pytest.raises(ValueError, match="No annotator column among task, label"):
        LabelTable.from_frame({"task": [1], "label": ["x"]})
    with pytest.raises(ValueError, match="no column 'who'; the columns are task, label"):
        LabelTable.from_frame({"task": [1], "label": ["x"]}, annotator="who")
    with pytest.raises(ValueError, match="no annotator 'zoe'"):
        LabelTable.from_rows([("t", "a", "x")]).only_annotators(["a", "zoe"])
    with pytest.raises(ValueError, match="already holds annotators"):
        krippendorff_alpha(LabelTable.from_rows([]), ["a"], ["x"])
    with pytest.raises(ValueError, match="labels is missing"):
        krippendorff_alpha(["t"], ["a"])
    with pytest.raises(ValueError, match="Give three columns"):
        krippendorff_alpha(["t"])


def test_distances_are_refused_when_they_do_not_fit() -> None:
    table = LabelTable.from_rows([("t", "a", "x"), ("t", "b", "y")])
    with pytest.raises(ValueError, match=r"needs every label to be a set, and 'x' is not"):
        krippendorff_alpha(table, distance="masi")
    with pytest.raises(ValueError, match="no distance 'euclid'"):
        krippendorff_alpha(table, distance="euclid")
    with pytest.raises(ValueError, match=r"distance\('y', 'x'\) is -1.0"):
        krippendorff_alpha(table, distance=lambda a, b: -1.0)
    with pytest.raises(ValueError, match="there are 2001; the most is 2000"):
        MatrixDistance.of_function(range(2001), lambda a, b: 1.0)
    assert krippendorff_alpha(table, distance=lambda a, b: 0.0).reason is not None


def test_many_distinct_labels_need_no_more_memory_than_annotations() -> None:
    """20,000 tasks with 20,000 labels would be 3 GB as a table of counts."""
    n = 20_000
    labels = np.arange(n)
    table = LabelTable.from_columns({"a": labels, "b": np.where(labels % 10, labels, labels + n)})
    for metric in NOMINAL:
        assert metric(table).value == pytest.approx(0.9, abs=1e-3)


def test_one_crowded_task_among_many() -> None:
    """Tasks with very different numbers of annotations, one of them with every label."""
    rows = [("busy", annotator, annotator % 70) for annotator in range(400)]
    rows += [(str(task), annotator, task % 5) for task in range(2000) for annotator in (task, task + 1)]
    table = LabelTable.from_rows(rows)
    assert table.patterns.weight.sum() == 2001
    assert table.patterns.n_rows == 6
    assert task_disagreement(table).worst(1)[0].task == "busy"
    assert all(metric(table).value is not None for metric in NOMINAL)


def test_patterns_group_exactly_the_tasks_with_equal_counts() -> None:
    rng = np.random.default_rng(4)
    labels = rng.integers(0, 4, (500, 6))
    table = LabelTable.from_columns(dict(enumerate(labels.T)))
    expected, weight = np.unique([np.bincount(row, minlength=4) for row in labels], axis=0, return_counts=True)
    patterns = table.patterns
    dense = np.zeros((patterns.n_rows, 4), dtype=int)
    dense[patterns.row, patterns.label] = patterns.count
    order = np.lexsort(dense.T[::-1])
    assert np.array_equal(dense[order], expected)
    assert np.array_equal(patterns.weight[order], weight)


def test_annotators_that_are_too_many_to_compare_two_by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    table = LabelTable.from_columns({annotator: ["x", "y", "x"] for annotator in range(5)})
    monkeypatch.setattr(pairs, "MOST_COMPARISONS", 29)
    found = cohen_kappa(table)
    assert found.value is None
    assert found.reason == (
        "It would compare 30 pairs of annotations of 5 annotators; the most is 29. Choose fewer annotators."
    )
    with pytest.raises(ValueError, match="Choose fewer annotators"):
        pairwise(table)
    monkeypatch.setattr(pairs, "MOST_COMPARISONS", 30)
    assert cohen_kappa(table).value == 1.0
    monkeypatch.setattr(pairs, "_LARGEST_KEY", 99)
    assert "5 annotators with 2 distinct labels are too many" in (cohen_kappa(table).reason or "")


def test_few_and_scattered_pairs_are_counted_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    table = LabelTable.from_columns({annotator: rng.integers(0, 3, 50) for annotator in range(6)})
    expected = [metric(table) for metric in METRICS], pairwise(table)
    monkeypatch.setattr(pairs, "_DENSE_CELLS", 0)
    monkeypatch.setattr(pairs, "_BLOCK", 40)
    assert ([metric(table) for metric in METRICS], pairwise(table)) == expected


def test_pairs_have_two_metrics() -> None:
    table = LabelTable.from_rows([("t", "a", "x"), ("t", "b", "x"), ("u", "a", "x"), ("u", "b", "y")])
    pair = pairwise(table, "percent_agreement").between("b", "a")
    assert (pair.value, pair.n_tasks) == (0.5, 2)
    assert pair.low is not None and pair.high is not None
    with pytest.raises(ValueError, match="no metric 'fleiss_kappa' for pairs; use one of: cohen_kappa, percent_agr"):
        pairwise(table, "fleiss_kappa")  # type: ignore[arg-type]


def test_names_as_json_can_hold_them() -> None:
    names = [None, "x", 3, 2.5, np.int64(7), frozenset({"b", "a"}), ("b", 1), pd.Timestamp("2026-01-01")]
    assert [plain_name(name) for name in names] == [
        *(None, "x", 3, 2.5, 7, ["a", "b"], ["b", 1]),
        "2026-01-01 00:00:00",
    ]
    assert type(plain_name(np.int64(7))) is int
