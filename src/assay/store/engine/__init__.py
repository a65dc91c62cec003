"""How work reaches the database: one writer with group commit on SQLite, a pool on PostgreSQL."""

from assay.store.engine.store import Store, open_store

__all__ = ["Store", "open_store"]
