"""The canvases a paper had, bringing one back, and the paper and its mark scheme as files (T-09, T-12)."""

from __future__ import annotations

from typing import Any

from fastapi.responses import HTMLResponse, Response

from markroom.exam_templates import actions
from markroom.exam_templates.model import Template
from markroom.exam_templates.versions import actions as versions
from markroom.exam_templates.versions import reads as history
from markroom.kit.http import router
from markroom.kit.paging import BadCursor, PageQuery, paged
from markroom.web.pages.template.gates import OwnTemplate, SeenTemplate
from markroom.web.visits import FormOf, Visit, VisitOf, attempt, go_to

routes = router()
REASONS = {
    "found": "As it was found",
    "replaced": "Canvas saved",
    "detected": "Read by the machine",
    "question": "One question changed",
    "restored": "An earlier version brought back",
    "cloned": "Copied from another paper",
    "imported": "Taken from a file",
}


@routes.get("/exams/{template_id:uuid}/history")
async def show_history(
    visit: VisitOf, template: SeenTemplate, page: PageQuery, cursor: str = ""
) -> HTMLResponse:
    return await _show(visit, template, page, cursor=cursor)


async def _show(
    visit: Visit, template: Template, page: PageQuery, *, code: int = 200, **context: Any
) -> HTMLResponse:
    if page.after is not None and not isinstance(page.after, int):
        raise BadCursor
    rows, total = await history.list_versions(
        visit.conn, visit.school.id, template.id, page.after, page.limit + 1
    )
    shown = paged(rows, total, page, lambda version: version.number)
    fresh = {
        "template": template,
        "versions": [vars(row) | {"said": REASONS[row.reason]} for row in shown.rows],
        "total": total,
        "next_cursor": shown.next_cursor,
        "may_edit": template.may_edit and template.status != "archived",
        "cursor": "",
        "trouble": "",
    }
    return visit.page("template_history", code=code, **{**fresh, **context})


@routes.post("/exams/{template_id:uuid}/history")
async def bring_back(visit: VisitOf, template: OwnTemplate, page: PageQuery, form: FormOf) -> Response:
    editable = await actions.lock_editable_template(visit.conn, template)
    number = int(form.text("version")) if form.text("version").isdecimal() else 0
    if error := await attempt(visit, versions.restore_version(visit.conn, editable, number % 2**31)):
        return await _show(visit, template, page, code=error.status, trouble=error.detail)
    return go_to(f"/exams/{template.id}", "The earlier version is back. The one before it is in the history.")
