"""How far the outlines of matched masks are apart, with an interval over tasks."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.interval import ONE_TASK, check_level
from assay.agreement.result import Agreement, Estimate
from assay.agreement.shapes.mask_distance import hausdorff_95
from assay.agreement.shapes.shape import Mask, Shape
from assay.agreement.shapes.similarity import similarity
from assay.agreement.shapes.table import ShapeTable
from assay.agreement.structured.matching import match
from assay.agreement.structured.result import NONE, LabelValue, StructuredAgreement, TaskValue, ratios, task_values

INTERVAL = "delete-one-task jackknife, Student's t"
_ALIKE = "the tasks do not differ, so they cannot show how much tasks differ"


class MatchedDistance(StructuredAgreement):
    """A distance over all tasks, by label and by task: small is good."""

    def worst(self, n: int = 10) -> tuple[TaskValue, ...]:
        """The ``n`` tasks with the largest distance, largest first; equal ones in stable order."""
        known = [row for row in self.by_task if row.value is not None]
        return tuple(sorted(known, key=lambda row: -(row.value if row.value is not None else 0.0))[:n])


def matched_hausdorff(
    table: ShapeTable,
    *,
    threshold: float = 0.5,
    percentile: float = 95.0,
    spacing: tuple[float, float] = (1.0, 1.0),
    level: float = 0.95,
) -> MatchedDistance:
    """The mean Hausdorff distance (95th percentile) of the matched masks of two annotators: 0 is the best.

    *Matching first*, as in :func:`object_agreement`: masks with the same label and an IoU of at least ``threshold``,
    one to one. Each matched pair of masks adds its :func:`hausdorff_95`, in pixels (or what ``spacing`` says); each
    task counts with the mean over its pairs of annotators: Σ_t mean_pairs(Σ distance) / Σ_t mean_pairs(matched).
    Masks that one of them missed have no distance and do not count, so read it beside ``object_agreement``'s F1.

    A distance, not an agreement: ``value`` has no upper end, and ``worst()`` gives the largest. The interval is value ±
    t · (jackknife standard error over tasks), cut at 0; none for one task, nor where all tasks are alike.

    ``value`` is None, with a reason, when no masks are matched. Raises ValueError for shapes that are no masks, masks
    of two sizes in one task, and a threshold outside (0, 1].

    >>> ann, ben = np.zeros((9, 20), bool), np.zeros((9, 20), bool)
    >>> ann[2:7, 2:8], ben[2:7, 2:9] = True, True
    >>> table = ShapeTable.from_arrays(["i", "i"], ["ann", "ben"], [[Mask(ann, "cat")], [Mask(ben, "cat")]])
    >>> matched_hausdorff(table).value
    1.0

    Source: Maier-Hein et al. (2024), Metrics reloaded, Nature Methods 21:195; interval: jackknife over tasks.
    """
    check_level(level)
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold is {threshold!r}; give an intersection over union above 0 and at most 1.")
    part = table.compared()
    place = {label: k for k, label in enumerate(table.labels)}
    total, matched = np.zeros((part.n_tasks, len(place))), np.zeros((part.n_tasks, len(place)))
    for row in range(part.n_tasks):
        pairs = list(part.pairs(row))
        for a, b in pairs:
            for label, k in place.items():
                ours, theirs = _of(a, label), _of(b, label)
                if not ours or not theirs:
                    continue
                alike = similarity(ours, theirs)
                for i, j in match(alike, alike >= threshold)[0]:
                    apart = hausdorff_95(ours[i], theirs[j], spacing=spacing, percentile=percentile)
                    total[row, k] += apart / len(pairs)
                    matched[row, k] += 1.0 / len(pairs)
    none = f"No two masks have an IoU of {threshold:g} or more, so none are matched."
    estimate, error = _mean(total.sum(axis=1), matched.sum(axis=1), level, none)
    if part.reason is not None:
        estimate = Estimate(None, reason=part.reason)
    overall = Agreement(
        metric="matched_hausdorff",
        title=f"Hausdorff distance ({percentile:g} %) of matched masks",
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        level=level,
        interval_method=None if estimate.low is None else INTERVAL,
        n_tasks=part.n_tasks,
        n_annotations=part.n_annotations,
        n_annotators=part.n_annotators,
        n_pairs=part.n_pairs,
        standard_error=error,
        reason=estimate.reason,
        interval_reason=estimate.interval_reason,
        left_out=part.left_out,
    )
    by_label = tuple(
        LabelValue(
            label,
            _mean(total[:, k], matched[:, k], level, none)[0],
            sum(shape.label == label for answers in part.answers for _, shapes in answers for shape in shapes),
        )
        for label, k in place.items()
    )
    return MatchedDistance(overall, by_label, task_values(part, ratios(total.sum(axis=1), matched.sum(axis=1))))


def _of(shapes: tuple[Shape, ...], label: Hashable) -> list[Mask]:
    found: list[Mask] = []
    for shape in shapes:
        if not isinstance(shape, Mask):
            raise ValueError(f"shapes has a {type(shape).__name__}; this distance is for masks.")
        if shape.label == label:
            found.append(shape)
    return found


def _mean(total: Floats, n: Floats, level: float, none: str) -> tuple[Estimate, float | None]:
    some = n > NONE
    top, bottom, n_tasks = float(total[some].sum()), float(n[some].sum()), int(some.sum())
    if not n_tasks:
        return Estimate(None, reason=none), None
    value = top / bottom
    if n_tasks < 2:
        return Estimate(value, interval_reason=ONE_TASK), None
    without = (top - total[some]) / (bottom - n[some])
    error = float(np.sqrt((n_tasks - 1.0) / n_tasks * ((without - without.mean()) ** 2).sum()))
    if error <= NONE:
        return Estimate(value, interval_reason=_ALIKE), 0.0
    from scipy.special import stdtrit

    half = float(stdtrit(n_tasks - 1, 0.5 + level / 2.0)) * error
    return Estimate(value, max(value - half, 0.0), value + half), error
