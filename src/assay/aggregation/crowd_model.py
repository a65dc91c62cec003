"""A structure fitted to a crowd by variational Bayes: posterior of every task, and what everybody would answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.aggregation.arrays import Codes, Floats, Mask
from assay.aggregation.crowd import Crowd, clamp, softmax
from assay.aggregation.structures import STRUCTURES, Structure

MAX_ITERATIONS = 100
TOLERANCE = 1e-6
_LABEL_COUNT = 3.0  # imaginary tasks of each label


@dataclass(frozen=True, eq=False)
class CrowdModel:
    """Where the fit ended.

    ``posterior`` and ``scores`` (its unnormalized log, without gold) have shape (tasks, labels); ``label_prior``
    (labels,); ``mean`` and ``log`` (pairs, labels): P(label of the pair | truth) and its expected log.
    """

    crowd: Crowd
    structure: Structure
    posterior: Floats
    scores: Floats
    label_prior: Floats
    mean: Floats
    log: Floats
    iterations: int
    converged: bool

    def probability(self, annotator: Codes, label: Codes) -> Floats:
        """P(label | annotator, truth), one row for each annotator and label given; shape (n, labels)."""
        place, seen = _places(self.crowd, annotator, label)
        unseen = self.structure.unseen(annotator, label)
        return np.where(seen[:, None], self.mean[place], unseen) if self.crowd.n_pairs else unseen


def fit_crowd(
    crowd: Crowd,
    structure: str,
    gold: Codes | None = None,
    *,
    start: Floats | None = None,
    log_prior: Floats | None = None,
    n_own_tasks: int | None = None,
) -> CrowdModel:
    """Variational Bayes: expected counts, then the structure, then the posterior, until the posterior rests.

    ``start`` (tasks, labels) is the first guess, by default the shares of the votes; ``log_prior`` (tasks,
    labels) replaces the shares of the labels as prior of the truth (the guess of a classifier);
    ``n_own_tasks`` leaves the tasks behind it (history) out of the shares of the labels. It ends when the
    posterior of a task moves by less than 1e-6 on average, or after 100 rounds.
    """
    model = STRUCTURES[structure]()
    posterior = clamp(crowd.vote_shares() if start is None else start.copy(), gold)
    scores, mean, log = posterior, np.zeros(0), np.zeros(0)
    prior = np.full(crowd.n_labels, 1.0 / max(crowd.n_labels, 1))
    iteration, converged = 0, False
    while iteration < MAX_ITERATIONS and not converged:
        mean, log = model.estimate(crowd, crowd.transposed @ posterior, iteration)
        own = posterior[:n_own_tasks].sum(axis=0) + _LABEL_COUNT
        prior = own / own.sum()
        scores = crowd.matrix @ log
        scores += np.log(prior) if log_prior is None else log_prior
        before, posterior = posterior, clamp(softmax(scores.copy())[0], gold)
        moved = float(np.abs(posterior - before).sum()) / (2.0 * max(crowd.n_tasks, 1))
        iteration += 1
        converged = moved < TOLERANCE
    return CrowdModel(crowd, model, posterior, scores, prior, mean, log, iteration, converged)


def _places(crowd: Crowd, annotator: Codes, label: Codes) -> tuple[Codes, Mask]:
    key = annotator * crowd.n_labels + label
    known = crowd.pair_annotator * crowd.n_labels + crowd.pair_label
    place = np.minimum(np.searchsorted(known, key), max(crowd.n_pairs - 1, 0))
    seen = known[place] == key if crowd.n_pairs else np.zeros(len(key), dtype=bool)
    return place, seen
