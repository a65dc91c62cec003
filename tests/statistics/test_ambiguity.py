"""Taking disagreement apart: planted shares of habit, ambiguity and noise are found again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pytest

from assay.agreement import LabelTable, ambiguity, annotator_bias, krippendorff_alpha, label_confusion
from assay.agreement.ambiguity import NO_REASKS


@dataclass(frozen=True)
class Readings:
    """Annotators who read some tasks their own way (and would again), have habits, and sometimes slip."""

    ambiguous: float = 0.0
    slip: float = 0.0
    habit: float = 0.0
    n_tasks: int = 400
    n_annotators: int = 6
    reasked: float = 0.3

    def tables(self, rng: np.random.Generator) -> tuple[LabelTable, LabelTable]:
        """The answers, and second answers to some of the tasks."""
        shape = (self.n_annotators, self.n_tasks)
        truth = rng.integers(0, 3, self.n_tasks)
        torn = rng.random(self.n_tasks) < self.ambiguous
        reading = np.where(torn & (rng.random(shape) < 0.5), (truth + 1) % 3, truth)
        # Every other annotator would rather say 0 than 2, on tasks of their own.
        habitual = (np.arange(self.n_annotators) % 2 == 0)[:, None] & (rng.random(shape) < self.habit)
        reading = np.where(habitual & (reading == 2), 0, reading)

        def answers() -> np.ndarray:
            return np.where(rng.random(shape) < self.slip, rng.integers(0, 3, shape), reading)

        first, second = answers(), answers()
        who, task = np.nonzero(rng.random(shape) < self.reasked)
        again = LabelTable.from_arrays(task + 1, who, second[who, task])
        return LabelTable.from_columns(dict(enumerate(first))), again

    @property
    def true_noise(self) -> float:
        """Two answers of one annotator differ unless both are the reading or a slip happens to give the same."""
        same = (1 - self.slip) ** 2 + 2 * self.slip * (1 - self.slip) / 3 + self.slip**2 / 3
        return 1 - same


WORLDS = [Readings(slip=0.2), Readings(ambiguous=0.4), Readings(0.3, 0.1), Readings(0.1, 0.3), Readings(0.2, 0.1, 0.5)]


@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_the_planted_shares_are_found(world: Readings) -> None:
    """On average within 1 point, mostly within 5, and the intervals hold what is true."""
    rng = np.random.default_rng(20268)
    held_noise = held_ambiguity = 0
    off: list[tuple[float, float]] = []
    true_ambiguity = large_sample_ambiguity(world)
    for _ in range(40):
        parts = ambiguity(*world.tables(rng))
        off.append(((parts.noise.value or 0.0) - world.true_noise, (parts.ambiguity.value or 0.0) - true_ambiguity))
        held_noise += holds(parts.noise, world.true_noise)
        held_ambiguity += holds(parts.ambiguity, true_ambiguity)
    # Where there is no ambiguity, cutting at 0 leaves a little of it.
    assert np.abs(np.mean(off, axis=0)).max() < 0.012
    assert (np.abs(off) < 0.05).mean() > 0.95
    assert held_noise >= 34 and held_ambiguity >= 34, (held_noise, held_ambiguity)


def large_sample_ambiguity(world: Readings) -> float:
    whole = Readings(world.ambiguous, world.slip, world.habit, n_tasks=60_000)
    parts = ambiguity(*whole.tables(np.random.default_rng(1)))
    assert parts.ambiguity.value is not None
    return parts.ambiguity.value


def holds(estimate: object, true: float) -> bool:
    low, high = estimate.low, estimate.high  # type: ignore[attr-defined]
    return low is None or bool(low - 1e-9 <= true <= high + 1e-9)


def test_only_ambiguity_is_what_a_guideline_can_mend() -> None:
    rng = np.random.default_rng(1)
    unclear, careless = (ambiguity(*world.tables(rng)) for world in (Readings(ambiguous=0.5), Readings(slip=0.25)))
    assert unclear.reachable_agreement.value == 1.0 and unclear.reachable_alpha.value == 1.0
    assert unclear.alpha.value is not None and unclear.alpha.value < 0.75
    assert careless.ambiguity.value is not None and careless.ambiguity.value < 0.03
    assert careless.reachable_alpha.value == pytest.approx(careless.alpha.value, abs=0.07)


def test_the_parts_add_up_and_are_ready_for_json() -> None:
    parts = ambiguity(*Readings(0.3, 0.1, 0.4).tables(np.random.default_rng(2)))
    values = [part.value or 0.0 for part in (parts.bias, parts.ambiguity, parts.noise)]
    assert sum(values) == pytest.approx(parts.disagreement.value, abs=1e-12)
    assert json.loads(json.dumps(parts.as_dict(), allow_nan=False))["n_reasks"] == parts.n_reasks > 500


def test_without_reasks_noise_and_ambiguity_are_not_told_apart() -> None:
    table, _ = Readings(0.3, 0.1).tables(np.random.default_rng(2))
    for reasks in (None, LabelTable.from_rows([]), LabelTable.from_rows([("another task", 0, 1)])):
        parts = ambiguity(table, reasks)
        assert parts.disagreement.value is not None and parts.bias.value is not None
        assert [parts.noise.reason, parts.ambiguity.reason, parts.reachable_alpha.reason] == [NO_REASKS] * 3
        assert parts.n_reasks == 0


def test_what_cannot_be_computed_has_a_reason() -> None:
    for rows in ([], [("t", "a", "x")], [("t", "a", None)]):
        parts = ambiguity(LabelTable.from_rows(rows))
        assert parts.disagreement.value is None and parts.disagreement.reason is not None
    one = ambiguity(LabelTable.from_rows([("t", "a", "x"), ("t", "b", "y")]))
    assert (one.disagreement.value, one.bias.value) == (1.0, None)
    assert one.bias.reason is not None and "two tasks" in one.bias.reason
    same = ambiguity(LabelTable.from_columns({"a": list("xxxx"), "b": list("xxxx")}))
    assert same.disagreement.value == 0.0


def crowd(seed: int) -> LabelTable:
    rng = np.random.default_rng(seed)
    rows = []
    for task in range(25):
        for who in np.flatnonzero(rng.random(5) < 0.6):
            rows += [(task, int(who), str(rng.choice(list("xyz"), p=[0.6 - 0.1 * who, 0.3, 0.1 + 0.1 * who])))]
    return LabelTable.from_rows(rows)


@pytest.mark.parametrize("seed", range(4))
def test_bias_is_the_mean_product_of_differences_on_two_tasks(seed: int) -> None:
    table = crowd(seed)
    labels: dict[int, dict[int, int]] = {}
    codes = zip(table.task_codes.tolist(), table.annotator_codes.tolist(), table.label_codes.tolist(), strict=True)
    for task, who, label in codes:
        labels.setdefault(task, {})[who] = label
    above = below = 0.0
    for a, b in combinations(range(5), 2):
        shared = [(each[a], each[b]) for each in labels.values() if a in each and b in each]
        n = len(shared)
        if n < 2:
            continue
        delta = np.array([[(x == c) - (y == c) for c in range(3)] for x, y in shared], dtype=float)
        products = [float(delta[i] @ delta[j]) for i in range(n) for j in range(n) if i != j]
        above += n * 0.5 * float(np.mean(products))
        below += n
    found = ambiguity(table).bias
    assert found.value == pytest.approx(max(above / below, 0.0), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_intervals_leave_out_one_task_after_the_other(seed: int) -> None:
    from assay.agreement.ambiguity import ambiguity as function

    sums_of = __import__(function.__module__, fromlist=["_sums"])._sums
    table, again = Readings(0.3, 0.2, 0.3, n_tasks=20, n_annotators=3).tables(np.random.default_rng(seed))
    without = sums_of(table, again).without()
    for task in range(20):
        rest = sums_of(table.where(table.task_codes != task), again).parts()
        for name, value in rest.items():
            assert without[name][task] == pytest.approx(value, abs=1e-12), name


@pytest.mark.parametrize("seed", range(4))
def test_confusion_of_two_labels(seed: int) -> None:
    table = crowd(seed)
    rows = label_confusion(table)
    assert sum(row.share.value or 0.0 for row in rows) == pytest.approx(1.0)
    assert [row.share.value for row in rows] == sorted((row.share.value for row in rows), reverse=True)  # type: ignore[type-var]
    for row in rows:
        assert row.share.low is not None and row.share.high is not None and row.share.value is not None
        assert row.share.low < row.share.value < row.share.high
        merged = [table.labels.index(row.a) if label == table.labels.index(row.b) else label for label in range(3)]
        names = [table.labels[merged[code]] for code in table.label_codes]
        one = krippendorff_alpha(table.task_codes, table.annotator_codes, names)
        assert row.alpha_if_one == pytest.approx(one.value, abs=1e-12)
    json.dumps([row.as_dict() for row in rows], allow_nan=False)


def test_confused_labels_stand_out() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 4, 300)
    mixed = {who: np.where((truth < 2) & (rng.random(300) < 0.4), 1 - truth, truth) for who in "abc"}
    first = label_confusion(LabelTable.from_columns(mixed))[0]
    assert (first.a, first.b) == (0, 1)
    assert first.share.value == 1.0 and first.alpha_if_one == 1.0 and first.times_chance > 1.5
    assert label_confusion(LabelTable.from_columns({"a": [1, 2], "b": [1, 2]})) == ()
    assert label_confusion(LabelTable.from_rows([])) == ()


@pytest.mark.parametrize("seed", range(3))
def test_habits_of_annotators(seed: int) -> None:
    table = crowd(seed)
    rows = list(zip(table.task_codes.tolist(), table.annotator_codes.tolist(), table.label_codes.tolist(), strict=True))
    for code, found in enumerate(annotator_bias(table)):
        for label, each in enumerate(found.labels):
            gaps = []
            for task, who, given in rows:
                others = [other for t, w, other in rows if t == task and w != who]
                if who == code and others:
                    gaps.append((given == label) - others.count(label) / len(others))
            assert found.n_tasks == len(gaps)
            assert each.excess.value == pytest.approx(np.mean(gaps), abs=1e-12)
            error = np.std(gaps, ddof=1) / np.sqrt(len(gaps))
            assert each.excess.high is not None and each.excess.value is not None
            assert each.excess.high >= min(each.excess.value + error, 1.0)
        assert sum(each.excess.value or 0.0 for each in found.labels) == pytest.approx(0.0, abs=1e-12)
        assert found.noise.value is None and found.noise.reason is not None
        json.dumps(found.as_dict(), allow_nan=False)


def test_the_annotator_who_changes_answers_is_seen() -> None:
    labels = ["x", "y"] * 20
    table = LabelTable.from_columns({"steady": labels, "fickle": labels})
    again = LabelTable.from_columns({"steady": labels, "fickle": labels[:30] + ["x"] * 10})
    noise = {row.annotator: row.noise for row in annotator_bias(table, again)}
    assert noise["steady"].value == 0.0 and noise["steady"].high is not None and noise["steady"].high < 0.1
    assert noise["fickle"].value == pytest.approx(5 / 40)
    assert noise["fickle"].low is not None and 0.0 < noise["fickle"].low < 0.125
