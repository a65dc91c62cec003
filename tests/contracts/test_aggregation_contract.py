"""What every aggregator promises. The suite walks AGGREGATORS: a new one is tested by being in the list."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import assay.aggregation
from assay.aggregation import AGGREGATORS, Aggregation, Aggregator, TaskLabel
from assay.agreement import LabelTable

Rows = list[tuple[Any, Any, Any]]

aggregators = pytest.mark.parametrize("aggregator", AGGREGATORS, ids=lambda aggregator: aggregator.id)


def small_crowds() -> st.SearchStrategy[Rows]:
    cell = st.tuples(st.integers(0, 9), st.integers(0, 4))
    return st.dictionaries(cell, st.sampled_from([None, "x", "y", "z"]), max_size=40).map(
        lambda cells: [(f"t{task}", f"a{annotator}", label) for (task, annotator), label in cells.items()]
    )


@aggregators
def test_the_card_says_what_a_page_needs(aggregator: Aggregator) -> None:
    assert aggregator.card.id == aggregator.id
    assert aggregator.id in assay.aggregation.__all__
    assert aggregator.card.title and aggregator.card.summary and aggregator.card.reference and aggregator.card.scales
    json.dumps(aggregator.card.as_dict())


@aggregators
@pytest.mark.parametrize("tie_rule", ["report", "prior"])
@settings(max_examples=30, deadline=None)
@given(rows=small_crowds())
def test_every_task_has_a_decision_or_a_reason(aggregator: Aggregator, tie_rule: Any, rows: Rows) -> None:
    table = LabelTable.from_rows(rows)
    found = aggregator(table, tie_rule=tie_rule)
    assert (found.method, found.tie_rule) == (aggregator.id, tie_rule)
    decisions = list(found)
    assert [decision.task for decision in decisions] == list(table.tasks)
    for decision in decisions:
        check_decision(decision, table, rows)
        assert aggregator.card.weighs_annotators or decision.share != 0.0
        assert found[decision.task] == decision
    check_probabilities(found)
    assert found.n_undecided == sum(decision.label is None for decision in decisions)
    assert found.n_ties == sum(bool(decision.tied) for decision in decisions)


def check_decision(decision: TaskLabel, table: LabelTable, rows: Rows) -> None:
    given = [label for task, _, label in rows if task == decision.task and label is not None]
    assert decision.n_annotations == len(given)
    assert (decision.label is None) == (decision.reason is not None)
    assert decision.label is None or decision.label in table.labels
    assert (decision.share is None) == (not given)
    assert decision.share is None or 0.0 <= decision.share <= 1.0
    assert len(decision.tied) != 1
    assert list(decision.tied) == sorted(decision.tied, key=table.labels.index)


def check_probabilities(found: Aggregation) -> None:
    """The posterior, the annotators and the record of what was used."""
    assert found.posterior is not None
    assert found.posterior.shape == (len(found.tasks), len(found.labels))
    assert np.isfinite(found.posterior).all()
    for row, decision in enumerate(found):
        known = decision.confidence is not None
        assert known == (decision.n_annotations > 0) == (decision.expected_loss is not None)
        assert found.posterior[row].sum() == pytest.approx(1.0 if known else 0.0)
        if decision.confidence is not None and decision.expected_loss is not None:
            assert decision.confidence == pytest.approx(found.posterior[row].max())
            assert decision.expected_loss == pytest.approx(1.0 - decision.confidence)
    for quality in found.annotators:
        assert 0.0 <= quality.low <= quality.accuracy <= quality.high <= 1.0
        assert found.annotator(quality.annotator).n_annotations == quality.n_annotations
    assert len(set(found.used())) == found.n_annotations_used == int(found.n_annotations.sum())
    assert found.version >= 1 and found.seed is None


@aggregators
def test_the_card_keeps_its_word(aggregator: Aggregator) -> None:
    rows = [(task, who, "xy"[(task + (who == "c")) % 2]) for task in range(6) for who in "abcd"]
    table = LabelTable.from_rows(rows)
    found = aggregator(table)
    quality = found.annotator("a")
    assert (quality.confusion is not None) == aggregator.card.models_confusion
    if quality.confusion is not None:
        assert quality.confusion.sum(axis=1) == pytest.approx([1.0, 1.0])
    if aggregator.card.accepts_gold:
        gold = aggregator(table, gold={0: "y", "not a task": "x"})
        assert (gold[0].label, gold[0].confidence, gold.gold_tasks) == ("y", 1.0, (0,))
    else:
        with pytest.raises(ValueError, match="does not use gold"):
            aggregator(table, gold={0: "y"})
    assert aggregator(table, gold=None)[0].label == "x"


@aggregators
@settings(max_examples=15, deadline=None)
@given(rows=small_crowds(), seed=st.integers(0, 2**32))
def test_the_order_of_rows_changes_nothing(aggregator: Aggregator, rows: Rows, seed: int) -> None:
    shuffled = random.Random(seed).sample(rows, len(rows))
    for tie_rule in ("report", "prior"):
        before = list(aggregator(LabelTable.from_rows(rows), tie_rule=tie_rule))
        assert list(aggregator(LabelTable.from_rows(shuffled), tie_rule=tie_rule)) == before


@aggregators
def test_opposite_answers_are_never_promoted_to_a_unanimous_one(aggregator: Aggregator) -> None:
    found = aggregator(LabelTable.from_rows([("t", "ann", "yes"), ("t", "ben", "no")]))
    assert found["t"].label is None
    assert found["t"].tied == ("no", "yes")
    assert found["t"].reason == "tie between 'no', 'yes'"


@aggregators
def test_an_unknown_tie_rule_is_refused(aggregator: Aggregator) -> None:
    with pytest.raises(ValueError, match="no tie rule 'first'; use 'report' or 'prior'"):
        aggregator(LabelTable.from_rows([]), tie_rule="first")  # type: ignore[arg-type]
