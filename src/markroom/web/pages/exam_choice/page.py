"""The boards' exams: one is chosen for a new paper, or for one that is there."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from fastapi.responses import HTMLResponse, Response

from markroom.catalogue import reads as catalogue
from markroom.catalogue.model import Paper
from markroom.exam_templates import actions
from markroom.exam_templates.canvas import reads
from markroom.exam_templates.canvas.actions import replace_canvas
from markroom.exam_templates.errors import UnknownExam
from markroom.exam_templates.model import CREATE, Template
from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.kit.paging import BadCursor, PageQuery, PageRequest, paged
from markroom.web.pages.template.gates import OwnTemplate, SeenTemplate
from markroom.web.visits import FormOf, Visit, VisitOf, attempt, go_to

routes = router()
Sought = Annotated[str, Query(max_length=200)]


@routes.get("/exams/catalogue", dependencies=[requires(CREATE)])
async def show_catalogue(visit: VisitOf, page: PageQuery, q: Sought = "", cursor: str = "") -> HTMLResponse:
    return await _show(visit, page, q, cursor)


@routes.post("/exams/catalogue", dependencies=[requires(CREATE)])
async def make_template(visit: VisitOf, form: FormOf) -> Response:
    """A draft of the exam; its PDF comes later."""
    paper = await _find_chosen(visit, form.text("exam_id"))
    fields = {
        "title": f"{paper.board} {paper.subject} {paper.code}",
        "subject": paper.subject,
        "exam_id": paper.id,
    }
    template_id = await actions.create_template(visit.conn, visit.actor, fields)
    return go_to(f"/exams/{template_id}", "The paper is made. Upload its PDF next.")


@routes.get("/exams/{template_id:uuid}/exam")
async def show_choice(
    visit: VisitOf, page: PageQuery, template: SeenTemplate, q: Sought = "", cursor: str = ""
) -> HTMLResponse:
    return await _show(visit, page, q or template.subject or "", cursor, template)


@routes.post("/exams/{template_id:uuid}/exam")
async def choose_exam(visit: VisitOf, form: FormOf, template: OwnTemplate) -> Response:
    chosen = form.text("exam_id")
    paper = await _find_chosen(visit, chosen) if chosen else None
    if error := await attempt(visit, _save(visit, template, paper)):
        trouble = {"trouble": error.detail}
        return await _show(
            visit, PageRequest(), template.subject or "", "", template, error.status, **trouble
        )
    said = f"This paper is {paper.code} of {paper.board} now." if paper else "This paper is no board's now."
    return go_to(f"/exams/{template.id}", said)


async def _save(visit: Visit, template: Template, paper: Paper | None) -> None:
    """Raises ArchivedReadOnly, InvalidCanvas: what questions refer to must be in the exam's specification."""
    editable = await actions.lock_editable_template(visit.conn, template)
    canvas = await reads.read_canvas(visit.conn, visit.school.id, template.id)
    meta = {"exam_id": paper.id} if paper else {"exam_id": None, "exam_code": None}
    await replace_canvas(visit.conn, editable, canvas, meta)


async def _find_chosen(visit: Visit, text: str) -> Paper:
    try:
        paper = await catalogue.find_paper(visit.conn, UUID(text))
    except ValueError as error:
        raise UnknownExam from error
    if paper is None:
        raise UnknownExam
    return paper


async def _show(
    visit: Visit,
    page: PageRequest,
    q: str,
    cursor: str,
    template: Template | None = None,
    code: int = 200,
    **context: Any,
) -> HTMLResponse:
    offset = page.after or 0
    if not isinstance(offset, int):
        raise BadCursor
    wanted = catalogue.Filters(q=q.strip() or None)
    rows = await catalogue.list_rows(visit.conn, Paper, wanted, offset, page.limit + 1)
    total = await catalogue.count_rows(visit.conn, Paper, wanted)
    listed = paged(rows, total, page, lambda _: offset + page.limit)
    given = {"papers": listed.rows, "total": total, "next_cursor": listed.next_cursor, "trouble": ""}
    return visit.page("exam_choice", code=code, **given | context, q=q, cursor=cursor, template=template)
