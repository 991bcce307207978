"""What wakes the projector: changes, as they commit; and every minute whatever was left waiting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from procrastinate import JobContext
from procrastinate.exceptions import AlreadyEnqueued

from markroom.exam_templates.model import (
    QuestionChanged,
    TemplateArchived,
    TemplateCreated,
    TemplateReplaced,
    TemplateRestored,
    TemplateStatusChanged,
    TemplateTransferred,
)
from markroom.graph import writes
from markroom.graph.engines import engine_of
from markroom.graph.model import GraphFailed, GraphUnreachable, ProjectionFailed
from markroom.graph.projector import Projector
from markroom.institutes.closing.model import InstituteClosed, InstituteReopened
from markroom.institutes.model import InstituteChanged, InstituteCreated
from markroom.jobs.queue import BackOff, Job, current_worker, defer, job, queue
from markroom.kit.db import Conn
from markroom.kit.events import Event, subscribe
from markroom.kit.logs import log

OLDER_THAN_SECONDS = 60


async def note_change(conn: Conn, institute_id: UUID, template_id: UUID | None = None) -> None:
    """Remembers what to project and wakes the projector, both when the caller's transaction commits."""
    await writes.insert_change(conn, institute_id, template_id)
    await defer(conn, "project_graph", institute_id=str(institute_id))


@subscribe(InstituteCreated)
async def give_space(conn: Conn, event: InstituteCreated) -> None:
    await writes.insert_space(conn, event.institute_id)
    await note_change(conn, event.institute_id)


async def note_school(conn: Conn, event: Event) -> None:
    await note_change(conn, event.institute_id)


async def note_template(conn: Conn, event: Event) -> None:
    await note_change(conn, event.institute_id, event.subject_id)


for of_school in (InstituteChanged, InstituteClosed, InstituteReopened):
    subscribe(of_school)(note_school)
for of_template in (
    TemplateCreated,
    TemplateReplaced,
    TemplateArchived,
    TemplateRestored,
    TemplateStatusChanged,
    TemplateTransferred,
):
    subscribe(of_template)(note_template)


@subscribe(QuestionChanged)
async def note_question(conn: Conn, event: QuestionChanged) -> None:
    await note_change(conn, event.institute_id, event.template_id)


def projector_of(database: Any, resources: Any, institute_id: UUID) -> Projector | None:
    """None where there is to be no graph."""
    engine = engine_of(resources.settings)
    return Projector(database, engine, resources.secret, institute_id) if engine else None


@queue.task(name="project_graph", queue="graph", retry=BackOff(), pass_context=True)
async def project_graph(context: JobContext, institute_id: str) -> None:  # noqa: ARG001
    """Brings a school's graph up to date. What fails for good is taken up again by `sweep_graphs`."""
    worker, institute = current_worker(), UUID(institute_id)
    projector = projector_of(worker.database, worker.resources, institute)
    if projector is None:
        async with worker.database.service(institute) as conn:
            await writes.forget(conn, institute)
        return
    try:
        await projector.project_changes()
    except (GraphFailed, GraphUnreachable) as error:
        log.error("projection_failed", failure=type(error).__name__, exc_info=error)
        async with worker.database.service(institute) as conn:
            await writes.mark_failed(conn, institute, "The last changes are not in the graph yet.")
        raise


@queue.periodic(cron="* * * * *")
@queue.task(name="sweep_graphs", queue="upkeep", pass_context=True)
async def sweep_graphs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Wakes the projector for schools whose graph waits, once each."""
    worker = current_worker()
    if engine_of(worker.resources.settings) is None:
        return
    async with worker.database.service() as conn:
        waiting = await writes.list_waiting(conn, OLDER_THAN_SECONDS)
    for institute_id in waiting:
        task = queue.tasks["project_graph"].configure(queueing_lock=f"graph {institute_id}")
        try:
            await task.defer_async(institute_id=str(institute_id))
        except AlreadyEnqueued:
            continue


@job("sync_template_graph", queue_name="graph")
async def sync_template_graph(job: Job) -> dict[str, Any]:
    """Brings what waits into the graph, and counts what it has of one template."""
    assert job.subject_id is not None
    projector = _projector_of(job)
    try:
        await projector.project_changes()
        return await projector.count(job.subject_id)
    except (GraphFailed, GraphUnreachable) as error:
        log.error("projection_failed", failure=type(error).__name__, exc_info=error)
        raise ProjectionFailed from error


@job("rebuild_graph", queue_name="graph")
async def rebuild_graph(job: Job) -> dict[str, Any]:
    return await _projector_of(job).rebuild()


def _projector_of(job: Job) -> Projector:
    projector = projector_of(current_worker().database, job.resources, job.institute_id)
    if projector is None:
        raise ProjectionFailed
    return projector
