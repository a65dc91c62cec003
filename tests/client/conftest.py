"""Fixtures of these tests."""

from tests.faults.conftest import make_house

__all__ = ["make_house"]
