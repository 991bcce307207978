from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from markroom.kit.db import Conn, execute, fetch_value

# Each table's columns, in the order in which rows refer to each other.
COLUMNS = {
    "boards": "id uuid, code text, name text",
    "qualifications": "id uuid, code text, name text",
    "specifications": "id uuid, board_id uuid, qualification_id uuid, code text, title text, subject text, "
    "first_exam_year integer, last_exam_year integer",
    "papers": "id uuid, specification_id uuid, code text, title text, tier text, minutes integer, "
    "marks integer, weight numeric",
    "objectives": "id uuid, specification_id uuid, code text, description text, weight_from numeric, "
    "weight_to numeric",
    "spec_points": "id uuid, specification_id uuid, parent_id uuid, ref text, title text, place integer",
}


async def lock_catalogue(conn: Conn) -> None:
    """Until the transaction ends, no other load begins."""
    await execute(conn, "select pg_advisory_xact_lock(hashtextextended('catalogue', 0))")


async def find_load(conn: Conn, version: str) -> str | None:
    """The hash of what was loaded as this version."""
    found: str | None = await fetch_value(
        conn, "select sha256 from catalogue_loads where version = %s", [version]
    )
    return found


async def insert_load(conn: Conn, version: str, sha256: str) -> None:
    await execute(
        conn,
        "insert into catalogue_loads (version, sha256, counts) values (%s, %s, '{}')",
        [version, sha256],
    )


async def update_load(conn: Conn, version: str, counts: dict[str, dict[str, int]]) -> None:
    await execute(conn, "update catalogue_loads set counts = %s where version = %s", [Jsonb(counts), version])


async def put_rows(conn: Conn, kind: str, rows: list[dict[str, Any]], version: str) -> dict[str, int]:
    """Adds rows and changes those that differ, by one statement; says how many were which."""
    names = [column.split()[0] for column in COLUMNS[kind].split(", ")]
    rest = [name for name in names if name != "id"]
    given, old = ", ".join(f"excluded.{n}" for n in rest), ", ".join(f"c.{n}" for n in rest)
    cursor = await conn.execute(
        f"""insert into catalogue_{kind} as c ({", ".join(names)}, version)
            select r.*, %(version)s from jsonb_to_recordset(%(rows)s) as r({COLUMNS[kind]})
            on conflict (id) do update
               set ({", ".join(rest)}, version) = row({given}, excluded.version)
             where row({old}) is distinct from row({given})
            returning xmax = 0""",
        {"version": version, "rows": Jsonb(rows)},
    )
    is_new = [row[0] for row in await cursor.fetchall()]
    return {
        "added": sum(is_new),
        "changed": len(is_new) - sum(is_new),
        "unchanged": len(rows) - len(is_new),
    }
