from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from markroom.exam_templates.errors import QuestionNotFound
from markroom.exam_templates.model import Boundary, Canvas, Question, ResponseArea, Template
from markroom.exam_templates.reads import AREA, BOUNDARY, MAY_EDIT, QUESTION, TEMPLATE, VISIBLE
from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value

PLACED_QUESTION = f"{QUESTION}, q.position, q.is_item, q.mark_scheme_version"


async def get_template_of_question(conn: Conn, institute_id: UUID, question_id: UUID) -> Template:
    """The visible template a question belongs to. Raises QuestionNotFound."""
    sql = f"""select {TEMPLATE}, {MAY_EDIT} as may_edit
                from exam_templates t join exam_questions q on q.institute_id = %s and q.template_id = t.id
               where t.institute_id = %s and q.id = %s and {VISIBLE}"""
    template = await fetch_one(conn, Template, sql, [institute_id, institute_id, question_id])
    if template is None:
        raise QuestionNotFound
    return template


async def read_canvas(conn: Conn, institute_id: UUID, template_id: UUID) -> Canvas:
    """The canvas as it stands, arranged. Three statements: lock the template first where they must agree."""
    return Canvas(
        tuple(await list_questions(conn, institute_id, template_id)),
        tuple(await list_response_areas(conn, institute_id, template_id)),
        tuple(await list_boundaries(conn, institute_id, template_id)),
    )


async def list_questions(conn: Conn, institute_id: UUID, template_id: UUID) -> list[Question]:
    """The question tree, arranged."""
    sql = f"""select {PLACED_QUESTION} from exam_questions q
               where q.institute_id = %s and q.template_id = %s order by q.position, q.id"""
    return await fetch_all(conn, Question, sql, [institute_id, template_id])


async def list_items(conn: Conn, institute_id: UUID, template_id: UUID) -> list[Question]:
    """What is marked, in reading order."""
    sql = f"""select {PLACED_QUESTION} from exam_questions q
               where q.institute_id = %s and q.template_id = %s and q.is_item order by q.position, q.id"""
    return await fetch_all(conn, Question, sql, [institute_id, template_id])


async def list_boundaries(conn: Conn, institute_id: UUID, template_id: UUID) -> list[Boundary]:
    sql = f"""select {BOUNDARY} from exam_boundaries b
               where b.institute_id = %s and b.template_id = %s order by b.page, b.y, b.id"""
    return await fetch_all(conn, Boundary, sql, [institute_id, template_id])


async def list_response_areas(
    conn: Conn, institute_id: UUID, template_id: UUID, kinds: Sequence[str] = ()
) -> list[ResponseArea]:
    """The areas on the canvas by page and place; of some kinds only, where named."""
    sql = f"""select {AREA} from response_areas a
               where a.institute_id = %s and a.template_id = %s and a.retired_at is null
                 and (a.kind = any(%s) or cardinality(%s::text[]) = 0)
               order by a.page, (a.bounds ->> 'y')::float, a.id"""
    return await fetch_all(conn, ResponseArea, sql, [institute_id, template_id, list(kinds), list(kinds)])


async def get_question_json(conn: Conn, institute_id: UUID, question_id: UUID) -> dict[str, Any]:
    sql = f"""select row_to_json(row) from (select {QUESTION}, q.template_id
                from exam_questions q where q.institute_id = %s and q.id = %s) row"""
    row: dict[str, Any] | None = await fetch_value(conn, sql, [institute_id, question_id])
    if row is None:
        raise QuestionNotFound
    return row


async def make_ids(conn: Conn, count: int) -> list[UUID]:
    """Fresh ids of version 7, ascending."""
    cursor = await conn.execute("select uuidv7() from generate_series(1, %s)", [count])
    return [row[0] for row in await cursor.fetchall()]
