"""Memories out of a project and into one, as JSON lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import StreamingResponse

from markroom.kit.access import Entrance, EntranceOf
from markroom.kit.actor import permit
from markroom.kit.http import router
from markroom.kit.limits import limited
from markroom.memories import actions, reads
from markroom.memories.errors import NotJsonLines
from markroom.memories.exchange import Importer, encode_line, memory_line, split_lines
from markroom.memories.model import MEMORIES_APPROVE, ProjectRights

routes = router("/api/memories", tags=["memories"])
JSON_LINES = "application/x-ndjson"
MEMORIES_AT_ONCE = 500


async def read_project(entrance: EntranceOf, project_id: UUID | None = None) -> ProjectRights:
    async with entrance.transaction() as caller:
        return await actions.get_rights(caller.conn, caller.actor, project_id)


async def filled_project(entrance: EntranceOf, project_id: UUID | None = None) -> ProjectRights:
    """Only a person imports: what a file holds counts as theirs."""
    async with entrance.transaction() as caller:
        rights = await actions.get_writable(caller.conn, caller.actor, project_id)
        permit(caller.actor, MEMORIES_APPROVE)
        return rights


filled_project.permission = MEMORIES_APPROVE  # type: ignore[attr-defined]


@routes.get("/export", response_class=StreamingResponse)
async def export_memories(
    entrance: EntranceOf, project: Annotated[ProjectRights, Depends(read_project)]
) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="memories-{project.project_id}.jsonl"'}
    return StreamingResponse(_stream_lines(entrance, project.project_id), 200, headers, JSON_LINES)


async def _stream_lines(entrance: Entrance, project_id: UUID) -> AsyncIterator[bytes]:
    """Page by page, each in a transaction of its own: with the caller's rights the stream ends."""
    after: tuple[datetime, UUID] | None = None
    while True:
        async with entrance.transaction() as caller:
            rows = await reads.list_after(
                caller.conn, caller.actor.institute, project_id, after, MEMORIES_AT_ONCE
            )
        yield b"".join(encode_line(memory_line(memory)) for memory in rows)
        if len(rows) < MEMORIES_AT_ONCE:
            return
        after = (rows[-1].created_at, rows[-1].id)


@routes.post("/import", dependencies=[limited("memory_write")])
async def import_memories(
    request: Request,
    entrance: EntranceOf,
    project: Annotated[ProjectRights, Depends(filled_project)],
    dry_run: bool = False,
) -> dict[str, Any]:
    """Every line counts for itself: what cannot be read is told, the rest is kept. The same file again
    changes nothing."""
    if "json" in request.headers.get("content-type", "").partition(";")[0].removesuffix(JSON_LINES):
        raise NotJsonLines
    importer = Importer(project, dry_run)
    try:
        async for lines in split_lines(request.stream()):
            async with entrance.transaction() as caller:
                await actions.get_writable(caller.conn, caller.actor, project.project_id)
                await importer.read(caller.conn, caller.actor, lines)
    finally:  # a file that breaks off has left something too
        if importer.report.created and not dry_run:
            async with entrance.transaction() as caller:
                await actions.start_embedding(caller.conn, caller.actor, project.project_id)
    return {"dry_run": dry_run, **vars(importer.report)}
