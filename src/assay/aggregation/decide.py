"""From a posterior to decisions: the most probable label, and what happens in a tie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assay.aggregation.annotators import AnnotatorTable
from assay.aggregation.arrays import Codes, Floats, Mask
from assay.aggregation.crowd import Crowd, across
from assay.aggregation.result import Aggregation, TieRule

if TYPE_CHECKING:
    from assay.aggregation.card import AggregatorCard, CodedLabels

# Rounding must neither make a tie nor break one.
EQUAL = 1e-9


def check_tie_rule(tie_rule: str) -> None:
    """Raises ValueError for a tie rule that does not exist."""
    if tie_rule not in ("report", "prior"):
        raise ValueError(f"There is no tie rule {tie_rule!r}; use 'report' or 'prior'.")


def decide(
    card: AggregatorCard,
    version: int,
    table: CodedLabels,
    crowd: Crowd,
    posterior: Floats,
    annotators: AnnotatorTable,
    tie_rule: TieRule,
    gold: Codes | None = None,
    known: Mask | None = None,
    **more: Any,
) -> Aggregation:
    """The most probable label of each task under 0-1 loss.

    Labels within 1e-9 of the highest probability are tied; tie rule "prior" takes the one that is most
    frequent over all annotations, then the first in the order of labels. A task without annotation is
    undecided, unless its truth is given or ``known`` (tasks,) says that something else speaks about it.
    """
    n_tasks, n_labels = crowd.n_tasks, crowd.n_labels
    told = crowd.n_of_task > 0
    told = told if gold is None else told | (gold >= 0)
    told = told if known is None else told | known
    posterior = posterior if bool(told.all()) or not n_labels else np.where(told[:, None], posterior, 0.0)
    lead = leaders(posterior, told, tie_rule, lambda: np.bincount(crowd.label, minlength=n_labels))
    winner = lead.winner
    share = crowd.votes[np.arange(n_tasks), np.maximum(winner, 0)] if n_labels else np.zeros(n_tasks)
    undecided = np.flatnonzero(winner < 0)
    if len(undecided):
        votes = np.where(lead.leading[undecided], crowd.votes[undecided], 0.0)
        share[undecided] = votes.max(axis=1, initial=0.0)
    tasks = tuple(table.tasks)
    return Aggregation(
        method=card.id,
        version=version,
        tie_rule=tie_rule,
        tasks=tasks,
        labels=tuple(table.labels),
        label_codes=winner,
        share=share / np.maximum(crowd.n_of_task, 1.0),
        n_annotations=crowd.n_of_task.astype(np.int64),
        tied_rows=lead.tied_rows,
        tied_codes=lead.tied_codes,
        posterior=posterior,
        confidence=lead.confidence,
        annotators=annotators,
        used_tasks=crowd.task,
        used_annotators=crowd.annotator,
        gold_tasks=() if gold is None else tuple(tasks[row] for row in np.flatnonzero(gold >= 0)),
        **more,
    )


@dataclass(frozen=True, eq=False)
class Leaders:
    """Who leads on each task.

    ``leading`` (tasks, labels) marks the labels within 1e-9 of the highest probability, ``confidence`` (tasks,) is that
    probability, ``winner`` (tasks,) the code of the label decided for, -1 where there is none; ``tied_rows`` and
    ``tied_codes`` list the labels of every tie, sorted by task and label.
    """

    leading: Mask
    confidence: Floats
    winner: Codes
    tied_rows: Codes
    tied_codes: Codes


def leaders(posterior: Floats, told: Mask, tie_rule: TieRule, frequency: Callable[[], Codes]) -> Leaders:
    """The labels that lead; nobody does where ``told`` (tasks,) is False.

    ``frequency`` gives how often each label was given in all, for the tie rule "prior".
    """
    n_tasks, n_labels = posterior.shape
    if not n_labels:
        nobody, none = np.full(n_tasks, -1, dtype=np.int64), np.zeros(0, dtype=np.int64)
        return Leaders(np.zeros((n_tasks, 0), dtype=bool), np.zeros(n_tasks), nobody, none, none)
    best = across(np.maximum, posterior)
    leading = posterior >= (best - EQUAL)[:, None]
    leading &= told[:, None]
    n_leading = np.bincount(np.flatnonzero(leading) // n_labels, minlength=n_tasks)
    winner = np.where(n_leading == 1, leading.argmax(axis=1), -1)
    several = np.flatnonzero(n_leading > 1)
    places, tied_codes = np.nonzero(leading[several])
    tied_rows = several[places]
    if tie_rule == "prior" and len(tied_rows):
        order = np.lexsort((tied_codes, -frequency()[tied_codes], tied_rows))
        first = np.unique(tied_rows[order], return_index=True)[1]
        winner[tied_rows[order][first]] = tied_codes[order][first]
    return Leaders(leading, np.maximum(best, 0.0), winner, tied_rows, tied_codes)
