"""What every agreement metric promises. The suite walks METRICS: a new metric is tested by being in the list."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import assay.agreement
from assay.agreement import METRICS, Agreement, LabelTable, LeftOut, Metric, MetricCard, Scale
from assay.agreement.card import Cost, IntervalKind

Rows = list[tuple[Any, Any, Any]]

metrics = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
CASES = [(metric, scale) for metric in METRICS for scale in metric.card.scales]
cases = pytest.mark.parametrize(("metric", "scale"), CASES, ids=[f"{metric.id}-{scale}" for metric, scale in CASES])

SETS = {"x": frozenset(), "y": frozenset("y"), "z": frozenset("yz")}
NUMBERS = {"x": 1.0, "y": 2.0, "z": 3.0}
PERIOD = 7.0


def small_crowds(max_tasks: int = 12, max_annotators: int = 4, max_labels: int = 3) -> st.SearchStrategy[Rows]:
    """Rows of a small crowd, each annotator and task at most once, some labels missing."""
    label = st.sampled_from([None, *"xyz"[:max_labels], "", math.nan])
    cell = st.tuples(st.integers(0, max_tasks - 1), st.integers(0, max_annotators - 1))
    return st.dictionaries(cell, label, max_size=max_tasks * max_annotators).map(
        lambda cells: [(f"t{task:02d}", f"a{annotator}", label) for (task, annotator), label in cells.items()]
    )


def table_of(rows: Rows, scale: Scale) -> LabelTable:
    """The rows as labels of a scale: text, sets ("x" being the empty one), or numbers."""
    if scale == "nominal":
        return LabelTable.from_rows(rows)
    names: dict[Any, Any] = SETS if scale == "set" else NUMBERS
    table = LabelTable.from_rows([(task, annotator, names.get(label)) for task, annotator, label in rows])
    return table.on_circle(PERIOD) if scale == "circular" else table


def columns(**by_annotator: str) -> Rows:
    """Rows from one text of labels for each annotator."""
    return [(f"t{place:02d}", who, label) for who, text in by_annotator.items() for place, label in enumerate(text)]


def measured(metric: Metric, rows: Rows, scale: Scale, level: float = 0.95) -> Agreement:
    return metric(table_of(rows, scale), level=level, scale=scale)


def check_invariants(found: Agreement, metric: Metric, n_rows: int) -> None:
    """What holds for every result whatever the annotations."""
    assert found.metric == metric.id
    assert found.title == metric.card.title
    check_value(found)
    for name in ("value", "low", "high", "observed", "expected", "standard_error"):
        number = getattr(found, name)
        assert number is None or (type(number) is float and math.isfinite(number)), name
    assert all(type(getattr(found, name)) is int for name in ("n_tasks", "n_annotations", "n_annotators"))
    assert found.n_annotations + sum(item.n_annotations for item in found.left_out) == n_rows
    assert all(isinstance(item, LeftOut) and item.reason for item in found.left_out)
    json.dumps(found.as_dict(), allow_nan=False)
    assert str(found)


def check_value(found: Agreement) -> None:
    assert (found.value is None) == (found.reason is not None)
    assert (found.low is None) == (found.high is None) == (found.interval_method is None)
    if found.value is None:
        assert found.reason is not None and found.reason.endswith(".")
        assert found.low is None
        return
    assert found.value <= 1.0
    assert found.n_tasks >= 1 and found.n_annotations >= 2 * found.n_tasks and found.n_annotators >= 2
    if found.low is None or found.high is None:
        assert found.interval_reason is not None
        return
    assert found.interval_reason is None
    assert found.low <= found.value <= found.high <= 1.0
    assert found.low >= min(-1.0, found.value)
    assert found.low < found.high, "an interval never collapses to a point"


@metrics
def test_the_card_says_what_a_page_needs(metric: Metric) -> None:
    card = metric.card
    assert card.id == metric.id
    assert card.id.isidentifier() and card.id == card.id.lower()
    assert all(getattr(card, field.name) not in ("", ()) for field in fields(MetricCard))
    assert card.interval in get_args(IntervalKind)
    assert card.min_tasks >= 1
    assert set(card.scales) <= set(get_args(Scale))
    assert card.cost in get_args(Cost)
    assert card.min_annotators >= 2
    json.dumps(card.as_dict())


def test_ids_are_unique_and_each_metric_is_a_public_function() -> None:
    ids = [metric.id for metric in METRICS]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= set(assay.agreement.__all__)


@metrics
def test_the_metric_is_in_the_document(metric: Metric) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "reference" / "agreement.md"
    assert f"| `{metric.id}` |" in page.read_text(encoding="utf-8")


@metrics
def test_a_scale_that_is_not_on_the_card_is_refused(metric: Metric) -> None:
    for scale in sorted(set(get_args(Scale)) - set(metric.card.scales)):
        with pytest.raises(ValueError, match=f"scale is '{scale}'; .* is for {metric.card.scales[0]}"):
            metric(LabelTable.from_rows([]), scale=scale)


@cases
def test_the_default_scale_is_the_first_on_the_card(metric: Metric, scale: Scale) -> None:
    table = table_of(columns(ann="xyxyz", ben="xyyyx", cem="yyxyz"), scale)
    if scale == metric.card.scales[0]:
        assert metric(table) == metric(table, scale=scale)


@metrics
def test_the_function_takes_a_table_three_columns_or_a_frame(metric: Metric) -> None:
    function: Callable[..., Agreement] = getattr(assay.agreement, metric.id)
    tasks, annotators, labels = [1, 1, 2, 2, 3, 3], ["a", "b"] * 3, [1, 1, 2, 1, 3, 3]
    expected = metric(LabelTable.from_arrays(tasks, annotators, labels))
    assert expected.value is not None
    assert function(LabelTable.from_arrays(tasks, annotators, labels)) == expected
    assert function(tasks, annotators, labels) == expected
    assert function({"task": tasks, "worker": annotators, "label": labels}) == expected
    assert ">>>" in (function.__doc__ or "")


@metrics
def test_words_without_an_order_are_refused_where_order_counts(metric: Metric) -> None:
    """Never ranked by the alphabet; the message says what to give."""
    words = LabelTable.from_columns({"ann": ["low", "mid", "high"], "ben": ["low", "high", "high"]})
    for scale in set(metric.card.scales) - {"nominal", "set"}:
        if metric.id == "percent_agreement":
            assert metric(words, scale=scale).value == pytest.approx(2 / 3)
            continue
        with pytest.raises(ValueError, match=r"The label 'high' is not a number; .* (levels=\[lowest|give numbers)"):
            metric(words, scale=scale)
        if scale == "ordinal":
            assert metric(words.in_order(["low", "mid", "high"]), scale=scale).value is not None


@cases
@settings(max_examples=40, deadline=None)
@given(rows=small_crowds(), level=st.sampled_from([0.5, 0.95, 0.999]))
def test_invariants_hold_for_any_annotations(metric: Metric, scale: Scale, rows: Rows, level: float) -> None:
    found = measured(metric, rows, scale, level)
    check_invariants(found, metric, len(rows))
    assert found.level == level


# What a scale does not know: other names, other units, another zero.
RENAMED: dict[str, dict[str, Any]] = {
    "nominal": {"x": "z", "y": "x", "z": "y"},
    "ordinal": {"x": -5.0, "y": 10.0, "z": 10.5},
    "interval": {"x": -40.0, "y": -38.0, "z": -36.0},
    "ratio": {"x": 0.5, "y": 1.0, "z": 1.5},
    "circular": {"x": 5.0, "y": 6.0, "z": 7.0},
    "set": {"x": frozenset(), "y": frozenset("a"), "z": frozenset("ab")},
}


@cases
@settings(max_examples=30, deadline=None)
@given(rows=small_crowds(), seed=st.integers(0, 2**32))
def test_neither_the_order_of_rows_nor_names_change_anything(
    metric: Metric, scale: Scale, rows: Rows, seed: int
) -> None:
    shuffled = random.Random(seed).sample(rows, len(rows))
    before = measured(metric, rows, scale)
    assert measured(metric, shuffled, scale) == before
    if metric.card.scales[0] != "nominal" and scale == "ordinal":
        # Places among the labels that occur: a level that nobody used would lie between them.
        shuffled = [*shuffled, ("extra", "solo", "x"), ("extra 2", "solo", "y"), ("extra 3", "solo", "z")]
        before = measured(metric, shuffled, scale)
    renamed = [
        (f"{task}{task[::-1]}", annotator[::-1], RENAMED[scale].get(label)) for task, annotator, label in shuffled
    ]
    table = LabelTable.from_rows(renamed)
    after = metric(table.on_circle(PERIOD) if scale == "circular" else table, scale=scale)
    assert after.value == pytest.approx(before.value, abs=1e-9)
    assert [after.low, after.high] == pytest.approx([before.low, before.high], abs=1e-6)


@cases
@pytest.mark.parametrize("seed", range(3))
def test_every_task_twice_keeps_the_value_and_narrows_the_interval(metric: Metric, scale: Scale, seed: int) -> None:
    rng = random.Random(seed)
    rows = []
    for task in range(120):
        truth = rng.choice("xxyz")
        rows += [(task, annotator, truth if rng.random() < 0.8 else rng.choice("xyz")) for annotator in "abc"]
    once = measured(metric, rows, scale)
    twice = measured(metric, rows + [(f"again {task}", who, label) for task, who, label in rows], scale)
    assert once.value is not None and once.low is not None and once.high is not None
    assert twice.low is not None and twice.high is not None
    assert twice.value == pytest.approx(once.value, abs=3e-3 if metric.card.corrects_sample_size else 1e-12)
    # The F interval of the ICC has a part, the annotators' bias, that more tasks do not make smaller.
    tolerance = 0.03 if metric.card.interval == "jackknife" else 0.1
    assert (once.high - once.low) / (twice.high - twice.low) == pytest.approx(math.sqrt(2), rel=tolerance)


@cases
@settings(max_examples=30, deadline=None)
@given(rows=small_crowds(), more=st.lists(st.sampled_from("xyz"), min_size=1, max_size=9))
def test_tasks_with_one_annotation_change_nothing(metric: Metric, scale: Scale, rows: Rows, more: list[str]) -> None:
    # All three labels occur from the start, alone: places and numbers of labels do not change.
    rows = rows + [(f"alone {label}", "a0", label) for label in "xyz"]
    before = measured(metric, rows, scale)
    after = measured(metric, rows + [(f"single {n}", "a0", label) for n, label in enumerate(more)], scale)
    if before.n_tasks == 0:
        assert after.value is None
    elif metric.card.uses_single_annotations:
        assert (after.observed, after.n_tasks) == (before.observed, before.n_tasks)
    else:
        assert (after.value, after.low, after.high) == (before.value, before.low, before.high)
        assert (after.n_tasks, after.n_annotations) == (before.n_tasks, before.n_annotations)


@cases
def test_a_higher_level_gives_a_wider_interval(metric: Metric, scale: Scale) -> None:
    rows = columns(a="xyxyxyxyxx", b="xyxyxxxyyx", c="xyyyxyxyxx")
    narrow, usual, wide = (measured(metric, rows, scale, level) for level in (0.5, 0.95, 0.999))
    assert narrow.value == usual.value == wide.value
    lows, highs = [found.low for found in (wide, usual, narrow)], [found.high for found in (narrow, usual, wide)]
    assert lows == sorted(lows, key=lambda low: low or 0.0) and highs == sorted(highs, key=lambda high: high or 0.0)
    assert len(set(lows)) == len(set(highs)) == 3


UNDEFINED: dict[str, tuple[Rows, str]] = {
    "nothing": ([], "There are no annotations."),
    "all missing": ([("t", "a", None), ("t", "b", math.nan), ("u", "a", "")], "None of the 3 annotations has a label."),
    "one annotator": ([("t", "ann", "x"), ("u", "ann", "y"), ("v", "ben", None)], "Only one annotator ('ann')"),
    "no shared task": ([("t", "ann", "x"), ("u", "ben", "x")], "No task has labels from two annotators"),
}


@cases
@pytest.mark.parametrize("case", UNDEFINED)
def test_what_cannot_be_computed_is_undefined_with_a_reason(metric: Metric, scale: Scale, case: str) -> None:
    rows, reason = UNDEFINED[case]
    found = measured(metric, rows, scale)
    assert found.value is None
    assert found.reason is not None and found.reason.startswith(reason)
    check_invariants(found, metric, len(rows))


@cases
def test_one_label_throughout_is_perfect_or_undefined_and_says_so(metric: Metric, scale: Scale) -> None:
    found = measured(metric, columns(ann="x" * 9, ben="x" * 9), scale)
    assert found.observed in (1.0, None)
    if metric.id == "percent_agreement":
        assert found.value == 1.0
    else:
        label = {"nominal": "'x'", "set": "the empty set"}.get(scale, "1.0")
        assert found.value is None
        assert found.reason is not None and label in found.reason and "100 %" in found.reason


@cases
def test_perfect_agreement_is_one_with_an_interval_below_it(metric: Metric, scale: Scale) -> None:
    found = measured(metric, columns(ann="xyz" * 10, ben="xyz" * 10, cem="xyz" * 10), scale)
    assert found.value is not None and found.value == pytest.approx(1.0, abs=1e-12)
    assert found.high == 1.0
    assert found.low is not None and 0.6 < found.low < 0.96


@cases
def test_one_task_has_no_interval_and_says_why(metric: Metric, scale: Scale) -> None:
    found = measured(metric, [("t", "ann", "x"), ("t", "ben", "y")], scale)
    if metric.card.min_tasks > 1:
        assert found.value is None and found.reason is not None
        return
    assert found.value is not None
    assert (found.low, found.high, found.interval_reason) == (None, None, "one task cannot show how much tasks differ")


@cases
def test_sampling_weights_are_used_or_refused_in_words(metric: Metric, scale: Scale) -> None:
    plain = table_of(columns(ann="xyxyzzxy", ben="xyyyzxxy", cem="yyxyzzxx"), scale)
    weighted = replace(plain, weights=np.full(plain.n_annotations, 3.0))
    found = metric(weighted, scale=scale)
    if metric.card.carries_weights:
        expected = metric(plain, scale=scale)
        assert found.value == pytest.approx(expected.value, abs=1e-12)
        # Ranks are worked out again without each task only where there are no weights.
        rough = scale == "ordinal" and metric.id == "krippendorff_alpha"
        assert found.standard_error == pytest.approx(expected.standard_error, rel=0.2 if rough else 1e-9)
    else:
        assert found.value is None
        assert found.reason is not None and "sampling weights" in found.reason
    check_invariants(found, metric, 24)


@metrics
def test_results_are_frozen(metric: Metric) -> None:
    found = metric(LabelTable.from_rows([]))
    assert is_dataclass(found)
    with pytest.raises(AttributeError):
        found.value = 1.0  # type: ignore[misc]


@metrics
@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 95.0, math.nan])
def test_an_impossible_level_is_refused_by_name(metric: Metric, level: float) -> None:
    with pytest.raises(ValueError, match=r"level is .*; give a number between 0 and 1"):
        metric(LabelTable.from_rows([]), level=level)


def test_the_statistics_load_numpy_and_nothing_else_of_ours() -> None:
    program = """
import sys
from assay.agreement import METRICS, LabelTable, by_annotator, by_label, pairwise, task_disagreement
table = LabelTable.from_columns({"a": [1, 2, 1, 2], "b": [1, 2, 2, 2]})
[metric(table) for metric in METRICS]
by_annotator(table), by_label(table), pairwise(table), task_disagreement(table)
print(*sorted(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    ours = {name for name in loaded if name.startswith("assay.")}
    # Of the floors below only the names of columns, which aggregation understands too.
    assert {name for name in ours if not name.startswith("assay.agreement")} == {"assay.kernel", "assay.kernel.columns"}
    program = "import sys, numpy, scipy.special; print(*sys.modules)"
    before = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    third = {name.split(".")[0] for name in loaded - set(before.stdout.split())} - {"assay"}
    assert third <= {"numpy", "scipy"} | set(sys.stdlib_module_names)


def test_importing_loads_no_scipy() -> None:
    """It would take longer than all the rest; the functions that need it load it."""
    program = "import sys, assay.agreement; print(*(name for name in sys.modules if name.startswith('scipy')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
