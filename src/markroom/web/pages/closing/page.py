"""Taking a school along as one archive, and closing it (P-15)."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from markroom.institutes.closing import actions as closing
from markroom.institutes.model import CLOSE_SCHOOL
from markroom.kit.access import INSTITUTE_COOKIE, EntranceOf, requires
from markroom.kit.http import router
from markroom.operation import actions
from markroom.operation.endpoints import fetch_export
from markroom.operation.model import EXPORT_SCHOOL
from markroom.operation.reads import find_export
from markroom.web.templating import render
from markroom.web.visits import FormOf, Visit, VisitOf, attempt, go_to, read_form

URL = "/school/closing"
routes = router()


@routes.get(URL, dependencies=[requires(CLOSE_SCHOOL)])
async def show_closing(visit: VisitOf) -> HTMLResponse:
    return await _show(visit)


async def _show(visit: Visit, *, code: int = 200, **context: Any) -> HTMLResponse:
    export = await find_export(visit.conn, visit.school.id)
    shown = {
        "school": visit.school.name,
        "state": export.state if export else "",
        "written_at": export.finished_at if export else None,
        "size": _say_size(export.result["size"]) if export and export.result else "",
    }
    return visit.page("closing", code=code, **{**shown, **context})


def _say_size(size: int) -> str:
    return f"{size / 2**30:.1f} GB" if size >= 2**30 else f"{max(size / 2**20, 0.1):.1f} MB"


@routes.post(f"{URL}/export", dependencies=[requires(EXPORT_SCHOOL), Depends(read_form)])
async def ask_for_export(visit: VisitOf) -> Response:
    await actions.start_export(visit.conn, visit.actor)
    return go_to(URL)


@routes.get(f"{URL}/archive", response_class=StreamingResponse)
async def fetch_archive(request: Request, entrance: EntranceOf) -> StreamingResponse:
    return await fetch_export(request, entrance)


@routes.post(URL, dependencies=[requires(CLOSE_SCHOOL)])
async def close_school(visit: VisitOf, form: FormOf) -> Response:
    if error := await attempt(visit, closing.close(visit.conn, visit.actor, form.text("confirm"))):
        return await _show(visit, code=error.status, errors={"confirm": error.detail})
    answer = render(visit.request, "pages/closing/closed.html", {"school": visit.school.name})
    answer.delete_cookie(INSTITUTE_COOKIE, path="/")
    return answer
