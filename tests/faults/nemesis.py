"""Everything goes on at once, and something is killed at seeded moments: server, worker, database, backup, restore."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import httpx
from sqlalchemy import text

from assay.store.archive import restore
from assay.store.engine import open_store
from assay.store.jobs import JobState
from tests.faults.house import House
from tests.faults.importing import BAD_EVERY, file_of, start_import
from tests.faults.labelers import Labeler, count
from tests.flow.audit import assert_sound, problems
from tests.support.cluster import Cluster

ROWS = 4_000
Result = TypeVar("Result")


class Nemesis:
    """One house under attack. ``cluster`` is the PostgreSQL that may be killed."""

    def __init__(self, house: House, seed: int, cluster: Cluster | None = None) -> None:
        self.house = house
        self.rng = random.Random(seed)
        self.cluster = cluster
        self.folder = house.server.data.parent
        self.imports: list[str] = []
        self.backups: list[tuple[Path, set[str]]] = []
        self.worker: subprocess.Popen[bytes] | None = None
        self.kills: list[str] = []

    def attack(self, labelers: Sequence[Labeler], rounds: int) -> None:
        """So many rounds: begin something, kill something in the middle of it, heal, look."""
        attacks: list[Callable[[Sequence[Labeler]], None]] = [self.kill_server, self.kill_backup, self.kill_restore]
        if self.cluster is not None:
            attacks += [self.kill_database, self.kill_worker]
        plan = [attack for _ in range(rounds // len(attacks) + 1) for attack in self.rng.sample(attacks, len(attacks))]
        for attack in plan[:rounds]:
            before = count(labelers)
            self.begin_something()
            attack(labelers)
            self.kills.append(attack.__name__)
            self.house.end_leases_of_the_dead()
            self.go_on(labelers, before + 5)
            assert self.house.look(problems) == {}, self.kills

    def go_on(self, labelers: Sequence[Labeler], until: int) -> None:
        """Until so many answers are acknowledged."""
        self.house.wait_for(lambda: count(labelers) > until or any(one.problem for one in labelers))

    def begin_something(self) -> None:
        """An import or an export, unless one is under way."""
        if self.house.look(_open_jobs):
            return
        if self.rng.random() < 0.5:
            content = file_of(ROWS).replace(b'"row-', b'"%d-' % len(self.imports))
            self.imports.append(self.patiently(lambda: start_import(self.house, content)))
        else:
            self.patiently(self.start_export)

    def start_export(self) -> None:
        """Ask for a file."""
        with self.house.http() as http:
            http.post(f"/projects/{self.house.project_id}/exports", json={"format": "jsonl"}).raise_for_status()

    def patiently(self, ask: Callable[[], Result]) -> Result:
        """As a client would: what is killed is away for a moment, says so with 503, and is asked again."""
        for _ in range(30):
            try:
                return ask()
            except httpx.HTTPStatusError as answer:
                if answer.response.status_code != 503:
                    raise
                time.sleep(0.5)
        return ask()

    def pause(self) -> None:
        """A moment."""
        time.sleep(self.rng.uniform(0.0, 0.8))

    def kill_server(self, _: Sequence[Labeler]) -> None:
        """kill -9 of ``assay serve``."""
        self.pause()
        self.house.kill()
        self.house.start()

    def kill_database(self, _: Sequence[Labeler]) -> None:
        """kill -9 of PostgreSQL, all of it."""
        assert self.cluster is not None
        self.pause()
        self.house.look_away()
        self.cluster.kill()
        self.pause()
        self.cluster.start()

    def kill_worker(self, _: Sequence[Labeler]) -> None:
        """kill -9 of an ``assay worker`` beside the server."""
        self.worker = self._run("worker")
        time.sleep(2.0)
        self.pause()
        self.worker.kill()
        self.worker.wait()

    def kill_backup(self, labelers: Sequence[Labeler]) -> None:
        """kill -9 of ``assay backup``: there is a whole backup, or none."""
        target = self.folder / f"assay-{len(self.kills)}.zip"
        known = {submission for labeler in labelers for submission in labeler.acknowledged}
        process = self._run("backup", str(target))
        for _ in range(20):
            if process.poll() is not None:
                break
            time.sleep(self.rng.uniform(0.0, 0.3))
            if self.rng.random() < 0.1:
                process.kill()
        process.wait()
        if target.exists():
            self.backups.append((target, known))

    def kill_restore(self, labelers: Sequence[Labeler]) -> None:
        """kill -9 of ``assay restore`` to another place: all of it is there, or nothing, and again goes well."""
        if not self.backups:
            target = self.folder / f"assay-first{len(self.kills)}.zip"
            known = {submission for labeler in labelers for submission in labeler.acknowledged}
            assert self._run("backup", str(target)).wait() == 0
            self.backups.append((target, known))
        data = self.folder / f"restored{len(self.kills)}"
        path, known = self.backups[-1]
        command = [self.house.server.command, "restore", str(path), "--data", str(data)]
        environment = {key: value for key, value in self.house.server.environment.items() if key != "ASSAY_DATABASE"}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.rng.uniform(1.0, 4.0))
        process.kill()
        process.wait()
        there = (data / "assay.db").exists() or (data / "restored").exists()
        try:
            restore(path, f"sqlite:///{data / 'assay.db'}", data, replace=there)
        finally:
            self._assert_restored(data, known)

    def assert_backups(self) -> None:
        """Each backup has what was acknowledged before it began, and is sound."""
        for number, (path, known) in enumerate(self.backups):
            data = self.folder / f"looked-at{number}"
            restore(path, f"sqlite:///{data / 'assay.db'}", data)
            self._assert_restored(data, known)

    def _assert_restored(self, data: Path, known: set[str]) -> None:
        with open_store(f"sqlite:///{data / 'assay.db'}") as store:
            there = store.read(lambda c: set(c.execute(text("SELECT submission_id FROM annotation")).scalars()))
            assert known <= there
            assert_sound(store)

    def assert_imports(self) -> None:
        """Each import is whole: every good row once."""
        for number, uid in enumerate(self.imports):
            self.house.wait_for(lambda uid=uid: self.house.job(uid).state >= JobState.DONE)  # type: ignore[misc]
            assert self.house.job(uid).state == JobState.DONE, self.house.job(uid).problem
            like = {"like": f"{number}-%"}
            keys = self.house.look(
                lambda c, like=like: (
                    c.execute(text("SELECT key FROM task_data WHERE key LIKE :like"), like).scalars().all()
                )  # type: ignore[misc]
            )
            assert sorted(keys) == sorted(f"{number}-{n}" for n in range(ROWS) if n % BAD_EVERY)

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "verbs.log").open("ab") as log:
            return subprocess.Popen(
                [self.house.server.command, *arguments], env=self.house.server.environment, stdout=log, stderr=log
            )


def _open_jobs(connection: object) -> int:
    statement = text("SELECT count(*) FROM job WHERE state < 2")
    return int(connection.execute(statement).scalar_one())  # type: ignore[attr-defined]
