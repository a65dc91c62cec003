"""What a template of the gallery is."""

from __future__ import annotations

from dataclasses import dataclass

from assay.kernel.json_text import Json
from assay.labels.guideline import Guideline
from assay.labels.label_config import LabelConfig, parse_label_config


@dataclass(frozen=True, slots=True)
class Template:
    """A ready start for a project: label config (XML), data of a sample task, and a whole guideline."""

    id: str
    title: str
    description: str
    label_config: str
    sample: dict[str, Json]
    guideline: Guideline

    def parsed(self) -> LabelConfig:
        """The label config, read."""
        return parse_label_config(self.label_config)
