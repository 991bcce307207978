from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from markroom.exam_templates.errors import IdTaken
from markroom.exam_templates.model import Boundary, Question, ResponseArea, Template
from markroom.exam_templates.reads import CANVAS
from markroom.kit.db import Conn, execute

# Rows travel as one JSON document a statement: a canvas takes the same few statements whatever its size.
_QUESTION_ROWS = """jsonb_to_recordset(%(rows)s) as r(id uuid, parent_id uuid, label text, "order" integer,
    max_marks integer, answer_type text, mcq_options jsonb, mark_scheme jsonb, spec_ref text, source text,
    confirmed boolean, confidence float, path text, position integer[], is_container boolean,
    is_item boolean)"""
_AREA_ROWS = """jsonb_to_recordset(%(rows)s) as r(id uuid, question_id uuid, page integer, bounds jsonb,
    kind text, response_form jsonb, source text, confirmed boolean, confidence float)"""
_BOUNDARY_ROWS = """jsonb_to_recordset(%(rows)s) as r(id uuid, question_id uuid, label text, page integer,
    y float, bounds jsonb, source text, confirmed boolean, confidence float)"""


async def lock_questions(conn: Conn, institute_id: UUID, question_ids: Sequence[UUID]) -> None:
    await execute(
        conn,
        "select 1 from exam_questions where institute_id = %s and id = any(%s) order by id for update",
        [institute_id, list(question_ids)],
    )


def _rows(rows: Sequence[Question | ResponseArea | Boundary]) -> Jsonb:
    return Jsonb([vars(row) for row in rows], dumps=partial(json.dumps, default=str))


async def _insert(conn: Conn, statement: str, of: Mapping[str, Any], rows: Sequence[Any]) -> None:
    try:
        inserted = await execute(conn, statement, {**of, "rows": _rows(rows)})
    except (psycopg.errors.UniqueViolation, psycopg.errors.InsufficientPrivilege) as error:
        raise IdTaken from error
    if inserted != len(rows):
        raise IdTaken


async def insert_questions(conn: Conn, of: Mapping[str, Any], rows: Sequence[Question]) -> None:
    """`of`: the ids of institute, project and template. Raises IdTaken."""
    await _insert(
        conn,
        f"""insert into exam_questions (institute_id, project_id, template_id, id, parent_id, label, "order",
              max_marks, answer_type, mcq_options, mark_scheme, spec_ref, source, confirmed, confidence, path,
              position, is_container, is_item)
            select %(institute)s, %(project)s, %(template)s, r.* from {_QUESTION_ROWS}""",
        of,
        rows,
    )


async def update_questions(conn: Conn, of: Mapping[str, Any], rows: Sequence[Question]) -> None:
    """A replaced mark scheme is kept as a version and the new one numbered one higher."""
    given = {**of, "rows": _rows(rows)}
    await execute(
        conn,
        f"""insert into mark_scheme_versions
              (institute_id, project_id, template_id, question_id, number, mark_scheme, replaced_by)
            select q.institute_id, q.project_id, q.template_id, q.id, q.mark_scheme_version, q.mark_scheme,
                   nullif(current_setting('app.user_id', true), '')::uuid
              from exam_questions q join {_QUESTION_ROWS} on r.id = q.id
             where q.institute_id = %(institute)s and q.template_id = %(template)s
               and q.mark_scheme is distinct from r.mark_scheme""",
        given,
    )
    await execute(
        conn,
        f"""update exam_questions q
               set parent_id = r.parent_id, label = r.label, "order" = r."order", max_marks = r.max_marks,
                   answer_type = r.answer_type, mcq_options = r.mcq_options, mark_scheme = r.mark_scheme,
                   spec_ref = r.spec_ref, source = r.source, confirmed = r.confirmed,
                   confidence = r.confidence, path = r.path, position = r.position,
                   is_container = r.is_container, is_item = r.is_item, version = q.version + 1,
                   mark_scheme_version =
                     q.mark_scheme_version + (q.mark_scheme is distinct from r.mark_scheme)::integer
              from {_QUESTION_ROWS}
             where q.institute_id = %(institute)s and q.template_id = %(template)s and q.id = r.id""",
        given,
    )


async def delete_questions(conn: Conn, of: Mapping[str, Any], question_ids: Sequence[UUID]) -> None:
    given = {**of, "ids": list(question_ids)}
    for table, column in (("mark_scheme_versions", "question_id"), ("exam_questions", "id")):
        await execute(
            conn,
            f"""delete from {table} where institute_id = %(institute)s and template_id = %(template)s
                   and {column} = any(%(ids)s)""",
            given,
        )


async def insert_response_areas(conn: Conn, of: Mapping[str, Any], rows: Sequence[ResponseArea]) -> None:
    """A retired area of the template sent again comes back. Raises IdTaken."""
    await _insert(
        conn,
        f"""insert into response_areas as a (institute_id, project_id, template_id, id, question_id, page,
              bounds, kind, response_form, source, confirmed, confidence)
            select %(institute)s, %(project)s, %(template)s, r.* from {_AREA_ROWS}
            on conflict (institute_id, id) do update
               set question_id = excluded.question_id, page = excluded.page, bounds = excluded.bounds,
                   kind = excluded.kind, response_form = excluded.response_form, source = excluded.source,
                   confirmed = excluded.confirmed, confidence = excluded.confidence, retired_at = null
             where a.template_id = excluded.template_id and a.retired_at is not null""",
        of,
        rows,
    )


async def update_response_areas(conn: Conn, of: Mapping[str, Any], rows: Sequence[ResponseArea]) -> None:
    await execute(
        conn,
        f"""update response_areas a
               set question_id = r.question_id, page = r.page, bounds = r.bounds, kind = r.kind,
                   response_form = r.response_form, source = r.source, confirmed = r.confirmed,
                   confidence = r.confidence
              from {_AREA_ROWS}
             where a.institute_id = %(institute)s and a.template_id = %(template)s and a.id = r.id""",
        {**of, "rows": _rows(rows)},
    )


async def retire_response_areas(
    conn: Conn, of: Mapping[str, Any], area_ids: Sequence[UUID], removed_questions: Sequence[UUID]
) -> None:
    """Takes areas off the canvas, and lets go of the questions that are about to be deleted."""
    await execute(
        conn,
        """update response_areas
              set retired_at = coalesce(retired_at, now()),
                  question_id = case when question_id = any(%(questions)s) then null else question_id end
            where institute_id = %(institute)s and template_id = %(template)s
              and (id = any(%(areas)s) or (retired_at is not null and question_id = any(%(questions)s)))""",
        {**of, "areas": list(area_ids), "questions": list(removed_questions)},
    )


async def insert_boundaries(conn: Conn, of: Mapping[str, Any], rows: Sequence[Boundary]) -> None:
    """Raises IdTaken."""
    await _insert(
        conn,
        f"""insert into exam_boundaries (institute_id, project_id, template_id, id, question_id, label, page,
              y, bounds, source, confirmed, confidence)
            select %(institute)s, %(project)s, %(template)s, r.* from {_BOUNDARY_ROWS}""",
        of,
        rows,
    )


async def update_boundaries(conn: Conn, of: Mapping[str, Any], rows: Sequence[Boundary]) -> None:
    await execute(
        conn,
        f"""update exam_boundaries b
               set question_id = r.question_id, label = r.label, page = r.page, y = r.y, bounds = r.bounds,
                   source = r.source, confirmed = r.confirmed, confidence = r.confidence
              from {_BOUNDARY_ROWS}
             where b.institute_id = %(institute)s and b.template_id = %(template)s and b.id = r.id""",
        {**of, "rows": _rows(rows)},
    )


async def delete_boundaries(conn: Conn, of: Mapping[str, Any], boundary_ids: Sequence[UUID]) -> None:
    await execute(
        conn,
        """delete from exam_boundaries
            where institute_id = %(institute)s and template_id = %(template)s and id = any(%(ids)s)""",
        {**of, "ids": list(boundary_ids)},
    )


async def keep_version(conn: Conn, template: Template, reason: str, changes: Mapping[str, int]) -> None:
    """Keeps the canvas as it now stands; called after the writes of a change."""
    await execute(
        conn,
        f"""insert into template_versions (institute_id, project_id, template_id, number, reason, changes,
              canvas, questions, total_marks, saved_by)
            select t.institute_id, t.project_id, t.id, t.version, %(reason)s, %(changes)s,
                   (select row_to_json(lists)::jsonb from (select {CANVAS}) lists),
                   (select count(*) from exam_questions q where q.institute_id = %(institute)s
                     and q.template_id = t.id),
                   (select sum(q.max_marks) from exam_questions q where q.institute_id = %(institute)s
                     and q.template_id = t.id and q.is_item),
                   nullif(current_setting('app.user_id', true), '')::uuid
              from exam_templates t where t.institute_id = %(institute)s and t.id = %(template)s""",
        {
            "institute": template.institute_id,
            "template": template.id,
            "reason": reason,
            "changes": Jsonb(dict(changes)),
        },
    )
