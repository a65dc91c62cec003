"""The one shape that every coefficient here has: 1 - disagreement seen / disagreement by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.agreement.arrays import Codes, Floats
from assay.agreement.card import MetricCard
from assay.agreement.interval import Shape, jackknife_interval
from assay.agreement.result import Agreement
from assay.agreement.usable import Usable

# Smaller than one odd label among 10^11 annotations, larger than the rounding of a sum that should be 0.
NONE = 1e-12


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Disagreement seen and by chance on all tasks, and both without one task of each pattern.

    A metric that does not correct for chance has ``by_chance`` 1. The arrays have shape (patterns,), NaN
    where nothing is left without that task; ``weight`` is the number of tasks with the pattern.
    """

    seen: float
    by_chance: float
    seen_without: Floats
    by_chance_without: Floats
    weight: Codes

    def coefficient_without(self) -> Floats:
        """The coefficient without one task of each pattern; NaN where it is undefined."""
        defined = self.by_chance_without > NONE
        safe = np.where(defined, self.by_chance_without, 1.0)
        return np.where(defined, 1.0 - self.seen_without / safe, np.nan)


def measure(
    card: MetricCard,
    part: Usable,
    level: float,
    disagreement: Disagreement | None,
    undefined: str,
    shape: Shape = "score",
) -> Agreement:
    """The typed result of a metric.

    ``disagreement`` is None when the table has no pair of annotations (``part.reason`` says why);
    ``undefined`` is the sentence for a chance disagreement of 0, ``shape`` that of the interval.
    """
    if disagreement is None or disagreement.by_chance <= NONE:
        seen = None if disagreement is None else 1.0 - disagreement.seen
        by_chance = None if disagreement is None or not card.chance_corrected else 1.0
        return Agreement(
            metric=card.id,
            title=card.title,
            value=None,
            low=None,
            high=None,
            level=level,
            interval_method=None,
            n_tasks=part.n_tasks,
            n_annotations=part.n_annotations,
            n_annotators=part.n_annotators,
            observed=seen,
            expected=by_chance,
            reason=part.reason or undefined,
            left_out=part.left_out,
        )
    value = 1.0 - disagreement.seen / disagreement.by_chance
    interval = jackknife_interval(
        value,
        disagreement.coefficient_without(),
        disagreement.weight,
        expected=1.0 - disagreement.by_chance,
        n_tasks=part.n_tasks,
        n_pairs=part.n_pairs,
        level=level,
        shape=shape,
        annotations_a_task=part.n_annotations / part.n_tasks,
    )
    return Agreement(
        metric=card.id,
        title=card.title,
        value=value,
        low=interval.low,
        high=interval.high,
        level=level,
        interval_method=interval.method,
        n_tasks=part.n_tasks,
        n_annotations=part.n_annotations,
        n_annotators=part.n_annotators,
        observed=1.0 - disagreement.seen,
        expected=1.0 - disagreement.by_chance if card.chance_corrected else None,
        standard_error=interval.standard_error,
        interval_reason=interval.reason,
        left_out=part.left_out,
    )
