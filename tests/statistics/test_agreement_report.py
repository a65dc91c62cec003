"""The report in one object: verdicts that look at the interval, limits, JSON, text."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from assay.agreement import METRICS, Agreement, LabelTable, Scale, krippendorff_alpha, percent_agreement
from assay.kernel.errors import BadInput
from assay.report.agreement import Limits, agreement_report
from assay.report.agreement_text import agreement_text
from assay.report.bands import Bands, judge, more_tasks_to_settle


def crowd(n_tasks: int, n_annotators: int = 3, skill: float = 0.8, n_labels: int = 3, seed: int = 1) -> LabelTable:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, n_labels, n_tasks)
    given = {
        f"a{annotator:03d}": np.where(rng.random(n_tasks) < skill, truth, rng.integers(0, n_labels, n_tasks))
        for annotator in range(n_annotators)
    }
    return LabelTable.from_columns(given)


def found(value: float, low: float, high: float, n_tasks: int = 100) -> Agreement:
    some = krippendorff_alpha(crowd(30))
    return replace(some, value=value, low=low, high=high, n_tasks=n_tasks)


SETTLE = "would settle it, if the value stays."
HARDLY = "that more tasks alone will hardly settle it."
VERDICTS = [
    (found(0.9, 0.8, 0.95), "strong", "Strong: the interval from 0.80 to 0.95 is wholly at or above 0.8."),
    (found(0.5, 0.4, 0.599), "low", "Low: the interval from 0.40 to 0.60 is wholly under 0.6."),
    (found(0.85, 0.75, 0.95), "acceptable", "from 0.75 to 0.95 reaches the target of 0.7; whether it is strong (0.8)"),
    (found(0.85, 0.75, 0.95), "acceptable", f"is open: about 300 more shared tasks {SETTLE}"),
    (found(0.75, 0.71, 0.79), "acceptable", "Acceptable: the interval from 0.71 to 0.79 reaches the target of 0.7."),
    (found(0.7, 0.6, 0.8), "acceptable", f"the target of 0.7 is open: 0.70 is so near 0.7 {HARDLY}"),
    (found(0.65, 0.61, 0.69), "acceptable", "is above 0.6, but under the target of 0.7."),
    (found(0.7, 0.55, 0.85), "cannot tell yet", "Can't tell yet: the interval from 0.55 to 0.85 has values on both"),
    (found(0.7, 0.55, 0.85), "cannot tell yet", f"sides of 0.6; about 130 more shared tasks {SETTLE}"),
    (found(0.0, -0.8, 0.8, n_tasks=3), "cannot tell yet", "about 20 more shared tasks"),
    (found(0.6, 0.5, 0.7), "cannot tell yet", f"0.60 is so near 0.6 {HARDLY}"),
]


@pytest.mark.parametrize(("agreement", "name", "sentence"), VERDICTS)
def test_the_verdict_looks_at_the_interval(agreement: Agreement, name: str, sentence: str) -> None:
    verdict = judge(agreement, Bands())
    assert verdict.name == name
    assert sentence in verdict.sentence
    assert (verdict.more_tasks is not None) == ("more shared task" in verdict.sentence)


def test_a_verdict_without_a_number_says_why() -> None:
    undefined = judge(krippendorff_alpha(LabelTable.from_rows([])), Bands())
    assert (undefined.name, undefined.sentence) == ("undefined", "There are no annotations.")
    one_task = judge(krippendorff_alpha(["t", "t"], ["a", "b"], ["x", "y"]), Bands())
    assert one_task.name == "cannot tell yet"
    assert one_task.sentence == "Can't tell yet: one task cannot show how much tasks differ. Add shared tasks."


def test_the_level_is_said_as_it_is() -> None:
    table = crowd(30)
    assert "at 99.9% (30 tasks" in str(krippendorff_alpha(table, level=0.999))
    assert "at 99.9% confidence" in agreement_report(table, level=0.999).summary
    one = agreement_report(LabelTable.from_rows([("t", "a", "x"), ("t", "b", "y")]))
    assert one.summary == (
        "Krippendorff's alpha is 0.00, without an interval: one task cannot show how much tasks differ "
        "(1 task, 2 annotators)."
    )
    assert str(one.metric("scott_pi").agreement).startswith("Scott's pi -1.000 (no interval: one task cannot")
    assert str(krippendorff_alpha(LabelTable.from_rows([]))).endswith(": undefined. There are no annotations.")


def test_percent_agreement_is_said_to_be_uncorrected() -> None:
    table = LabelTable.from_columns({"a": ["x"] * 99 + ["y"], "b": ["x"] * 98 + ["y", "x"]})
    report = agreement_report(table)
    percent, alpha = report.metric("percent_agreement").verdict, report.metric("krippendorff_alpha").verdict
    assert percent.name == "strong" and "not corrected for chance" in percent.sentence
    assert alpha.name != "strong" and "not corrected" not in alpha.sentence


def test_the_number_of_more_tasks_is_about_right() -> None:
    """With so many more tasks of the same kind the interval does leave the limit out."""
    table = crowd(60, skill=0.8)
    before = krippendorff_alpha(table)
    assert before.value is not None and before.low is not None and before.low < 0.6 < before.value
    more = more_tasks_to_settle(before, 0.6)
    assert more is not None
    times = (60 + more) / 60
    narrower = [krippendorff_alpha(repeated(table, n)) for n in (max(1, int(times * 0.6)), int(np.ceil(times)) + 1)]
    assert narrower[0].low is not None and narrower[1].low is not None
    assert narrower[0].low < 0.6 < narrower[1].low


def repeated(table: LabelTable, times: int) -> LabelTable:
    rows = [
        (f"{copy}-{task}", annotator, label)
        for copy in range(times)
        for task, annotator, label in zip(table.task_codes, table.annotator_codes, table.label_codes, strict=True)
    ]
    return LabelTable.from_rows(rows)


@pytest.mark.parametrize("bands", [{"warning": 0.9}, {"strong": 1.2}, {"target": 0.5}, {"warning": float("nan")}])
def test_impossible_bands_are_refused(bands: dict[str, float]) -> None:
    with pytest.raises(BadInput) as caught:
        Bands(**bands)
    assert caught.value.field == "bands"


def test_a_report_has_every_metric_and_is_ready_for_json() -> None:
    table = crowd(40)
    report = agreement_report(table, level=0.9, bands=Bands(strong=0.9, target=0.8, warning=0.3))
    document = json.loads(json.dumps(report.as_dict(), allow_nan=False))
    assert list(document["metrics"]) == [metric.id for metric in METRICS if metric.card.accepts("nominal")]
    assert document["metrics"]["fleiss_kappa"]["level"] == document["level"] == 0.9
    assert document["bands"] == {"strong": 0.9, "target": 0.8, "warning": 0.3}
    assert (document["n_tasks"], document["n_annotations"], document["n_annotators"]) == (40, 120, 3)
    assert [len(document["pairs"][metric]["pairs"]) for metric in document["pairs"]] == [3, 3]
    assert len(document["by_label"]) == len(document["by_annotator"]) == 3
    assert document["summary"].startswith("Krippendorff's alpha is 0.")
    assert document["left_out"] == []
    disagreements = [row["disagreement"] for row in document["worst_tasks"]]
    assert disagreements == sorted(disagreements, reverse=True)
    with pytest.raises(KeyError):
        report.metric("nothing")


def test_sets_are_measured_by_what_is_meant_for_sets() -> None:
    rows: list[tuple[int, str, Any]] = []
    for task in range(30):
        whole = {"a", "b"} if task % 2 else {"c"}
        rows += [(task, "ann", whole), (task, "ben", {"a"} if task % 5 == 0 else whole), (task, "cem", set())]
    report = agreement_report(LabelTable.from_rows(rows), scale="set")
    kappa = report.metric("cohen_kappa").agreement
    assert kappa.value is None
    assert kappa.reason == "Cohen's kappa is not meant for sets of labels; use Krippendorff's alpha."
    assert sum(item.n_annotations for item in kappa.left_out) == 90
    masi = krippendorff_alpha(LabelTable.from_rows(rows), distance="masi")
    assert report.metric("krippendorff_alpha").agreement == masi
    assert [row.label for row in report.by_label] == ["a", "b", "c"]
    assert list(report.pairs) == ["percent_agreement"]
    json.dumps(report.as_dict(), allow_nan=False)
    assert "a, b" in agreement_text(report, "sets")


def test_long_lists_are_cut_and_counted() -> None:
    table = crowd(60, n_annotators=9, n_labels=7)
    limits = Limits(annotators_in_pairs=4, labels=5, annotators=6, worst_tasks=2)
    report = agreement_report(table, limits=limits)
    assert len(report.pairs["cohen_kappa"].pairs) == 6
    assert (len(report.by_label), len(report.by_annotator), len(report.worst_tasks)) == (5, 6, 2)
    assert [item.as_dict() for item in report.left_out] == [
        {"reason": "only the 4 annotators with the most shared tasks are compared in pairs", "n_annotators": 5},
        {"reason": "only the 5 most frequent labels are listed", "n_labels": 2},
        {"reason": "only the 6 annotators with the most shared tasks are listed", "n_annotators": 3},
    ]
    assert report.metric("cohen_kappa").agreement.n_pairs == 36


def test_the_busiest_annotators_are_those_kept_in_pairs() -> None:
    rows = [(task, who, "x") for task in range(9) for who in ("always", "too")]
    rows += [(task, "seldom", "x") for task in range(2)] + [(100 + task, "alone", "x") for task in range(50)]
    pairs = agreement_report(LabelTable.from_rows(rows), limits=Limits(annotators_in_pairs=3)).pairs
    assert pairs["percent_agreement"].annotators == ("always", "seldom", "too")
    assert pairs["percent_agreement"].between("too", "seldom").n_tasks == 2
    with pytest.raises(KeyError):
        pairs["percent_agreement"].between("too", "alone")


def test_pairs_without_shared_tasks_or_with_one_label_say_so() -> None:
    rows = [("t", "a", "x"), ("t", "b", "x"), ("u", "c", "x"), ("u", "b", "y"), ("v", "a", "x"), ("v", "b", "x")]
    pairs = {(pair.a, pair.b): pair for pair in agreement_report(LabelTable.from_rows(rows)).pairs["cohen_kappa"]}
    assert pairs["a", "c"].reason == "They have no task in common."
    assert pairs["a", "b"].reason == ("Both gave 'x' on all 2 shared tasks, so agreement by chance is 100 % too (0/0).")
    assert pairs["b", "c"].value == 0.0
    assert pairs["b", "c"].estimate.interval_reason == "one task cannot show how much tasks differ"


def test_the_text_has_every_part_and_nothing_that_a_terminal_would_act_on() -> None:
    rows: list[tuple[int, str, str | None]]
    rows = [(task, who, "\x1b[31mred" if task % 2 else "blue" * 30) for task in range(30) for who in ("ann", "b\nen")]
    rows[0] = (0, "ann", "\x1b[31mred")
    rows += [(99, "ann", "blue"), (98, "ann", None)]
    text = agreement_text(agreement_report(LabelTable.from_rows(rows)), "votes.csv")
    assert text.startswith("votes.csv\n32 tasks, 61 annotations, 1 without a label, 2 annotators, 3 labels.")
    parts = ["METRIC", "Krippendorff's alpha", "Pairs of", "Labels, ", "Annotators, ", "Left out", "- 1 task, 1 ann"]
    assert [part for part in parts if part not in text] == []
    assert "\x1b" not in text and "�[31mred" in text and "b�en" in text
    assert "blue" * 9 + "blu…" in text
    assert max(map(len, text.splitlines())) < 160


@pytest.mark.parametrize("rows", [[], [("t", "a", "x")], [("t", "a", None)], [("t", "a", "x"), ("t", "b", "x")]])
def test_the_text_of_next_to_nothing(rows: list[tuple[str, str, str | None]]) -> None:
    report = agreement_report(LabelTable.from_rows(rows))
    assert "undefined" in agreement_text(report, "votes.csv")
    json.dumps(report.as_dict(), allow_nan=False)


def test_a_perfect_project_is_not_said_to_be_certain() -> None:
    table = LabelTable.from_columns({"ann": list("xy") * 10, "ben": list("xy") * 10})
    assert percent_agreement(table).low == pytest.approx(20 / (20 + 1.959964**2), abs=1e-6)
    assert agreement_report(table).metric("krippendorff_alpha").verdict.name == "acceptable"


@pytest.mark.parametrize("scale", ["ordinal", "interval", "ratio", "circular"])
def test_numbers_are_measured_by_what_is_meant_for_them(scale: Scale) -> None:
    rng = np.random.default_rng(4)
    truth = rng.integers(1, 9, 60)
    table = LabelTable.from_columns({who: np.clip(truth + rng.integers(-1, 2, 60), 0, 9) for who in "abc"})
    report = agreement_report(table.on_circle(24), scale=scale)
    assert [metric.card.id for metric in report.metrics] == [m.id for m in METRICS if m.card.accepts(scale)]
    assert list(report.pairs) == [*(["weighted_kappa"] if scale == "ordinal" else []), "percent_agreement"]
    assert report.metric("krippendorff_alpha").agreement == krippendorff_alpha(
        table.on_circle(24),
        distance=scale,  # a scale's own distance has its name
    )
    json.dumps(report.as_dict(), allow_nan=False)
    assert "Krippendorff's alpha" in agreement_text(report, "numbers")


def test_very_many_numbers_have_no_weighted_kappa_for_each_pair_but_a_report() -> None:
    numbers = np.arange(2_500)
    report = agreement_report(LabelTable.from_columns({"a": numbers, "b": numbers + numbers % 2}), scale="ordinal")
    assert list(report.pairs) == ["percent_agreement"]
    assert report.metric("weighted_kappa").agreement.reason is not None
    assert report.metric("kendall_tau_b").agreement.value is not None
