"""The marking desk, for one question of a batch or all of them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from markroom.exam_templates.canvas.reads import list_items
from markroom.exam_templates.errors import QuestionNotFound
from markroom.exam_templates.model import Question
from markroom.kit.access import Caller, EntranceOf
from markroom.kit.http import router
from markroom.kit.limits import TooManyRequests
from markroom.marking.model import MarkedBatch, NotMarker
from markroom.marking.reads import get_marked_batch
from markroom.memories.embedding import embed_query
from markroom.memories.model import ProjectRights
from markroom.memories.reads import find_rights
from markroom.web.pages.marking_desk.decisions import add_alike, list_linked, question_words
from markroom.web.visits import VisitOf

routes = router()


async def marked_batch(batch_id: UUID, visit: VisitOf) -> MarkedBatch:
    return await _get_batch(Caller(visit.conn, visit.actor), batch_id)


async def _get_batch(caller: Caller, batch_id: UUID) -> MarkedBatch:
    batch = await get_marked_batch(caller.conn, caller.actor.institute, batch_id)
    if not batch.is_marked_by(caller.actor):
        raise NotMarker
    return batch


async def _find_rights(caller: Caller, batch: MarkedBatch) -> ProjectRights | None:
    """Of the project whose memory fits the batch, for those who read it."""
    if batch.project_id is None:
        return None
    return await find_rights(caller.conn, caller.actor.institute, batch.project_id)


async def _get_question(caller: Caller, batch: MarkedBatch, question_id: UUID) -> Question:
    items = await list_items(caller.conn, caller.actor.institute, batch.template_id)
    question = next((item for item in items if item.id == question_id), None)
    if question is None:
        raise QuestionNotFound
    return question


@routes.get("/marking/{batch_id:uuid}")
@routes.get("/marking/{batch_id:uuid}/{question_id:uuid}")
async def show_desk(
    visit: VisitOf, batch: Annotated[MarkedBatch, Depends(marked_batch)], question_id: UUID | None = None
) -> HTMLResponse:
    caller = Caller(visit.conn, visit.actor)
    rights = await _find_rights(caller, batch)
    return visit.page(
        "marking_desk",
        batch=batch,
        question=await _get_question(caller, batch, question_id) if question_id else None,
        project_id=rights and rights.project_id,
        may_keep=rights is not None and rights.takes_writing,
    )


@routes.get("/marking/{batch_id:uuid}/{question_id:uuid}/decisions")
async def show_decisions(
    request: Request, entrance: EntranceOf, batch_id: UUID, question_id: UUID
) -> dict[str, Any]:
    """What the team decided that fits a question. The words of the question are understood while no
    transaction is open; beyond the limit of searches only what is linked is told."""
    async with entrance.transaction() as caller:
        batch = await _get_batch(caller, batch_id)
        question = await _get_question(caller, batch, question_id)
        rights = await _find_rights(caller, batch)
        if rights is None:
            return {"memories": []}
        listed = await list_linked(
            caller.conn, caller.actor, rights.project_id, batch.template_id, question_id
        )
    words = question_words(question)
    try:
        await request.app.state.limiter.count("memory_search", entrance.token or "")
    except TooManyRequests:
        words = ""
    if words:
        vector = await embed_query(words)
        async with entrance.transaction() as caller:
            listed = await add_alike(caller.conn, caller.actor, rights, listed, words, vector)
    return {"memories": listed}


@routes.get("/batches/{batch_id:uuid}/mark")
async def lead_to_desk(
    batch: Annotated[MarkedBatch, Depends(marked_batch)], question_id: UUID | None = None
) -> RedirectResponse:
    """The desk by the address of its batch."""
    question = f"/{question_id}" if question_id else ""
    return RedirectResponse(f"/marking/{batch.id}{question}", 307)
