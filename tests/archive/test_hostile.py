"""Archives that are damaged, cut off, forged or from elsewhere are refused before anything is written."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from assay.kernel.errors import BadInput, TooLarge
from assay.kernel.ids import new_id
from assay.store.archive.restoring import check
from tests.archive.conftest import MakePlace
from tests.archive.place import Place

Members = dict[str, bytes]


def read(path: Path) -> Members:
    """The members of an archive."""
    with zipfile.ZipFile(path) as found:
        return {name: found.read(name) for name in found.namelist()}


def write(path: Path, members: Members) -> Path:
    """An archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def change_manifest(members: Members, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what it says about itself."""
    manifest = json.loads(members["manifest.json"])
    change(manifest)
    members["manifest.json"] = json.dumps(manifest).encode()


def put_table(members: Members, name: str, content: bytes) -> None:
    """Other lines in a table, with the right hash: somebody knows how it is done."""

    def change(manifest: dict[str, Any]) -> None:
        (entry,) = (entry for entry in manifest["tables"] if entry["name"] == name)
        entry.update(rows=content.count(b"\n"), size=len(content), sha256=sha256(content).hexdigest())

    members[f"tables/{name}.jsonl"] = content
    change_manifest(members, change)


def add_file(members: Members, name: str, content: bytes = b"x") -> None:
    """One more uploaded file, with the right hash."""
    entry = {"id": name, "size": len(content), "sha256": sha256(content).hexdigest()}
    members[f"files/{name}"] = content
    change_manifest(members, lambda manifest: manifest["files"].append(entry))


def _other_table(members: Members) -> None:
    members["tables/person.jsonl"] = members["tables/person.jsonl"].replace(b"owner", b"0wner")


def _missing_table(members: Members) -> None:
    del members["tables/task.jsonl"]


def _left_out(members: Members) -> None:
    del members["tables/seal.jsonl"]
    change_manifest(members, lambda m: m.update(tables=[e for e in m["tables"] if e["name"] != "seal"]))


def _strange_table(members: Members) -> None:
    members["tables/pg_authid.jsonl"] = b""
    entry = {"name": "pg_authid", "columns": ["a"], "rows": 0, "size": 0, "sha256": sha256(b"").hexdigest()}
    change_manifest(members, lambda m: m["tables"].append(entry))


def _column(members: Members) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["tables"][0]["columns"][0] = 'id" FROM person; DROP TABLE person; --'

    change_manifest(members, change)


def _no_manifest(members: Members) -> None:
    del members["manifest.json"]


def _set(**values: Any) -> Callable[[Members], None]:
    return lambda members: change_manifest(members, lambda manifest: manifest.update(values))


# Seen by reading the archive alone.
FORGED: dict[str, Callable[[Members], None]] = {
    "other values": _other_table,
    "a table is missing": _missing_table,
    "a column that is SQL": _column,
    "no manifest": _no_manifest,
    "manifest is no JSON": lambda members: members.update({"manifest.json": b"{"}),
    "manifest is a list": lambda members: members.update({"manifest.json": b"[]"}),
    "of another program": _set(kind="something-else"),
    "tables is text": _set(tables="all"),
    "negative size": lambda members: change_manifest(members, lambda m: m["tables"][0].update(size=-1)),
    "path upwards": lambda members: add_file(members, "../../../../tmp/evil"),
    "absolute path": lambda members: add_file(members, "/evil"),
    "member beside": lambda members: members.update({"../evil": b"x"}),
    "newer format": _set(version=2),
    "newer schema": _set(revision="9999"),
    "schema is SQL": _set(revision="0001'; --"),
    "a name twice": lambda members: change_manifest(members, lambda m: m["tables"].append(m["tables"][0])),
}
# Its hashes are right: seen while it is restored.
WELL_FORGED: dict[str, Callable[[Members], None]] = {
    "a table was left out": _left_out,
    "a table that is not ours": _strange_table,
    "row is too short": lambda members: put_table(members, "workspace", b'[1, "W"]\n'),
    "row is an object": lambda members: put_table(members, "workspace", b"{}\n"),
    "value is a list": lambda members: put_table(members, "workspace", b'[1, 1, ["W"], "u"]\n'),
    "number is too large": lambda members: put_table(members, "workspace", b'[1, 18446744073709551615, "W", "u"]\n'),
    "text for a number": lambda members: put_table(members, "workspace", b'["now", 1, "W", "u"]\n'),
    "refers to nobody": lambda members: put_table(members, "person", b""),
    "same key twice": lambda members: put_table(
        members, "workspace", members["tables/workspace.jsonl"] + members["tables/workspace.jsonl"]
    ),
}


SEEN_BY_THE_DATABASE = {"text for a number", "refers to nobody", "same key twice"}


@pytest.fixture
def target(make_lived_in: MakePlace, database_kind: str) -> Place:
    """Where somebody works, to be replaced."""
    return make_lived_in(database_kind, other=True)


@pytest.fixture
def archive(make_lived_in: MakePlace, tmp_path: Path) -> Path:
    """A good one."""
    return make_lived_in("sqlite").backup(tmp_path / "good.zip")


@pytest.mark.parametrize("name", FORGED)
def test_forged_archives_are_seen(archive: Path, tmp_path: Path, name: str) -> None:
    members = read(archive)
    FORGED[name](members)
    with pytest.raises((BadInput, TooLarge)):
        check(write(tmp_path / "forged.zip", members))


def test_well_forged_archives_change_nothing(target: Place, archive: Path, tmp_path: Path) -> None:
    hashes, files, names = target.hashes(), target.files(), target.names()
    for name, forge in WELL_FORGED.items():
        if target.url.startswith("postgresql") and name not in SEEN_BY_THE_DATABASE:
            continue  # the same code as for SQLite sees it
        members = read(archive)
        forge(members)
        with pytest.raises(BadInput):
            target.restore(write(tmp_path / "forged.zip", members), replace=True)
        assert target.files() == files, name
        assert target.names() == names, name
    assert target.hashes() == hashes
    target.restore(archive, replace=True)


def test_cut_off_or_flipped_anywhere(archive: Path, tmp_path: Path) -> None:
    whole, rng = archive.read_bytes(), random.Random(1)
    broken = tmp_path / "broken.zip"
    for _ in range(40):
        broken.write_bytes(whole[: rng.randrange(len(whole))])
        with pytest.raises(BadInput):
            check(broken)
    good = read(archive)
    for _ in range(60):
        place = rng.randrange(len(whole))
        broken.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << rng.randrange(8))]) + whole[place + 1 :])
        try:
            check(broken)
        except (BadInput, TooLarge):
            continue
        assert read(broken) == good  # a bit of a date in the zip's own notes changes nothing


def test_bombs(archive: Path, tmp_path: Path) -> None:
    members = read(archive)
    add_file(members, new_id(), bytes(300_000_000))
    with pytest.raises(TooLarge, match="unpack"):
        check(write(tmp_path / "bomb.zip", members))
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w", zipfile.ZIP_BZIP2) as made:
        for name, content in read(archive).items():
            made.writestr(name, content)
    (tmp_path / "bzip2.zip").write_bytes(nested.getvalue())
    with pytest.raises(BadInput, match="packed"):
        check(tmp_path / "bzip2.zip")


def test_more_is_promised_than_the_disk_holds(
    make_place: MakePlace, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10_000})())
    place = make_place("sqlite")
    with pytest.raises(TooLarge, match="room"):
        place.restore(archive)
    assert place.names() == set()


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"not a zip at all", bytes(100_000)])
def test_what_is_no_archive(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    path.write_bytes(content)
    with pytest.raises(BadInput):
        check(path)
    with pytest.raises(BadInput):
        check(tmp_path / "none.zip")
    with pytest.raises(BadInput):
        check(tmp_path)


def test_a_newer_archive_names_the_version_to_install(archive: Path, tmp_path: Path) -> None:
    members = read(archive)
    _set(revision="9999", assay_version="7.1")(members)
    with pytest.raises(BadInput, match=r"made by Assay 7\.1, which is newer"):
        check(write(tmp_path / "newer.zip", members))
