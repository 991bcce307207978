from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from markroom.kit.access import InInstitute
from markroom.kit.http import router, run_blocking
from markroom.scripts import reads, sheets
from markroom.scripts.endpoints.pages import page_routes
from markroom.scripts.errors import AnswerNotFound, NamesHidden, PageNotFound
from markroom.scripts.model import (
    Batch,
    Page,
)
from markroom.scripts.reads.crop_plans import list_name_areas

script_routes = router("/api/scripts", tags=["scanning"])
answer_routes = router("/api/answers", tags=["marking"])

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
