from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from markroom.kit.access import Everywhere, InInstitute, requires
from markroom.kit.http import Body, router
from markroom.kit.paging import PageQuery, paged
from markroom.kit.versions import IfMatch, check_version, read_version, set_etag
from markroom.projects import actions, reads
from markroom.projects.gates import (
    ManagedProject,
    OwnedProject,
    RestorableProject,
    SeenProject,
    TransferableProject,
)
from markroom.projects.model import CREATE_PROJECTS, DELETION_NOTE, Project, permissions_json

routes = router("/api/projects", tags=["projects"])
State = Literal["active", "archived", "deleted"]


class CreateBody(Body):
    name: str
    institute_id: UUID | None = None  # read before the caller is let in: it names where the request acts


class ChangeBody(Body):
    name: str = Field(default="")
    state: Literal["active", "archived"] = "active"


class TransferBody(Body):
    user_id: UUID


def project_json(project: Project) -> dict[str, Any]:
    deleted = {"deleted_at": project.deleted_at} if project.deleted_at else {}
    return {
        "id": project.id,
        "name": project.name,
        "institute_id": project.institute_id,
        "owner_id": project.owner_id,
        "state": project.state,
        "created_at": project.created_at,
        "updated_at": project.updated_at,
        "is_owner": project.is_owner,
        "is_institute_admin": project.is_institute_admin,
        "role": project.role,
        "permissions": permissions_json(project.role),
        **deleted,
    }


@routes.post("", status_code=201, dependencies=[requires(CREATE_PROJECTS)])
async def create_project(caller: InInstitute, response: Response, body: CreateBody) -> dict[str, Any]:
    project = await actions.create_project(caller.conn, caller.actor, body.name)
    return _answer(response, project)


@routes.get("")
async def list_projects(caller: Everywhere, page: PageQuery, state: State | None = None) -> dict[str, Any]:
    rows, total = await reads.list_projects(
        caller.conn, caller.actor, state=state, after=page.after, limit=page.limit + 1
    )
    shown = paged(rows, total, page, lambda project: project.id)
    projects = [project_json(project) for project in shown.rows]
    return {"projects": projects, "total_count": total, "next_cursor": shown.next_cursor}


@routes.get("/{project_id:uuid}")
async def get_project(caller: InInstitute, response: Response, project: SeenProject) -> dict[str, Any]:
    me = {
        "user_id": caller.actor.user_id,
        "role": project.role,
        "is_owner": project.is_owner,
        "permissions": permissions_json(project.role),
    }
    return _answer(response, project) | {"current_user": me}


@routes.patch("/{project_id:uuid}")
async def change_project(
    caller: InInstitute,
    response: Response,
    project: ManagedProject,
    body: ChangeBody,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    check_version(read_version(if_match), project.version, project_json(project))
    fields = body.model_dump(exclude_unset=True)
    changed = await actions.change_project(caller.conn, caller.actor, project.id, **fields)
    return _answer(response, changed)


@routes.post("/{project_id:uuid}/transfer")
async def transfer_project(
    caller: InInstitute, response: Response, project: TransferableProject, body: TransferBody
) -> dict[str, Any]:
    changed = await actions.transfer_project(caller.conn, caller.actor, project.id, body.user_id)
    return _answer(response, changed)


@routes.delete("/{project_id:uuid}")
async def delete_project(
    caller: InInstitute, project: OwnedProject, confirm: Annotated[str | None, Query()] = None
) -> dict[str, Any]:
    deletion = await actions.delete_project(caller.conn, caller.actor, project.id, confirm)
    return {
        "project_id": project.id,
        "project_name": project.name,
        "cascades": vars(deletion.cascade),
        "note": DELETION_NOTE,
        "message": "The project was deleted.",
    }


@routes.post("/{project_id:uuid}/restore")
async def restore_project(
    caller: InInstitute, response: Response, project: RestorableProject
) -> dict[str, Any]:
    restored = await actions.restore_project(caller.conn, caller.actor, project.id)
    return _answer(response, restored)


def _answer(response: Response, project: Project) -> dict[str, Any]:
    set_etag(response, project.version)
    return project_json(project)
