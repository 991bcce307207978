from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse

from markroom.kit.access import EntranceOf, InInstitute, requires
from markroom.kit.http import router
from markroom.kit.storage import PIECE, StoredFile
from markroom.operation import actions
from markroom.operation.model import EXPORT_SCHOOL

routes = router("/api/institutes/current", tags=["school"])


@routes.post("/export", status_code=202, dependencies=[requires(EXPORT_SCHOOL)])
async def start_export(caller: InInstitute) -> dict[str, Any]:
    """Writes all of the school into one archive: tables as JSON lines, and files."""
    job_id = await actions.start_export(caller.conn, caller.actor)
    return {"job": {"id": job_id}}


@routes.get("/export", response_class=StreamingResponse)
async def fetch_export(request: Request, entrance: EntranceOf) -> StreamingResponse:
    """The newest archive, for a day after it was written."""
    async with entrance.transaction() as caller:
        key, written = await actions.fetch_export(caller.conn, caller.actor)
    stored = await asyncio.to_thread(request.app.state.storage.open, key)
    name = f"school-{written.created_at:%Y-%m-%d}.tar"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(stored.size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_pieces(stored), media_type="application/x-tar", headers=headers)


def _pieces(stored: StoredFile) -> Iterator[bytes]:
    while piece := stored.read(PIECE):
        yield piece
