"""How alike annotators are: the strength of a population prior, fitted to all of them (empirical Bayes).

The prior of one annotator is a Dirichlet distribution with mean m (what the population does) and
concentration s: s imaginary answers like everybody's. s is the one on a fixed grid from 1/2 to 1,000 that
makes the (expected) counts of all annotators most probable, times a wide log-normal prior with median 10,
so that a handful of annotators cannot pull it to an end. Where annotators differ s is small, and where they are
alike it is large; somebody with few answers then stays near the population.
"""

from __future__ import annotations

import numpy as np

from assay.aggregation.arrays import Floats

STRENGTHS = np.geomspace(0.5, 1000.0, 20)
_SMALL = 4096  # cells: then all strengths are tried at once
_LOG_PRIOR = -0.5 * ((np.log(STRENGTHS) - np.log(10.0)) / 2.0) ** 2


def fit_beta(right: Floats, wrong: Floats, mean: float) -> float:
    """The strength of a Beta prior with that mean; ``right`` and ``wrong`` count answers, shape (annotators,)."""
    from scipy.special import gammaln

    a, b = STRENGTHS[:, None] * mean, STRENGTHS[:, None] * (1.0 - mean)
    fit = gammaln(right + a) - gammaln(a) + gammaln(wrong + b) - gammaln(b)
    fit += gammaln(STRENGTHS)[:, None] - gammaln(right + wrong + STRENGTHS[:, None])
    return float(STRENGTHS[np.argmax(fit.sum(axis=1) + _LOG_PRIOR)])


def fit_dirichlet(counts: Floats, totals: Floats, mean: Floats) -> float:
    """The common strength of Dirichlet priors, one for each annotator and truth.

    ``counts`` and ``mean`` have shape (pairs, labels): how often the pair's label was given under each truth, and
    how often the population gives it; ``totals`` (annotators, labels) are the sums over labels given. What an
    annotator never gave does not change the likelihood.
    """
    from scipy.special import gammaln

    if counts.size <= _SMALL:
        prior = STRENGTHS[:, None, None] * mean
        fits = (gammaln(counts + prior) - gammaln(prior)).sum(axis=(1, 2))
        strengths = STRENGTHS[:, None, None]
        fits -= (gammaln(totals + strengths) - gammaln(strengths)).sum(axis=(1, 2))
        return float(STRENGTHS[np.argmax(fits + _LOG_PRIOR)])
    fits = np.empty(len(STRENGTHS))
    for place, strength in enumerate(STRENGTHS):
        prior = strength * mean
        fits[place] = (gammaln(counts + prior) - gammaln(prior)).sum()
        fits[place] -= (gammaln(totals + strength) - gammaln(strength)).sum()
    return float(STRENGTHS[np.argmax(fits + _LOG_PRIOR)])
