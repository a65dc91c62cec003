"""Several labels at once: one yes-or-no decision for each label."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assay.aggregation.arrays import Codes
from assay.aggregation.card import CodedLabels
from assay.aggregation.majority import majority
from assay.aggregation.numeric.annotators_of import annotators_of
from assay.aggregation.result import NO_ANNOTATION
from assay.aggregation.structured.decision import AnnotatorQuality, Decision, Decisions, undecided

VERSION = 1


class DecidedLabel(Protocol):
    """The decision on one task; None where there is none."""

    @property
    def label(self) -> Hashable | None: ...


class DecidedLabels(Protocol):
    """What an aggregator of categories returns: ``result[task].label``."""

    def __getitem__(self, task: Hashable) -> DecidedLabel: ...


@dataclass(frozen=True, eq=False)
class _YesOrNo:
    """Whether each annotator gave one label: what a categorical aggregator takes."""

    tasks: Sequence[Hashable]
    annotators: Sequence[Hashable]
    labels: Sequence[Hashable]
    task_codes: Codes
    annotator_codes: Codes
    label_codes: Codes


def multi_label(
    table: CodedLabels, *, aggregate: Callable[[CodedLabels], DecidedLabels] = majority, most: int | None = None
) -> Decisions[frozenset[Hashable]]:
    """For each task the set of labels that are decided with yes, each label on its own.

    ``aggregate`` decides each label as a table of False and True (default: majority); any aggregator of categories will
    do. **Labels are taken as independent**: what one label says about another is not used, so a combination that nobody
    gave, and one that the labeling rules forbid, may come out; ``most`` = 1 or more refuses sets with more labels
    (undecided, with a reason). The empty set is a decision ("none of them"). A label that is tied leaves its task
    undecided, with a reason that names it.

    ``confidence`` is the product over labels of the share that agrees with the decision, as if independent;
    ``expected_loss`` the expected number of wrong labels (Hamming loss) under the shares. Annotators' quality is the
    mean share of labels on which they agree with the decision. Raises ValueError for labels that are not sets.

    >>> from assay.agreement import LabelTable
    >>> columns = {"a": [{"x"}, set()], "b": [{"x", "y"}, {"y"}], "c": [{"x", "y"}, set()]}
    >>> found = multi_label(LabelTable.from_columns(columns))
    >>> [sorted(decision.value) for decision in found], round(found[1].expected_loss, 2)
    ([['x', 'y'], []], 0.33)

    Source: binary relevance; see Zhang, Zhou (2014), A review on multi-label learning algorithms, IEEE TKDE 26:1819.
    """
    for label in table.labels:
        if not isinstance(label, frozenset):
            raise ValueError(f"labels has {label!r}, which is no set; give frozenset() for none, or use majority.")
    sets = [label for label in table.labels if isinstance(label, frozenset)]
    names = sorted({name for label in sets for name in label}, key=lambda name: (str(type(name)), str(name)))
    given = np.array([[name in label for name in names] for label in sets], dtype=bool).reshape(len(sets), len(names))
    answers = given[table.label_codes] if len(table.label_codes) else np.zeros((0, len(names)), dtype=bool)
    n = np.bincount(table.task_codes, minlength=len(table.tasks))
    chosen = np.full((len(table.tasks), len(names)), -1)
    share = np.zeros((len(table.tasks), len(names)))
    for k in range(len(names)):
        yes = answers[:, k]
        decided = aggregate(_yes_or_no(table, yes))
        chosen[:, k] = [-1 if decided[task].label is None else int(bool(decided[task].label)) for task in table.tasks]
        share[:, k] = np.bincount(table.task_codes[yes], minlength=len(table.tasks)) / np.maximum(n, 1)
    decisions: list[Decision[frozenset[Hashable]]] = []
    for row, (task, annotators) in enumerate(zip(table.tasks, annotators_of(table), strict=True)):
        tied = [name for name, yes in zip(names, chosen[row].tolist(), strict=True) if yes < 0]
        value = frozenset(name for name, yes in zip(names, chosen[row].tolist(), strict=True) if yes == 1)
        agreed = np.where(chosen[row] == 1, share[row], 1.0 - share[row])
        if not annotators:
            decisions.append(undecided(task, reason=NO_ANNOTATION))
        elif tied:
            decisions.append(undecided(task, annotators, f"tie on {', '.join(map(repr, tied))}"))
        elif most is not None and len(value) > most:
            decisions.append(undecided(task, annotators, f"{len(value)} labels were decided, at most {most} may be"))
        else:
            confidence, loss = float(np.prod(agreed)), float((1.0 - agreed).sum())
            decisions.append(Decision(task, value, None, confidence, loss, annotators))
    return Decisions(
        method="multi_label",
        version=VERSION,
        rules=(("aggregate", getattr(aggregate, "__name__", str(aggregate))), ("most", most)),
        decisions=tuple(decisions),
        annotators=_qualities(table, answers, chosen),
    )


def _yes_or_no(table: CodedLabels, yes: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> _YesOrNo:
    codes = yes.astype(np.int64)
    return _YesOrNo(table.tasks, table.annotators, (False, True), table.task_codes, table.annotator_codes, codes)


def _qualities(
    table: CodedLabels, answers: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], chosen: Codes
) -> tuple[AnnotatorQuality, ...]:
    settled = np.asarray((chosen >= 0).all(axis=1), dtype=bool).reshape(-1)
    found = []
    for code, name in enumerate(table.annotators):
        own = table.annotator_codes == code
        rows = own & np.asarray(settled[table.task_codes], dtype=bool)
        alike = answers[rows] == (chosen[table.task_codes[rows]] > 0)
        found.append(AnnotatorQuality(name, float(alike.mean()) if alike.size else None, int(own.sum())))
    return tuple(found)
