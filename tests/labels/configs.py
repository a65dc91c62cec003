"""Short ways to write label configs and results in tests."""

from __future__ import annotations

from typing import Any

from assay.labels import LabelConfig, parse_label_config

CHOICES = '<Choice value="Positive"/><Choice value="Neutral"/><Choice value="Negative"/>'


def view(inside: str) -> str:
    """A config with one text and whatever else."""
    return f'<View><Text name="text" value="$text"/>{inside}</View>'


def choices(attributes: str = "", inside: str = CHOICES) -> str:
    """A config with one Choices tag named ``c``."""
    return view(f'<Choices name="c" toName="text" {attributes}>{inside}</Choices>')


def parsed(attributes: str = "", inside: str = CHOICES) -> LabelConfig:
    """The same, read."""
    return parse_label_config(choices(attributes, inside))


def item(*values: Any, **changes: Any) -> dict[str, Any]:
    """A result item of the control ``c``."""
    return {"from_name": "c", "to_name": "text", "type": "choices", "value": {"choices": list(values)}} | changes
