"""What an aggregator takes, and its identity card: pages ask the card what it can do, never its name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from assay.aggregation.arrays import Codes
from assay.aggregation.result import Aggregation, TieRule


class CodedLabels(Protocol):
    """Annotations as codes into names in a stable order; ``assay.agreement.LabelTable`` is one.

    The code arrays have shape (annotations,): ``annotators[annotator_codes[i]]`` gives
    ``labels[label_codes[i]]`` to ``tasks[task_codes[i]]``. There is at most one for each task and annotator.
    """

    @property
    def tasks(self) -> Sequence[Hashable]: ...
    @property
    def annotators(self) -> Sequence[Hashable]: ...
    @property
    def labels(self) -> Sequence[Hashable]: ...
    @property
    def task_codes(self) -> Codes: ...
    @property
    def annotator_codes(self) -> Codes: ...
    @property
    def label_codes(self) -> Codes: ...


@dataclass(frozen=True, slots=True)
class AggregatorCard:
    """The identity card of an aggregator: what it is, what it accepts, what it costs.

    ``accepts_gold``: it takes the truth of some tasks. ``gives_probabilities``: its posterior is meant as
    probabilities, and not as shares of votes. ``models_confusion``: it tells who takes what for what.
    """

    id: str
    title: str
    summary: str
    scales: tuple[Literal["nominal", "set"], ...]
    weighs_annotators: bool
    cost: Literal["one pass", "iterative", "many fits"]
    reference: str
    accepts_gold: bool = False
    gives_probabilities: bool = False
    models_confusion: bool = False

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return plain | {"scales": list(self.scales)}


@dataclass(frozen=True, slots=True)
class Aggregator:
    """A member of ``AGGREGATORS``: a card, and the function behind it."""

    card: AggregatorCard
    compute: Callable[..., Aggregation]

    @property
    def id(self) -> str:
        return self.card.id

    def __call__(
        self, table: CodedLabels, *, tie_rule: TieRule = "report", gold: Mapping[Any, Any] | None = None
    ) -> Aggregation:
        """Aggregate. Raises ValueError when gold is given to one that does not accept it."""
        if gold is None:
            return self.compute(table, tie_rule=tie_rule)
        if not self.card.accepts_gold:
            raise ValueError(f"{self.card.title} does not use gold; leave gold out, or use 'auto'.")
        return self.compute(table, tie_rule=tie_rule, gold=gold)
