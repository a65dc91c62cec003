"""A whole installation as one file, or from one database into another: every table at one moment, with its hash."""

from assay.store.archive.backup import BackupDone, write_backup
from assay.store.archive.container import Archive, Manifest
from assay.store.archive.moving import MoveDone, move
from assay.store.archive.restoring import RestoreDone, restore
from assay.store.archive.switch import finish_restore

__all__ = [
    "Archive",
    "BackupDone",
    "Manifest",
    "MoveDone",
    "RestoreDone",
    "finish_restore",
    "move",
    "restore",
    "write_backup",
]
