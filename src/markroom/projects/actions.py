"""A project's life: made, renamed, archived, passed on, deleted, restored, purged.

Whoever decides about rights holds the institute first where a membership matters, then locks the project,
then works out the caller's rights again. Whoever ends a membership takes the same locks in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import psycopg

from markroom.identity.model import NothingToChange
from markroom.institutes.invitations.writes import cancel_invitations_into
from markroom.institutes.reads import begin_again, hold_institute
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.projects import reads, writes
from markroom.projects.model import (
    CREATE_PROJECTS,
    Cascade,
    NotConfirmed,
    NotInOrganization,
    OwnerNeedsMembership,
    PersonNotFound,
    Project,
    ProjectAdminRequired,
    ProjectChanged,
    ProjectCreated,
    ProjectDeleted,
    ProjectNameTaken,
    ProjectNotDeleted,
    ProjectOwnerRequired,
    ProjectPurged,
    ProjectPutAway,
    ProjectRestored,
    ProjectTransferred,
    check_project_name,
)


@dataclass(frozen=True)
class Deletion:
    """A project that is gone, and what went with it."""

    project: Project
    cascade: Cascade


async def create_project(conn: Conn, actor: Actor, name: str) -> Project:
    """Makes a project whose owner and first admin the caller is. Raises ProjectStaffOnly, BadProjectName,
    ProjectNameTaken, OwnerNeedsMembership."""
    permit(actor, CREATE_PROJECTS)
    trimmed = check_project_name(name)
    await hold_institute(conn, actor.institute)
    actor = await begin_again(conn, actor)
    permit(actor, CREATE_PROJECTS)
    try:
        project_id = await writes.insert_project(conn, actor.institute, trimmed, actor.user_id)
    except psycopg.errors.ForeignKeyViolation as error:  # a platform admin, who belongs to no school
        raise OwnerNeedsMembership from error
    except psycopg.errors.UniqueViolation as error:
        raise ProjectNameTaken from error
    actor = await begin_again(conn, actor)
    await writes.put_admin(conn, actor.institute, project_id, actor.user_id, actor.user_id)
    await emit(conn, ProjectCreated(institute_id=actor.institute, subject_id=project_id))
    return await reads.get_project(conn, actor, project_id)


async def change_project(
    conn: Conn, actor: Actor, project_id: UUID, *, name: str | None = None, state: str | None = None
) -> Project:
    """Renames a project, archives it or takes it out of the archive. Raises ProjectAdminRequired,
    NothingToChange, ProjectPutAway, BadProjectName, ProjectNameTaken."""
    actor, project = await lock_managed(conn, actor, project_id)
    if name is None and state is None:
        raise NothingToChange
    if project.state == "archived" and state != "active":
        raise ProjectPutAway
    wanted = (check_project_name(name) if name is not None else project.name, state or project.state)
    pairs = zip(("name", "state"), wanted, (project.name, project.state), strict=True)
    changed = tuple(field for field, new, old in pairs if new != old)
    if changed:
        try:
            await writes.update_project(conn, actor.institute, project_id, *wanted)
        except psycopg.errors.UniqueViolation as error:
            raise ProjectNameTaken from error
        facts = {"state": wanted[1]} if "state" in changed else {}
        await emit(
            conn,
            ProjectChanged(institute_id=actor.institute, subject_id=project_id, changed=changed, facts=facts),
        )
    return await reads.get_project(conn, actor, project_id)


async def transfer_project(conn: Conn, actor: Actor, project_id: UUID, user_id: UUID) -> Project:
    """Gives a project another owner, who becomes its admin; the old one stays one. Raises
    ProjectOwnerRequired, PersonNotFound, NotInOrganization."""
    person = await writes.find_person(conn, actor.institute, user_id=user_id)
    actor, project = await lock_owned(conn, actor, project_id)
    refuse_strangers(person)
    if user_id != project.owner_id:
        await writes.put_admin(conn, actor.institute, project_id, user_id, actor.user_id)
        await writes.update_owner(conn, actor.institute, project_id, user_id)
        facts = {"from": str(project.owner_id), "to": str(user_id)}
        await emit(
            conn,
            ProjectTransferred(
                institute_id=actor.institute, subject_id=project_id, changed=("owner_id",), facts=facts
            ),
        )
    return await reads.get_project(conn, actor, project_id)


async def delete_project(conn: Conn, actor: Actor, project_id: UUID, confirm: str | None) -> Deletion:
    """Ends a project for everybody: members, keys and invitations go, its row and its memories stay for 30
    days. By its owner alone, who repeats its name. Raises ProjectOwnerRequired, NotConfirmed."""
    actor, project = await lock_seen(conn, actor, project_id)
    if not project.is_owner:
        raise ProjectOwnerRequired
    if confirm != project.name:
        raise NotConfirmed
    institute, reason = actor.institute, "project_deleted"
    cancelled = await cancel_invitations_into(conn, institute, project_id, reason)
    keys = await writes.deactivate_keys(conn, institute, project_id, actor.user_id, reason)
    members = await writes.keep_members(conn, institute, project_id)
    await writes.mark_deleted(conn, institute, project_id, actor.user_id)
    cascade = Cascade(members, keys, cancelled)
    event = ProjectDeleted(
        institute_id=institute, subject_id=project_id, changed=("state",), facts=vars(cascade).copy()
    )
    await emit(conn, event)
    return Deletion(project, cascade)


async def restore_project(conn: Conn, actor: Actor, project_id: UUID) -> Project:
    """Takes a deletion back: members who are still in the school come back, keys and invitations do not. By
    its old owner, who owns it again, or an admin of the school, who owns it where the old owner has left.
    Raises ProjectNotFound, ProjectNotDeleted, ProjectNameTaken."""
    await hold_institute(conn, actor.institute)
    await writes.lock_project(conn, actor.institute, project_id)
    actor = await begin_again(conn, actor)
    project = await find_restorable(conn, actor, project_id)
    try:
        await writes.mark_restored(conn, actor.institute, project_id)
    except psycopg.errors.UniqueViolation as error:
        raise ProjectNameTaken from error
    actor = await begin_again(conn, actor)
    members = await writes.give_members_back(conn, actor.institute, project_id)
    await _settle_owner(conn, actor, project)
    event = ProjectRestored(
        institute_id=actor.institute, subject_id=project_id, changed=("state",), facts={"members": members}
    )
    await emit(conn, event)
    return await reads.get_project(conn, actor, project_id)


async def _settle_owner(conn: Conn, actor: Actor, project: Project) -> None:
    """The old owner while they belong to the school, else whoever restores."""
    person = await writes.find_person(conn, actor.institute, user_id=project.owner_id)
    if person is None or person[1] == "left":
        try:
            await writes.put_admin(conn, actor.institute, project.id, actor.user_id, actor.user_id)
        except psycopg.errors.ForeignKeyViolation as error:
            raise OwnerNeedsMembership from error
        await writes.update_owner(conn, actor.institute, project.id, actor.user_id)


async def purge_project(conn: Conn, institute_id: UUID, project_id: UUID) -> bool:
    """As the service: removes a deleted project whose time is over, with all that is its own; what stays with
    the school stays without it. False where there is nothing to do."""
    if not await writes.lock_purgeable(conn, institute_id, project_id):
        return False
    await emit(conn, ProjectPurged(institute_id=institute_id, subject_id=project_id))
    await writes.purge_project(conn, institute_id, project_id)
    return True


async def find_restorable(conn: Conn, actor: Actor, project_id: UUID) -> Project:
    """A deleted project for whoever may restore it. Raises ProjectNotDeleted where it is not."""
    project = await reads.find_project(conn, actor, project_id)
    if project is not None and project.state == "deleted":
        return project
    await reads.get_project(conn, actor, project_id)
    raise ProjectNotDeleted


async def lock_seen(conn: Conn, actor: Actor, project_id: UUID) -> tuple[Actor, Project]:
    """The caller as they are once the project is locked, and the project. Raises ProjectNotFound,
    NotProjectMember."""
    await writes.lock_project(conn, actor.institute, project_id)
    actor = await begin_again(conn, actor)
    return actor, await reads.get_project(conn, actor, project_id)


async def lock_managed(conn: Conn, actor: Actor, project_id: UUID) -> tuple[Actor, Project]:
    """The same for an admin of the project. Raises ProjectAdminRequired."""
    actor, project = await lock_seen(conn, actor, project_id)
    if project.role != "admin":
        raise ProjectAdminRequired
    return actor, project


async def lock_owned(conn: Conn, actor: Actor, project_id: UUID) -> tuple[Actor, Project]:
    """The same for its owner or an admin of the school. Raises ProjectOwnerRequired."""
    actor, project = await lock_seen(conn, actor, project_id)
    if not (project.is_owner or project.is_institute_admin):
        raise ProjectOwnerRequired
    return actor, project


def refuse_strangers(person: tuple[UUID, str] | None) -> UUID:
    """The id of an active member of the institute. Raises PersonNotFound, NotInOrganization."""
    if person is None:
        raise PersonNotFound
    user_id, state = person
    if state != "active":
        raise NotInOrganization
    return user_id
