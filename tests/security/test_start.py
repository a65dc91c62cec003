"""Starting: what is unsafe is refused by name, secrets are made and kept well, and no two installs are alike."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select, text

from assay.cli.logs import log_to_stderr
from assay.cli.place import read_settings
from assay.cli.serve import _first_owner_link, run
from assay.kernel.errors import AssayError, BadInput, NotFound
from assay.kernel.settings import Settings, read_or_make_secret, refuse_unsafe
from assay.server.app import make_services
from assay.store import credentials, joining, people
from assay.store import tables as t
from tests.api.world import NOBODY, PASSWORD, World, settings_for
from tests.support.server import Serve

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD_SECRET = "Zq8-1vTn0aPx7Lr3KdYw9HbEu5McSgJf"


def _settings(folder: Path, **given: Any) -> Settings:
    return settings_for(folder, "sqlite:", **{"secret": "", **given})


OPEN_ADDRESSES = ["0.0.0.0", "::", "", "192.168.1.5", "10.0.0.1", "169.254.1.1", "example.org", "127.0.0.1.nip.io", "*"]  # noqa: S104


@pytest.mark.parametrize("host", OPEN_ADDRESSES)
def test_an_open_address_without_tls_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(BadInput, match="without TLS") as refused:
        refuse_unsafe(_settings(tmp_path, host=host))
    assert refused.value.field == "ASSAY_HOST"
    assert "ASSAY_BEHIND_TLS" in refused.value.action
    refuse_unsafe(_settings(tmp_path, host=host, behind_tls=True))


@pytest.mark.parametrize(
    ("typed", "meant"), [("ASSAY_BEHIND_TSL", "ASSAY_BEHIND_TLS"), ("ASSAY_SECRETS", "ASSAY_SECRET")]
)
def test_a_setting_with_a_slip_of_the_pen_is_not_passed_over(
    monkeypatch: pytest.MonkeyPatch, typed: str, meant: str
) -> None:
    monkeypatch.setenv("ASSAY_OF_MY_OWN_DEPLOYMENT", "1")
    read_settings()
    monkeypatch.setenv(typed, "1")
    with pytest.raises(BadInput, match=typed) as refused:
        read_settings()
    assert meant in refused.value.action


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_alone_needs_no_tls(tmp_path: Path, host: str) -> None:
    refuse_unsafe(_settings(tmp_path, host=host))


@pytest.mark.parametrize(
    "secret", ["secret", "changeme", "x", "a" * 64, "0123456789" * 2, "abcabcabc" * 8, " " * 40, "insecure" * 5]
)
def test_a_weak_secret_is_refused(tmp_path: Path, secret: str) -> None:
    with pytest.raises(BadInput) as refused:
        refuse_unsafe(_settings(tmp_path, secret=secret))
    assert refused.value.field == "ASSAY_SECRET"
    assert f"'{secret}'" not in refused.value.message + refused.value.action


UNSAFE = {
    "ASSAY_DATABASE": ["mysql://x", "sqlite:///x", "http://x", "x"],
    "ASSAY_PUBLIC_URL": ["assay.example", "javascript:alert(1)", "ftp://assay.example", "https://"],
    "ASSAY_TRUSTED_PROXIES": ["0.0.0.0/0", "::/0", "proxy.example", "10.0.0.1;10.0.0.2", "*", "10.0.0.1, any"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in UNSAFE.items() for value in values])
def test_a_setting_that_would_not_do_what_is_meant_is_named(tmp_path: Path, name: str, value: str) -> None:
    given = {name.removeprefix("ASSAY_").lower(): value}
    with pytest.raises(BadInput) as refused:
        refuse_unsafe(_settings(tmp_path, **given))
    assert refused.value.field == name
    assert refused.value.action


def test_an_https_address_without_the_tls_flag_is_refused(tmp_path: Path) -> None:
    """Its cookies would not be Secure, and nobody would notice."""
    with pytest.raises(BadInput) as refused:
        refuse_unsafe(_settings(tmp_path, public_url="https://assay.example"))
    assert refused.value.field == "ASSAY_BEHIND_TLS"
    refuse_unsafe(_settings(tmp_path, public_url="https://assay.example", behind_tls=True))
    refuse_unsafe(
        _settings(tmp_path, public_url="http://localhost:9000/", trusted_proxies="10.0.0.1, ::1, 10.1.0.0/16")
    )


BAD_VALUES = {
    "ASSAY_PORT": "http",
    "ASSAY_MAX_UPLOAD_MB": "0",
    "ASSAY_SESSION_DAYS": "10000",
    "ASSAY_SIGN_IN_ATTEMPTS": "1",
    "ASSAY_BEHIND_TLS": "maybe",
    "ASSAY_DATABASE_CONNECTIONS": "-1",
}


@pytest.mark.parametrize("name", BAD_VALUES)
def test_a_bad_value_is_refused_by_the_name_of_its_setting(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, BAD_VALUES[name])
    with pytest.raises(BadInput, match=name) as refused:
        read_settings()
    assert refused.value.field == name


def test_a_bad_log_level_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="ASSAY_LOG_LEVEL"):
        run(_settings(tmp_path, log_level="loud"), lambda *_: None)


def test_the_secret_is_made_for_its_owner_alone_and_kept(tmp_path: Path) -> None:
    os.umask(os.umask(0o022))
    settings = _settings(tmp_path / "new")
    made = read_or_make_secret(settings)
    path = settings.data / "secret"
    assert path.stat().st_mode & 0o777 == 0o600
    assert settings.data.stat().st_mode & 0o777 == 0o700
    assert re.fullmatch(rb"[0-9a-f]{64}", made)
    assert read_or_make_secret(settings) == made


def test_two_installs_have_different_secrets(tmp_path: Path) -> None:
    secrets = {read_or_make_secret(_settings(tmp_path / str(number))) for number in range(8)}
    assert len(secrets) == 8


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666, 0o660, 0o611])
def test_a_secret_that_others_can_touch_is_refused(tmp_path: Path, mode: int) -> None:
    settings = _settings(tmp_path)
    read_or_make_secret(settings)
    (tmp_path / "secret").chmod(mode)
    with pytest.raises(BadInput, match="can be read by other people") as refused:
        read_or_make_secret(settings)
    assert "chmod 600" in refused.value.action


@pytest.mark.parametrize("kept", ["", "short", " \n"])
def test_a_kept_secret_that_is_none_is_refused(tmp_path: Path, kept: str) -> None:
    path = tmp_path / "secret"
    path.write_text(kept)
    path.chmod(0o600)
    with pytest.raises(BadInput, match="no usable secret"):
        read_or_make_secret(_settings(tmp_path))


def test_a_given_secret_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    assert read_or_make_secret(_settings(tmp_path, secret=GOOD_SECRET)) == GOOD_SECRET.encode()
    assert list(tmp_path.iterdir()) == []


def test_a_printed_settings_object_shows_no_secret(tmp_path: Path) -> None:
    settings = _settings(tmp_path, secret=GOOD_SECRET, database="postgresql://me:hunter2@db/assay")
    assert GOOD_SECRET not in f"{settings!r} {settings}"
    assert "hunter2" not in f"{settings!r} {settings}"


def test_there_is_no_account_and_no_password_to_begin_with(tmp_path: Path) -> None:
    services = make_services(_settings(tmp_path))
    try:
        for table in (t.person, t.membership, t.api_token, t.session):
            assert services.store.read(lambda c, table=table: c.execute(select(table)).first()) is None  # type: ignore[misc]
    finally:
        services.store.close()


DEFAULTS = ["admin", "admin@admin", "password", "12345678", "argilla.apikey", "assay", "label-studio", "1234", "pass"]


def test_no_usual_default_lets_anybody_in(small_world: World) -> None:
    emails = ["admin@admin.com", "admin@localhost", "admin@example.com", small_world.here.people["owner"].email]
    for number, email in enumerate(emails):
        for password in DEFAULTS[:4]:
            body = {"email": email, "password": password}
            peer = f"198.51.100.{number}"
            headers = {"content-type": "application/json"}
            reply = small_world.web.call(
                "POST", "/api/v1/session", headers=headers, body=json.dumps(body).encode(), peer=peer
            )
            assert reply.status == 401
    for token in DEFAULTS:
        assert small_world.call(NOBODY, "GET", "/api/v1/session", authorization=f"Bearer {token}").status == 401


def test_no_source_holds_a_credential() -> None:
    """Long random words in the sources are the mark of a key that was left behind."""
    found = []
    for path in (ROOT / "src" / "assay").rglob("*.py"):
        for word in re.findall(r"[\"']([A-Za-z0-9+/_-]{32,})[\"']", path.read_text(encoding="utf-8")):
            if len(set(word)) > 15 and re.search(r"\d", word) and re.search(r"[A-Za-z]", word) and "-" not in word:
                found.append(f"{path.name}: {word[:12]}")  # noqa: PERF401 - three conditions read better so
    assert [each for each in found if "abcdefghijkl" not in each] == []


def _owner_links(services: Any, count: int) -> list[str]:
    links = [services.store.write(lambda c: _first_owner_link(c, services)) for _ in range(count)]
    return [str(link).partition("#token=")[2] for link in links]


def test_the_first_owner_comes_by_one_link_and_older_ones_are_void(tmp_path: Path) -> None:
    """Each start prints one while nobody is there; only the last one opens, and none once somebody came."""
    services = make_services(_settings(tmp_path))
    try:
        first, second, third = _owner_links(services, 3)
        now = services.clock()
        for old in (first, second):
            with pytest.raises(NotFound):
                services.store.read(lambda c, old=old: credentials.open_invitation(c, old, now))  # type: ignore[misc]
        services.store.write(
            lambda c: joining.accept(c, third, name="O", email="o@o.example", password_hash=None, now=now)
        )
        assert services.store.write(lambda c: _first_owner_link(c, services)) is None
    finally:
        services.store.close()


def test_what_goes_wrong_is_logged_without_passwords_keys_and_people(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trace shows where it went wrong, not what was in the variables."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("nobody foresaw this")

    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    log_to_stderr("debug")
    monkeypatch.setattr(people, "person_by_email", broken)
    email = world.here.people["annotator"].email
    reply = world.call(NOBODY, "POST", "/api/v1/session", {"email": email, "password": PASSWORD})
    assert (reply.status, reply.json()["title"]) == (500, "Something went wrong")
    assert "nobody foresaw" not in reply.text
    world.services.store.write(lambda c: c.execute(text("DROP TABLE api_token")) and None)
    token = world.here.people["owner"].tokens["all"]
    reply = world.call(world.by_token("owner"), "GET", "/api/v1/session", x_note=PASSWORD)
    assert reply.status in (500, 503)
    structlog.reset_defaults()
    log = written.getvalue()
    assert "nobody foresaw this" in log
    assert reply.json()["request_id"] in log
    secrets = [PASSWORD, email, token, world.services.settings.secret, str(world.services.secret), "$argon2"]
    assert [secret for secret in secrets if secret in log] == []
    assert [line for line in log.splitlines() if not line.startswith("{")] == [], "one line each"


def test_lines_of_the_log_cannot_be_forged(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    log_to_stderr("debug")
    small_world.call(NOBODY, "GET", "/x%0A%7B%22event%22:%22forged%22%7D%1b[31m" + "a" * 100)
    structlog.reset_defaults()
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert len(lines) == 1
    assert lines[0]["event"] == "request"
    assert "\x1b" not in written.getvalue()


def test_a_second_server_and_a_taken_port_are_told_clearly(serve: Serve, tmp_path: Path) -> None:
    """In processes of their own, as an operator meets it."""
    server = serve()
    with pytest.raises(RuntimeError, match=r"Another Assay server .process \d+. runs over") as second:
        server.cli("serve", "--data", str(server.data), "--port", "0")
    assert "Stop it first, or use another --data" in str(second.value)
    assert "Traceback" not in str(second.value)
    with pytest.raises(RuntimeError, match=f"Port {server.port} is taken") as taken:
        server.cli("serve", "--data", str(tmp_path / "other"), "--port", str(server.port))
    assert f"--port {server.port + 1}" in str(taken.value)
    with pytest.raises(RuntimeError, match=r"ended with 2:\nassay: ASSAY_HOST is 0\.0\.0\.0"):
        server.cli("serve", "--data", str(tmp_path / "other"), "--host", "0.0.0.0")  # noqa: S104
    assert (server.data / "secret").stat().st_mode & 0o777 == 0o600
    assert (server.data).stat().st_mode & 0o777 == 0o700
    link = re.search(r"/invitation#token=(\S+)", server.log.read_text())
    assert link is not None


def test_nothing_is_written_before_the_settings_are_checked(tmp_path: Path) -> None:
    with pytest.raises(AssayError), redirect_stdout(io.StringIO()):
        run(_settings(tmp_path / "never", host="0.0.0.0"), lambda *_: None)  # noqa: S104
    assert not (tmp_path / "never").exists()
