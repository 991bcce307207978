"""The queue: Procrastinate on the same database, so that a job exists exactly when the change that asked for
it does.

A room writes `@job("kind")` over an async function in its `tasks.py` and calls `start_job` in an action. A
job may be run again after a crash at any point, so every one is idempotent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from markroom.jobs import reads, writes
from markroom.jobs.model import JobFailed
from markroom.kit.db import Conn, Database
from markroom.kit.errors import MarkroomError, Unavailable
from markroom.kit.events import emit
from markroom.kit.logs import log

MAX_ATTEMPTS = 6
GRACE_SECONDS = 5  # a stopped worker gives jobs in hand this long, then gives them back
HEARTBEAT_SECONDS, STALLED_SECONDS = 2, 10

queue = procrastinate.App(connector=procrastinate.PsycopgConnector())


class JobUnfinished(Exception):
    """The job did not succeed this time and waits for its next try."""


@dataclass(frozen=True)
class Job:
    """What a job's function is given: what to work on and how to reach the database, inside its institute
    alone."""

    id: UUID
    institute_id: UUID
    subject_id: UUID | None
    args: dict[str, Any]
    resources: Any
    attempt: int
    _database: Database = field(repr=False)
    started_by: UUID | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Conn]:
        async with self._database.service(self.institute_id) as conn:
            await conn.execute("select set_config('app.credential', %s, true)", [f"job:{self.id}"])
            yield conn

    async def progress(self, done: int, total: int | None, found: dict[str, Any] | None = None) -> None:
        """Shown at once to whoever waits, whatever becomes of the rest.

        `found` stands as the result until the job has its own.
        """
        async with self.transaction() as conn:
            await writes.update_progress(conn, self.institute_id, self.id, done, total, found)


JobFunction = Callable[[Job], Awaitable[dict[str, Any] | None]]
_functions: dict[str, JobFunction] = {}
_queues: dict[str, str] = {}


def job(kind: str, *, queue_name: str = "default") -> Callable[[JobFunction], JobFunction]:
    """Registers the function that does jobs of this kind. Its result is kept with the job's row."""

    def register(function: JobFunction) -> JobFunction:
        _functions[kind], _queues[kind] = function, queue_name
        return function

    return register


async def start_job(
    conn: Conn, kind: str, institute_id: UUID, subject_id: UUID | None = None, **args: Any
) -> UUID:
    """Starts a job when the caller's transaction commits; ids only in `args`. The id is the one of GET
    /api/jobs/{id}."""
    job_id = await writes.insert_job(conn, institute_id, kind, subject_id, args)
    await defer_run(conn, institute_id, job_id, kind)
    return job_id


async def start_jobs(
    conn: Conn, kind: str, institute_id: UUID, args_of: Mapping[UUID, dict[str, Any]]
) -> None:
    """Starts a job for each subject, as `start_job` does, in as many statements as for one."""
    if not args_of:
        return
    ids = await writes.insert_jobs(conn, institute_id, kind, list(args_of), list(args_of.values()))
    task = queue.tasks["run_job"].configure(connection=conn, queue=_queues.get(kind, "default"))
    at = str(institute_id)
    runs: list[dict[str, Any]] = [{"institute_id": at, "job_id": str(job_id)} for job_id in ids]
    with _database_failures():
        await task.batch_defer_async(*runs)


async def defer_run(conn: Conn, institute_id: UUID, job_id: UUID, kind: str) -> None:
    task = queue.tasks["run_job"].configure(connection=conn, queue=_queues.get(kind, "default"))
    with _database_failures():
        await task.defer_async(institute_id=str(institute_id), job_id=str(job_id))


async def defer(conn: Conn, task: str, **args: Any) -> None:
    """Defers a task of the queue itself on the caller's transaction: for work without an institute."""
    with _database_failures():
        await queue.tasks[task].configure(connection=conn).defer_async(**args)


@contextmanager
def _database_failures() -> Iterator[None]:
    """What becomes of a statement of the queue is told as that of any other on the caller's transaction."""
    try:
        yield
    except ConnectorException as error:
        raise error.__cause__ or error from None


class BackOff(BaseRetryStrategy):
    """Retries after 1, 4, 16, 64, 256 seconds."""

    def get_retry_decision(
        self,
        *,
        exception: BaseException,
        job: procrastinate.jobs.Job,
    ) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):  # its worker was stopped: not the job's fault
            return RetryDecision(retry_in={"seconds": 0})
        if _is_last(job):
            return None
        return RetryDecision(retry_in={"seconds": 4**job.attempts})


def is_last_try(context: procrastinate.JobContext) -> bool:
    """Whether a task that fails now will not be tried again."""
    return _is_last(context.job)


def _is_last(job: procrastinate.jobs.Job) -> bool:
    return job.attempts + 1 >= MAX_ATTEMPTS


@dataclass
class Worker:
    """What the running worker's tasks reach: the database and whatever `main` gives (storage, mail,
    settings)."""

    database: Database
    resources: Any


_worker: ContextVar[Worker] = ContextVar("worker")


def current_worker() -> Worker:
    """The worker that runs this task."""
    return _worker.get()


@queue.task(name="run_job", retry=BackOff(), pass_context=True)
async def run_job(context: procrastinate.JobContext, institute_id: str, job_id: str) -> None:
    worker, institute = current_worker(), UUID(institute_id)
    structlog.contextvars.bind_contextvars(job_id=job_id)
    async with worker.database.service(institute) as conn:
        if not await writes.mark_running(conn, institute, UUID(job_id)):
            return  # it was finished before its worker died
        row = await reads.get_job(conn, institute, UUID(job_id))
    job = Job(
        row.id,
        institute,
        row.subject_id,
        row.args,
        worker.resources,
        row.attempts,
        worker.database,
        row.started_by,
    )
    if context.job.attempts >= MAX_ATTEMPTS:
        await _finish_failed(job, row.kind, "It stopped its worker several times.")
        return
    try:
        result = await _functions[row.kind](job)
    except Unavailable as error:
        await _give_up_or_wait(job, context, row.kind, error)
    except MarkroomError as error:
        await _finish_failed(job, row.kind, error.detail)
    except Exception as error:  # noqa: BLE001 - whatever a job raises must not lose the job
        log.error("job_raised", kind=row.kind, failure=type(error).__name__, exc_info=error)
        await _give_up_or_wait(job, context, row.kind, error)
    else:
        async with job.transaction() as conn:
            await writes.mark_done(conn, institute, job.id, result)


async def _give_up_or_wait(job: Job, context: procrastinate.JobContext, kind: str, error: Exception) -> None:
    if is_last_try(context):
        return await _finish_failed(
            job, kind, error.detail if isinstance(error, MarkroomError) else "It failed several times."
        )
    async with job.transaction() as conn:
        await writes.mark_waiting(
            conn, job.institute_id, job.id, "It did not work yet and will be tried again."
        )
    raise JobUnfinished from error


async def _finish_failed(job: Job, kind: str, reason: str) -> None:
    async with job.transaction() as conn:
        await writes.mark_failed(conn, job.institute_id, job.id, reason)
        await emit(conn, JobFailed(institute_id=job.institute_id, subject_id=job.id, facts={"kind": kind}))


@queue.periodic(cron="* * * * * */5")
@queue.task(name="retry_stalled", queue="upkeep", pass_context=True)
async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Jobs of a worker that died go to another: the queue does not do it by itself."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await manager.retry_job(stalled)


async def run_worker(
    database: Database,
    resources: Any,
    *,
    concurrency: int = 2,
    queues: Iterable[str] | None = None,
    wait: bool = True,
) -> None:
    """Runs jobs until cancelled, or with `wait=False` those that are there. The functions of `@job` must have
    been imported before."""
    _worker.set(Worker(database, resources))
    connector = procrastinate.PsycopgConnector(
        conninfo=database.service_url, kwargs={"options": "-c search_path=public,jobs"}
    )
    with queue.replace_connector(connector):
        try:
            await queue.open_async()
            await queue.run_worker_async(
                concurrency=concurrency,
                queues=queues,  # type: ignore[arg-type]
                wait=wait,
                install_signal_handlers=False,
                shutdown_graceful_timeout=GRACE_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                fetch_job_polling_interval=2,
                delete_jobs="successful",
            )
        finally:  # also where it is cancelled while it opens: its pool would keep the loop from ending
            await queue.close_async()
