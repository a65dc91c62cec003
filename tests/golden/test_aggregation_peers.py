"""The same posteriors as crowd-kit 1.4.2 from the same start, and where crowd-kit differs because it is wrong.

The constants were computed with crowd-kit 1.4.2, NumPy 2.4 and pandas 3.1 by

    d = pd.DataFrame([(f"t{t:02d}", f"w{w}", y) for t, row in enumerate(ROWS) for w, y in enumerate(row) if y != "."],
                     columns=["task", "worker", "label"])
    DawidSkene(n_iter=7, tol=-1e9).fit_predict_proba(d)
    OneCoinDawidSkene(n_iter=7, tol=-1e9).fit_predict_proba(d)
    GLAD(n_iter=2, tol=-1e9).fit_predict_proba(d)
    MACE(n_restarts=1, n_iter=7, default_noise=-1 + 1e-12).fit_predict_proba(d)    # an even start
    MajorityVote().fit(d, get_accuracy(d, MajorityVote().fit(d).labels_, by="worker")).probas_     # Wawa

(the first six tasks). Its Dawid-Skene clips posteriors at 1e-10 after each round, hence 1e-9. GLAD is compared after
two rounds: later ones depend on where conjugate gradients stop, on the last bits of a sum.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from assay.aggregation import Aggregation, dawid_skene, glad, mace, one_coin, weighted_majority
from assay.agreement import LabelTable

ROWS = ["abca", "bb.b", "cacc", "aaab", "b.bc", "ccca", "ab.a", "bbbb", "cbcc", "aa.a", "bcba", "c.cc"]
TRIPLES = [(f"t{t:02d}", f"w{w}", y) for t, row in enumerate(ROWS) for w, y in enumerate(row) if y != "."]
TABLE = LabelTable.from_rows(TRIPLES)

DAWID_SKENE = [
    [0.9999903746786201, 1e-10, 9.62532137980019e-06],
    [3.415663058398456e-08, 0.9999999658433695, 1e-10],
    [1e-10, 1e-10, 1.0],
    [1.0, 1e-10, 1e-10],
    [1e-10, 1.0, 1e-10],
    [1e-10, 1e-10, 1.0],
]
ONE_COIN = [
    [0.9995735391351609, 4.732682437548321e-05, 0.00037913404046342893],
    [1.1824757568007756e-05, 0.9999763410505769, 1.1834191855003336e-05],
    [2.9523363028921322e-06, 1.4767588563693399e-06, 0.9999955709048407],
    [0.999985237388362, 1.180775732175915e-05, 2.954854316307632e-06],
    [5.902548285557151e-06, 0.9999704834705702, 2.361398114429077e-05],
    [1.1793064248726743e-05, 2.9514658528006022e-06, 0.9999852554698986],
]
GLAD = [
    [0.7925240555297385, 0.052450862732329566, 0.1550250817379316],
    [1.5856711498707453e-05, 0.9999682865770024, 1.5856711498707453e-05],
    [6.807643686226997e-05, 1.999672678792442e-05, 0.9999119268363498],
    [0.9983415499282924, 0.0013777514796058014, 0.00028069859210193347],
    [0.0016954020816088015, 0.9908658605298845, 0.007438737388506549],
    [0.0013777514796058014, 0.00028069859210193347, 0.9983415499282924],
]
MACE = [
    [0.9680576036712033, 0.003638986886238081, 0.028303409442558672],
    [0.0008571221173509014, 0.9982857557652982, 0.0008571221173509014],
    [0.0002447986537039457, 0.00011220424849090172, 0.9996429970978051],
    [0.9990099536283318, 0.000799227367145257, 0.00019081900452298],
    [0.0004190330115422845, 0.997855882970031, 0.0017250840184266302],
    [0.000794692401767193, 0.00020684633254840852, 0.9989984612656843],
]
WAWA = [
    [0.5454545454545454, 0.16363636363636364, 0.2909090909090909],
    [0.0, 1.0, 0.0],
    [0.16363636363636364, 0.0, 0.8363636363636363],
    [0.7818181818181819, 0.21818181818181817, 0.0],
    [0.0, 0.7391304347826088, 0.2608695652173913],
    [0.21818181818181817, 0.0, 0.7818181818181819],
]


def assert_same(found: Aggregation, expected: list[list[float]], atol: float = 1e-9) -> None:
    assert found.posterior is not None
    np.testing.assert_allclose(found.posterior[: len(expected)], expected, rtol=0.0, atol=atol)


def test_dawid_skene_without_smoothing() -> None:
    assert_same(dawid_skene(TABLE, smoothing=0.0, max_iterations=7, tolerance=-np.inf), DAWID_SKENE)


def test_one_coin_without_smoothing() -> None:
    assert_same(one_coin(TABLE, smoothing=0.0, max_iterations=7, tolerance=-np.inf), ONE_COIN)


def test_glad() -> None:
    assert_same(glad(TABLE, max_iterations=2, tolerance=-np.inf), GLAD, atol=1e-8)


def test_mace_from_an_even_start() -> None:
    assert_same(mace(TABLE, iterations=7), MACE)


def test_wawa() -> None:
    assert_same(weighted_majority(TABLE), WAWA, atol=1e-12)


def test_crowd_kit_mace_depends_on_the_order_of_rows_and_ours_does_not() -> None:
    """Its counts of habits come back sorted by name and are read in order of appearance.

    The same annotations shuffled (``d.sample(frac=1, random_state=s)`` for s = 0 to 3) gave the first task
    the probabilities below. With names in order of appearance, as in ``ROWS``, both agree.
    """
    peer = [0.9704, 0.9737, 0.9671, 0.9668]
    assert len(set(peer)) == 4
    for seed in range(4):
        shuffled = random.Random(seed).sample(TRIPLES, len(TRIPLES))
        assert_same(mace(LabelTable.from_rows(shuffled), iterations=7), MACE, atol=1e-12)


def test_crowd_kit_mace_restarts_ten_times_from_one_point_and_ours_from_many() -> None:
    """It draws every restart with the same integer seed; here restarts differ, and the seed is on record."""
    found = [mace(TABLE, restarts=0), mace(TABLE, restarts=3, seed=1), mace(TABLE, restarts=3, seed=1)]
    assert [each.seed for each in found] == [None, 1, 1]
    likelihoods = [each.fit.objective for each in found if each.fit is not None and each.fit.objective is not None]
    assert likelihoods[1] >= likelihoods[0]
    assert likelihoods[1] == likelihoods[2]


@pytest.mark.parametrize("label", ["x", "y"])
def test_more_annotators_than_a_product_of_probabilities_can_take(label: str) -> None:
    """Products without logs underflow (0/0) with some hundred annotators on a task; sums of logs do not."""
    other = "y" if label == "x" else "x"
    rows = [(task, f"a{who:03d}", label if who % 10 < 6 else other) for task in ("t", "u") for who in range(900)]
    rows += [("v", f"a{who:03d}", other if who % 10 < 6 else label) for who in range(900)]
    for method in (dawid_skene, one_coin, mace):
        found = method(LabelTable.from_rows(rows))
        assert found.posterior is not None
        assert np.isfinite(found.posterior).all()
        assert (found["t"].label, found["v"].label) == (label, other)
