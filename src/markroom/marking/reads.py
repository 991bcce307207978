from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value
from markroom.marking.model import Choice, Claim, ClaimNotFound, ItemNotFound, MarkedBatch, MarkedItem
from markroom.scripts.model import BatchNotFound
from markroom.scripts.reads import BATCH

# A mark entry as the API shows it, from `e` (mark_entries) and `q` (exam_questions).
ENTRY = """json_build_object('script_id', e.script_id, 'question_id', e.question_id, 'path', q.path, 'marks', e.marks, 'state', e.state,
  'points', e.points, 'comment', e.comment, 'annotations', e.annotations, 'marker_id', e.marker_id, 'marker_name',
  (select m.name from memberships m where m.institute_id = e.institute_id and m.user_id = e.marker_id), 'source', e.source,
  'confirmed', e.confirmed, 'scheme_version', e.scheme_version, 'updated_at', e.updated_at, 'version', e.version)"""

HALVES = "coalesce(q.mark_scheme -> 'allow_half_marks' = 'true'::jsonb, false)"


async def get_marked_batch(conn: Conn, institute_id: UUID, batch_id: UUID) -> MarkedBatch:
    """The batch with the caller's rights."""
    batch = await fetch_one(
        conn,
        MarkedBatch,
        f"""select {BATCH}, coalesce(b.project_id = any(nullif(current_setting('app.p_write', true), '')::uuid[]), false) as is_editor
              from batches b where b.institute_id = %s and b.id = %s""",
        [institute_id, batch_id],
    )
    if batch is None:
        raise BatchNotFound
    return batch


async def lock_item(conn: Conn, institute_id: UUID, script_id: UUID, question_id: UUID) -> MarkedItem:
    """One item of one script. Whoever changes the question waits until the caller's transaction ends, or was waited for."""
    item = await fetch_one(
        conn,
        MarkedItem,
        f"""select s.id as script_id, q.id as question_id, s.batch_id, q.path, q.max_marks, {HALVES} as allow_half_marks,
                   q.mark_scheme_version as scheme_version,
                   (select c.marker_id from claims c where c.institute_id = %(institute)s and c.script_id = s.id
                       and c.question_id = q.id and c.expires_at > now()) as claimed_by,
                   (select {ENTRY} from mark_entries e where e.institute_id = %(institute)s and e.script_id = s.id
                       and e.question_id = q.id) as entry
              from scripts s
              join batches b on b.institute_id = %(institute)s and b.id = s.batch_id
              join exam_questions q on q.institute_id = %(institute)s and q.template_id = b.template_id
             where s.institute_id = %(institute)s and s.id = %(script)s and q.id = %(question)s and q.is_item
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
             where e.institute_id = %(institute)s and e.script_id = %(script)s and e.question_id = %(question)s""",
        {"institute": institute_id, "script": script_id, "question": question_id},
    )
    return entry


async def list_entries(conn: Conn, institute_id: UUID, script_id: UUID) -> list[dict[str, Any]]:
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
        """select coalesce(json_agg(json_build_object('version', c.version, 'at', c.at, 'marker_id', c.marker_id, 'marker_name', m.name,
                    'source', c.source, 'from_state', c.from_state, 'from_marks', c.from_marks, 'to_state', c.to_state,
                    'to_marks', c.to_marks, 'replaced', c.replaced, 'why', c.why) order by c.version), '[]')
             from mark_changes c
             left join memberships m on m.institute_id = %(institute)s and m.user_id = c.marker_id
            where c.institute_id = %(institute)s and c.script_id = %(script)s and c.question_id = %(question)s""",
        {"institute": institute_id, "script": script_id, "question": question_id},
    )
    return changes


async def get_claim(conn: Conn, institute_id: UUID, claim_id: UUID) -> Claim:
    claim = await fetch_one(
        conn,
        Claim,
        "select id, marker_id, batch_id, expires_at from claims where institute_id = %s and id = %s",
        [institute_id, claim_id],
    )
    if claim is None:
        raise ClaimNotFound
    return claim


async def get_claimed_item(
    conn: Conn, institute_id: UUID, claim_id: UUID, *, with_name: bool, question_id: UUID | None
) -> dict[str, Any]:
    """A claim as the marking desk needs it, with the progress of the question named, else of the batch."""
    claim: dict[str, Any] = await fetch_value(
        conn,
        f"""select json_build_object('claim_id', c.id, 'expires_at', c.expires_at,
              'item', json_build_object('script_id', s.id, 'script_number', s.number,
                'candidate', case when %(with_name)s then (select p.name from candidates p
                                where p.institute_id = %(institute)s and p.id = s.candidate_id) end,
                'question_id', q.id, 'path', q.path, 'label', q.label, 'max_marks', q.max_marks, 'allow_half_marks', {HALVES},
                'answer_type', q.answer_type, 'mcq_options', q.mcq_options, 'mark_scheme', q.mark_scheme,
                'areas', coalesce(a.areas, '[]'), 'is_blank', a.is_blank,
                'reading', case when q.answer_type = 'mcq' then json_build_object('choice', a.choice, 'confidence', a.choice_confidence) end,
                'version', coalesce(e.version, 0), 'entry', case when e.version is not null then {ENTRY} end),
              'progress', (select json_build_object('total', count(*), 'marked', count(*) filter (where x.state <> 'query'))
                             from answers t left join mark_entries x on x.institute_id = %(institute)s and x.script_id = t.script_id
                                  and x.question_id = t.question_id and x.confirmed
                            where t.institute_id = %(institute)s and t.batch_id = c.batch_id
                              and (%(only)s::uuid is null or t.question_id = %(only)s) and (t.state = 'ready' or x.version is not null)))
              from claims c
              join scripts s on s.institute_id = %(institute)s and s.id = c.script_id
              join exam_questions q on q.institute_id = %(institute)s and q.id = c.question_id
              left join answers a on a.institute_id = %(institute)s and a.script_id = c.script_id and a.question_id = c.question_id
              left join mark_entries e on e.institute_id = %(institute)s and e.script_id = c.script_id and e.question_id = c.question_id
             where c.institute_id = %(institute)s and c.id = %(claim)s""",
        {"institute": institute_id, "claim": claim_id, "with_name": with_name, "only": question_id},
    )
    if claim is None:
        raise ClaimNotFound
    return claim


async def count_marks(conn: Conn, institute_id: UUID, batch_ids: list[UUID]) -> dict[str, dict[str, int]]:
    """By batch: `marked`, `queries`, and `ready`, the answers that wait to be marked."""
    counts: dict[str, dict[str, int]] = await fetch_value(
        conn,
        """select coalesce(json_object_agg(b.id, json_build_object('marked', n.marked, 'queries', n.queries, 'ready', n.ready)), '{}')
             from unnest(%(batches)s::uuid[]) b(id) cross join lateral (
               select count(*) filter (where e.state <> 'query') as marked, count(*) filter (where e.state = 'query') as queries,
                      count(*) filter (where a.state = 'ready' and e.version is null) as ready
                 from (select * from answers where institute_id = %(institute)s and batch_id = b.id) a
                 full join (select * from mark_entries where institute_id = %(institute)s and batch_id = b.id and confirmed) e
                   on e.script_id = a.script_id and e.question_id = a.question_id) n""",
        {"institute": institute_id, "batches": batch_ids},
    )
    return counts


async def list_items(
    conn: Conn, institute_id: UUID, batch: MarkedBatch, user_id: UUID
) -> list[dict[str, Any]]:
    """The items of a batch in reading order, each with how far it is marked and how much of that by one user."""
    items: list[dict[str, Any]] = await fetch_value(
        conn,
        """select coalesce(json_agg(json_build_object('question_id', i.question_id, 'path', i.path, 'label', i.label, 'max_marks', i.max_marks,
                    'answer_type', i.answer_type, 'total', t.total, 'marked', t.marked, 'queries', t.queries, 'mine', t.mine,
                    'claimed', (select count(*) from claims c where c.institute_id = %(institute)s and c.batch_id = %(batch)s
                                   and c.question_id = i.question_id and c.expires_at > now())) order by i.position, i.question_id), '[]')
             from exam_items i
             cross join lateral (
               select count(*) as total, count(*) filter (where e.state <> 'query') as marked,
                      count(*) filter (where e.state = 'query') as queries, count(*) filter (where e.marker_id = %(user)s) as mine
                 from answers a left join mark_entries e on e.institute_id = %(institute)s and e.script_id = a.script_id
                      and e.question_id = a.question_id and e.confirmed
                where a.institute_id = %(institute)s and a.batch_id = %(batch)s and a.question_id = i.question_id
                  and (a.state = 'ready' or e.version is not null)) t
            where i.institute_id = %(institute)s and i.template_id = %(template)s""",
        {"institute": institute_id, "batch": batch.id, "template": batch.template_id, "user": user_id},
    )
    return items


async def list_entries_to_review(
    conn: Conn, institute_id: UUID, batch_id: UUID, *, after: list[Any] | None, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """Entries given under an earlier mark scheme (T-06), by question and script, and how many there are in all."""
    position, question_id, number = after or ([], UUID(int=0), 0)
    found = await fetch_value(
        conn,
        f"""with old as (
              select e.*, q.position, s.number from mark_entries e
                join exam_questions q on q.institute_id = %(institute)s and q.id = e.question_id
                join scripts s on s.institute_id = %(institute)s and s.id = e.script_id
               where e.institute_id = %(institute)s and e.batch_id = %(batch)s and e.scheme_version < q.mark_scheme_version)
            select json_build_array(
              coalesce((select json_agg(json_build_object('position', e.position, 'script_number', e.number,
                            'current_scheme_version', q.mark_scheme_version, 'entry', {ENTRY}) order by e.position, e.question_id, e.number)
                          from (select * from old where (position, question_id, number) > (%(position)s::int[], %(question)s::uuid, %(number)s)
                                 order by position, question_id, number limit %(limit)s) e
                          join exam_questions q on q.institute_id = %(institute)s and q.id = e.question_id), '[]'),
              (select count(*) from old))""",
        {
            "institute": institute_id,
            "batch": batch_id,
            "position": position,
            "question": question_id,
            "number": number,
            "limit": limit,
        },
    )
    return found[0], found[1]


async def is_item(conn: Conn, institute_id: UUID, template_id: UUID, question_id: UUID) -> bool:
    found: bool = await fetch_value(
        conn,
        "select exists (select from exam_items where institute_id = %s and template_id = %s and question_id = %s)",
        [institute_id, template_id, question_id],
    )
    return found


async def list_choices(conn: Conn, institute_id: UUID, template_id: UUID) -> list[Choice]:
    """The multiple-choice items of a template."""
    return await fetch_all(
        conn,
        Choice,
        """select question_id, mark_scheme from exam_items
            where institute_id = %s and template_id = %s and answer_type = 'mcq' and mark_scheme is not null""",
        [institute_id, template_id],
    )


async def list_recorded(
    conn: Conn, institute_id: UUID, questions: list[UUID], lowered: dict[str, int]
) -> list[UUID]:
    """Which of these questions have recorded marks in any batch, or one above its new maximum; whatever the caller may see (T-05)."""
    cursor = await conn.execute(
        "select app.guard_recorded_marks(%s, %s::uuid[], %s)", [institute_id, questions, Jsonb(lowered)]
    )
    return [row[0] for row in await cursor.fetchall()]
