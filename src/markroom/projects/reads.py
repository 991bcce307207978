"""What stands in the tables of this room: one function, one statement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from markroom.kit.actor import Actor
from markroom.kit.db import Conn, Row, fetch_all, fetch_one, fetch_value
from markroom.projects.model import (
    Assignment,
    Cascade,
    NotProjectMember,
    Project,
    ProjectInvitation,
    ProjectMember,
    ProjectNotFound,
)


def _holds(setting: str, column: str) -> str:
    """Whether a right worked out at the start of the transaction holds for a row."""
    return f"{column} = any((select nullif(current_setting('app.{setting}', true), '')::uuid[])::uuid[])"


# Without an institute the context holds rights to read alone: there the tables say what it would hold.
_ROLE = f"""case when p.state = 'deleted' then null
     when %(institute)s::uuid is not null then
       case when {_holds("p_admin", "p.id")} then 'admin' when {_holds("p_write", "p.id")} then 'editor'
            when {_holds("p_read", "p.id")} then 'viewer' end
     when ms.role = 'school_admin' or p.owner_id = %(user)s then 'admin' else pm.role end"""
_PROJECT = f"""p.institute_id, p.id, p.name, p.owner_id, p.state, p.created_at, p.updated_at, p.deleted_at,
  p.version, p.owner_id = %(user)s as is_owner, {_ROLE} as role,
  case when %(institute)s::uuid is not null then coalesce({_holds("i_admin", "p.institute_id")}, false)
       else coalesce(ms.role = 'school_admin', false) end as is_institute_admin"""
_MINE = """projects p
  left join memberships ms
    on ms.institute_id = p.institute_id and ms.user_id = %(user)s and ms.state = 'active'
   and (%(institute)s::uuid is null or ms.institute_id = %(institute)s)
  left join project_members pm
    on pm.institute_id = p.institute_id and pm.project_id = p.id and pm.user_id = %(user)s
   and (%(institute)s::uuid is null or pm.institute_id = %(institute)s)"""


async def list_projects(
    conn: Conn, actor: Actor, *, state: str | None = None, after: Any = None, limit: int = 51
) -> tuple[list[Project], int]:
    """Every project of the caller, newest first, with how many there are in all: in the institute named, or
    in all of theirs. Deleted ones only where `state` asks for them: their owner's and, in an institute named,
    its admins'."""
    params = {
        "user": actor.user_id,
        "institute": actor.institute_id,
        "state": state,
        "after": after,
        "limit": limit,
    }
    listed = f"""select {_PROJECT} from {_MINE}
                  where (%(institute)s::uuid is null or p.institute_id = %(institute)s)
                    and case when %(state)s::text is null then p.state <> 'deleted'
                             else p.state = %(state)s end"""
    return await _fetch_page(
        conn, Project, listed, "%(after)s::uuid is null or id < %(after)s", "id desc", params
    )


async def find_project(conn: Conn, actor: Actor, project_id: UUID) -> Project | None:
    """One the caller may read; also one that is deleted, for whoever may restore it."""
    return await fetch_one(
        conn,
        Project,
        f"select {_PROJECT} from {_MINE} where p.institute_id = %(institute)s and p.id = %(project)s",
        {"user": actor.user_id, "institute": actor.institute, "project": project_id},
    )


async def get_project(conn: Conn, actor: Actor, project_id: UUID) -> Project:
    """Raises NotProjectMember for staff of the institute whom it does not name, ProjectNotFound for everybody
    else."""
    project = await find_project(conn, actor, project_id)
    if project is not None and project.role is not None:
        return project
    if project is None and await is_project(conn, actor.institute, project_id):
        raise NotProjectMember
    raise ProjectNotFound


async def is_project(conn: Conn, institute_id: UUID, project_id: UUID) -> bool:
    """Whether staff of the institute ask about a project of theirs, seen or not."""
    return bool(await fetch_value(conn, "select app.guard_project(%s, %s)", [institute_id, project_id]))


async def list_members(
    conn: Conn, institute_id: UUID, project_id: UUID, *, after: Any = None, limit: int = 51
) -> tuple[list[ProjectMember], int]:
    """Oldest first, the owner among them, with how many there are in all. `after` is [added_at, user_id]."""
    at, user_id = after or (None, None)
    params = {"institute": institute_id, "project": project_id, "at": at, "after": user_id, "limit": limit}
    onwards = "%(at)s::timestamptz is null or (added_at, user_id) > (%(at)s::timestamptz, %(after)s::uuid)"
    return await _fetch_page(conn, ProjectMember, _MEMBERS, onwards, "added_at, user_id", params)


_MEMBERS = """select m.user_id, n.name, n.email, n.state, m.role, m.added_at, m.added_by,
       m.user_id = p.owner_id as is_owner
  from project_members m
  join projects p on p.institute_id = %(institute)s and p.id = m.project_id
  join app.list_project_people(%(institute)s, %(project)s) n on n.user_id = m.user_id
 where m.institute_id = %(institute)s and m.project_id = %(project)s"""


async def list_names(conn: Conn, institute_id: UUID, project_id: UUID) -> dict[UUID, str]:
    """What a project's people are called, for its keys too, who see nobody's membership of the school."""
    sql = "select user_id, name from app.list_project_people(%s, %s)"
    cursor = await conn.execute(sql, [institute_id, project_id])
    return dict(await cursor.fetchall())


async def find_member(
    conn: Conn, institute_id: UUID, project_id: UUID, user_id: UUID
) -> ProjectMember | None:
    return await fetch_one(
        conn,
        ProjectMember,
        f"{_MEMBERS} and m.user_id = %(user)s",
        {"institute": institute_id, "project": project_id, "user": user_id},
    )


async def count_other_admins(conn: Conn, institute_id: UUID, project_id: UUID, user_id: UUID) -> int:
    """How many admins a project would have without somebody. Call with the project locked."""
    count: int = await fetch_value(
        conn,
        """select count(*) from project_members
            where institute_id = %s and project_id = %s and role = 'admin' and user_id <> %s""",
        [institute_id, project_id, user_id],
    )
    return count


async def count_what_goes(conn: Conn, institute_id: UUID, project_id: UUID) -> Cascade:
    """What would go with a project: for the person who is about to delete it."""
    found = await fetch_one(
        conn,
        Cascade,
        """select (select count(*) from project_members
                    where institute_id = %(institute)s and project_id = %(project)s) as members_removed,
                  (select count(*) from api_keys
                    where institute_id = %(institute)s and project_id = %(project)s
                      and deactivated_at is null) as api_keys_deactivated,
                  (select count(*) from invitations i
                    where i.institute_id = %(institute)s and i.status = 'pending' and i.expires_at > now()
                      and (i.project_id = %(project)s or i.role = 'guest'
                           and i.project_ids = array[%(project)s]::uuid[])) as invitations_cancelled""",
        {"institute": institute_id, "project": project_id},
    )
    assert found is not None
    return found


_STATUS = "case when i.status = 'pending' and i.expires_at <= now() then 'expired' else i.status end"
_INVITATIONS = f"""select i.id, i.email, 'project' as invitation_type, i.role, {_STATUS} as status,
       i.delivery, i.invited_by, i.created_at, i.expires_at
  from invitations i where i.institute_id = %(institute)s and i.project_id = %(project)s
 union all
select i.id, i.email, 'organization', a.role, {_STATUS}, i.delivery, a.granted_by, i.created_at,
       i.expires_at
  from invitation_assignments a
  join invitations i on i.institute_id = %(institute)s and i.id = a.invitation_id
 where a.institute_id = %(institute)s and a.project_id = %(project)s"""


async def list_invitations(
    conn: Conn,
    institute_id: UUID,
    project_id: UUID,
    *,
    status: str | None = None,
    after: Any = None,
    limit: int = 51,
) -> tuple[list[ProjectInvitation], int]:
    """Both kinds, newest first, with how many there are in all; for admins of the project."""
    params = {
        "institute": institute_id,
        "project": project_id,
        "status": status,
        "after": after,
        "limit": limit,
    }
    listed = f"select * from ({_INVITATIONS}) x where %(status)s::text is null or status = %(status)s"
    onwards = "%(after)s::uuid is null or id < %(after)s"
    return await _fetch_page(conn, ProjectInvitation, listed, onwards, "id desc", params)


async def find_invitation(
    conn: Conn, institute_id: UUID, project_id: UUID, invitation_id: UUID
) -> ProjectInvitation | None:
    return await fetch_one(
        conn,
        ProjectInvitation,
        f"select * from ({_INVITATIONS}) x where id = %(invitation)s",
        {"institute": institute_id, "project": project_id, "invitation": invitation_id},
    )


async def is_invited(conn: Conn, institute_id: UUID, project_id: UUID, email_key: str) -> bool:
    """Whether a live invitation would bring this address into the project."""
    return bool(
        await fetch_value(
            conn,
            """select exists (select 1 from invitations
                 where institute_id = %(institute)s and email_key = %(key)s and status = 'pending'
                   and expires_at > now()
                   and (project_id = %(project)s or %(project)s = any(project_ids)))""",
            {"institute": institute_id, "key": email_key, "project": project_id},
        )
    )


async def list_assignments(conn: Conn, institute_id: UUID, invitation_id: UUID) -> list[Assignment]:
    """What an invitation into the school brings besides, by name, as far as the caller runs it."""
    return await fetch_all(
        conn,
        Assignment,
        """select a.project_id, p.name as project_name, a.role
             from invitation_assignments a
             join projects p on p.institute_id = %(institute)s and p.id = a.project_id
            where a.institute_id = %(institute)s and a.invitation_id = %(invitation)s
            order by lower(p.name), p.id""",
        {"institute": institute_id, "invitation": invitation_id},
    )


async def offers_nothing_else(conn: Conn, institute_id: UUID, project_id: UUID, invitation_id: UUID) -> bool:
    """Whether an invitation would have nothing left to offer without this project."""
    return bool(
        await fetch_value(
            conn,
            """select project_id is not null or role = 'guest' and project_ids = array[%s]::uuid[]
                 from invitations where institute_id = %s and id = %s""",
            [project_id, institute_id, invitation_id],
        )
    )


async def list_purges(conn: Conn) -> list[tuple[UUID, UUID]]:
    """As the service: institutes and their deleted projects whose time is over."""
    cursor = await conn.execute("select institute_id, project_id from app.guard_list_purges()")
    return await cursor.fetchall()


async def get_caller(conn: Conn) -> UUID:
    """Who this transaction runs as."""
    user_id: UUID = await fetch_value(conn, "select current_setting('app.user_id')::uuid")
    return user_id


async def _fetch_page(
    conn: Conn, kind: type[Row], listed: str, onwards: str, order: str, params: dict[str, Any]
) -> tuple[list[Row], int]:
    """A page of `listed` from where `onwards` says, and how many rows there are in all, by one statement."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            f"""with listed as ({listed}), counted as (select count(*) as total from listed)
                select c.total, page.* from counted c
                  left join lateral (select * from listed where {onwards}
                                      order by {order} limit %(limit)s) page on true
                 order by {order}""",
            params,
        )
        found = await cursor.fetchall()
    total: int = found[0]["total"]
    rows = [{name: value for name, value in row.items() if name != "total"} for row in found]
    return [kind(**row) for row in rows if any(value is not None for value in row.values())], total
