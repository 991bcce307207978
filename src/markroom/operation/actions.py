"""Taking a school along: a job writes one archive, which is fetched within a day (P-15)."""

from __future__ import annotations

from uuid import UUID

from markroom.jobs.model import JobRow
from markroom.jobs.queue import start_job
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.operation import reads
from markroom.operation.archive import archive_key
from markroom.operation.model import (
    EXPORT_JOB,
    EXPORT_SCHOOL,
    ExportUnfinished,
    InstituteExportFetched,
    InstituteExportStarted,
    NoExport,
)


async def start_export(conn: Conn, actor: Actor) -> UUID:
    """The job that writes the archive; the one that runs already, where one does. Raises AdminRequired."""
    permit(actor, EXPORT_SCHOOL)
    last = await reads.find_export(conn, actor.institute)
    if last and last.state in ("queued", "running"):
        return last.id
    job_id = await start_job(conn, EXPORT_JOB, actor.institute)
    await emit(conn, InstituteExportStarted(institute_id=actor.institute, subject_id=job_id))
    return job_id


async def fetch_export(conn: Conn, actor: Actor) -> tuple[str, JobRow]:
    """The key of the newest archive in the store, and its job. Raises AdminRequired, NoExport or
    ExportUnfinished."""
    permit(actor, EXPORT_SCHOOL)
    last = await reads.find_export(conn, actor.institute)
    if last is None or last.state == "failed":
        raise NoExport
    if last.state != "done":
        raise ExportUnfinished
    await emit(conn, InstituteExportFetched(institute_id=actor.institute, subject_id=last.id))
    return archive_key(actor.institute, last.id), last
