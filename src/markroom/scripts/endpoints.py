from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import Field, StrictBool, StrictInt, field_validator

from markroom.files.endpoints import MULTIPART
from markroom.files.uploads import receive_files
from markroom.kit.access import EntranceOf, InInstitute, requires
from markroom.kit.http import Body, router, run_blocking
from markroom.kit.paging import PageQuery, paged
from markroom.kit.versions import IfMatch, read_version, set_etag
from markroom.scripts import reads, sheets
from markroom.scripts.actions import batches, repairing, scanning
from markroom.scripts.crop_plans import get_crop_plan, list_name_areas
from markroom.scripts.model import (
    BATCHES_CREATE,
    BATCHES_RUN,
    MAX_SCRIPTS,
    PAGES_REPAIR,
    SCANS_SEND,
    AnswerNotFound,
    Batch,
    NamesHidden,
    NewCandidate,
    NotPrinted,
    Page,
    PageNotFound,
    PageState,
    Scan,
)

MAX_UPLOAD_BYTES = 2 * 2**30
MAX_FILES = 200

batch_routes = router("/api/batches", tags=["batches"])
scan_routes = router("/api/scans", tags=["scanning"])
page_routes = router("/api/pages", tags=["scanning"])
script_routes = router("/api/scripts", tags=["scanning"])
answer_routes = router("/api/answers", tags=["marking"])
routes = (batch_routes, scan_routes, page_routes, script_routes, answer_routes)


# ── batches ─────────────────────────────────────────────────────────────────────────────────────


class CandidateBody(Body):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    number: Annotated[str | None, Field(max_length=40)] = None
    user_id: UUID | None = None

    @field_validator("name", "number")
    @classmethod
    def tidy(cls, text: str | None) -> str | None:
        """Pasted lists bring stray white space and control characters."""
        tidied = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split()) if text else ""
        if text and not tidied:
            raise ValueError("must hold more than white space")
        return tidied or None

    def entered(self) -> NewCandidate:
        return NewCandidate(self.name, self.number, self.user_id)


class ScriptsBody(Body):
    candidates: Annotated[tuple[CandidateBody, ...], Field(max_length=MAX_SCRIPTS)] = ()
    blank_scripts: Annotated[StrictInt, Field(ge=0, le=MAX_SCRIPTS)] = 0


class BatchBody(ScriptsBody):
    template_id: UUID
    title: Annotated[str, Field(min_length=1, max_length=200)]
    blind: StrictBool = False
    markers: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()
    institute_id: UUID | None = None


async def seen_batch(batch_id: UUID, caller: InInstitute) -> Batch:
    return await reads.get_batch(caller.conn, caller.actor.institute, batch_id)


async def run_batch(batch_id: UUID, caller: InInstitute) -> Batch:
    batch = await reads.get_batch(caller.conn, caller.actor.institute, batch_id)
    batches.permit_run(caller.actor, batch)
    return batch


run_batch.permission = BATCHES_RUN  # type: ignore[attr-defined]
SeenBatch = Annotated[Batch, Depends(seen_batch)]
RunBatch = Annotated[Batch, Depends(run_batch)]


@batch_routes.post("", status_code=201, dependencies=[requires(BATCHES_CREATE)])
async def create_batch(body: BatchBody, caller: InInstitute) -> dict[str, Any]:
    new = batches.NewBatch(
        template_id=body.template_id,
        title=body.title,
        candidates=[candidate.entered() for candidate in body.candidates],
        blank_scripts=body.blank_scripts,
        blind=body.blind,
        markers=list(dict.fromkeys(body.markers)),
    )
    batch = await batches.create_batch(caller.conn, caller.actor, new)
    return {"id": batch.id, "state": batch.state, "scripts": len(body.candidates) + body.blank_scripts}


@batch_routes.post("/{batch_id:uuid}/candidates", status_code=201)
async def add_candidates(body: ScriptsBody, caller: InInstitute, batch: RunBatch) -> dict[str, Any]:
    """More candidates or blank scripts, numbered on."""
    entered = [candidate.entered() for candidate in body.candidates]
    await batches.add_scripts(caller.conn, caller.actor, batch, entered, body.blank_scripts)
    return {"scripts": await reads.count_scripts(caller.conn, caller.actor.institute, batch.id)}


@batch_routes.post("/{batch_id:uuid}/print", status_code=202)
async def print_batch(caller: InInstitute, batch: RunBatch) -> dict[str, Any]:
    return {"job": {"id": await batches.start_printing(caller.conn, caller.actor, batch)}}


@batch_routes.get("/{batch_id:uuid}/print.pdf", response_class=Response)
async def get_print(request: Request, batch: RunBatch) -> Response:
    if batch.print_key is None:
        raise NotPrinted
    data = await request.app.state.storage.get(batch.print_key)
    headers = {"Content-Disposition": 'inline; filename="scripts.pdf"', "Cache-Control": "private, no-cache"}
    return Response(data, media_type="application/pdf", headers=headers)


# ── scans ───────────────────────────────────────────────────────────────────────────────────────


async def scanning_batch(batch_id: UUID, entrance: EntranceOf) -> tuple[UUID, UUID]:
    """Lets the sender in and closes the transaction again, before anything of the upload is read."""
    async with entrance.transaction() as caller:
        batch = await reads.get_batch(caller.conn, caller.actor.institute, batch_id)
        await batches.permit_scanning(caller.conn, caller.actor, batch)
        batches.refuse_ended(batch)
        return caller.actor.institute, batch.id


scanning_batch.permission = SCANS_SEND  # type: ignore[attr-defined]
ScanningBatch = Annotated[tuple[UUID, UUID], Depends(scanning_batch)]


@batch_routes.post("/{batch_id:uuid}/scans", status_code=202, openapi_extra=MULTIPART)
async def send_scans(
    request: Request, response: Response, entrance: EntranceOf, place: ScanningBatch
) -> dict[str, Any]:
    """One file or many of scanned pages. 200 where all were sent before: nothing changes then."""
    async with receive_files(request, max_bytes=MAX_UPLOAD_BYTES, max_files=MAX_FILES) as uploads:
        stored = [await scanning.store_scan(request.app.state.storage, *place, upload) for upload in uploads]
    async with entrance.transaction() as caller:
        batch = await reads.get_batch(caller.conn, caller.actor.institute, place[1])
        received = [
            await scanning.receive_scan(caller.conn, caller.actor, batch, scan)
            for scan in stored  # a handful: one per file
        ]
    response.status_code = 202 if any(is_new for _, _, is_new in received) else 200
    told = [
        {"scan": {"id": scan.id, "state": scan.state, "page_total": scan.page_total}, "job": {"id": job_id}}
        for scan, job_id, _ in received
    ]
    return told[0] | {"scans": told}


@batch_routes.get("/{batch_id:uuid}/scans")
async def list_scans(caller: InInstitute, batch: SeenBatch) -> dict[str, Any]:
    scans = await reads.list_scans(caller.conn, caller.actor.institute, batch.id)
    return {"scans": [scan_json(scan) for scan in scans], "total": len(scans)}


@scan_routes.get("/{scan_id:uuid}")
async def get_scan(scan_id: UUID, caller: InInstitute) -> dict[str, Any]:
    conn, institute = caller.conn, caller.actor.institute
    scan = await reads.get_scan(conn, institute, scan_id)
    return scan_json(scan) | {"pages": asdict(await reads.count_pages(conn, institute, scan_id=scan.id))}


def scan_json(scan: Scan) -> dict[str, Any]:
    return {
        name: getattr(scan, name) for name in ("id", "batch_id", "name", "state", "page_total", "created_at")
    }


# ── scripts and pages ───────────────────────────────────────────────────────────────────────────


@batch_routes.get("/{batch_id:uuid}/pages")
async def list_pages(
    caller: InInstitute,
    batch: SeenBatch,
    page: PageQuery,
    state: reads.PageFilter | None = None,
    scan_id: UUID | None = None,
    script_id: UUID | None = None,
) -> dict[str, Any]:
    conn, institute = caller.conn, caller.actor.institute
    rows = await reads.list_pages(
        conn, institute, batch.id, state=state, scan_id=scan_id, script_id=script_id, after=page.after, limit=page.limit + 1
    )  # fmt: skip
    total = await reads.count_listed_pages(
        conn, institute, batch.id, state=state, scan_id=scan_id, script_id=script_id
    )
    shown = paged(rows, total, page, lambda row: row.id)
    return {
        "pages": [repairing.page_json(row) for row in shown.rows],
        "total": shown.total,
        "next_cursor": shown.next_cursor,
    }


@batch_routes.get("/{batch_id:uuid}/scripts")
async def list_scripts(
    caller: InInstitute,
    batch: SeenBatch,
    page: PageQuery,
    state: Literal["awaited", "incomplete", "complete", "absent"] | None = None,
) -> dict[str, Any]:
    conn, institute = caller.conn, caller.actor.institute
    plan = await get_crop_plan(conn, institute, batch.template_id)
    rows = await reads.list_scripts(
        conn,
        institute,
        batch.id,
        expected_pages=plan.expected_pages,
        shows_names=batch.shows_names_to(caller.actor),
        after=page.after or 0,
        limit=page.limit + 1,
        state=state,
    )
    total = await reads.count_scripts(conn, institute, batch.id, state)
    shown = paged(rows, total, page, lambda script: script["number"])
    return {"scripts": shown.rows, "total": shown.total, "next_cursor": shown.next_cursor}


Width = Annotated[int | None, Query(ge=16, le=4000, description="Pixels; the whole image where absent")]


@page_routes.get("/{page_id:uuid}/image", response_class=Response)
async def get_page_image(
    page_id: UUID, request: Request, caller: InInstitute, width: Width = None
) -> Response:
    page = await reads.get_page(caller.conn, caller.actor.institute, page_id)
    batch = await reads.get_batch(caller.conn, caller.actor.institute, page.batch_id)
    return await _show_page(request, caller, batch, page, width)


@script_routes.get("/{script_id:uuid}/pages/{page:int}/image", response_class=Response)
async def get_script_page_image(
    script_id: UUID, page: int, request: Request, caller: InInstitute, width: Width = None
) -> Response:
    """A whole page of a script, in the template's frame; in a blind batch without its name."""
    script = await reads.get_script(caller.conn, caller.actor.institute, script_id)
    found = await reads.find_placed_page(caller.conn, caller.actor.institute, script_id, page)
    if found is None:
        raise PageNotFound
    batch = await reads.get_batch(caller.conn, caller.actor.institute, script.batch_id)
    return await _show_page(request, caller, batch, found, width)


async def _show_page(
    request: Request, caller: InInstitute, batch: Batch, page: Page, width: int | None
) -> Response:
    """A blind marker sees placed pages only, with the printed label and the name fields painted over."""
    hidden: list[dict[str, float]] = []
    if not batch.shows_names_to(caller.actor):
        if page.state != "placed" or page.page is None:
            raise NamesHidden
        hidden = await _name_bounds(caller, batch, page.page)
    if page.image_key is None:
        raise PageNotFound
    image = await request.app.state.storage.get(page.image_key)
    shown = await run_blocking(sheets.show, image, 0 if page.is_aligned else page.rotation, width, hidden)
    return _jpeg(shown, "private, no-cache")


async def _name_bounds(caller: InInstitute, batch: Batch, page: int) -> list[dict[str, float]]:
    named = await list_name_areas(caller.conn, caller.actor.institute, batch.template_id)
    printed = (batch.code_places or {"pages": []})["pages"][page - 1 : page]
    return [*named.get(page, []), *(place["label"] for place in printed if place["label"])]


def _jpeg(image: bytes, cache_control: str) -> Response:
    return Response(image, media_type="image/jpeg", headers={"Cache-Control": cache_control})


class PageBody(Body):
    """What is absent or null stays; a page is taken off its script by `state`."""

    script_id: UUID | None = None
    page: StrictInt | None = None
    rotation: Literal[0, 90, 180, 270] | None = None
    state: PageState | None = None


async def repaired_page(page_id: UUID, entrance: EntranceOf, if_match: IfMatch = None) -> Page:
    async with entrance.transaction() as caller:
        page, _ = await repairing.open_page(caller.conn, caller.actor, page_id, read_version(if_match))
        return page


repaired_page.permission = PAGES_REPAIR  # type: ignore[attr-defined]


@page_routes.patch("/{page_id:uuid}")
async def change_page(
    body: PageBody,
    request: Request,
    response: Response,
    entrance: EntranceOf,
    page: Annotated[Page, Depends(repaired_page)],
) -> dict[str, Any]:
    """Assigns a sheet to a page of a script, turns it, discards it, brings it back."""
    change = repairing.PageChange(**body.model_dump())
    storage = request.app.state.storage
    if not change.places(page):
        async with entrance.transaction() as caller:
            batch = await reads.get_batch(caller.conn, caller.actor.institute, page.batch_id)
            changed = await repairing.change_page(caller.conn, caller.actor, page, batch, change)
    else:
        async with entrance.transaction() as caller:
            batch = await reads.get_batch(caller.conn, caller.actor.institute, page.batch_id)
            placing = await repairing.plan_placing(caller.conn, storage, caller.actor, page, batch, change)
            institute_id = caller.actor.institute
        sheet = await repairing.look_at_placing(storage, institute_id, placing)
        async with entrance.transaction() as caller:
            changed = await repairing.place_page(caller.conn, caller.actor, placing, sheet)
    set_etag(response, changed.version)
    return repairing.page_json(changed)


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


@answer_routes.get("/{script_id:uuid}/{question_id:uuid}/{number:int}/image", response_class=Response)
async def get_answer_image(
    script_id: UUID,
    question_id: UUID,
    number: int,
    request: Request,
    caller: InInstitute,
    v: str | None = None,
) -> Response:
    """The crop of an answer's area `number`, from 1; `v`, its version, makes the image keep for good."""
    answer = await reads.get_answer(caller.conn, caller.actor.institute, script_id, question_id)
    if not 1 <= number <= len(answer.areas):
        raise AnswerNotFound
    image = await request.app.state.storage.get(answer.areas[number - 1]["image_key"])
    return _jpeg(image, "private, max-age=86400, immutable" if v else "private, no-cache")
