"""Dawid and Skene's own example (1979): five anaesthetists judge 45 patients, the first of them three times."""

from __future__ import annotations

import numpy as np
import pytest

from assay.aggregation.arrays import Floats
from assay.aggregation.crowd import Crowd
from assay.aggregation.dawid_skene import Solution, expectation_maximization

# Table 1 of the paper: one word a patient, the three answers of observer 1, then those of observers 2 to 5.
TABLE_1 = """
1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212 1211111
1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111 1111111 1121121
1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222
"""
ANSWERS = TABLE_1.split()
OBSERVER = [0, 0, 0, 1, 2, 3, 4]


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    label = np.array([int(answer) - 1 for word in ANSWERS for answer in word])
    return Crowd(45, 5, 4, np.repeat(np.arange(45), 7), np.tile(OBSERVER, 45), label)


@pytest.fixture(scope="module")
def solution(crowd: Crowd) -> Solution:
    return expectation_maximization(crowd, None, 0.0, max_iterations=1000, tolerance=1e-14)


def error_rates(crowd: Crowd, solution: Solution, observer: int) -> Floats:
    rates = np.zeros((4, 4))
    mine = crowd.pair_annotator == observer
    rates[:, crowd.pair_label[mine]] = solution.confusion[mine].T
    return rates


def test_the_shares_of_the_four_classes(solution: Solution) -> None:
    np.testing.assert_allclose(solution.prior, [0.40, 0.42, 0.11, 0.07], atol=0.005)
    assert solution.fit.converged


def test_the_error_rates_of_the_first_observer(crowd: Crowd, solution: Solution) -> None:
    published = [[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]]
    np.testing.assert_allclose(error_rates(crowd, solution, 0), published, atol=0.005)


def test_every_row_of_error_rates_sums_to_one(crowd: Crowd, solution: Solution) -> None:
    for observer in range(5):
        np.testing.assert_allclose(error_rates(crowd, solution, observer).sum(axis=1), 1.0, atol=1e-9)


def test_nearly_every_patient_is_classified_with_certainty(solution: Solution) -> None:
    assert (solution.posterior.max(axis=1) > 0.94).all()
    # Patient 36 has more 3s than 4s, and is a 4 all the same: observer 1 says 3 to more than half of the 4s.
    assert ANSWERS[35] == "4334343"
    assert solution.posterior[35].argmax() == 3


def test_the_likelihood_never_falls(crowd: Crowd) -> None:
    reached = [
        expectation_maximization(crowd, None, 0.0, max_iterations=n, tolerance=-np.inf).fit.objective
        for n in range(1, 20)
    ]
    rises = np.diff(np.array(reached, dtype=np.float64))
    assert (rises > -1e-9).all()
    assert rises[0] > 0.001
