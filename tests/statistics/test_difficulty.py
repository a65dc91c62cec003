"""Errors to expect where tasks differ: the sums against a direct calculation, and what happens at the edges."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from assay.aggregation import auto
from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.crowd import Crowd
from assay.aggregation.difficulty import (
    _EASE,
    _by_ease,
    _by_pull,
    _odds,
    error_with_difficulty,
    held_back_by_gold,
    held_back_to,
)
from tests.statistics.simulated_labels import even, simulate

CONFUSIONS = np.array(
    [
        [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.1, 0.6]],
        [[0.9, 0.05, 0.05], [0.2, 0.5, 0.3], [0.25, 0.25, 0.5]],
        [[0.4, 0.3, 0.3], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6]],
    ]
)


def probability(annotator: Codes, label: Codes) -> Floats:
    return np.asarray(CONFUSIONS[annotator, :, label])


def crowd_of(answers: list[list[int]]) -> Crowd:
    """One row a task, one column an annotator."""
    label = np.array(answers)
    task = np.repeat(np.arange(len(answers)), label.shape[1])
    return Crowd(len(answers), 3, 3, task, np.tile(np.arange(3), len(answers)), label.ravel())


@pytest.mark.parametrize("pull", [0.0, 0.5, 0.9])
def test_the_chance_of_all_answers_is_the_sum_over_eases_and_labels_that_draw(pull: float) -> None:
    answers = [list(each) for each in product(range(3), repeat=3)]
    crowd = crowd_of(answers)
    odds, mistake = _odds(crowd, probability)
    found = _by_ease(crowd, odds, mistake) + _by_pull(crowd, mistake, pull)[:, :, None]
    for (row, said), truth, place in product(enumerate(answers), range(3), (0, 9, 18)):
        direct = 0.0
        for drawing in (label for label in range(3) if label != truth):
            chance = 0.5
            for who, label in enumerate(said):
                accuracy = CONFUSIONS[who, truth, truth]
                right = 1.0 / (1.0 + (1.0 - accuracy) / accuracy * np.exp(-_EASE[place]))
                usual = CONFUSIONS[who, truth, label] / (1.0 - accuracy)
                wrong = (1.0 - right) * ((1.0 - pull) * usual + pull * (label == drawing))
                chance *= right if label == truth else wrong
            direct += chance
        assert found[row, truth, place] == pytest.approx(np.log(direct))
    if pull == 0.9:  # and they are chances: all tables of answers together make 1
        assert np.exp(found).sum(axis=0) == pytest.approx(np.ones((3, len(_EASE))))


def test_independent_answers_are_left_as_they_are() -> None:
    drawn = simulate(even(np.random.default_rng(1).uniform(0.6, 0.95, 20), 2), 400, 7, np.random.default_rng(2))
    found = auto(drawn.table)
    assert float(found.expected_loss.mean()) == pytest.approx(1.0 - drawn.accuracy_of(found), abs=0.02)


def test_with_nothing_to_look_at_no_error_is_added() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    empty = Crowd(4, 3, 3, nothing, nothing, nothing)
    assert error_with_difficulty(empty, probability, np.full(3, 1 / 3), np.full((4, 3), 1 / 3)) == 0.0
    one_label = Crowd(1, 1, 1, nothing[:0], nothing[:0], nothing[:0])
    assert error_with_difficulty(one_label, probability, np.ones(1), np.ones((1, 1))) == 0.0
    assert held_back_to(np.zeros((0, 3)), 0.5) == 1.0


def test_a_large_set_is_judged_by_a_part_of_it_and_gives_nearly_the_same() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 12_000)
    below = CONFUSIONS[:, truth].cumsum(axis=2) < rng.random((3, 12_000, 1))
    crowd = crowd_of(np.minimum(below.sum(axis=2), 2).T.tolist())
    decisions = crowd.vote_shares()
    whole = error_with_difficulty(crowd, probability, np.full(3, 1 / 3), decisions)
    some = crowd_of(crowd.label.reshape(-1, 3)[:6000].tolist())
    assert whole == pytest.approx(
        error_with_difficulty(some, probability, np.full(3, 1 / 3), decisions[:6000]), abs=0.02
    )


def test_holding_back_has_an_end() -> None:
    sure = np.tile([0.999, 0.001], (10, 1))
    assert held_back_to(sure, 0.9) == pytest.approx(0.05)
    assert 1 / 20 <= held_back_by_gold(sure, np.ones(10, dtype=np.int64), 1.0) < 0.2
    assert held_back_by_gold(sure, np.zeros(10, dtype=np.int64), 0.5) > 0.5
