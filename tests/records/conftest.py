"""Fixtures of these tests."""

from tests.flow.fixtures import ground, shared_store, store

__all__ = ["ground", "shared_store", "store"]
