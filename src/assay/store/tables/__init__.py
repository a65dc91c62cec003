"""The tables. Import them from here: ``from assay.store import tables as t``."""

from assay.store.tables.annotations import annotation, assignment, flag, skip
from assay.store.tables.columns import metadata
from assay.store.tables.jobs import import_note, job, refused_row
from assay.store.tables.people import api_token, invitation, membership, person, session, sign_in_link, workspace
from assay.store.tables.projects import event, guideline, label_config, label_mapping, policy, project, seat
from assay.store.tables.records import decision, revert, reverted, seal, sealing
from assay.store.tables.tasks import lane, lane_cursor, queue, task, task_data

__all__ = [
    "annotation",
    "api_token",
    "assignment",
    "decision",
    "event",
    "flag",
    "guideline",
    "import_note",
    "invitation",
    "job",
    "label_config",
    "label_mapping",
    "lane",
    "lane_cursor",
    "membership",
    "metadata",
    "person",
    "policy",
    "project",
    "queue",
    "refused_row",
    "revert",
    "reverted",
    "seal",
    "sealing",
    "seat",
    "session",
    "sign_in_link",
    "skip",
    "task",
    "task_data",
    "workspace",
]
