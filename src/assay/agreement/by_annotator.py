"""Who disagrees: each annotator against the others on the same tasks."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.disagreement import NONE
from assay.agreement.interval import ONE_TASK, check_level, score_bounds
from assay.agreement.label_table import LabelTable
from assay.agreement.result import Estimate, plain_name


@dataclass(frozen=True, slots=True)
class AnnotatorAgreement:
    """One annotator beside the others.

    ``with_others``: on the tasks that somebody else labeled too, the mean share of the others' labels that
    equal this annotator's. ``alpha_without``: Krippendorff's alpha (nominal) of everybody else; when it is
    clearly above alpha with everybody, this annotator lowers agreement. ``n_tasks`` are the shared tasks,
    ``n_annotations`` all labels this annotator gave, and ``label_shares`` how they are spread, in the order
    of the labels.
    """

    annotator: Hashable
    n_tasks: int
    n_annotations: int
    with_others: Estimate
    alpha_without: Estimate
    label_shares: tuple[tuple[Hashable, float], ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "annotator": plain_name(self.annotator),
            "n_tasks": self.n_tasks,
            "n_annotations": self.n_annotations,
            "with_others": self.with_others.as_dict(),
            "alpha_without": self.alpha_without.as_dict(),
            "label_shares": [{"label": plain_name(label), "share": share} for label, share in self.label_shares],
        }


def by_annotator(table: LabelTable, *, level: float = 0.95) -> tuple[AnnotatorAgreement, ...]:
    """Each annotator beside the others, in the order of the annotators. Labels are equal or not (nominal).

    ``alpha_without`` has no interval: it is there to be compared with alpha of the same table, and the two
    share nearly all annotations, so that their intervals would not tell whether they differ.

    >>> table = LabelTable.from_columns({"ann": list("xxyyxy"), "ben": list("xxyyxx"), "cem": list("yxxyyx")})
    >>> for row in by_annotator(table):
    ...     print(row.annotator, round(row.with_others.value, 2), round(row.alpha_without.value, 2))
    ann 0.58 0.06
    ben 0.67 -0.22
    cem 0.42 0.69
    """
    check_level(level)
    n_annotators = len(table.annotators)
    if n_annotators == 0:
        return ()
    own = np.bincount(table.annotator_codes, minlength=n_annotators)
    with_others, n_tasks = _with_others(table, level)
    without = _alpha_without_each(table)
    shares = _label_shares(table, own)
    return tuple(
        AnnotatorAgreement(
            annotator=name,
            n_tasks=int(n_tasks[code]),
            n_annotations=int(own[code]),
            with_others=with_others[code],
            alpha_without=_drop_one(float(without[code]), n_annotators),
            label_shares=shares[code],
        )
        for code, name in enumerate(table.annotators)
    )


def _with_others(table: LabelTable, level: float) -> tuple[list[Estimate], Codes]:
    m = table.n_annotations_of_task[table.task_codes]
    shared = m >= 2
    who, others = table.annotator_codes[shared], m[shared] - 1
    same = _same_label(table)[shared] - 1
    agree = same / others
    n_annotators = len(table.annotators)
    n_tasks = np.bincount(who, minlength=n_annotators)
    safe = np.maximum(n_tasks, 1)
    mean = sum_by(who, agree, n_annotators) / safe
    squares = sum_by(who, (agree - mean[who]) ** 2, n_annotators)
    variance = squares / (safe * np.maximum(n_tasks - 1, 1))
    n_pairs = np.maximum(sum_by(who, others, n_annotators), 1)
    low, high = score_bounds(mean, variance, 0.0, safe, n_pairs, level)
    estimates = []
    for code in range(n_annotators):
        if n_tasks[code] == 0:
            estimates.append(Estimate(None, reason="Nobody else has labeled a task of this annotator."))
        elif n_tasks[code] == 1:
            estimates.append(Estimate(float(mean[code]), interval_reason=ONE_TASK))
        else:
            estimates.append(Estimate(float(mean[code]), float(low[code]), float(high[code])))
    return estimates, n_tasks


def _same_label(table: LabelTable) -> Codes:
    """For each annotation, how many annotations of its task have its label (itself too)."""
    counts: Codes = table.task_counts.counts.count[table.task_counts.triple_of_annotation]
    return counts


def _alpha_without_each(table: LabelTable) -> Floats:
    """Nominal alpha of the table without each annotator; NaN where it is undefined. Shape (annotators,).

    One pass: taking an annotation away changes its own task's disagreement, the label totals and, where one
    annotation is left on the task, takes that one away too.
    """
    counts = table.task_counts.counts.with_at_least(2)
    n_annotators, n_labels = len(table.annotators), len(table.labels)
    m = counts.n_annotations
    total, totals = float(m.sum()), counts.label_totals.astype(np.float64)
    seen = float(((m * m - counts.squares) / (m - 1)).sum())
    task_m = table.n_annotations_of_task[table.task_codes]
    shared = np.flatnonzero(task_m >= 2)
    who, label, size = table.annotator_codes[shared], table.label_codes[shared], task_m[shared]
    squares = _squares_of_annotation(table)[shared]
    same = _same_label(table)[shared]
    before = (size * size - squares) / (size - 1)
    # One annotation of count n less: n² becomes (n - 1)².
    after = ((size - 1) ** 2 - (squares - 2 * same + 1)) / np.maximum(size - 2, 1)
    seen_without = seen - sum_by(who, before - np.where(size > 2, after, 0.0), n_annotators)
    alone = np.flatnonzero(size == 2)
    partner_label = label[_partner(table.task_codes[shared][alone], alone)]
    gone_who = np.concatenate([who, who[alone]])
    gone_label = np.concatenate([label, partner_label])
    key, number = np.unique(gone_who * n_labels + gone_label, return_counts=True)
    key_who, key_label = np.divmod(key, max(n_labels, 1))
    change = number * (number - 2.0 * totals[key_label])
    squares_left = float(np.dot(totals, totals)) + sum_by(key_who, change, n_annotators)
    left = total - np.bincount(gone_who, minlength=n_annotators)
    room = left * (left - 1.0)
    by_chance = np.divide(left * left - squares_left, room, out=np.zeros_like(left), where=left > 1.0)
    defined = by_chance > NONE
    safe = np.where(defined, by_chance * np.maximum(left, 1.0), 1.0)
    return np.where(defined, 1.0 - seen_without / safe, np.nan)


def _squares_of_annotation(table: LabelTable) -> Codes:
    """For each annotation, the sum over labels of its task's squared counts."""
    counts = table.task_counts.counts
    squares: Codes = counts.squares[counts.row[table.task_counts.triple_of_annotation]]
    return squares


def _partner(task: Codes, place: Codes) -> Codes:
    """For annotations of tasks with exactly two, sorted by task, the place of the other one."""
    return place.reshape(-1, 2)[:, ::-1].ravel() if len(task) else place


def _drop_one(alpha: float, n_annotators: int) -> Estimate:
    if np.isfinite(alpha):
        return Estimate(alpha, interval_reason="compare it with alpha of everybody")
    if n_annotators <= 2:
        return Estimate(None, reason="Without this person fewer than two annotators are left.")
    return Estimate(None, reason="Without this person no two labels can be compared, or all of them are equal.")


def _label_shares(table: LabelTable, own: Codes) -> list[tuple[tuple[Hashable, float], ...]]:
    n_labels = len(table.labels)
    shares: list[list[tuple[Hashable, float]]] = [[] for _ in table.annotators]
    key, number = np.unique(table.annotator_codes * n_labels + table.label_codes, return_counts=True)
    for cell, n in zip(key.tolist(), number.tolist(), strict=True):
        who, label = divmod(cell, n_labels)
        shares[who].append((table.labels[label], n / int(own[who])))
    return [tuple(share) for share in shares]
