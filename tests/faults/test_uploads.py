"""Uploads that are too large, packed, empty or strange: refused in words, without filling memory or disk."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import socket
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from assay.client import Project
from assay.kernel.errors import BadInput, TooLarge, UnsupportedFormat
from assay.kernel.limits import MEGABYTE
from tests.faults.house import House

UPLOAD = 300 * MEGABYTE
LINE = b'{"text": "' + b"x" * 987 + b'"}\n'  # a thousand bytes


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One server for all of them: the database has no part in it."""
    made = House(tmp_path_factory.mktemp("uploads") / "house", "sqlite:", annotators=0)
    made.start()
    yield made
    made.stop()


def megabytes(count: int) -> Iterator[bytes]:
    """So many megabytes of good rows, one after the other."""
    block = LINE * (MEGABYTE // len(LINE))
    for _ in range(count):
        yield block


def send(house: House, content: object, *, filename: str = "rows.jsonl", **headers: str) -> httpx.Response:
    """Send a file as its bytes."""
    with house.http() as http:
        return http.post(
            f"/projects/{house.project_id}/imports",
            params={"filename": filename},
            content=content,  # type: ignore[arg-type]
            headers={"content-type": "application/octet-stream", **headers},
        )


def resident_megabytes(house: House, name: str) -> float:
    """Memory of the server: VmRSS now, VmHWM at its highest."""
    assert house.server._process is not None
    status = Path(f"/proc/{house.server._process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1000


def assert_nothing_kept(house: House) -> None:
    """No file, no job, no task."""
    assert list((house.server.data / "files").iterdir()) == []
    with house.http() as http:
        assert http.get(f"/projects/{house.project_id}/jobs").json()["items"] == []
        assert http.get(f"/projects/{house.project_id}").json()["task_count"] == 0


def test_300_mb_by_its_declared_length(house: House) -> None:
    """Refused before the first byte of it is sent."""
    request = (
        f"POST /api/v1/projects/{house.project_id}/imports?filename=rows.jsonl HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {house.owner_token}\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Length: {UPLOAD}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", house.server.port), timeout=20) as connection:
        connection.sendall(request.encode())
        answer = b""
        while b'"request_id"' not in answer:
            received = connection.recv(65_536)
            assert received, answer
            answer += received
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'"code":"too_large"' in answer
    assert b"200 MB" in answer
    assert_nothing_kept(house)


def test_300_mb_that_do_not_say_how_much_they_are(house: House) -> None:
    before = resident_megabytes(house, "VmRSS")
    answer = send(house, megabytes(300))
    assert answer.status_code == 413
    assert answer.json()["field"] == "file"
    assert "ASSAY_MAX_UPLOAD_MB" in answer.json()["action"]
    assert resident_megabytes(house, "VmHWM") < before + 100
    assert_nothing_kept(house)


def test_300_mb_through_the_client(house: House, tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    with path.open("wb") as file:
        file.truncate(UPLOAD)
    with house.client() as client, pytest.raises(TooLarge):
        Project(client._transport, house.project_id).import_file(path)
    assert_nothing_kept(house)


def zip_bomb() -> bytes:
    """A small archive of very much nothing."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("rows.jsonl", LINE * 50_000)
    return archive.getvalue()


PACKED: dict[str, Callable[[], bytes]] = {
    "zip": zip_bomb,
    "gzip": lambda: gzip.compress(LINE * 50_000),
    "bzip2": lambda: bz2.compress(LINE * 5_000),
    "xz": lambda: lzma.compress(LINE * 5_000),
    "xlsx": zip_bomb,
    "pdf": lambda: b"%PDF-1.7\n",
    "png": lambda: b"\x89PNG\r\n\x1a\n" + bytes(100),
}


@pytest.mark.parametrize("filename", ["rows.jsonl", "rows.csv", "rows.txt", "rows"])
@pytest.mark.parametrize("kind", PACKED)
def test_what_is_packed_or_no_text_is_refused_by_what_it_is_not_by_its_name(
    house: House, kind: str, filename: str
) -> None:
    answer = send(house, PACKED[kind](), filename=filename)
    assert answer.status_code == 415, answer.text
    assert answer.json()["code"] == "unsupported_format"
    assert_nothing_kept(house)


def test_a_body_that_is_packed_on_the_way(house: House) -> None:
    answer = send(house, gzip.compress(LINE), **{"content-encoding": "gzip"})
    assert answer.status_code == 415
    assert_nothing_kept(house)


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"", 422, "empty"),
        (b"  \n\n", 422, "empty"),
        ("café".encode("latin-1") + b"\n", 415, "byte 3 is 0xE9"),
        ("text".encode("utf-32"), 415, "UTF-32"),
        ("text".encode("utf-16-le"), 415, "NUL"),
        (b"<!doctype html><p>not found</p>", 415, "HTML"),
    ],
)
def test_what_is_empty_or_not_utf_8(house: House, content: bytes, status: int, says: str) -> None:
    answer = send(house, content, filename="rows.txt" if b"<" not in content else "rows.json")
    assert answer.status_code == status, answer.text
    assert says in answer.json()["detail"]
    assert answer.json()["action"]
    assert_nothing_kept(house)


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_only_bytes_as_they_are(house: House, kind: str) -> None:
    assert send(house, LINE, **{"content-type": kind}).status_code == 415
    assert_nothing_kept(house)


def test_a_broken_file_names_its_line(house: House, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(LINE * 3 + b'{"text": "unfinished\n' + LINE)
    with house.client() as client:
        project = Project(client._transport, house.project_id)
        with pytest.raises(BadInput) as caught:
            project.import_file(path)
        job = caught.value.details["job"]
        with house.http() as http:
            page = http.get(f"/projects/{house.project_id}/jobs/{job}/refused").json()
        assert [(row["line"], row["field"]) for row in page["items"]] == [(4, "row")]
        with pytest.raises(UnsupportedFormat):
            project.import_file(io.BytesIO(b"\x1f\x8b" + bytes(30)), filename="rows.jsonl")


def test_a_stranger_cannot_make_the_server_read_a_large_body(house: House) -> None:
    sent = 0

    def count() -> Iterator[bytes]:
        nonlocal sent
        for block in megabytes(150):
            sent += len(block)
            yield block

    with house.http("assay_wrong") as http:
        answer = http.post(
            f"/projects/{house.project_id}/imports",
            params={"filename": "rows.jsonl"},
            content=count(),
            headers={"content-type": "application/octet-stream"},
        )
    assert answer.status_code == 401
    assert list((house.server.data / "files").iterdir()) == []
