from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field, field_validator

from markroom.kit.access import InInstitute
from markroom.kit.http import Body, router
from markroom.kit.paging import PageQuery, paged
from markroom.kit.versions import IfMatch, require_version, set_etag
from markroom.marking import actions, reads
from markroom.marking.model import (
    CLAIMS_AHEAD,
    MARKS_GIVE,
    Claim,
    Mark,
    MarkedBatch,
    MarkedItem,
    MarkState,
    NotMarker,
    OthersClaim,
)
from markroom.scripts import reads as scripts
from markroom.scripts.reads.crop_plans import get_crop_plan

batches = router("/api/batches", tags=["marking"])
claims = router("/api/claims", tags=["marking"])
marks = router("/api/scripts", tags=["marking"])

ANNOTATIONS_BYTES = 200_000


class ClaimWish(Body):
    question_id: UUID | None = None
    skip: list[UUID] = Field(default=[], max_length=CLAIMS_AHEAD, description="Claims already in hand")


class MarkBody(Body):
    marks: Annotated[float, Field(strict=True, ge=0, le=10_000, allow_inf_nan=False)] | None
    state: MarkState
    points: list[Annotated[int, Field(strict=True)] | Annotated[str, Field(max_length=100)]] = Field(
        default=[], max_length=100
    )
    comment: Annotated[str, Field(max_length=5_000)] | None = None
    annotations: list[dict[str, Any]] = Field(default=[], max_length=1_000)
    why: Annotated[str, Field(max_length=1_000)] | None = None

    @field_validator("annotations")
    @classmethod
    def fit(cls, annotations: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(json.dumps(annotations)) > ANNOTATIONS_BYTES:
            raise ValueError("there is too much drawn on this answer")
        return annotations


# What one may not see is absent (404), what one may not mark refused (403), both before the body is judged.


async def seen_batch(batch_id: UUID, caller: InInstitute) -> MarkedBatch:
    return await reads.get_marked_batch(caller.conn, caller.actor.institute, batch_id)


async def marked_batch(
    batch: Annotated[MarkedBatch, Depends(seen_batch)], caller: InInstitute
) -> MarkedBatch:
    if not batch.is_marked_by(caller.actor):
        raise NotMarker
    return batch


async def batch_of_script(script_id: UUID, caller: InInstitute) -> MarkedBatch:
    script = await scripts.get_script(caller.conn, caller.actor.institute, script_id)
    return await reads.get_marked_batch(caller.conn, caller.actor.institute, script.batch_id)


async def marked_item(
    script_id: UUID,
    question_id: UUID,
    batch: Annotated[MarkedBatch, Depends(batch_of_script)],
    caller: InInstitute,
) -> MarkedItem:
    if not batch.is_marked_by(caller.actor):
        raise NotMarker
    return await reads.lock_item(caller.conn, caller.actor.institute, script_id, question_id)


async def own_claim(claim_id: UUID, caller: InInstitute) -> Claim:
    claim = await reads.get_claim(caller.conn, caller.actor.institute, claim_id)
    if claim.marker_id != caller.actor.user_id:
        raise OthersClaim
    return claim


async def own_or_run_claim(claim_id: UUID, caller: InInstitute) -> Claim:
    claim = await reads.get_claim(caller.conn, caller.actor.institute, claim_id)
    batch = await reads.get_marked_batch(caller.conn, caller.actor.institute, claim.batch_id)
    if claim.marker_id != caller.actor.user_id and not batch.is_run_by(caller.actor):
        raise OthersClaim
    return claim


for gate in (marked_batch, marked_item, own_claim, own_or_run_claim):
    setattr(gate, "permission", MARKS_GIVE)  # noqa: B010 - read by the walk over the routes

SeenBatch = Annotated[MarkedBatch, Depends(seen_batch)]


@batches.get("")
async def list_batches(
    caller: InInstitute,
    page: PageQuery,
    state: Literal["open", "marking", "moderation", "released", "closed"] | None = None,
    template_id: UUID | None = None,
) -> dict[str, Any]:
    conn, institute = caller.conn, caller.actor.institute
    rows = await scripts.list_batches(
        conn, institute, template_id=template_id, state=state, before=page.after, limit=page.limit + 1
    )
    total = await scripts.count_batches(conn, institute, template_id=template_id, state=state)
    shown = paged(rows, total, page, lambda batch: batch["id"])
    counts = await reads.count_marks(conn, institute, [batch["id"] for batch in shown.rows])
    return {
        "batches": [_with_marks(batch, counts) for batch in shown.rows],
        "total": shown.total,
        "next_cursor": shown.next_cursor,
    }


@batches.get("/{batch_id:uuid}")
async def get_batch(caller: InInstitute, batch: SeenBatch) -> dict[str, Any]:
    document = await scripts.get_batch_document(caller.conn, caller.actor.institute, batch.id)
    counts = await reads.count_marks(caller.conn, caller.actor.institute, [batch.id])
    return _with_marks(document, counts) | {
        "may_mark": batch.is_marked_by(caller.actor),
        "may_run": batch.is_run_by(caller.actor),
    }


def _with_marks(document: dict[str, Any], counts: dict[str, dict[str, int]]) -> dict[str, Any]:
    return document | {"items": document["items"] | counts[document["id"]]}


@batches.get("/{batch_id:uuid}/scripts")
async def list_scripts(
    caller: InInstitute,
    batch: SeenBatch,
    page: PageQuery,
    state: Literal["awaited", "incomplete", "complete", "absent"] | None = None,
) -> dict[str, Any]:
    """The scripts of a batch by number, with the pages that are missing and the items that are marked."""
    conn, institute = caller.conn, caller.actor.institute
    plan = await get_crop_plan(conn, institute, batch.template_id)
    rows = await scripts.list_scripts(
        conn,
        institute,
        batch.id,
        expected_pages=plan.expected_pages,
        shows_names=batch.shows_names_to(caller.actor),
        after=page.after or 0,
        limit=page.limit + 1,
        state=state,
    )
    total = await scripts.count_scripts(conn, institute, batch.id, state)
    shown = paged(rows, total, page, lambda script: script["number"])
    marked = await reads.count_marked_items(conn, institute, [script["id"] for script in shown.rows])
    listed = [script | {"items_marked": marked.get(script["id"], 0)} for script in shown.rows]
    return {"scripts": listed, "total": shown.total, "next_cursor": shown.next_cursor}


@batches.get("/{batch_id:uuid}/items")
async def list_items(caller: InInstitute, batch: SeenBatch) -> dict[str, Any]:
    return {"items": await reads.list_items(caller.conn, caller.actor.institute, batch, caller.actor.user_id)}


@batches.get("/{batch_id:uuid}/to-review")
async def list_entries_to_review(caller: InInstitute, batch: SeenBatch, page: PageQuery) -> dict[str, Any]:
    """Marks given under an earlier mark scheme."""
    rows, total = await reads.list_entries_to_review(
        caller.conn, caller.actor.institute, batch.id, after=page.after, limit=page.limit + 1
    )
    shown = paged(
        rows, total, page, lambda row: [row["position"], row["entry"]["question_id"], row["script_number"]]
    )
    return {"entries": shown.rows, "total": shown.total, "next_cursor": shown.next_cursor}


@batches.post("/{batch_id:uuid}/claims", responses={204: {"description": "Nothing is left to mark"}})
async def claim_answer(
    wish: ClaimWish, caller: InInstitute, batch: Annotated[MarkedBatch, Depends(marked_batch)]
) -> Any:
    claim = await actions.claim_answer(caller.conn, caller.actor, batch, wish.question_id, wish.skip)
    if claim is None:
        return Response(status_code=204)
    return claim


@claims.put("/{claim_id:uuid}")
async def renew_claim(caller: InInstitute, claim: Annotated[Claim, Depends(own_claim)]) -> dict[str, Any]:
    return {"claim_id": claim.id, "expires_at": await actions.renew_claim(caller.conn, caller.actor, claim)}


@claims.delete("/{claim_id:uuid}", status_code=204)
async def hand_back(caller: InInstitute, claim: Annotated[Claim, Depends(own_or_run_claim)]) -> None:
    await actions.hand_back(caller.conn, caller.actor, claim)


@marks.put("/{script_id:uuid}/marks/{question_id:uuid}")
async def save_mark(
    body: MarkBody,
    caller: InInstitute,
    batch: Annotated[MarkedBatch, Depends(batch_of_script)],
    item: Annotated[MarkedItem, Depends(marked_item)],
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    mark = Mark(**body.model_dump())
    entry = await actions.save_mark(caller.conn, caller.actor, batch, item, require_version(if_match), mark)
    set_etag(response, entry["version"])
    return entry


@marks.get("/{script_id:uuid}/marks")
async def list_marks(
    script_id: UUID, caller: InInstitute, _: Annotated[MarkedBatch, Depends(batch_of_script)]
) -> dict[str, Any]:
    return {"entries": await reads.list_entries(caller.conn, caller.actor.institute, script_id)}


@marks.get("/{script_id:uuid}/marks/{question_id:uuid}/changes")
async def list_changes(
    script_id: UUID,
    question_id: UUID,
    caller: InInstitute,
    _: Annotated[MarkedBatch, Depends(batch_of_script)],
) -> dict[str, Any]:
    """Every mark this answer ever had, oldest first."""
    return {"changes": await reads.list_changes(caller.conn, caller.actor.institute, script_id, question_id)}
