"""MACE: on each task an annotator either knows the truth or answers from a habit of their own, as spammers do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.aggregation.accuracy import annotator_table, seen_by_others
from assay.aggregation.arrays import Floats, sum_by
from assay.aggregation.card import Aggregator, AggregatorCard, CodedLabels
from assay.aggregation.crowd import Crowd, share_out, softmax, to_shares
from assay.aggregation.decide import check_tie_rule, decide
from assay.aggregation.result import Aggregation, Fit, TieRule

CARD = AggregatorCard(
    id="mace",
    title="MACE",
    summary="Annotators know the truth or answer from habit; finds spammers.",
    scales=("nominal", "set"),
    weighs_annotators=True,
    cost="iterative",
    reference="Hovy, Berg-Kirkpatrick, Vaswani, Hovy 2013, NAACL-HLT, 1120-1130",
    gives_probabilities=True,
)
VERSION = 1
ITERATIONS = 50
_KNOWING_COUNT = 0.5
_HABIT_COUNT = 10.0
_NOISE = 1.5
_FEW_LABELS = 8
_SETTLED = 1e-10  # expected answers: a change by less leaves nothing that a further round would show


def mace(
    table: CodedLabels,
    *,
    tie_rule: TieRule = "report",
    iterations: int = ITERATIONS,
    restarts: int = 0,
    seed: int = 0,
) -> Aggregation:
    """Truth, competence and habits together, by variational Bayes (Hovy et al. 2013).

    With probability theta_w annotator w gives the true label, otherwise label c with probability xi_w[c], whatever is
    true. Beta(1/2, 1/2) prior of theta_w, Dirichlet(10, ..., 10) of xi_w; labels are equally frequent. It starts even
    (theta = 1/2, xi the same for all labels) and takes ``iterations`` rounds, in logs, or fewer when nothing changes
    any more (no annotator's expected number of right answers with a label, by 1e-10). ``restarts`` adds that
    many random starts drawn with ``seed`` and keeps the one with the highest likelihood; only then is anything random,
    and the draws follow the order of annotators and labels.

    Ties as in :func:`majority`, of the posterior and within 1e-9; gold is not used. Raises ValueError for an unknown
    tie rule, negative numbers, and tables that do not fit into memory.

    >>> from assay.agreement import LabelTable
    >>> spam = {"dan": list("xxxxxx"), "eve": list("xxxxxx")}
    >>> table = LabelTable.from_columns({name: list("xyxyyx") for name in ("ann", "ben", "cem")} | spam)
    >>> "".join(str(decision.label) for decision in mace(table))
    'xyxyyx'
    """
    check_tie_rule(tie_rule)
    if iterations < 0 or restarts < 0:
        raise ValueError(f"iterations is {iterations!r} and restarts {restarts!r}; give 0 or more.")
    crowd = Crowd.of(table)
    rng = np.random.default_rng(seed)
    best = _run(crowd, *_even(crowd), iterations)
    for _ in range(restarts):
        found = _run(crowd, *_random(crowd, rng), iterations)
        best = max(best, found, key=lambda run: run.likelihood)
    posterior, gain = best.posterior, best.gain
    annotators = annotator_table(table.annotators, crowd, lambda: seen_by_others(crowd, posterior, gain[crowd.pair]))
    return decide(
        CARD, VERSION, table, crowd, posterior, annotators, tie_rule, fit=best.fit, seed=seed if restarts else None
    )


def _even(crowd: Crowd) -> tuple[Floats, Floats]:
    """Competence (annotators, 2) as P(habit), P(knows), and the habit of each pair (pairs,)."""
    return np.full((crowd.n_annotators, 2), 0.5), np.full(crowd.n_pairs, 1.0 / max(crowd.n_labels, 1))


def _random(crowd: Crowd, rng: np.random.Generator) -> tuple[Floats, Floats]:
    knowing = rng.uniform(1.0, 1.0 + _NOISE, (crowd.n_annotators, 2))
    habit = rng.uniform(1.0, 1.0 + _NOISE, (crowd.n_annotators, crowd.n_labels))
    habit /= habit.sum(axis=1, keepdims=True)
    return knowing / knowing.sum(axis=1, keepdims=True), habit[crowd.pair_annotator, crowd.pair_label]


@dataclass(frozen=True)
class _Run:
    """The posterior, its log-likelihood, and by how much each pair speaks for its label."""

    posterior: Floats
    likelihood: float
    gain: Floats
    fit: Fit


def _run(crowd: Crowd, knowing: Floats, habit: Floats, iterations: int) -> _Run:
    right, done, settled = np.zeros(crowd.n_pairs), 0, False
    while done < iterations and not settled:
        done += 1
        from_habit, gain, _ = _odds(crowd, knowing, habit)
        before, right = right, _count_right(crowd, gain)
        settled = not bool((np.abs(right - before) > _SETTLED).any())
        knowing, habit = _maximize(crowd, right, from_habit)
    _, gain, log_habit = _odds(crowd, knowing, habit)
    posterior, evidence = softmax(_scores(crowd, gain))
    likelihood = float(evidence.sum() + (log_habit * crowd.n_of_pair).sum())
    # What speaks for a label is -log of the chance that a right answer came from habit.
    likelihood -= crowd.n_tasks * float(np.log(max(crowd.n_labels, 1)))
    objective = likelihood / crowd.n_annotations if crowd.n_annotations else None
    return _Run(posterior, likelihood, gain, Fit(done, settled, objective))


def _scores(crowd: Crowd, gain: Floats) -> Floats:
    """What speaks for each label of each task, in sum; shape (tasks, labels)."""
    sums = sum_by(crowd.cell, gain[crowd.pair], crowd.n_tasks * crowd.n_labels)
    return sums.reshape(crowd.n_tasks, crowd.n_labels)


def _count_right(crowd: Crowd, gain: Floats) -> Floats:
    """The expected number of right answers of each pair under the posterior; shape (pairs,)."""
    if not 1 < crowd.n_labels <= _FEW_LABELS:
        scores = _scores(crowd, gain)
        to_shares(scores)
        return sum_by(crowd.pair, scores.ravel()[crowd.cell], crowd.n_pairs)
    # For few labels products with the sparse matrix are quicker, though most of what they multiply is 0. The
    # posterior is worked out relative to the first label, so that one label less is multiplied.
    label, is_first = crowd.pair_label, crowd.pair_label == 0
    beyond_first = np.where(crowd.pair_is_right[:, 1:], gain[:, None], np.where(is_first, -gain, 0.0)[:, None])
    others = np.zeros(beyond_first.shape)
    for _, block in crowd.blocks:
        scores = block @ beyond_first
        share_out(scores)
        others += block.T @ scores
    of_label = others[np.arange(crowd.n_pairs), np.maximum(label - 1, 0)]
    return np.where(is_first, np.maximum(crowd.n_of_pair - others.sum(axis=1), 0.0), of_label)


def _odds(crowd: Crowd, knowing: Floats, habit: Floats) -> tuple[Floats, Floats, Floats]:
    """For each pair: the chance that a *right* answer came from habit, -log of it, and log P(answer, if wrong)."""
    by_habit = knowing[crowd.pair_annotator, 0] * habit
    from_habit = by_habit / (by_habit + knowing[crowd.pair_annotator, 1])
    return from_habit, -np.log(from_habit), np.log(by_habit)


def _maximize(crowd: Crowd, right: Floats, from_habit: Floats) -> tuple[Floats, Floats]:
    from scipy.special import digamma

    known = right * (1.0 - from_habit)
    habits = crowd.n_of_pair - known
    who, n = crowd.pair_annotator, crowd.n_annotators
    of_annotator = sum_by(who, habits, n)
    counts = np.stack([of_annotator, sum_by(who, known, n)], axis=1) + _KNOWING_COUNT
    knowing = np.exp(digamma(counts) - digamma(counts.sum(axis=1, keepdims=True)))
    totals = of_annotator + crowd.n_labels * _HABIT_COUNT
    return knowing, np.exp(digamma(habits + _HABIT_COUNT) - digamma(totals)[who])


AGGREGATOR = Aggregator(CARD, mace)
