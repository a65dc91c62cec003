"""Which model of annotators, and how sure of it: by predicting answers that the model has not seen.

No truth is needed. Annotations are dealt into five folds; each model is fitted without a fold and asked for the
probability of the answers in it, P(answer) = sum over k of q_task(k) · P(answer | annotator, truth k). The mean
log of that is the model's *evidence* (the expected log predictive density of cross-validation; Vehtari,
Gelman, Gabry 2017). Models within their standard error of the best share the result: weight ∝ exp(-z²/2),
z = (best - model) / standard error of the difference, over tasks (a smooth form of stacking; Yao et al. 2018).

The same held-out answers say how far a posterior can be trusted. All these models take answers as independent given
the truth; where people make the same mistakes that is too sure, and the answers that were held out tell: q to a
power t < 1 predicts them better. Each model gets the highest t of a fixed list (1 to 1/4) that is within one standard
error of the best; it changes how sure a model is and never what it decides.

Gold tasks are dealt too. What a model says of the truth of those held out is evidence of what matters; what it says of
answers is evidence of something near it, and with gold never counts for more than three standard errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from assay.aggregation.arrays import Codes, Floats, Mask, sum_by
from assay.aggregation.crowd import Crowd, softmax
from assay.aggregation.crowd_model import CrowdModel, fit_crowd
from assay.aggregation.folds import N_FOLDS, deal

TRUST = (1.0, 0.8, 0.65, 0.5, 0.35, 0.25)
ENOUGH_ANSWERS = 20_000  # held out; more would not change the choice
_FEWER_FOLDS_ABOVE = 100_000
_ANSWERS_COUNT_AT_MOST = 3.0
_SMALLEST_ERROR = 1.0  # in nats: a smaller difference says nothing
_SMALLEST_WEIGHT = 0.01
_LEAST = 1e-12

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Known:
    """What is known besides the annotations of the tasks.

    ``gold`` has the code of the true label of each task, -1 where it is not known; ``history`` past answers with known
    truth as (annotator, truth, label) codes; ``log_prior`` (tasks, labels) what a classifier says.
    """

    gold: Codes | None = None
    history: tuple[Codes, Codes, Codes] | None = None
    log_prior: Floats | None = None


@dataclass(frozen=True)
class Start:
    """A structure, and where its fit begins: the votes, or the answers on gold alone."""

    structure: str
    from_gold: bool = False

    @property
    def name(self) -> str:
        return f"{self.structure}, from gold" if self.from_gold else self.structure


@dataclass(frozen=True, eq=False)
class Weighed:
    """A model with its evidence: log-probabilities of held-out ``answers`` (sums, by task) and of gold ``truths``.

    ``gold_posterior`` (gold tasks, labels) is what it said of gold tasks that it had not seen.
    """

    start: Start
    answers: Floats
    truths: Floats
    gold_posterior: Floats
    n_answers: int
    trust: float
    difference: float = 0.0
    standard_error: float = 0.0
    weight: float = 1.0

    @property
    def evidence(self) -> float:
        return float(self.answers.sum()) / max(self.n_answers, 1)

    @property
    def gold_evidence(self) -> float | None:
        return float(self.truths.mean()) if len(self.truths) else None


def fit_whole(crowd: Crowd, start: Start, known: Known) -> CrowdModel:
    """Fit a model to everything; its posterior has the tasks of the crowd first and those of the history behind."""
    gold, log_prior, n_own = known.gold, known.log_prior, crowd.n_tasks
    if known.history is not None:
        annotator, truth, label = known.history
        gold = np.concatenate([np.full(n_own, -1) if gold is None else gold, truth])
        crowd = crowd.with_history(annotator, truth, label)
        if log_prior is not None:
            log_prior = np.concatenate([log_prior, np.zeros((len(truth), crowd.n_labels))])
    begin = None
    if start.from_gold and gold is not None:
        begin = np.zeros((crowd.n_tasks, crowd.n_labels))
    return fit_crowd(crowd, start.structure, gold, start=begin, log_prior=log_prior, n_own_tasks=n_own)


def trusted(model: CrowdModel, n_tasks: int, trust: float) -> Floats:
    """The posterior of the first tasks to the power ``trust``; gold not yet put in."""
    return softmax(trust * model.scores[:n_tasks])[0]


def weigh(crowd: Crowd, starts: Sequence[Start], known: Known, progress: Progress | None = None) -> list[Weighed]:
    """The evidence of each model and its weight, the same for any order of rows and any names."""
    fold, turn = deal(crowd)
    n_folds = _folds_to_run(crowd, known)
    gold_rows = np.flatnonzero(known.gold >= 0) if known.gold is not None else np.zeros(0, dtype=np.int64)
    gold_turn = np.empty(len(gold_rows), dtype=np.int64)
    gold_turn[np.lexsort((gold_rows, turn[gold_rows]))] = np.arange(len(gold_rows))
    gold_fold = gold_turn % max(n_folds, 2)
    tallies = [_Tally(start, crowd.n_tasks, crowd.n_labels, len(gold_rows)) for start in starts]
    for number in range(n_folds):
        out, gold_out = fold == number, gold_fold == number
        kept = crowd.only(~out)
        seen = Known(_without(known.gold, gold_rows[gold_out]), known.history, known.log_prior)
        for place, tally in enumerate(tallies):
            if progress is not None:
                done = number * len(tallies) + place
                progress(f"weighing models: {done} of {n_folds * len(tallies)} fits")
            tally.add(kept, crowd, out, seen, gold_rows, gold_out, known)
    return _with_weights([tally.weighed() for tally in tallies])


@dataclass
class _Tally:
    """Sums over folds for one model, for each degree of trust."""

    start: Start
    n_tasks: int
    n_labels: int
    n_gold: int
    n_answers: int = 0
    answers: Floats = field(init=False)
    truths: Floats = field(init=False)
    gold_scores: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.answers = np.zeros((len(TRUST), self.n_tasks))
        self.truths = np.full((len(TRUST), self.n_gold), np.nan)
        self.gold_scores = np.zeros((self.n_gold, self.n_labels))

    def add(
        self, kept: Crowd, crowd: Crowd, out: Mask, seen: Known, gold_rows: Codes, gold_out: Mask, known: Known
    ) -> None:
        model = fit_whole(kept, self.start, seen)
        task = crowd.task[out]
        probability = model.probability(crowd.annotator[out], crowd.label[out])
        self.n_answers += len(task)
        self.gold_scores[gold_out] = model.scores[gold_rows[gold_out]]
        for place, trust in enumerate(TRUST):
            posterior = trusted(model, self.n_tasks, trust)
            if known.gold is not None:
                rows = gold_rows[gold_out]
                self.truths[place, gold_out] = np.log(np.maximum(posterior[rows, known.gold[rows]], _LEAST))
                fixed = gold_rows[~gold_out]
                posterior[fixed] = 0.0
                posterior[fixed, known.gold[fixed]] = 1.0
            said = np.maximum((posterior[task] * probability).sum(axis=1), _LEAST)
            self.answers[place] += sum_by(task, np.log(said), self.n_tasks)

    def weighed(self) -> Weighed:
        best = self._most_trust()
        truths = self.truths[best]
        gold_posterior = softmax(TRUST[best] * self.gold_scores)[0]
        return Weighed(
            self.start, self.answers[best], truths[~np.isnan(truths)], gold_posterior, self.n_answers, TRUST[best]
        )

    def _most_trust(self) -> int:
        """The place of the highest trust that is not surely worse than the best: within one standard error of it."""
        both = np.concatenate([self.answers, np.nan_to_num(self.truths)], axis=1)
        best = both[int(np.argmax(both.sum(axis=1)))]
        return next(place for place, terms in enumerate(both) if np.less_equal(*_difference(best, terms)))


def _with_weights(found: list[Weighed]) -> list[Weighed]:
    has_gold = len(found[0].truths) > 0
    best = max(found, key=lambda each: float(each.answers.sum()))
    best_of_gold = max(found, key=lambda each: float(each.truths.sum())) if has_gold else best
    shown, weights = [], np.zeros(len(found))
    for place, each in enumerate(found):
        difference, error = _difference(best.answers, each.answers)
        z = difference / error
        if has_gold:
            of_gold, error_of_gold = _difference(best_of_gold.truths, each.truths)
            z = float(np.hypot(min(z, _ANSWERS_COUNT_AT_MOST), of_gold / error_of_gold))
        shown.append((difference, error))
        weights[place] = -0.5 * z * z
    weights = np.exp(weights - weights.max())
    weights = np.where(weights < _SMALLEST_WEIGHT, 0.0, weights)
    weights /= weights.sum()
    return [
        Weighed(
            each.start, each.answers, each.truths, each.gold_posterior, each.n_answers, each.trust,
            difference / max(each.n_answers, 1), error / max(each.n_answers, 1), float(weight),
        )
        for each, (difference, error), weight in zip(found, shown, weights, strict=True)
    ]  # fmt: skip


def _difference(best: Floats, other: Floats) -> tuple[float, float]:
    """What the best has more in sum, and the standard error of that when its terms are independent."""
    terms = best - other
    error = float(np.sqrt(len(terms) * terms.var(ddof=1))) if len(terms) > 1 else 0.0
    return float(terms.sum()), max(error, _SMALLEST_ERROR)


def _folds_to_run(crowd: Crowd, known: Known) -> int:
    if crowd.n_annotations <= _FEWER_FOLDS_ABOVE:
        return N_FOLDS
    enough = int(np.ceil(ENOUGH_ANSWERS * N_FOLDS / crowd.n_annotations))
    return max(enough, 2 if known.gold is not None else 1)


def _without(gold: Codes | None, rows: Codes) -> Codes | None:
    if gold is None:
        return None
    kept = gold.copy()
    kept[rows] = -1
    return kept
