from __future__ import annotations

from uuid import UUID

from markroom.kit.db import Conn, execute, fetch_value
from markroom.projects.model import RESTORABLE


async def lock_project(conn: Conn, institute_id: UUID, project_id: UUID) -> None:
    """Keeps members, state and owner from changing until the transaction ends. The caller's rights are worked
    out again after it."""
    await execute(conn, "select app.guard_lock_project(%s, %s)", [institute_id, project_id])


async def find_person(
    conn: Conn, institute_id: UUID, *, user_id: UUID | None = None, email_key: str | None = None
) -> tuple[UUID, str] | None:
    """Who somebody is to the institute: their id and the state of their membership, which cannot end until
    the transaction does. Before any project is locked."""
    cursor = await conn.execute(
        "select user_id, state from app.door_find_person(%s, %s, %s)", [institute_id, user_id, email_key]
    )
    return await cursor.fetchone()


async def insert_project(conn: Conn, institute_id: UUID, name: str, owner_id: UUID) -> UUID:
    """The id of a new project, which its owner sees once their rights are worked out again. Raises
    UniqueViolation where the name is taken, and ForeignKeyViolation for an owner from elsewhere."""
    project_id: UUID = await fetch_value(conn, "select uuidv7()")
    await execute(
        conn,
        "insert into projects (institute_id, id, name, owner_id) values (%s, %s, %s, %s)",
        [institute_id, project_id, name, owner_id],
    )
    return project_id


async def update_project(conn: Conn, institute_id: UUID, project_id: UUID, name: str, state: str) -> int:
    return await execute(
        conn,
        """update projects set name = %s, state = %s, updated_at = now(), version = version + 1
            where institute_id = %s and id = %s""",
        [name, state, institute_id, project_id],
    )


async def update_owner(conn: Conn, institute_id: UUID, project_id: UUID, owner_id: UUID) -> int:
    return await execute(
        conn,
        """update projects set owner_id = %s, updated_at = now(), version = version + 1
            where institute_id = %s and id = %s""",
        [owner_id, institute_id, project_id],
    )


async def mark_deleted(conn: Conn, institute_id: UUID, project_id: UUID, user_id: UUID) -> int:
    return await execute(
        conn,
        """update projects set state = 'deleted', deleted_at = now(), deleted_by = %s, updated_at = now(),
                  version = version + 1
            where institute_id = %s and id = %s""",
        [user_id, institute_id, project_id],
    )


async def mark_restored(conn: Conn, institute_id: UUID, project_id: UUID) -> int:
    return await execute(
        conn,
        """update projects set state = 'active', deleted_at = null, deleted_by = null, updated_at = now(),
                  version = version + 1
            where institute_id = %s and id = %s and state = 'deleted'""",
        [institute_id, project_id],
    )


async def insert_member(
    conn: Conn, institute_id: UUID, project_id: UUID, user_id: UUID, role: str, added_by: UUID
) -> int:
    """None where they are a member already."""
    return await execute(
        conn,
        """insert into project_members (institute_id, project_id, user_id, role, added_by)
           values (%s, %s, %s, %s, %s) on conflict (institute_id, project_id, user_id) do nothing""",
        [institute_id, project_id, user_id, role, added_by],
    )


async def put_admin(conn: Conn, institute_id: UUID, project_id: UUID, user_id: UUID, added_by: UUID) -> int:
    """Makes somebody an admin, member or not."""
    return await execute(
        conn,
        """insert into project_members as m (institute_id, project_id, user_id, role, added_by)
           values (%s, %s, %s, 'admin', %s)
           on conflict (institute_id, project_id, user_id)
           do update set role = 'admin', version = m.version + 1""",
        [institute_id, project_id, user_id, added_by],
    )


async def update_member(conn: Conn, institute_id: UUID, project_id: UUID, user_id: UUID, role: str) -> int:
    return await execute(
        conn,
        """update project_members set role = %s, version = version + 1
            where institute_id = %s and project_id = %s and user_id = %s""",
        [role, institute_id, project_id, user_id],
    )


async def delete_member(conn: Conn, institute_id: UUID, project_id: UUID, user_id: UUID) -> int:
    return await execute(
        conn,
        "delete from project_members where institute_id = %s and project_id = %s and user_id = %s",
        [institute_id, project_id, user_id],
    )


async def deactivate_keys(
    conn: Conn, institute_id: UUID, project_id: UUID, by: UUID, reason: str, user_id: UUID | None = None
) -> int:
    """Ends the live keys of one member, or of all; how many there were."""
    return await execute(
        conn,
        """update api_keys set deactivated_at = now(), deactivated_by = %(by)s,
                  deactivated_reason = %(reason)s
            where institute_id = %(institute)s and project_id = %(project)s and deactivated_at is null
              and (%(user)s::uuid is null or user_id = %(user)s)""",
        {"by": by, "reason": reason, "institute": institute_id, "project": project_id, "user": user_id},
    )


async def keep_members(conn: Conn, institute_id: UUID, project_id: UUID) -> int:
    """Moves all members to where a restored project finds them; how many."""
    return await execute(
        conn,
        """with gone as (delete from project_members
                          where institute_id = %(institute)s and project_id = %(project)s
                         returning institute_id, project_id, user_id, role, added_at, added_by)
           insert into former_project_members (institute_id, project_id, user_id, role, added_at, added_by)
           select * from gone""",
        {"institute": institute_id, "project": project_id},
    )


async def give_members_back(conn: Conn, institute_id: UUID, project_id: UUID) -> int:
    return await execute(
        conn,
        """with back as (delete from former_project_members
                          where institute_id = %(institute)s and project_id = %(project)s
                         returning institute_id, project_id, user_id, role, added_at, added_by)
           insert into project_members (institute_id, project_id, user_id, role, added_at, added_by)
           select * from back""",
        {"institute": institute_id, "project": project_id},
    )


async def leave_projects(conn: Conn, institute_id: UUID, user_id: UUID) -> list[tuple[UUID, UUID]]:
    """Ends what somebody who left the institute had in its projects; which passed to whom."""
    cursor = await conn.execute(
        "select project_id, heir from app.guard_leave_projects(%s, %s)", [institute_id, user_id]
    )
    return await cursor.fetchall()


async def hand_over(conn: Conn, institute_id: UUID, from_id: UUID, to_id: UUID) -> None:
    """As the service: gives one person's places in projects, and the projects they own, to another."""
    given = {"institute": institute_id, "from": from_id, "to": to_id}
    await execute(
        conn,
        """insert into project_members (institute_id, project_id, user_id, role, added_at, added_by)
           select institute_id, project_id, %(to)s, role, added_at, added_by from project_members
            where institute_id = %(institute)s and user_id = %(from)s
           on conflict (institute_id, project_id, user_id) do nothing""",
        given,
    )
    await execute(
        conn,
        """update projects set owner_id = %(to)s, updated_at = now(), version = version + 1
            where institute_id = %(institute)s and owner_id = %(from)s""",
        given,
    )


async def find_waiting(conn: Conn, institute_id: UUID, email_key: str) -> UUID | None:
    """The live invitation of an address into the institute, locked, whoever sent it. One whose time is over
    ends here."""
    waiting: UUID | None = await fetch_value(
        conn, "select app.door_pending_invitation(%s, %s)", [institute_id, email_key]
    )
    return waiting


async def take_assignments(conn: Conn, institute_id: UUID, invitation_id: UUID) -> list[tuple[UUID, str]]:
    """Gives whoever has just accepted an invitation what it offers: projects and roles."""
    cursor = await conn.execute(
        "select project_id, role from app.door_take_assignments(%s, %s)", [institute_id, invitation_id]
    )
    return await cursor.fetchall()


async def purge_project(conn: Conn, institute_id: UUID, project_id: UUID) -> None:
    """As the service: all rows of a project of which nothing else speaks any more."""
    given = {"institute": institute_id, "project": project_id}
    for statement in _PURGE:
        await execute(conn, statement, given)


_OF_PROJECT = "institute_id = %(institute)s and project_id = %(project)s"
_PURGE = (
    f"delete from invitation_assignments where {_OF_PROJECT}",
    """delete from invitation_tokens t using invitations i
         where t.institute_id = %(institute)s and i.institute_id = %(institute)s
           and i.id = t.invitation_id and i.project_id = %(project)s""",
    f"delete from invitations where {_OF_PROJECT}",
    f"delete from api_keys where {_OF_PROJECT}",
    f"delete from project_members where {_OF_PROJECT}",
    f"delete from former_project_members where {_OF_PROJECT}",
    "select app.detach_project(%(institute)s, %(project)s)",
    "delete from projects where institute_id = %(institute)s and id = %(project)s and state = 'deleted'",
)


async def lock_purgeable(conn: Conn, institute_id: UUID, project_id: UUID) -> bool:
    """As the service: whether a project's time is over, with its row locked."""
    return bool(
        await fetch_value(
            conn,
            """select 1 from projects
                where institute_id = %s and id = %s and state = 'deleted'
                  and deleted_at < now() - %s for update""",
            [institute_id, project_id, RESTORABLE],
        )
    )
