"""The marking desk, for one question of a batch or all of them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from markroom.exam_templates.model import QuestionNotFound
from markroom.exam_templates.reads import list_items
from markroom.kit.http import router
from markroom.marking.model import MarkedBatch, NotMarker
from markroom.marking.reads import get_marked_batch
from markroom.web.visits import VisitOf

routes = router()


async def marked_batch(batch_id: UUID, visit: VisitOf) -> MarkedBatch:
    batch = await get_marked_batch(visit.conn, visit.school.id, batch_id)
    if not batch.is_marked_by(visit.actor):
        raise NotMarker
    return batch


@routes.get("/marking/{batch_id:uuid}")
@routes.get("/marking/{batch_id:uuid}/{question_id:uuid}")
async def show_desk(
    visit: VisitOf, batch: Annotated[MarkedBatch, Depends(marked_batch)], question_id: UUID | None = None
) -> HTMLResponse:
    items = await list_items(visit.conn, visit.school.id, batch.template_id)
    question = next((item for item in items if item.id == question_id), None)
    if question_id and question is None:
        raise QuestionNotFound
    return visit.page("marking_desk", batch=batch, question=question, project_id=None, may_keep=False)


@routes.get("/batches/{batch_id:uuid}/mark")
async def lead_to_desk(
    batch: Annotated[MarkedBatch, Depends(marked_batch)], question_id: UUID | None = None
) -> RedirectResponse:
    """The desk by the address of its batch."""
    question = f"/{question_id}" if question_id else ""
    return RedirectResponse(f"/marking/{batch.id}{question}", 307)
