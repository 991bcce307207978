from __future__ import annotations

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends

from markroom.exam_templates.actions import permit_owner
from markroom.exam_templates.model import OWN
from markroom.exam_templates.reads import get_visible_template
from markroom.graph import reads
from markroom.graph.model import (
    REBUILD,
    GraphRebuilt,
    ProjectionFailed,
    SpaceNotFound,
    TemplateSynced,
)
from markroom.graph.writes import insert_change
from markroom.jobs.queue import start_job
from markroom.jobs.reads import get_job
from markroom.kit.access import EntranceOf, InInstitute, requires
from markroom.kit.events import emit
from markroom.kit.http import router

routes = router("/api", tags=["graph"])
SYNC_SECONDS, LOOK_SECONDS = 30.0, 0.1


async def started_sync(template_id: UUID, entrance: EntranceOf) -> UUID:
    """The job that brings the caller's template into the graph; nothing is open any more."""
    async with entrance.transaction() as caller:
        template = await get_visible_template(caller.conn, caller.actor.institute, template_id)
        await permit_owner(caller.conn, caller.actor, template)
        await insert_change(caller.conn, template.institute_id, template.id)
        job_id = await start_job(caller.conn, "sync_template_graph", template.institute_id, template.id)
        synced = TemplateSynced(institute_id=template.institute_id, subject_id=template.id)
        await emit(caller.conn, synced)
    return job_id


setattr(started_sync, "permission", OWN)  # noqa: B010 - functions have no such attribute by type


@routes.post("/exam/templates/{template_id:uuid}/neo4j-sync")
async def sync_template(
    entrance: EntranceOf, job_id: Annotated[UUID, Depends(started_sync)]
) -> dict[str, Any]:
    """Waits until the template is in the graph as it is now. Raises ProjectionFailed."""
    for _ in range(round(SYNC_SECONDS / LOOK_SECONDS)):
        async with entrance.transaction() as caller:
            job = await get_job(caller.conn, caller.actor.institute, job_id)
        if job.state == "failed":
            raise ProjectionFailed
        if job.state == "done":
            return {"status": "ok", "projection": job.result}
        await asyncio.sleep(LOOK_SECONDS)
    raise ProjectionFailed


@routes.get("/graph/space", dependencies=[requires(REBUILD)])
async def get_space(caller: InInstitute) -> dict[str, Any]:
    """Where the school's graph lies, and whether it is up to date."""
    space = await reads.find_space(caller.conn, caller.actor.institute)
    if space is None:
        raise SpaceNotFound
    return vars(space)


@routes.post("/timetable/rebuild-neo4j", status_code=202, dependencies=[requires(REBUILD)])
async def rebuild_graph(caller: InInstitute) -> dict[str, Any]:
    """Makes the school's graph anew, beside the old one until it is ready."""
    institute_id = caller.actor.institute
    job_id = await start_job(caller.conn, "rebuild_graph", institute_id)
    await emit(caller.conn, GraphRebuilt(institute_id=institute_id, subject_id=institute_id))
    return {"job": {"id": job_id}}
