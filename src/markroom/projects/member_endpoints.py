from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from markroom.kit.access import InInstitute
from markroom.kit.http import Body, router
from markroom.kit.paging import PageQuery, paged
from markroom.projects import membership, reads
from markroom.projects.gates import LeavingMember, LeftProject, ManagedProject, PlacedMember, SeenProject
from markroom.projects.model import ROLES, ProjectMember, Role, permissions_json

routes = router("/api/projects/{project_id:uuid}/members", tags=["projects"])


CheckedLast = Annotated[str, Field(json_schema_extra={"enum": list(ROLES)})]
"""A role that is judged only after the person it is for: an unknown person comes first."""


class AddBody(Body):
    user_id: UUID
    role: CheckedLast = "editor"


class RoleBody(Body):
    role: Role


def member_json(member: ProjectMember) -> dict[str, Any]:
    shown = ("user_id", "email", "name", "role", "added_at", "added_by", "is_owner")
    return {name: getattr(member, name) for name in shown} | {"permissions": permissions_json(member.role)}


@routes.get("")
async def list_members(caller: InInstitute, project: SeenProject, page: PageQuery) -> dict[str, Any]:
    rows, total = await reads.list_members(
        caller.conn, caller.actor.institute, project.id, after=page.after, limit=page.limit + 1
    )
    shown = paged(rows, total, page, lambda member: [member.added_at, member.user_id])
    return {
        "project_id": project.id,
        "members": [member_json(member) for member in shown.rows],
        "total_count": total,
        "next_cursor": shown.next_cursor,
    }


@routes.post("")
async def add_member(caller: InInstitute, project: ManagedProject, body: AddBody) -> dict[str, Any]:
    member = await membership.add_member(caller.conn, caller.actor, project.id, body.user_id, body.role)
    return {
        "member_id": member.user_id,
        "project_id": project.id,
        "user_id": member.user_id,
        "role": member.role,
        "permissions": permissions_json(member.role),
        "message": f"{member.name} is in the project now.",
    }


@routes.put("/{user_id:uuid}")
async def change_member(
    caller: InInstitute, project: ManagedProject, member: PlacedMember, body: RoleBody
) -> dict[str, Any]:
    user_id = member.user_id
    old, new = await membership.change_member(caller.conn, caller.actor, project.id, user_id, body.role)
    return {
        "project_id": project.id,
        "user_id": user_id,
        "old_role": old,
        "new_role": new,
        "old_permissions": permissions_json(old),
        "new_permissions": permissions_json(new),
        "message": f"The role is {new} now.",
    }


@routes.delete("/{user_id:uuid}")
async def remove_member(caller: InInstitute, project: LeftProject, member: LeavingMember) -> dict[str, Any]:
    user_id = member.user_id
    keys = await membership.remove_member(caller.conn, caller.actor, project.id, user_id)
    return {
        "project_id": project.id,
        "user_id": user_id,
        "cascades": {"api_keys_deactivated": keys},
        "message": "The member was removed.",
    }
