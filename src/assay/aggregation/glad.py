"""GLAD: annotators have an ability and tasks a difficulty; an easy task is answered well by everybody."""

from __future__ import annotations

from typing import Any

import numpy as np

from assay.aggregation.accuracy import annotator_table, seen_by_others
from assay.aggregation.arrays import Codes, Floats, sum_by
from assay.aggregation.card import Aggregator, AggregatorCard, CodedLabels
from assay.aggregation.crowd import Crowd, softmax
from assay.aggregation.decide import check_tie_rule, decide
from assay.aggregation.result import Aggregation, Fit, TieRule

CARD = AggregatorCard(
    id="glad",
    title="GLAD",
    summary="One ability for each annotator and one difficulty for each task.",
    scales=("nominal", "set"),
    weighs_annotators=True,
    cost="iterative",
    reference="Whitehill et al. 2009, Advances in Neural Information Processing Systems 22",
    gives_probabilities=True,
)
VERSION = 1
MAX_ITERATIONS = 100
TOLERANCE = 1e-5
_PRIOR_MEAN = 1.0
_GRADIENT_STEPS = 25
_GRADIENT_TOLERANCE = 1e-2


def glad(
    table: CodedLabels,
    *,
    tie_rule: TieRule = "report",
    max_iterations: int = MAX_ITERATIONS,
    tolerance: float = TOLERANCE,
) -> Aggregation:
    """Truth, ability and difficulty together, by EM (Whitehill et al. 2009).

    P(annotator w gives the true label of task t) = sigmoid(alpha_w · exp(beta_t)); a wrong answer is any other label
    alike; labels are equally frequent. alpha_w (ability; negative: worse than chance) and beta_t (easiness)
    have Normal(1, 1) priors and start at 1. Each M step climbs with at most 25 steps of conjugate gradients. It ends
    when the expected log joint probability of an annotation rises by less than ``tolerance``.

    Ties as in :func:`majority`, of the posterior and within 1e-9; nothing is random; gold is not used. With more than
    10,000 tasks and annotators the last bits may depend on the number of BLAS threads, which SciPy's conjugate
    gradients use. Raises ValueError for an unknown tie rule and for tables that do not fit into memory.

    >>> from assay.agreement import LabelTable
    >>> table = LabelTable.from_columns({"ann": list("xyxyx"), "ben": list("xyxyy"), "cem": list("yxxyx")})
    >>> [decision.label for decision in glad(table)]
    ['x', 'y', 'x', 'y', 'x']
    """
    check_tie_rule(tie_rule)
    crowd = Crowd.of(table)
    posterior, ability, easiness, fit = fit_glad(crowd, max_iterations, tolerance)

    def is_right() -> Floats:
        return seen_by_others(crowd, posterior, _gains(crowd, ability, easiness))

    annotators = annotator_table(table.annotators, crowd, is_right)
    return decide(CARD, VERSION, table, crowd, posterior, annotators, tie_rule, fit=fit)


def fit_glad(crowd: Crowd, max_iterations: int, tolerance: float) -> tuple[Floats, Floats, Floats, Fit]:
    """Posterior (tasks, labels), abilities (annotators,), easiness (tasks,), and how it went."""
    ability, easiness = np.full(crowd.n_annotators, _PRIOR_MEAN), np.full(crowd.n_tasks, _PRIOR_MEAN)
    posterior = crowd.vote_shares()
    before, converged, iteration = -np.inf, crowd.n_annotations == 0, 0
    while iteration < max_iterations and not converged:
        iteration += 1
        posterior = _expect(crowd, ability, easiness)
        ability, easiness, reached = _maximize(crowd, posterior, ability, easiness)
        converged = bool(reached - before < tolerance)
        before = reached
    return posterior, ability, easiness, Fit(iteration, converged, before if iteration else None)


def _logs(x: Floats) -> tuple[Floats, Floats, Floats]:
    """log sigmoid(x), log sigmoid(-x) and sigmoid(x), from one exponential."""
    small = np.exp(-np.abs(x))
    log = np.log1p(small)
    sigmoid = np.where(x >= 0.0, 1.0, small) / (1.0 + small)
    return np.minimum(x, 0.0) - log, -np.maximum(x, 0.0) - log, sigmoid


def _gains(crowd: Crowd, ability: Floats, easiness: Floats) -> Floats:
    """By how much each annotation speaks for its label, in log-probability; shape (annotations,)."""
    right, wrong, _ = _logs(ability[crowd.annotator] * np.exp(easiness)[crowd.task])
    gains: Floats = right - wrong + np.log(max(crowd.n_labels - 1, 1))
    return gains


def _expect(crowd: Crowd, ability: Floats, easiness: Floats) -> Floats:
    scores = sum_by(crowd.cell, _gains(crowd, ability, easiness), crowd.n_tasks * crowd.n_labels)
    return softmax(scores.reshape(crowd.n_tasks, crowd.n_labels))[0]


def _maximize(crowd: Crowd, posterior: Floats, ability: Floats, easiness: Floats) -> tuple[Floats, Floats, float]:
    """Climb the expected log joint probability; returns it for one annotation and label."""
    from scipy.optimize import minimize

    is_right = posterior.ravel()[crowd.cell]
    n, task, annotator = crowd.n_annotators, crowd.task, crowd.annotator
    guess = float((1.0 - is_right).sum() * np.log(max(crowd.n_labels - 1, 1)))

    def loss(x: Floats) -> tuple[float, Floats]:
        return _loss(x, n, task, annotator, is_right)

    found: Any = minimize(
        loss, np.concatenate([ability, easiness]), jac=True, method="CG", tol=_GRADIENT_TOLERANCE,
        options={"maxiter": _GRADIENT_STEPS},
    )  # fmt: skip
    constant = 0.5 * np.log(2.0 * np.pi) * len(found.x)
    reached = -(float(found.fun) + guess + constant) / (crowd.n_annotations * crowd.n_labels)
    return found.x[:n], found.x[n:], float(reached)


def _loss(x: Floats, n_annotators: int, task: Codes, annotator: Codes, is_right: Floats) -> tuple[float, Floats]:
    """Minus the expected log joint probability, but for constants, and its gradient."""
    ability, easiness = x[:n_annotators], x[n_annotators:]
    scale = np.exp(easiness)
    of_task, of_annotator = scale[task], ability[annotator]
    right, wrong, sigmoid = _logs(of_task * of_annotator)
    off = x - _PRIOR_MEAN
    # Sums, and not BLAS products: those add up in an order that depends on the number of threads.
    value = float((is_right * (right - wrong) + wrong).sum()) - 0.5 * float((off * off).sum())
    slope = (is_right - sigmoid) * of_task
    gradient = np.concatenate(
        [sum_by(annotator, slope, n_annotators), sum_by(task, slope * of_annotator, len(easiness))]
    )
    return -value, off - gradient


AGGREGATOR = Aggregator(CARD, glad)
