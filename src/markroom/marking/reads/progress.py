from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.kit.db import Conn, fetch_one, fetch_value
from markroom.marking.model import MarkedBatch
from markroom.scripts.model import BatchNotFound
from markroom.scripts.reads import BATCH


async def get_marked_batch(conn: Conn, institute_id: UUID, batch_id: UUID) -> MarkedBatch:
    """The batch with the caller's rights."""
    batch = await fetch_one(
        conn,
        MarkedBatch,
        f"""select {BATCH},
                   coalesce(b.project_id = any(nullif(current_setting('app.p_write', true), '')::uuid[]),
                     false) as is_editor
              from batches b where b.institute_id = %s and b.id = %s""",
        [institute_id, batch_id],
    )
    if batch is None:
        raise BatchNotFound
    return batch


async def count_marks(conn: Conn, institute_id: UUID, batch_ids: list[UUID]) -> dict[str, dict[str, int]]:
    """By batch: `marked`, `queries`, and `ready`, the answers that wait to be marked."""
    counts: dict[str, dict[str, int]] = await fetch_value(
        conn,
        """select coalesce(json_object_agg(b.id, json_build_object('marked', n.marked, 'queries', n.queries,
                                                                   'ready', n.ready)), '{}')
             from unnest(%(batches)s::uuid[]) b(id) cross join lateral (
               select count(*) filter (where e.state <> 'query') as marked,
                      count(*) filter (where e.state = 'query') as queries,
                      count(*) filter (where a.state = 'ready' and e.version is null) as ready
                 from (select * from answers where institute_id = %(institute)s and batch_id = b.id) a
                 full join (select * from mark_entries
                             where institute_id = %(institute)s and batch_id = b.id and confirmed) e
                   using (script_id, question_id)) n""",
        {"institute": institute_id, "batches": batch_ids},
    )
    return counts


async def measure_paces(conn: Conn, institute_id: UUID, batch_ids: list[UUID]) -> dict[UUID, float]:
    """By batch, how many seconds an answer usually takes: the median between two first marks of one marker,
    of the last 200 in the batch, without pauses of ten minutes and more, and without gaps under two seconds
    (a group marked at once, marks sent together after a lost connection). Batches with fewer than five such
    are left out."""
    cursor = await conn.execute(
        """select b.id, percentile_cont(0.5) within group (order by g.gap)
             from unnest(%(batches)s::uuid[]) b(id) cross join lateral (
               select extract(epoch from created_at - lag(created_at) over (
                        partition by marker_id order by created_at))::float as gap
                 from (select marker_id, created_at from mark_entries
                        where institute_id = %(institute)s and batch_id = b.id and source = 'human'
                        order by created_at desc limit 200) last) g
            where g.gap between 2 and 600 group by b.id having count(*) >= 5""",
        {"institute": institute_id, "batches": batch_ids},
    )
    return dict(await cursor.fetchall())


async def count_marked_items(conn: Conn, institute_id: UUID, script_ids: list[UUID]) -> dict[str, int]:
    """By script; scripts without a mark are left out."""
    counts: dict[str, int] = await fetch_value(
        conn,
        """select coalesce(json_object_agg(x.script_id, x.marked), '{}')
             from (select script_id, count(*) as marked from mark_entries
                    where institute_id = %s and script_id = any(%s::uuid[]) and state <> 'query' and confirmed
                    group by script_id) x""",
        [institute_id, script_ids],
    )
    return counts


async def list_items(
    conn: Conn, institute_id: UUID, batch: MarkedBatch, user_id: UUID
) -> list[dict[str, Any]]:
    """The items of a batch in reading order: how far each is marked, and how much of that by one user."""
    items: list[dict[str, Any]] = await fetch_value(
        conn,
        """select coalesce(json_agg(json_build_object(
                    'question_id', i.question_id, 'path', i.path, 'label', i.label, 'max_marks', i.max_marks,
                    'answer_type', i.answer_type, 'total', t.total, 'marked', t.marked, 'queries', t.queries,
                    'mine', t.mine, 'claimed', c.claimed) order by i.position, i.question_id), '[]')
             from exam_items i
             cross join lateral (
               select count(*) as total, count(*) filter (where e.state <> 'query') as marked,
                      count(*) filter (where e.state = 'query') as queries,
                      count(*) filter (where e.marker_id = %(user)s) as mine
                 from answers a
                 left join mark_entries e on e.institute_id = %(institute)s and e.script_id = a.script_id
                  and e.question_id = a.question_id and e.confirmed
                where a.institute_id = %(institute)s and a.batch_id = %(batch)s
                  and a.question_id = i.question_id and (a.state = 'ready' or e.version is not null)) t
             cross join lateral (
               select count(*) as claimed from claims
                where institute_id = %(institute)s and batch_id = %(batch)s
                  and question_id = i.question_id and expires_at > now()) c
            where i.institute_id = %(institute)s and i.template_id = %(template)s""",
        {"institute": institute_id, "batch": batch.id, "template": batch.template_id, "user": user_id},
    )
    return items
