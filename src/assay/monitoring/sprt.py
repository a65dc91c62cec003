"""Sequential probability ratio test: qualify somebody with as few questions as the error rates allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, inf, log
from typing import Any, Literal

import numpy as np

from assay.monitoring.arguments import (
    Floats,
    check_count,
    check_good_and_bad,
    check_open_share,
    check_share,
    state_of,
)
from assay.monitoring.card import Monitor, MonitorCard

Decision = Literal["go on", "pass", "fail"]
ErrorChance = Callable[[int, Floats], Floats]

CARD = MonitorCard(
    id="sprt",
    title="Qualification test",
    summary="Pass, fail or ask one more: the fewest questions on average for given error rates.",
    evidence="correctness",
    looks="every",
    false_alarms="Somebody of accuracy good or better fails with a chance of at most alpha, somebody of accuracy bad "
    "or worse passes with at most beta: about, by Wald's limits; the plan says the exact chances.",
    assumes="Each question is answered right with the same chance, whatever came before.",
    reference="Wald 1945; exact numbers by dynamic programming",
)
_ROUNDING = 1e-9
_REST = 1e-13
_LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class SprtOutcome:
    """What a plan does to a person of one accuracy: exact chances, and how many questions it takes."""

    accuracy: float
    passes: float
    fails: float
    expected_questions: float
    median_questions: int
    p90_questions: int


@dataclass(frozen=True)
class SprtPlan:
    """Wald's plan: after n questions with c errors, with u = log((1-bad)/(1-good)) and d = log(good/bad),

        fail  when  c·u - (n-c)·d >= log((1-beta)/alpha),
        pass  when  c·u - (n-c)·d <= log(beta/(1-alpha)),

    else ask one more. With ``max_questions`` the test ends there: pass when the sum is at most the middle of the two
    limits. ``alpha`` is the chance that somebody at ``good`` fails, ``beta`` that somebody at ``bad`` passes. Wald's
    limits hold them approximately (alpha + beta is never exceeded without a cap); :attr:`exact_alpha` and
    :attr:`exact_beta` say what they are, and :meth:`shortest_cap` finds a cap that holds both.

    Raises ValueError unless 0 < bad < good < 1, 0 < alpha, beta and alpha + beta < 1.

    >>> plan = SprtPlan(good=0.9, bad=0.8, alpha=0.05, beta=0.05)
    >>> [round(plan.outcome(accuracy).expected_questions) for accuracy in (0.95, 0.9, 0.8, 0.7)]
    [38, 75, 65, 26]
    >>> plan.exact_alpha <= 0.05, plan.exact_beta <= 0.05
    (True, True)
    >>> [(n, plan.pass_at(n), plan.fail_at(n)) for n in (20, 25, 50)]
    [(20, None, 7), (25, 0, 8), (50, 3, 11)]

    Source: Wald (1945), Annals of Mathematical Statistics 16:117; (1947) Sequential Analysis, chapter 5.
    """

    good: float = 0.9
    bad: float = 0.8
    alpha: float = 0.05
    beta: float = 0.05
    max_questions: int | None = None

    def __post_init__(self) -> None:
        check_good_and_bad(self.good, self.bad)
        check_open_share(self.alpha, "alpha", "0.05")
        check_open_share(self.beta, "beta", "0.05")
        if self.alpha + self.beta >= 1.0:
            raise ValueError(f"alpha + beta is {self.alpha + self.beta!r}; give two that sum to less than 1.")
        if self.max_questions is not None:
            check_count(self.max_questions, "max_questions", at_least=1)

    def pass_at(self, n: int) -> int | None:
        """The most errors with which n questions are passed; None when nobody can pass yet."""
        low, high = self._limits
        most = floor(((low + high) / 2.0 if n == self.max_questions else low) + n * self._slope + _ROUNDING)
        return most if most >= 0 else None

    def fail_at(self, n: int) -> int | None:
        """The fewest errors with which n questions are failed; None when nobody can fail yet."""
        if n == self.max_questions:
            fewest = -1 if (most := self.pass_at(n)) is None else most
            return fewest + 1
        fewest = ceil(self._limits[1] + n * self._slope - _ROUNDING)
        return fewest if fewest <= n else None

    def decide(self, n: int, n_errors: int) -> Decision:
        """What to do after n questions with that many errors."""
        if (most := self.pass_at(n)) is not None and n_errors <= most:
            return "pass"
        fewest = self.fail_at(n)
        return "fail" if fewest is not None and n_errors >= fewest else "go on"

    def outcome(self, accuracy: float) -> SprtOutcome:
        """Exact chances of passing and failing and the number of questions, for one accuracy from 0 to 1."""
        check_share(accuracy, "accuracy")
        chance = 1.0 - accuracy
        passes, fails = walk(self, lambda n, errors: np.full_like(errors, chance))
        ended = np.cumsum(passes + fails)
        expected = float(np.dot(np.arange(1, len(passes) + 1), passes + fails))
        median, p90 = (int(np.searchsorted(ended, share)) + 1 for share in (0.5, 0.9))
        return SprtOutcome(accuracy, float(passes.sum()), float(fails.sum()), expected, median, p90)

    @cached_property
    def exact_alpha(self) -> float:
        """The chance that somebody of accuracy ``good`` fails."""
        return self.outcome(self.good).fails

    @cached_property
    def exact_beta(self) -> float:
        """The chance that somebody of accuracy ``bad`` passes."""
        return self.outcome(self.bad).passes

    def shortest_cap(self, longest: int = 2000) -> int | None:
        """The smallest ``max_questions`` that keeps both error rates at alpha and beta; None when none does."""
        free = SprtPlan(self.good, self.bad, self.alpha, self.beta)
        fails, passes = errors_by_cap(free, longest)
        held = (fails <= self.alpha) & (passes <= self.beta)
        return int(np.argmax(held)) + 1 if held.any() else None

    @cached_property
    def _slope(self) -> float:
        return log(self.good / self.bad) / self._per_error

    @cached_property
    def _per_error(self) -> float:
        return log((1.0 - self.bad) / (1.0 - self.good)) + log(self.good / self.bad)

    @cached_property
    def _limits(self) -> tuple[float, float]:
        """Both limits in errors, at n = 0."""
        low, high = log(self.beta / (1.0 - self.alpha)), log((1.0 - self.beta) / self.alpha)
        return low / self._per_error, high / self._per_error


def walk(plan: SprtPlan, error_chance: ErrorChance, longest: int = _LONGEST) -> tuple[Floats, Floats]:
    """The chance of passing and of failing at each number of questions, both of shape (questions,).

    ``error_chance(n, errors)`` is the chance that the next question is answered wrong after n questions with
    ``errors`` errors (shape (k,)). Exact: the chances of all numbers of errors are carried along until less than 1e-13
    is undecided. That small rest is shared out in proportion, so that the chances sum to 1.
    """
    chance = np.ones(1)
    first = 0  # errors of chance[0]
    passes, fails = [], []
    for n in range(1, longest + 1):
        wrong = chance * error_chance(n - 1, np.arange(first, first + len(chance), dtype=np.float64))
        chance = np.append(chance - wrong, 0.0) + np.append(0.0, wrong)
        most, fewest = plan.pass_at(n), plan.fail_at(n)
        cut = 0 if most is None else max(0, most + 1 - first)
        end = len(chance) if fewest is None else max(cut, fewest - first)
        passes.append(float(chance[:cut].sum()))
        fails.append(float(chance[end:].sum()))
        chance, first = chance[cut:end], first + cut
        if chance.sum() < _REST:
            break
    decided = sum(passes) + sum(fails)
    return np.array(passes) / decided, np.array(fails) / decided


def errors_by_cap(plan: SprtPlan, longest: int) -> tuple[Floats, Floats]:
    """The chance to fail somebody good and to pass somebody bad, for every cap from 1 to ``longest``: one pass each."""
    middle = sum(plan._limits) / 2.0
    found = []
    for accuracy, wanted_low in ((plan.good, False), (plan.bad, True)):
        chance, first, ended, by_cap = np.ones(1), 0, 0.0, []
        for n in range(1, longest + 1):
            wrong = chance * (1.0 - accuracy)
            chance = np.append(chance - wrong, 0.0) + np.append(0.0, wrong)
            errors = np.arange(first, first + len(chance))
            low = errors <= floor(middle + n * plan._slope + _ROUNDING)
            by_cap.append(ended + float(chance[low == wanted_low].sum()))
            most, fewest = plan.pass_at(n), plan.fail_at(n)
            passed = errors <= (-1 if most is None else most)
            failed = errors >= (inf if fewest is None else fewest)
            ended += float(chance[passed if wanted_low else failed].sum())
            stays = ~(passed | failed)
            first += int(passed.sum())
            chance = chance[stays]
        found.append(np.array(by_cap))
    return found[0], found[1]


@dataclass(slots=True)
class Sprt:
    """A qualification in progress: one person, one :class:`SprtPlan`. Answers after the decision change nothing.

    >>> test = Sprt(SprtPlan(good=0.9, bad=0.7))
    >>> [test.ask(correct) for correct in (True, False, False, False, True)]
    ['go on', 'go on', 'go on', 'fail', 'fail']
    >>> test.n
    4
    """

    plan: SprtPlan
    n: int = 0
    n_errors: int = 0
    decision: Decision = "go on"

    def ask(self, correct: bool) -> Decision:
        """Take the answer to one question. Raises ValueError for anything but true or false."""
        if correct not in (True, False):
            raise ValueError(f"correct is {correct!r}; give True or False.")
        if self.decision == "go on":
            self.n += 1
            self.n_errors += not correct
            self.decision = self.plan.decide(self.n, self.n_errors)
        return self.decision

    def update(self, correct: bool) -> bool:
        """Like :meth:`ask`; whether the person has failed."""
        return self.ask(correct) == "fail"

    @property
    def alarm_at(self) -> int | None:
        """The number of the question with which the person failed."""
        return self.n if self.decision == "fail" else None

    def state(self) -> dict[str, Any]:
        """JSON-ready; :meth:`from_state` continues from it."""
        plan = {name: getattr(self.plan, name) for name in SprtPlan.__dataclass_fields__}
        return {"monitor": CARD.id, "plan": plan, "n": self.n, "n_errors": self.n_errors, "decision": self.decision}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Sprt:
        """The test as it was. Raises ValueError for the state of another one."""
        saved = state_of(state, CARD.id)
        return cls(**saved | {"plan": SprtPlan(**saved["plan"])})


def sprt(correct: list[bool], plan: SprtPlan) -> Sprt:
    """A whole column of answers, judged one by one until the decision.

    >>> sprt([True] * 60, SprtPlan(good=0.9, bad=0.8)).n
    25
    """
    test = Sprt(plan)
    for answer in correct:
        if test.ask(answer) != "go on":
            break
    return test


MONITOR = Monitor(CARD, start=lambda: Sprt(SprtPlan()), resume=Sprt.from_state)
