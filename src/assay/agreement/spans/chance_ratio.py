"""1 - (disagreement seen) / (disagreement by chance), each summed over tasks, with the jackknife over tasks."""

from __future__ import annotations

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.result import Agreement, Estimate
from assay.agreement.spans.table import Spans
from assay.agreement.structured.answer_table import Compared
from assay.agreement.structured.result import NONE

INTERVAL = "delete-one-task jackknife, Student's t"


def one_minus_ratio(seen: Floats, expected: Floats, level: float, undefined: str) -> tuple[Estimate, float | None]:
    """1 - Σ seen / Σ expected (both of shape (tasks,)), its interval, and its standard error.

    Tasks without anything expected say nothing. ``undefined`` is the reason when none of them has. The interval is
    value ± t · (jackknife standard error), cut at 1; none for one task, nor where all tasks are alike.
    """
    some = expected > NONE
    d_o, d_e = float(seen[some].sum()), float(expected[some].sum())
    if d_e <= NONE:
        return Estimate(None, reason=undefined), None
    value, n = 1.0 - d_o / d_e, int(some.sum())
    if n < 2:
        return Estimate(value, interval_reason="one task cannot show how much tasks differ"), None
    without = 1.0 - (d_o - seen[some]) / (d_e - expected[some])
    error = float(np.sqrt((n - 1.0) / n * ((without - without.mean()) ** 2).sum()))
    if error <= NONE:
        return Estimate(
            value, interval_reason="the tasks do not differ, so they cannot show how much tasks differ"
        ), 0.0
    from scipy.special import stdtrit

    half = float(stdtrit(n - 1, 0.5 + level / 2.0)) * error
    return Estimate(value, value - half, min(value + half, 1.0)), error


def chance_agreement(
    metric: str, title: str, part: Compared[Spans], estimate: Estimate, error: float | None, level: float
) -> Agreement:
    """The result with that estimate; a table in which nothing can be compared has its own reason."""
    undefined = part.reason or estimate.reason
    return Agreement(
        metric=metric,
        title=title,
        value=None if undefined else estimate.value,
        low=estimate.low,
        high=estimate.high,
        level=level,
        interval_method=None if estimate.low is None else INTERVAL,
        n_tasks=part.n_tasks,
        n_annotations=part.n_annotations,
        n_annotators=part.n_annotators,
        n_pairs=part.n_pairs,
        standard_error=error,
        reason=undefined,
        interval_reason=estimate.interval_reason,
        left_out=part.left_out,
    )
