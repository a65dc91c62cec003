"""The stopping rule that is checked by tasks taken to the cap: its threshold by brute force, and its promise."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest
from scipy.stats import binom

from assay.aggregation import (
    AnnotatorModels,
    Replay,
    StoppingRule,
    ask_one_more,
    audit_stopping,
    bayesian_dawid_skene,
    replay,
    tasks_to_audit,
)
from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.dawid_skene import AGGREGATOR as DAWID_SKENE
from tests.statistics.simulated_labels import Simulated, even, simulate

Answers = list[tuple[int, int]]


def models_of(accuracy: float, n_labels: int = 2, n_annotators: int = 20) -> AnnotatorModels:
    square = even(np.full(n_annotators, accuracy), n_labels)
    prior = np.full(n_labels, 1.0 / n_labels)
    return AnnotatorModels(tuple(range(n_labels)), tuple(range(n_annotators)), prior, square, square[0])


def hard_tasks(
    n: int, most: int, rng: np.random.Generator, n_labels: int = 2, right: float = 3.0
) -> tuple[list[Answers], list[int]]:
    """Answers that the models above know nothing of: every task has an accuracy of its own."""
    truth = rng.integers(0, n_labels, n)
    accuracy = rng.beta(right, 1.5, n)
    wrong = (truth + rng.integers(1, n_labels, n)) % n_labels
    said = np.where(rng.random((n, most)) < accuracy[:, None], truth[:, None], wrong[:, None])
    return [list(enumerate(row.tolist())) for row in said], truth.tolist()


class Walk:
    """Every task taken through the states one answer after the other, to stop it at any threshold."""

    def __init__(self, models: AnnotatorModels, tasks: list[Answers], rule: StoppingRule) -> None:
        error, best = [], []
        for answers in tasks:
            state, errors, labels = models.start(), [], []
            for who, label in answers[: rule.most]:
                state = state.after(who, label)
                errors.append(state.expected_error)
                labels.append(state.best)
            error.append(errors)
            best.append(labels)
        self.error, self.best, self.first = np.array(error), np.array(best), rule.first

    def labels(self, threshold: float) -> Codes:
        stops = self.error <= threshold
        stops[:, : self.first - 1] = False
        stops[:, -1] = True
        found: Codes = self.best[np.arange(len(stops)), stops.argmax(axis=1)]
        return found

    def changed(self, threshold: float) -> int:
        return int((self.labels(threshold) != self.best[:, -1]).sum())


@pytest.mark.parametrize(("n_labels", "accuracy"), [(2, 0.8), (3, 0.7), (2, 0.55)])
def test_the_threshold_is_what_trying_every_one_gives(n_labels: int, accuracy: float) -> None:
    """At each threshold up to the one found the bound holds; above the next possible one it does not."""
    models, rule = models_of(accuracy, n_labels), StoppingRule(max_error=0.1, first=2, most=9)
    tasks, _ = hard_tasks(150, 9, np.random.default_rng(n_labels), n_labels)
    walk = Walk(models, tasks, rule)
    found = audit_stopping(models, tasks, rule)
    assert found.reason is None and found.n_audited == 150 and found.upper <= 0.1
    most_lost = max(k for k in range(150) if binom.cdf(k, 150, 0.1) <= 0.05)
    thresholds = np.geomspace(1e-9, rule.max_error, 60)
    lost = np.maximum.accumulate([walk.changed(each) for each in thresholds])
    allowed = thresholds <= found.rule.stops_at
    assert (lost[allowed] <= most_lost).all()
    assert found.n_lost <= most_lost
    assert allowed.all() or lost[-1] > most_lost or found.n_lost_unchecked > most_lost
    assert walk.changed(found.rule.stops_at) <= found.n_lost
    assert (found.n_lost_unchecked > most_lost) == (found.rule.stops_at < rule.max_error)


def test_mean_answers_are_those_of_asking_one_after_the_other() -> None:
    models, rule = models_of(0.8), StoppingRule(max_error=0.1, first=2, most=9)
    tasks, _ = hard_tasks(80, 9, np.random.default_rng(5))
    found = audit_stopping(models, tasks, rule)
    n_answers = []
    for answers in tasks:
        n = 0
        while ask_one_more(models, answers[:n], found.rule).ask:
            n += 1
        n_answers.append(n)
    assert found.mean_answers == pytest.approx(np.mean(n_answers))
    assert found.mean_answers < 9


@pytest.mark.parametrize("level", [0.95, None])
def test_the_promise_holds_whatever_the_models_are_worth(level: float | None) -> None:
    """Models that are far too sure; 4,000 tasks, audits of 100: how many of all tasks change their label?"""
    models, rule = models_of(0.9), StoppingRule(max_error=0.1, first=2, most=9)
    rng = np.random.default_rng(1)
    tasks, _ = hard_tasks(4000, 9, rng)
    walk = Walk(models, tasks, rule)
    assert walk.changed(rule.max_error) > 0.12 * len(tasks)  # unchecked, it breaks its word
    reached = []
    for _ in range(100):
        drawn = rng.choice(len(tasks), 100, replace=False)
        found = audit_stopping(models, [tasks[place] for place in drawn], rule, level=level)
        reached.append(walk.changed(found.rule.stops_at) / len(tasks))
    if level is None:
        assert np.mean(reached) <= 0.1
    else:
        assert np.mean(np.array(reached) > 0.1) <= 0.08  # 5 %, and luck


def test_with_truth_the_error_itself_is_bounded() -> None:
    models, rule = models_of(0.8), StoppingRule(max_error=0.2, first=2, most=9)
    tasks, truth = hard_tasks(400, 9, np.random.default_rng(3), right=6.0)
    found = audit_stopping(models, tasks, rule, truth=truth)
    wrong = int((Walk(models, tasks, rule).labels(0.0) != truth).sum())
    assert found.by_truth and found.n_lost >= wrong and found.upper <= 0.2
    assert found.n_lost > audit_stopping(models, tasks, rule).n_lost - wrong
    half = [said if place % 2 else None for place, said in enumerate(truth)]
    assert audit_stopping(models, tasks, rule, truth=half).n_audited == 200
    hopeless = audit_stopping(models, tasks, StoppingRule(max_error=0.02, most=9), truth=truth)
    assert hopeless.rule.stops_at == 0.0
    assert hopeless.reason == f"at full overlap {wrong} of 400 audited tasks are wrong."
    assert "a wrong label" in str(found) and "never stops early" in str(hopeless)


def test_a_task_that_another_fit_of_complete_tasks_labels_otherwise_is_lost() -> None:
    """Models that are wrong altogether agree with themselves; tasks fitted alone tell on them."""
    models, rule = models_of(0.9), StoppingRule(max_error=0.05, most=9)
    tasks = [[(who, 1) for who in range(9)]] * 200
    assert audit_stopping(models, tasks, rule).n_lost == 0
    settled = audit_stopping(models, tasks, rule, full=[1] * 198 + [0, None])
    assert (settled.n_lost, settled.reason, settled.by_truth) == (2, None, False)
    unsettled = audit_stopping(models, tasks, rule, full=[1] * 180 + [0] * 20)
    assert unsettled.rule.stops_at == 0.0
    assert unsettled.reason == "at full overlap 20 of 200 audited tasks have another label when they are fitted alone."
    assert audit_stopping(models, tasks, rule, full=[0] * 200, truth=[1] * 200).n_lost == 0
    with pytest.raises(ValueError, match="full has 1 and tasks 200 entries"):
        audit_stopping(models, tasks, rule, full=[1])


def test_too_few_audited_tasks_never_stop_early() -> None:
    models, rule = models_of(0.8), StoppingRule(max_error=0.05, most=9)
    easy = [[(who, 1) for who in range(9)]] * 59
    assert audit_stopping(models, easy, rule).reason is None
    found = audit_stopping(models, easy[:58], rule)
    assert found.reason == "58 audited tasks cannot show it, at least 59 can."
    assert not found.rule.is_sure(1e-12) and found.mean_answers == 9.0
    assert audit_stopping(models, easy[:19], rule, level=None).reason is None
    assert audit_stopping(models, easy[:18], rule, level=None).reason is not None
    assert (tasks_to_audit(0.05), tasks_to_audit(0.05, None)) == (59, 19)
    assert audit_stopping(models, [], rule).n_audited == 0


def test_order_of_tasks_and_answers_beyond_the_cap_change_nothing() -> None:
    models, rule = models_of(0.7), StoppingRule(max_error=0.1, most=6)
    tasks, _ = hard_tasks(100, 9, np.random.default_rng(8))
    found = audit_stopping(models, tasks, rule)
    assert audit_stopping(models, [each[:6] for each in tasks[::-1]], rule).rule.stops_at == pytest.approx(
        found.rule.stops_at, rel=1e-9
    )


def test_one_more_or_stop() -> None:
    models, rule = models_of(0.8), StoppingRule(max_error=0.1, first=2, most=4)
    assert ask_one_more(models, [], rule).reason == "too few answers"
    assert ask_one_more(models, [(0, 1)], rule).reason == "too few answers"
    sure = ask_one_more(models, [(0, 1), (1, 1)], rule, candidates=[2])
    assert (sure.ask, sure.reason, sure.label, sure.whom) == (False, "sure", 1, ())
    assert sure.expected_error == pytest.approx(0.04 / 0.68)
    audited = ask_one_more(models, [(0, 1), (1, 1)], rule, audited=True, candidates=range(4))
    assert (audited.ask, audited.reason, [who for who, _ in audited.whom]) == (True, "audited", [2, 3])
    torn = [(0, 1), (1, 0), (2, 1), (3, 0)]
    assert ask_one_more(models, torn[:3], rule).reason == "not sure"
    assert ask_one_more(models, torn, rule, audited=True).reason == "most answers"
    assert ask_one_more(models, [*torn[:1], ("somebody new", 1)], rule).reason == "sure"
    strict = StoppingRule(max_error=0.1, first=2, most=4, threshold=0.01)
    assert ask_one_more(models, [(0, 1), (1, 1)], strict).reason == "not sure"


def test_it_takes_less_than_a_millisecond() -> None:
    """Ten labels, a hundred people who could be asked, two hundred that are known."""
    models, rule = models_of(0.7, 10, 200), StoppingRule(max_error=1e-9, most=12)
    answers = [(who, who % 3) for who in range(8)]
    ask_one_more(models, answers, rule, candidates=range(100))
    seconds = []
    for _ in range(5):
        start = process_time()
        for _ in range(50):
            ask_one_more(models, answers, rule, candidates=range(100))
        seconds.append((process_time() - start) / 50)
    assert min(seconds) < 1e-3


def test_what_makes_no_sense() -> None:
    models, rule = models_of(0.8), StoppingRule()
    with pytest.raises(ValueError, match="max_error is 0"):
        StoppingRule(max_error=0)
    with pytest.raises(ValueError, match="first is 3 and most 2; give 1 <= first <= most"):
        StoppingRule(first=3, most=2)
    with pytest.raises(ValueError, match="There is no label 7"):
        audit_stopping(models, [[(0, 7)]], rule)
    with pytest.raises(ValueError, match="truth has 2 and tasks 1 entries"):
        audit_stopping(models, [[(0, 1)]], rule, truth=[1, 0])
    with pytest.raises(ValueError, match=r"level is 1\.5"):
        audit_stopping(models, [[(0, 1)]], rule, level=1.5)
    drawn = simulate(even(np.full(4, 0.8), 2), 10, 3, np.random.default_rng(1))
    with pytest.raises(ValueError, match="audit_share is 2"):
        replay(drawn.table, {0: 1}, audit_share=2)


def misleading(rng: np.random.Generator, n_tasks: int) -> Simulated:
    """Most people miss most positives. Votes are wrong, and so is everything that is fitted to few answers."""
    of_label: Floats = np.stack([rng.uniform(0.6, 0.95, 40), rng.choice([0.25, 0.85], 40, p=[0.6, 0.4])], axis=1)
    return simulate(even(of_label, 2), n_tasks, 20, rng)


def test_an_audited_replay_keeps_its_promise_where_first_answers_mislead() -> None:
    drawn = misleading(np.random.default_rng(41), 200)
    truth = {task: int(drawn.truth[int(str(task))]) for task in drawn.table.tasks}

    def run(audit_share: float) -> Replay:
        return replay(
            drawn.table, truth, overlaps=(20,), max_errors=(0.1,), audit_share=audit_share, aggregator=DAWID_SKENE
        )

    unchecked, checked = run(0.0), run(0.25)
    full = unchecked.fixed[0].accuracy
    assert full > 0.95
    assert unchecked.adaptive[0].accuracy < full - 0.1
    assert unchecked.adaptive[0].audit is None
    point = checked.adaptive[0]
    assert point.accuracy > full - 0.1
    assert point.mean_overlap < 15
    assert point.audit is not None and point.audit.n_audited == 50 and point.audit.upper <= 0.1
    assert checked == run(0.25)


def test_rules_of_a_fitted_crowd() -> None:
    """What the server does: fit, audit by the tasks that are complete, then ask by the rule."""
    rng = np.random.default_rng(2)
    drawn = simulate(even(rng.uniform(0.6, 0.95, 25), 3), 150, 8, rng)
    models = AnnotatorModels.of(bayesian_dawid_skene(drawn.table))
    answers: dict[int, Answers] = {}
    table = drawn.table
    for task, who, label in zip(table.task_codes, table.annotator_codes, table.label_codes, strict=True):
        answers.setdefault(int(task), []).append((int(str(table.annotators[who])), int(str(table.labels[label]))))
    found = audit_stopping(models, list(answers.values()), StoppingRule(max_error=0.05, most=8))
    assert found.reason is None and found.mean_answers < 5.0
    assert 0.0 < found.expected_error < 0.1
