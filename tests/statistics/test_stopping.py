"""Adaptive overlap: incremental answers equal the batch, stopping keeps its promise, replay beats fixed overlap."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from assay.aggregation import (
    AnnotatorModels,
    auto,
    bayesian_dawid_skene,
    dawid_skene,
    majority,
    replay,
    what_to_ask,
    whom_to_ask,
)
from assay.aggregation.auto import AGGREGATOR as AUTO
from assay.aggregation.bayesian_dawid_skene import AGGREGATOR as BAYESIAN
from assay.aggregation.crowd import Crowd, softmax
from assay.aggregation.stopping import posterior_of
from tests.statistics.simulated_labels import even, simulate


def one_coin_models(accuracy: float, trust: float = 1.0) -> AnnotatorModels:
    square = even(np.array([accuracy, 0.5]), 2)
    return AnnotatorModels(("no", "yes"), ("ann", "coin"), np.array([0.5, 0.5]), square, square[0], trust)


def test_one_answer_after_another_is_the_batch_e_step() -> None:
    """With the annotators fixed, the increments of every task equal the sparse product over all of them."""
    drawn = simulate(even(np.random.default_rng(0).uniform(0.5, 0.95, 12), 3), 60, 5, np.random.default_rng(1))
    table = drawn.table
    models = AnnotatorModels.of(dawid_skene(table))
    crowd = Crowd.of(table)
    log = np.log(models.confusions[crowd.pair_annotator, :, crowd.pair_label])
    batch = softmax(crowd.matrix @ log + np.log(models.label_prior))[0]
    for row in range(len(table.tasks)):
        state = models.start()
        for place in np.flatnonzero(table.task_codes == row):
            state = state.after(table.annotators[table.annotator_codes[place]], table.labels[table.label_codes[place]])
        np.testing.assert_allclose(state.posterior, batch[row], rtol=1e-9, atol=1e-12)
        assert state.n_answers == 5


def test_the_order_of_answers_does_not_count() -> None:
    models = one_coin_models(0.8)
    answers = [("ann", "yes"), ("coin", "no"), ("somebody new", "yes"), ("ann", "no")]
    expected = posterior_of(models, [who for who, _ in answers], [label for _, label in answers])
    for order in permutations(answers):
        state = models.start()
        for who, label in order:
            state = state.after(who, label)
        np.testing.assert_allclose(state.posterior, expected, rtol=1e-12)


def test_with_two_labels_and_one_accuracy_it_is_walds_test() -> None:
    """Stop when yes - no answers reach log((1 - e) / e) / log(a / (1 - a)); the error is then held."""
    models, error = one_coin_models(0.8), 0.02
    lead = int(np.ceil(np.log((1 - error) / error) / np.log(0.8 / 0.2)))
    rng = np.random.default_rng(3)
    wrong = 0
    for _ in range(2000):
        truth = ("no", "yes")[rng.integers(2)]
        other = "no" if truth == "yes" else "yes"
        state, difference = models.start(), 0
        while not state.done(error):
            right = rng.random() < 0.8
            state = state.after("ann", truth if right else other)
            difference += 1 if right else -1
        assert abs(difference) == lead
        wrong += state.best != truth
    assert wrong / 2000 <= error


def test_the_gain_is_what_one_more_answer_brings() -> None:
    models = one_coin_models(0.8)
    start = models.start()
    assert start.gain("ann") == pytest.approx(0.3)  # from one half to 0.8
    assert start.gain("coin") == 0.0
    torn = start.after("ann", "yes").after("ann", "no")
    assert torn.gain("ann") == pytest.approx(0.3)
    # After "yes" a single "no" only brings it back to one half: the decision is not better on average.
    assert start.after("ann", "yes").gain("ann") == pytest.approx(0.0)
    assert start.information("ann") == pytest.approx(np.log(2) + 0.8 * np.log(0.8) + 0.2 * np.log(0.2))
    assert start.information("coin") == pytest.approx(0.0, abs=1e-12)
    assert whom_to_ask(start, ["coin", "ann", "somebody new"])[0][0] == "ann"
    sure = start.after("ann", "yes").after("ann", "yes")
    assert whom_to_ask(sure, ["coin", "ann"]) == [("ann", 0.0), ("coin", 0.0)]
    assert [name for name, _ in whom_to_ask(start, ["coin", "ann"])] == ["ann", "coin"]


def test_trust_makes_answers_count_for_less() -> None:
    full, half = one_coin_models(0.8), one_coin_models(0.8, trust=0.5)
    assert full.start().after("ann", "yes").expected_error == pytest.approx(0.2)
    assert half.start().after("ann", "yes").expected_error == pytest.approx(1 / 3)


def test_what_is_least_sure_is_asked_first() -> None:
    """A score that was always 0, or 0.5, meant that contested tasks never got another answer."""
    posterior = np.array([[0.99, 0.01], [0.5, 0.5], [0.7, 0.3], [0.5, 0.5], [0.6, 0.4]])
    asked = what_to_ask(posterior, np.array([3, 3, 3, 2, 9]), max_error=0.05, max_answers=9)
    assert asked.tolist() == [3, 1, 2]
    assert what_to_ask(posterior, np.array([3, 3, 3, 2, 9]), max_error=0.6, max_answers=9).tolist() == []


def test_arguments_that_make_no_sense() -> None:
    models = one_coin_models(0.8)
    with pytest.raises(ValueError, match="There is no label 'maybe'; it is one of 'no', 'yes'"):
        models.start().after("ann", "maybe")
    with pytest.raises(ValueError, match=r"max_error is 1\.5"):
        models.start().done(1.5)
    with pytest.raises(ValueError, match="annotators has 1 and labels 2"):
        posterior_of(models, ["ann"], ["yes", "no"])
    drawn = simulate(even(np.full(4, 0.8), 2), 10, 3, np.random.default_rng(1))
    with pytest.raises(ValueError, match="majority has no confusion matrices"):
        AnnotatorModels.of(majority(drawn.table))
    with pytest.raises(ValueError, match="truth has none of the tasks"):
        replay(drawn.table, {"elsewhere": 1})


def test_done_at_the_cap() -> None:
    state = one_coin_models(0.6).start().after("ann", "yes")
    assert not state.done(0.01)
    assert state.done(0.01, max_answers=1)


def test_models_of_auto_carry_its_trust() -> None:
    drawn = simulate(even(np.full(6, 0.8), 2), 60, 4, np.random.default_rng(1))
    found = auto(drawn.table)
    models = AnnotatorModels.of(found)
    assert models.trust == pytest.approx(sum(each.weight * each.trust for each in found.candidates))
    assert 0.25 <= models.trust <= 1.0


def test_replay_adaptive_overlap_is_as_right_as_fixed_for_fewer_answers() -> None:
    rng = np.random.default_rng(4)
    drawn = simulate(even(rng.uniform(0.6, 0.9, 20), 2), 300, 9, rng)
    truth = {task: int(drawn.truth[int(str(task))]) for task in drawn.table.tasks}
    found = replay(
        drawn.table, truth, overlaps=(3, 5, 9), max_errors=(0.1,), audit_share=0.0, aggregator=BAYESIAN, seed=1
    )
    three, five, nine = found.fixed
    (adaptive,) = found.adaptive
    assert (three.mean_overlap, five.mean_overlap, nine.mean_overlap) == (3.0, 5.0, 9.0)
    assert adaptive.mean_overlap < 5.0
    assert adaptive.accuracy > five.accuracy
    assert (found.method, found.seed) == ("bayesian_dawid_skene", 1)
    assert replay(drawn.table, truth, overlaps=(3,), max_errors=(), aggregator=BAYESIAN, seed=1).fixed[0] == three


def test_replay_never_takes_more_than_it_may() -> None:
    drawn = simulate(even(np.full(8, 0.6), 2), 40, 6, np.random.default_rng(1))
    truth = {task: int(drawn.truth[int(str(task))]) for task in drawn.table.tasks}
    found = replay(drawn.table, truth, overlaps=(), max_errors=(1e-9,), max_answers=4, aggregator=AUTO)
    assert found.adaptive[0].mean_overlap == 4.0
    three = replay(drawn.table, truth, overlaps=(), max_errors=(0.9,), first=3, audit_share=0.0, aggregator=BAYESIAN)
    assert three.adaptive[0].mean_overlap == 3.0
    with pytest.raises(ValueError, match="first is 0; give the number of answers"):
        replay(drawn.table, truth, first=0)
    assert bayesian_dawid_skene(drawn.table).n_annotations.tolist() == [6] * 40
