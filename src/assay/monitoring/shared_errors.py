"""Shared errors: pairs of annotators who make the same mistakes more often than their skill and the tasks explain."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp
from typing import Any, Literal

import numpy as np

from assay.monitoring.arguments import Counts, Floats, check_open_share, same_length
from assay.monitoring.card import Monitor, MonitorCard
from assay.monitoring.e_bh import benjamini_hochberg, e_bh
from assay.monitoring.poisson_binomial import upper_tail

CARD = MonitorCard(
    id="shared_errors",
    title="Same mistakes (copying)",
    summary="Pairs with more identical wrong answers than both confusions and the difficulty of the tasks explain.",
    evidence="answers of pairs",
    looks="once",
    false_alarms="Of the pairs named the expected share of independent ones is at most alpha (e-BH, any dependence "
    "between pairs), as far as the chances of errors are right.",
    assumes="Given the task, two independent annotators err independently; chances of errors are estimated from each "
    "annotator's answers with known truth and from what others answered on the task.",
    reference="Wesolowsky 2000; van der Linden, Sotaridona 2006; Wang, Ramdas 2022",
)
COPIED = (0.05, 0.1, 0.2, 0.4)
_TO_POOL = 4.0
_NO_CLUSTERING = 1e-6
_MOST = 0.98
_LARGEST_EXPONENT = 700.0


@dataclass(frozen=True, slots=True)
class PairErrors:
    """Two annotators, the tasks both answered, and how many of their answers are equal and wrong.

    ``expected`` is what independent work would give; ``p_value`` the exact (Poisson-binomial) chance of at least as
    many, and ``e_value`` the evidence for copying (over shares of 5 to 40 % of tasks copied).
    """

    a: Hashable
    b: Hashable
    n_tasks: int
    same_wrong: int
    expected: float
    p_value: float
    e_value: float


@dataclass(frozen=True, slots=True)
class SharedErrors:
    """All pairs, strongest evidence first; ``named`` are those that e-BH names. ``n_left_out`` counts answers without
    a label or a truth."""

    pairs: tuple[PairErrors, ...]
    named: tuple[PairErrors, ...]
    n_answers: int
    n_left_out: int


def shared_errors(
    tasks: Sequence[Hashable],
    annotators: Sequence[Hashable],
    labels: Sequence[Hashable | None],
    truths: Sequence[Hashable | None],
    *,
    alpha: float = 0.05,
    naming: Literal["e_bh", "bh"] = "e_bh",
) -> SharedErrors:
    """Every pair of annotators with a task in common, from four columns with a row for each answer.

    ``truths`` is the true label of the row's task (from checks or adjudication). Where the truth of a task is a vote
    of the same annotators, their shared errors hide in it: use known truths. Rows with None or NaN for label or truth
    are left out and counted; an annotator's second answer to a task raises ValueError, as do two truths for one task.

    An annotator's chance of the wrong label k on a task of truth y is their smoothed confusion, times a factor for how
    tempting k is on this very task: on hard tasks everybody errs alike, and that is no copying. The factor has mean
    1 and a variance that all pairs together show; the answers of the *others* (without the pair) to the task move it.
    So three or more answers a task make this sharp; with two there are no others, and only the average over tasks is
    right. Where everybody copies from everybody, that looks like hard tasks, and nobody is named. The evidence is the
    likelihood ratio "one copies a share c of tasks from the other" to "independent", averaged over c = 5, 10, 20, 40 %.

    ``naming`` "e_bh" bounds the share of pairs named wrongly under any dependence between pairs; "bh" works on the
    p-values and finds more, but is proven only for independent (or positively dependent) ones.

    Time grows with pairs times tasks in common: some 0.5 ms a pair and 100 tasks.

    >>> rng = np.random.default_rng(3)
    >>> truth = rng.integers(0, 4, 300)
    >>> given = {name: np.where(rng.random(300) < 0.8, truth, rng.integers(0, 4, 300)) for name in "abcde"}
    >>> given["e"] = np.where(rng.random(300) < 0.3, given["d"], given["e"])  # e copies three in ten from d
    >>> rows = [(task, name, int(given[name][task]), int(truth[task])) for name in given for task in range(300)]
    >>> for pair in shared_errors(*zip(*rows)).named:
    ...     print(pair.a, pair.b, pair.same_wrong, round(pair.expected, 1))
    d e 20 4.7

    Sources: Wesolowsky (2000), Journal of Applied Statistics 27:909; van der Linden, Sotaridona (2006), Journal of
    Educational and Behavioral Statistics 31:283; Wang, Ramdas (2022) for the naming.
    """
    check_open_share(alpha, "alpha", "0.05")
    if naming not in ("e_bh", "bh"):
        raise ValueError(f"There is no naming {naming!r}; use 'e_bh' or 'bh'.")
    same_length(len(tasks), annotators=annotators, labels=labels, truths=truths)
    table = _Answers.from_rows(tasks, annotators, labels, truths)
    confusion = _confusions(table)
    clustering = _clustering(table, confusion)
    both = combinations(range(len(table.names)), 2)
    pairs = [found for a, b in both if (found := _pair(table, confusion, clustering, a, b))]
    pairs.sort(key=lambda pair: (-pair.e_value, str(pair.a), str(pair.b)))
    by_name = {(pair.a, pair.b): pair for pair in pairs}
    if naming == "e_bh":
        named = set(e_bh({name: pair.e_value for name, pair in by_name.items()}, alpha).names)
    else:
        named = set(benjamini_hochberg({name: pair.p_value for name, pair in by_name.items()}, alpha).names)
    chosen = tuple(pair for name, pair in by_name.items() if name in named)
    return SharedErrors(tuple(pairs), chosen, table.n_answers, len(tasks) - table.n_answers)


@dataclass(frozen=True, slots=True)
class _Answers:
    """``given`` has shape (annotators, tasks), -1 where there is no answer; ``truth`` has shape (tasks,)."""

    names: list[Hashable]
    n_labels: int
    given: Counts
    truth: Counts

    @property
    def n_answers(self) -> int:
        return int((self.given >= 0).sum())

    @classmethod
    def from_rows(cls, tasks: Any, annotators: Any, labels: Any, truths: Any) -> _Answers:
        given = zip(tasks, annotators, labels, truths, strict=True)
        rows = [row for row in given if not (_is_missing(row[2]) or _is_missing(row[3]))]
        names, places = (_ordered(row[column] for row in rows) for column in (1, 0))
        values = _ordered(label for row in rows for label in row[2:])
        who, where, what = ({name: i for i, name in enumerate(found)} for found in (names, places, values))
        given_labels = np.full((len(names), len(places)), -1, dtype=np.int64)
        truth = np.full(len(places), -1, dtype=np.int64)
        for task, annotator, label, true in rows:
            row, column = who[annotator], where[task]
            if given_labels[row, column] >= 0:
                raise ValueError(f"annotators has {annotator!r} twice on task {task!r}; give one answer each.")
            if truth[column] not in (-1, what[true]):
                raise ValueError(f"truths has two truths for task {task!r}; give one.")
            given_labels[row, column], truth[column] = what[label], what[true]
        return cls(names, len(values), given_labels, truth)


def _is_missing(value: Any) -> bool:
    return value is None or bool(value != value)


def _ordered(values: Any) -> list[Hashable]:
    return sorted(set(values), key=lambda value: (str(type(value)), str(value)))


def _confusions(table: _Answers) -> Floats:
    """Smoothed chances of each label given the truth: shape (annotators, labels, labels), rows sum to 1.

    Each annotator's counts, plus four answers' worth of the pooled confusion, which has half an answer in each cell.
    """
    k = table.n_labels
    counts = np.zeros((len(table.names), k, k))
    row, column = np.nonzero(table.given >= 0)
    np.add.at(counts, (row, table.truth[column], table.given[row, column]), 1.0)
    pooled = counts.sum(axis=0) + 0.5
    pooled /= pooled.sum(axis=1, keepdims=True)
    smoothed = counts + _TO_POOL * pooled
    return np.asarray(smoothed / smoothed.sum(axis=2, keepdims=True), dtype=np.float64)


def _clustering(table: _Answers, confusion: Floats) -> float:
    """By how much two annotators' equal errors on a task exceed what their confusions give, over all pairs: 0 = not.

    Wrong answers of a task that are equal, counted in ordered pairs, over the same number expected, less 1. It is the
    variance of how hard tasks are (as a factor on the chance of each wrong label). A few copying pairs hardly move it.
    """
    seen, expected, squares = _errors_by_task(table.given, table.truth, confusion)
    by_chance = float((expected**2 - squares).sum())
    return max(float((seen * (seen - 1.0)).sum()) / by_chance - 1.0, 0.0) if by_chance > 0.0 else 0.0


def _errors_by_task(given: Counts, truth: Counts, confusion: Floats) -> tuple[Floats, Floats, Floats]:
    """Each wrong label's count on each task, its expectation and the sum of squared chances: shape (tasks, labels)."""
    there = (given >= 0).astype(np.float64)
    wrong = np.arange(confusion.shape[1])[None, :] != truth[:, None]
    chances = confusion[:, truth]
    expected = np.einsum("wt,wtk->tk", there, chances) * wrong
    squares = np.einsum("wt,wtk->tk", there, chances**2) * wrong
    seen = np.zeros_like(expected)
    row, column = np.nonzero(given >= 0)
    np.add.at(seen, (column, given[row, column]), 1.0)
    return seen * wrong, expected, squares


def _pair(table: _Answers, confusion: Floats, clustering: float, a: int, b: int) -> PairErrors | None:
    shared = np.flatnonzero((table.given[a] >= 0) & (table.given[b] >= 0))
    if not len(shared):
        return None
    truth, first, second = table.truth[shared], table.given[a, shared], table.given[b, shared]
    others = table.given[:, shared].copy()
    others[[a, b]] = -1
    harder, harder_squared = _hardness(*_errors_by_task(others, truth, confusion)[:2], clustering)
    wrong = np.arange(table.n_labels)[None, :] != truth[:, None]
    chance_a, chance_b = (confusion[who][truth] * wrong for who in (a, b))
    copied = np.minimum((harder * (chance_a + chance_b) / 2.0).sum(axis=1), _MOST)
    same = np.minimum((harder_squared * chance_a * chance_b).sum(axis=1), copied)
    seen = (first == second) & (first != truth)
    logs = []
    for share in COPIED:
        more = share * (copied - same)
        logs.append(float(np.where(seen, np.log1p(more / same), np.log1p(-more / (1.0 - same))).sum()))
    log_e = float(np.logaddexp.reduce(logs)) - float(np.log(len(COPIED)))
    return PairErrors(
        a=table.names[a],
        b=table.names[b],
        n_tasks=len(shared),
        same_wrong=int(seen.sum()),
        expected=float(same.sum()),
        p_value=upper_tail(same, int(seen.sum())),
        e_value=exp(min(log_e, _LARGEST_EXPONENT)),
    )


def _hardness(seen: Floats, expected: Floats, clustering: float) -> tuple[Floats, Floats]:
    """The factor of each wrong label on each task and its square, as expected after the others' answers.

    A priori the factor is gamma distributed with mean 1 and variance ``clustering``; others err as often as a Poisson
    variable with mean factor · expected.
    """
    shape = 1.0 / max(clustering, _NO_CLUSTERING)
    mean = (seen + shape) / (expected + shape)
    return mean, mean * (seen + shape + 1.0) / (expected + shape)


MONITOR = Monitor(CARD)
