"""The rows of a list of people to invite, kept while its job runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.institutes.invitation import Invitee
from markroom.kit.db import Conn, execute, fetch_all, fetch_one, fetch_value


@dataclass(frozen=True)
class ListRow:
    """`fate` is None until it is decided."""

    number: int
    invitee: Invitee
    fate: str | None = None


@dataclass(frozen=True)
class Inviter:
    """Who asks, with the rights they have now."""

    user_id: UUID
    email_key: str | None
    role: str | None

    @property
    def invited_by(self) -> UUID | None:
        return self.user_id if self.role != "platform_admin" else None


async def insert_rows(conn: Conn, institute_id: UUID, list_id: UUID, rows: Sequence[ListRow]) -> None:
    invitees = [row.invitee for row in rows]
    await execute(
        conn,
        """insert into invitation_rows (institute_id, list_id, number, email, email_key, role, metadata, fate)
           select %s, %s, r.* from unnest(%s::integer[], %s::text[], %s::text[], %s::text[], %s::jsonb[],
                                          %s::text[]) r""",
        [
            institute_id,
            list_id,
            [row.number for row in rows],
            [invitee.email for invitee in invitees],
            [invitee.email_key for invitee in invitees],
            [invitee.role for invitee in invitees],
            [Jsonb(invitee.metadata) for invitee in invitees],
            [row.fate for row in rows],
        ],
    )


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


async def act_for(conn: Conn, user_id: UUID) -> None:
    """As the service: whoever started the list is who did it, for the trail and for whose right the
    invitations rest on."""
    await execute(conn, "select set_config('app.user_id', %s, true)", [str(user_id)])


async def lock_list(conn: Conn, institute_id: UUID, list_id: UUID) -> None:
    """One worker at a time, should two hold the same job."""
    await execute(
        conn, "select 1 from jobs where institute_id = %s and id = %s for update", [institute_id, list_id]
    )


async def list_undecided(conn: Conn, institute_id: UUID, list_id: UUID, limit: int) -> list[ListRow]:
    cursor = await conn.execute(
        """select number, email, email_key, role, metadata from invitation_rows
            where institute_id = %s and list_id = %s and fate is null order by number limit %s""",
        [institute_id, list_id, limit],
    )
    return [ListRow(number, Invitee(*rest)) for number, *rest in await cursor.fetchall()]


async def decide(
    conn: Conn, institute_id: UUID, list_id: UUID, fates: Mapping[int, str], invitations: Mapping[int, UUID]
) -> None:
    """Writes what became of rows, by their numbers."""
    await execute(
        conn,
        """update invitation_rows r set fate = d.fate, invitation_id = d.invitation_id
             from unnest(%s::integer[], %s::text[], %s::uuid[]) d (number, fate, invitation_id)
            where r.institute_id = %s and r.list_id = %s and r.number = d.number""",
        [list(fates), list(fates.values()), [invitations.get(n) for n in fates], institute_id, list_id],
    )


@dataclass(frozen=True)
class Decided:
    number: int
    fate: str
    invitation_id: UUID | None


async def delete_rows(conn: Conn, institute_id: UUID, list_id: UUID) -> list[Decided]:
    """The decided rows, which are gone afterwards."""
    return await fetch_all(
        conn,
        Decided,
        """with gone as (delete from invitation_rows where institute_id = %s and list_id = %s
                         returning number, fate, invitation_id)
           select * from gone order by number""",
        [institute_id, list_id],
    )


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
