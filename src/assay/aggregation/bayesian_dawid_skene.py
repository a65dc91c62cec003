"""Bayesian Dawid-Skene: gold, history and crowd in one posterior, with annotators drawn from a population."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from assay.aggregation.accuracy import annotator_table, seen_by_others
from assay.aggregation.annotators import LEVEL, AnnotatorTable
from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.card import Aggregator, AggregatorCard, CodedLabels
from assay.aggregation.crowd import Crowd, clamp, gold_codes, softmax
from assay.aggregation.crowd_model import CrowdModel
from assay.aggregation.decide import check_tie_rule, decide
from assay.aggregation.difficulty import error_with_difficulty, held_back_by_gold, held_back_to
from assay.aggregation.evidence import Known, Progress, Start, Weighed, fit_whole, trusted, weigh
from assay.aggregation.model_votes import calibrated_log_prior, check_probabilities
from assay.aggregation.result import Aggregation, Candidate, Fit, TieRule
from assay.aggregation.structures import STRUCTURES

CARD = AggregatorCard(
    id="bayesian_dawid_skene",
    title="Bayesian Dawid-Skene",
    summary="Confusion matrices from a population fitted to all; uses gold and past answers; calibrated.",
    scales=("nominal", "set"),
    weighs_annotators=True,
    cost="many fits",
    reference="Kim, Ghahramani 2012; Paun et al. 2018 (hierarchical Dawid-Skene)",
    accepts_gold=True,
    gives_probabilities=True,
    models_confusion=True,
)
VERSION = 1
_LARGEST_CONFUSION = 2**26
_LEAST = 1e-300

History = Iterable[tuple[Hashable, Hashable, Hashable]]


def bayesian_dawid_skene(
    table: CodedLabels,
    *,
    tie_rule: TieRule = "report",
    gold: Mapping[Any, Any] | None = None,
    history: History | None = None,
    probabilities: npt.ArrayLike | None = None,
    structure: str = "confusion",
    level: float = LEVEL,
    progress: Progress | None = None,
) -> Aggregation:
    """Dawid-Skene with a population prior, by variational Bayes; everything known enters one posterior.

    pi_w[k, .] ~ Dirichlet(strength · m[k, .]): the rows of an annotator's confusion matrix are drawn around the common
    matrix m, with a strength that is fitted to all annotators (empirical Bayes). Somebody with two answers is taken
    to be like the others, and somebody with two hundred as seen. The truth has label shares p ~ Dirichlet(3, ..., 3).

    ``gold`` (task -> label) is known truth: its annotations tell about annotators with certainty. ``history`` has past
    answers with known truth as (annotator, truth, label); rows about annotators or labels that are not in the table are
    passed over. ``probabilities`` (tasks, labels), in the order of ``table.tasks`` and ``table.labels``, are those of
    a classifier: see :mod:`assay.aggregation.model_votes`. ``structure`` is one of
    :data:`assay.aggregation.structures.STRUCTURES`. How sure the posterior is, and with gold where the fit begins, is
    chosen by held-out evidence (:mod:`assay.aggregation.evidence`).

    Ties as in :func:`majority`, of the posterior and within 1e-9. Nothing is random. Annotators get an accuracy with
    a credible interval at ``level`` under a Beta prior fitted to all of them (on tasks like those that they
    answered), and the posterior mean of their confusion matrix. Raises ValueError for an unknown tie rule or
    structure, a gold label that no annotation has, probabilities of another shape, and tables that do not fit
    into memory.

    >>> from assay.agreement import LabelTable
    >>> table = LabelTable.from_columns({"ann": list("xyxyxy"), "ben": list("xyxyyx"), "cem": list("yxxyxy")})
    >>> found = bayesian_dawid_skene(table, gold={1: "x", 2: "y"}, history=[("ann", "x", "x"), ("ann", "y", "y")])
    >>> found[5].label, found.gold_tasks
    ('x', (1, 2))
    >>> ann, cem = found.annotator("ann"), found.annotator("cem")
    >>> ann.low < ann.accuracy < ann.high, ann.accuracy > cem.accuracy
    (True, True)
    """
    if structure not in STRUCTURES:
        raise ValueError(f"There is no structure {structure!r}; use one of {', '.join(STRUCTURES)}.")
    return average(
        CARD, VERSION, table, (structure,), tie_rule, gold, history, probabilities, level, progress
    )  # fmt: skip


def average(
    card: AggregatorCard,
    version: int,
    table: CodedLabels,
    structures: Sequence[str],
    tie_rule: TieRule,
    gold: Mapping[Any, Any] | None,
    history: History | None,
    probabilities: npt.ArrayLike | None,
    level: float,
    progress: Progress | None,
) -> Aggregation:
    """Weigh the structures by evidence, fit those that count, and average their posteriors."""
    check_tie_rule(tie_rule)
    crowd = Crowd.of(table)
    known = Known(gold_codes(gold, table), _history_codes(history, table))
    if probabilities is not None:
        given = check_probabilities(probabilities, crowd)
        known = Known(known.gold, known.history, calibrated_log_prior(crowd, given, known.gold))
    starts = _starts(crowd, structures, known)
    weighed = weigh(crowd, starts, known, progress)
    posterior, models = np.zeros((crowd.n_tasks, crowd.n_labels)), []
    for each in weighed:
        if each.weight > 0.0:
            if progress is not None:
                progress(f"fitting {each.start.name}")
            model = fit_whole(crowd, each.start, known)
            models.append((each, model))
            posterior += each.weight * trusted(model, crowd.n_tasks, each.trust)
    label_prior = sum((each.weight * model.label_prior for each, model in models), np.zeros(crowd.n_labels))
    power = _held_back(crowd, models, weighed, posterior, label_prior, known)
    if power < 1.0:
        posterior = softmax(power * np.log(np.maximum(posterior, _LEAST)))[0]
    clamp(posterior, known.gold)
    heaviest = max(models, key=lambda pair: pair[0].weight)[1]
    return decide(
        card, version, table, crowd, posterior,
        _annotators(table, crowd, models, known, level), tie_rule, known.gold,
        known=None if probabilities is None else np.ones(crowd.n_tasks, dtype=bool),
        fit=Fit(heaviest.iterations, heaviest.converged),
        label_prior=label_prior,
        candidates=tuple(_candidate(each, power) for each in weighed),
    )  # fmt: skip


def _starts(crowd: Crowd, structures: Sequence[str], known: Known) -> list[Start]:
    """The models to weigh. Confusion matrices that would not fit into memory are not among them."""
    fits = crowd.n_pairs * crowd.n_labels <= _LARGEST_CONFUSION
    usable = [name for name in structures if fits or name in ("shared_accuracy", "accuracy")]
    if not usable:
        raise ValueError(
            f"table has {crowd.n_pairs:,} pairs of annotator and label and {crowd.n_labels:,} labels: "
            "the confusion matrices do not fit; use one_coin or majority."
        )
    starts = [Start(name) for name in usable]
    has_gold = known.gold is not None or known.history is not None
    return starts + [Start(name, from_gold=True) for name in usable if has_gold]


def _annotators(
    table: CodedLabels,
    crowd: Crowd,
    models: list[tuple[Weighed, CrowdModel]],
    known: Known,
    level: float,
) -> AnnotatorTable:
    """Accuracies, past answers included, and confusion matrices: averages over the models."""

    def is_right() -> Floats:
        shares = np.zeros(crowd.n_annotations)
        for each, model in models:
            own = model.log[_pairs_of(model, crowd)]
            seen = clamp(trusted(model, crowd.n_tasks, each.trust), known.gold)
            shares += each.weight * seen_by_others(crowd, seen, own, each.trust)
        return shares

    past = None
    if known.history is not None:
        annotator, truth, label = known.history
        past = annotator, (truth == label).astype(np.float64)

    def confusion_of(row: int) -> Floats:
        labels = np.arange(crowd.n_labels)
        who = np.full(crowd.n_labels, row, dtype=np.int64)
        total = sum((each.weight * model.probability(who, labels) for each, model in models), np.zeros((1, 1)))
        square = np.asarray(total).T
        normalized: Floats = square / square.sum(axis=1, keepdims=True)
        return normalized

    return annotator_table(table.annotators, crowd, is_right, level, confusion_of, past)


def _pairs_of(model: CrowdModel, crowd: Crowd) -> Codes:
    """The place of each of the crowd's pairs among the model's."""
    k = crowd.n_labels
    theirs = model.crowd.pair_annotator * k + model.crowd.pair_label
    return np.searchsorted(theirs, crowd.pair_annotator * k + crowd.pair_label)


def _held_back(
    crowd: Crowd,
    models: list[tuple[Weighed, CrowdModel]],
    weighed: Sequence[Weighed],
    posterior: Floats,
    label_prior: Floats,
    known: Known,
) -> float:
    """The power of the averaged posterior: what the difficulty of tasks leaves of it, and then what gold says."""

    def probability(annotator: Codes, label: Codes) -> Floats:
        rows = sum((each.weight * model.probability(annotator, label) for each, model in models), np.zeros((1, 1)))
        return np.asarray(rows)

    told = crowd.n_of_task > 0
    error = error_with_difficulty(crowd, probability, label_prior, posterior)
    power = held_back_to(posterior[told], error)
    if known.gold is None:
        return power
    held_out = sum((each.weight * each.gold_posterior for each in weighed), np.zeros((1, 1)))
    truth = known.gold[known.gold >= 0]
    return held_back_by_gold(np.asarray(held_out), truth, power)


def _candidate(each: Weighed, power: float) -> Candidate:
    return Candidate(
        model=each.start.name,
        evidence=each.evidence,
        difference=each.difference,
        standard_error=each.standard_error,
        weight=each.weight,
        gold_evidence=each.gold_evidence,
        trust=each.trust * power,
    )


def _history_codes(history: History | None, table: CodedLabels) -> tuple[Codes, Codes, Codes] | None:
    if history is None:
        return None
    annotators = {name: code for code, name in enumerate(table.annotators)}
    labels = {name: code for code, name in enumerate(table.labels)}
    rows = []
    for row in history:
        if len(row) != 3:
            raise ValueError(f"history has {row!r}; give (annotator, truth, label).")
        annotator, truth, label = row
        if annotator in annotators and truth in labels and label in labels:
            rows.append((annotators[annotator], labels[truth], labels[label]))
    if not rows:
        return None
    # Sorted, so that the order of the history changes nothing.
    codes = np.array(sorted(rows), dtype=np.int64).T
    return codes[0], codes[1], codes[2]


AGGREGATOR = Aggregator(CARD, bayesian_dawid_skene)
