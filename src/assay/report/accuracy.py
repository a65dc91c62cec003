"""How often each annotator seems to be right: what adaptive overlap weighs answers by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assay.aggregation import one_coin
from assay.labels.label_config import LabelConfig
from assay.report.answers import label_table

FEWEST_ANSWERS = 10
"""Below so many answers nobody's accuracy is told: adaptive overlap then takes its figure for a newcomer."""
_KNOWN_BEFORE = 8  # answers that what everybody is like counts for


def estimated_accuracies(
    config: LabelConfig, tasks: Sequence[int], annotators: Sequence[str], answers: Sequence[str]
) -> dict[str, float]:
    """Annotator -> estimated share of right answers, the mean over the controls, drawn towards everybody's mean.

    The estimate of the one-coin model, with eight answers of everybody's mean accuracy added, so that a few lucky
    answers do not make anybody trusted. Annotators with fewer than ten answers are left out.
    """
    sums: dict[str, list[float]] = {}
    for control in config.controls:
        found = one_coin(label_table(control, tasks, annotators, answers)).annotators
        n, accuracy = np.asarray(found.n_annotations), np.asarray(found.accuracy)
        if not n.sum():
            continue
        mean = float((n * accuracy).sum() / n.sum())
        for name, count, own in zip(found.names, n, accuracy, strict=True):
            if count >= FEWEST_ANSWERS:
                drawn = (count * own + _KNOWN_BEFORE * mean) / (count + _KNOWN_BEFORE)
                sums.setdefault(str(name), []).append(float(drawn))
    return {name: sum(values) / len(values) for name, values in sums.items()}
