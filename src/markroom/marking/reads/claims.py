from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.kit.db import Conn, fetch_one, fetch_value
from markroom.marking.model import Claim, ClaimNotFound
from markroom.marking.reads.entries import ENTRY, HALVES


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


# Of the batch of `c`, or of one of its questions.
_PROGRESS = """(
    select json_build_object('total', count(*), 'marked', count(*) filter (where x.state <> 'query'))
      from answers t
      left join mark_entries x on x.institute_id = %(institute)s and x.script_id = t.script_id
       and x.question_id = t.question_id and x.confirmed
     where t.institute_id = %(institute)s and t.batch_id = c.batch_id
       and (%(only)s::uuid is null or t.question_id = %(only)s)
       and (t.state = 'ready' or x.version is not null))"""


async def get_claimed_item(
    conn: Conn, institute_id: UUID, claim_id: UUID, *, with_name: bool, question_id: UUID | None
) -> dict[str, Any]:
    """A claim as the marking desk needs it, with the progress of the question named, else of the batch."""
    claim: dict[str, Any] = await fetch_value(
        conn,
        f"""select json_build_object(
              'claim_id', c.id, 'expires_at', c.expires_at,
              'item', json_build_object(
                'script_id', s.id, 'script_number', s.number, 'candidate', p.name,
                'question_id', q.id, 'path', q.path, 'label', q.label,
                'max_marks', q.max_marks, 'allow_half_marks', {HALVES},
                'answer_type', q.answer_type, 'mcq_options', q.mcq_options, 'mark_scheme', q.mark_scheme,
                'areas', coalesce(a.areas, '[]'), 'is_blank', a.is_blank,
                'reading', case when q.answer_type = 'mcq'
                  then json_build_object('choice', a.choice, 'confidence', a.choice_confidence) end,
                'version', coalesce(e.version, 0),
                'entry', case when e.version is not null then {ENTRY} end),
              'progress', {_PROGRESS})
              from claims c
              join scripts s on s.institute_id = %(institute)s and s.id = c.script_id
              join exam_questions q on q.institute_id = %(institute)s and q.id = c.question_id
              left join candidates p
                on %(with_name)s and p.institute_id = %(institute)s and p.id = s.candidate_id
              left join answers a on a.institute_id = %(institute)s and a.script_id = c.script_id
               and a.question_id = c.question_id
              left join mark_entries e on e.institute_id = %(institute)s and e.script_id = c.script_id
               and e.question_id = c.question_id
             where c.institute_id = %(institute)s and c.id = %(claim)s""",
        {"institute": institute_id, "claim": claim_id, "with_name": with_name, "only": question_id},
    )
    if claim is None:
        raise ClaimNotFound
    return claim


async def is_item(conn: Conn, institute_id: UUID, template_id: UUID, question_id: UUID) -> bool:
    found: bool = await fetch_value(
        conn,
        """select exists (select from exam_items
                           where institute_id = %s and template_id = %s and question_id = %s)""",
        [institute_id, template_id, question_id],
    )
    return found
