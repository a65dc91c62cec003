"""How wrong the decisions are when tasks differ in difficulty: a check on models that take answers as independent.

On a hard task everybody is less often right, so people agree on mistakes more than independent answers would. That
leaves a trace in the answers to whole tasks: more of them are split, for annotators as good as these, than chance
makes. Here each task has an ease e ~ Normal(mean, spread²), added to everybody's log-odds of a right answer; with a
*pull* a share of the mistakes on a task go to one and the same wrong label. With the annotators held as they were
found,

    P(answers of a task | truth k) = integral over e of the product of P(answer | annotator, k, e),

by sums over a fixed grid. Mean, spread and pull are averaged by how probable they make all answers; "no difference"
(0, 0, 0) has the larger prior, so that a few answers do not make a crowd look worse than it is. What comes out is the
error to expect of the decisions.

It cannot see hard tasks on which *most* people make the same mistake and the rest of the set does not show it: with
those tasks called right the answers are as probable. Only known truth tells.

Sources: Whitehill et al. 2009 (ease of tasks); Rasch 1960; random effects summed out as in Bock, Aitkin 1981.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assay.aggregation.arrays import Codes, Floats, sum_by
from assay.aggregation.crowd import Crowd, softmax
from assay.aggregation.decide import EQUAL
from assay.aggregation.folds import deal

_EASE = np.linspace(-5.0, 4.0, 19)
_SPREADS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
_MEANS = (0.0, -0.5, -1.0)
_PULLS = (0.0, 0.5, 0.9)
_LOG_PRIOR_OF_A_DIFFERENCE = -1.0  # each
_ENOUGH = 60_000  # annotations x labels looked at
_LEAST = 1e-9

Probability = Callable[[Codes, Codes], Floats]


def error_with_difficulty(crowd: Crowd, probability: Probability, label_prior: Floats, posterior: Floats) -> float:
    """The expected share of wrong decisions, over tasks with an annotation; 0.0 without any.

    ``probability(annotators, labels)`` gives P(label | annotator, truth) in rows of shape (labels,), as the models
    of annotators found it; ``label_prior`` has shape (labels,); ``posterior`` (tasks, labels) is what they decide by.
    Large sets are judged by a part of the tasks.
    """
    part, rows = _part(crowd)
    if not part.n_annotations or part.n_labels < 2:
        return 0.0
    odds, mistake = _odds(part, probability)
    top = posterior[rows].max(axis=1, keepdims=True)
    leading = (posterior[rows] >= top - EQUAL).astype(np.float64)
    leading /= leading.sum(axis=1, keepdims=True)
    log_prior = np.log(np.maximum(label_prior, _LEAST))
    found: list[tuple[float, float]] = []
    by_ease = _by_ease(part, odds, mistake)
    highest = by_ease.max(axis=2, keepdims=True)
    relative = np.exp(by_ease - highest)
    for pull in _PULLS if part.n_labels > 2 else _PULLS[:1]:
        given = highest[:, :, 0] + log_prior + _by_pull(part, mistake, pull)
        for mean, spread, weights in _distributions():
            scores = np.log(np.maximum(relative @ weights, 1e-300)) + given
            truth, evidence = softmax(scores)
            error = 1.0 - float((truth * leading).sum()) / part.n_tasks
            n_differences = (pull > 0.0) + (spread > 0.0) + (mean < 0.0)
            found.append((float(evidence.sum()) + _LOG_PRIOR_OF_A_DIFFERENCE * n_differences, error))
    log_weights, errors = np.array(found).T
    shares = np.exp(log_weights - log_weights.max())
    return float((shares * errors).sum() / shares.sum())


def held_back_to(posterior: Floats, error: float) -> float:
    """The power at most 1, and at least 1/20, that makes the mean of 1 - max of the rows as large as ``error``.

    >>> sure = np.array([[0.99, 0.01], [0.9, 0.1]])
    >>> held_back_to(sure, 0.02), round(held_back_to(sure, 0.2), 2)
    (1.0, 0.43)
    """
    logs = np.log(np.maximum(posterior, 1e-300))

    def expected(power: float) -> float:
        return 1.0 - float(softmax(power * logs)[0].max(axis=1, initial=0.0).mean())

    if not len(posterior) or expected(1.0) >= error:
        return 1.0
    low, high = 0.05, 1.0
    for _ in range(30):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if expected(middle) > error else (low, middle)
    return 0.5 * (low + high)


def held_back_by_gold(posterior: Floats, truth: Codes, power: float) -> float:
    """The power that fits truths best which the models had not seen: log-loss, with log-normal prior at ``power``.

    ``posterior`` (gold tasks, labels) are the probabilities that held-out gold tasks got. The prior is one e-fold
    wide: twenty gold tasks move the power as far as they have to.

    >>> sure, right, third_wrong = np.tile([0.99, 0.01], (20, 1)), np.zeros(20, dtype=int), np.arange(20) % 3 // 2
    >>> [round(held_back_by_gold(sure, truth, 1.0), 2) for truth in (right, third_wrong)]
    [1.0, 0.25]
    """
    powers = np.geomspace(0.05, 1.0, 61)
    logs = np.log(np.maximum(posterior, _LEAST))
    rows = np.arange(len(truth))
    fits = [
        float(np.log(np.maximum(softmax(each * logs)[0][rows, truth], _LEAST)).sum())
        - 0.5 * float(np.log(each / power)) ** 2
        for each in powers
    ]
    return float(powers[int(np.argmax(fits))])


def _part(crowd: Crowd) -> tuple[Crowd, Codes]:
    """The tasks that have annotations, or a part of them drawn by what was answered; and their rows."""
    chosen = crowd.n_of_task > 0
    steps = int(np.ceil(crowd.n_annotations * crowd.n_labels / _ENOUGH))
    if steps > 1:
        chosen &= deal(crowd)[1] % steps == 0
    rows = np.flatnonzero(chosen)
    kept = chosen[crowd.task]
    place = np.cumsum(chosen) - 1
    return Crowd(
        len(rows), crowd.n_annotators, crowd.n_labels,
        place[crowd.task[kept]], crowd.annotator[kept], crowd.label[kept],
    ), rows  # fmt: skip


def _odds(crowd: Crowd, probability: Probability) -> tuple[Floats, Floats]:
    """For each annotation and truth: the log-odds of a right answer, and P(this label | a wrong one)."""
    of_label = probability(crowd.annotator, crowd.label)
    accuracy = np.empty_like(of_label)
    for code in range(crowd.n_labels):
        accuracy[:, code] = probability(crowd.annotator, np.full(crowd.n_annotations, code))[:, code]
    accuracy = np.clip(accuracy, 1e-4, 1.0 - 1e-4)
    return np.log(accuracy) - np.log1p(-accuracy), np.clip(of_label / (1.0 - accuracy), _LEAST, 1.0)


def _by_ease(crowd: Crowd, odds: Floats, mistake: Floats) -> Floats:
    """log P(answers of a task | truth, ease) without a pull; shape (tasks, labels, eases)."""
    is_right = np.equal(crowd.label[:, None], np.arange(crowd.n_labels))
    log_mistake = np.log(mistake)
    out = np.empty((crowd.n_tasks, crowd.n_labels, len(_EASE)))
    for place, ease in enumerate(_EASE):
        z = odds + ease
        out[:, :, place] = _sum_tasks(
            crowd, np.where(is_right, -np.logaddexp(0.0, -z), -np.logaddexp(0.0, z) + log_mistake)
        )
    return out


def _by_pull(crowd: Crowd, mistake: Floats, pull: float) -> Floats:
    """What a pull adds to that, whatever the ease; shape (tasks, labels).

    A mistake is then the label that draws (any wrong one alike, summed over) in a share of ``pull``, and otherwise as
    it was: (1 - pull) · mistake + pull · [it draws].
    """
    n_tasks, n_labels = crowd.n_tasks, crowd.n_labels
    if pull == 0.0:
        return np.zeros((n_tasks, n_labels))
    drawn = np.log1p(pull / ((1.0 - pull) * mistake))
    by_cell = [sum_by(crowd.cell, column, n_tasks * n_labels) for column in drawn.T]
    of_label = np.stack(by_cell, axis=1).reshape(n_tasks, n_labels, n_labels)  # task, label that draws, truth
    of_label[:, np.arange(n_labels), np.arange(n_labels)] = -np.inf
    highest = of_label.max(axis=1)
    sums = np.log(np.exp(of_label - highest[:, None, :]).sum(axis=1)) + highest - np.log(n_labels - 1)
    n_wrong = crowd.n_of_task[:, None] - crowd.votes
    added: Floats = sums + n_wrong * np.log(1.0 - pull)
    return added


def _sum_tasks(crowd: Crowd, rows: Floats) -> Floats:
    return np.stack([sum_by(crowd.task, column, crowd.n_tasks) for column in rows.T], axis=1)


def _distributions() -> list[tuple[float, float, Floats]]:
    found = []
    for spread in _SPREADS:
        for mean in _MEANS:
            density = np.exp(-0.5 * ((_EASE - mean) / spread) ** 2) if spread else np.isclose(_EASE, mean) * 1.0
            found.append((mean, spread, density / density.sum()))
    return found
