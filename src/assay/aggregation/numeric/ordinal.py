"""Steps of a scale: the step that costs least when being far off costs more."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from assay.aggregation.arrays import Floats
from assay.aggregation.card import CodedLabels
from assay.aggregation.numeric.annotators_of import annotators_of
from assay.aggregation.result import NO_ANNOTATION

Loss = Literal["absolute", "squared", "zero_one"]
OrdinalTie = Literal["report", "lower", "upper"]
VERSION = 1


@dataclass(frozen=True, slots=True)
class OrdinalDecision:
    """``label`` is None exactly when ``reason`` says why; ``tied`` are the steps of least loss when there are several.

    ``posterior`` has the (weighted) share of every step, ``cumulative`` that of this step or a lower one, both in the
    given order; ``expected_loss`` is that of the decision (of each tied one when undecided), in steps.
    """

    task: Hashable
    label: Hashable | None
    reason: str | None
    tied: tuple[Hashable, ...]
    posterior: tuple[float, ...]
    cumulative: tuple[float, ...]
    expected_loss: float | None
    annotators: tuple[Hashable, ...]


def ordinal_consensus(
    table: CodedLabels,
    order: Sequence[Hashable],
    *,
    loss: Loss = "absolute",
    weights: Mapping[Hashable, float] | None = None,
    tie_rule: OrdinalTie = "report",
) -> tuple[OrdinalDecision, ...]:
    """For each task the step of the scale ``order`` (lowest first) with the least expected loss under the shares.

    ``loss="absolute"``: steps off; the decision is the weighted median. ``"squared"``: steps off, squared; the step
    next to the mean. ``"zero_one"``: any error costs 1; the most frequent step. ``weights`` (annotator -> weight, at
    least 0, missing ones 1) weigh the answers, for example ``NumericAnnotator.weight``.

    *Ties* (losses equal up to 1e-12): "report" leaves the task undecided, "lower" and "upper" take the lowest and the
    highest tied step; ``tied`` lists them always. The order of rows changes nothing. Raises ValueError for a label that
    is not in ``order``, a step twice, a weight below 0, an unknown loss or rule.

    >>> from assay.agreement import LabelTable
    >>> columns = {"a": ["low", "low"], "b": ["low", "high"], "c": ["high", "mid"], "d": [None, "high"]}
    >>> first, second = ordinal_consensus(LabelTable.from_columns(columns), ["low", "mid", "high"])
    >>> first.label, first.expected_loss, second.tied
    ('low', 0.6666666666666666, ('mid', 'high'))

    Source: the median minimises absolute loss (Laplace 1774); see Berger (1985), Statistical decision theory.
    """
    if loss not in get_args(Loss):
        raise ValueError(f"There is no loss {loss!r}; use 'absolute', 'squared' or 'zero_one'.")
    if tie_rule not in get_args(OrdinalTie):
        raise ValueError(f"There is no tie rule {tie_rule!r}; use 'report', 'lower' or 'upper'.")
    place = {step: k for k, step in enumerate(order)}
    if len(place) < len(order):
        raise ValueError("order has a step twice; give every step once, lowest first.")
    unknown = [label for label in table.labels if label not in place]
    if unknown:
        raise ValueError(f"order does not have the label {unknown[0]!r}; give every step of the scale, lowest first.")
    shares = _shares(table, place, weights or {})
    steps = np.arange(len(order))
    off = np.abs(steps[:, None] - steps[None, :]).astype(np.float64)
    cost = {"absolute": off, "squared": off**2, "zero_one": (off > 0).astype(np.float64)}[loss]
    decisions = []
    for task, share, annotators in zip(table.tasks, shares, annotators_of(table), strict=True):
        if share.sum() <= 0.0:
            reason = "every annotator of the task has weight 0" if annotators else NO_ANNOTATION
            decisions.append(OrdinalDecision(task, None, reason, (), (), (), None, annotators))
            continue
        expected = cost @ share
        least = np.flatnonzero(expected <= expected.min() + 1e-12)
        tied = tuple(order[step] for step in least.tolist()) if len(least) > 1 else ()
        undecided = bool(tied) and tie_rule == "report"
        pick = int(least.max() if tie_rule == "upper" else least.min())
        chosen = order[pick]
        decisions.append(
            OrdinalDecision(
                task=task,
                label=None if undecided else chosen,
                reason=f"tie between {', '.join(map(repr, tied))}" if undecided else None,
                tied=tied,
                posterior=tuple(share.tolist()),
                cumulative=tuple(np.cumsum(share).tolist()),
                expected_loss=float(expected.min()),
                annotators=annotators,
            )
        )
    return tuple(decisions)


def _shares(table: CodedLabels, place: Mapping[Hashable, int], weights: Mapping[Hashable, float]) -> Floats:
    """The weighted share of each step; shape (tasks, steps), rows of 0 without an answer."""
    weight = np.array([float(weights.get(name, 1.0)) for name in table.annotators], dtype=np.float64)
    if not (np.isfinite(weight) & (weight >= 0.0)).all():
        raise ValueError("weights has a weight that is not a number of at least 0.")
    step = np.array([place[label] for label in table.labels], dtype=np.int64)
    sums = np.zeros((len(table.tasks), len(place)))
    order = np.lexsort((table.annotator_codes, table.task_codes))
    rows, who, label = table.task_codes[order], table.annotator_codes[order], table.label_codes[order]
    if len(rows):
        np.add.at(sums, (rows, step[label]), weight[who])
    total = sums.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(sums, total, out=np.zeros_like(sums), where=total > 0.0)
    return shares
