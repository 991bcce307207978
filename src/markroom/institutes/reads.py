from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from markroom.institutes.invitation import Invitation, InvitationNotFound, Offer
from markroom.institutes.model import Member, Place
from markroom.kit.actor import Actor
from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value

STATUS = "case when status = 'pending' and expires_at <= now() then 'expired' else status end"
INVITATION = f"""id, email, role, {STATUS} as status, delivery, invited_by, metadata, created_at, expires_at,
  project_id"""
MEMBER = "user_id, name, email, role, state, joined_at"


async def list_places(conn: Conn, user_id: UUID) -> list[Place]:
    """Every institute the caller belongs to."""
    return await fetch_all(
        conn,
        Place,
        """select m.institute_id, i.name as institute_name, m.role
             from memberships m join institutes i on i.id = m.institute_id
            where m.user_id = %s and m.state = 'active' order by lower(i.name), i.id""",
        [user_id],
    )


async def get_invitation(conn: Conn, institute_id: UUID, invitation_id: UUID) -> Invitation:
    found = await fetch_one(
        conn,
        Invitation,
        f"select {INVITATION} from invitations where institute_id = %s and id = %s",
        [institute_id, invitation_id],
    )
    if found is None:
        raise InvitationNotFound
    return found


async def find_pending(
    conn: Conn, institute_id: UUID, email_key: str, project_id: UUID | None = None
) -> Invitation | None:
    """Into the school, or into one project."""
    return await fetch_one(
        conn,
        Invitation,
        f"""select {INVITATION} from invitations
             where institute_id = %s and email_key = %s and status = 'pending'
               and project_id is not distinct from %s""",
        [institute_id, email_key, project_id],
    )


async def list_invitations(
    conn: Conn, institute_id: UUID, *, role: str | None, status: str | None, after: Any, limit: int
) -> tuple[list[Invitation], int]:
    """Newest first, with how many there are in all."""
    matching = f"""institute_id = %(institute)s and (%(role)s::text is null or role = %(role)s)
               and (%(status)s::text is null or {STATUS} = %(status)s)"""
    params = {"institute": institute_id, "role": role, "status": status, "after": after, "limit": limit}
    rows = await fetch_all(
        conn,
        Invitation,
        f"""select {INVITATION} from invitations
             where {matching} and (%(after)s::uuid is null or id < %(after)s)
             order by id desc limit %(limit)s""",
        params,
    )
    total: int = await fetch_value(conn, f"select count(*) from invitations where {matching}", params)
    return rows, total


async def find_member_by_address(conn: Conn, institute_id: UUID, email_key: str) -> Member | None:
    return await fetch_one(
        conn,
        Member,
        f"select {MEMBER} from memberships where institute_id = %s and email_key = %s and state <> 'left'",
        [institute_id, email_key],
    )


async def list_members(
    conn: Conn, institute_id: UUID, *, roles: list[str], q: str | None, after: Any, limit: int
) -> tuple[list[Member], int]:
    """Active and suspended people by name, with how many there are in all. `after` is [name, user_id]."""
    matching = """institute_id = %(institute)s and state <> 'left' and role = any(%(roles)s)
               and (%(q)s::text is null or strpos(lower(name), lower(%(q)s)) > 0
                    or strpos(email_key, lower(%(q)s)) > 0)"""
    params = {"institute": institute_id, "roles": roles, "q": q or None}
    return await _page_by_name(conn, matching, params, after, limit)


async def list_active_staff(conn: Conn, institute_id: UUID, user_ids: list[UUID]) -> list[Member]:
    """Those of `user_ids` who are active staff."""
    return await fetch_all(
        conn,
        Member,
        f"""select {MEMBER} from memberships
             where institute_id = %s and user_id = any(%s) and state = 'active'
               and role in ('school_admin', 'department_head', 'teacher')""",
        [institute_id, user_ids],
    )


async def list_students_by_id(conn: Conn, institute_id: UUID, user_ids: list[UUID]) -> list[Member]:
    """Those of `user_ids` who are active students, by name."""
    return await fetch_all(
        conn,
        Member,
        f"""select {MEMBER} from memberships
             where institute_id = %s and user_id = any(%s) and state = 'active' and role = 'student'
             order by lower(name), user_id""",
        [institute_id, user_ids],
    )


async def list_pupils_without_address(
    conn: Conn, institute_id: UUID, after: Any, limit: int
) -> tuple[list[Member], int]:
    """By name, with how many there are in all. `after` is [name, user_id]."""
    matching = """institute_id = %(institute)s and role = 'student' and state = 'active'
               and email_key is null"""
    return await _page_by_name(conn, matching, {"institute": institute_id}, after, limit)


async def _page_by_name(
    conn: Conn, matching: str, given: dict[str, Any], after: Any, limit: int
) -> tuple[list[Member], int]:
    name, user_id = after or (None, None)
    params = {**given, "name": name, "user": user_id, "limit": limit}
    rows = await fetch_all(
        conn,
        Member,
        f"""select {MEMBER} from memberships
             where {matching}
               and (%(name)s::text is null or (lower(name), user_id) > (lower(%(name)s), %(user)s::uuid))
             order by lower(name), user_id limit %(limit)s""",
        params,
    )
    total: int = await fetch_value(conn, f"select count(*) from memberships where {matching}", params)
    return rows, total


async def find_offer(conn: Conn, token_hash: bytes) -> Offer | None:
    """What the holder of an invitation link may see."""
    return await fetch_one(conn, Offer, "select * from app.door_invitation(%s)", [token_hash])


async def lock_offer(conn: Conn, token_hash: bytes) -> Offer | None:
    """The same with the invitation locked until the transaction ends, and roles of its institute kept from
    changing."""
    return await fetch_one(conn, Offer, "select * from app.door_lock_invitation(%s)", [token_hash])


async def count_recent_tokens(conn: Conn, institute_id: UUID, email_key: str) -> int:
    """How often an address was written to in the last day."""
    count: int = await fetch_value(
        conn,
        """select count(*) from invitation_tokens t
             join invitations i on i.institute_id = t.institute_id and i.id = t.invitation_id
            where t.institute_id = %s and i.institute_id = %s and i.email_key = %s and not t.is_shown
              and t.issued_at > now() - interval '1 day'""",
        [institute_id, institute_id, email_key],
    )
    return count


async def list_shown_links(conn: Conn, institute_id: UUID, invitation_ids: list[UUID]) -> set[UUID]:
    """Those of the invitations whose live link was shown instead of mailed."""
    cursor = await conn.execute(
        """select i.id from invitations i join invitation_tokens t
               on t.institute_id = i.institute_id and t.invitation_id = i.id and t.generation = i.generation
            where i.institute_id = %s and t.institute_id = %s and i.id = any(%s) and t.is_shown""",
        [institute_id, institute_id, invitation_ids],
    )
    return {row[0] for row in await cursor.fetchall()}


async def get_institute_name(conn: Conn, institute_id: UUID) -> str:
    name: str = await fetch_value(conn, "select name from institutes where id = %s", [institute_id])
    return name


async def get_mail_facts(
    conn: Conn, institute_id: UUID, invitation_id: UUID
) -> tuple[Invitation, int, str | None, list[str]]:
    """For the mail job: the invitation, its generation, the inviter's name and the projects it is about."""
    invitation = await get_invitation(conn, institute_id, invitation_id)
    cursor = await conn.execute(
        """select s.closed_at is null, i.generation, m.name,
                   array(select p.name from projects p
                          where p.institute_id = %(institute)s
                            and (p.id = i.project_id or p.id = any(i.project_ids)) order by lower(p.name))
              from invitations i join institutes s on s.id = i.institute_id
              left join memberships m on m.institute_id = i.institute_id and m.user_id = i.invited_by
             where i.institute_id = %(institute)s and i.id = %(invitation)s""",
        {"institute": institute_id, "invitation": invitation_id},
    )
    row: tuple[bool, int, str | None, list[str]] | None = await cursor.fetchone()
    assert row is not None, "invitations are kept"
    is_open, generation, inviter, projects = row
    known = invitation if is_open else replace(invitation, status="cancelled")
    return known, generation, inviter, projects


async def find_member(conn: Conn, institute_id: UUID, user_id: UUID) -> Member | None:
    return await fetch_one(
        conn,
        Member,
        f"select {MEMBER} from memberships where institute_id = %s and user_id = %s",
        [institute_id, user_id],
    )


async def owns_projects(conn: Conn, user_id: UUID) -> bool:
    """Whether the caller owns a project anywhere, in a context that spans all their institutes."""
    return bool(
        await fetch_value(
            conn,
            "select exists (select 1 from projects where owner_id = %s and state <> 'deleted')",
            [user_id],
        )
    )


async def begin_again(conn: Conn, actor: Actor) -> Actor:
    """The actor with the rights they have now, in their institute or in all of theirs: for whoever took a
    lock to decide about rights, or goes on to another institute."""
    role = await fetch_value(
        conn,
        "select role from app.begin_as(%s, %s, %s, %s, current_setting('app.request_id', true))",
        [actor.user_id, actor.key_id, actor.institute_id, actor.credential],
    )
    return replace(actor, role=role)


async def is_in_project(conn: Conn, project_id: UUID | None) -> bool:
    """Whether the caller has any right in a project; of no project, that they have."""
    return project_id is None or bool(
        await fetch_value(
            conn,
            "select %s = any(coalesce(nullif(current_setting('app.p_read', true), ''), '{}')::uuid[])",
            [project_id],
        )
    )


async def runs_projects(conn: Conn, project_ids: list[UUID]) -> bool:
    """Whether the caller is an admin of all of these."""
    return bool(
        await fetch_value(
            conn,
            "select %s <@ coalesce(nullif(current_setting('app.p_admin', true), ''), '{}')::uuid[]",
            [project_ids],
        )
    )


async def count_what_ends(conn: Conn, institute_id: UUID, user_id: UUID) -> dict[str, int]:
    """What would end with somebody's membership: for the person who is about to end it, who need not see the
    projects themselves."""
    cursor = await conn.execute(
        "select invitations, api_keys, owned_projects from app.guard_count_what_ends(%s, %s)",
        [institute_id, user_id],
    )
    row = await cursor.fetchone()
    assert row is not None
    return {"invitations": row[0], "api_keys": row[1], "owned_projects": row[2]}
