"""What must not change a result, and what must come out when there is next to nothing to work with."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import warnings
from itertools import permutations

import numpy as np
import pytest

from assay.aggregation import AGGREGATORS, Aggregation, Aggregator, auto, bayesian_dawid_skene, dawid_skene, one_coin
from assay.aggregation.arrays import Floats
from assay.aggregation.crowd import Crowd
from assay.aggregation.folds import N_FOLDS, deal
from assay.agreement import LabelTable

Rows = list[tuple[object, object, object]]

aggregators = pytest.mark.parametrize("aggregator", AGGREGATORS, ids=lambda aggregator: aggregator.id)
SMALL = 1e-6  # sums in another order, over a hundred rounds


def crowd(seed: int, n_tasks: int = 40, n_annotators: int = 9, n_labels: int = 3, overlap: int = 5) -> Rows:
    """Annotators of different skill, each with a label they like."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, n_labels, n_tasks)
    skill, likes = rng.uniform(0.4, 0.95, n_annotators), rng.integers(0, n_labels, n_annotators)
    rows: Rows = []
    for task in range(n_tasks):
        for who in rng.choice(n_annotators, overlap, replace=False):
            label = truth[task] if rng.random() < skill[who] else (likes[who], rng.integers(n_labels))[rng.integers(2)]
            rows.append((f"t{task:02d}", f"a{who}", "xyz"[int(label)]))
    return rows


def posterior(found: Aggregation) -> Floats:
    assert found.posterior is not None
    return found.posterior


def check_whole(found: Aggregation) -> None:
    """No number is missing, every row is a distribution or says nothing, qualities are in range."""
    shares = posterior(found)
    assert shares.shape == (len(found.tasks), len(found.labels))
    assert np.isfinite(shares).all()
    sums = shares.sum(axis=1)
    known = found.confidence > 0.0
    np.testing.assert_allclose(sums[known], 1.0, atol=1e-9)
    assert (sums[~known] == 0.0).all()
    for quality in found.annotators:
        assert 0.0 <= quality.low <= quality.accuracy <= quality.high <= 1.0
        if quality.confusion is not None:
            np.testing.assert_allclose(quality.confusion.sum(axis=1), 1.0, atol=1e-6)
    assert len(list(found.used())) == found.n_annotations_used


@aggregators
@pytest.mark.parametrize("seed", [1, 2])
def test_new_names_for_tasks_annotators_and_labels_change_nothing(aggregator: Aggregator, seed: int) -> None:
    rows = crowd(seed)
    rng = np.random.default_rng(seed)
    renames = [
        dict(zip(sorted({str(row[place]) for row in rows}), order, strict=True))
        for place, order in (
            (0, [f"n{number:02d}" for number in rng.permutation(40)]),
            (1, [f"b{number}" for number in rng.permutation(9)]),
            (2, list(list(permutations("pqr"))[4])),
        )
    ]
    before = aggregator(LabelTable.from_rows(rows))
    tasks, people, labels = renames
    after = aggregator(
        LabelTable.from_rows([(tasks[str(task)], people[str(who)], labels[str(label)]) for task, who, label in rows])
    )
    row_of = [after.tasks.index(renames[0][str(task)]) for task in before.tasks]
    column_of = [after.labels.index(renames[2][str(label)]) for label in before.labels]
    np.testing.assert_allclose(posterior(after)[row_of][:, column_of], posterior(before), atol=SMALL)
    for quality in before.annotators:
        assert after.annotator(renames[1][str(quality.annotator)]).accuracy == pytest.approx(
            quality.accuracy, abs=SMALL
        )


@aggregators
def test_a_second_call_gives_the_same_bits(aggregator: Aggregator) -> None:
    table = LabelTable.from_rows(crowd(3))
    assert (posterior(aggregator(table)) == posterior(aggregator(table))).all()


@pytest.mark.parametrize("method", ["dawid_skene", "one_coin"])
def test_every_task_twice_leaves_the_maximum_likelihood_where_it_was(method: str) -> None:
    rows = crowd(4)
    twice = rows + [(f"{task}-again", who, label) for task, who, label in rows]
    compute = {"dawid_skene": dawid_skene, "one_coin": one_coin}[method]
    once = compute(LabelTable.from_rows(rows), smoothing=0.0, max_iterations=20, tolerance=-np.inf)
    doubled = compute(LabelTable.from_rows(twice), smoothing=0.0, max_iterations=20, tolerance=-np.inf)
    np.testing.assert_allclose(posterior(doubled)[::2], posterior(once), atol=1e-9)
    np.testing.assert_allclose(posterior(doubled)[1::2], posterior(once), atol=1e-9)


@aggregators
@pytest.mark.parametrize("seed", [0, 1])
def test_duplicated_tasks_get_equal_labels(aggregator: Aggregator, seed: int) -> None:
    rows = crowd(seed)
    found = aggregator(LabelTable.from_rows(rows + [(f"{task}-again", who, label) for task, who, label in rows]))
    shares = posterior(found)
    np.testing.assert_allclose(shares[::2], shares[1::2], atol=SMALL)


@aggregators
def test_next_to_nothing_is_no_reason_for_a_warning(aggregator: Aggregator) -> None:
    """A case in which all agreed crashed with a division by zero."""
    cases: dict[str, Rows] = {
        "empty": [],
        "all missing": [("t", "a", None), ("u", "b", None)],
        "one annotation": [("t", "a", "x")],
        "one annotator": [(task, "a", "xy"[task % 2]) for task in range(6)],
        "one label": [(task, who, "x") for task in range(4) for who in "abc"],
        "one task": [("t", who, "xxy"["abc".index(who)]) for who in "abc"],
        "single annotations": [(task, f"a{task}", "xyz"[task % 3]) for task in range(6)],
        "all agree": [(task, who, "xy"[task % 2]) for task in range(8) for who in "abcd"],
        "nobody agrees": [(task, who, label) for task in range(5) for who, label in zip("abc", "xyz", strict=True)],
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, rows in cases.items():
            found = aggregator(LabelTable.from_rows(rows))
            check_whole(found)
            assert len(found) == len({row[0] for row in rows}), name


@aggregators
def test_where_all_agree_everybody_is_right(aggregator: Aggregator) -> None:
    rows: Rows = [(task, who, "xyz"[task % 3]) for task in range(30) for who in "abcd"]
    found = aggregator(LabelTable.from_rows(rows))
    assert [row.label for row in found] == ["xyz"[task % 3] for task in range(30)]
    assert found.confidence.min() > 0.95
    assert all(quality.accuracy > 0.9 for quality in found.annotators)


@aggregators
def test_a_task_without_an_answer_says_so_and_disturbs_nobody(aggregator: Aggregator) -> None:
    rows = crowd(5)
    found = aggregator(LabelTable.from_rows([*rows, ("unanswered", "a0", None)]))
    silent = found["unanswered"]
    assert (silent.label, silent.confidence, silent.expected_loss) == (None, None, None)
    assert silent.reason == "no annotation has a label"
    check_whole(found)


def test_the_number_of_threads_changes_nothing() -> None:
    program = (
        "import sys; sys.path.insert(0, '.'); import hashlib\n"
        "from tests.statistics.test_aggregation_properties import digest; print(digest())"
    )
    said = {
        threads: subprocess.run(
            [sys.executable, "-c", program],
            env=dict(os.environ, OMP_NUM_THREADS=threads, OPENBLAS_NUM_THREADS=threads),
            capture_output=True, text=True, check=True,
        ).stdout
        for threads in ("1", "2")
    }  # fmt: skip
    assert len(said["1"].strip()) == 64
    assert said["1"] == said["2"]


def digest() -> str:
    """All posteriors of one crowd, bit by bit."""
    table = LabelTable.from_rows(crowd(6, n_tasks=60))
    return hashlib.sha256(b"".join(posterior(aggregator(table)).tobytes() for aggregator in AGGREGATORS)).hexdigest()


@pytest.mark.parametrize("seed", range(3))
def test_folds_are_balanced_and_leave_every_task_something(seed: int) -> None:
    shared = Crowd.of(LabelTable.from_rows(crowd(seed)))
    fold, _ = deal(shared)
    sizes = np.bincount(fold, minlength=N_FOLDS)
    assert sizes.min() > 0.7 * sizes.mean()
    for number in range(N_FOLDS):
        left = np.bincount(shared.task[fold != number], minlength=shared.n_tasks)
        assert left.min() == 4


def test_folds_of_identical_tasks_are_balanced_too() -> None:
    """Dealt by what was answered alone, a thousand equal tasks would all be held out at once."""
    shared = Crowd.of(LabelTable.from_rows([(task, who, "x") for task in range(1000) for who in "abc"]))
    fold, _ = deal(shared)
    assert np.bincount(fold, minlength=N_FOLDS).tolist() == [600] * N_FOLDS


def test_a_table_that_is_too_large_is_refused_with_the_way_out() -> None:
    n = 20_000
    table = LabelTable.from_arrays(range(n), ["a"] * n, range(n))
    with pytest.raises(ValueError, match=r"20,000 tasks and 20,000 labels.*use majority"):
        dawid_skene(table)
    found = AGGREGATORS[1](table)
    assert (found.method, found.posterior, found[7].label) == ("majority", None, 7)


def test_arguments_that_make_no_sense_are_refused_with_the_fix() -> None:
    table = LabelTable.from_rows([("t", "a", "x"), ("t", "b", "y")])
    with pytest.raises(ValueError, match="smoothing is -1; give a count of 0 or more"):
        dawid_skene(table, smoothing=-1)
    with pytest.raises(ValueError, match="level is 95; give a number between 0 and 1"):
        one_coin(table, level=95)
    with pytest.raises(ValueError, match="gold says 'z' for task 't', a label that no annotation has"):
        auto(table, gold={"t": "z"})
    with pytest.raises(ValueError, match=r"probabilities has shape \(1, 3\); give \(1, 2\)"):
        auto(table, probabilities=[[0.2, 0.3, 0.5]])
    with pytest.raises(ValueError, match=r"probabilities\[0\] sums to 0.5"):
        auto(table, probabilities=[[0.2, 0.3]])
    with pytest.raises(ValueError, match="no structure 'deep'"):
        bayesian_dawid_skene(table, structure="deep")
    with pytest.raises(ValueError, match="Majority does not use gold"):
        AGGREGATORS[1](table, gold={"t": "x"})
