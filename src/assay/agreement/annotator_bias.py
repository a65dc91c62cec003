"""Each annotator's habits and steadiness: which labels they give too often, and whether they repeat themselves."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from assay.agreement.ambiguity import NO_REASKS, matched_reasks
from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.interval import ONE_TASK, check_level, score_bounds
from assay.agreement.label_table import LabelTable
from assay.agreement.result import Estimate, plain_name


@dataclass(frozen=True, slots=True)
class LabelBias:
    """How much more often (in share of tasks) an annotator gives a label than the others on the same tasks."""

    label: Hashable
    excess: Estimate


@dataclass(frozen=True, slots=True)
class AnnotatorBias:
    """One annotator: ``labels`` in their order, ``noise`` the share of own answers changed when asked again.

    ``n_tasks`` are those that somebody else labeled too, ``n_reasks`` the answers given twice.
    """

    annotator: Hashable
    n_tasks: int
    n_reasks: int
    labels: tuple[LabelBias, ...]
    noise: Estimate

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "annotator": plain_name(self.annotator),
            "n_tasks": self.n_tasks,
            "n_reasks": self.n_reasks,
            "labels": [{"label": plain_name(each.label), "excess": each.excess.as_dict()} for each in self.labels],
            "noise": self.noise.as_dict(),
        }


def annotator_bias(
    table: LabelTable, reasks: LabelTable | None = None, *, level: float = 0.95
) -> tuple[AnnotatorBias, ...]:
    """Each annotator's signed differences from the others, label by label, and noise; in the order of the annotators.

    ``excess`` of label c is the mean, over tasks that others labeled too, of [own label is c] minus the share of the
    others who gave c: 0 without a habit, and all labels together add up to 0. Its interval treats tasks as the
    sample (Student's t, at least as wide as Wilson's for the share of tasks). A difference from the others is no
    error: with two annotators each has the other's habit with the opposite sign. ``reasks`` are as for
    :func:`assay.agreement.ambiguity`; without any, ``noise`` is undefined. Many annotators and labels are many
    looks at chance: see :func:`assay.agreement.adjust_for_many`.

    >>> table = LabelTable.from_columns({"ann": list("xxyyxy"), "ben": list("xxyyxx"), "cem": list("xyyyxy")})
    >>> for row in annotator_bias(table):
    ...     print(row.annotator, [(each.label, round(each.excess.value, 2)) for each in row.labels])
    ann [('x', 0.0), ('y', 0.0)]
    ben [('x', 0.25), ('y', -0.25)]
    cem [('x', -0.25), ('y', 0.25)]
    """
    check_level(level)
    n_people, n_labels = len(table.annotators), len(table.labels)
    total, squares, n = _excesses(table)
    place, changed = matched_reasks(table, reasks)
    asked = np.bincount(table.annotator_codes[place], minlength=n_people)
    altered = sum_by(table.annotator_codes[place], changed, n_people)
    return tuple(
        AnnotatorBias(
            annotator=name,
            n_tasks=int(n[code]),
            n_reasks=int(asked[code]),
            labels=tuple(
                LabelBias(table.labels[label], _excess(total[code, label], squares[code, label], int(n[code]), level))
                for label in range(n_labels)
            ),
            noise=_noise(float(altered[code]), int(asked[code]), level),
        )
        for code, name in enumerate(table.annotators)
    )


def _excesses(table: LabelTable) -> tuple[Floats, Floats, Codes]:
    """Sums over shared tasks of own minus others' share, and of its square (annotators, labels); and the tasks."""
    n_people, n_labels = len(table.annotators), len(table.labels)
    m = table.n_annotations_of_task[table.task_codes]
    kept = np.flatnonzero(m >= 2)
    n = np.bincount(table.annotator_codes[kept], minlength=n_people)
    counts = table.task_counts.counts
    length = np.bincount(counts.row, minlength=counts.n_rows)
    start = np.concatenate(([0], np.cumsum(length)[:-1])) if len(length) else length
    row = counts.row[table.task_counts.triple_of_annotation[kept]]
    # One entry for each label on an annotation's task; on all other labels the difference is 0.
    repeat = length[row]
    annotation = np.repeat(kept, repeat)
    triple = np.arange(len(annotation)) - np.repeat(np.cumsum(repeat) - repeat, repeat) + np.repeat(start[row], repeat)
    own = (table.label_codes[annotation] == counts.label[triple]).astype(np.float64)
    excess = own - (counts.count[triple] - own) / (m[annotation] - 1.0)
    key = table.annotator_codes[annotation] * n_labels + counts.label[triple]
    shape = (n_people, n_labels)
    sums = (sum_by(key, each, n_people * n_labels).reshape(shape) for each in (excess, excess * excess))
    return next(sums), next(sums), n


def _excess(total: float, squares: float, n: int, level: float) -> Estimate:
    if n == 0:
        return Estimate(None, reason="Nobody else has labeled a task of this annotator.")
    value = float(total / n)
    if n == 1:
        return Estimate(value, interval_reason=ONE_TASK)
    from scipy.special import stdtrit

    variance = max(squares / n - value * value, 0.0) / (n - 1.0)
    t = float(stdtrit(n - 1.0, 0.5 + level / 2.0))
    # With all differences equal nothing is seen of their spread: the rule of three in place of no width.
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    half = max(t * float(np.sqrt(variance)), z * z / (n + z * z) if variance == 0.0 else 0.0)
    return Estimate(value, max(value - half, -1.0), min(value + half, 1.0))


def _noise(changed: float, asked: int, level: float) -> Estimate:
    if asked == 0:
        return Estimate(None, reason=NO_REASKS.replace("Nobody was asked", "This annotator was not asked"))
    value = changed / asked
    if asked == 1:
        return Estimate(value, interval_reason=ONE_TASK)
    low, high = score_bounds(value, value * (1.0 - value) / (asked - 1.0), 0.0, asked, asked, level)
    return Estimate(value, max(float(low), 0.0), float(high))
