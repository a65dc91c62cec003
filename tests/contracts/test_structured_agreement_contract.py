"""What every metric on spans, shapes and texts promises, whatever the answers. A new one is one line in CASES."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.agreement import DuplicateLabel
from assay.agreement.shapes import Box, Keypoints, Mask, Polygon, ShapeTable, matched_label_alpha, object_agreement
from assay.agreement.spans import SpanTable, span_alpha, span_errors, span_f1, span_gamma, unitizing_alpha
from assay.agreement.structured import AnswerTable, StructuredAgreement
from assay.agreement.text import TextTable, text_agreement

LENGTH = 30
Row = tuple[str, str, Any]


@dataclass(frozen=True)
class Case:
    """A metric, how its table is made, and answers to draw from; ``relabel`` renames the labels of an answer."""

    name: str
    metric: Callable[[Any], StructuredAgreement]
    table: Callable[[list[Row]], AnswerTable[Any]]
    answers: tuple[Any, ...]
    relabel: Callable[[Any], Any]


def span_table(rows: list[Row]) -> SpanTable:
    """Texts of 30 characters."""
    tasks, annotators, spans = columns(rows)
    return SpanTable.from_arrays(tasks, annotators, spans, lengths=dict.fromkeys(tasks, LENGTH))


def columns(rows: list[Row]) -> tuple[list[str], list[str], list[Any]]:
    """Three columns, also of no rows."""
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def renamed(label: object) -> str:
    """Another name that sorts the other way round."""
    return {"x": "zz", "y": "aa"}[str(label)]


SPANS: tuple[Any, ...] = (
    None,
    [],
    [(0, 4, "x")],
    [(0, 5, "x")],
    [(0, 4, "y"), (8, 12, "x")],
    [(0, 4, "x"), (4, 8, "x"), (2, 6, "y")],
    [(0, LENGTH, "y")],
)
BOXES: tuple[Any, ...] = (
    None,
    [],
    [Box(0, 0, 4, 4, "x")],
    [Box(0, 0, 4, 4, "y"), Box(1, 0, 5, 4, "x")],
    [Box(2, 0, 6, 4, "x"), Box(0, 0, 4, 3, "x"), Box(9, 9, 12, 12, "y")],
)
TEXTS = (None, "", "a cat", "a bat", "the cat sat")


def relabel_spans(spans: Any) -> Any:
    """The same spans with other labels."""
    return None if spans is None else [(start, end, renamed(label)) for start, end, label in spans]


def relabel_boxes(boxes: Any) -> Any:
    """The same boxes with other labels."""
    return None if boxes is None else [Box(b.x_min, b.y_min, b.x_max, b.y_max, renamed(b.label)) for b in boxes]


def shape_table(rows: list[Row]) -> ShapeTable:
    """Boxes."""
    return ShapeTable.from_arrays(*columns(rows))


def text_table(rows: list[Row]) -> TextTable:
    """Texts."""
    return TextTable.from_arrays(*columns(rows))


CASES = (
    Case("span_f1", span_f1, span_table, SPANS, relabel_spans),
    Case("span_f1 overlap", lambda t: span_f1(t, match="overlap"), span_table, SPANS, relabel_spans),
    Case("span_alpha", span_alpha, span_table, SPANS, relabel_spans),
    Case("unitizing_alpha", unitizing_alpha, span_table, SPANS, relabel_spans),
    Case("span_gamma", lambda t: span_gamma(t, seed=3, precision=0.5), span_table, SPANS, relabel_spans),
    Case("object f1", object_agreement, shape_table, BOXES, relabel_boxes),
    Case("object quality", lambda t: object_agreement(t, measure="quality"), shape_table, BOXES, relabel_boxes),
    Case(
        "matched similarity",
        lambda t: object_agreement(t, measure="matched_similarity", threshold=0.3),
        shape_table,
        BOXES,
        relabel_boxes,
    ),
    Case("matched_label_alpha", matched_label_alpha, shape_table, BOXES, relabel_boxes),
    Case("text chrf", text_agreement, text_table, TEXTS, lambda text: text),
    Case("text edit", lambda t: text_agreement(t, measure="edit"), text_table, TEXTS, lambda text: text),
)
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def crowds(case: Case) -> st.SearchStrategy[list[Row]]:
    """A few tasks and annotators, each with at most one answer to each."""
    cell = st.tuples(st.integers(0, 4), st.integers(0, 3))
    return st.dictionaries(cell, st.sampled_from(range(len(case.answers))), max_size=14).map(
        lambda cells: [(f"t{t}", f"a{a}", case.answers[place]) for (t, a), place in cells.items()]
    )


def same(found: StructuredAgreement, other: StructuredAgreement) -> None:
    """Equal up to rounding in value and interval."""
    for name in ("value", "low", "high"):
        a, b = getattr(found.overall, name), getattr(other.overall, name)
        assert (a is None) == (b is None)
        assert a is None or a == pytest.approx(b, abs=1e-9)


@cases
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_result_is_a_number_or_a_reason(case: Case, data: st.DataObject) -> None:
    rows = data.draw(crowds(case))
    found = case.metric(case.table(rows))
    overall = found.overall
    assert (overall.value is None) == (overall.reason is not None)
    assert (overall.low is None) == (overall.high is None) == (overall.interval_method is None)
    assert overall.n_annotations + sum(item.n_annotations for item in overall.left_out) == len(rows)
    assert overall.n_tasks == len(found.by_task)
    json.dumps(found.as_dict(), allow_nan=False)
    assert str(found)
    if overall.value is not None:
        assert math.isfinite(overall.value) and overall.value <= 1.0 + 1e-12
        if overall.low is not None and overall.high is not None:
            assert overall.low <= overall.value <= overall.high <= 1.0 + 1e-12
        else:
            assert overall.interval_reason


@cases
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_rows_and_names_change_nothing(case: Case, data: st.DataObject) -> None:
    rows = data.draw(crowds(case))
    found = case.metric(case.table(rows))
    shuffled = random.Random(1).sample(rows, len(rows))
    same(found, case.metric(case.table(shuffled)))
    # The order of names is turned round: first becomes last.
    other = [(f"t{9 - int(t[1:])}", f"a{9 - int(a[1:])}", case.relabel(answer)) for t, a, answer in rows]
    same(found, case.metric(case.table(other)))


@cases
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_repeated_tasks_narrow_the_interval(case: Case, data: st.DataObject) -> None:
    rows = data.draw(crowds(case))
    found = case.metric(case.table(rows))
    again = case.metric(case.table(rows + [(f"again {task}", annotator, answer) for task, annotator, answer in rows]))
    assert (found.value is None) == (again.value is None)
    if found.value is None or again.value is None:
        return
    if "alpha" in case.name:
        # Chance is counted without replacement: 1 - alpha grows by (2n - 1) / (2n - 2), at most 3/2 at n = 2 values.
        assert 1 - found.value - 1e-9 <= 1 - again.value <= 1.5 * (1 - found.value) + 1e-9
    else:
        assert again.value == pytest.approx(found.value, abs=1e-9)


@cases
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_tasks_with_one_answer_change_nothing(case: Case, data: st.DataObject) -> None:
    rows = data.draw(crowds(case))
    found = case.metric(case.table(rows))
    more = case.metric(case.table([*rows, ("alone", "a0", case.answers[-1]), ("nothing", "a1", None)]))
    same(found, more)
    assert any("only one" in item.reason for item in more.overall.left_out)


@cases
def test_nothing_to_compare_is_said(case: Case) -> None:
    answer = case.answers[-1]
    said = {
        "no answers": case.metric(case.table([])).reason,
        "None of the 1": case.metric(case.table([("t1", "ann", None)])).reason,
        "Only one annotator": case.metric(case.table([("t1", "ann", answer), ("t2", "ann", answer)])).reason,
        "No task has answers from two": case.metric(case.table([("t1", "ann", answer), ("t2", "ben", answer)])).reason,
    }
    assert all(part in str(reason) for part, reason in said.items()), said


@cases
def test_an_annotator_answers_a_task_once(case: Case) -> None:
    answer = case.answers[-1]
    with pytest.raises(DuplicateLabel, match="rows 0 and 2"):
        case.table([("t1", "ann", answer), ("t1", "ben", answer), ("t1", "ann", answer)])


@cases
def test_perfect_agreement_is_1(case: Case) -> None:
    rows = [(f"t{i}", f"a{a}", answer) for i, answer in enumerate(case.answers) if answer is not None for a in range(3)]
    assert case.metric(case.table(rows)).value == pytest.approx(1.0, abs=1e-12)


def test_both_empty_adds_nothing_and_one_empty_is_all_missed() -> None:
    rows: list[Row] = [("t1", "ann", [(0, 4, "x")]), ("t1", "ben", [(0, 4, "x")])]
    empty: list[Row] = [("t2", "ann", []), ("t2", "ben", [])]
    assert span_f1(span_table(rows + empty)).value == 1.0
    assert span_f1(span_table(rows + empty)).by_task[1].value is None
    one: list[Row] = [("t2", "ann", [(0, 4, "x")]), ("t2", "ben", [])]
    assert span_f1(span_table(rows + one)).value == pytest.approx(2 / 3)
    assert span_f1(span_table(one)).value == 0.0
    nothing = span_f1(span_table(empty))
    assert nothing.value is None and "Nobody marked a span" in str(nothing.reason)


SPAN_MISTAKES = [
    ([(4, 0, "x")], r"spans\[0\]\[0\] goes from 4 to 0; start must be before end"),
    ([(4, 4, "x")], r"goes from 4 to 4; start must be before end"),
    ([(-1, 4, "x")], r"starts at -1; places count from 0"),
    ([(0, LENGTH + 1, "x")], r"ends at 31, beyond the text, which has length 30"),
    ([(0, math.nan, "x")], r"goes from 0 to nan; give two finite numbers"),
    ([("0", "4", "x")], r"give two finite numbers"),
    ([(0,)], r"give \(start, end\) or \(start, end, label\)"),
    ([(0, 4, ["x"])], r"has the label \['x'\], which has no hash"),
    ("0-4", r"give a list of \(start, end, label\)"),
]


@pytest.mark.parametrize(("answer", "said"), SPAN_MISTAKES)
def test_a_span_that_cannot_be_is_refused_with_its_place(answer: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        span_table([("t1", "ann", answer)])


SHAPE_MISTAKES: list[tuple[Callable[[], object], str]] = [
    (lambda: Box(4, 0, 4, 4), "Box goes from x_min 4 to x_max 4, so it has no area"),
    (lambda: Box(0, 5, 4, 4), "Box goes from y_min 5 to y_max 4"),
    (lambda: Box(0, 0, math.inf, 4), "give four finite numbers"),
    (lambda: Polygon([(0, 0), (1, 1)]), "give at least 3 corners"),
    (lambda: Polygon([(0, 0), (0.1, 0.3), (0.2, 0.6)]), "Polygon has no area"),
    (lambda: Polygon([(0, 0), (1, math.nan), (2, 0)]), "not finite"),
    (lambda: Mask([[0, 0]]), "Mask has no pixel"),
    (lambda: Mask([[0, 0.5]]), "other than 0 and 1"),
    (lambda: Mask([0, 1]), "Mask has 1 dimensions"),
    (lambda: Keypoints([(1, math.nan)], area=1), "one coordinate"),
    (lambda: Keypoints([(math.nan, math.nan)], area=1), "no marked point"),
    (lambda: Keypoints([(1, 1)], area=0), "above 0"),
    (lambda: shape_table([("t", "a", Box(0, 0, 1, 1))]), "give a list of shapes"),
    (lambda: shape_table([("t", "a", [Box(0, 0, 1, 1), Mask([[1]])])]), "Box and Mask together"),
    (lambda: shape_table([("t", "a", [(0, 0, 1, 1)])]), "give a Box, Polygon, Mask or Keypoints"),
    (lambda: text_table([("t", "a", 5)]), "give a text, or None"),
]


@pytest.mark.parametrize(("make", "said"), SHAPE_MISTAKES)
def test_a_shape_that_cannot_be_is_refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_wrong_arguments_are_named() -> None:
    table = span_table([("t1", "ann", [(0, 4, "x")])])
    boxes = shape_table([("t1", "ann", [Box(0, 0, 1, 1)])])
    wrong: list[tuple[Callable[[], object], str]] = [
        (lambda: span_f1(table, match="partial"), "no match 'partial'"),  # type: ignore[arg-type]
        (lambda: span_f1(table, threshold=0.0), r"threshold is 0\.0"),
        (lambda: span_f1(table, level=95), "level is 95"),
        (lambda: object_agreement(boxes, measure="iou"), "no measure 'iou'"),  # type: ignore[arg-type]
        (lambda: object_agreement(boxes, threshold=2), "threshold is 2"),
        (lambda: text_agreement(text_table([]), measure="bleu"), "no measure 'bleu'"),  # type: ignore[arg-type]
        (lambda: SpanTable.from_arrays(["t"], ["a", "b"], [[], []]), "tasks has 1 entries and spans 2"),
        (lambda: SpanTable.from_arrays(["t"], ["a"], [[]], lengths={"t": 0}), "give the length of the text"),
        (lambda: span_alpha(SpanTable.from_arrays(["t"] * 2, "ab", [[], []])), "annotators is one string"),
    ]
    for call, said in wrong:
        with pytest.raises(ValueError, match=said):
            call()


def test_places_that_nobody_marked_need_a_length() -> None:
    table = SpanTable.from_arrays(["t", "t"], ["a", "b"], [[(0, 4)], []])
    for metric in (span_alpha, unitizing_alpha):
        with pytest.raises(ValueError, match="lengths has nothing for task 't'"):
            metric(table)
    half = SpanTable.from_arrays(["t", "t"], ["a", "b"], [[(0, 0.5)], []], lengths={"t": 2})
    with pytest.raises(ValueError, match="counts whole units of length"):
        unitizing_alpha(half)


def test_the_same_span_twice_counts_once() -> None:
    rows: list[Row] = [("t1", "ann", [(0, 4, "x"), (0, 4, "x")]), ("t1", "ben", [(0, 4, "x")])]
    assert span_f1(span_table(rows)).value == 1.0


@settings(max_examples=25, deadline=None)
@given(rows=crowds(CASES[0]))
def test_kinds_of_errors_add_up(rows: list[Row]) -> None:
    errors = span_errors(span_table(rows))
    json.dumps(errors.as_dict(), allow_nan=False)
    if errors.reason is None:
        assert math.fsum(share.share.value or 0.0 for share in errors.shares) == pytest.approx(1.0)
    turned = [(t, f"a{9 - int(a[1:])}", relabel_spans(answer)) for t, a, answer in rows]
    again = span_errors(span_table(turned))
    assert [share.n for share in errors.shares] == [share.n for share in again.shares]


def test_only_numpy_is_loaded_until_scipy_is_needed() -> None:
    program = """
import sys
import assay.agreement.spans, assay.agreement.shapes, assay.agreement.text, assay.agreement.comparisons
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "scipy" not in done.stdout.split()
