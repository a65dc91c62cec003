"""Bradley-Terry: a score for every item out of comparisons, with ties, the side, and how reliable each annotator is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.comparisons.davidson import MOST, Design, centred_covariance, newton_step
from assay.aggregation.comparisons.ranking import (
    INTERVAL,
    AnnotatorReliability,
    Comparisons,
    Ranking,
    TieModel,
    check_model,
    n_strong_groups,
    not_connected,
    number,
    scored,
    unscored,
)
from assay.aggregation.comparisons.rao_kupper import RaoKupperDesign

VERSION = 2
_TOLERANCE = 1e-10
_MOST_STEPS = 1000
NO_MAXIMUM = (
    "The likelihood has no maximum: some parameter runs away (one side or one outcome always wins). "
    "Give prior_sd (such as 2) and say so."
)


def bradley_terry(
    table: Comparisons,
    *,
    position: bool = False,
    reliability: bool = False,
    reliability_prior: tuple[float, float] = (4.0, 1.0),
    prior_sd: float | None = None,
    tie_model: TieModel = "davidson",
    level: float = 0.95,
) -> Ranking:
    """The maximum-likelihood scores (mean 0), each with an interval from the information matrix.

    Two items with scores s and s' and d = s - s': P(first wins), P(second wins), P(tie) are proportional to exp(d/2),
    exp(-d/2), ν (Davidson 1970); without ties in the data this is Bradley, Terry (1952). ``position=True`` adds the
    log odds of the left side to d, so that the side does not pass for quality.

    ``tie_model="rao_kupper"`` takes ties for differences too small to be felt (Rao, Kupper 1967): P(first wins) =
    1 / (1 + exp(τ - d)), P(second wins) = 1 / (1 + exp(τ + d)), else a tie. Compare the ``log_likelihood`` of both:
    they have the same number of parameters.

    ``reliability=True``: an answer of annotator k follows the model with probability r_k, and is else a guess (left and
    right alike, ties as often as over all). r_k has the prior Beta(``reliability_prior``), of mean 4/5, and is the mean
    given the rest; EM. Intervals of the scores then count what the guesses hide, with the r_k taken as known.

    A maximum exists when every group of items wins at least once against the rest (the graph winner -> loser is
    strongly connected, ties counting both ways; Ford 1957). Else the result has a ``reason`` and no scores, unless
    ``prior_sd`` is given: every parameter then has a normal prior with mean 0 and that standard deviation, and scores
    are modes.

    Order of rows, names and which item is called left (without ``position``) change nothing. Raises ValueError for a
    level outside (0, 1), priors not above 0, an unknown tie model.

    >>> from assay.agreement.comparisons import ComparisonTable
    >>> rows = [("ann", "a", "b", "a"), ("ben", "a", "b", "a"), ("cem", "b", "a", "b"), ("ann", "b", "c", "b"),
    ...         ("ben", "c", "b", "c"), ("ann", "a", "c", "a")]
    >>> ranking = bradley_terry(ComparisonTable.from_arrays(*zip(*rows)))
    >>> [(row.item, round(row.score.value, 3)) for row in ranking.best_first()]
    [('a', 0.804), ('b', -0.202), ('c', -0.602)]
    >>> round(ranking.probability("a", "b").value, 3)
    0.732

    Sources: Davidson (1970), On extending the Bradley-Terry model to accommodate ties, JASA 65:317; Rao, Kupper (1967),
    Ties in paired-comparison experiments: a generalization of the Bradley-Terry model, JASA 62:194; Hunter (2004), MM
    algorithms for generalized Bradley-Terry models, Annals of Statistics 32:384 (same maximum; Newton here); Chen et
    al. (2013), Pairwise ranking aggregation in a crowdsourced setting, WSDM, for reliability.
    """
    check_model(level, prior_sd)
    if not all(value > 0.0 for value in reliability_prior):
        raise ValueError(f"reliability_prior is {reliability_prior!r}; give the two numbers of a Beta, each above 0.")
    if tie_model not in get_args(TieModel):
        raise ValueError(f"There is no tie_model {tie_model!r}; use 'davidson' or 'rao_kupper'.")
    used, codes = np.unique(np.r_[table.left, table.right], return_inverse=True)
    n = len(table.outcome)
    design = (RaoKupperDesign if tie_model == "rao_kupper" else Design)(
        left=codes[:n].astype(np.int64),
        right=codes[n:].astype(np.int64),
        outcome=table.outcome,
        n_items=len(used),
        position=position,
        ties=bool((table.outcome == 2).any()),
    )
    names = tuple(table.items[code] for code in used)
    counts = np.bincount(codes, minlength=len(used)).astype(np.int64)
    empty = Ranking(
        method="bradley_terry",
        version=VERSION,
        items=unscored(names, counts, ""),
        position=None,
        tie=None,
        annotators=(),
        covariance=np.zeros((0, 0)),
        log_likelihood=None,
        prior_sd=prior_sd,
        level=level,
        n_comparisons=n,
        n_iterations=0,
        reason=None,
        interval_method=None,
        tie_model=tie_model,
    )
    reason = _why_none(design, prior_sd)
    if reason is None:
        annotators = table.annotator_codes if reliability else None
        fit = _fit(design, annotators, len(table.annotators), reliability_prior, prior_sd)
        reason = fit if isinstance(fit, str) else None
    if reason is not None or isinstance(fit, str):
        return replace(empty, reason=reason, items=unscored(names, counts, reason or ""))
    errors = np.sqrt(np.maximum(np.diag(fit.covariance), 0.0))
    k = design.n_items
    extra = [number(float(fit.parameters[i]), float(errors[i]), level) for i in range(k, design.n_parameters)]
    per_annotator = np.bincount(table.annotator_codes, minlength=len(table.annotators))
    return replace(
        empty,
        items=scored(names, fit.parameters[:k], errors[:k], counts, level),
        position=extra[0] if position else None,
        tie=extra[-1] if design.ties else None,
        annotators=tuple(
            AnnotatorReliability(name, float(fit.reliability[code]), int(per_annotator[code]))
            for code, name in enumerate(table.annotators)
            if reliability and per_annotator[code]
        ),
        covariance=fit.covariance[:k, :k],
        log_likelihood=fit.log_likelihood,
        n_iterations=fit.n_iterations,
        interval_method=INTERVAL,
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    parameters: Floats
    covariance: Floats
    reliability: Floats
    log_likelihood: float
    n_iterations: int


def _why_none(design: Design, prior_sd: float | None) -> str | None:
    if not len(design.outcome):
        return "There are no comparisons."
    if prior_sd is not None:
        return None
    if design.ties and (design.outcome == 2).all():
        return "Every comparison is a tie, so nothing tells the items apart and ν has no maximum. " + NO_MAXIMUM
    better = np.r_[design.left[design.outcome != 1], design.right[design.outcome != 0]]
    worse = np.r_[design.right[design.outcome != 1], design.left[design.outcome != 0]]
    n_groups = n_strong_groups(better, worse, design.n_items)
    return None if n_groups == 1 else not_connected(n_groups, design.n_items)


def _fit(
    design: Design, annotators: Codes | None, n_annotators: int, prior: tuple[float, float], prior_sd: float | None
) -> _Fit | str:
    parameters = np.zeros(design.n_parameters)
    precision = 0.0 if prior_sd is None else prior_sd**-2
    reliability = np.full(n_annotators, prior[0] / (prior[0] + prior[1]) if annotators is not None else 1.0)
    guess = _guesses(design)
    rows = np.arange(len(design.outcome))
    attends = np.ones(len(rows))
    for n_steps in range(1, _MOST_STEPS + 1):
        p = design.probabilities(parameters)
        moved = 0.0
        if annotators is not None:
            attends = _attention(p[rows, design.outcome], guess, reliability[annotators])
            shared = np.bincount(annotators, attends, n_annotators) + prior[0]
            renewed = shared / (np.bincount(annotators, minlength=n_annotators) + prior[0] + prior[1])
            moved, reliability = float(np.abs(renewed - reliability).max()), renewed
        by_d, by_kappa = design.slopes(p)
        gradient = design.gather(attends * by_d, attends * by_kappa) - precision * parameters
        information = design.gather_matrix(*(attends * part for part in design.curvatures(p)))
        information[np.diag_indices_from(information)] += precision
        step = newton_step(gradient, information, design.n_items)
        parameters = parameters + step
        parameters[: design.n_items] -= parameters[: design.n_items].mean()
        if float(np.abs(parameters).max()) > MOST:
            return NO_MAXIMUM
        if max(float(np.abs(step).max()), moved) < _TOLERANCE:
            known = reliability[annotators] if annotators is not None else np.ones(len(rows))
            return _finish(design, parameters, reliability, known, guess, precision, n_steps)
    return f"The fit did not settle in {_MOST_STEPS} steps. " + NO_MAXIMUM


def _finish(
    design: Design,
    parameters: Floats,
    reliability: Floats,
    known: Floats,
    guess: Floats,
    precision: float,
    n_steps: int,
) -> _Fit | str:
    """The fit with its covariance; ``known`` is the reliability behind each answer."""
    p = design.probabilities(parameters)
    own = p[np.arange(len(known)), design.outcome]
    information = _observed_information(design, p, _attention(own, guess, known), precision)
    covariance = centred_covariance(information, design.n_items)
    if covariance is None:
        return "At the fit the likelihood is flat in some direction: too few answers for what was asked. " + NO_MAXIMUM
    likelihood = float(np.log(known * own + (1.0 - known) * guess).sum())
    return _Fit(parameters, covariance, reliability, likelihood, n_steps)


def _guesses(design: Design) -> Floats:
    """The probability of each outcome when it is a guess."""
    ties = float((design.outcome == 2).mean())
    return np.where(design.outcome == 2, ties, (1.0 - ties) / 2.0)


def _attention(own: Floats, guess: Floats, reliability: Floats) -> Floats:
    """That each answer follows the model, given it."""
    follows = reliability * own
    attends: Floats = follows / (follows + (1.0 - reliability) * guess)
    return attends


def _observed_information(design: Design, p: Floats, attends: Floats, precision: float) -> Floats:
    """Minus the second derivatives of the mixture's log-likelihood (Louis 1982): seen less hidden by guesses."""
    by_d, by_kappa = design.slopes(p)
    dd, dk, kk = design.curvatures(p)
    hidden = attends * (1.0 - attends)
    information = design.gather_matrix(
        attends * dd - hidden * by_d**2,
        attends * dk - hidden * by_d * by_kappa,
        attends * kk - hidden * by_kappa**2,
    )
    information[np.diag_indices_from(information)] += precision
    return information
