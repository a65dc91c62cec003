"""Aggregators on crowds of which everything is known: the default beside the others, intervals, calibration, gold."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from assay.aggregation import (
    Aggregation,
    auto,
    bayesian_dawid_skene,
    dawid_skene,
    majority,
    one_coin,
    weighted_majority,
)
from assay.aggregation.arrays import Floats
from assay.agreement import LabelTable
from tests.statistics.simulated_labels import Simulated, even, simulate

OTHERS: tuple[Callable[[LabelTable], Aggregation], ...] = (majority, weighted_majority, one_coin, dawid_skene)
N_CROWDS = 3


def spammers(rng: np.random.Generator) -> Simulated:
    """Two of five click one button or any button."""
    good = even(np.full(24, 0.85), 3)
    one_button = np.full((8, 3, 3), 0.01)
    one_button[np.arange(8), :, rng.integers(0, 3, 8)] = 0.98
    return simulate(np.concatenate([good, one_button, np.full((8, 3, 3), 1 / 3)]), 300, 5, rng)


def biased_and_skewed(rng: np.random.Generator) -> Simulated:
    return simulate(even(rng.uniform(0.55, 0.98, (40, 2)), 2), 700, 3, rng, prevalence=[0.9, 0.1])


def rare_label(rng: np.random.Generator) -> Simulated:
    return simulate(even(rng.beta(6, 2.5, 30), 2), 700, 5, rng, prevalence=[0.97, 0.03])


def long_tail(rng: np.random.Generator) -> Simulated:
    """Most annotators have a handful of answers."""
    return simulate(even(rng.beta(6, 2.5, 100), 4), 300, 3, rng, activity=np.arange(1.0, 101.0) ** -1.1)


def two_answers_each(rng: np.random.Generator) -> Simulated:
    return simulate(even(rng.beta(6, 2.5, 300), 3), 200, 3, rng)


def adversaries(rng: np.random.Generator) -> Simulated:
    """One in four answers the opposite."""
    return simulate(even(np.where(np.arange(28) % 4 == 0, 0.08, 0.88), 2), 300, 7, rng)


def one_confusion(rng: np.random.Generator) -> Simulated:
    """Neighboring labels are mixed up, some more than others."""
    alpha = 0.3 + np.eye(5) * np.linspace(3.5, 7.5, 5)[:, None] + np.roll(np.eye(5), 1, axis=1) * 1.2
    return simulate(np.stack([[rng.dirichlet(row) for row in alpha] for _ in range(25)]), 400, 5, rng)


def all_alike(rng: np.random.Generator) -> Simulated:
    """Nothing to be learnt about anybody: a plain vote is best."""
    return simulate(even(np.full(30, 0.75), 3), 300, 3, rng)


def few_tasks_many_labels(rng: np.random.Generator) -> Simulated:
    return simulate(even(rng.uniform(0.5, 0.9, 12), 20), 60, 5, rng)


def three_annotators(rng: np.random.Generator) -> Simulated:
    return simulate(even(rng.beta(8, 2, 3), 2), 60, 3, rng)


CROWDS = (
    spammers, biased_and_skewed, rare_label, long_tail, two_answers_each, adversaries, one_confusion, all_alike,
    few_tasks_many_labels, three_annotators,
)  # fmt: skip


@pytest.mark.parametrize("crowd", CROWDS, ids=lambda crowd: crowd.__name__)
def test_the_default_is_never_far_from_the_best(crowd: Callable[[np.random.Generator], Simulated]) -> None:
    """Within two points of the best of four methods and of a majority, on the mean of a few crowds of each kind."""
    ours, others, confidence = [], [], []
    for seed in range(N_CROWDS):
        drawn = crowd(np.random.default_rng(100 + seed))
        found = auto(drawn.table)
        ours.append(drawn.accuracy_of(found))
        confidence.append(float(found.confidence.mean()))
        others.append([drawn.accuracy_of(method(drawn.table)) for method in OTHERS])
    best, vote = np.mean(others, axis=0).max(), np.mean(others, axis=0)[0]
    assert np.mean(ours) > best - 0.02
    assert np.mean(ours) > vote - 0.01
    # As sure as it is right, within ten points: sums of few tasks, and models that are never quite true.
    assert np.mean(confidence) == pytest.approx(np.mean(ours), abs=0.1)


def test_no_single_method_is_safe() -> None:
    """Why there is a default: each of the others is far behind on some crowd."""
    behind = np.zeros(len(OTHERS))
    for crowd in CROWDS:
        drawn = crowd(np.random.default_rng(100))
        reached = np.array([drawn.accuracy_of(method(drawn.table)) for method in OTHERS])
        behind = np.maximum(behind, reached.max() - reached)
    assert (behind > 0.03).all()


def independent_crowd(rng: np.random.Generator, n_labels: int, low: float = 0.55) -> Simulated:
    return simulate(even(rng.uniform(low, 0.95, 20), n_labels), 200, 6, rng)


def share_held(method: Callable[[LabelTable], Aggregation], n_labels: int, n_crowds: int) -> float:
    """How often the 95 % interval of an annotator's accuracy holds the true one."""
    held = []
    for seed in range(n_crowds):
        drawn = independent_crowd(np.random.default_rng(seed), n_labels)
        found = method(drawn.table)
        held += [quality.low <= drawn.true_accuracy(quality.annotator) <= quality.high for quality in found.annotators]
    return float(np.mean(held))


@pytest.mark.parametrize("n_labels", [2, 4])
@pytest.mark.parametrize("method", [bayesian_dawid_skene, auto], ids=lambda method: method.__name__)
def test_intervals_of_accuracy_hold_the_truth(method: Callable[[LabelTable], Aggregation], n_labels: int) -> None:
    """240 intervals: 95 % gives or takes 1.4 points of standard error."""
    assert 0.90 <= share_held(method, n_labels, 12) <= 0.99


@pytest.mark.parametrize("crowd", ["weak", "few answers each"])
@pytest.mark.parametrize("method", [one_coin, dawid_skene], ids=lambda method: method.__name__)
def test_intervals_of_maximum_likelihood_are_not_too_narrow(
    method: Callable[[LabelTable], Aggregation], crowd: str
) -> None:
    """They took the others at the accuracies found, and held the truth in 82 to 84 % here."""
    held = []
    for seed in range(8):
        rng = np.random.default_rng(500 + seed)
        if crowd == "weak":
            drawn = simulate(even(rng.uniform(0.4, 0.7, 20), 3), 200, 5, rng)
        else:
            activity = np.arange(1.0, 101.0) ** -1.1
            drawn = simulate(even(rng.beta(6, 2.5, 100), 4), 300, 3, rng, activity=activity)
        people = method(drawn.table).annotators
        held += [quality.low <= drawn.true_accuracy(quality.annotator) <= quality.high for quality in people]
    assert 0.91 <= np.mean(held) <= 0.99


@pytest.mark.soak
@pytest.mark.parametrize("n_labels", [2, 3, 4, 6])
@pytest.mark.parametrize(
    "method", [bayesian_dawid_skene, auto, one_coin, dawid_skene], ids=lambda method: method.__name__
)
def test_many_intervals_of_accuracy(method: Callable[[LabelTable], Aggregation], n_labels: int) -> None:
    assert 0.92 <= share_held(method, n_labels, 100) <= 0.975


def test_an_annotator_with_two_answers_is_near_the_others() -> None:
    rng = np.random.default_rng(5)
    activity = np.ones(20)
    activity[0] = 0.01
    drawn = simulate(even(np.full(20, 0.85), 2), 200, 5, rng, activity=activity)
    found = bayesian_dawid_skene(drawn.table)
    people = {int(str(quality.annotator)): quality for quality in found.annotators}
    newcomer, regular = people[0], people[1]
    assert newcomer.n_annotations <= 4 < 30 < regular.n_annotations
    assert 0.75 < newcomer.accuracy < 0.95
    assert newcomer.high - newcomer.low > 1.15 * (regular.high - regular.low)


def test_history_moves_what_is_thought_of_an_annotator_and_its_weight() -> None:
    drawn = independent_crowd(np.random.default_rng(8), 2)
    before = bayesian_dawid_skene(drawn.table).annotator(3)
    wrong = [(3, truth, 1 - truth) for truth in (0, 1)] * 40
    right = [(3, truth, truth) for truth in (0, 1)] * 40
    after_wrong = bayesian_dawid_skene(drawn.table, history=wrong).annotator(3)
    after_right = bayesian_dawid_skene(drawn.table, history=right).annotator(3)
    assert after_wrong.accuracy < before.accuracy - 0.2 and before.accuracy < after_right.accuracy
    assert after_right.high - after_right.low < before.high - before.low
    assert bayesian_dawid_skene(drawn.table, history=wrong[::-1]).annotator(3).accuracy == after_wrong.accuracy


def group_think(rng: np.random.Generator) -> Simulated:
    """Two of three annotators take the third label for the second, in the same way."""
    fair = np.full((20, 3, 3), 0.05) + 0.85 * np.eye(3)
    fair[:13, 2] = [0.05, 0.9, 0.05]
    return simulate(fair, 300, 5, rng)


def most_are_adversaries(rng: np.random.Generator) -> Simulated:
    return simulate(even(np.where(np.arange(20) < 12, 0.12, 0.92), 2), 300, 5, rng)


def most_give_the_next_label(rng: np.random.Generator) -> Simulated:
    shifted = 0.03 + 0.88 * np.roll(np.eye(4), 1, axis=1)
    return simulate(np.concatenate([np.tile(shifted, (12, 1, 1)), even(np.full(8, 0.9), 4)]), 300, 5, rng)


@pytest.mark.parametrize(
    "crowd", [group_think, most_are_adversaries, most_give_the_next_label], ids=lambda crowd: crowd.__name__
)
def test_twenty_gold_answers_recover_half_of_what_the_crowd_cannot_tell(
    crowd: Callable[[np.random.Generator], Simulated],
) -> None:
    """The gap is to the same model with the truth of half of the tasks. Gold tasks themselves do not count."""
    without: list[float] = []
    with_gold: list[float] = []
    best: list[float] = []
    for seed in range(N_CROWDS):
        drawn = crowd(np.random.default_rng(seed))
        twenty, half = drawn.gold(20, seed), drawn.gold(150, seed + 50)
        rest = [task for task in drawn.table.tasks if task not in twenty and task not in half]
        for found, shares in (
            (auto(drawn.table), without),
            (auto(drawn.table, gold=twenty), with_gold),
            (auto(drawn.table, gold=half), best),
        ):
            shares.append(float(np.mean([found[task].label == drawn.truth[int(str(task))] for task in rest])))
    gap = np.mean(best) - np.mean(without)
    assert gap > 0.05
    assert np.mean(with_gold) - np.mean(without) > 0.5 * gap


def test_gold_is_kept_and_the_rest_is_not_harmed() -> None:
    drawn = independent_crowd(np.random.default_rng(11), 3)
    gold = drawn.gold(20, 1)
    for method in (auto, bayesian_dawid_skene, dawid_skene, one_coin):
        found = method(drawn.table, gold=gold)
        assert all(found[task].label == label and found[task].confidence == 1.0 for task, label in gold.items())
        assert set(found.gold_tasks) == set(gold)
        assert drawn.accuracy_of(found) > drawn.accuracy_of(method(drawn.table)) - 0.01


def classifier(drawn: Simulated, accuracy: float, rng: np.random.Generator, sure: float = 0.98) -> Floats:
    """Probabilities of a model that is right so often, and always as sure."""
    n_labels = len(drawn.table.labels)
    truth = drawn.truth[[int(str(task)) for task in drawn.table.tasks]]
    said = np.where(
        rng.random(len(truth)) < accuracy, truth, (truth + rng.integers(1, n_labels, len(truth))) % n_labels
    )
    given = np.full((len(truth), n_labels), (1.0 - sure) / (n_labels - 1))
    given[np.arange(len(truth)), said] = sure
    return given


def test_a_classifier_counts_as_much_as_the_crowd_bears_it_out() -> None:
    rng = np.random.default_rng(2)
    drawn = simulate(even(rng.uniform(0.5, 0.8, 30), 3), 400, 3, rng)
    alone = drawn.accuracy_of(auto(drawn.table))
    good = drawn.accuracy_of(auto(drawn.table, probabilities=classifier(drawn, 0.85, rng)))
    useless = drawn.accuracy_of(auto(drawn.table, probabilities=classifier(drawn, 1 / 3, rng)))
    assert good > alone + 0.08
    assert useless > alone - 0.02


def uneven_tasks(rng: np.random.Generator, n_labels: int = 2, hard: float = 0.0) -> Simulated:
    """Tasks differ in ease, and mistakes on one go to one label; a share of ``hard`` tasks draws most people there."""
    n_tasks, overlap, n_annotators = 300, 7, 40
    accuracy, ease = rng.uniform(0.55, 0.95, n_annotators), rng.normal(0.0, 1.2, n_tasks)
    ease[rng.random(n_tasks) < hard] = -2.5
    truth = rng.integers(0, n_labels, n_tasks)
    wrong = (truth + rng.integers(1, n_labels, n_tasks)) % n_labels
    who = np.stack([rng.choice(n_annotators, overlap, replace=False) for _ in range(n_tasks)])
    odds = np.log(accuracy / (1.0 - accuracy))[who] + ease[:, None]
    said = np.where(rng.random(who.shape) < 1.0 / (1.0 + np.exp(-odds)), truth[:, None], wrong[:, None])
    task = np.repeat(np.arange(n_tasks), overlap)
    table = LabelTable.from_arrays(task.tolist(), who.ravel().tolist(), said.ravel().tolist())
    return Simulated(table, truth, even(accuracy, n_labels), np.full(n_labels, 1.0 / n_labels))


def test_where_tasks_differ_it_expects_about_the_errors_that_it_makes() -> None:
    """Answers taken as independent gave less than half of them; the answers to whole tasks show more."""
    expected, made = [], []
    for seed in range(4):
        drawn = uneven_tasks(np.random.default_rng(seed))
        found = auto(drawn.table)
        expected.append(float(found.expected_loss.mean()))
        made.append(1.0 - drawn.accuracy_of(found))
    assert np.mean(made) > 0.15
    assert 0.6 * np.mean(made) < np.mean(expected) < np.mean(made) + 0.03


def test_twenty_gold_answers_show_that_most_people_share_a_mistake() -> None:
    """Nothing else can: without the truth these answers look like those of an easy set."""
    without, with_gold, made = [], [], []
    for seed in range(4):
        drawn = uneven_tasks(np.random.default_rng(seed), n_labels=4, hard=0.3)
        twenty = drawn.gold(20, seed)
        found, anchored = auto(drawn.table), auto(drawn.table, gold=twenty)
        rest = [row for row, task in enumerate(anchored.tasks) if task not in twenty]
        without.append(float(found.expected_loss.mean()))
        with_gold.append(float(anchored.expected_loss[rest].mean()))
        made.append(1.0 - drawn.accuracy_of(found))
        assert drawn.accuracy_of(anchored) > drawn.accuracy_of(found) - 0.03
    assert np.mean(made) > 0.35
    gap = np.mean(made) - np.mean(without)
    assert gap > 0.15
    assert np.mean(with_gold) - np.mean(without) > 0.5 * gap
