"""What belongs to a project, across the rooms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from markroom.exam_templates.reads import STATUS, VISIBLE
from markroom.kit.db import Conn
from markroom.marking.reads import count_marks


async def count_kept(conn: Conn, institute_id: UUID, project_id: UUID) -> dict[str, int]:
    """How many memories and papers a project has."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            """select (select count(*) from memories
                        where institute_id = %(institute)s and project_id = %(project)s) as memories,
                      (select count(*) from exam_templates
                        where institute_id = %(institute)s and project_id = %(project)s) as templates""",
            {"institute": institute_id, "project": project_id},
        )
        found = await cursor.fetchone()
    assert found is not None
    return found


async def list_papers(
    conn: Conn, institute_id: UUID, project_id: UUID, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """The papers last changed first, archived ones too, with how many there are."""
    return await _list(
        conn,
        f"""select t.id, t.title, t.subject, t.exam_code, {STATUS} as status, t.updated_at,
                   m.name as owner_name, count(*) over () as total
              from exam_templates t
              left join memberships m on m.institute_id = %(institute)s and m.user_id = t.teacher_id
             where t.institute_id = %(institute)s and t.project_id = %(project)s and {VISIBLE}
             order by t.updated_at desc, t.id desc limit %(limit)s""",
        {"institute": institute_id, "project": project_id, "limit": limit},
    )


async def list_batches(
    conn: Conn, institute_id: UUID, project_id: UUID, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """The batches of the project's papers, newest first, with what is in and what is marked."""
    batches, total = await _list(
        conn,
        """select b.id, b.title, b.state, t.title as template_title, s.scripts, s.complete,
                  s.scripts * (select count(*) from exam_items i where i.institute_id = %(institute)s
                                  and i.template_id = b.template_id) as answers, count(*) over () as total
             from batches b
             left join exam_templates t on t.institute_id = %(institute)s and t.id = b.template_id
            cross join lateral (
              select count(*) as scripts, count(*) filter (where state = 'complete') as complete
                from scripts where institute_id = %(institute)s and batch_id = b.id) s
            where b.institute_id = %(institute)s and b.project_id = %(project)s
            order by b.id desc limit %(limit)s""",
        {"institute": institute_id, "project": project_id, "limit": limit},
    )
    marked = await count_marks(conn, institute_id, [batch["id"] for batch in batches])
    return [batch | {"marked": marked[str(batch["id"])]["marked"]} for batch in batches], total


async def _list(conn: Conn, sql: str, params: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(sql, params)
        rows = await cursor.fetchall()
    return rows, rows[0]["total"] if rows else 0
