from __future__ import annotations

from uuid import UUID

from markroom.institutes.model import Institute
from markroom.kit.db import Conn, execute


async def insert_institute(
    conn: Conn, institute_id: UUID, name: str, slug: str, kind: str, time_zone: str
) -> None:
    await execute(
        conn,
        "insert into institutes (id, name, slug, kind, time_zone) values (%s, %s, %s, %s, %s)",
        [institute_id, name, slug, kind, time_zone],
    )


async def update_institute(conn: Conn, institute: Institute) -> None:
    """Its details, and with them a new version."""
    await execute(
        conn,
        """update institutes set name = %(name)s, kind = %(kind)s, website = %(website)s,
                  time_zone = %(time_zone)s, urn = %(urn)s, centre_number = %(centre_number)s,
                  version = version + 1 where id = %(id)s""",
        vars(institute),
    )


async def lock_institute(conn: Conn, institute_id: UUID) -> None:
    """Keeps roles of this institute from changing until the transaction ends."""
    await execute(conn, "select 1 from institutes where id = %s for no key update", [institute_id])
