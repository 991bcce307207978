"""One sitting on its board: printing, scanning in, what is there and what is missing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import HTMLResponse

from markroom.exam_templates.reads import get_template
from markroom.kit.http import router
from markroom.scripts.model import Batch
from markroom.scripts.reads import get_batch
from markroom.web import reads
from markroom.web.visits import VisitOf

routes = router()


async def seen_batch(batch_id: UUID, visit: VisitOf) -> Batch:
    return await get_batch(visit.conn, visit.school.id, batch_id)


SeenBatch = Annotated[Batch, Depends(seen_batch)]


@routes.get("/batches/{batch_id:uuid}")
async def show_batch(visit: VisitOf, batch: SeenBatch) -> HTMLResponse:
    document = await reads.get_batch(visit.conn, visit.school.id, batch.id)
    template = await get_template(visit.conn, visit.school.id, batch.template_id)
    may_run = batch.is_run_by(visit.actor)
    return visit.page("batch", batch=document, template=template, may_run=may_run, next_states=[], errors="")
