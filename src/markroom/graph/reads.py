"""What the graph is made from: the rows as they stand, read by the service inside one school."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from markroom.graph.model import Space
from markroom.kit.db import Conn, fetch_one, fetch_value

Row = dict[str, Any]

SPACE = "s.name, s.state, s.generation, s.catalogue_version, s.error, s.projected_at"


async def find_space(conn: Conn, institute_id: UUID) -> Space | None:
    return await fetch_one(
        conn, Space, f"select {SPACE} from graph_spaces s where s.institute_id = %s", [institute_id]
    )


async def is_closed(conn: Conn, institute_id: UUID) -> bool:
    """Also where there is no such school."""
    is_open: bool | None = await fetch_value(
        conn, "select closed_at is null from institutes where id = %s", [institute_id]
    )
    return not is_open


async def list_template_ids(conn: Conn, institute_id: UUID) -> list[UUID]:
    cursor = await conn.execute(
        "select id from exam_templates where institute_id = %s order by id", [institute_id]
    )
    return [row[0] for row in await cursor.fetchall()]


async def read_institute(conn: Conn, institute_id: UUID) -> tuple[str, list[UUID]]:
    """Its name, and who owns its templates."""
    name: str = await fetch_value(conn, "select name from institutes where id = %s", [institute_id])
    cursor = await conn.execute(
        "select distinct teacher_id from exam_templates where institute_id = %s", [institute_id]
    )
    return name, [row[0] for row in await cursor.fetchall()]


async def list_specification_ids(conn: Conn, institute_id: UUID) -> list[UUID]:
    """Of the exams its templates name."""
    cursor = await conn.execute(
        """select distinct p.specification_id
             from exam_templates t join catalogue_papers p on p.id = t.exam_id
            where t.institute_id = %s""",
        [institute_id],
    )
    return [row[0] for row in await cursor.fetchall()]


async def list_templates(conn: Conn, institute_id: UUID, ids: Sequence[UUID]) -> list[Row]:
    return await _rows(
        conn,
        """select t.id, t.teacher_id, t.exam_id, t.title, t.subject, t.exam_code, t.visibility, t.page_count,
                  case when t.archived_at is null then t.status else 'archived' end as status
             from exam_templates t where t.institute_id = %s and t.id = any(%s)""",
        [institute_id, list(ids)],
    )


async def list_questions(conn: Conn, institute_id: UUID, ids: Sequence[UUID]) -> list[Row]:
    """Of some templates, each with the paper its references go by."""
    return await _rows(
        conn,
        """select q.id, q.template_id, q.parent_id, q.path, q.label, q."order" as place, q.max_marks,
                  q.answer_type, q.spec_ref, q.is_item, q.confirmed, p.specification_id
             from exam_questions q
             join exam_templates t on t.institute_id = %s and t.id = q.template_id
             left join catalogue_papers p on p.id = t.exam_id
            where q.institute_id = %s and q.template_id = any(%s)""",
        [institute_id, institute_id, list(ids)],
    )


async def list_areas(conn: Conn, institute_id: UUID, ids: Sequence[UUID]) -> list[Row]:
    return await _rows(
        conn,
        """select a.id, a.template_id, a.question_id, a.page, a.kind, a.bounds, a.confirmed
             from response_areas a
            where a.institute_id = %s and a.template_id = any(%s) and a.retired_at is null""",
        [institute_id, list(ids)],
    )


async def list_catalogue(conn: Conn, table: str, specification_ids: Sequence[UUID]) -> list[Row]:
    """Papers, objectives or spec points of some specifications."""
    columns = {
        "papers": "id, specification_id, code, title, tier, minutes, marks, weight::float as weight",
        "objectives": "id, specification_id, code, description",
        "spec_points": "id, specification_id, parent_id, ref, title",
    }[table]
    sql = f"select {columns} from catalogue_{table} where specification_id = any(%s)"
    return await _rows(conn, sql, [list(specification_ids)])


async def list_specifications(conn: Conn, ids: Sequence[UUID]) -> list[Row]:
    return await _rows(
        conn,
        """select s.id, s.code, s.title, s.subject, b.id as board_id, b.code as board_code,
                  b.name as board_name, q.id as qualification_id, q.name as qualification_name
             from catalogue_specifications s join catalogue_boards b on b.id = s.board_id
             join catalogue_qualifications q on q.id = s.qualification_id where s.id = any(%s)""",
        [list(ids)],
    )


async def _rows(conn: Conn, sql: str, given: list[Any]) -> list[Row]:
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(sql, given)
        return await cursor.fetchall()
