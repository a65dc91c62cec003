"""From the answers of a project to the table that the metrics take."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import orjson

from assay.agreement import LabelTable
from assay.labels.label_config import label_type_of
from assay.labels.label_type import Control


def label_table(
    control: Control, tasks: Sequence[int], annotators: Sequence[str], answers: Sequence[str]
) -> LabelTable:
    """The table of one control; ``answers`` are canonical answer texts, one for each annotation.

    For a control with one choice the label is that choice, and an unanswered control is a missing label. For
    one with several choices it is the set of them, and none at all is a label too.
    """
    label_type = label_type_of(control)

    def label(text: str) -> Hashable:
        answer: dict[str, Any] = orjson.loads(text)
        names = label_type.labels_of(control, answer.get(control.name, []))
        if control.scale == "set":
            return frozenset(names)
        return names[0] if names else None

    # There are few distinct answers and many annotations: each text is read once.
    read = {text: label(text) for text in set(answers)}
    return LabelTable.from_arrays(tasks, annotators, [read[text] for text in answers])
