"""Plackett-Luce: a score for every item out of rankings, full or partial."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.comparisons.davidson import MOST, centred_covariance, newton_step
from assay.aggregation.comparisons.ranking import (
    INTERVAL,
    Ranking,
    check_model,
    n_strong_groups,
    not_connected,
    scored,
    unscored,
)

VERSION = 1
_TOLERANCE = 1e-10
_MOST_STEPS = 200
_Stages = list[tuple[Codes, int]]


def plackett_luce(
    rankings: Iterable[Sequence[Hashable]],
    *,
    others: Iterable[Sequence[Hashable]] | None = None,
    prior_sd: float | None = None,
    level: float = 0.95,
) -> Ranking:
    """The maximum-likelihood scores (mean 0) of items that were ranked, best first, each ranking some of the items.

    A ranking is made by choosing the best of what is left again and again, item i with probability proportional to
    exp(score of i). ``others[r]`` are the items that were on offer in ranking r but not put in order (a top-k list):
    they come after all ranked ones. A ranking of two items is a comparison, so this extends Bradley-Terry.

    A maximum exists when the graph of "once ranked before" is strongly connected (Hunter 2004); else the result has a
    ``reason`` and no scores, unless ``prior_sd`` is given: a normal prior with mean 0 on every score. Intervals are
    from the information matrix. ``n_comparisons`` counts rankings; an item's own are those it was on offer in.

    Raises ValueError for an item twice in a ranking, ``others`` of another length, a level outside (0, 1).

    >>> ranking = plackett_luce([["a", "b", "c"], ["b", "a", "c"], ["a", "c", "b"], ["c", "a", "b"]])
    >>> [(row.item, round(row.score.value, 3), row.rank) for row in ranking.best_first()]
    [('a', 0.783, 1), ('b', -0.391, 2), ('c', -0.391, 2)]

    Sources: Luce (1959); Plackett (1975), The analysis of permutations; Hunter (2004), MM algorithms for generalized
    Bradley-Terry models, Annals of Statistics 32:384 (same maximum; found by Newton's method here).
    """
    check_model(level, prior_sd)
    listed = [tuple(ranking) for ranking in rankings]
    behind = [()] * len(listed) if others is None else [tuple(rest) for rest in others]
    names = _check(listed, behind)
    place = {name: code for code, name in enumerate(names)}
    counts = np.zeros(len(names), dtype=np.int64)
    stages: _Stages = []
    for ranked, rest in zip(listed, behind, strict=True):
        codes = np.array([place[item] for item in (*ranked, *rest)], dtype=np.int64)
        counts[codes] += 1
        stages += [(codes[at:], int(codes[at])) for at in range(min(len(ranked), len(codes) - 1))]
    # The same stage adds the same numbers whatever its place: sort, so that the order of rankings changes no digit.
    stages = sorted(((np.sort(offer), chosen) for offer, chosen in stages), key=lambda stage: (stage[1], *stage[0]))
    found = _fit(stages, len(names), prior_sd)
    reason = found if isinstance(found, str) else None
    scores, covariance, likelihood, n_steps = (None, np.zeros((0, 0)), None, 0) if isinstance(found, str) else found
    return Ranking(
        method="plackett_luce",
        version=VERSION,
        items=unscored(names, counts, reason or "")
        if scores is None
        else scored(names, scores, np.sqrt(np.maximum(np.diag(covariance), 0.0)), counts, level),
        position=None,
        tie=None,
        annotators=(),
        covariance=covariance,
        log_likelihood=likelihood,
        prior_sd=prior_sd,
        level=level,
        n_comparisons=len(listed),
        n_iterations=n_steps,
        reason=reason,
        interval_method=None if scores is None else INTERVAL,
    )


def _check(listed: list[tuple[Hashable, ...]], behind: Sequence[tuple[Hashable, ...]]) -> list[Hashable]:
    if len(behind) != len(listed):
        raise ValueError(f"others has {len(behind)} entries and rankings {len(listed)}; give one for each ranking.")
    for number, (ranked, rest) in enumerate(zip(listed, behind, strict=True)):
        if len(set(ranked) | set(rest)) < len(ranked) + len(rest):
            raise ValueError(f"rankings[{number}] has an item twice (with its others); give each item one place.")
    distinct = {item for items in (*listed, *behind) for item in items}
    return sorted(distinct, key=lambda item: (str(type(item)), str(item)))


def _fit(stages: _Stages, n: int, prior_sd: float | None) -> tuple[Floats, Floats, float, int] | str:
    if not stages:
        return "There is no ranking of two items or more."
    if prior_sd is None:
        better = np.concatenate([np.full(len(offer) - 1, chosen) for offer, chosen in stages])
        worse = np.concatenate([offer[offer != chosen] for offer, chosen in stages])
        n_groups = n_strong_groups(better.astype(np.int64), worse, n)
        if n_groups > 1:
            return not_connected(n_groups, n)
    precision = 0.0 if prior_sd is None else prior_sd**-2
    scores = np.zeros(n)
    for n_steps in range(1, _MOST_STEPS + 1):
        gradient, information, likelihood = _sums(stages, scores, precision)
        step = newton_step(gradient, information, n)
        scores = scores + step
        scores -= scores.mean()
        if float(np.abs(scores).max()) > MOST:
            break
        if float(np.abs(step).max()) < _TOLERANCE:
            _, information, likelihood = _sums(stages, scores, precision)
            covariance = centred_covariance(information, n)
            if covariance is None:
                return "The information is singular; give prior_sd (such as 2) and say so."
            return scores, covariance, likelihood, n_steps
    return f"The fit did not settle in {_MOST_STEPS} steps; give prior_sd (such as 2) and say so."


def _sums(stages: _Stages, scores: Floats, precision: float) -> tuple[Floats, Floats, float]:
    """The gradient, the information, and the log-likelihood (without the prior)."""
    gradient, information, likelihood = -precision * scores, precision * np.eye(len(scores)), 0.0
    for offer, chosen in stages:
        weights = np.exp(scores[offer] - scores[offer].max())
        p = weights / weights.sum()
        gradient[chosen] += 1.0
        gradient[offer] -= p
        information[np.ix_(offer, offer)] += np.diag(p) - np.outer(p, p)
        likelihood += float(np.log(p[offer == chosen][0]))
    return gradient, information, likelihood
