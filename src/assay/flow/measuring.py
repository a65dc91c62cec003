"""Submission → measuring: what the answers of one task say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import orjson

from assay.labels.label_config import LabelConfig, label_type_of
from assay.labels.label_type import Control


@lru_cache(maxsize=4096)
def answers_of(canonical: str) -> dict[str, Any]:
    """A canonical answer text, read. Equal texts are read once; do not change what you get."""
    read: dict[str, Any] = orjson.loads(canonical)
    return read


def disagreement(config: LabelConfig, answers: Sequence[str]) -> float | None:
    """The mean distance over all pairs of answers to one task, in [0, 1]; None below two answers.

    For single choices it is the share of pairs that differ. With several controls it is the worst
    control's, so that one contested question is not hidden by easy ones.

    The order of the answers does not matter.
    """
    if len(answers) < 2:
        return None
    if len(set(answers)) == 1:
        return 0.0
    read = [answers_of(answer) for answer in answers]
    pairs = list(combinations(read, 2))
    worst = 0.0
    for control in config.controls:
        label_type = label_type_of(control)
        total = sum(label_type.distance(control, a.get(control.name, []), b.get(control.name, [])) for a, b in pairs)
        worst = max(worst, total / len(pairs))
    return worst


def label_counts(control: Control, answers: Sequence[str]) -> dict[str, int]:
    """How many answers name each label of a control, in the order of the config; labels nobody named are left out."""
    counts = dict.fromkeys(control.labels, 0)
    label_type = label_type_of(control)
    for answer in answers:
        for label in label_type.labels_of(control, answers_of(answer).get(control.name, [])):
            counts[label] = counts.get(label, 0) + 1
    return {label: count for label, count in counts.items() if count}


@dataclass(frozen=True, slots=True)
class Majority:
    """The majority of one control on one task."""

    labels: tuple[str, ...]
    tied: tuple[str, ...]
    share: float | None


def majority(control: Control, answers: Sequence[str]) -> Majority:
    """What most answers say.

    Single choice: the label that most answers name. A tie has no majority: all labels at the top are
    listed as tied, in the order of the config. Several choices: each label that more than half of the
    answers name; one that exactly half name is tied. The order of the answers does not matter.
    """
    counts = label_counts(control, answers)
    if not counts:
        return Majority((), (), None)
    n = len(answers)
    if control.scale == "set":
        chosen = tuple(label for label, count in counts.items() if 2 * count > n)
        tied = tuple(label for label, count in counts.items() if 2 * count == n)
        return Majority(chosen, tied, min((counts[label] / n for label in chosen), default=None))
    top = max(counts.values())
    first = tuple(label for label, count in counts.items() if count == top)
    return Majority(first, (), top / n) if len(first) == 1 else Majority((), first, top / n)
