from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.db import Conn, execute, fetch_one, fetch_value
from markroom.marking.model import (
    LEASE_SECONDS,
    MARKABLE_STATES,
    SURE_CHOICE,
    AnswerKey,
    Choice,
    Mark,
    MarkedBatch,
    MarkedItem,
)
from markroom.marking.reads import ENTRY


async def renew_own_claim(
    conn: Conn,
    institute_id: UUID,
    batch_id: UUID,
    marker_id: UUID,
    question_id: UUID | None,
    skip: list[UUID],
) -> UUID | None:
    """The marker's oldest open claim that is not skipped, with a new lease."""
    claim_id: UUID | None = await fetch_value(
        conn,
        """update claims c set expires_at = now() + make_interval(secs => %(lease)s)
            where c.institute_id = %(institute)s and c.marker_id = %(marker)s and c.id = (
              select o.id from claims o
                join answers a on a.institute_id = %(institute)s and a.script_id = o.script_id
                 and a.question_id = o.question_id
               where o.institute_id = %(institute)s and o.batch_id = %(batch)s and o.marker_id = %(marker)s
                 and (%(question)s::uuid is null or o.question_id = %(question)s)
                 and o.id <> all(%(skip)s::uuid[]) and a.state = 'ready'
               order by o.claimed_at, o.id limit 1)
        returning c.id""",
        {
            "institute": institute_id, "batch": batch_id, "marker": marker_id, "question": question_id,
            "skip": skip, "lease": LEASE_SECONDS,
        },
    )  # fmt: skip
    return claim_id


async def lock_next_answer(
    conn: Conn, institute_id: UUID, batch_id: UUID, question_id: UUID | None, marker_id: UUID
) -> AnswerKey | None:
    """The next answer nobody has marked or open, locked; passes over what others claim or change right now.

    It waits for nobody, so no deadlock with a change of the paper, which locks questions before answers.
    """
    return await fetch_one(
        conn,
        AnswerKey,
        """select a.script_id, a.question_id
             from answers a
             join exam_questions q on q.institute_id = %(institute)s and q.id = a.question_id and q.is_item
             join scripts s on s.institute_id = %(institute)s and s.id = a.script_id
            where a.institute_id = %(institute)s and a.batch_id = %(batch)s and a.state = 'ready'
              and (%(question)s::uuid is null or a.question_id = %(question)s)
              and not exists (
                select from mark_entries e
                 where e.institute_id = %(institute)s and e.script_id = a.script_id
                   and e.question_id = a.question_id and e.confirmed)
              and not exists (
                select from claims c
                 where c.institute_id = %(institute)s and c.script_id = a.script_id
                   and c.question_id = a.question_id and (c.expires_at > now() or c.marker_id = %(marker)s))
            order by q.position, q.id, s.number
            limit 1 for key share of q skip locked for no key update of a skip locked""",
        {"institute": institute_id, "batch": batch_id, "question": question_id, "marker": marker_id},
    )


async def insert_claim(
    conn: Conn, institute_id: UUID, batch: MarkedBatch, locked_answer: AnswerKey, marker_id: UUID
) -> UUID | None:
    """Claims a locked answer, unless it was claimed or marked just before it was locked."""
    claim_id: UUID | None = await fetch_value(
        conn,
        """insert into claims (institute_id, project_id, batch_id, script_id, question_id, marker_id,
             expires_at)
           select %(institute)s, %(project)s, %(batch)s, %(script)s, %(question)s, %(marker)s,
                  now() + make_interval(secs => %(lease)s)
            where not exists (
              select from mark_entries where institute_id = %(institute)s and script_id = %(script)s
                 and question_id = %(question)s and confirmed)
           on conflict (institute_id, script_id, question_id) do update
              set id = uuidv7(), marker_id = excluded.marker_id, claimed_at = now(),
                  expires_at = excluded.expires_at
            where claims.expires_at <= now()
           returning id""",
        {
            "institute": institute_id, "project": batch.project_id, "batch": batch.id,
            "script": locked_answer.script_id, "question": locked_answer.question_id,
            "marker": marker_id, "lease": LEASE_SECONDS,
        },
    )  # fmt: skip
    return claim_id


async def renew_claim(conn: Conn, institute_id: UUID, claim_id: UUID, marker_id: UUID) -> Any:
    """The new end of the lease, or None where the claim is not (any more) the marker's."""
    return await fetch_value(
        conn,
        """update claims set expires_at = now() + make_interval(secs => %s)
            where institute_id = %s and id = %s and marker_id = %s returning expires_at""",
        [LEASE_SECONDS, institute_id, claim_id, marker_id],
    )


async def delete_claim(conn: Conn, institute_id: UUID, claim_id: UUID) -> int:
    return await execute(
        conn, "delete from claims where institute_id = %s and id = %s", [institute_id, claim_id]
    )


async def delete_claim_of_answer(conn: Conn, institute_id: UUID, script_id: UUID, question_id: UUID) -> int:
    return await execute(
        conn,
        "delete from claims where institute_id = %s and script_id = %s and question_id = %s",
        [institute_id, script_id, question_id],
    )


async def delete_claims_of_questions(conn: Conn, institute_id: UUID, questions: list[UUID]) -> int:
    return await execute(
        conn,
        "delete from claims where institute_id = %s and question_id = any(%s)",
        [institute_id, questions],
    )


async def save_entry(
    conn: Conn, institute_id: UUID, item: MarkedItem, project_id: UUID | None, marker_id: UUID, mark: Mark
) -> dict[str, Any] | None:
    """Makes the entry, or changes it where it still has `item.version`; else None and nothing is written."""
    entry: dict[str, Any] | None = await fetch_value(
        conn,
        f"""with e as (
              insert into mark_entries (institute_id, project_id, batch_id, script_id, question_id, state,
                marks, points, comment, annotations, why, scheme_version, marker_id, source)
              values (%(institute)s, %(project)s, %(batch)s, %(script)s, %(question)s, %(state)s,
                %(marks)s, %(points)s, %(comment)s, %(annotations)s, %(why)s, %(scheme_version)s, %(marker)s,
                'human')
              on conflict (institute_id, script_id, question_id) do update
                set state = excluded.state, marks = excluded.marks, points = excluded.points,
                    comment = excluded.comment, annotations = excluded.annotations, why = excluded.why,
                    scheme_version = excluded.scheme_version, marker_id = excluded.marker_id,
                    source = 'human', confirmed = true, updated_at = now(),
                    version = mark_entries.version + 1
              where mark_entries.version = %(version)s
              returning *)
            select {ENTRY} from e
              join exam_questions q on q.institute_id = %(institute)s and q.id = e.question_id""",
        {
            **asdict(mark), "points": Jsonb(mark.points), "annotations": Jsonb(mark.annotations),
            "institute": institute_id, "project": project_id, "batch": item.batch_id,
            "script": item.script_id, "question": item.question_id, "marker": marker_id,
            "version": item.version, "scheme_version": item.scheme_version,
        },
    )  # fmt: skip
    return entry


async def insert_machine_entries(
    conn: Conn, institute_id: UUID, choices: list[Choice], *, template_id: UUID, script_id: UUID | None = None
) -> list[UUID]:
    """Marks clearly read choices nobody has marked or open: full marks, 0 or not attempted; their batches."""
    keys = Jsonb([{"question_id": str(c.question_id), "options": c.right} for c in choices])
    cursor = await conn.execute(
        """insert into mark_entries (institute_id, project_id, batch_id, script_id, question_id, state, marks,
             scheme_version, source)
           select a.institute_id, a.project_id, a.batch_id, a.script_id, a.question_id,
                  case when a.choice is null then 'not_attempted' else 'awarded' end,
                  case when k.options ? a.choice then i.max_marks when a.choice is not null then 0 end,
                  i.mark_scheme_version, 'machine'
             from jsonb_to_recordset(%(keys)s) as k(question_id uuid, options jsonb)
             join exam_items i on i.institute_id = %(institute)s and i.template_id = %(template)s
              and i.question_id = k.question_id
             join answers a on a.institute_id = %(institute)s and a.question_id = k.question_id
             join batches b on b.institute_id = %(institute)s and b.id = a.batch_id
            where (%(script)s::uuid is null or a.script_id = %(script)s)
              and a.state = 'ready' and a.choice_confidence >= %(sure)s and b.state = any(%(states)s)
              and not exists (
                select from claims c
                 where c.institute_id = %(institute)s and c.script_id = a.script_id
                   and c.question_id = a.question_id and c.expires_at > now())
           on conflict (institute_id, script_id, question_id) do nothing
           returning batch_id""",
        {
            "institute": institute_id, "template": template_id, "script": script_id, "keys": keys,
            "sure": SURE_CHOICE, "states": list(MARKABLE_STATES),
        },
    )  # fmt: skip
    return [row[0] for row in await cursor.fetchall()]


async def delete_claims_of_marker(conn: Conn, institute_id: UUID, marker_id: UUID) -> int:
    return await execute(
        conn, "delete from claims where institute_id = %s and marker_id = %s", [institute_id, marker_id]
    )
