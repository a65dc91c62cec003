"""The worker: takes jobs one at a time, keeps their lease, and leaves them resumable whatever happens.

This is one of the two edges that may catch everything: a job that fails in a way nobody foresaw is
logged with its id and put back for a later try; after a few tries it ends as failed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from time import monotonic

import structlog

from assay.kernel.clock import SECOND, Clock, now_us
from assay.kernel.errors import AssayError, Unavailable
from assay.kernel.ids import new_id
from assay.storage import LocalStorage
from assay.store import jobs
from assay.store.assignments import SqlAssignments
from assay.store.documents import VersionCache
from assay.store.engine import Store
from assay.store.jobs import Job, LeaseLost
from assay.store.records.sealer import ROWS, Sealer
from assay.worker.accuracy_sweep import AccuracySweep
from assay.worker.check_job import run_check
from assay.worker.context import JobContext, JobRefused, JobStopped
from assay.worker.export_job import run_export
from assay.worker.import_job import run_import
from assay.worker.migration_job import run_migration
from assay.worker.retarget_job import run_retarget
from assay.worker.revert_job import run_restore, run_revert
from assay.worker.watch import PAUSE_SECONDS, Watch

KINDS: dict[str, Callable[[JobContext], None]] = {
    "import": run_import,
    "export": run_export,
    "retarget": run_retarget,
    "revert": run_revert,
    "restore": run_restore,
    "check": run_check,
    "migration": run_migration,
}

_ATTEMPTS = 5
_BEGINNINGS = 10  # of one job, when the process itself ended each time
_IDLE_SECONDS = 0.5
_SWEEP_SECONDS = 5.0
_SWEPT_AT_ONCE = 500  # leases in one transaction
_STOP_SECONDS = 30
_SEAL_SECONDS = 5.0
_SEAL_PAUSE_SECONDS = 0.05  # between rounds, for the people who label meanwhile
_SEAL_ROUNDS_AT_STOP = 20  # what is left is sealed after the next start
_log = structlog.get_logger("assay.worker")


class Worker:
    """Threads that do the jobs of a store, close leases whose time is over, seal records, and count what is waiting.

    ``upkeep`` is called now and then beside the counting: what a process has to look after.
    """

    def __init__(
        self,
        store: Store,
        storage: LocalStorage,
        *,
        clock: Clock = now_us,
        upkeep: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._upkeep = upkeep
        self._swept = monotonic()
        self.watch = Watch(store)
        self._storage = storage
        self._clock = clock
        self._versions = VersionCache()
        self._accuracies = AccuracySweep(store, self._versions)
        self._owner = new_id()
        self._sealer = Sealer(store, clock=clock)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name="assay-worker", daemon=True),
            threading.Thread(target=self._sweep, name="assay-sweep", daemon=True),
            threading.Thread(target=self._look, name="assay-watch", daemon=True),
            threading.Thread(target=self._seal, name="assay-seal", daemon=True),
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether jobs are done and leases closed: all threads run."""
        return all(thread.is_alive() for thread in self._threads)

    @property
    def sweep_lag_seconds(self) -> float:
        """Seconds since ended leases were closed last; around five when all is well."""
        return monotonic() - self._swept

    def wake(self) -> None:
        """There is a new job: look now instead of at the next turn."""
        self._wake.set()

    def stop(self) -> None:
        """Stop after the chunk in hand; the job goes on from there at the next start."""
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=_STOP_SECONDS)
        self._guarded(lambda: bool(self._sealer.seal_all(rounds=_SEAL_ROUNDS_AT_STOP)))

    def _work(self) -> None:
        while not self._stop.is_set():
            if not self._guarded(lambda: run_one(self._context())):
                self._wake.wait(_IDLE_SECONDS)
                self._wake.clear()

    def _sweep(self) -> None:
        while not self._stop.wait(_SWEEP_SECONDS):
            if self._guarded(self._sweep_once):
                self._swept = monotonic()

    def _sweep_once(self) -> bool:
        closed = _SWEPT_AT_ONCE
        while closed == _SWEPT_AT_ONCE and not self._stop.is_set():
            now = self._clock()
            closed = self._store.write(
                lambda c, now=now: SqlAssignments(c, self._versions).expire_lapsed(now, _SWEPT_AT_ONCE)  # type: ignore[misc]
            )
        return True

    def _look(self) -> None:
        pause = 0.0  # the first look at once
        while not self._stop.wait(pause):
            pause = PAUSE_SECONDS

            def look() -> bool:
                nonlocal pause
                self._upkeep()
                pause = self.watch.look(self._clock())
                self._accuracies.run()
                return True

            self._guarded(look)

    def _seal(self) -> None:
        while not self._stop.wait(_SEAL_SECONDS):
            # On at once only while there is more than one link's worth: many small links prove no more than few.
            while not self._stop.is_set() and self._guarded(lambda: self._sealer.seal_some() > ROWS // 2):
                self._stop.wait(_SEAL_PAUSE_SECONDS)

    def _context(self) -> RunContext:
        return RunContext(self._store, self._storage, self._versions, self._clock, self._owner, self._stop.is_set)

    def _guarded(self, run: Callable[[], bool]) -> bool:
        try:
            return run()
        except (Unavailable, CancelledError) as problem:
            _log.warning("worker_waits", problem=str(problem))
            self._stop.wait(1)
            return False
        except Exception:  # noqa: BLE001 - the worker edge: log it and live on
            _log.exception("worker_failed")
            self._stop.wait(1)
            return False


class RunContext:
    """What taking a job needs."""

    def __init__(
        self,
        store: Store,
        storage: LocalStorage,
        versions: VersionCache,
        clock: Clock = now_us,
        owner: str | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.store = store
        self.storage = storage
        self.versions = versions
        self.clock = clock
        self.owner = owner or new_id()
        self.stopping = stopping


def run_one(context: RunContext, only: str | None = None) -> bool:
    """Take a waiting job and do it; False when there was none. ``only``: no other than this one."""
    now = context.clock()
    job = context.store.write(lambda c: jobs.claim_next_for_update(c, context.owner, now, only))
    if job is None:
        return False
    log = _log.bind(job=job.uid, kind=job.kind, attempt=job.attempt)
    with structlog.contextvars.bound_contextvars(job=job.uid):
        _run(context, job, log)
    return True


def _run(context: RunContext, job: Job, log: structlog.stdlib.BoundLogger) -> None:
    log.info("job_started", request=job.arguments.get("request"))
    with _Heartbeat(context.store, job, context.clock):
        try:
            _do(context, job, log)
        except LeaseLost:
            log.warning("job_lease_lost")
    _let_go(context, job)


def _do(context: RunContext, job: Job, log: structlog.stdlib.BoundLogger) -> None:
    """Do the job, and write how it ended. Raises LeaseLost."""
    try:
        if job.attempt > _BEGINNINGS:
            raise JobRefused(_NEVER_ENDS.as_problem())
        KINDS[job.kind](
            JobContext(context.store, context.storage, context.versions, context.clock, job, context.stopping)
        )
    except LeaseLost:
        raise
    except JobStopped:
        log.info("job_put_back")
        _release(context, job, context.clock(), attempts=job.attempt - 1)
    except JobRefused as refused:
        log.info("job_refused", problem=refused.problem.get("detail"))
        _end_refused(context, job, refused)
    except AssayError as problem:
        _put_back(context, job, problem, log)
    except Exception as problem:
        log.exception("job_broke")
        _put_back(context, job, problem, log)
    else:
        log.info("job_ended")


_NEVER_ENDS = AssayError(
    f"The job was begun {_BEGINNINGS} times, and each time the server ended before the job did.",
    code="job_never_ends",
    action="Look into the server's log for why it ended (memory, disk), then start the job again.",
)


def _let_go(context: RunContext, job: Job) -> None:
    """The file that came with a job is of no use once the job is over, however it ended."""
    if "file" in job.arguments and context.store.read(lambda c: jobs.is_over(c, job)):
        context.storage.remove(job.arguments["file"])


def _release(context: RunContext, job: Job, run_at: int, *, attempts: int) -> None:
    context.store.write(lambda c: jobs.release(c, job, run_at, attempts=attempts))


def _end_refused(context: RunContext, job: Job, refused: JobRefused) -> None:
    now = context.clock()
    context.store.write(lambda c: jobs.fail(c, job, refused.problem, refused.outcome, now))


def _put_back(context: RunContext, job: Job, problem: Exception, log: structlog.stdlib.BoundLogger) -> None:
    """Try again later from the last checkpoint, or give up after a few tries."""
    now = context.clock()
    lasting = isinstance(problem, AssayError) and not isinstance(problem, Unavailable)
    if not lasting and job.attempt < _ATTEMPTS:
        delay = min(60, 2**job.attempt) * SECOND
        _release(context, job, now + delay, attempts=job.attempt)
        log.warning("job_waits", problem=str(problem))
        return
    known = problem if isinstance(problem, AssayError) else AssayError("The job broke; its log names the cause.")
    body = {**known.as_problem(), "job": job.uid}
    context.store.write(lambda c: jobs.fail(c, job, body, None, now))


class _Heartbeat:
    """Renews the lease of a job while its work is between two checkpoints."""

    def __init__(self, store: Store, job: Job, clock: Clock) -> None:
        self._store = store
        self._job = job
        self._clock = clock
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="assay-heartbeat", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(timeout=5)

    def _beat(self) -> None:
        while not self._over.wait(jobs.LEASE_SECONDS / 4):
            now = self._clock()
            try:
                self._store.write(lambda c, now=now: jobs.renew(c, self._job, now))  # type: ignore[misc]
            except LeaseLost:
                return
            except Unavailable:
                continue  # the database may be back before the lease is over
