"""Response times: which answers came faster than this person answers tasks of this length."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

from assay.monitoring.arguments import Floats, check_open_share, positive_numbers, same_length
from assay.monitoring.card import Monitor, MonitorCard
from assay.monitoring.e_process import accuracy_e_process

CARD = MonitorCard(
    id="response_time",
    title="Answers that came too fast",
    summary="Response times against what this person needed for tasks of this length before.",
    evidence="seconds",
    looks="every",
    false_alarms="About a share of rate of the answers of somebody who works as in the reference are marked; the "
    "chance that somebody whose share of them is at most tolerated is ever named is at most alpha.",
    assumes="The reference is honest work, and its standardized times are exchangeable with the new ones.",
    reference="van der Linden 2006 (log-normal times); Vovk et al. 2005 (conformal ranks)",
)
FEWEST = 20
_SHARED_FREEDOM = 20.0


@dataclass(frozen=True)
class ResponseTimes:
    """log seconds = person + slope · log length + noise, fitted to answers known to be honest work.

    ``person`` has each annotator's level, pulled towards the mean of all by as much as their number of answers
    leaves open (empirical Bayes); ``spread`` the standard deviation of one more answer, with what is not known about
    the level in it. Somebody not in the reference gets ``anybody`` and ``anybody_spread``. ``scores`` are the
    standardized times of the reference, each against a level without itself, sorted: shape (n,). They, not the normal
    distribution, decide what is fast.
    """

    slope: float
    person: dict[Hashable, float]
    spread: dict[Hashable, float]
    anybody: float
    anybody_spread: float
    scores: Floats

    def p_value(self, annotator: Hashable, length: float, seconds: float) -> float:
        """(1 + reference times at least as fast, standardized) / (n + 1). Raises ValueError for times or lengths <= 0.

        Small is fast. For a new answer that is exchangeable with the reference it is at most r with a chance of at
        most r, for any r.
        """
        for argument, value in (("length", length), ("seconds", seconds)):
            if not 0.0 < value < float("inf"):
                raise ValueError(f"{argument} is {value!r}; give a positive number.")
        return float(self.p_values(annotator, np.array([length]), np.array([seconds]))[0])

    def p_values(self, annotator: Hashable, lengths: Floats, seconds: Floats) -> Floats:
        """The same for many answers of one annotator, all of shape (n,)."""
        usual = self.person.get(annotator, self.anybody) + self.slope * np.log(lengths)
        scores = (np.log(seconds) - usual) / self.spread.get(annotator, self.anybody_spread)
        return np.asarray((1.0 + np.searchsorted(self.scores, scores, side="right")) / (1.0 + len(self.scores)))

    def fast_below(self, annotator: Hashable, length: float, rate: float = 0.01) -> float | None:
        """Answers in fewer seconds than this are marked at that rate; None when the reference is too small for it."""
        check_open_share(rate, "rate", "0.01")
        allowed = int(rate * (len(self.scores) + 1.0) + 1e-9) - 1
        if allowed < 0:
            return None
        score = float(self.scores[min(allowed, len(self.scores) - 1)])
        usual = self.person.get(annotator, self.anybody) + self.slope * log(length)
        return exp(usual + score * self.spread.get(annotator, self.anybody_spread))


def fit_response_times(annotators: Sequence[Hashable], lengths: npt.ArrayLike, seconds: npt.ArrayLike) -> ResponseTimes:
    """The model of honest work, from three columns: who, how long the task is (words, seconds of audio, objects;
    1 when all are alike), how many seconds it took.

    The slope comes from differences within people, so that slow people with long tasks do not steepen it. Raises
    ValueError for columns of different length, for a time or length that is not positive, or for fewer than 20 rows.

    >>> rng = np.random.default_rng(7)
    >>> length = rng.integers(5, 60, 400)
    >>> seconds = 2.0 * length**0.5 * rng.lognormal(0.0, 0.3, 400)
    >>> times = fit_response_times(["ann", "ben"] * 200, length, seconds)
    >>> round(times.slope, 2), round(times.fast_below("ann", 30, rate=0.01), 1)
    (0.48, 5.1)

    Sources: van der Linden (2006), Journal of Educational and Behavioral Statistics 31:181; Vovk, Gammerman, Shafer
    (2005), Algorithmic Learning in a Random World.
    """
    y, x = np.log(positive_numbers(seconds, "seconds")), np.log(positive_numbers(lengths, "lengths"))
    same_length(len(y), annotators=annotators, lengths=x)
    if len(y) < FEWEST:
        raise ValueError(f"seconds has {len(y)} entries; give at least {FEWEST} answers that are known to be honest.")
    names = sorted(set(annotators), key=lambda name: (str(type(name)), str(name)))
    place = {name: code for code, name in enumerate(names)}
    code = np.array([place[name] for name in annotators], dtype=np.int64)
    n: Floats = np.bincount(code, minlength=len(names)).astype(np.float64)
    slope = _slope_within(code, n, x, y)
    level = y - slope * x
    total: Floats = np.bincount(code, weights=level).astype(np.float64)
    squares = np.bincount(code, weights=(level - (total / n)[code]) ** 2)
    noise = max(float(squares.sum()) / max(float((n - 1.0).sum()), 1.0), 1e-12)
    own_noise = (_SHARED_FREEDOM * noise + squares) / (_SHARED_FREEDOM + n - 1.0)
    center, between = _between_people(total / n, n, noise)
    person, unsure = _pulled(total, n, center, between, noise)
    # Each answer against a level that was made without it, as a new answer will be.
    others, other_unsure = _pulled(total[code] - level, n[code] - 1.0, center, between, noise)
    scores = np.sort((level - others) / np.sqrt(own_noise[code] + other_unsure))
    spread = np.sqrt(own_noise + unsure)
    return ResponseTimes(
        slope=slope,
        person=dict(zip(names, person.tolist(), strict=True)),
        spread=dict(zip(names, spread.tolist(), strict=True)),
        anybody=center,
        anybody_spread=sqrt(noise + between),
        scores=scores,
    )


@dataclass(frozen=True, slots=True)
class FastAnswers:
    """``fast`` marks the answers, shape (n,). ``evidence`` has each annotator's e-value that more than ``tolerated`` of
    their answers are fast (at the end of the column), ``named`` those whose evidence ever reached 1/alpha."""

    fast: npt.NDArray[np.bool_]
    evidence: dict[Hashable, float]
    named: tuple[Hashable, ...]


def fast_answers(
    times: ResponseTimes,
    annotators: Sequence[Hashable],
    lengths: npt.ArrayLike,
    seconds: npt.ArrayLike,
    *,
    rate: float = 0.01,
    tolerated: float = 0.05,
    alpha: float = 0.05,
) -> FastAnswers:
    """Mark the answers that are among the ``rate`` fastest of honest work, and name who gives too many of them.

    Rows in the order in which they came (it matters only within an annotator, and only to ``named``). One mark is no
    evidence about a person: a share of ``rate`` of honest answers has one, and of some people more, for how steady each
    works is known only roughly. The e-process that the share is above ``tolerated`` (see
    :class:`assay.monitoring.AccuracyTest`) is; with many people give ``evidence`` to :func:`assay.monitoring.e_bh`.

    Raises ValueError for columns of different length, times that are not positive, or a tolerated share below the rate.
    """
    check_open_share(rate, "rate", "0.01")
    if not rate <= check_open_share(tolerated, "tolerated", "0.05"):
        raise ValueError(f"tolerated is {tolerated!r} and rate {rate!r}; tolerate at least the rate of honest work.")
    took, long = positive_numbers(seconds, "seconds"), positive_numbers(lengths, "lengths")
    same_length(len(took), annotators=annotators, lengths=long)
    rows: dict[Hashable, list[int]] = {}
    for row, name in enumerate(annotators):
        rows.setdefault(name, []).append(row)
    fast = np.zeros(len(took), dtype=np.bool_)
    evidence: dict[Hashable, float] = {}
    named = []
    for name in sorted(rows, key=lambda name: (str(type(name)), str(name))):
        own = times.p_values(name, long[rows[name]], took[rows[name]]) <= rate
        fast[rows[name]] = own
        found = accuracy_e_process(~own, 1.0 - tolerated, alpha=alpha)
        evidence[name] = exp(min(float(found.log_e[-1]), 700.0))
        if found.alarm_at is not None:
            named.append(name)
    return FastAnswers(fast, evidence, tuple(named))


def _slope_within(code: npt.NDArray[np.int64], n: Floats, x: Floats, y: Floats) -> float:
    """Least squares on differences from each person's means; 0 when lengths do not vary within anybody."""
    x = x - (np.bincount(code, weights=x) / n)[code]
    y = y - (np.bincount(code, weights=y) / n)[code]
    squares = float(np.dot(x, x))
    return float(np.dot(x, y)) / squares if squares > 1e-12 * len(x) else 0.0


def _between_people(mean: Floats, n: Floats, noise: float) -> tuple[float, float]:
    """The mean level and the variance between people, by the method of moments."""
    if len(mean) < 2:
        return float(mean[0]), 0.0
    center = float(mean.mean())
    between = float(mean.var(ddof=1)) - noise * float((1.0 / n).mean())
    return center, max(between, 0.0)


def _pulled(total: Floats, n: Floats, center: float, between: float, noise: float) -> tuple[Floats, Floats]:
    """Posterior mean and variance of a person's level after n answers with that total."""
    trust = between * n / (between * n + noise)
    mean = np.divide(total, n, out=np.full_like(total, center), where=n > 0.0)
    if between == 0.0:
        return np.full_like(mean, center), np.zeros_like(mean)
    return trust * mean + (1.0 - trust) * center, between * (1.0 - trust)


MONITOR = Monitor(CARD)
