"""From a posterior to decisions: the most probable label, and what happens in a tie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from assay.aggregation.annotators import AnnotatorTable
from assay.aggregation.arrays import Codes, Floats, Mask
from assay.aggregation.crowd import Crowd
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
    posterior = np.where(told[:, None], posterior, 0.0) if n_labels else posterior
    best = posterior.max(axis=1, initial=0.0)
    leading = (posterior >= best[:, None] - EQUAL) & told[:, None]
    n_leading = leading.sum(axis=1)
    winner = np.full(n_tasks, -1, dtype=np.int64)
    single = n_leading == 1
    if n_labels:
        winner[single] = leading[single].argmax(axis=1)
    tied_rows, tied_codes = np.nonzero(leading & (n_leading > 1)[:, None])
    if tie_rule == "prior" and len(tied_rows):
        frequency = np.bincount(crowd.label, minlength=n_labels)
        order = np.lexsort((tied_codes, -frequency[tied_codes], tied_rows))
        first = np.unique(tied_rows[order], return_index=True)[1]
        winner[tied_rows[order][first]] = tied_codes[order][first]
    votes = np.where(leading, crowd.votes, 0.0)
    votes_of_winner = crowd.votes[np.arange(n_tasks), np.maximum(winner, 0)] if n_labels else np.zeros(n_tasks)
    share = np.where(winner >= 0, votes_of_winner, votes.max(axis=1, initial=0.0))
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
        tied_rows=tied_rows.astype(np.int64),
        tied_codes=tied_codes.astype(np.int64),
        posterior=posterior,
        confidence=best,
        annotators=annotators,
        used_tasks=crowd.task,
        used_annotators=crowd.annotator,
        gold_tasks=() if gold is None else tuple(tasks[row] for row in np.flatnonzero(gold >= 0)),
        **more,
    )
