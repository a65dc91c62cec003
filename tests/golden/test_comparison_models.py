"""Bradley-Terry and Plackett-Luce: the numbers of choix, and of a slow search that knows nothing of derivatives."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import minimize

from assay.aggregation.comparisons import Ranking, bradley_terry, plackett_luce
from assay.agreement.comparisons import ComparisonTable

# choix 0.4.1: opt_pairwise(5, [(winner, loser), ...]) minus its mean, with WINS[i][j] wins of i over j.
WINS = [[0, 4, 4, 4, 6], [2, 0, 5, 4, 6], [2, 1, 0, 3, 4], [2, 2, 3, 0, 5], [0, 0, 2, 1, 0]]
CHOIX_PAIRS = [1.0356163333315833, 0.8588396090928424, -0.2868189624063064, 0.039222407797182356, -1.6468593878153015]
# choix 0.4.1: mm_rankings(5, RANKINGS, tol=1e-13) and mm_top1(5, [(r[0], r[1:]) for r in RANKINGS]), minus the mean.
RANKINGS = [
    [1, 0, 3, 2, 4], [0, 1, 4], [2, 3, 1, 4], [3, 1, 4], [1, 4, 2], [4, 3, 1, 0, 2], [0, 2, 1, 3], [1, 0, 3, 2, 4],
    [3, 4, 1, 2], [0, 3, 1, 4], [3, 1, 4], [0, 1, 3, 2, 4],
]  # fmt: skip
CHOIX_RANKINGS = [1.3604220547965178, 0.39073373767958264, -0.8118930048993098, 0.6164824577150607, -1.5557452452918514]
CHOIX_TOP1 = [1.3171723942132096, 0.021965730129127736, -0.6167907986458423, 0.3016758272656669, -1.024023152962162]

Row = tuple[str, int, int, int]
TIE = -1


def table_of(rows: list[Row]) -> ComparisonTable:
    """Rows (annotator, left, right, winner)."""
    return ComparisonTable.from_arrays(*[[row[k] for row in rows] for k in range(4)], tie=TIE)


def scores(ranking: Ranking) -> list[float]:
    """In the order of the items."""
    assert ranking.reason is None
    return [row.score.value for row in ranking.items if row.score.value is not None]


def wins_as_rows(turned: bool = False) -> list[Row]:
    """Every win is one annotator's."""
    rows: list[Row] = []
    for i, j in combinations(range(5), 2):
        won = [i] * WINS[i][j] + [j] * WINS[j][i]
        left, right = (j, i) if turned else (i, j)
        rows += [(f"a{k}", left, right, winner) for k, winner in enumerate(won)]
    return rows


def crowd(seed: int, *, n_items: int = 6, n_annotators: int = 25, side: float = 0.0, lazy: int = 0) -> list[Row]:
    """Davidson's model with scores from -1.5 to 1.5, ν = 0.7, an advantage of the left, and annotators who guess."""
    rng = np.random.default_rng(seed)
    true = np.linspace(-1.5, 1.5, n_items)
    rows: list[Row] = []
    for annotator in range(n_annotators):
        for i, j in combinations(range(n_items), 2):
            left, right = (i, j) if rng.random() < 0.5 else (j, i)
            d = true[left] - true[right] + side
            weights = np.exp([d / 2, -d / 2, np.log(0.7)])
            if annotator < lazy:
                weights = np.array([1.0, 1.0, 0.5])
            winner = (left, right, TIE)[int(rng.choice(3, p=weights / weights.sum()))]
            rows.append((f"a{annotator:02d}", left, right, winner))
    return rows


def test_scores_are_those_of_choix() -> None:
    assert scores(bradley_terry(table_of(wins_as_rows()))) == pytest.approx(CHOIX_PAIRS, abs=1e-5)
    ours = scores(bradley_terry(table_of(wins_as_rows())))
    # choix stops at 1e-6; at the maximum the expected wins of every item are its wins.
    for i in range(5):
        n = [WINS[i][j] + WINS[j][i] for j in range(5)]
        expected = sum(n[j] / (1 + np.exp(ours[j] - ours[i])) for j in range(5) if j != i)
        assert expected == pytest.approx(sum(WINS[i]), abs=1e-9)


def test_rankings_are_those_of_choix() -> None:
    assert scores(plackett_luce(RANKINGS)) == pytest.approx(CHOIX_RANKINGS, abs=1e-9)
    top = plackett_luce([ranking[:1] for ranking in RANKINGS], others=[ranking[1:] for ranking in RANKINGS])
    assert scores(top) == pytest.approx(CHOIX_TOP1, abs=1e-9)


def test_rankings_of_two_are_comparisons() -> None:
    rows = wins_as_rows()
    pairs = bradley_terry(table_of(rows))
    ranked = plackett_luce([[winner, right if winner == left else left] for _, left, right, winner in rows])
    assert scores(ranked) == pytest.approx(scores(pairs), abs=1e-9)
    assert np.diag(ranked.covariance) == pytest.approx(np.diag(pairs.covariance), abs=1e-9)
    assert ranked.log_likelihood == pytest.approx(pairs.log_likelihood, abs=1e-9)


def slow_davidson(rows: list[Row], n: int) -> tuple[np.ndarray, float]:
    """Written from the paper, maximised by a search without derivatives; scores, side and log ν."""

    def loss(x: np.ndarray) -> float:
        pi, side, nu = np.exp(x[:n] - x[:n].mean()), np.exp(x[n]), np.exp(x[n + 1])
        total = 0.0
        for _, left, right, winner in rows:
            a, b, t = side**0.5 * pi[left], side**-0.5 * pi[right], nu * np.sqrt(pi[left] * pi[right])
            total -= np.log({left: a, right: b, TIE: t}[winner] / (a + b + t))
        return float(total)

    found = minimize(loss, np.zeros(n + 2), method="Powell", options={"xtol": 1e-9, "ftol": 1e-13, "maxiter": 20_000})
    x = np.asarray(found.x)
    x[:n] -= x[:n].mean()
    return x, -float(found.fun)


def test_ties_and_sides_are_davidsons() -> None:
    rows = crowd(2, n_items=3, n_annotators=12, side=0.5)
    expected, likelihood = slow_davidson(rows, 3)
    found = bradley_terry(table_of(rows), position=True)
    assert scores(found) == pytest.approx(expected[:3], abs=1e-4)
    assert found.position is not None and found.tie is not None
    assert (found.position.value, found.tie.value) == pytest.approx((expected[3], expected[4]), abs=1e-4)
    assert found.log_likelihood == pytest.approx(likelihood, abs=1e-7)


def test_two_items_have_davidsons_closed_form() -> None:
    """s - s' = log(wins / losses), ν = ties / sqrt(wins · losses)."""
    rows = [(f"a{k}", 0, 1, winner) for k, winner in enumerate([0] * 9 + [1] * 4 + [TIE] * 5)]
    found = bradley_terry(table_of(rows))
    assert scores(found)[0] - scores(found)[1] == pytest.approx(np.log(9 / 4), abs=1e-9)
    assert found.tie is not None and found.tie.value == pytest.approx(np.log(5 / 6), abs=1e-9)
    assert found.probability(0, 1).value == pytest.approx(9 / 13, abs=1e-9)


def slow_rao_kupper(rows: list[Row], n: int) -> tuple[np.ndarray, float]:
    """Written from the paper, maximised by a search without derivatives; scores, side and log log θ."""

    def loss(x: np.ndarray) -> float:
        pi, side, theta = np.exp(x[:n] - x[:n].mean()), np.exp(x[n]), np.exp(np.exp(x[n + 1]))
        total = 0.0
        for _, left, right, winner in rows:
            a, b = side * pi[left], pi[right]
            first, second = a / (a + theta * b), b / (theta * a + b)
            total -= np.log({left: first, right: second, TIE: 1.0 - first - second}[winner])
        return float(total)

    found = minimize(loss, np.zeros(n + 2), method="Powell", options={"xtol": 1e-9, "ftol": 1e-13, "maxiter": 20_000})
    x = np.asarray(found.x)
    x[:n] -= x[:n].mean()
    return x, -float(found.fun)


def test_ties_may_be_rao_and_kuppers() -> None:
    rows = crowd(2, n_items=3, n_annotators=12, side=0.5)
    expected, likelihood = slow_rao_kupper(rows, 3)
    found = bradley_terry(table_of(rows), position=True, tie_model="rao_kupper")
    assert scores(found) == pytest.approx(expected[:3], abs=1e-4)
    assert found.position is not None and found.tie is not None
    assert (found.position.value, found.tie.value) == pytest.approx((expected[3], expected[4]), abs=1e-4)
    assert found.log_likelihood == pytest.approx(likelihood, abs=1e-7)
    assert found.log_likelihood != pytest.approx(bradley_terry(table_of(rows), position=True).log_likelihood, abs=1e-3)


def test_two_items_have_rao_and_kuppers_closed_form() -> None:
    """logit P(wins) = d - τ and logit P(losses) = -d - τ, both seen as they are."""
    rows = [(f"a{k}", 0, 1, winner) for k, winner in enumerate([0] * 9 + [1] * 4 + [TIE] * 5)]
    found = bradley_terry(table_of(rows), tie_model="rao_kupper")
    first, second = np.log(9 / 9), np.log(4 / 14)
    assert scores(found)[0] - scores(found)[1] == pytest.approx((first - second) / 2, abs=1e-8)
    assert found.tie is not None and np.exp(found.tie.value or 0.0) == pytest.approx(-(first + second) / 2, abs=1e-8)
    beats = found.probability(0, 1)
    assert beats.value == pytest.approx(9 / 13, abs=1e-8)
    assert beats.low is not None and beats.high is not None and beats.low < 9 / 13 < beats.high
    without = bradley_terry(table_of([row for row in rows if row[3] != TIE]), tie_model="rao_kupper")
    assert without.tie is None and without.probability(0, 1).value == pytest.approx(9 / 13, abs=1e-9)
    with pytest.raises(ValueError, match="no tie_model 'ties'"):
        bradley_terry(table_of(rows), tie_model="ties")  # type: ignore[arg-type]


def test_intervals_with_rao_and_kuppers_ties_hold_the_truth() -> None:
    true, threshold = np.linspace(-1.5, 1.5, 6), 0.6
    held = total = 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        rows: list[Row] = []
        for k in range(12):
            for a in range(6):
                for b in range(a):
                    felt = true[a] - true[b] + rng.logistic()
                    rows.append((f"a{k}", a, b, a if felt > threshold else b if felt < -threshold else TIE))
        found = bradley_terry(table_of(rows), tie_model="rao_kupper")
        for item in range(6):
            score = found[item].score
            assert score.low is not None and score.high is not None
            held += score.low <= true[item] <= score.high
            total += 1
    assert 0.92 <= held / total <= 0.98


def test_the_error_of_two_items_is_that_of_a_log_odds() -> None:
    rows = [(f"a{k}", 0, 1, winner) for k, winner in enumerate([0] * 9 + [1] * 4)]
    found = bradley_terry(table_of(rows))
    # The difference has variance 1/9 + 1/4; each score is half of it.
    assert found[0].score.standard_error == pytest.approx(0.5 * np.sqrt(1 / 9 + 1 / 4), abs=1e-9)


def test_intervals_hold_the_truth() -> None:
    held = total = 0
    true = np.linspace(-1.5, 1.5, 6)
    for seed in range(60):
        found = bradley_terry(table_of(crowd(seed, n_annotators=12, side=0.4)), position=True)
        for row, truth in zip(found.items, true, strict=True):
            assert row.score.low is not None and row.score.high is not None
            held += row.score.low <= truth <= row.score.high
            total += 1
    assert 0.92 <= held / total <= 0.98  # 360 intervals: 95 % give or take three standard errors


def test_the_side_does_not_pass_for_quality() -> None:
    """The best items always stand on the right, and the left has an advantage."""
    rng = np.random.default_rng(4)
    true = np.linspace(-1.0, 1.0, 5)
    rows: list[Row] = []
    for annotator in range(80):
        for i, j in combinations(range(5), 2):
            left, right = (i, j) if rng.random() < 0.9 else (j, i)
            wins = rng.random() < 1 / (1 + np.exp(-(true[left] - true[right] + 1.0)))
            rows.append((f"a{annotator}", left, right, left if wins else right))
    plain, corrected = bradley_terry(table_of(rows)), bradley_terry(table_of(rows), position=True)
    assert np.abs(np.array(scores(corrected)) - true).max() < 0.25
    assert np.abs(np.array(scores(plain)) - true).max() > 0.4
    assert corrected.position is not None and corrected.position.low is not None and corrected.position.high is not None
    assert corrected.position.low < 1.0 < corrected.position.high


def test_guessers_are_found_and_do_not_shrink_the_scores() -> None:
    true = np.linspace(-1.5, 1.5, 6)
    plain_error, weighed_error = [], []
    for seed in range(5):
        table = table_of(crowd(seed, n_annotators=24, lazy=12))
        plain, weighed = bradley_terry(table), bradley_terry(table, reliability=True)
        plain_error.append(np.abs(np.array(scores(plain)) - true).mean())
        weighed_error.append(np.abs(np.array(scores(weighed)) - true).mean())
        known = {row.annotator: row.reliability for row in weighed.annotators}
        lazy = [known[f"a{k:02d}"] for k in range(12)]
        careful = [known[f"a{k:02d}"] for k in range(12, 24)]
        assert np.mean(lazy) + 0.1 < np.mean(careful)
    assert np.mean(weighed_error) < 0.6 * np.mean(plain_error)


def test_what_is_not_tied_together_has_no_scores_but_a_reason() -> None:
    apart = bradley_terry(table_of([("x", 0, 1, 0), ("y", 0, 1, 1), ("x", 2, 3, 2), ("y", 2, 3, 3)]))
    assert apart.reason is not None and "2 groups" in apart.reason
    assert apart.items[0].score.value is None and apart.best_first() == ()
    unbeaten = bradley_terry(table_of([("x", 0, 1, 0), ("y", 1, 2, 1), ("x", 1, 2, 2)]))
    assert unbeaten.reason is not None and unbeaten.probability(0, 1).value is None
    with_prior = bradley_terry(table_of([("x", 0, 1, 0), ("y", 1, 2, 1), ("x", 1, 2, 2)]), prior_sd=2.0)
    assert with_prior.reason is None and with_prior.prior_sd == 2.0
    assert with_prior.best_first()[0].item == 0
    assert "2 groups" in str(plackett_luce([["a", "b"], ["a", "b"]]).reason)
    assert plackett_luce([["a", "b"]], prior_sd=1.0).best_first()[0].item == "a"
    assert plackett_luce([]).reason == "There is no ranking of two items or more."
    assert bradley_terry(table_of([])).reason == "There are no comparisons."
    assert "Every comparison is a tie" in str(bradley_terry(table_of([("x", 0, 1, TIE)])).reason)
    # A tie ties both ways, and one side that always wins has no finite odds.
    assert bradley_terry(table_of([("x", 0, 1, TIE), ("y", 0, 1, 0)])).reason is None
    left = [(a, i, j, i) for a in "xy" for i, j in ((0, 1), (1, 2), (2, 0))]
    assert "runs away" in str(bradley_terry(table_of(left), position=True).reason)


@pytest.mark.parametrize("reliability", [False, True])
def test_rows_sides_and_names_change_nothing(reliability: bool) -> None:
    rows = crowd(7, n_annotators=6)
    found = scores(bradley_terry(table_of(rows), reliability=reliability))
    turned = [(f"b{9 - int(a[1:])}", right, left, winner) for a, left, right, winner in rows]
    random.Random(3).shuffle(turned)
    assert scores(bradley_terry(table_of(turned), reliability=reliability)) == pytest.approx(found, abs=1e-8)
    renamed = [(a, 9 - left, 9 - right, winner if winner == TIE else 9 - winner) for a, left, right, winner in rows]
    assert scores(bradley_terry(table_of(renamed), reliability=reliability))[::-1] == pytest.approx(found, abs=1e-8)
    shuffled = random.Random(1).sample(RANKINGS, len(RANKINGS))
    assert scores(plackett_luce(shuffled)) == scores(plackett_luce(RANKINGS))


def test_wrong_arguments_are_named() -> None:
    table = table_of(wins_as_rows())
    with pytest.raises(ValueError, match=r"prior_sd is 0\.0; give a standard deviation above 0"):
        bradley_terry(table, prior_sd=0.0)
    with pytest.raises(ValueError, match="level is 95"):
        bradley_terry(table, level=95)
    with pytest.raises(ValueError, match="reliability_prior"):
        bradley_terry(table, reliability_prior=(0.0, 1.0))
    with pytest.raises(ValueError, match=r"rankings\[1\] has an item twice"):
        plackett_luce([["a", "b"], ["a", "a"]])
    with pytest.raises(ValueError, match="others has 1 entries and rankings 2"):
        plackett_luce([["a", "b"], ["b", "a"]], others=[[]])
