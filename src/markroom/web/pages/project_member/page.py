"""One member of a project: their part in it, and what goes with them (J-07, J-08)."""

from __future__ import annotations

from typing import Any

from fastapi.responses import HTMLResponse, Response

from markroom.kit.http import router
from markroom.projects import membership
from markroom.projects.gates import LeavingMember, LeftProject
from markroom.projects.keys.reads import list_keys
from markroom.projects.model import Project, ProjectMember
from markroom.web.pages.project.frame import MOST_SHOWN, ROLE_CHOICES, ROLE_WORDS, read_role, shown
from markroom.web.reads import name_staff
from markroom.web.visits import FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()
FIELD_OF_ERROR = {"unknown_project_role": "role", "last_project_admin": "role"}


@routes.get("/projects/{project_id:uuid}/members/{user_id:uuid}")
async def show_member(visit: VisitOf, project: LeftProject, member: LeavingMember) -> HTMLResponse:
    return await _show(visit, project, member)


async def _show(
    visit: Visit, project: Project, member: ProjectMember, *, code: int = 200, **context: Any
) -> HTMLResponse:
    keys = await list_keys(visit.conn, visit.school.id, project.id, member.user_id, None, MOST_SHOWN)
    adders = await name_staff(visit.conn, visit.school.id, {member.added_by} if member.added_by else set())
    added_by = adders.get(member.added_by) if member.added_by not in (None, member.user_id) else None
    fresh = {
        "project": shown(project),
        "person": vars(member) | {"role_word": ROLE_WORDS[member.role], "added_by_name": added_by},
        "is_self": member.user_id == visit.actor.user_id,
        "may_manage": project.role == "admin",
        "roles": ROLE_CHOICES,
        "keys": [key for key in keys if key.state == "active"],
    }
    return visit.page("project_member", code=code, **{**fresh, **context})


@routes.post("/projects/{project_id:uuid}/members/{user_id:uuid}")
async def change_member(
    visit: VisitOf, project: LeftProject, member: LeavingMember, form: FormOf
) -> Response:
    if form.has("remove"):
        return await _remove(visit, project, member)

    async def change() -> None:
        role = read_role(form.text("role"))
        await membership.change_member(visit.conn, visit.actor, project.id, member.user_id, role)

    if error := await attempt(visit, change()):
        errors = say_fields(error, FIELD_OF_ERROR)
        return await _show(visit, project, member, code=error.status, errors=errors)
    said = f"{member.name} is {ROLE_WORDS[form.text('role')].lower()} of the project now."
    return go_to(f"/projects/{project.id}", said)


async def _remove(visit: Visit, project: Project, member: ProjectMember) -> Response:
    removal = membership.remove_member(visit.conn, visit.actor, project.id, member.user_id)
    if error := await attempt(visit, removal):
        return await _show(visit, project, member, code=error.status, errors={"": error.detail})
    if member.user_id == visit.actor.user_id:
        return go_to("/projects", f"You have left {project.name}.")
    return go_to(f"/projects/{project.id}", f"{member.name} is no longer in the project.")
