"""What every agreement metric promises. The suite walks METRICS: a new metric is tested by being in the list."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import assay.agreement
from assay.agreement import METRICS, Agreement, LabelTable, LeftOut, Metric, MetricCard, Scale
from assay.agreement.card import Cost

Rows = list[tuple[Any, Any, Any]]

metrics = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)


def small_crowds(max_tasks: int = 12, max_annotators: int = 4, max_labels: int = 3) -> st.SearchStrategy[Rows]:
    """Rows of a small crowd, each annotator and task at most once, some labels missing."""
    label = st.sampled_from([None, *"xyz"[:max_labels], "", math.nan])
    cell = st.tuples(st.integers(0, max_tasks - 1), st.integers(0, max_annotators - 1))
    return st.dictionaries(cell, label, max_size=max_tasks * max_annotators).map(
        lambda cells: [(f"t{task:02d}", f"a{annotator}", label) for (task, annotator), label in cells.items()]
    )


def as_sets(rows: Rows) -> Rows:
    """The same rows with set-valued labels, "x" being the empty set."""
    members = {"x": frozenset(), "y": frozenset("y"), "z": frozenset("yz")}
    return [(task, annotator, members.get(label)) for task, annotator, label in rows]


def results(metric: Metric, rows: Rows, level: float = 0.95) -> list[Agreement]:
    """The metric on single labels, and on sets when its card accepts them."""
    found = [metric(LabelTable.from_rows(rows), level=level)]
    if metric.card.accepts("set"):
        found.append(metric(LabelTable.from_rows(as_sets(rows)), level=level, scale="set"))
    return found


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
def test_the_function_takes_a_table_three_columns_or_a_frame(metric: Metric) -> None:
    function: Callable[..., Agreement] = getattr(assay.agreement, metric.id)
    tasks, annotators, labels = [1, 1, 2, 2], ["a", "b", "a", "b"], ["x", "x", "y", "x"]
    expected = metric(LabelTable.from_arrays(tasks, annotators, labels))
    assert function(LabelTable.from_arrays(tasks, annotators, labels)) == expected
    assert function(tasks, annotators, labels) == expected
    assert function({"task": tasks, "worker": annotators, "label": labels}) == expected
    assert ">>>" in (function.__doc__ or "")


@metrics
@settings(max_examples=100, deadline=None)
@given(rows=small_crowds(), level=st.sampled_from([0.5, 0.95, 0.999]))
def test_invariants_hold_for_any_annotations(metric: Metric, rows: Rows, level: float) -> None:
    for found in results(metric, rows, level):
        check_invariants(found, metric, len(rows))
        assert found.level == level


@metrics
@settings(max_examples=60, deadline=None)
@given(rows=small_crowds(), seed=st.integers(0, 2**32))
def test_neither_the_order_of_rows_nor_names_change_anything(metric: Metric, rows: Rows, seed: int) -> None:
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert results(metric, shuffled) == results(metric, rows)
    swap = {"x": "z", "y": "x", "z": "y"}
    renamed = [(f"{task}{task[::-1]}", annotator[::-1], swap.get(label, label)) for task, annotator, label in shuffled]
    before, after = metric(LabelTable.from_rows(rows)), metric(LabelTable.from_rows(renamed))
    assert after.value == pytest.approx(before.value, abs=1e-12)
    assert [after.low, after.high] == pytest.approx([before.low, before.high], abs=1e-9)


@metrics
@pytest.mark.parametrize("seed", range(4))
def test_every_task_twice_keeps_the_value_and_narrows_the_interval(metric: Metric, seed: int) -> None:
    rng = random.Random(seed)
    rows = []
    for task in range(120):
        truth = rng.choice("xxyz")
        rows += [(task, annotator, truth if rng.random() < 0.8 else rng.choice("xyz")) for annotator in "abc"]
    once, twice = (
        metric(LabelTable.from_rows(rows)),
        metric(LabelTable.from_rows(rows + [(f"again {task}", annotator, label) for task, annotator, label in rows])),
    )
    assert once.value is not None and once.low is not None and once.high is not None
    assert twice.low is not None and twice.high is not None
    # Only alpha corrects for the size of the sample, by a term of order 1/n.
    assert twice.value == pytest.approx(once.value, abs=1e-3 if metric.id == "krippendorff_alpha" else 1e-12)
    assert (once.high - once.low) / (twice.high - twice.low) == pytest.approx(math.sqrt(2), rel=0.03)


@metrics
@settings(max_examples=50, deadline=None)
@given(rows=small_crowds(), more=st.lists(st.sampled_from("xyz"), min_size=1, max_size=9))
def test_tasks_with_one_annotation_change_nothing(metric: Metric, rows: Rows, more: list[str]) -> None:
    before = metric(LabelTable.from_rows(rows))
    after = metric(LabelTable.from_rows(rows + [(f"single {n}", "a0", label) for n, label in enumerate(more)]))
    if before.n_tasks == 0:
        assert after.value is None
    elif metric.card.uses_single_annotations:
        assert (after.observed, after.n_tasks) == (before.observed, before.n_tasks)
    else:
        assert (after.value, after.low, after.high) == (before.value, before.low, before.high)
        assert (after.n_tasks, after.n_annotations) == (before.n_tasks, before.n_annotations)


@metrics
def test_a_higher_level_gives_a_wider_interval(metric: Metric) -> None:
    table = LabelTable.from_columns({"a": list("xyxyxyxyxx"), "b": list("xyxyxxxyyx"), "c": list("xyyyxyxyxx")})
    narrow, usual, wide = (metric(table, level=level) for level in (0.5, 0.95, 0.999))
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


@metrics
@pytest.mark.parametrize("case", UNDEFINED)
def test_what_cannot_be_computed_is_undefined_with_a_reason(metric: Metric, case: str) -> None:
    rows, reason = UNDEFINED[case]
    found = metric(LabelTable.from_rows(rows))
    assert found.value is None
    assert found.reason is not None and found.reason.startswith(reason)
    check_invariants(found, metric, len(rows))


@metrics
def test_one_label_throughout_is_perfect_or_undefined_and_says_so(metric: Metric) -> None:
    found = metric(LabelTable.from_columns({"ann": ["x"] * 9, "ben": ["x"] * 9}))
    assert found.observed == 1.0
    if metric.card.chance_corrected:
        assert found.value is None
        assert found.reason is not None and "'x'" in found.reason and "100 %" in found.reason
    else:
        assert found.value == 1.0


@metrics
def test_perfect_agreement_is_one_with_an_interval_below_it(metric: Metric) -> None:
    found = metric(LabelTable.from_columns({name: list("xyz" * 10) for name in ("ann", "ben", "cem")}))
    assert found.value == found.high == 1.0
    assert found.low is not None and 0.7 < found.low < 0.95


@metrics
def test_one_task_has_no_interval_and_says_why(metric: Metric) -> None:
    found = metric(LabelTable.from_rows([("t", "ann", "x"), ("t", "ben", "y")]))
    assert found.value is not None
    assert (found.low, found.high, found.interval_reason) == (None, None, "one task cannot show how much tasks differ")


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
table = LabelTable.from_columns({"a": list("xyxy"), "b": list("xyyy")})
[metric(table) for metric in METRICS], by_annotator(table), by_label(table), pairwise(table), task_disagreement(table)
print(*sorted(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    ours = {name for name in loaded if name.startswith("assay.")}
    assert {name for name in ours if not name.startswith("assay.agreement")} == set()
    before = subprocess.run(
        [sys.executable, "-c", "import sys, numpy; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    third = {name.split(".")[0] for name in loaded - set(before.stdout.split())} - {"assay"}
    assert third <= {"numpy", "scipy"} | set(sys.stdlib_module_names)
