from __future__ import annotations

from uuid import UUID

from markroom.kit.db import Conn, execute


async def replace_terms(
    conn: Conn, institute_id: UUID, kind: str, ids: list[UUID | None], names: list[str]
) -> None:
    """Takes the list down before it is put up again, so that two terms may change names."""
    await execute(
        conn,
        """update institute_terms set archived_at = now()
            where institute_id = %s and kind = %s and archived_at is null""",
        [institute_id, kind],
    )
    await execute(
        conn,
        """insert into institute_terms (institute_id, id, kind, name, position)
           select %s, coalesce(given.id, uuidv7()), %s, given.name, given.position
             from unnest(%s::uuid[], %s::text[]) with ordinality as given (id, name, position)
           on conflict (institute_id, id) do update
             set name = excluded.name, position = excluded.position, archived_at = null""",
        [institute_id, kind, ids, names],
    )
    await execute(conn, "update institutes set version = version + 1 where id = %s", [institute_id])
