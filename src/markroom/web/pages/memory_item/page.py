"""One memory: what it says, about what, by whom; changed, undone, approved, deleted (M-01)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response

from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.kit.limits import limited
from markroom.memories import actions, reads
from markroom.memories.model import MEMORIES_SEARCH, MEMORIES_WRITE, Memory, Version
from markroom.projects.reads import get_project
from markroom.web.pages.memory.reads import name_links
from markroom.web.pages.memory.words import KIND_WORDS, describe, say_author
from markroom.web.pages.new_memory.writing import FIELD_OF_ERROR, as_typed, list_choices, read_draft, typed
from markroom.web.reads import name_staff
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()


async def memory_of(memory_id: UUID, visit: VisitOf) -> Memory:
    return await reads.get_memory(visit.conn, visit.school.id, memory_id)


MemoryOf = Annotated[Memory, Depends(memory_of)]


@routes.get("/memory/{memory_id:uuid}", dependencies=[requires(MEMORIES_SEARCH)])
async def show_memory(visit: VisitOf, memory: MemoryOf, edit: str = "") -> HTMLResponse:
    return await _show(visit, memory, editing=bool(edit) and memory.may_write)


async def _show(visit: Visit, memory: Memory, *, code: int = 200, **context: Any) -> HTMLResponse:
    conn, school = visit.conn, visit.school.id
    names = await name_links(conn, school, [memory.links])
    people = await name_staff(conn, school, {memory.written_by, memory.approved_by or memory.written_by})
    changed = say_author(people.get(memory.written_by), by_key=False) if memory.version > 1 else ""
    project = await get_project(conn, visit.actor, memory.project_id)
    fresh = {
        "project": project,
        "memory": describe(memory, names)
        | {
            "changed_by": changed,
            "changed_at": memory.updated_at,
            "approved_at": memory.approved_at,
            "approved_by_name": people.get(memory.approved_by) if memory.approved_by else None,
        },
        "may_write": memory.may_write,
        "may_change": memory.may_write and project.state != "archived",
        "editing": False,
        "form": as_typed(memory.draft),
        "history": [_describe(version) for version in await reads.list_versions(conn, school, memory.id)],
    }
    shown: dict[str, Any] = {**fresh, **context}
    choices = (
        await list_choices(visit, memory.project_id, shown["form"]["template"]) if shown["editing"] else {}
    )
    return visit.page("memory_item", code=code, **shown, **choices)


def _describe(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "kind_word": KIND_WORDS[version.kind],
        "text": version.text,
        "tags": version.tags,
        "by": say_author(version.written_by_name, by_key=version.written_key_id is not None),
        "at": version.written_at,
    }


@routes.post("/memory/{memory_id:uuid}", dependencies=[limited("memory_write"), requires(MEMORIES_WRITE)])
async def change_memory(visit: VisitOf, memory: MemoryOf, form: FormOf) -> Response:
    said: list[str] = []

    async def change() -> None:
        said.append(await _change(visit, memory, form))

    if error := await attempt(visit, change()):
        context: dict[str, Any] = {"errors": say_fields(error, FIELD_OF_ERROR if form.has("text") else {})}
        if form.has("text"):
            context |= {"editing": True, "form": typed(form)}
        return await _show(visit, memory, code=error.status, **context)
    gone = form.has("delete") or form.has("reject")
    return go_to(f"/memory?project={memory.project_id}" if gone else f"/memory/{memory.id}", said[0])


async def _change(visit: Visit, memory: Memory, form: Form) -> str:
    conn, actor = visit.conn, visit.actor
    if form.has("delete") or form.has("reject"):
        await actions.delete(conn, actor, await actions.lock_writable(conn, actor, memory.id, form.version))
        return "It is gone, with its history."
    locked = await actions.lock_changeable(conn, actor, memory.id, form.version)
    if form.has("approve"):
        await actions.approve(conn, actor, locked)
        return "Approved: the team’s searches find it now."
    if form.has("undo"):
        number = form.text("undo")
        await actions.undo(conn, actor, locked, int(number) if number.isdecimal() else None)
        return "It says again what it said before."
    await actions.change(conn, actor, locked, read_draft(form, locked.links))
    return "Saved. What stood here before is in the history."
