"""The projects a person works in, those put away, and those that can still be brought back (J-02, J-09)."""

from __future__ import annotations

from typing import Any, Literal, get_args

from fastapi.responses import HTMLResponse, Response

from markroom.kit.access import open_to
from markroom.kit.http import router
from markroom.projects import actions, reads
from markroom.projects.model import CREATE_PROJECTS, RESTORABLE, Project, ProjectNotFound
from markroom.web.pages.project.frame import MOST_SHOWN, read_id, say_part
from markroom.web.reads import name_staff
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()
Tab = Literal["active", "archived", "deleted"]
FIELD_OF_ERROR = {"bad_project_name": "name", "project_name_taken": "name"}


@routes.get("/projects")
async def show_projects(visit: VisitOf, tab: Tab = "active") -> HTMLResponse:
    return await _show(visit, tab)


async def _show(visit: Visit, tab: Tab, *, code: int = 200, **context: Any) -> HTMLResponse:
    listed = {
        each: await reads.list_projects(visit.conn, visit.actor, state=each, limit=MOST_SHOWN)
        for each in get_args(Tab)
    }
    projects, _ = listed[tab]
    owners = await name_staff(visit.conn, visit.school.id, {p.owner_id for p in projects})
    fresh = {
        "tab": tab,
        "rows": [_row(project) | {"owner_name": owners.get(project.owner_id)} for project in projects],
        "counts": {each: total for each, (_, total) in listed.items()},
        "may_create": CREATE_PROJECTS.permits(visit.actor),
        "form": {"name": ""},
        "trouble": "",
    }
    return visit.page("projects", code=code, **{**fresh, **context})


def _row(project: Project) -> dict[str, Any]:
    return {
        **vars(project),
        "part": say_part(project),
        "until": project.deleted_at and project.deleted_at + RESTORABLE,
        "may_restore": project.is_owner or project.is_institute_admin,
    }


@routes.post("/projects", dependencies=[open_to("oneself")])
async def change_projects(visit: VisitOf, form: FormOf, tab: Tab = "active") -> Response:
    if form.has("restore"):
        return await _restore(visit, form, tab)
    made: list[Project] = []

    async def create() -> None:
        made.append(await actions.create_project(visit.conn, visit.actor, form.text("name")))

    if error := await attempt(visit, create()):
        errors = say_fields(error, FIELD_OF_ERROR)
        return await _show(visit, tab, code=error.status, form={"name": form.text("name")}, errors=errors)
    return go_to(f"/projects/{made[0].id}", "The project is there. Now add your colleagues.")


async def _restore(visit: Visit, form: Form, tab: Tab) -> Response:
    project_id = read_id(form.text("restore"), ProjectNotFound)
    if error := await attempt(visit, actions.restore_project(visit.conn, visit.actor, project_id)):
        return await _show(visit, tab, code=error.status, trouble=error.detail)
    return go_to(f"/projects/{project_id}", "The project is back with its members and its memory.")
