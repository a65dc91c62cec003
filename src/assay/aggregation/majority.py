"""Majority: the label that most annotators of a task gave."""

from __future__ import annotations

import numpy as np

from assay.aggregation.result import Aggregation, Aggregator, AggregatorCard, CodedLabels, TieRule

CARD = AggregatorCard(
    id="majority",
    title="Majority",
    summary="The label with the most annotations; a tie is reported as a tie.",
    scales=("nominal", "set"),
    weighs_annotators=False,
    cost="one pass",
    reference="counting; see Sheng, Provost, Ipeirotis 2008 for its limits",
)
VERSION = 1


def majority(table: CodedLabels, *, tie_rule: TieRule = "report") -> Aggregation:
    """The most frequent label of each task, where the most frequent one is alone ("plurality": half is not needed).

    Tie rule "report" (the default): a task whose leading labels are equally frequent has no label, and
    ``tied`` lists them. "prior": the tied label that is most frequent over all annotations of the table
    wins, and among equals the first in the table's order of labels (numbers by size, text by code point);
    ``tied`` still lists them. Neither depends on the order of rows or annotators. Sets count as equal when
    they have the same members.

    ``table`` is a ``LabelTable`` of assay.agreement, or anything with its tasks, labels and codes. Raises
    ValueError for a tie rule that is not one of these two. Tasks without a label are undecided.

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
    if tie_rule not in ("report", "prior"):
        raise ValueError(f"There is no tie rule {tie_rule!r}; use 'report' or 'prior'.")
    n_tasks, n_labels = len(table.tasks), max(len(table.labels), 1)
    key, count = np.unique(table.task_codes * n_labels + table.label_codes, return_counts=True)
    task, label = np.divmod(key, n_labels)
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
    n_annotations = np.bincount(table.task_codes, minlength=n_tasks).astype(np.int64)
    return Aggregation(
        method=CARD.id,
        version=VERSION,
        tie_rule=tie_rule,
        tasks=tuple(table.tasks),
        labels=tuple(table.labels),
        label_codes=winner,
        share=most / np.maximum(n_annotations, 1),
        n_annotations=n_annotations,
        tied_rows=task[tied],
        tied_codes=label[tied],
    )


AGGREGATOR = Aggregator(CARD, majority)
