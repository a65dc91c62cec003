"""``assay export --as-of`` as people type it, with the head of the chain that it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.cli.main import app
from assay.flow.policy import Policy
from assay.kernel.clock import iso
from assay.kernel.errors import BadInput
from assay.store.engine import open_store
from assay.store.records.sealer import Sealer
from assay.store.schema import upgrade
from tests.flow.ground import Ground, make_ground, stop_flushing
from tests.records.test_reverts import answer_all
from tests.support.databases import Databases

_MADE: dict[str, tuple[Ground, int]] = {}


def prepare(url: str) -> None:
    """A project where one person answered, and a moment later another one."""
    upgrade(url)
    with open_store(url) as store:
        stop_flushing(store)
        crowd = make_ground(store, annotators=2, tasks=3, policy=Policy(annotations_per_task=2))
        ada, ben = crowd.people
        answer_all(crowd, ada)
        moment = crowd.clock()
        crowd.clock.advance(60)
        answer_all(crowd, ben)
        Sealer(store, clock=crowd.clock).seal_all()
        _MADE[store.dialect] = (crowd, moment)


def test_it_writes_what_there_was(
    databases: Databases, database_kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = databases.fresh(database_kind, prepare)
    crowd, moment = _MADE["sqlite" if url.startswith("sqlite") else "postgresql"]
    if url.startswith("sqlite"):
        tmp_path = Path(url.removeprefix("sqlite:///")).parent
    else:
        monkeypatch.setenv("ASSAY_DATABASE", url)
    monkeypatch.setenv("ASSAY_DATA", str(tmp_path))
    with open_store(url) as store:
        crowd.store = store
        title = crowd.one("SELECT title FROM project WHERE id = :project").title
        head = crowd.one("SELECT hash FROM seal WHERE project_id = :project ORDER BY number DESC LIMIT 1").hash

    def export(as_of: str) -> str:
        command = ["export", title, "--output", str(tmp_path / "then.jsonl"), "--as-of", as_of]
        return CliRunner().invoke(app, command, catch_exceptions=False).output

    said = export(iso(moment))
    rows = [json.loads(line) for line in (tmp_path / "then.jsonl").read_text().splitlines()]
    assert [len(row["annotations"]) for row in rows] == [1, 1, 1]
    assert f"as of {iso(moment)}" in said and head in said
    with pytest.raises(BadInput, match="not come yet"):
        export("2999-01-01T00:00:00Z")
