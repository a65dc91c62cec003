"""What every monitor promises. The suite walks MONITORS: a new one is tested by being in the list."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.monitoring import MONITORS, Monitor, MonitorCard, Stream
from assay.monitoring.card import Evidence, Looks

STREAMS = [monitor for monitor in MONITORS if monitor.start]
ANSWERS: dict[str, list[Any]] = {"correctness": [True, False], "labels": ["cat", "dog", "cow"]}
BAD: dict[str, list[Any]] = {"correctness": [1.5, -0.1, math.nan], "labels": ["horse", None, math.nan]}

monitors = pytest.mark.parametrize("monitor", MONITORS, ids=lambda monitor: monitor.id)
streams = pytest.mark.parametrize("monitor", STREAMS, ids=lambda monitor: monitor.id)


def started(monitor: Monitor) -> Stream:
    assert monitor.start is not None
    return monitor.start()


def through_json(monitor: Monitor, stream: Stream) -> Stream:
    """The stream as it comes back from a database."""
    assert monitor.resume is not None
    return monitor.resume(json.loads(json.dumps(stream.state(), allow_nan=False)))


def indexes(max_size: int = 120) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, 11), max_size=max_size)


def answers_of(monitor: Monitor, places: list[int]) -> list[Any]:
    choices = ANSWERS[monitor.card.evidence]
    return [choices[place % len(choices)] for place in places]


@monitors
def test_the_card_says_what_a_page_needs(monitor: Monitor) -> None:
    card = monitor.card
    assert card.id == monitor.id
    assert card.id.isidentifier() and card.id == card.id.lower()
    assert all(getattr(card, field.name) for field in fields(MonitorCard))
    assert card.evidence in get_args(Evidence) and card.looks in get_args(Looks)
    assert card.summary.endswith(".") and card.assumes.endswith(".")
    assert card.false_alarms.endswith("."), "the false-alarm rate is a sentence"
    assert (monitor.start is None) == (monitor.resume is None)
    assert card.looks == "every" or monitor.start is None
    json.dumps(card.as_dict())


def test_ids_are_unique() -> None:
    assert len({monitor.id for monitor in MONITORS}) == len(MONITORS)


@monitors
def test_the_monitor_is_in_the_document(monitor: Monitor) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "reference" / "monitoring.md"
    assert f"| `{monitor.id}` |" in page.read_text(encoding="utf-8")


@streams
@settings(max_examples=40, deadline=None)
@given(places=indexes(), cut=st.integers(0, 120))
def test_saving_and_going_on_changes_nothing(monitor: Monitor, places: list[int], cut: int) -> None:
    answers = answers_of(monitor, places)
    whole, parted = started(monitor), started(monitor)
    for answer in answers:
        whole.update(answer)
    for answer in answers[:cut]:
        parted.update(answer)
    resumed = through_json(monitor, parted)
    for answer in answers[cut:]:
        resumed.update(answer)
    assert resumed == whole
    assert resumed.state() == whole.state()


@streams
@settings(max_examples=40, deadline=None)
@given(places=indexes())
def test_an_alarm_stays_and_names_its_answer(monitor: Monitor, places: list[int]) -> None:
    stream = started(monitor)
    rang_at = None
    for number, answer in enumerate(answers_of(monitor, places), start=1):
        rings = stream.update(answer)
        rang_at = number if rings and rang_at is None else rang_at
        assert rings == (stream.alarm_at is not None)
        assert stream.alarm_at == rang_at
        assert stream.n <= number


@streams
def test_only_wrong_answers_ring_and_nothing_rings_before_the_first(monitor: Monitor) -> None:
    stream = started(monitor)
    assert (stream.n, stream.alarm_at) == (0, None)
    worst = ANSWERS[monitor.card.evidence][-1]
    for _ in range(300):
        stream.update(worst)
    # An interval alone asks for no particular accuracy: one that never changes never rings.
    assert (stream.alarm_at is None) == (monitor.id == "confidence_sequence")


@streams
def test_answers_that_mean_nothing_are_refused_and_change_nothing(monitor: Monitor) -> None:
    stream = started(monitor)
    stream.update(ANSWERS[monitor.card.evidence][0])
    before = stream.state()
    for bad in BAD[monitor.card.evidence]:
        with pytest.raises(ValueError, match=r"^(correct|label) is .*; (give|the reference has only)"):
            stream.update(bad)
    assert stream.state() == before


@streams
def test_the_state_of_another_monitor_is_refused(monitor: Monitor) -> None:
    assert monitor.resume is not None
    with pytest.raises(ValueError, match="state is one of 'something else'"):
        monitor.resume(started(monitor).state() | {"monitor": "something else"})


def test_the_package_needs_numpy_and_scipy_only_and_loads_scipy_late() -> None:
    program = """
import sys
import assay.monitoring
print(*sorted(sys.modules))
print("scipy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    modules, has_scipy = done.stdout.splitlines()
    ours = {name for name in modules.split() if name.startswith("assay.")}
    assert {name for name in ours if not name.startswith("assay.monitoring")} == set()
    assert has_scipy == "False"
