from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from markroom.institutes.invitation_lists.model import Inviter, ListRow
from markroom.institutes.invitations.model import Invitee
from markroom.kit.db import Conn, fetch_one, fetch_value


async def find_inviter(conn: Conn, institute_id: UUID, user_id: UUID) -> Inviter:
    """As the service."""
    found = await fetch_one(
        conn,
        Inviter,
        """select u.id as user_id, u.email_key,
                  case when u.is_platform_admin then 'platform_admin' else m.role end as role
             from users u left join memberships m
               on m.institute_id = %s and m.user_id = u.id and m.state = 'active' where u.id = %s""",
        [institute_id, user_id],
    )
    assert found is not None, "users are never deleted"
    return found


async def list_undecided(conn: Conn, institute_id: UUID, list_id: UUID, limit: int) -> list[ListRow]:
    cursor = await conn.execute(
        """select number, email, email_key, role, metadata from invitation_rows
            where institute_id = %s and list_id = %s and fate is null order by number limit %s""",
        [institute_id, list_id, limit],
    )
    return [ListRow(number, Invitee(*rest)) for number, *rest in await cursor.fetchall()]


async def count_decided(conn: Conn, institute_id: UUID, list_id: UUID) -> tuple[int, int]:
    """How many rows are decided, and how many there are."""
    counted: list[int] = await fetch_value(
        conn,
        "select array[count(fate), count(*)] from invitation_rows where institute_id = %s and list_id = %s",
        [institute_id, list_id],
    )
    return counted[0], counted[1]


async def find_known(
    conn: Conn, institute_id: UUID, email_keys: Sequence[str]
) -> tuple[set[str], dict[str, str]]:
    """Who of these belongs here already, and who has a live invitation, with its role."""
    cursor = await conn.execute(
        """select 'member', email_key, role from memberships
            where institute_id = %(institute)s and email_key = any(%(keys)s) and state <> 'left'
           union all
           select 'invited', email_key, role from invitations
            where institute_id = %(institute)s and email_key = any(%(keys)s) and project_id is null
              and status = 'pending' and expires_at > now()""",
        {"institute": institute_id, "keys": list(email_keys)},
    )
    found: list[tuple[str, str, str]] = await cursor.fetchall()
    members = {key for kind, key, _ in found if kind == "member"}
    return members, {key: role for kind, key, role in found if kind == "invited"}
