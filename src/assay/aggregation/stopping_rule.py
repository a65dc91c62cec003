"""When to stop asking about a task, checked against itself: a random share of the tasks goes on to the cap.

A rule that stops when its model is sure is as right as its model. Early in a project little is known of annotators, and
where tasks are hard people share mistakes: the first answers then agree, and are wrong together. No model of single
answers shows that, but answers do: some tasks, *drawn at random before anything is asked*, get all ``most`` answers,
whatever the rule would have done. Each shows where the rule would have stopped, and whether the label would still have
changed. The rule then stops at the largest expected error with which at most ``max_error`` of tasks change:

    a task is *lost* at threshold e when the rule would stop it at e, or at any smaller one, with another label;
    n_lost(e) of n audited tasks are; upper(n_lost, n) is the exact binomial bound (Clopper, Pearson 1934);
    threshold = the largest e, up to ``max_error``, with upper(n_lost(e), n) <= ``max_error``.

Losses only grow with e, so choosing e costs nothing (Bates et al. 2021, RCPS): of all projects run this way, at most
1 - level stop too early, whatever the model is worth. With ``level=None`` the promise is the mean over projects, which
needs a third of the audited tasks: (n_lost + 1) / (n + 1) <= ``max_error`` (Angelopoulos et al. 2024, conformal risk
control).

While most tasks have few answers, models fitted to all of them may be wrong altogether, and then call the same wrong
label sure at two answers and at twenty. The audited tasks are complete: ``full`` has the labels that a fit of *them
alone* gives, and a task on which the two fits differ counts as lost at any threshold.

What it promises is the label of the *full* overlap. Whether that one is right, only known truth can tell: with
``truth`` of the audited tasks (gold, an expert) the bound is on the error itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assay.aggregation.annotators import check_level
from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.stopping import AnnotatorModels, TaskState, whom_to_ask

Answer = tuple[Hashable, Hashable]
_UNDER = 1.0 - 1e-6  # a threshold just under an expected error, whatever its last bits are


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """Ask ``first`` to ``most`` answers; between them stop once the expected error is at most the threshold.

    ``max_error`` is the promise. ``threshold`` is what an audit found (:func:`audit_stopping`); without one it
    is ``max_error`` itself, a promise of the model alone. Raises ValueError for max_error outside (0, 1) and
    unless 1 <= first <= most.
    """

    max_error: float = 0.05
    first: int = 2
    most: int = 10
    threshold: float | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.max_error < 1.0:
            raise ValueError(f"max_error is {self.max_error!r}; give a number between 0 and 1, such as 0.05.")
        if not 1 <= self.first <= self.most:
            raise ValueError(f"first is {self.first!r} and most {self.most!r}; give 1 <= first <= most.")

    @property
    def stops_at(self) -> float:
        """The expected error at which it stops; 0 for never before ``most`` answers."""
        return self.max_error if self.threshold is None else min(self.threshold, self.max_error)

    def is_sure(self, expected_error: float) -> bool:
        """Whether that expected error is small enough to stop early."""
        return self.stops_at > 0.0 and expected_error <= self.stops_at


@dataclass(frozen=True, slots=True)
class StoppingAudit:
    """What the audited tasks say of a rule.

    ``n_lost`` of ``n_audited`` tasks would have got another label than at full overlap (with ``by_truth``: a wrong
    one), so that at most ``upper`` of all do, at ``level``; None for level: on average over projects.
    ``rule`` stops accordingly, and never early where ``reason`` says why not. ``n_lost_unchecked`` and
    ``mean_answers`` are those of the rule as it was given, and the mean answers of the new one.
    ``expected_error`` is that of the decisions at full overlap as the model sees it: a part of the error no audit
    without truth can bound.
    """

    rule: StoppingRule
    n_audited: int
    n_lost: int
    upper: float
    level: float | None
    by_truth: bool
    n_lost_unchecked: int
    mean_answers: float
    expected_error: float
    reason: str | None = None

    def __str__(self) -> str:
        against = "a wrong label" if self.by_truth else "another label than at full overlap"
        told = f"at most {self.upper:.1%} get {against} ({self.n_lost} of {self.n_audited} audited)"
        return told if self.reason is None else f"{told}; never stops early: {self.reason}"


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether to ask about a task once more, why, and whom: (annotator, gain) with the most useful first."""

    ask: bool
    reason: str
    label: Hashable
    expected_error: float
    n_answers: int
    whom: tuple[tuple[Hashable, float], ...] = ()


def ask_one_more(
    models: AnnotatorModels,
    answers: Iterable[Answer],
    rule: StoppingRule,
    *,
    candidates: Iterable[Hashable] = (),
    audited: bool = False,
) -> Advice:
    """Stop here, or ask one more, and whom? For one task, without any fit: well under a millisecond.

    ``answers`` are (annotator, label) in any order; ``candidates`` are those who could be asked (who answered
    already is passed over); ``audited`` says that the task was drawn to go on to the cap. At the cap ``ask`` is
    False, and the reason says that the label may not be sure. Raises ValueError for an unknown label.

    >>> square = np.array([[0.8, 0.2], [0.2, 0.8]])
    >>> models = AnnotatorModels(("no", "yes"), ("ann",), np.array([0.5, 0.5]), square[None], square)
    >>> rule = StoppingRule(max_error=0.1, first=2, most=5)
    >>> advice = ask_one_more(models, [("ann", "yes"), ("ben", "no")], rule, candidates=["ben", "cem"])
    >>> advice.ask, advice.reason, advice.whom[0][0]
    (True, 'not sure', 'cem')
    >>> ask_one_more(models, [("ann", "yes"), ("ben", "yes")], rule).reason
    'sure'
    """
    state, asked = models.start(), set()
    for annotator, label in answers:
        state = state.after(annotator, label)
        asked.add(annotator)
    reason = _reason(state, rule, audited)
    ask = reason in ("too few answers", "audited", "not sure")
    whom = whom_to_ask(state, [name for name in candidates if name not in asked]) if ask else []
    return Advice(ask, reason, state.best, state.expected_error, state.n_answers, tuple(whom))


def _reason(state: TaskState, rule: StoppingRule, audited: bool) -> str:
    if state.n_answers >= rule.most:
        return "sure" if rule.is_sure(state.expected_error) else "most answers"
    if state.n_answers < rule.first:
        return "too few answers"
    if audited:
        return "audited"
    return "sure" if rule.is_sure(state.expected_error) else "not sure"


def audit_stopping(
    models: AnnotatorModels,
    tasks: Sequence[Sequence[Answer]],
    rule: StoppingRule,
    *,
    full: Sequence[Hashable | None] | None = None,
    truth: Sequence[Hashable | None] | None = None,
    level: float | None = 0.95,
) -> StoppingAudit:
    """Set the threshold of a rule by tasks that were taken to the cap.

    ``tasks`` has the answers of each audited task as (annotator, label) *in the order in which they came*; the tasks
    must have been drawn at random, and their answers come as those of other tasks do. ``full`` gives the label of
    each by an aggregation of these tasks alone (None: undecided, which counts as lost); without it the models
    themselves are believed at full overlap. ``truth`` gives the true label of each (None: not known; such tasks
    are then passed over). Answers beyond ``rule.most`` are not
    looked at. Annotators are taken as ``models`` has them: fit those on all answers, and audit again when they
    are fitted anew.

    Raises ValueError for an unknown label, a level outside (0, 1), and a truth of another length.

    >>> square = np.array([[0.8, 0.2], [0.2, 0.8]])
    >>> models = AnnotatorModels(("no", "yes"), (), np.array([0.5, 0.5]), np.zeros((0, 2, 2)), square)
    >>> stable = [[(who, "yes") for who in "abcde"]] * 95
    >>> turning = [[(who, "yes" if who in "ab" else "no") for who in "abcde"]] * 5
    >>> rule = StoppingRule(max_error=0.06, most=5)
    >>> print(audit_stopping(models, stable, rule))
    at most 3.1% get another label than at full overlap (0 of 95 audited)
    >>> found = audit_stopping(models, stable + turning, rule)  # two answers that agree are not enough
    >>> found.n_lost_unchecked, found.n_lost, found.mean_answers
    (5, 0, 3.1)
    """
    for name, given in (("full", full), ("truth", truth)):
        if given is not None and len(given) != len(tasks):
            raise ValueError(f"{name} has {len(given)} and tasks {len(tasks)} entries; give as many of both.")
    row_of = {name: row for row, name in enumerate(models.annotators)}
    task, annotator, label = [], [], []
    for row, answers in enumerate(tasks):
        for who, said in answers:
            task.append(row)
            annotator.append(row_of.get(who, -1))
            label.append(models.code(said))
    rows, people, said_codes = (np.array(each, dtype=np.int64) for each in (task, annotator, label))
    return audit_codes(
        models, rows, people, said_codes, len(tasks), rule, _codes(models, full), _codes(models, truth), level
    )


def audit_codes(
    models: AnnotatorModels,
    task: Codes,
    annotator: Codes,
    label: Codes,
    n_tasks: int,
    rule: StoppingRule,
    full: Codes | None = None,
    truth: Codes | None = None,
    level: float | None = 0.95,
) -> StoppingAudit:
    """The same from codes, sorted by task and within each by arrival; an annotator of -1 is a newcomer."""
    if level is not None:
        check_level(level)
    paths = _Paths.of(models, task, annotator, label, n_tasks, rule)
    judged = paths.n_answers > 0 if truth is None else (paths.n_answers > 0) & (truth >= 0)
    lost_from = paths.lost_from(full if truth is None else truth)[judged]
    n = int(judged.sum())
    allowed = _allowed(n, rule.max_error, level)
    in_order = np.sort(lost_from)
    threshold, reason = 0.0, None
    if allowed < 0:
        reason = f"{n} audited tasks cannot show it, at least {tasks_to_audit(rule.max_error, level)} can."
    elif allowed < n and in_order[allowed] <= 0.0:
        told = "are wrong" if truth is not None else "have another label when they are fitted alone"
        reason = f"at full overlap {int((lost_from <= 0.0).sum())} of {n} audited tasks {told}."
    else:
        threshold = rule.max_error
        if allowed < n:
            threshold = min(threshold, float(in_order[allowed]) * _UNDER)
    n_lost = int((lost_from <= threshold).sum())
    found = replace(rule, threshold=threshold)
    return StoppingAudit(
        rule=found,
        n_audited=n,
        n_lost=n_lost,
        upper=_upper(n_lost, n, level),
        level=level,
        by_truth=truth is not None,
        n_lost_unchecked=int((lost_from <= rule.max_error).sum()),
        mean_answers=float(paths.answers_until(threshold)[judged].mean()) if n else 0.0,
        expected_error=float(paths.error_at_end[judged].mean()) if n else 0.0,
        reason=reason,
    )


def tasks_to_audit(max_error: float, level: float | None = 0.95) -> int:
    """The smallest number of audited tasks that can show it, if none of them changes its label.

    >>> tasks_to_audit(0.05), tasks_to_audit(0.1), tasks_to_audit(0.05, level=None)
    (59, 29, 19)
    """
    if level is None:
        return int(np.ceil(1.0 / max_error - 1e-9)) - 1
    return int(np.ceil(np.log(1.0 - level) / np.log1p(-max_error) - 1e-9))


@dataclass(frozen=True, eq=False)
class _Paths:
    """Expected error and leading label after each answer, for answers sorted by task and arrival."""

    task: Codes
    turn: Codes  # 1 for the first answer
    error: Floats
    best: Codes
    n_answers: Codes
    rule: StoppingRule

    @classmethod
    def of(
        cls, models: AnnotatorModels, task: Codes, annotator: Codes, label: Codes, n_tasks: int, rule: StoppingRule
    ) -> _Paths:
        turn = _turns(task, n_tasks)
        kept = turn <= rule.most
        task, annotator, label, turn = task[kept], annotator[kept], label[kept], turn[kept]
        scores = scores_along(models, task, annotator, label, n_tasks)
        error, best = errors_of(scores)
        return cls(task, turn, error, best, np.bincount(task, minlength=n_tasks), rule)

    @property
    def _last(self) -> Codes:
        """The place of the last answer of each task that has one."""
        return np.flatnonzero(self.turn == self.n_answers[self.task])

    @property
    def error_at_end(self) -> Floats:
        found = np.zeros(len(self.n_answers))
        found[self.task[self._last]] = self.error[self._last]
        return found

    @property
    def _early(self) -> Codes:
        """The answers at which the rule may stop before the end."""
        return np.flatnonzero((self.turn >= self.rule.first) & (self.turn < self.n_answers[self.task]))

    def lost_from(self, right: Codes | None) -> Floats:
        """The smallest threshold at which each task is lost: infinite for never, 0 where it is lost anyway.

        ``right`` are the labels that count; by default the leading ones at the end.
        """
        aim = np.full(len(self.n_answers), -1, dtype=np.int64)
        aim[self.task[self._last]] = self.best[self._last]
        lost = np.full(len(self.n_answers), np.inf)
        if right is not None:
            lost[aim != right] = 0.0
            aim = right
        early = self._early
        task, error = self.task[early], self.error[early]
        # Only an error smaller than all before it is where some threshold stops.
        records = error < _least_before(task, error)
        wrong = records & (self.best[early] != aim[task])
        np.minimum.at(lost, task[wrong], error[wrong])
        return lost

    def answers_until(self, threshold: float) -> Floats:
        until = self.n_answers.astype(np.float64)
        early = self._early[(self.error[self._early] <= threshold) & (threshold > 0.0)]
        np.minimum.at(until, self.task[early], self.turn[early].astype(np.float64))
        return until


def _codes(models: AnnotatorModels, labels: Sequence[Hashable | None] | None) -> Codes | None:
    if labels is None:
        return None
    return np.array([-1 if each is None else models.code(each) for each in labels], dtype=np.int64)


def scores_along(models: AnnotatorModels, task: Codes, annotator: Codes, label: Codes, n_tasks: int) -> Floats:
    """The unnormalized log-posterior of its task after each answer; shape (answers, labels)."""
    said = models.log_trusted[np.where(annotator < 0, len(models.annotators), annotator), :, label]
    total = np.concatenate([np.zeros((1, said.shape[1])), np.cumsum(said, axis=0)])
    n = np.bincount(task, minlength=n_tasks)
    before = np.cumsum(n) - n
    scores: Floats = total[1:] - total[before[task]] + models.log_prior
    return scores


def errors_of(scores: Floats) -> tuple[Floats, Codes]:
    """The chance that the best label is wrong, small ones exactly, and the best label; of equal ones the first."""
    relative = np.exp(scores - scores.max(axis=1, keepdims=True))
    best = np.argmax(relative >= 1.0 - 1e-9, axis=1)
    rows = np.arange(len(scores))
    leader = relative[rows, best]
    relative[rows, best] = 0.0
    others = relative.sum(axis=1)
    error: Floats = others / (others + leader)
    return error, best.astype(np.int64)


def _turns(task: Codes, n_tasks: int) -> Codes:
    n = np.bincount(task, minlength=n_tasks)
    return np.arange(1, len(task) + 1) - (np.cumsum(n) - n)[task]


def _least_before(task: Codes, error: Floats) -> Floats:
    """The smallest error before each answer of the same task; infinite for the first."""
    before = np.full(len(error), np.inf)
    for place in range(1, len(error)):
        if task[place] == task[place - 1]:
            before[place] = min(before[place - 1], error[place - 1])
    return before


def _allowed(n: int, max_error: float, level: float | None) -> int:
    """How many of n may be lost; -1 when none is too many."""
    allowed = -1
    while allowed + 1 < n and _upper(allowed + 1, n, level) <= max_error:
        allowed += 1
    return allowed


def _upper(n_lost: int, n: int, level: float | None) -> float:
    from scipy.special import betaincinv

    if n_lost >= n:
        return 1.0
    if level is None:
        return (n_lost + 1) / (n + 1)
    return float(betaincinv(n_lost + 1, n - n_lost, level))
