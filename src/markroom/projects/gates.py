"""What stands before a project's routes: whether it is there for the caller, and what they may do with it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from markroom.kit.access import InInstitute
from markroom.projects import reads
from markroom.projects.actions import find_restorable
from markroom.projects.membership import get_member
from markroom.projects.model import (
    LEAVE,
    MANAGE,
    OWN,
    Project,
    ProjectAdminRequired,
    ProjectMember,
    ProjectOwnerRequired,
)


async def seen_project(project_id: UUID, caller: InInstitute) -> Project:
    return await reads.get_project(caller.conn, caller.actor, project_id)


SeenProject = Annotated[Project, Depends(seen_project)]


async def managed_project(project: SeenProject) -> Project:
    if project.role != "admin":
        raise ProjectAdminRequired
    return project


async def owned_project(project: SeenProject) -> Project:
    if not project.is_owner:
        raise ProjectOwnerRequired
    return project


async def transferable_project(project: SeenProject) -> Project:
    if not (project.is_owner or project.is_institute_admin):
        raise ProjectOwnerRequired
    return project


async def restorable_project(project_id: UUID, caller: InInstitute) -> Project:
    return await find_restorable(caller.conn, caller.actor, project_id)


async def left_project(project: SeenProject, user_id: UUID, caller: InInstitute) -> Project:
    if project.role != "admin" and user_id != caller.actor.user_id:
        raise ProjectAdminRequired
    return project


for gate, permission in (
    (managed_project, MANAGE),
    (owned_project, OWN),
    (transferable_project, OWN),
    (restorable_project, OWN),
    (left_project, LEAVE),
):
    setattr(gate, "permission", permission)  # noqa: B010 - functions have no such attribute by type

ManagedProject = Annotated[Project, Depends(managed_project)]
OwnedProject = Annotated[Project, Depends(owned_project)]
TransferableProject = Annotated[Project, Depends(transferable_project)]
RestorableProject = Annotated[Project, Depends(restorable_project)]
LeftProject = Annotated[Project, Depends(left_project)]


async def placed_member(project: ManagedProject, user_id: UUID, caller: InInstitute) -> ProjectMember:
    return await get_member(caller.conn, caller.actor, project.id, user_id)


async def leaving_member(project: LeftProject, user_id: UUID, caller: InInstitute) -> ProjectMember:
    return await get_member(caller.conn, caller.actor, project.id, user_id)


PlacedMember = Annotated[ProjectMember, Depends(placed_member)]
LeavingMember = Annotated[ProjectMember, Depends(leaving_member)]
