"""Fixtures of the API and security tests: import them in the folder's conftest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.api.world import World, opened_world, prepare
from tests.support.databases import Databases


@pytest.fixture(autouse=True)
def _few_log_lines() -> Iterator[None]:
    """Warnings only: a line for each request is most of what a test would print."""
    kept = structlog.get_config()
    render = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30), processors=[render])
    yield
    structlog.configure(**kept)


@pytest.fixture
def world(databases: Databases, database_kind: str, tmp_path: Path) -> Iterator[World]:
    """Two workspaces in one database, on SQLite, then on PostgreSQL."""
    with opened_world(tmp_path / "data", databases.fresh(database_kind, prepare)) as opened:
        yield opened


@pytest.fixture
def small_world(databases: Databases, tmp_path: Path) -> Iterator[World]:
    """The same on SQLite alone, for what no database has a say in."""
    with opened_world(tmp_path / "data", databases.fresh("sqlite", prepare)) as opened:
        yield opened
