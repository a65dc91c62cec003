"""Every pair of annotators side by side: the table in which the worst pair is found."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from assay.agreement.arrays import Codes
from assay.agreement.interval import ONE_TASK, check_level
from assay.agreement.label_table import LabelTable
from assay.agreement.names import quoted
from assay.agreement.pair_values import PairValues, cohen_of_pairs, percent_of_pairs, weighted_of_pairs
from assay.agreement.pairs import PairCells, pair_cells
from assay.agreement.rating_weights import MOST_LABELS, as_matrix, rating_distance
from assay.agreement.result import Estimate, LeftOut, plain_name
from assay.agreement.scales import label_numbers

PairMetric = Literal["cohen_kappa", "percent_agreement", "weighted_kappa"]

PAIR_METRICS: dict[str, Callable[[LabelTable], PairValues]] = {
    "cohen_kappa": lambda table: cohen_of_pairs(pair_cells(table)),
    "percent_agreement": lambda table: percent_of_pairs(pair_cells(table)),
    "weighted_kappa": lambda table: _weighted(table),
}
NO_SHARED_TASK = "They have no task in common."


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """The agreement of annotators ``a`` and ``b`` on the ``n_tasks`` tasks that both labeled."""

    a: Hashable
    b: Hashable
    n_tasks: int
    estimate: Estimate

    @property
    def value(self) -> float | None:
        return self.estimate.value

    @property
    def low(self) -> float | None:
        return self.estimate.low

    @property
    def high(self) -> float | None:
        return self.estimate.high

    @property
    def reason(self) -> str | None:
        return self.estimate.reason

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        names = {"a": plain_name(self.a), "b": plain_name(self.b)}
        numbers = {"n_tasks": self.n_tasks, "n_annotations": 2 * self.n_tasks, "n_annotators": 2}
        return names | self.estimate.as_dict() | numbers


@dataclass(frozen=True)
class Pairwise:
    """All pairs of ``annotators``, each once with a before b in the order of ``annotators``."""

    metric: str
    level: float
    annotators: tuple[Hashable, ...]
    pairs: tuple[PairAgreement, ...]
    left_out: tuple[LeftOut, ...]

    def __iter__(self) -> Iterator[PairAgreement]:
        return iter(self.pairs)

    def between(self, a: Hashable, b: Hashable) -> PairAgreement:
        """The pair of these two, in either order. Raises KeyError when one of them is not in the table."""
        for pair in self.pairs:
            if {pair.a, pair.b} == {a, b}:
                return pair
        raise KeyError(f"there is no pair of {a!r} and {b!r}")

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "metric": self.metric,
            "level": self.level,
            "annotators": [plain_name(name) for name in self.annotators],
            "pairs": [pair.as_dict() for pair in self.pairs],
            "left_out": [item.as_dict() for item in self.left_out],
        }


def pairwise(
    table: LabelTable,
    metric: PairMetric = "cohen_kappa",
    *,
    level: float = 0.95,
    max_annotators: int | None = None,
) -> Pairwise:
    """Cohen's kappa of every pair of annotators, with intervals and shared tasks.

    ``metric`` may also be "percent_agreement", or "weighted_kappa" (quadratic weights) for labels in an order.

    Pairs are joined by task. A pair without a shared task, or with kappa 0/0, has no value and says why; a
    pair with one shared task has no interval. The number of pairs is the square of the number of
    annotators: with ``max_annotators`` only those with the most shared tasks (ties: in the order of their
    names) are kept, and ``left_out`` counts the others.

    Raises ValueError for a metric that is not one of these, for labels without an order where it is needed, and
    for more than 2,000 distinct labels in an order.

    >>> table = LabelTable.from_columns({"ann": list("xxyy"), "ben": list("xxyx"), "cem": ["x", None, "y", "y"]})
    >>> for pair in pairwise(table, "percent_agreement"):
    ...     print(pair.a, pair.b, pair.n_tasks, pair.value)
    ann ben 4 0.75
    ann cem 3 1.0
    ben cem 3 0.6666666666666667
    """
    check_level(level)
    if metric not in PAIR_METRICS:
        raise ValueError(f"There is no metric {metric!r} for pairs; use one of: {', '.join(PAIR_METRICS)}.")
    kept, left_out = busiest_annotators(table, max_annotators)
    if metric == "weighted_kappa":
        label_numbers(table, "ordinal")
        table = table.in_order(table.labels)  # places stay those among all labels when annotators go
    chosen = table if not left_out else table.only_annotators(kept)
    values = PAIR_METRICS[metric](chosen)
    cells, estimates = values.cells, _estimates(chosen, values, level)
    place = {name: code for code, name in enumerate(chosen.annotators)}
    found = dict(zip(zip(cells.a.tolist(), cells.b.tolist(), strict=True), estimates, strict=True))
    pairs = []
    for i, a in enumerate(kept):
        for b in kept[i + 1 :]:
            n_tasks, estimate = found.get(
                (place.get(a, -1), place.get(b, -1)), (0, Estimate(None, reason=NO_SHARED_TASK))
            )
            pairs.append(PairAgreement(a, b, n_tasks, estimate))
    return Pairwise(metric, level, kept, tuple(pairs), left_out)


def _weighted(table: LabelTable) -> PairValues:
    n_labels = len(table.labels)
    if n_labels > MOST_LABELS:
        raise ValueError(f"There are {n_labels:,} distinct labels; weighted kappa compares at most {MOST_LABELS:,}.")
    return weighted_of_pairs(pair_cells(table), as_matrix(rating_distance(table, "quadratic", "ordinal"), n_labels))


def busiest_annotators(table: LabelTable, most: int | None) -> tuple[tuple[Hashable, ...], tuple[LeftOut, ...]]:
    """The annotators with the most tasks that somebody else labeled too, in the order of the table."""
    if most is None or len(table.annotators) <= most:
        return table.annotators, ()
    shared = table.n_annotations_of_task[table.task_codes] >= 2
    n_shared: Codes = np.bincount(table.annotator_codes[shared], minlength=len(table.annotators))
    kept = np.sort(np.argsort(-n_shared, kind="stable")[:most])
    gone = np.setdiff1d(np.arange(len(table.annotators)), kept)
    reason = f"only the {most} annotators with the most shared tasks are compared in pairs"
    return tuple(table.annotators[code] for code in kept), (LeftOut(reason, n_annotators=len(gone)),)


def _estimates(table: LabelTable, values: PairValues, level: float) -> Iterable[tuple[int, Estimate]]:
    low, high = values.bounds(level)
    label = _first_label(values.cells)
    for pair in range(values.cells.n_pairs):
        n_tasks = int(values.cells.n_tasks[pair])
        if not values.defined[pair]:
            tasks = "1 shared task" if n_tasks == 1 else f"all {n_tasks} shared tasks"
            reason = (
                f"Both gave {quoted(table.labels[label[pair]])} on {tasks}, so agreement by chance is 100 % too (0/0)."
            )
            yield n_tasks, Estimate(None, reason=reason)
        elif n_tasks == 1:
            yield n_tasks, Estimate(float(values.value[pair]), interval_reason=ONE_TASK)
        else:
            yield n_tasks, Estimate(float(values.value[pair]), float(low[pair]), float(high[pair]))


def _first_label(cells: PairCells) -> Codes:
    first_cell = np.searchsorted(cells.pair, np.arange(cells.n_pairs))
    labels: Codes = cells.first[first_cell]
    return labels
