from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.kit.db import Conn, fetch_one, fetch_value
from markroom.results.model import Release, Sheet, read_sheet
from markroom.scripts.model import Batch

_SHEET = """with recursive up as (
     select id as item_id, position, parent_id from exam_questions
      where institute_id = %(institute)s and template_id = %(template)s and is_item
     union all
     select up.item_id, up.position, q.parent_id from up
       join exam_questions q on q.institute_id = %(institute)s and q.id = up.parent_id),
   parts as (
     select parent_id, array_agg(item_id order by position, item_id) as item_ids from up
      where parent_id is not null group by parent_id),
   marks as (
     select script_id, json_object_agg(question_id,
              json_build_array(e.marks, coalesce(e.state, 'unmarked'))) as cells
       from (select * from answers
              where institute_id = %(institute)s and batch_id = %(batch)s and state = 'ready') a
       full join (select * from mark_entries
                   where institute_id = %(institute)s and batch_id = %(batch)s and confirmed) e
         using (script_id, question_id)
      group by script_id)
   select json_build_object(
     'items', (
       select coalesce(json_agg(json_build_object(
                'question_id', question_id, 'path', path, 'max_marks', max_marks)
                order by position, question_id), '[]')
         from exam_items where institute_id = %(institute)s and template_id = %(template)s),
     'containers', (
       select coalesce(json_agg(json_build_object(
                'question_id', q.id, 'path', q.path, 'max_marks', q.max_marks,
                'item_ids', parts.item_ids) order by q.position, q.id), '[]')
         from parts
         join exam_questions q on q.institute_id = %(institute)s and q.id = parts.parent_id),
     'scripts', (
       select coalesce(json_agg(json_build_object(
                'script_id', s.id, 'script_number', s.number, 'state', s.state,
                'name', case when %(names)s then c.name end, 'number', c.number,
                'cells', coalesce(marks.cells, '{}'::json)) order by s.number), '[]')
         from scripts s
         left join candidates c on c.institute_id = %(institute)s and c.id = s.candidate_id
         left join marks on marks.script_id = s.id
        where s.institute_id = %(institute)s and s.batch_id = %(batch)s))"""


async def get_sheet(conn: Conn, institute_id: UUID, batch: Batch, *, with_names: bool) -> Sheet:
    """Every mark of a batch as it stands, of one moment."""
    document: dict[str, Any] = await fetch_value(
        conn,
        _SHEET,
        {"institute": institute_id, "batch": batch.id, "template": batch.template_id, "names": with_names},
    )
    return read_sheet(document)


async def find_release(conn: Conn, institute_id: UUID, batch_id: UUID) -> Release | None:
    """The release in force of a batch."""
    return await fetch_one(
        conn,
        Release,
        """select id, released_at, embargo_until from releases
            where institute_id = %s and batch_id = %s and withdrawn_at is null""",
        [institute_id, batch_id],
    )


async def find_caller(conn: Conn) -> UUID | None:
    """Whose request this is."""
    user_id: UUID | None = await fetch_value(
        conn, "select nullif(current_setting('app.user_id', true), '')::uuid"
    )
    return user_id
