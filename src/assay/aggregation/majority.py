"""Majority: the label that most annotators of a task gave."""

from __future__ import annotations

import numpy as np

from assay.aggregation.annotators import AnnotatorTable, accuracy_interval
from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.card import Aggregator, AggregatorCard, CodedLabels
from assay.aggregation.decide import check_tie_rule
from assay.aggregation.result import Aggregation, TieRule

CARD = AggregatorCard(
    id="majority",
    title="Majority",
    summary="The label with the most annotations; a tie is reported as a tie.",
    scales=("nominal", "set"),
    weighs_annotators=False,
    cost="one pass",
    reference="counting; see Sheng, Provost, Ipeirotis 2008 for its limits",
)
VERSION = 2
_LARGEST_SHARES = 2**26


def majority(table: CodedLabels, *, tie_rule: TieRule = "report") -> Aggregation:
    """The most frequent label of each task, where the most frequent one is alone ("plurality": half is not needed).

    Tie rule "report" (the default): a task whose leading labels are equally frequent has no label, and
    ``tied`` lists them. "prior": the tied label that is most frequent over all annotations of the table
    wins, and among equals the first in the table's order of labels (numbers by size, text by code point);
    ``tied`` still lists them. Neither depends on the order of rows or annotators. Sets count as equal when
    they have the same members.

    ``table`` is a ``LabelTable`` of assay.agreement, or anything with its names and codes. Raises
    ValueError for a tie rule that is not one of these two. Tasks without a label are undecided. The posterior
    has the shares of the votes, which are not calibrated probabilities. An annotator's accuracy is the
    share of tasks on which the label leads among those of the *others* (Jeffreys' prior; tasks on which it is one
    of several leaders do not count).

    >>> from assay.agreement import LabelTable
    >>> labels = {"ann": ["cat", "cat", "dog"], "ben": ["cat", "dog", "dog"], "cem": ["dog", None, "dog"]}
    >>> table = LabelTable.from_columns(labels, tasks=["t1", "t2", "t3"])
    >>> for decision in majority(table):
    ...     print(decision.task, decision.label, round(decision.share, 2), decision.tied)
    t1 cat 0.67 ()
    t2 None 0.5 ('cat', 'dog')
    t3 dog 1.0 ()
    >>> majority(table, tie_rule="prior")["t2"].label
    'dog'
    """
    check_tie_rule(tie_rule)
    n_tasks, n_labels = len(table.tasks), max(len(table.labels), 1)
    distinct, place, count = np.unique(
        table.task_codes * n_labels + table.label_codes, return_inverse=True, return_counts=True
    )
    task, label = np.divmod(distinct, n_labels)
    all_tasks, all_labels, n_annotations = task, label, np.bincount(table.task_codes, minlength=n_tasks)
    most = np.zeros(n_tasks, dtype=np.int64)
    np.maximum.at(most, task, count)
    leading = count == most[task]
    task, label = task[leading], label[leading]
    n_leading = np.bincount(task, minlength=n_tasks)
    tied = n_leading[task] > 1
    winner = np.full(n_tasks, -1, dtype=np.int64)
    winner[task[~tied]] = label[~tied]
    if tie_rule == "prior":
        frequency = np.bincount(table.label_codes, minlength=n_labels)
        order = np.lexsort((label, -frequency[label], task))
        first = np.unique(task[order], return_index=True)[1]
        winner[task[order][first]] = label[order][first]
    share = most / np.maximum(n_annotations, 1)
    return Aggregation(
        method=CARD.id,
        version=VERSION,
        tie_rule=tie_rule,
        tasks=tuple(table.tasks),
        labels=tuple(table.labels),
        label_codes=winner,
        share=share,
        n_annotations=n_annotations.astype(np.int64),
        tied_rows=task[tied],
        tied_codes=label[tied],
        posterior=_shares(all_tasks, all_labels, count, n_annotations, len(table.labels)),
        confidence=share,
        annotators=_agreement_with_others(table, all_tasks, place, count, most),
        used_tasks=table.task_codes,
        used_annotators=table.annotator_codes,
    )


def _shares(task: Codes, label: Codes, count: Codes, n_annotations: Codes, n_labels: int) -> Floats | None:
    """The share of each label in the votes on each task; None when that many numbers would be too many."""
    if len(n_annotations) * n_labels > _LARGEST_SHARES:
        return None
    shares = np.zeros((len(n_annotations), n_labels))
    shares[task, label] = count / n_annotations[task]
    return shares


def _agreement_with_others(table: CodedLabels, task: Codes, place: Codes, count: Codes, most: Codes) -> AnnotatorTable:
    """How often the label leads among those of the others; where it is one of several leaders it does not count."""
    n_annotators, annotator, of_task = len(table.annotators), table.annotator_codes, table.task_codes
    leads = count == most[task]
    n_leads = np.bincount(task[leads], minlength=len(most))
    second = np.zeros_like(most)
    np.maximum.at(second, task[~leads], count[~leads])
    alone = leads[place] & (n_leads[of_task] == 1)
    best_other_label = np.where(alone, second[of_task], most[of_task])
    same_label = count[place] - 1
    right, wrong = same_label > best_other_label, same_label < best_other_label
    n_right = np.bincount(annotator[right], minlength=n_annotators).astype(np.float64)
    n_wrong = np.bincount(annotator[wrong], minlength=n_annotators)
    given = np.bincount(annotator, minlength=n_annotators).astype(np.float64)
    return AnnotatorTable(tuple(table.annotators), given, lambda: accuracy_interval(n_right, n_right + n_wrong))


AGGREGATOR = Aggregator(CARD, majority)
