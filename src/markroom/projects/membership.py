"""Who is in a project: added, given another role, removed; always with at least one admin (J-04 to J-08)."""

from __future__ import annotations

from uuid import UUID

from markroom.identity.model import address_key
from markroom.institutes.invitations.writes import settle_invitation
from markroom.institutes.members.model import AddressNeeded
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.projects import reads, writes
from markroom.projects.actions import lock_managed, lock_seen, refuse_strangers
from markroom.projects.model import (
    AlreadyHasAccess,
    LastProjectAdmin,
    OwnerStays,
    Project,
    ProjectAdminRequired,
    ProjectMember,
    ProjectMemberAdded,
    ProjectMemberChanged,
    ProjectMemberNotFound,
    ProjectMemberRemoved,
    ProjectPutAway,
    check_role,
)


async def add_member(conn: Conn, actor: Actor, project_id: UUID, user_id: UUID, role: str) -> ProjectMember:
    """Raises ProjectPutAway, PersonNotFound, NotInOrganization, AlreadyHasAccess, BadProjectRole, or
    AddressNeeded."""
    person = await writes.find_person(conn, actor.institute, user_id=user_id)
    actor, project = await lock_managed(conn, actor, project_id)
    refuse_archived(project)
    refuse_strangers(person)
    if await reads.find_member(conn, actor.institute, project_id, user_id):
        raise AlreadyHasAccess
    check_role(role)
    if not await writes.insert_member(conn, actor.institute, project_id, user_id, role, actor.user_id):
        raise AlreadyHasAccess
    member = await get_member(conn, actor, project_id, user_id)
    if member.email is None:
        raise AddressNeeded
    await settle_invitation(conn, actor.institute, project_id, address_key(member.email))
    facts = {"project_id": str(project_id), "role": role}
    await emit(conn, ProjectMemberAdded(institute_id=actor.institute, subject_id=user_id, facts=facts))
    return member


async def change_member(
    conn: Conn, actor: Actor, project_id: UUID, user_id: UUID, role: str
) -> tuple[str, str]:
    """Gives a member another role: the old one and the new. Raises ProjectMemberNotFound, LastProjectAdmin,
    OwnerStays."""
    actor, project = await lock_managed(conn, actor, project_id)
    member = await get_member(conn, actor, project_id, user_id)
    if role != "admin":
        await _keep_admins(conn, actor, project, member)
    if role != member.role:
        await writes.update_member(conn, actor.institute, project_id, user_id, role)
        facts = {"project_id": str(project_id), "role": role}
        event = ProjectMemberChanged(
            institute_id=actor.institute, subject_id=user_id, changed=("role",), facts=facts
        )
        await emit(conn, event)
    return member.role, role


async def remove_member(conn: Conn, actor: Actor, project_id: UUID, user_id: UUID) -> int:
    """Takes a member out of a project, by an admin or by themselves; how many of their keys ended with it.
    Raises ProjectAdminRequired, ProjectMemberNotFound, LastProjectAdmin, OwnerStays."""
    actor, project = await lock_seen(conn, actor, project_id)
    if project.role != "admin" and user_id != actor.user_id:
        raise ProjectAdminRequired
    member = await get_member(conn, actor, project_id, user_id)
    await _keep_admins(conn, actor, project, member)
    keys = await writes.deactivate_keys(
        conn, actor.institute, project_id, actor.user_id, "member_removed", user_id
    )
    await writes.delete_member(conn, actor.institute, project_id, user_id)
    facts = {"project_id": str(project_id), "api_keys_deactivated": keys}
    await emit(conn, ProjectMemberRemoved(institute_id=actor.institute, subject_id=user_id, facts=facts))
    return keys


def refuse_archived(project: Project) -> None:
    if project.state == "archived":
        raise ProjectPutAway


async def get_member(conn: Conn, actor: Actor, project_id: UUID, user_id: UUID) -> ProjectMember:
    member = await reads.find_member(conn, actor.institute, project_id, user_id)
    if member is None:
        raise ProjectMemberNotFound
    return member


async def _keep_admins(conn: Conn, actor: Actor, project: Project, member: ProjectMember) -> None:
    """Raises LastProjectAdmin, OwnerStays. With the project locked."""
    if member.role == "admin" and not await reads.count_other_admins(
        conn, actor.institute, project.id, member.user_id
    ):
        raise LastProjectAdmin
    if member.is_owner:
        raise OwnerStays
