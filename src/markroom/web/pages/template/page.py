"""One paper on its canvas; its title, subject and code; putting it away and taking it out again."""

from __future__ import annotations

from typing import Any

from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from markroom.exam_templates import actions
from markroom.exam_templates.canvas import reads
from markroom.exam_templates.canvas.actions import replace_canvas
from markroom.exam_templates.canvas.bodies import TemplateMeta
from markroom.exam_templates.model import Template
from markroom.kit.http import router
from markroom.web.pages.template.gates import OwnTemplate, SeenTemplate
from markroom.web.visits import FormOf, Visit, VisitOf, attempt, go_to

routes = router()
WORDS = {
    "title": "Write a title of at most 300 characters.",
    "subject": "Write at most 200 characters.",
    "exam_code": "Write at most 100 characters.",
}


@routes.get("/exams/{template_id:uuid}")
async def show_template(visit: VisitOf, template: SeenTemplate) -> HTMLResponse:
    return _show(visit, template)


def _show(visit: Visit, template: Template, *, code: int = 200, **context: Any) -> HTMLResponse:
    return visit.page(
        "template",
        code=code,
        **{"template": template, "may_edit": template.may_edit, "form": template, **context},
    )


@routes.post("/exams/{template_id:uuid}")
async def change_template(visit: VisitOf, form: FormOf, template: OwnTemplate) -> Response:
    url = f"/exams/{template.id}"
    if form.has("archive"):
        await actions.archive_template(visit.conn, template)
        return go_to("/exams", f"“{template.title}” is archived.")
    if form.has("restore"):
        await actions.restore_template(visit.conn, template)
        return go_to(url, "The paper is out of the archive.")
    typed = {name: form.text(name) for name in WORDS}
    if wrong := _check_details(typed):
        return _show(visit, template, code=422, errors=wrong, form=typed)
    if error := await attempt(visit, _save_details(visit, template, typed)):
        return _show(visit, template, code=error.status, errors={"": error.detail}, form=typed)
    return go_to(url, "The details are saved.")


def _check_details(typed: dict[str, str]) -> dict[str, str]:
    try:
        TemplateMeta.model_validate({name: text or None for name, text in typed.items()})
    except ValidationError as error:
        return {str(e["loc"][0]): WORDS[str(e["loc"][0])] for e in error.errors()}
    return {}


async def _save_details(visit: Visit, template: Template, typed: dict[str, str]) -> None:
    """Only the paper's own fields: the canvas stays as it is. Raises ArchivedReadOnly."""
    editable = await actions.lock_editable_template(visit.conn, template)
    canvas = await reads.read_canvas(visit.conn, visit.school.id, template.id)
    meta = {"title": typed["title"]} | {name: typed[name] or None for name in ("subject", "exam_code")}
    await replace_canvas(visit.conn, editable, canvas, meta)
