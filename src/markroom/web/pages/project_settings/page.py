"""What changes a project as a whole: its name, archive, owner and end (J-01, J-09)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from fastapi.responses import HTMLResponse, Response

from markroom.kit.http import router
from markroom.projects import actions, reads
from markroom.projects.gates import ManagedProject, SeenProject
from markroom.projects.model import PersonNotFound, Project
from markroom.web.pages.project.frame import MOST_SHOWN, read_id, shown
from markroom.web.pages.project.reads import count_kept
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()
FIELD_OF_ERROR = {
    "bad_project_name": "name",
    "project_name_taken": "name",
    "not_confirmed": "confirm",
    "person_not_found": "owner_id",
    "not_in_organization": "owner_id",
}


@routes.get("/projects/{project_id:uuid}/settings")
async def show_settings(visit: VisitOf, project: SeenProject) -> HTMLResponse:
    return await _show(visit, project)


async def _show(visit: Visit, project: Project, *, code: int = 200, **context: Any) -> HTMLResponse:
    members, _ = await reads.list_members(visit.conn, visit.school.id, project.id, limit=MOST_SHOWN)
    goes = await reads.count_what_goes(visit.conn, visit.school.id, project.id)
    owner = next((member.name for member in members if member.is_owner), None)
    fresh = {
        "project": shown(project) | {"owner_name": owner},
        "may_manage": project.role == "admin",
        "may_transfer": project.is_owner or project.is_institute_admin,
        "candidates": [(m.user_id, m.name) for m in members if not m.is_owner and m.state == "active"],
        "may_delete": project.is_owner,
        "ends": {
            "members": goes.members_removed,
            "keys": goes.api_keys_deactivated,
            "invitations": goes.invitations_cancelled,
            **await count_kept(visit.conn, visit.school.id, project.id),
        },
        "form": {"name": project.name, "confirm": ""},
    }
    return visit.page("project_settings", code=code, **{**fresh, **context})


@routes.post("/projects/{project_id:uuid}/settings")
async def change_settings(visit: VisitOf, project: ManagedProject, form: FormOf) -> Response:
    change, url, said = _read_change(visit, project, form)
    if error := await attempt(visit, change):
        typed = {"name": form.text("name") or project.name, "confirm": form.text("confirm")}
        errors = say_fields(error, FIELD_OF_ERROR)
        return await _show(visit, project, code=error.status, form=typed, errors=errors)
    return go_to(url, said)


def _read_change(visit: Visit, project: Project, form: Form) -> tuple[Awaitable[object], str, str]:
    """What the form asks for, where it leads and what is said there. Who may is for the action to say."""
    conn, actor, here = visit.conn, visit.actor, f"/projects/{project.id}/settings"
    if form.has("archive"):
        archive = actions.change_project(conn, actor, project.id, state="archived")
        return archive, here, "The project is archived."
    if form.has("reopen"):
        reopen = actions.change_project(conn, actor, project.id, state="active")
        return reopen, here, "The project is at work again."
    if form.has("owner_id"):
        owner_id = read_id(form.text("owner_id"), PersonNotFound)
        return actions.transfer_project(conn, actor, project.id, owner_id), here, "The project is passed on."
    if form.has("confirm"):
        deletion = actions.delete_project(conn, actor, project.id, form.text("confirm"))
        return (
            deletion,
            "/projects?tab=deleted",
            f"{project.name} is deleted. It can be brought back for 30 days.",
        )
    return actions.change_project(conn, actor, project.id, name=form.text("name")), here, "The name is saved."
