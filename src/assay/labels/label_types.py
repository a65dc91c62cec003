"""The list of label types. To add one: a file beside ``choices.py``, and a line here."""

from __future__ import annotations

from typing import Any, Final

from assay.kernel.registry import Registry
from assay.labels.choices import ChoicesType
from assay.labels.label_type import LabelType

LABEL_TYPES: Final[Registry[LabelType[Any]]] = Registry(
    "label type",
    [
        ChoicesType(),
    ],
    entry_point_group="assay.label_types",
)
