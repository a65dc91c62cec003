"""Alive, ready, and what Prometheus reads."""

from __future__ import annotations

import time
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from assay.kernel.errors import BadInput, Unavailable
from assay.kernel.settings import refuse_unsafe
from assay.server.metrics import Metrics
from assay.server.readiness import Readiness
from assay.store.engine import Store
from assay.worker.watch import count_figures
from tests.api.world import NOBODY, World, settings_for

TOKEN = "prometheus-reads-with-this-one"
Usage = namedtuple("Usage", "total used free")


class Running:
    """A worker that is well unless told otherwise."""

    def __init__(self, world: World) -> None:
        self.alive, self.sweep_lag_seconds = True, 1.0
        self.watch = world.services.worker.watch


@pytest.fixture
def ready_world(world: World) -> World:
    """A world whose worker runs."""
    world.services.worker = Running(world)  # type: ignore[assignment]
    world.services.readiness = Readiness(world.services)
    return world


def failing(world: World) -> dict[str, str]:
    """What is not well, with its reason."""
    world.services.readiness._until = 0
    answer = world.call(NOBODY, "GET", "/ready")
    if answer.status == 200:
        assert answer.json()["ready"]
        checks = answer.json()["checks"]
    else:
        assert (answer.status, answer.code, answer.header("retry-after")) == (503, "not_ready", "2")
        checks = answer.json()["details"]["checks"]
    assert [check["name"] for check in checks] == ["database", "schema", "disk", "worker"]
    assert all(check["ok"] != bool(check["reason"]) for check in checks)
    assert answer.header("cache-control") == "no-store"
    return {check["name"]: check["reason"] for check in checks if not check["ok"]}


def test_ready_when_all_is_well(ready_world: World) -> None:
    assert failing(ready_world) == {}


def test_the_database_is_away(ready_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise Unavailable("The database did not answer.")

    monkeypatch.setattr(Store, "aread", away)
    assert failing(ready_world) == {
        "database": "The database did not answer.",
        "schema": "The database does not answer.",
    }
    assert ready_world.call(NOBODY, "GET", "/health").json() == {"status": "UP"}


def test_another_schema(ready_world: World) -> None:
    ready_world.services.store.write(
        lambda c: c.execute(text("UPDATE alembic_version SET version_num = '0000'")) and None
    )
    assert "0000" in failing(ready_world)["schema"]


def test_the_disk_is_nearly_full(ready_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.server.readiness.shutil.disk_usage", lambda _: Usage(10**9, 10**9, 5_000_000))
    assert failing(ready_world) == {"disk": "5 MB are free on the disk of the data folder."}


def test_the_worker_is_gone_or_behind(ready_world: World) -> None:
    worker: Any = ready_world.services.worker
    worker.sweep_lag_seconds = 500.0
    assert "500 seconds" in failing(ready_world)["worker"]
    worker.alive = False
    assert "restart" in failing(ready_world)["worker"]


def test_asking_often_costs_the_database_one_look_a_second(ready_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, aread = 0, Store.aread

    async def counted(self: Store, work: Any) -> Any:
        nonlocal looks
        looks += 1
        return await aread(self, work)

    monkeypatch.setattr(Store, "aread", counted)
    began = time.monotonic()
    for _ in range(50):
        ready_world.call(NOBODY, "GET", "/ready")
    assert looks <= 1 + (time.monotonic() - began)


def metered(world: World) -> None:
    """Let the metrics be read."""
    settings = settings_for(world.services.settings.data, world.services.store.url, metrics_token=TOKEN)
    world.services.settings = settings
    world.services.metrics = Metrics(world.services)


def read_metrics(world: World) -> dict[tuple[str, ...], float]:
    """Name and label values -> value."""
    answer = world.call(NOBODY, "GET", "/metrics", authorization=f"Bearer {TOKEN}")
    assert answer.status == 200
    assert (answer.header("content-type") or "").startswith("text/plain")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_metrics_are_for_who_has_the_token(small_world: World) -> None:
    owner = small_world.by_token("owner")
    for who in (NOBODY, owner, small_world.by_browser("owner")):
        assert small_world.call(who, "GET", "/metrics").status == 404
    metered(small_world)
    for given in ({}, {"authorization": "Bearer"}, {"authorization": f"Basic {TOKEN}"}, {"authorization": "Bearer é"}):
        assert small_world.call(NOBODY, "GET", "/metrics", **given).status == 401, given
    assert small_world.call(owner, "GET", "/metrics").status == 401
    assert small_world.call(NOBODY, "GET", f"/metrics?token={TOKEN}").status == 401
    assert read_metrics(small_world)


def test_a_short_token_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="ASSAY_METRICS_TOKEN"):
        refuse_unsafe(settings_for(tmp_path, "sqlite:", metrics_token="short"))


def test_the_figures_are_those_of_the_database(world: World) -> None:
    metered(world)
    now = world.clock()
    leases = "SELECT count(*), min(leased_at) FROM assignment WHERE state = 0"
    open_leases, oldest = world.services.store.read(lambda c: c.execute(text(leases)).one())
    world.clock.advance(90)
    world.services.worker.watch.look(world.clock())
    found = read_metrics(world)
    assert open_leases > 0
    assert found["assay_open_leases",] == open_leases
    assert found["assay_oldest_lease_seconds",] == (world.clock() - oldest) / 1e6
    jobs = "SELECT count(*) FROM job WHERE state = 2"
    assert found["assay_jobs", "done"] == world.services.store.read(lambda c: c.execute(text(jobs)).scalar_one()) > 0
    assert found["assay_jobs", "waiting"] == 0
    needs = "SELECT p.uid, sum(t.need) FROM task t JOIN project p ON p.id = t.project_id WHERE need > 0 GROUP BY p.uid"
    expected = dict(world.services.store.read(lambda c: [tuple(row) for row in c.execute(text(needs))]))
    assert {key[1]: value for key, value in found.items() if key[0] == "assay_open_slots"} == expected
    assert world.here.project in expected
    assert now < world.clock()


def test_many_projects_are_fifty_series_and_the_rest(world: World) -> None:
    def add(connection: Any) -> None:
        for number in range(60):
            connection.execute(
                text(
                    "INSERT INTO project (uid, workspace_id, title, description, state, label_config_version, "
                    "guideline_version, policy_version, created_at) VALUES (:uid, :w, 't', '', 'open', 1, 1, 1, 0)"
                ),
                {"uid": f"p{number}", "w": world.here.workspace_id},
            )
            connection.execute(
                text(
                    "INSERT INTO task (project_id, lane_id, ord, need, target, inclusion) "
                    "SELECT id, 1, 0, 2, 2, 1 FROM project WHERE uid = :uid"
                ),
                {"uid": f"p{number}"},
            )

    before = sum(world.services.store.read(lambda c: count_figures(c, 0)).open_slots.values())
    world.services.store.write(add)
    slots = world.services.store.read(lambda c: count_figures(c, 0)).open_slots
    assert len(slots) == 51
    assert sum(slots.values()) == before + 120
    assert slots["other"] > 0


def test_requests_are_counted_by_route_and_never_by_address(small_world: World) -> None:
    metered(small_world)
    owner = small_world.by_token("owner")
    for _ in range(3):
        small_world.call(owner, "GET", f"/api/v1/projects/{small_world.here.project}")
    for path in ("/api/v1/projects/nothing-like-that", "/no/such/page", "/api/v1/nothing"):
        small_world.call(owner, "GET", path)
    small_world.call(owner, "BREW", "/health")
    annotator = small_world.by_token("annotator")
    small_world.call(annotator, "POST", f"/api/v1/projects/{small_world.here.project}/next", {"count": 1})
    found = read_metrics(small_world)
    counted = {key[1:]: value for key, value in found.items() if key[0] == "assay_requests_total"}
    assert counted["GET", "/api/v1/projects/{project_id}", "200"] == 3
    assert counted["GET", "/api/v1/projects/{project_id}", "404"] == 1
    assert found["assay_request_seconds_count", "next"] == 1
    assert not any("such" in part or small_world.here.project in part for key in counted for part in key)
    assert {key[0] for key in counted} <= {"GET", "POST", "OTHER"}


def test_reading_asks_nothing_of_the_database(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    metered(small_world)

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Store, "read", never)
    monkeypatch.setattr(Store, "aread", never)
    assert read_metrics(small_world)["assay_database_waiting",] == 0
