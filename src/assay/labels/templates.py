"""The template gallery: label configs with their worked guidelines, to start a project from."""

from __future__ import annotations

from typing import Final

from assay.kernel.registry import Registry
from assay.labels.gallery.intent import INTENT
from assay.labels.gallery.sentiment import SENTIMENT
from assay.labels.gallery.topic import TOPIC
from assay.labels.gallery.yes_no import YES_NO
from assay.labels.template import Template

TEMPLATES: Final[Registry[Template]] = Registry(
    "template",
    [
        SENTIMENT,
        TOPIC,
        INTENT,
        YES_NO,
    ],
    entry_point_group="assay.templates",
)

__all__ = ["TEMPLATES", "Template"]
