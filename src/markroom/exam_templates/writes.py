from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import sql

from markroom.kit.db import Conn, execute, fetch_value


async def insert_template(conn: Conn, institute_id: UUID, fields: Mapping[str, Any]) -> UUID:
    columns = sql.SQL(", ").join(map(sql.Identifier, ("institute_id", *fields)))
    statement = sql.SQL("insert into exam_templates ({}) values ({}) returning id").format(
        columns, sql.SQL(", ").join(sql.Placeholder() * (len(fields) + 1))
    )
    cursor = await conn.execute(statement, [institute_id, *fields.values()])
    row = await cursor.fetchone()
    assert row is not None
    template_id: UUID = row[0]
    return template_id


async def lock_template(
    conn: Conn, institute_id: UUID, template_id: UUID, *, alone: bool = False
) -> int | None:
    """The version under lock; None for a row the caller may not change. `alone`: also against new batches."""
    strength = "update" if alone else "no key update"
    version: int | None = await fetch_value(
        conn,
        f"select version from exam_templates where institute_id = %s and id = %s for {strength}",
        [institute_id, template_id],
    )
    return version


async def update_template(
    conn: Conn, institute_id: UUID, template_id: UUID, fields: Mapping[str, Any]
) -> None:
    """Sets the fields, and with them a new version."""
    assignments = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder()) for name in fields]
    stamp = sql.SQL("updated_at = now(), version = version + 1")
    statement = sql.SQL("update exam_templates set {} where institute_id = %s and id = %s")
    await conn.execute(
        statement.format(sql.SQL(", ").join([*assignments, stamp])),
        [*fields.values(), institute_id, template_id],
    )


async def archive_template(conn: Conn, institute_id: UUID, template_id: UUID, *, archived: bool) -> int:
    """How many rows this changed: none where it was so already."""
    return await execute(
        conn,
        """update exam_templates set archived_at = case when %(archived)s then now() end,
                  updated_at = now(), version = version + 1
            where institute_id = %(institute)s and id = %(template)s
              and (archived_at is null) = %(archived)s""",
        {"institute": institute_id, "template": template_id, "archived": archived},
    )
