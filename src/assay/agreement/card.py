"""The identity card of a metric: pages and reports ask the card what a metric can do, never its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from assay.agreement.label_table import LabelTable
from assay.agreement.result import Agreement

Scale = Literal["nominal", "ordinal", "interval", "ratio", "circular", "set"]
Cost = Literal["one pass", "pairs of annotators"]
IntervalKind = Literal["jackknife", "F distribution"]


@dataclass(frozen=True, slots=True)
class MetricCard:
    """Who a metric is.

    ``scales`` are the kinds of label it accepts: "nominal" (one of several labels, no order), "ordinal" (their
    order is stated, or they are numbers of which only the order counts), "interval" (numbers whose differences
    count), "ratio" (numbers from 0 on whose ratios count), "circular" (numbers that come round after a period)
    or "set" (any number of labels at once). ``averages_pairs`` says that it was defined for two annotators and
    is the mean over pairs of annotators when there are more. ``uses_single_annotations`` says that tasks with
    one annotation, which cannot show agreement, still count in its agreement by chance. ``min_tasks`` is the
    fewest tasks that can have a value. ``complete`` says that it needs every annotator on every task: other
    tasks are left out and counted. ``carries_weights`` says that it uses the sampling weights of a table.
    ``interval`` is how its interval is made by default. ``corrects_sample_size`` says that its value has a
    correction for few annotations, so that every task twice gives a slightly different one.
    """

    id: str
    title: str
    summary: str
    scales: tuple[Scale, ...]
    chance_corrected: bool
    cost: Cost
    reference: str
    min_annotators: int = 2
    min_tasks: int = 1
    averages_pairs: bool = False
    uses_single_annotations: bool = False
    complete: bool = False
    carries_weights: bool = False
    interval: IntervalKind = "jackknife"
    corrects_sample_size: bool = False

    def accepts(self, scale: str) -> bool:
        """Whether the metric is meant for labels of this kind."""
        return scale in self.scales

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return plain | {"scales": list(self.scales)}


@dataclass(frozen=True, slots=True)
class Metric:
    """A member of ``METRICS``: a card, and the function behind it.

    ``compute(table, level, scale)`` raises nothing for a table of any content with labels of that scale: what
    cannot be computed is a result with its reason. Labels that are not of the scale (text without an order for
    "ordinal") are a ValueError.
    """

    card: MetricCard
    compute: Callable[[LabelTable, float, Scale], Agreement]

    @property
    def id(self) -> str:
        return self.card.id

    def __call__(self, table: LabelTable, *, level: float = 0.95, scale: Scale | None = None) -> Agreement:
        """The metric on labels of that scale (by default the first on its card).

        Raises ValueError for a scale that is not on the card.
        """
        chosen = self.card.scales[0] if scale is None else scale
        if not self.card.accepts(chosen):
            raise ValueError(f"scale is {chosen!r}; {self.card.title} is for {', '.join(self.card.scales)}.")
        return self.compute(table, level, chosen)
