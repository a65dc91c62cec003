"""Policies to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from assay.flow.policy import Policy
from assay.flow.policy_rules import AdaptiveOverlap


@dataclass(frozen=True, slots=True)
class Preset:
    """A named policy, and whom it is for."""

    id: str
    title: str
    description: str
    policy: Policy


PRESETS: Final = (
    Preset(
        "small_team",
        "Small team",
        "Two to ten people who know the field. A fifth of the tasks is annotated twice, which is enough to measure "
        "agreement; the rest once.",
        Policy(annotations_per_task=2, overlap_share=0.2, skips={"upsetting": "others", "unclear": "later"}),
    ),
    Preset(
        "crowd",
        "Crowd",
        "Many people of unknown skill. Three annotations for each task, and up to two more where they do not make "
        "the label sure; nobody does more than 500 a day, and a break is due after two hours.",
        Policy(
            annotations_per_task=3,
            adaptive=AdaptiveOverlap(confidence=0.95, most=5),
            lease_seconds=900,
            most_per_person_per_day=500,
            session_minutes=120,
            break_minutes=15,
        ),
    ),
    Preset(
        "high_stakes",
        "High stakes",
        "A wrong label is expensive. Everybody annotates every task, in an order that gives each person a balanced "
        "mix, and a break is required after ninety minutes.",
        Policy(
            full_coverage=True,
            order="stratified",
            ask_confidence=True,
            agreement_target=0.8,
            session_minutes=90,
            break_minutes=15,
            break_required=True,
        ),
    ),
)
