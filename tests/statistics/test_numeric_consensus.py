"""The default for numbers: never behind the mean and the median, whatever the crowd is like."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pytest

from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.numeric import NumericConsensus, numeric_consensus
from assay.agreement import LabelTable


@dataclass(frozen=True)
class Crowd:
    """Answers = gain · value + bias + noise; some slip, some guess, some play safe and answer 0."""

    name: str
    bias: float = 0.3
    noises_differ: bool = False
    slips: float = 0.0
    tail: float | None = None
    guessers: float = 0.0
    safe: bool = False
    gain: float = 0.0

    def answers(
        self, rng: np.random.Generator, n_tasks: int, n_annotators: int, overlap: int
    ) -> tuple[Floats, Codes, Codes, Floats]:
        """The true values, and the task, annotator and number of each answer."""
        value, bias = rng.normal(size=n_tasks), rng.normal(0.0, self.bias, n_annotators)
        noise = np.exp(rng.normal(np.log(0.6), 0.6, n_annotators)) if self.noises_differ else np.full(n_annotators, 0.7)
        guesses = rng.random(n_annotators) < self.guessers
        safe = rng.beta(1.0, 1.5, n_annotators) if self.safe else np.zeros(n_annotators)
        gain = 1.0 + self.gain * rng.normal(size=n_annotators)
        task = np.repeat(np.arange(n_tasks), overlap)
        who = np.concatenate([rng.choice(n_annotators, overlap, replace=False) for _ in range(n_tasks)])
        n = len(task)
        error = rng.normal(size=n) if self.tail is None else rng.standard_t(self.tail, n)
        y = gain[who] * value[task] + bias[who] + noise[who] * error
        y = np.where(rng.random(n) < self.slips, rng.uniform(-6.0, 6.0, n), y)
        y = np.where(guesses[who], rng.uniform(-2.0, 2.0, n), y)
        return value, task, who, np.where(rng.random(n) < safe[who], 0.0, y).round(2)


CROWDS = (
    Crowd("alike"),
    Crowd("noises differ", noises_differ=True),
    Crowd("slips", slips=0.05),
    Crowd("heavy tails", tail=2.0),
    Crowd("biased", bias=1.0),
    Crowd("guessers", guessers=0.2),
    Crowd("play safe", safe=True),
    Crowd("gains differ", gain=0.4),
    Crowd("all at once", bias=0.6, noises_differ=True, slips=0.03),
)
# tasks, annotators, answers a task: few and many answers of each annotator
SIZES = ((100, 60, 3), (100, 40, 8), (100, 8, 5))


def table_of(task: Codes, who: Codes, y: Floats) -> LabelTable:
    """Tasks and annotators are their numbers."""
    return LabelTable.from_arrays(task.tolist(), who.tolist(), y.tolist())


def correlations(crowd: Crowd, size: tuple[int, int, int], n: int) -> tuple[float, float, float]:
    """Of the consensus, the mean and the median with the true values, averaged over ``n`` samples."""
    found = []
    for seed in range(n):
        value, task, who, y = crowd.answers(np.random.default_rng([seed, 11]), *size)
        decisions = list(numeric_consensus(table_of(task, who, y)))
        found.append(
            [
                np.corrcoef([getattr(decision, name) for decision in decisions], value)[0, 1]
                for name in ("value", "mean", "median")
            ]
        )
    ours, mean, median = np.mean(found, axis=0).tolist()
    return ours, mean, median


@pytest.mark.parametrize("crowd", CROWDS, ids=lambda crowd: crowd.name)
def test_the_default_is_not_behind_mean_or_median(crowd: Crowd) -> None:
    ours, mean, median = correlations(crowd, SIZES[2], n=3)
    assert ours > max(mean, median) - 0.005


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("crowd", CROWDS, ids=lambda crowd: crowd.name)
def test_the_default_is_not_behind_in_many_samples(crowd: Crowd, size: tuple[int, int, int]) -> None:
    ours, mean, median = correlations(crowd, size, n=20)
    assert ours > max(mean, median) - 0.003


def test_weights_and_biases_are_used_where_they_help() -> None:
    for name, better in {"noises differ": 0.015, "biased": 0.02, "slips": 0.01, "all at once": 0.03}.items():
        ours, mean, median = correlations(next(crowd for crowd in CROWDS if crowd.name == name), SIZES[2], n=3)
        assert ours > max(mean, median) + better, name


def test_names_rows_and_units_do_not_change_the_choice() -> None:
    """Rounded answers, so that many are equal."""
    _, task, who, y = CROWDS[-1].answers(np.random.default_rng(4), 60, 10, 4)
    y = y.round()
    first = numeric_consensus(table_of(task, who, y))
    rows = list(zip(task.tolist(), who.tolist(), y.tolist(), strict=True))
    assert numeric_consensus(LabelTable.from_rows(random.Random(1).sample(rows, len(rows)))) == first
    renamed = numeric_consensus(LabelTable.from_rows([(-t, f"z{99 - a}", value) for t, a, value in rows]))
    scaled = numeric_consensus(LabelTable.from_rows([(t, a, 32.0 + 1.8 * value) for t, a, value in rows]))
    for t in range(60):
        value = first[t].value
        assert value is not None
        assert renamed[-t].value == pytest.approx(value, abs=1e-6)
        assert scaled[t].value == pytest.approx(32.0 + 1.8 * value, abs=1e-5)
    assert errors(renamed) == pytest.approx(errors(first), rel=1e-9)
    assert errors(scaled) == pytest.approx([1.8 * error for error in errors(first)], rel=1e-9)


def errors(found: NumericConsensus) -> list[float]:
    """Of the models compared."""
    assert len(found.compared) == 4
    return [model.error for model in found.compared if model.error is not None]


def test_what_is_given_is_not_chosen() -> None:
    _, task, who, y = CROWDS[1].answers(np.random.default_rng(3), 60, 8, 4)
    table = table_of(task, who, y)
    both = numeric_consensus(table, noise="own", degrees_of_freedom=7.0)
    assert (both.noise, both.degrees_of_freedom, both.compared) == ("own", 7.0, ())
    one = numeric_consensus(table, noise="own")
    assert [(model.noise, model.degrees_of_freedom) for model in one.compared] == [("own", np.inf), ("own", 4.0)]
    other = numeric_consensus(table, degrees_of_freedom=5.0)
    assert [(model.noise, model.degrees_of_freedom) for model in other.compared] == [("common", 5.0), ("own", 5.0)]
    little = numeric_consensus(LabelTable.from_columns({"a": [1.0, 2.0, 3.0], "b": [1.0, 2.5, 3.0]}))
    assert (little.noise, little.degrees_of_freedom, little.compared) == ("common", np.inf, ())


def test_the_choice_is_made_on_a_part_of_many_answers() -> None:
    _, task, who, y = CROWDS[1].answers(np.random.default_rng(3), 8_000, 20, 3)
    found = numeric_consensus(table_of(task, who, y.round(1)))
    assert found.noise == "own" and len(found.compared) == 4
