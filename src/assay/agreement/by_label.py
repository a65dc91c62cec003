"""Which label is the trouble: agreement on each label against all others."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.card import Scale
from assay.agreement.disagreement import NONE, Disagreement
from assay.agreement.interval import check_level, jackknife_interval
from assay.agreement.label_table import LabelTable
from assay.agreement.names import quoted
from assay.agreement.patterns import LabelCounts, count_labels
from assay.agreement.result import Estimate, plain_name


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Agreement on one label, on tasks with at least two annotations.

    ``specific``: given that one annotator chose this label, the chance that another did too.
    ``alpha``: Krippendorff's alpha of "this label or not". ``share``: of the annotations, how many chose it.
    ``n_annotations`` chose it, on ``n_tasks`` tasks.
    """

    label: Hashable
    share: float
    n_tasks: int
    n_annotations: int
    specific: Estimate
    alpha: Estimate

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "label": plain_name(self.label),
            "share": self.share,
            "n_tasks": self.n_tasks,
            "n_annotations": self.n_annotations,
            "specific": self.specific.as_dict(),
            "alpha": self.alpha.as_dict(),
        }


def by_label(
    table: LabelTable, *, scale: Scale = "nominal", level: float = 0.95, max_labels: int | None = None
) -> tuple[LabelAgreement, ...]:
    """Agreement on each label against all others, in the order of the labels.

    Specific agreement of label c is Σ_t n_tc (n_tc - 1) / Σ_t n_tc (m_t - 1); alpha is Krippendorff's on the
    two-way table "c or not c". With ``scale="set"`` labels are sets and each *member* gets a row: "in the set
    or not". Only labels that occur on tasks with at least two annotations have a row; with ``max_labels``
    only the most frequent of them (ties: in the order of the labels).

    >>> table = LabelTable.from_columns({"ann": list("xxxyyz"), "ben": list("xxxyzy")})
    >>> for row in by_label(table):
    ...     print(row.label, round(row.specific.value, 2), round(row.alpha.value, 2))
    x 1.0 1.0
    y 0.5 0.31
    z 0.0 -0.1

    Sources: Cicchetti and Feinstein (1990), J Clin Epidemiol 43:551 (specific agreement); Krippendorff (2018).
    """
    check_level(level)
    names, counts = compared_labels(table, scale)
    order = np.argsort(counts.label, kind="stable")
    edges = np.searchsorted(counts.label[order], np.arange(len(names) + 1))
    sizes, place = np.unique(counts.n_annotations, return_inverse=True)
    tasks_of_size = sum_by(place, counts.weight, len(sizes))
    found = []
    for code in _most_frequent(counts, max_labels):
        triples = order[edges[code] : edges[code + 1]]
        rows, n = counts.row[triples], counts.count[triples]
        weight = counts.weight[rows]
        # Tasks without the label differ only in how many annotations they have.
        absent = tasks_of_size - sum_by(place[rows], weight, len(sizes))
        found.append(
            _one_label(
                names[code],
                n=np.concatenate([n, np.zeros_like(sizes)]).astype(np.float64),
                m=np.concatenate([counts.n_annotations[rows], sizes]).astype(np.float64),
                weight=np.concatenate([weight, absent]).astype(np.float64),
                level=level,
            )
        )
    return tuple(found)


def compared_labels(table: LabelTable, scale: Scale) -> tuple[tuple[Hashable, ...], LabelCounts]:
    """The labels (for "set": their members) and their counts on tasks with at least two annotations."""
    return _members(table) if scale == "set" else (table.labels, table.patterns.with_at_least(2))


def _most_frequent(counts: LabelCounts, most: int | None) -> Codes:
    """The labels that occur, at most ``most`` of them by frequency, in the order of their codes."""
    totals = counts.label_totals
    used = np.flatnonzero(totals)
    if most is None or len(used) <= most:
        return used
    return np.sort(used[np.argsort(-totals[used], kind="stable")[:most]])


def _members(table: LabelTable) -> tuple[tuple[Hashable, ...], LabelCounts]:
    """Counts of the members of set-valued labels on tasks with at least two annotations.

    ``n_annotations`` stays the number of annotations, not of members.
    """
    sets = []
    for label in table.labels:
        if not isinstance(label, (frozenset, tuple)):
            raise ValueError(f"scale='set' needs every label to be a frozenset or tuple, and {quoted(label)} is not.")
        sets.append(frozenset(label))
    members = LabelTable.from_arrays(
        range(sum(map(len, sets))), [0] * sum(map(len, sets)), [x for s in sets for x in s]
    )
    length = np.array([len(s) for s in sets], dtype=np.int64)
    start = np.concatenate(([0], np.cumsum(length)[:-1]))
    n_members = length[table.label_codes]
    annotation = np.repeat(np.arange(table.n_annotations), n_members)
    within = np.arange(len(annotation)) - np.repeat(np.cumsum(n_members) - n_members, n_members)
    code = members.label_codes[start[table.label_codes][annotation] + within]
    tasks = np.flatnonzero(table.n_annotations_of_task >= 2)
    place = np.full(len(table.tasks), -1, dtype=np.int64)
    place[tasks] = np.arange(len(tasks))
    task = place[table.task_codes[annotation]]
    kept = task >= 0
    triples = count_labels(task[kept], code[kept], len(members.labels))
    return members.labels, LabelCounts(
        weight=np.ones(len(tasks), dtype=np.int64),
        n_annotations=table.n_annotations_of_task[tasks],
        row=triples.task[triples.counts.row],
        label=triples.counts.label,
        count=triples.counts.count,
        n_labels=len(members.labels),
    )


def _one_label(name: Hashable, n: Floats, m: Floats, weight: Floats, level: float) -> LabelAgreement:
    """``n`` of the ``m`` annotations of a task chose the label; each row stands for ``weight`` tasks."""
    present = n > 0.0
    return LabelAgreement(
        label=name,
        share=float(np.dot(weight, n) / np.dot(weight, m)),
        n_tasks=int(weight[present].sum()),
        n_annotations=int(np.dot(weight, n)),
        specific=_specific(n[present], m[present], weight[present], level),
        alpha=_alpha(name, n, m, weight, level),
    )


def _specific(n: Floats, m: Floats, weight: Floats, level: float) -> Estimate:
    same, chances = n * (n - 1.0), n * (m - 1.0)
    all_same, all_chances = float(np.dot(weight, same)), float(np.dot(weight, chances))
    left = all_chances - chances
    without = np.divide(all_same - same, left, out=np.full_like(left, np.nan), where=left > 0.0)
    n_tasks = int(weight.sum())
    value = all_same / all_chances
    interval = jackknife_interval(
        value, without, weight, expected=0.0, n_tasks=n_tasks, n_pairs=max(n_tasks, int(all_chances // 2)), level=level
    )
    return Estimate(value, interval.low, interval.high, interval_reason=interval.reason)


def _alpha(name: Hashable, n: Floats, m: Floats, weight: Floats, level: float) -> Estimate:
    within = 2.0 * n * (m - n)
    by_task = within / (m - 1.0)
    chosen, total, seen_sum = (float(np.dot(weight, x)) for x in (n, m, by_task))
    if chosen == total:
        return Estimate(None, reason=f"Every compared annotation has {quoted(name)}, so alpha is 0/0.")
    left, left_chosen = total - m, chosen - n
    some = left > 1.0
    room = np.where(some, left * (left - 1.0), 1.0)
    disagreement = Disagreement(
        seen=seen_sum / total,
        by_chance=2.0 * chosen * (total - chosen) / (total * (total - 1.0)),
        seen_without=np.where(some, seen_sum - by_task, 0.0) / np.where(some, left, 1.0),
        by_chance_without=np.where(some, 2.0 * left_chosen * (left - left_chosen), 0.0) / room,
        weight=weight.astype(np.int64),
    )
    value = 1.0 - disagreement.seen / max(disagreement.by_chance, NONE)
    interval = jackknife_interval(
        value,
        disagreement.coefficient_without(),
        disagreement.weight,
        expected=1.0 - disagreement.by_chance,
        n_tasks=int(weight.sum()),
        n_pairs=int(np.dot(weight, m * (m - 1.0) / 2.0)),
        level=level,
    )
    return Estimate(value, interval.low, interval.high, interval_reason=interval.reason)
