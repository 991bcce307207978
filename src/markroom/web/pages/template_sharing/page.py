"""Who may edit a paper; a copy of it; its project; and giving it to somebody else (T-09)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response

from markroom.exam_templates.actions import EDITABLE_STATUS, is_owner
from markroom.exam_templates.errors import NotProjectEditor, OnlyOwner
from markroom.exam_templates.handover import actions as handover
from markroom.exam_templates.model import CREATE, Template
from markroom.exam_templates.shares import actions as shares
from markroom.exam_templates.shares.reads import list_shares
from markroom.institutes.members.reads import list_members
from markroom.institutes.model import STAFF
from markroom.institutes.terms.reads import list_terms
from markroom.kit.access import requires
from markroom.kit.errors import Invalid
from markroom.kit.http import router
from markroom.projects.model import ProjectPutAway
from markroom.projects.reads import list_projects
from markroom.web.pages.template.gates import HandedTemplate, MovableTemplate, SeenTemplate
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, read_form

routes = router()
MOST_COLLEAGUES = 500
MOST_PROJECTS = 500
NOWHERE = "none"


class NobodyNamed(Invalid):
    """Choose a colleague or a department."""


@routes.get("/exams/{template_id:uuid}/sharing")
async def show_sharing(visit: VisitOf, template: SeenTemplate) -> HTMLResponse:
    return await _show(visit, template)


async def _show(visit: Visit, template: Template, *, code: int = 200, trouble: str = "") -> HTMLResponse:
    conn, school = visit.conn, visit.school.id
    staff, _ = await list_members(conn, school, roles=list(STAFF), q=None, after=None, limit=MOST_COLLEAGUES)
    return visit.page(
        "template_sharing",
        code=code,
        template=template,
        shares=await list_shares(conn, school, template.id),
        owner=next((m.name for m in staff if m.user_id == template.teacher_id), None),
        is_owned=await is_owner(visit.conn, visit.actor, template),
        is_mine=template.teacher_id == visit.actor.user_id,
        colleagues=[(str(m.user_id), m.name) for m in staff if m.user_id != template.teacher_id],
        departments=[(term.name, term.name) for term in await list_terms(conn, school, "departments")],
        may_copy=CREATE.permits(visit.actor),
        **await _list_places(visit, template),
        trouble=trouble,
    )


async def _list_places(visit: Visit, template: Template) -> dict[str, Any]:
    """The project it is in, by name where the visitor sees it, and where they may put it."""
    projects, _ = await list_projects(visit.conn, visit.actor, limit=MOST_PROJECTS)
    name = next((project.name for project in projects if project.id == template.project_id), None)
    try:
        await handover.permit_move(visit.conn, visit.actor, template)
    except (NotProjectEditor, OnlyOwner, ProjectPutAway):
        return {"project": name, "places": [], "is_in_use": False}
    places = [
        (str(project.id), project.name)
        for project in projects
        if project.permissions.can_write
        and project.state == "active"
        and project.id != template.project_id
        and project.institute_id == template.institute_id
    ]
    if template.project_id and await is_owner(visit.conn, visit.actor, template):
        places.insert(0, (NOWHERE, "No project"))
    is_free = template.status in EDITABLE_STATUS
    return {"project": name, "places": places if is_free else [], "is_in_use": bool(places) and not is_free}


@routes.post("/exams/{template_id:uuid}/copy", dependencies=[requires(CREATE), Depends(read_form)])
async def copy_template(visit: VisitOf, template: SeenTemplate) -> Response:
    copy_id = await handover.clone_template(visit.conn, visit.actor, template, {})
    return go_to(f"/exams/{copy_id}", "This is your copy.")


@routes.post("/exams/{template_id:uuid}/sharing")
async def change_sharing(visit: VisitOf, template: HandedTemplate, form: FormOf) -> Response:
    change, said = _read_change(visit, template, form)
    if error := await attempt(visit, change):
        return await _show(visit, template, code=error.status, trouble=error.detail)
    return go_to(f"/exams/{template.id}/sharing", said)


@routes.post("/exams/{template_id:uuid}/project")
async def move_template(visit: VisitOf, template: MovableTemplate, form: FormOf) -> Response:
    named = form.text("project")
    project_id = _read_id(named)
    if named != NOWHERE and project_id is None:
        return await _show(visit, template, code=422, trouble="Choose a project.")
    if error := await attempt(visit, _move(visit, template, project_id)):
        return await _show(visit, template, code=error.status, trouble=error.detail)
    return go_to(f"/exams/{template.id}/sharing", "Moved.")


async def _move(visit: Visit, template: Template, project_id: UUID | None) -> None:
    actor, locked = await handover.lock_movable_template(visit.conn, visit.actor, template, project_id)
    await handover.move_template(visit.conn, actor, locked, project_id)


def _read_change(visit: Visit, template: Template, form: Form) -> tuple[Awaitable[Any], str]:
    conn, actor = visit.conn, visit.actor
    if form.has("remove"):
        share_id = _read_id(form.text("remove"))
        return (shares.unshare(conn, template, share_id), "No longer shared.") if share_id else _none()
    if form.has("owner"):
        user_id = _read_id(form.text("owner"))
        return (handover.transfer_template(conn, template, user_id), "Handed on.") if user_id else _none()
    if user_id := _read_id(form.text("colleague")):
        return shares.share_with_colleague(conn, actor, template, user_id), "Shared."
    if department := form.text("department")[:200]:
        return shares.share_with_department(conn, actor, template, department), "Shared."
    return _none()


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _none() -> tuple[Awaitable[Any], str]:
    async def refuse() -> None:
        raise NobodyNamed

    return refuse(), ""
