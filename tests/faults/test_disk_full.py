"""The disk is full: said so, nothing half written, and all goes on when there is room again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import House
from tests.faults.labelers import assert_all_there, count, everybody_labels, wait_for_answers

MEGABYTES = 160


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 160 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "assay-test", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can be mounted by root only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take every byte that is left."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            block = bytes(size)
            try:
                while True:
                    if file.write(block) < size:
                        break
            except OSError:
                continue
    return ballast


def ready(house: House) -> tuple[int, dict[str, str]]:
    """The status of /ready, and what is wrong."""
    with house.http() as http:
        answer = http.get(f"{house.server.url}/ready")
    checks = answer.json().get("details", answer.json())["checks"]
    return answer.status_code, {check["name"]: check["reason"] for check in checks if not check["ok"]}


def test_the_disk_of_the_server_fills_up_while_people_label(small_disk: Path) -> None:
    """The people's client keeps their work, and sends it by itself when there is room."""
    house = House(small_disk / "house", "sqlite:", annotators=4, tasks=3_000)
    house.start()
    try:
        with everybody_labels(house) as labelers:
            wait_for_answers(house, labelers)
            house.wait_for(lambda: ready(house) == (200, {}))
            ballast = fill(small_disk)
            house.wait_for(lambda: ready(house)[0] == 503)
            assert "free" in ready(house)[1]["disk"]
            with house.http(house.tokens[0]) as http:
                seen: set[str] = set()

                def refused() -> bool:
                    answer = http.post(f"/projects/{house.project_id}/next", json={"count": 10})
                    if answer.status_code == 503:
                        seen.add(answer.json()["code"])
                    return "disk_full" in seen

                stuck = count(labelers)
                house.wait_for(refused)
                upload = http.post(f"/projects/{house.project_id}/imports", params={"filename": "a.jsonl"})
                assert upload.status_code >= 400
            with house.http() as http:
                assert http.get(f"/projects/{house.project_id}").status_code == 200  # reading goes on
            with pytest.raises(RuntimeError, match=r"disk .* is full"):
                house.server.cli("backup", str(small_disk / "backup.zip"))
            assert not list(small_disk.glob("backup*"))
            ballast.unlink()
            house.wait_for(lambda: ready(house) == (200, {}))
            house.wait_for(lambda: count(labelers) > stuck + 30)
        house.server.cli("backup", str(small_disk / "backup.zip"))
        assert_all_there(house, labelers)
    finally:
        house.kill()
