"""Scripts and who wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value
from markroom.scripts.errors import ScriptNotFound
from markroom.scripts.model import Candidate, Script


async def get_script(conn: Conn, institute_id: UUID, script_id: UUID) -> Script:
    sql = "select id, batch_id, number, candidate_id, state from scripts where institute_id = %s and id = %s"
    script = await fetch_one(conn, Script, sql, [institute_id, script_id])
    if script is None:
        raise ScriptNotFound
    return script


async def list_scanned_scripts(conn: Conn, institute_id: UUID, batch_id: UUID) -> list[Script]:
    """By number, the scripts that have placed pages."""
    return await fetch_all(
        conn,
        Script,
        """select id, batch_id, number, candidate_id, state from scripts
            where institute_id = %s and batch_id = %s and state in ('incomplete', 'complete')
              order by number""",
        [institute_id, batch_id],
    )


async def list_scripts(
    conn: Conn,
    institute_id: UUID,
    batch_id: UUID,
    *,
    expected_pages: Sequence[int],
    shows_names: bool,
    after: int = 0,
    limit: int = 1_000_000,
    state: str | None = None,
) -> list[dict[str, Any]]:
    """`{id, number, candidate, state, pages_missing, answers_ready}`; the candidate is null where hidden."""
    cursor = await conn.execute(
        """select jsonb_build_object('id', s.id, 'number', s.number, 'state', s.state,
              'candidate', case when %(names)s and c.id is not null
                 then jsonb_build_object('id', c.id, 'name', c.name, 'number', c.number, 'user_id',
                   c.user_id) end,
              'pages_missing', array(select n from unnest(%(expected)s::int[]) n where not exists (
                 select 1 from pages p where p.institute_id = %(institute)s and p.script_id = s.id
                    and p.state = 'placed' and p.page = n) order by n),
              'answers_ready', (select count(*) from answers a
                 where a.institute_id = %(institute)s and a.script_id = s.id and a.state = 'ready'))
             from scripts s left join candidates c
               on c.institute_id = %(institute)s and c.batch_id = s.batch_id and c.id = s.candidate_id
            where s.institute_id = %(institute)s and s.batch_id = %(batch)s and s.number > %(after)s
              and (%(state)s::text is null or s.state = %(state)s)
            order by s.number limit %(limit)s""",
        {
            "institute": institute_id, "batch": batch_id, "expected": list(expected_pages),
            "names": shows_names,
            "after": after, "limit": limit, "state": state,
        },
    )  # fmt: skip
    return [row[0] for row in await cursor.fetchall()]


async def count_scripts(conn: Conn, institute_id: UUID, batch_id: UUID, state: str | None = None) -> int:
    sql = """select count(*) from scripts where institute_id = %s and batch_id = %s
                and (%s::text is null or state = %s)"""
    count: int = await fetch_value(conn, sql, [institute_id, batch_id, state, state])
    return count


async def list_candidates(conn: Conn, institute_id: UUID, batch_id: UUID) -> dict[int, Candidate | None]:
    """Every script's number with its candidate, in order; None where the script is blank."""
    cursor = await conn.execute(
        """select s.number, c.id, c.name, c.number, c.user_id from scripts s left join candidates c
             on c.institute_id = s.institute_id and c.batch_id = s.batch_id and c.id = s.candidate_id
            where s.institute_id = %s and s.batch_id = %s order by s.number""",
        [institute_id, batch_id],
    )
    rows = await cursor.fetchall()
    return {row[0]: Candidate(*row[1:]) if row[1] else None for row in rows}
