"""Writing a memory down; what says the same already is shown before anything is saved (M-01)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response

from markroom.exam_templates.canvas.reads import list_items
from markroom.exam_templates.reads import get_visible_template
from markroom.kit.access import requires
from markroom.kit.errors import MarkroomError
from markroom.kit.http import router
from markroom.kit.limits import limited
from markroom.memories import actions, reads
from markroom.memories.errors import NotProjectEditor
from markroom.memories.model import MEMORIES_SEARCH, MEMORIES_WRITE, Kept
from markroom.projects.model import ProjectNotFound
from markroom.web.pages.memory.page import Desk, DeskOf
from markroom.web.pages.memory.words import KIND_WORDS
from markroom.web.pages.new_memory.writing import (
    FIELD_OF_ERROR,
    MeaningOf,
    list_choices,
    read_draft,
    typed,
)
from markroom.web.visits import FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()
EMPTY = {"kind": "decision", "text": "", "tags": "", "template": "", "question": "", "class_id": ""}


async def writable_desk(desk: DeskOf) -> Desk:
    if desk is None:
        raise ProjectNotFound
    if not desk.rights.may_write:
        raise NotProjectEditor
    return desk


writable_desk.permission = MEMORIES_WRITE  # type: ignore[attr-defined]
WritableDesk = Annotated[Desk, Depends(writable_desk)]


@routes.get("/memory/new")
async def show_form(
    visit: VisitOf, desk: WritableDesk, template: str = "", question: str = ""
) -> HTMLResponse:
    return await _show(visit, desk, EMPTY | {"template": template, "question": question})


async def _show(
    visit: Visit, desk: Desk, form: dict[str, str], *, code: int = 200, **context: Any
) -> HTMLResponse:
    fresh = {"project": desk.project, "form": form, "similar": []}
    choices = await list_choices(visit, desk.project.id, form["template"])
    return visit.page("new_memory", code=code, **{**fresh, **choices, **context})


@routes.get("/memory/questions", dependencies=[requires(MEMORIES_SEARCH)])
async def list_questions(visit: VisitOf, template_id: UUID) -> dict[str, Any]:
    """The questions of a paper, for choosing one."""
    template = await get_visible_template(visit.conn, visit.school.id, template_id)
    items = await list_items(visit.conn, visit.school.id, template.id)
    return {"questions": [{"id": item.id, "path": item.path} for item in items]}


# The vector stands first: what a text means is worked out before the page's transaction is open.
@routes.post("/memory/new", dependencies=[limited("memory_write")])
async def keep(vector: MeaningOf, visit: VisitOf, desk: WritableDesk, form: FormOf) -> Response:
    kept: list[Kept] = []

    async def save() -> None:
        draft, anyway = read_draft(form), form.has("anyway")
        there = await actions.keep(
            visit.conn, visit.actor, desk.rights, draft, vector, dry_run=not anyway, allow_duplicate=anyway
        )
        if not anyway and not there.duplicate_of and not there.similar:
            there = await actions.keep(visit.conn, visit.actor, desk.rights, draft, vector)
        kept.append(there)

    if error := await attempt(visit, save()):
        return await _refuse(visit, desk, form, error)
    if kept[0].memory_id is None:
        return await _show(visit, desk, typed(form), similar=await _list_similar(visit, kept[0]))
    return go_to(f"/memory?project={desk.project.id}", "Kept. The whole team finds it now.")


async def _refuse(visit: Visit, desk: Desk, form: FormOf, error: MarkroomError) -> HTMLResponse:
    errors = say_fields(error, FIELD_OF_ERROR)
    return await _show(visit, desk, typed(form), code=error.status, errors=errors)


async def _list_similar(visit: Visit, found: Kept) -> list[dict[str, Any]]:
    """What is kept already, the very same first."""
    listed: list[dict[str, Any]] = [
        {
            "id": one.id,
            "kind_word": KIND_WORDS[one.kind],
            "text": one.text,
            "is_same": False,
            "percent": round(one.similarity * 100),
        }
        for one in found.similar
        if one.id != found.duplicate_of
    ]
    if found.duplicate_of:
        same = await reads.get_memory(visit.conn, visit.school.id, found.duplicate_of)
        kind_word = KIND_WORDS[same.kind]
        listed.insert(0, {"id": same.id, "kind_word": kind_word, "text": same.text, "is_same": True})
    return listed
