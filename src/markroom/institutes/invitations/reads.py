from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from markroom.institutes.invitations.model import Invitation, InvitationNotFound, Offer
from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value

STATUS = "case when status = 'pending' and expires_at <= now() then 'expired' else status end"
INVITATION = f"""id, email, role, {STATUS} as status, delivery, invited_by, metadata, created_at, expires_at,
  project_id"""


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


async def is_member(conn: Conn, institute_id: UUID, email_key: str) -> bool:
    return bool(
        await fetch_value(
            conn,
            "select 1 from memberships where institute_id = %s and email_key = %s and state <> 'left'",
            [institute_id, email_key],
        )
    )
