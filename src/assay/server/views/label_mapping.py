"""How annotations of one label config become those of the next."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from assay.kernel import limits
from assay.server.views.body import Incoming, example

Name = Annotated[str, Field(max_length=limits.LABEL_CHARACTERS)]


class LabelMapping(Incoming):
    """What is not named keeps its name. See the how-to about changing the label config for the rules."""

    model_config = example(labels={"sentiment": {"Good": "Positive", "Spam": None}}, unmapped="ask_again")

    controls: dict[Name, Name | None] = Field(default_factory=dict, description="Old control -> new one, or null.")
    labels: dict[Name, dict[Name, Name | dict[str, Any] | None]] = Field(
        default_factory=dict,
        description="Old control -> old label -> the new label, null, {ask_again: true} or {by, cases, else}.",
    )
    unmapped: Literal["refuse", "ask_again"] = "refuse"
