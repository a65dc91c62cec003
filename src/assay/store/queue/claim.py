"""What a claim needs and gives, the same on both databases."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_PLACE = -(2**63)
CURSOR_LAG_MICROSECONDS = 60_000_000  # a transaction may commit an earlier clock value this much later


@dataclass(frozen=True, slots=True)
class Claim:
    """One person asks for one slot."""

    uid: str
    project_id: int
    annotator_id: int
    now: int
    place: int  # of a fresh task that this begins, see places.py
    lease_until: int
    label_config_version: int
    guideline_version: int
    policy_version: int
    lanes: tuple[int, ...]  # those open to this person, in the order in which they are looked through
    start: int | None = None  # where in a random order this person begins; None: at its beginning
    patient: bool = True  # waits for tasks that others are just taking, before saying that there is none

    def parameters(self) -> dict[str, object]:
        """For the SQL of either database."""
        return {
            "uid": self.uid,
            "project": self.project_id,
            "me": self.annotator_id,
            "now": self.now,
            "place": self.place,
            "until": self.lease_until,
            "config": self.label_config_version,
            "guideline": self.guideline_version,
            "policy": self.policy_version,
            "lag": self.now - CURSOR_LAG_MICROSECONDS,
            "start": FIRST_PLACE if self.start is None else self.start,
        }


@dataclass(frozen=True, slots=True)
class Claimed:
    """The slot that was taken; ``data`` is the task's JSON."""

    assignment_id: int
    task_id: int
    lane_id: int
    data: str
