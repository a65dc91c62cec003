"""How sure the label of one task is, from its few answers and what is known about their annotators."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from assay.flow.measuring import answers_of
from assay.labels.label_config import LabelConfig, label_type_of
from assay.labels.label_type import Control

if TYPE_CHECKING:
    from assay.flow.routing import Answer

NEWCOMER_ACCURACY = 0.75
"""Of somebody nobody knows yet: better than chance, and far from trusted."""
_SUREST = 0.99  # no annotator is taken for surer than this, however few mistakes were seen


def confidence(config: LabelConfig, answers: Sequence[Answer]) -> float | None:
    """The probability of the likeliest answer; with several controls that of the least sure one.

    One accuracy a for each annotator (between chance and 0.99; 0.75 when unknown), errors spread evenly over the
    other labels, all labels equally likely beforehand: P(k) ∝ product of a where k was said and of
    (1 - a) / (labels - 1) where not. A control with several choices is judged label by label. None without answers.

    Source: the one-coin model of Dawid and Skene (1979), as in ``assay.aggregation.one_coin``.
    """
    if not answers:
        return None
    return min((_of_control(control, answers) for control in config.controls), default=1.0)


def _of_control(control: Control, answers: Sequence[Answer]) -> float:
    label_type = label_type_of(control)
    said = [
        frozenset(label_type.labels_of(control, answers_of(answer.answers).get(control.name, []))) for answer in answers
    ]
    if control.scale == "set":
        return min(
            (_likeliest([label in labels for labels in said], answers, 2) for label in control.labels), default=1.0
        )
    return _likeliest(said, answers, max(2, len(control.labels)))


def _likeliest(said: Sequence[Hashable], answers: Sequence[Answer], n_labels: int) -> float:
    weights: dict[Hashable, float] = {}
    nobody = 1.0  # the weight of a label that no one gave
    for answer in answers:
        nobody *= _wrong(answer, n_labels)
    for label in set(said):
        weight = 1.0
        for given, answer in zip(said, answers, strict=True):
            weight *= _accuracy(answer, n_labels) if given == label else _wrong(answer, n_labels)
        weights[label] = weight
    total = sum(sorted(weights.values())) + max(0, n_labels - len(weights)) * nobody
    return max(weights.values()) / total


def believed(accuracy: float | None, n_labels: int) -> float:
    """What an estimated accuracy is taken for: between chance and 0.99, 0.75 when there is none."""
    return min(_SUREST, max(1.0 / n_labels, NEWCOMER_ACCURACY if accuracy is None else accuracy))


def _accuracy(answer: Answer, n_labels: int) -> float:
    return believed(answer.accuracy, n_labels)


def _wrong(answer: Answer, n_labels: int) -> float:
    return (1.0 - _accuracy(answer, n_labels)) / (n_labels - 1)
