"""Setting up a batch: one sitting of a paper, its candidates and its markers."""

from __future__ import annotations

from typing import Any

from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from markroom.exam_templates import reads as exam_templates
from markroom.institutes.members.reads import list_members
from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.school.reads import Wanted, list_classes
from markroom.scripts.actions import batches
from markroom.scripts.endpoints.batches import BatchBody
from markroom.scripts.model import BATCHES_CREATE, MAX_SCRIPTS, Batch
from markroom.web.pages.new_batch.candidates import read_candidates
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()
OFFERED = 2000  # the page narrows them as one types
WORDS = {
    "template_id": "Choose a paper.",
    "title": "Write a title of at most 200 characters.",
    "candidates": "A name has at most 200 characters and a number at most 40.",
    "blank_scripts": f"Write a number from 0 to {MAX_SCRIPTS}.",
    "markers": "Choose the markers from the list.",
    "class_ids": "Choose the classes from the list.",
}
NOBODY_SITS_IT = "Say who sits the paper: tick a class, write candidates, or ask for blank scripts."
FIELD_OF_ERROR = {
    "number_twice": "candidates",
    "class_not_found": "",
    "too_many_scripts": "blank_scripts",
    "nothing_to_mark": "template_id",
    "no_paper": "template_id",
    "template_archived": "template_id",
}


@routes.get("/batches/new", dependencies=[requires(BATCHES_CREATE)])
async def show_form(visit: VisitOf, template_id: str = "", class_id: str = "") -> HTMLResponse:
    empty = {"title": "", "candidates": "", "blank_scripts": "0", "blind": False, "markers": []}
    return await _show(visit, {**empty, "template_id": template_id, "class_ids": [class_id]})


async def _show(visit: Visit, typed: dict[str, Any], *, code: int = 200, **context: Any) -> HTMLResponse:
    conn, school = visit.conn, visit.school.id
    templates = await exam_templates.list_templates(conn, school, exam_templates.Filters(), None, OFFERED)
    roles = ["school_admin", "department_head", "teacher"]
    members, _ = await list_members(conn, school, roles=roles, q=None, after=None, limit=OFFERED)
    people = [m for m in members if m.user_id != visit.actor.user_id and m.state == "active"]
    classes, _ = await list_classes(conn, school, Wanted(), None, OFFERED)
    mine = sorted(classes, key=lambda class_: not class_.is_taught_by(visit.actor.user_id))
    return visit.page(
        "new_batch",
        code=code,
        templates=templates,
        people=people,
        classes=[class_ for class_ in mine if class_.student_count],
        form=typed,
        **context,
    )


@routes.post("/batches/new", dependencies=[requires(BATCHES_CREATE)])
async def set_up_batch(visit: VisitOf, form: FormOf) -> Response:
    typed = _read_typed(form)
    made: list[Batch] = []

    async def create(new: batches.NewBatch) -> None:
        made.append(await batches.create_batch(visit.conn, visit.actor, new))

    try:
        wanted = _check(typed)
    except ValidationError as invalid:
        errors = {str(e["loc"][0]): WORDS[str(e["loc"][0])] for e in invalid.errors()}
        errors = {"" if name in ("markers", "class_ids") else name: text for name, text in errors.items()}
        return await _show(visit, typed, code=422, errors=errors)
    if not (wanted.candidates or wanted.class_ids or wanted.blank_scripts):
        return await _show(visit, typed, code=422, errors={"": NOBODY_SITS_IT})
    if error := await attempt(visit, create(wanted)):
        errors = say_fields(error, FIELD_OF_ERROR)
        return await _show(visit, typed, code=error.status, errors=errors)
    return go_to(f"/batches/{made[0].id}", "The batch is set up.")


def _read_typed(form: Form) -> dict[str, Any]:
    texts = {name: form.text(name) for name in ("template_id", "title", "candidates", "blank_scripts")}
    return {
        **texts,
        "blind": form.has("blind"),
        "markers": form.texts("markers"),
        "class_ids": form.texts("class_ids"),
    }


def _check(typed: dict[str, Any]) -> batches.NewBatch:
    """What was typed, under the rules of the API. Raises ValidationError."""
    blank = typed["blank_scripts"] or "0"
    return BatchBody.model_validate(
        {
            **typed,
            "candidates": read_candidates(typed["candidates"]),
            "blank_scripts": int(blank) if blank.isdecimal() and len(blank) < 9 else -1,
        }
    ).entered()
