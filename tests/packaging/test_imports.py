"""What is loaded when: the statistics can be used from a notebook that has NumPy and SciPy only."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"alembic", "fastapi", "httpx", "psycopg", "pydantic", "sqlalchemy", "starlette", "structlog", "typer"}


def _loaded_by(statement: str) -> set[str]:
    program = f"{statement}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["assay", "assay.agreement", "assay.aggregation"])
def test_a_notebook_loads_no_server(module: str) -> None:
    assert _loaded_by(f"import {module}").intersection(HEAVY) == set()


def test_the_client_loads_no_server() -> None:
    assert _loaded_by("import assay; assay.Client").intersection(HEAVY - {"httpx", "pydantic"}) == set()
