"""A project with people and tasks over an open database, and short ways to do what people do there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select, text

from assay.flow.access import Role
from assay.flow.assignment import Offered, next_assignments, raise_flag, skip
from assay.flow.intake import Intake, Refused
from assay.flow.planned import PlannedTask
from assay.flow.policy import Policy
from assay.flow.submission import Receipt, Submission, submit
from assay.kernel.clock import ManualClock
from assay.kernel.ids import new_id
from assay.labels.guideline import empty_guideline
from assay.labels.label_config import LabelConfig, parse_label_config
from assay.labels.result import build_result
from assay.store import intake, people, policies, projects
from assay.store import tables as t
from assay.store.assignments import SqlAssignments
from assay.store.documents import VersionCache
from assay.store.engine import Store, open_store
from assay.store.engine.sqlite import SqliteStore
from assay.store.people import Member
from assay.store.queue.assign import move_out
from assay.store.queue.retarget import retarget
from assay.store.schema import upgrade
from assay.store.submissions import SqlSubmissions
from tests.support.databases import Databases

LABEL_CONFIG = """<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text" choice="single" required="true">
    <Choice value="Good"/>
    <Choice value="Bad"/>
    <Choice value="Neither"/>
  </Choices>
</View>
"""


def result_of(label: str, config: LabelConfig | None = None) -> list[dict[str, Any]]:
    """A result array that answers the one control."""
    return build_result(config or parse_label_config(LABEL_CONFIG), {"mood": label})


@contextmanager
def opened(databases: Databases, kind: str, *, connections: int = 8) -> Iterator[Store]:
    """A fresh database with the schema in it, open."""
    with open_store(databases.fresh(kind, upgrade), connections=connections) as store:
        yield store


def stop_flushing(store: Store) -> None:
    """For tests of many small steps that no crash is part of: SQLite does not wait for the disk any more."""
    if isinstance(store, SqliteStore):
        store._writing.exec_driver_sql("PRAGMA synchronous=OFF")
        store._writing.rollback()


@dataclass
class Ground:
    """One project. People are internal person ids; tasks are internal task ids."""

    store: Store
    clock: ManualClock
    workspace_id: int
    owner: Member
    project: Any
    people: list[int]
    versions: VersionCache = field(default_factory=VersionCache)
    sent: int = 0

    def add_tasks(self, count: int, *, seed: str = "seed", target: int | None = None) -> list[int]:
        """Tasks with the texts ``text 1`` ...; their target is the policy's unless one is given."""

        def work(connection: Connection) -> list[int]:
            plan = self.intake(connection, seed)
            planned = []
            for line in range(1, count + 1):
                task = plan.plan(line, None, {"text": f"text {line}"})
                assert isinstance(task, PlannedTask)
                planned.append(task)
            return intake.write_tasks(connection, self.project, planned, job_id=None, now=self.clock())

        ids = self.store.write(work)
        if target is not None:
            self.execute("UPDATE task SET target = :target, need = :target WHERE need = target", target=target)
        return ids

    def plan(self, *rows: tuple[int, str | None, Mapping[str, Any], Sequence[Mapping[str, Any]]]) -> list[Any]:
        """Rows (line, key, data, annotations) planned under the documents in force."""
        plan = self.store.read(lambda c: self.intake(c, "seed"))
        return [plan.plan(line, key, dict(data), annotations) for line, key, data, annotations in rows]

    def write(self, planned: Sequence[PlannedTask | Refused]) -> list[int]:
        """Planned tasks into the tables."""
        tasks = [task for task in planned if isinstance(task, PlannedTask)]
        assert len(tasks) == len(planned), planned
        now = self.clock()
        return self.store.write(lambda c: intake.write_tasks(c, self.project, tasks, job_id=None, now=now))

    def intake(self, connection: Connection, seed: str) -> Intake:
        """The planning stage as an import would use it now."""
        return Intake(
            label_config=self.versions.label_config(connection, self.project.id, self.project.label_config_version),
            policy=self.versions.policy(connection, self.project.id, self.project.policy_version),
            seed=seed,
        )

    def next(
        self, person: int, count: int = 1, *, leave_out: Sequence[str] = (), store: Store | None = None
    ) -> Offered:
        """Ask for work."""
        now = self.clock()

        def work(connection: Connection) -> Offered:
            return next_assignments(
                SqlAssignments(connection, self.versions, self.workspace_id),
                self.project.uid,
                person,
                count=count,
                leave_out=frozenset(leave_out),
                now=now,
                new_id=new_id,
            )

        return (store or self.store).write(work)

    def take(self, person: int, **options: Any) -> str:
        """Ask for work and get it: the random id of the first assignment offered."""
        offered = self.next(person, **options)
        assert offered.leases, offered.empty
        return offered.leases[0].uid

    def submission(self, label: str = "Good", **given: Any) -> Submission:
        """A submission under a new id unless one is given."""
        self.sent += 1
        return Submission(
            given.pop("submission_id", f"submission-{self.sent:06}"), given.pop("result", result_of(label)), **given
        )

    def submit(self, person: int, assignment: str, label: str = "Good", **given: Any) -> Receipt:
        """Send an answer."""
        return self.send(person, assignment, self.submission(label, **given))

    def send(self, person: int, assignment: str, submission: Submission, store: Store | None = None) -> Receipt:
        """Send this very submission."""
        now = self.clock()

        def work(connection: Connection) -> Receipt:
            records = SqlSubmissions(connection, self.versions, self.workspace_id)
            return submit(records, assignment, person, submission, now=now, new_id=new_id)

        return (store or self.store).write(work)

    def skip(self, person: int, assignment: str, reason: str = "unclear") -> None:
        """Give a task back."""
        now = self.clock()
        self.store.write(
            lambda c: skip(
                SqlAssignments(c, self.versions, self.workspace_id), assignment, person, reason=reason, note="", now=now
            )
        )

    def flag(self, person: int, assignment: str, note: str = "Which rule?") -> None:
        """Ask about the guideline."""
        now = self.clock()

        def work(connection: Connection) -> None:
            records = SqlAssignments(connection, self.versions, self.workspace_id)
            raise_flag(records, assignment, person, note=note, rule=None, now=now, uid=new_id())

        self.store.write(work)

    def sweep(self) -> int:
        """Close the leases whose time is over, as the worker does now and then."""
        now = self.clock()
        return self.store.write(lambda c: SqlAssignments(c, self.versions).expire_lapsed(now))

    def change_policy(self, policy: Policy, *, chunk: int = 1000) -> None:
        """A new version, with everything that is there brought under it."""
        now = self.clock()

        def begin(connection: Connection) -> None:
            policies.activate(connection, self.project, policy, note="", actor_id=self.owner.person_id, now=now)
            connection.execute(text("DELETE FROM job WHERE kind = 'retarget'"))  # done below, by hand

        self.store.write(begin)
        after: int | None = 0
        while after is not None:
            after = self.retarget(policy, after, chunk)
        where = t.project.c.id == self.project.id
        self.project = self.store.read(lambda c: c.execute(select(t.project).where(where)).one())

    def retarget(self, policy: Policy, after: int, chunk: int = 1000) -> int | None:
        """One chunk of it; the id after which the next one begins."""
        now = self.clock()
        return self.store.write(lambda c: retarget(c, self.project.id, policy, after=after, count=chunk, now=now)).last

    def put_back(self, task_ids: Sequence[int]) -> int:
        """Hand out again what was taken out of the queue."""
        now = self.clock()
        return self.store.write(
            lambda c: move_out(c, self.project, task_ids, back=True, actor_id=self.owner.person_id, reason="", now=now)
        )

    def set_state(self, state: str) -> None:
        """Open, pause or archive the project."""
        self.execute("UPDATE project SET state = :state WHERE id = :project", state=state)

    def set_seat(self, person: int, *, active: bool) -> None:
        """Let a person label here, or end that."""
        now = self.clock()
        self.store.write(lambda c: projects.add_seat(c, self.project.id, person, now, active=active))

    def add_person(self, name: str, *, seat: bool = True) -> int:
        """One more annotator."""
        now = self.clock()
        member = self.store.write(
            lambda c: people.add_person(
                c, self.workspace_id, email=f"{name}@example.org", name=name, role=Role.ANNOTATOR, now=now
            )
        )
        if seat:
            self.set_seat(member.person_id, active=True)
        self.people.append(member.person_id)
        return member.person_id

    def execute(self, statement: str, **parameters: Any) -> None:
        """SQL of the test, ``:project`` is this project."""
        self.store.write(lambda c: c.execute(text(statement), {"project": self.project.id, **parameters}) and None)

    def rows(self, statement: str, **parameters: Any) -> list[Any]:
        """Rows of a query of the test, ``:project`` is this project."""
        return list(
            self.store.read(lambda c: c.execute(text(statement), {"project": self.project.id, **parameters}).all())
        )

    def one(self, statement: str, **parameters: Any) -> Any:
        """The single row of such a query."""
        (row,) = self.rows(statement, **parameters)
        return row

    def task_of(self, assignment: str) -> int:
        """The task behind an assignment: only the test may know it."""
        return int(self.one("SELECT task_id FROM assignment WHERE uid = :uid", uid=assignment).task_id)


def make_ground(
    store: Store,
    *,
    annotators: int = 3,
    tasks: int = 0,
    policy: Policy | None = None,
    label_config: str = LABEL_CONFIG,
    clock: ManualClock | None = None,
) -> Ground:
    """A workspace with its owner, a project, and annotators who label in it."""
    clock = clock or ManualClock()
    now = clock()
    config = parse_label_config(label_config)

    def work(connection: Connection) -> tuple[int, Member, Any]:
        workspace_id = people.make_workspace(connection, "Workspace", now)
        owner = people.add_person(
            connection, workspace_id, email=f"owner{workspace_id}@example.org", name="Owner", role=Role.OWNER, now=now
        )
        uid = projects.make_project(
            connection,
            workspace_id=workspace_id,
            actor_id=owner.person_id,
            title="Moods",
            description="",
            notice=None,
            label_config=label_config,
            guideline=dict(empty_guideline(config)),
            policy=policy or Policy(),
            now=now,
        )
        return workspace_id, owner, connection.execute(select(t.project).where(t.project.c.uid == uid)).one()

    workspace_id, owner, project = store.write(work)
    ground = Ground(store, clock, workspace_id, owner, project, [])
    for number in range(annotators):
        ground.add_person(f"annotator{workspace_id}-{number}")
    if tasks:
        ground.add_tasks(tasks)
    return ground
