"""One answer for each task of a project, how sure it is, and how good each annotator seems to be."""

from __future__ import annotations

import csv
import io
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from assay.aggregation import AGGREGATORS, Aggregation, Aggregator, TaskLabel
from assay.agreement import LabelTable
from assay.formats.formula import escape_formula
from assay.kernel.registry import Registry

ALL_AGGREGATORS: Registry[Aggregator] = Registry("aggregator", AGGREGATORS, "assay.aggregators")
"""The built-in aggregators and those of other packages."""

DEFAULT_METHOD = "auto"


@dataclass(frozen=True)
class Consensus:
    """What an aggregator found.

    ``expected_wrong`` is how many of the decisions are wrong in expectation, None for a method whose shares of votes
    are not probabilities. ``least_sure`` are the tasks with an annotation whose decision would cost most, a tie first.
    """

    aggregator: Aggregator
    found: Aggregation
    n_decided: int
    expected_wrong: float | None
    least_sure: tuple[TaskLabel, ...]


def consensus(table: LabelTable, *, method: str = DEFAULT_METHOD, worst: int = 10) -> Consensus:
    """Aggregate a table by the method of that id. Raises NotFound for a method that does not exist.

    >>> answers = {"ann": list("xxyyxy"), "ben": list("xxyyxx"), "cem": list("xxyyyy")}
    >>> said = consensus(LabelTable.from_columns(answers), method="majority", worst=1)
    >>> said.n_decided, said.expected_wrong, said.least_sure[0].label
    (6, None, 'x')
    """
    aggregator = ALL_AGGREGATORS.get(method)
    found = aggregator(table)
    decided = found.label_codes >= 0
    wrong = float(found.expected_loss[decided].sum()) if aggregator.card.gives_probabilities else None
    # Ties, then the least sure; the order of tasks among equals.
    order = np.lexsort((found.confidence, decided))
    order = order[found.n_annotations[order] > 0][:worst]
    return Consensus(aggregator, found, int(decided.sum()), wrong, tuple(found[found.tasks[row]] for row in order))


def names_of(label: Hashable) -> list[str]:
    """A label as the names that are in it: one, or those of a set, sorted."""
    return sorted(map(str, label)) if isinstance(label, frozenset) else [str(label)]


def consensus_csv(found: Aggregation, keys: dict[int, str]) -> str:
    """A row for each task with an annotation: task, key, label, confidence, annotations. A tie has no label.

    Several labels of one answer are separated by "; ".
    """
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["task", "key", "label", "confidence", "annotations"])
    for one in found:
        if one.n_annotations:
            label = "" if one.label is None else "; ".join(names_of(one.label))
            confidence = "" if one.confidence is None else f"{one.confidence:.4f}"
            key = keys.get(int(str(one.task)), "")
            rows.writerow([one.task, escape_formula(key), escape_formula(label), confidence, one.n_annotations])
    return text.getvalue()
