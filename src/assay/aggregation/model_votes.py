"""A classifier as one more voice: its probabilities become the prior of each task, as far as the crowd bears them out.

With f[t, k] the classifier's probability of label k on task t, the prior is softmax(weight · log f[t] + bias).
``weight`` and ``bias`` maximize the sum over tasks of q[t, k] · log prior[t, k]: how well the prior foretells the
posterior q of (Bayesian one-coin) crowd and classifier together, which is fitted again until the weight rests: EM with
the classifier as one more annotator. A classifier that knows nothing gets a weight near 0, and the bias is then the
log of the label shares; one that is too sure gets a weight under 1. This is Platt's scaling against the crowd instead
of against truth.

Give probabilities that were made out of sample: a classifier that has seen these annotations only repeats them.
Source of the idea: Goh, Tkachenko, Mueller 2022 (CROWDLAB), where weights come from agreement as well.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.crowd import Crowd
from assay.aggregation.crowd_model import fit_crowd

_LEAST = 1e-6  # a classifier is never taken to be surer than this
_RIDGE = 1.0  # pull of the weight towards 0, in tasks
_STEPS = 50
_ROUNDS = 20
_SETTLED = 1e-3


def check_probabilities(probabilities: npt.ArrayLike, crowd: Crowd) -> Floats:
    """As an array of shape (tasks, labels) whose rows sum to 1. Raises ValueError when it is not that."""
    given = np.asarray(probabilities, dtype=np.float64)
    if given.shape != (crowd.n_tasks, crowd.n_labels):
        raise ValueError(
            f"probabilities has shape {given.shape}; give ({crowd.n_tasks}, {crowd.n_labels}): "
            "a row for each of table.tasks, a column for each of table.labels."
        )
    if not bool(np.isfinite(given).all()) or bool((given < 0.0).any()):
        raise ValueError("probabilities has numbers that are negative or not finite; give probabilities.")
    off = np.abs(given.sum(axis=1) - 1.0)
    if bool((off > 1e-3).any()):
        row = int(off.argmax())
        raise ValueError(f"probabilities[{row}] sums to {given[row].sum():g}; every row must sum to 1.")
    return given


def calibrated_log_prior(crowd: Crowd, probabilities: Floats, gold: Codes | None = None) -> Floats:
    """The log prior of each task, (tasks, labels), weighed by the classifier's agreement with the crowd."""
    heard = crowd.n_of_task > 0 if gold is None else (crowd.n_of_task > 0) | (gold >= 0)
    features = np.log(np.maximum(probabilities, _LEAST))
    features -= features.mean(axis=1, keepdims=True)
    log_prior: Floats | None = None
    weight, scores = 0.0, features
    for _ in range(_ROUNDS):
        target = fit_crowd(crowd, "accuracy", gold, log_prior=log_prior).posterior
        before, (weight, bias) = weight, fit_scaling(features[heard], target[heard])
        scores = weight * features + bias
        log_prior = scores - scores.max(axis=1, keepdims=True)
        log_prior -= np.log(np.exp(log_prior).sum(axis=1, keepdims=True))
        if abs(weight - before) < _SETTLED:
            break
    return scores if log_prior is None else log_prior


def fit_scaling(features: Floats, target: Floats) -> tuple[float, Floats]:
    """``weight`` >= 0 and ``bias`` (labels,) of the multinomial model, by L-BFGS on both together.

    ``features`` and ``target`` have shape (tasks, labels). A weak pull keeps the answer finite.

    >>> features = np.log(np.array([[0.9, 0.1], [0.1, 0.9]] * 50))
    >>> weight, _ = fit_scaling(features, np.array([[0.7, 0.3], [0.3, 0.7]] * 50))
    >>> 0.3 < weight < 0.5
    True
    """
    from scipy.optimize import minimize

    n, k = features.shape
    if not n:
        return 0.0, np.zeros(k)

    def loss(x: Floats) -> tuple[float, Floats]:
        scores = x[0] * features + x[1:]
        highest = scores.max(axis=1, keepdims=True)
        exp = np.exp(scores - highest)
        total = exp.sum(axis=1, keepdims=True)
        value = float((target.sum(axis=1) * (np.log(total) + highest)[:, 0] - (target * scores).sum(axis=1)).sum())
        off = exp / total * target.sum(axis=1, keepdims=True) - target
        gradient = np.concatenate([[(off * features).sum()], off.sum(axis=0)])
        gradient += _RIDGE * x / n
        return value + 0.5 * _RIDGE * float(x @ x) / n, gradient

    bounds = [(0.0, None)] + [(None, None)] * k
    found = minimize(loss, np.zeros(k + 1), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _STEPS})
    return float(found.x[0]), np.asarray(found.x[1:], dtype=np.float64)
