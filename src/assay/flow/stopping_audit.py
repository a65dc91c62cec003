"""Where adaptive overlap may stop, checked by the tasks that were drawn to go on to the cap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assay.aggregation import one_coin
from assay.aggregation.stopping import AnnotatorModels
from assay.aggregation.stopping_rule import StoppingRule, audit_stopping, tasks_to_audit
from assay.flow.confidence import believed
from assay.flow.measuring import answers_of
from assay.labels.label_config import LabelConfig, label_type_of
from assay.labels.label_type import Control
from assay.report.answers import label_table

Answers = Sequence[tuple[str, str]]  # of one task, as they came: annotator, canonical answer text


def stopping_threshold(
    config: LabelConfig, rule: StoppingRule, accuracies: Mapping[str, float], audited: Sequence[Answers]
) -> float | None:
    """The expected error at which asking may stop, so that at most ``rule.max_error`` of labels would still change.

    On average over projects (``level=None`` of :func:`~assay.aggregation.stopping_rule.audit_stopping`), for the
    control that needs most. None while too few tasks were audited to tell, 0.0 where no early stop holds. Controls
    with several choices are not audited.
    """
    if len(audited) < tasks_to_audit(rule.max_error, None):
        return None
    found = [
        _of_control(control, rule, accuracies, audited)
        for control in config.controls
        if control.scale != "set" and len(control.labels) > 1
    ]
    return min(found, default=None)


def _of_control(
    control: Control, rule: StoppingRule, accuracies: Mapping[str, float], audited: Sequence[Answers]
) -> float:
    tasks = [row for row, answers in enumerate(audited) for _ in answers]
    people = [who for answers in audited for who, _ in answers]
    texts = [said for answers in audited for _, said in answers]
    table = label_table(control, tasks, people, texts)
    fitted = one_coin(table)
    alone = [fitted[row].label for row in range(len(audited))]
    read = {text: _label(control, text) for text in set(texts)}
    known = [[(who, read[said]) for who, said in answers if read[said] is not None] for answers in audited]
    models = _models(control.labels, accuracies)
    return audit_stopping(models, known, rule, full=alone, level=None).rule.stops_at


def _label(control: Control, text: str) -> str | None:
    labels = label_type_of(control).labels_of(control, answers_of(text).get(control.name, []))
    return labels[0] if labels and labels[0] in control.labels else None


def _models(labels: Sequence[str], accuracies: Mapping[str, float]) -> AnnotatorModels:
    """The model by which :mod:`assay.flow.confidence` judges a task."""
    k = len(labels)

    def matrix(accuracy: float | None) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        right = believed(accuracy, k)
        wrong = (1.0 - right) / (k - 1)
        return np.full((k, k), wrong) + np.eye(k) * (right - wrong)

    names = tuple(sorted(accuracies))
    confusions = np.stack([matrix(accuracies[name]) for name in names]) if names else np.zeros((0, k, k))
    return AnnotatorModels(tuple(labels), names, np.full(k, 1.0 / k), confusions, matrix(None))
