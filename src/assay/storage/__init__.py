"""Floor 1: places for files, one file each."""

from assay.storage.local import LocalStorage

__all__ = ["LocalStorage"]
