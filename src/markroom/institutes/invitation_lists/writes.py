from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.institutes.invitation_lists.model import Decided, ListRow
from markroom.kit.db import Conn, execute, fetch_all, fetch_value


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


async def act_for(conn: Conn, user_id: UUID) -> None:
    """As the service: whoever started the list is who did it, for the trail and for whose right the
    invitations rest on."""
    await execute(conn, "select set_config('app.user_id', %s, true)", [str(user_id)])


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


async def sweep_rows(conn: Conn) -> int:
    """Of all institutes: lists that nobody tried again for a week."""
    swept: int = await fetch_value(conn, "select app.guard_sweep_invitation_rows()")
    return swept
