"""What models may do alone, and what they do to people: auto-accept and anchoring, in simulation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.audits import anchoring, arm_effect, auto_accept

SEED = 20266
Curve = Callable[[np.ndarray], np.ndarray]

MODELS: dict[str, Curve] = {
    "calibrated": lambda sure: sure,
    "overconfident": lambda sure: 1.0 - 1.5 * (1.0 - sure),
    "best in the middle": lambda sure: np.where(sure > 0.97, 0.92, np.minimum(sure + 0.1, 1.0)),
    "just too bad throughout": lambda sure: np.full_like(sure, 0.948),
}


def tasks(rng: np.random.Generator, n: int, right: Curve) -> tuple[np.ndarray, np.ndarray]:
    """Confidences with ties (two digits), and whether the model is right."""
    sure = np.round(rng.beta(6, 1, n), 2)
    return sure, rng.random(n) < right(sure)


def true_rates(right: Curve) -> Callable[[float], float]:
    """The error rate of all that has this confidence or more, from a large sample."""
    sure, _ = tasks(np.random.default_rng(SEED), 400_000, right)
    wrong = 1.0 - right(sure)
    return lambda threshold: float(wrong[sure >= threshold].mean())


@pytest.mark.parametrize("with_pool", [True, False])
@pytest.mark.parametrize("model", MODELS)
def test_what_is_accepted_is_as_good_as_promised(model: str, with_pool: bool) -> None:
    """500 calibrations of 800 tasks: the true error rate among accepted exceeds 5 % in at most 10 % of them."""
    rng = np.random.default_rng([SEED, list(MODELS).index(model), with_pool])
    rate_from = true_rates(MODELS[model])
    broken = accepted = 0
    for _ in range(500):
        sure, right = tasks(rng, 800, MODELS[model])
        pool = tasks(rng, 1000, MODELS[model])[0] if with_pool else None
        found = auto_accept(sure, right, target=0.05, delta=0.1, pool=pool)
        accepted += found.threshold is not None
        broken += found.threshold is not None and rate_from(found.threshold) > 0.05
    assert broken / 500 <= 0.1 + 2 * np.sqrt(0.09 / 500)
    least = {"calibrated": 0.3, "overconfident": 0.1, "best in the middle": 0.5, "just too bad throughout": 0.0}
    assert accepted / 500 >= least[model]


def test_the_pool_buys_more_than_it_costs() -> None:
    rng = np.random.default_rng([SEED, 10])
    shares = []
    for _ in range(60):
        sure, right = tasks(rng, 1500, MODELS["calibrated"])
        pool, _ = tasks(rng, 2000, MODELS["calibrated"])
        shares.append([auto_accept(sure, right, target=0.08, pool=given).share for given in (pool, None)])
    with_pool, without = np.mean(shares, axis=0)
    assert with_pool > without > 0.2


def test_a_perfect_model_may_do_everything_and_a_bad_one_nothing() -> None:
    rng = np.random.default_rng([SEED, 11])
    sure = rng.random(500)
    everything = auto_accept(sure, np.ones(500, dtype=bool), target=0.02, pool=rng.random(300))
    assert (everything.share, everything.n_errors) == (1.0, 0)
    nothing = auto_accept(sure, rng.random(500) < 0.5, target=0.02, pool=rng.random(300))
    assert nothing.threshold is None and not nothing.accepts(1.0)
    assert nothing.reason is not None and nothing.reason.startswith("Of the ") and "too many to show" in nothing.reason
    few = auto_accept([0.9] * 100, [True] * 100, target=0.02, pool=[0.9])
    assert few.reason == "100 calibration tasks cannot show at most 2 % wrong; at least 149 can."


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), with_pool=st.booleans())
def test_calibration_tasks_have_no_order_and_results_hang_together(seed: int, with_pool: bool) -> None:
    rng = np.random.default_rng(seed)
    sure, right = tasks(rng, 300, MODELS["overconfident"])
    pool = tasks(rng, 200, MODELS["overconfident"])[0] if with_pool else None
    found = auto_accept(sure, right, target=0.1, pool=pool)
    order = rng.permutation(300)
    assert auto_accept(sure[order], right[order], target=0.1, pool=pool) == found
    assert (found.threshold is None) == (found.reason is not None)
    if found.threshold is not None:
        accepted = sure >= found.threshold
        assert [found.accepts(value) for value in sure[:20]] == accepted[:20].tolist()
        assert (found.n_accepted, found.n_errors) == (accepted.sum(), (accepted & ~right).sum())
        assert found.p_value is not None and found.p_value <= 0.05


def answers(
    rng: np.random.Generator, people: int, each: int, effect: float
) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Annotators who follow suggestions more or less; ``effect`` is their mean susceptibility."""
    who = np.repeat(np.arange(people), each)
    usual, own = rng.uniform(0.55, 0.75, people), rng.normal(effect, 0.06, people)
    shown = rng.random(len(who)) < 0.5
    return who.tolist(), shown, rng.random(len(who)) < np.clip(usual[who] + own[who] * shown, 0, 1)


@pytest.mark.parametrize("effect", [0.0, 0.15])
def test_a_planted_effect_is_recovered(effect: float) -> None:
    """Intervals over annotators hold it in 93 to 97 % of experiments."""
    rng = np.random.default_rng([SEED, 20, int(100 * effect)])
    held, values = 0, []
    for _ in range(500):
        who, shown, agrees = answers(rng, 20, 60, effect)
        found = arm_effect(shown, agrees, annotators=who)
        assert found.value is not None and found.low is not None and found.high is not None
        values.append(found.value)
        held += found.low <= effect <= found.high
    assert np.mean(values) == pytest.approx(effect, abs=4 * np.std(values) / np.sqrt(500))
    assert 0.93 - 0.02 <= held / 500 <= 0.97 + 0.016


def test_the_randomization_test_is_right_whatever_people_are_like() -> None:
    rng = np.random.default_rng([SEED, 21])
    small = []
    for _ in range(800):
        who = np.repeat(np.arange(5), 30)
        shown = rng.random(150) < 0.3 + 0.1 * who  # people see suggestions more or less often, and agree more or less
        agrees = rng.random(150) < 0.3 + 0.12 * who
        within = arm_effect(shown, agrees, annotators=who.tolist()).p_value
        pooled = arm_effect(shown, agrees).p_value
        assert within is not None and pooled is not None
        small.append((within <= 0.05, pooled <= 0.05))
    within_share, pooled_share = np.mean(small, axis=0)
    assert within_share <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 800)
    assert pooled_share > 0.1, "mixing annotators makes an effect where there is none"


def test_newcombes_interval_holds_for_answers_of_one_kind() -> None:
    rng = np.random.default_rng([SEED, 22])
    shown = np.arange(160) < 80
    held = 0
    for _ in range(1000):
        found = arm_effect(shown, rng.random(160) < np.where(shown, 0.85, 0.7))
        assert found.low is not None and found.high is not None
        held += found.low <= 0.15 <= found.high
    assert 0.93 <= held / 1000 <= 0.97 + 0.012


def test_the_harm_is_the_effect_where_the_suggestion_is_wrong() -> None:
    rng = np.random.default_rng([SEED, 23])
    shown, good = rng.random(4000) < 0.5, rng.random(4000) < 0.8
    follows = rng.random(4000) < np.where(good, 0.9, np.where(shown, 0.4, 0.1))
    correct = np.where(good, follows, ~follows & (rng.random(4000) < 0.9))
    found = anchoring(shown, follows, correct=correct, suggestion_right=good, annotators=["a", "b"] * 2000)
    assert found.when_wrong is not None and found.when_wrong.value == pytest.approx(0.3, abs=0.08)
    assert found.agreement.value == pytest.approx(0.06, abs=0.05)
    assert found.accuracy is not None and (found.accuracy.value or 0) < 0
    assert set(found.by_annotator) == {"a", "b"}
    assert found.by_annotator["a"].n_shown + found.by_annotator["a"].n_hidden == 2000


def test_too_few_answers_say_how_many_are_needed() -> None:
    found = arm_effect([True] * 30 + [False] * 4, [True] * 34)
    assert (found.value, found.p_value, found.low) == (None, None, None)
    assert found.reason == "30 answers with the suggestion shown and 4 with it hidden; 10 of each are needed."
    assert anchoring([], []).agreement.reason is not None


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_arms_mirror_and_rows_have_no_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    who, shown, agrees = answers(rng, 9, 12, 0.1)
    found = arm_effect(shown, agrees, annotators=who)
    mirrored = arm_effect(~shown, agrees, annotators=who)
    order = rng.permutation(len(who))
    again = arm_effect(shown[order], agrees[order], annotators=[who[i] for i in order])
    if found.value is not None and found.low is not None and found.high is not None:
        assert mirrored.value == pytest.approx(-found.value)
        assert [mirrored.low, mirrored.high] == pytest.approx([-found.high, -found.low])
        assert [mirrored.p_value, again.p_value] == pytest.approx([found.p_value] * 2, rel=1e-6)
        assert [again.value, again.low] == pytest.approx([found.value, found.low])


BAD_ARGUMENTS: list[tuple[Callable[[], object], str]] = [
    (lambda: auto_accept([0.5], [True, False]), "correct has 2 entries and not 1"),
    (lambda: auto_accept([float("nan")], [True]), "confidence has something that is not a finite number"),
    (lambda: auto_accept([0.5], ["yes"]), "correct has something else than True and False"),
    (lambda: auto_accept([0.5], [True], target=0), "target is 0; give a number between 0 and 1, such as 0.02"),
    (lambda: auto_accept([0.5], [True], delta=1), "delta is 1"),
    (lambda: auto_accept([0.5], [True], pool=[]), "pool is empty"),
    (lambda: anchoring([True], [True, False]), "agrees has 2 entries and not 1"),
    (lambda: anchoring([2], [True]), "shown has something else than True and False"),
    (lambda: anchoring([True], [True], annotators=["a", "b"]), "annotators has 2 entries and not 1"),
    (lambda: arm_effect([True], [True], level=2.0), "level is 2.0"),
]


@pytest.mark.parametrize(("call", "said"), BAD_ARGUMENTS, ids=[said[:40] for _, said in BAD_ARGUMENTS])
def test_bad_arguments_are_refused_by_name(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
