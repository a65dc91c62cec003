"""Response times, copied mistakes and tired sessions: rare where there is nothing, found where there is something."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from assay.monitoring import fast_answers, fit_response_times, session_slope, shared_errors
from assay.monitoring.shared_errors import SharedErrors
from tests.support.public_crowds import CROWD, needs_public_crowds

SEED = 20264
Columns = tuple[list[Any], ...]


def work(rng: np.random.Generator, n: int, people: int, cheat: int | None = None) -> Columns:
    """Honest answers of people of different speed and steadiness; the cheat takes a fifth of the time for a third."""
    speed = np.random.default_rng(SEED).normal(1.0, 0.4, people)
    noise = np.random.default_rng(SEED + 1).uniform(0.25, 0.5, people)
    who = rng.integers(0, people, n)
    length = rng.integers(5, 80, n)
    seconds = np.exp(speed[who] + 0.7 * np.log(length) + rng.normal(0.0, 1.0, n) * noise[who])
    if cheat is not None:
        seconds = np.where((who == cheat) & (rng.random(n) < 1 / 3), seconds / 5, seconds)
    return who.tolist(), length.tolist(), seconds.tolist()


def test_honest_answers_are_marked_as_rarely_as_said_for_each_person() -> None:
    rng = np.random.default_rng([SEED, 1])
    times = fit_response_times(*work(rng, 4000, 12))
    assert times.slope == pytest.approx(0.7, abs=0.03)
    who, length, seconds = work(rng, 12_000, 12)
    found = fast_answers(times, who, length, seconds, rate=0.02)
    assert found.named == ()
    assert found.fast.mean() == pytest.approx(0.02, abs=0.006)
    by_person = [found.fast[np.array(who) == person].mean() for person in range(12)]
    assert max(by_person) < 0.045
    assert max(found.evidence.values()) < 1


def test_answers_in_a_fifth_of_the_time_are_marked_and_their_author_named() -> None:
    rng = np.random.default_rng([SEED, 2])
    times = fit_response_times(*work(rng, 3000, 8))
    who, length, seconds = work(rng, 1500, 8, cheat=3)
    found = fast_answers(times, who, length, seconds, rate=0.02, alpha=0.01)
    assert found.named == (3,)
    assert found.fast[np.array(who) == 3].mean() > 0.2
    assert max(found.evidence, key=lambda name: found.evidence[name]) == 3


def test_the_limit_in_seconds_and_the_p_value_say_the_same() -> None:
    rng = np.random.default_rng([SEED, 3])
    times = fit_response_times(*work(rng, 500, 4))
    for person in (0, 3, "somebody new"):
        limit = times.fast_below(person, 30, rate=0.05)
        assert limit is not None
        assert times.p_value(person, 30, limit * 0.999) <= 0.05 < times.p_value(person, 30, limit * 1.001)
    assert times.fast_below(0, 30, rate=0.001) is None, "500 answers cannot show what is rarer than one in 500"
    assert times.anybody_spread > max(times.spread.values()) * 0.9


def test_times_of_people_with_little_history_are_judged_with_care() -> None:
    """With one answer each, levels are those of everybody; a person's slowness cannot be told from noise."""
    rng = np.random.default_rng([SEED, 4])
    _, length, seconds = work(rng, 60, 60)
    times = fit_response_times(list(range(60)), length, seconds)
    assert times.slope == 0.0
    assert set(times.person) == set(range(60))
    assert np.isfinite(list(times.spread.values())).all()


@pytest.mark.parametrize("order_seed", [1, 2])
def test_response_times_know_no_order(order_seed: int) -> None:
    who, length, seconds = work(np.random.default_rng([SEED, 5]), 300, 5)
    order = np.random.default_rng(order_seed).permutation(300).tolist()
    before = fit_response_times(who, length, seconds)
    after = fit_response_times(*([column[i] for i in order] for column in (who, length, seconds)))
    assert after.slope == pytest.approx(before.slope, rel=1e-9)
    assert after.scores == pytest.approx(before.scores, abs=1e-9)


def answers(rng: np.random.Generator, hard: float, copied: float, n_tasks: int = 1500) -> Columns:
    """20 people, five a task; on hard tasks most go for the same wrong label. Person 1 copies some answers of 0."""
    truth = rng.integers(0, 4, n_tasks)
    tempting = (truth + rng.integers(1, 4, n_tasks)) % 4
    is_hard = rng.random(n_tasks) < hard
    given = np.empty((20, n_tasks), dtype=np.int64)
    for person, accuracy in enumerate(rng.uniform(0.7, 0.9, 20)):
        other = np.where(is_hard & (rng.random(n_tasks) < 0.8), tempting, (truth + rng.integers(1, 4, n_tasks)) % 4)
        given[person] = np.where(rng.random(n_tasks) < np.where(is_hard, 0.45, accuracy), truth, other)
    asked = np.array([rng.permutation(20) < 5 for _ in range(n_tasks)]).T
    if copied:
        asked[:2] = True
        given[1] = np.where(rng.random(n_tasks) < copied, given[0], given[1])
    who, task = np.nonzero(asked)
    return task.tolist(), who.tolist(), given[who, task].tolist(), truth[task].tolist()


@pytest.mark.parametrize("hard", [0.0, 0.15])
def test_independent_people_are_not_named_and_their_evidence_is_fair(hard: float) -> None:
    """760 honest pairs each, with hard tasks too, where everybody makes the same mistakes: at most 1 in 1,000 named."""
    rng = np.random.default_rng([SEED, 6, int(100 * hard)])
    found = [shared_errors(*answers(rng, hard, copied=0.0)) for _ in range(4)]
    assert sum(len(one.named) for one in found) == 0
    pairs = [pair for one in found for pair in one.pairs]
    assert len(pairs) == 760
    assert np.mean([pair.e_value for pair in pairs]) < 1.8
    assert np.mean([pair.p_value <= 0.05 for pair in pairs]) < 0.075
    assert sum(pair.same_wrong for pair in pairs) == pytest.approx(sum(pair.expected for pair in pairs), rel=0.15)


@pytest.mark.parametrize("hard", [0.0, 0.15])
def test_a_pair_that_copies_a_fifth_is_found(hard: float) -> None:
    rng = np.random.default_rng([SEED, 7, int(100 * hard)])
    found = [shared_errors(*answers(rng, hard, copied=0.2)) for _ in range(5)]
    named = [[(pair.a, pair.b) for pair in one.named] for one in found]
    assert sum((0, 1) in pairs for pairs in named) >= 4
    assert sum(len([pair for pair in pairs if pair != (0, 1)]) for pairs in named) <= 1
    assert all((0, 1) in {(p.a, p.b) for p in shared_errors(*answers(rng, hard, 0.2), naming="bh").named} for _ in "x")


def test_hard_tasks_alone_would_look_like_copying() -> None:
    """What the answers of others are for: without them, chances are those of the average task, and pairs are named."""
    rng = np.random.default_rng([SEED, 8])
    rows = answers(rng, hard=0.15, copied=0.0, n_tasks=3000)
    found = shared_errors(*rows)
    first = found.pairs[0]
    assert first.expected > 0.0 and found.named == ()
    wrong = sum(pair.same_wrong for pair in found.pairs)
    given = {(task, person): label for task, person, label, _ in zip(*rows, strict=True)}
    truth = dict(zip(rows[0], rows[3], strict=True))
    share = np.mean([label != truth[task] for (task, _), label in given.items()])
    n_tasks = sum(pair.n_tasks for pair in found.pairs)
    assert wrong > 1.5 * share**2 / 3 * n_tasks, "the same mistakes are far commoner than chance, and rightly expected"


@needs_public_crowds
@pytest.mark.parametrize("name", ["bluebird", "rte"])
def test_in_public_crowds_chances_of_shared_errors_are_fair_and_nobody_is_named(name: str) -> None:
    """Hard tasks on which nearly all go wrong, and 741 and 1,254 pairs of real people."""
    with (CROWD / name / "truth.csv").open(newline="", encoding="utf-8") as file:
        truth = {row["task"]: row["truth"] for row in csv.DictReader(file)}
    with (CROWD / name / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = [(row["task"], row["worker"], row["label"], truth.get(row["task"])) for row in csv.DictReader(file)]
    found = shared_errors(*zip(*rows, strict=True))
    assert found.named == ()
    pairs = [pair for pair in found.pairs if pair.n_tasks >= 20]
    assert np.mean([pair.p_value <= 0.05 for pair in pairs]) <= 0.06
    assert np.mean([pair.e_value for pair in found.pairs]) <= 1.1


def test_shared_errors_know_no_order_and_no_names() -> None:
    rng = np.random.default_rng([SEED, 9])
    rows = list(zip(*answers(rng, 0.1, 0.3, n_tasks=120), strict=True))
    shuffled = [rows[i] for i in rng.permutation(len(rows))]
    renamed = [(f"t{task}", person, "wxyz"[label], "wxyz"[true]) for task, person, label, true in shuffled]

    def numbers(found: SharedErrors) -> dict[Any, tuple[float, ...]]:
        return {(p.a, p.b): (p.n_tasks, p.same_wrong, p.expected, p.p_value, p.e_value) for p in found.pairs}

    before, after = (numbers(shared_errors(*zip(*each, strict=True))) for each in (rows, renamed))
    assert before.keys() == after.keys()
    for pair in before:
        assert after[pair] == pytest.approx(before[pair], rel=1e-6)


def test_answers_without_label_or_truth_are_left_out_and_counted() -> None:
    tasks, people = ["t", "t", "u", "u", "v"], ["a", "b", "a", "b", "a"]
    found = shared_errors(tasks, people, ["x", "y", None, "x", float("nan")], ["x", "x", "x", None, "x"])
    assert (found.n_answers, found.n_left_out) == (2, 3)
    assert [(pair.n_tasks, pair.same_wrong, pair.p_value) for pair in found.pairs] == [(1, 0, 1.0)]
    assert shared_errors([], [], [], []) == SharedErrors((), (), 0, 0)


def sessions(rng: np.random.Generator, n: int, lost: float) -> Columns:
    """``n`` sessions of 20 to 60 answers; accuracy starts at 0.8 to 0.95 and falls by ``lost`` in 100 answers."""
    names, positions, right = [], [], []
    for session in range(n):
        answers = int(rng.integers(20, 61))
        accuracy = rng.uniform(0.8, 0.95) - lost * np.arange(answers) / 100
        names += [session] * answers
        positions += list(range(1, answers + 1))
        right += (rng.random(answers) < accuracy).tolist()
    return names, positions, right


@pytest.mark.parametrize("n_sessions", [8, 40])
@pytest.mark.parametrize("lost", [0.0, 0.3])
def test_the_slope_interval_holds_the_truth(n_sessions: int, lost: float) -> None:
    rng = np.random.default_rng([SEED, n_sessions, int(10 * lost)])
    held = 0
    for _ in range(400):
        found = session_slope(*sessions(rng, n_sessions, lost))
        assert found.low is not None and found.high is not None
        held += found.low <= -lost <= found.high
    assert 0.93 - 0.022 <= held / 400 <= 0.97 + 0.017


def test_good_and_bad_sessions_alone_are_no_slope() -> None:
    """Long sessions of the worse people would make a slope, were the sessions' means not taken out."""
    names = [name for name, n in (("short", 10), ("long", 90)) for _ in range(n)]
    positions = [*range(10), *range(90)]
    right = [True] * 10 + [False] * 90
    assert session_slope(names, positions, right).value == 0.0


def test_what_has_no_slope_says_why() -> None:
    nothing = session_slope([], [], [])
    assert (nothing.value, nothing.reason) == (None, "No session has answers at two positions.")
    single = session_slope(["a", "b"], [1, 2], [True, False])
    assert (single.value, single.n_sessions, single.n_left_out) == (None, 0, 2)
    few = session_slope(["a", "a", "b", "b"], [1, 2, 1, 2], [1, 0, 1, 1])
    assert few.value == pytest.approx(-50.0)
    assert few.low is None and few.interval_reason == "2 sessions cannot show how much sessions differ; 5 can"


HONEST = fit_response_times(["a"] * 30, [1] * 30, np.linspace(1, 4, 30))

BAD_ARGUMENTS: list[tuple[Callable[[], object], str]] = [
    (lambda: fit_response_times(["a"] * 30, [1] * 30, [0.0] * 30), "seconds has a value that is not a positive number"),
    (lambda: fit_response_times(["a"] * 3, [1] * 3, [1.0] * 3), "seconds has 3 entries; give at least 20"),
    (lambda: fit_response_times(["a"], [1] * 30, [1.0] * 30), "annotators has 1 entries and not 30"),
    (lambda: fast_answers(HONEST, ["a"], [1], [1.0], tolerated=0.001), "tolerate at least the rate of honest work"),
    (lambda: fast_answers(HONEST, ["a"], [1], [1.0, 2.0]), "annotators has 1 entries and not 2"),
    (lambda: HONEST.p_value("a", 1, -1.0), "seconds is -1.0; give a positive number"),
    (lambda: shared_errors(["t"], ["a"], ["x"], ["x", "y"]), "truths has 2 entries and not 1"),
    (lambda: shared_errors(["t", "t"], ["a", "a"], ["x", "y"], ["x", "x"]), "annotators has 'a' twice on task 't'"),
    (lambda: shared_errors(["t", "t"], ["a", "b"], ["x", "y"], ["x", "y"]), "truths has two truths for task 't'"),
    (lambda: shared_errors([], [], [], [], naming="all"), "There is no naming 'all'"),  # type: ignore[arg-type]
    (lambda: session_slope(["a"], [1], [float("nan")]), "values has something that is not a finite number"),
    (lambda: session_slope(["a"], [1, 2], [1]), "positions has 2 entries and not 1"),
    (lambda: session_slope(["a"], [1], [1], level=1), "level is 1; give a number between 0 and 1"),
]


@pytest.mark.parametrize(("call", "said"), BAD_ARGUMENTS, ids=[said[:40] for _, said in BAD_ARGUMENTS])
def test_bad_arguments_are_refused_by_name(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
