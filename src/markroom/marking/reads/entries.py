from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value
from markroom.marking.model import Choice, ItemNotFound, MarkedItem

# A mark entry as the API shows it, from `e` (mark_entries) and `q` (exam_questions).
ENTRY = """json_build_object(
  'script_id', e.script_id, 'question_id', e.question_id, 'path', q.path, 'marks', e.marks, 'state', e.state,
  'points', e.points, 'comment', e.comment, 'annotations', e.annotations, 'marker_id', e.marker_id,
  'marker_name', (select m.name from memberships m
                   where m.institute_id = e.institute_id and m.user_id = e.marker_id),
  'source', e.source, 'confirmed', e.confirmed, 'scheme_version', e.scheme_version,
  'updated_at', e.updated_at, 'version', e.version)"""

HALVES = "coalesce(q.mark_scheme -> 'allow_half_marks' = 'true'::jsonb, false)"


async def lock_item(conn: Conn, institute_id: UUID, script_id: UUID, question_id: UUID) -> MarkedItem:
    """One item of one script. Whoever changes the question waits for the caller's transaction to end."""
    item = await fetch_one(
        conn,
        MarkedItem,
        f"""select s.id as script_id, q.id as question_id, s.batch_id, q.path, q.max_marks,
                   {HALVES} as allow_half_marks, q.mark_scheme_version as scheme_version,
                   (select c.marker_id from claims c
                     where c.institute_id = %(institute)s and c.script_id = s.id and c.question_id = q.id
                       and c.expires_at > now()) as claimed_by,
                   (select {ENTRY} from mark_entries e
                     where e.institute_id = %(institute)s and e.script_id = s.id
                       and e.question_id = q.id) as entry
              from scripts s
              join batches b on b.institute_id = %(institute)s and b.id = s.batch_id
              join exam_questions q on q.institute_id = %(institute)s and q.template_id = b.template_id
             where s.institute_id = %(institute)s and s.id = %(script)s
               and q.id = %(question)s and q.is_item
               for key share of q""",
        {"institute": institute_id, "script": script_id, "question": question_id},
    )
    if item is None:
        raise ItemNotFound
    return item


async def get_entry(
    conn: Conn, institute_id: UUID, script_id: UUID, question_id: UUID
) -> dict[str, Any] | None:
    entry: dict[str, Any] | None = await fetch_value(
        conn,
        f"""select {ENTRY} from mark_entries e
              join exam_questions q on q.institute_id = %(institute)s and q.id = e.question_id
             where e.institute_id = %(institute)s and e.script_id = %(script)s
               and e.question_id = %(question)s""",
        {"institute": institute_id, "script": script_id, "question": question_id},
    )
    return entry


async def list_entries(conn: Conn, institute_id: UUID, script_id: UUID) -> list[dict[str, Any]]:
    """The marks of a script in reading order."""
    entries: list[dict[str, Any]] = await fetch_value(
        conn,
        f"""select coalesce(json_agg({ENTRY} order by q.position, q.id), '[]') from mark_entries e
              join exam_questions q on q.institute_id = %(institute)s and q.id = e.question_id
             where e.institute_id = %(institute)s and e.script_id = %(script)s""",
        {"institute": institute_id, "script": script_id},
    )
    return entries


async def list_changes(
    conn: Conn, institute_id: UUID, script_id: UUID, question_id: UUID
) -> list[dict[str, Any]]:
    """Every mark an answer ever had, oldest first (K-07)."""
    changes: list[dict[str, Any]] = await fetch_value(
        conn,
        """select coalesce(json_agg(json_build_object(
                    'version', c.version, 'at', c.at, 'marker_id', c.marker_id, 'marker_name', m.name,
                    'source', c.source, 'from_state', c.from_state, 'from_marks', c.from_marks,
                    'to_state', c.to_state, 'to_marks', c.to_marks, 'replaced', c.replaced, 'why', c.why)
                    order by c.version), '[]')
             from mark_changes c
             left join memberships m on m.institute_id = %(institute)s and m.user_id = c.marker_id
            where c.institute_id = %(institute)s and c.script_id = %(script)s
              and c.question_id = %(question)s""",
        {"institute": institute_id, "script": script_id, "question": question_id},
    )
    return changes


async def list_entries_to_review(
    conn: Conn, institute_id: UUID, batch_id: UUID, *, after: list[Any] | None, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """Entries given under an earlier mark scheme (T-06), by question and script; and how many in all."""
    position, question_id, number = after or ([], UUID(int=0), 0)
    found = await fetch_value(
        conn,
        f"""with old as (
              select e.*, q.position, s.number from mark_entries e
                join exam_questions q on q.institute_id = %(institute)s and q.id = e.question_id
                join scripts s on s.institute_id = %(institute)s and s.id = e.script_id
               where e.institute_id = %(institute)s and e.batch_id = %(batch)s
                 and e.scheme_version < q.mark_scheme_version)
            select json_build_array(
              coalesce((select json_agg(json_build_object(
                            'position', e.position, 'script_number', e.number,
                            'current_scheme_version', q.mark_scheme_version, 'entry', {ENTRY})
                            order by e.position, e.question_id, e.number)
                          from (select * from old
                                 where (position, question_id, number)
                                     > (%(position)s::int[], %(question)s::uuid, %(number)s)
                                 order by position, question_id, number limit %(limit)s) e
                          join exam_questions q
                            on q.institute_id = %(institute)s and q.id = e.question_id), '[]'),
              (select count(*) from old))""",
        {
            "institute": institute_id, "batch": batch_id, "limit": limit,
            "position": position, "question": question_id, "number": number,
        },
    )  # fmt: skip
    return found[0], found[1]


async def list_choices(conn: Conn, institute_id: UUID, template_id: UUID) -> list[Choice]:
    """The multiple-choice items of a template that have a mark scheme."""
    return await fetch_all(
        conn,
        Choice,
        """select question_id, mark_scheme from exam_items
            where institute_id = %s and template_id = %s and answer_type = 'mcq'
              and mark_scheme is not null""",
        [institute_id, template_id],
    )


async def list_recorded(
    conn: Conn, institute_id: UUID, questions: list[UUID], lowered: dict[str, int]
) -> list[UUID]:
    """Which questions have recorded marks, or one above a new maximum, in any batch of the school."""
    cursor = await conn.execute(
        "select app.guard_recorded_marks(%s, %s::uuid[], %s)", [institute_id, questions, Jsonb(lowered)]
    )
    return [row[0] for row in await cursor.fetchall()]
