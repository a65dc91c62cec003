"""The command line works on the same data while the server runs and people label."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.faults.conftest import MakeHouse
from tests.faults.house import House
from tests.faults.labelers import assert_all_there, everybody_labels, wait_for_answers
from tests.support.server import RunningServer, free_port


def test_import_export_and_people_beside_a_running_server(make_house: MakeHouse, tmp_path: Path) -> None:
    house = make_house(annotators=2, tasks=400)
    house.start()
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"id": n, "data": {"text": f"row {n}"}}) + "\n" for n in range(3_000)))
    with everybody_labels(house) as labelers:
        wait_for_answers(house, labelers, 5)
        said = house.server.cli("import", house.project_id, str(rows))
        assert "3,000 tasks" in said
        out = tmp_path / "out.jsonl"
        house.server.cli("export", "Moods", "--output", str(out))
        token = house.server.cli("token", "create", f"owner{house.workspace_id}@example.org").strip()
        with house.client(token) as client:
            assert client.me()["role"] == "owner"
        wait_for_answers(house, labelers, 5)
    exported = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(exported) == 3_400
    assert {row["key"] for row in exported if row["key"]} == {str(n) for n in range(3_000)}
    if house.url.startswith("sqlite"):
        second_server_is_refused(house, tmp_path)
    assert_all_there(house, labelers)


def second_server_is_refused(house: House, folder: Path) -> None:
    """Two writers with group commit over one file would be slow, so there is only one."""
    other = RunningServer(folder / "second")
    other.data = house.server.data
    other.log = folder / "second.log"
    other.port = free_port()
    with pytest.raises(RuntimeError, match="Another Assay server"):
        other.start()
