"""What was cropped."""

from __future__ import annotations

from uuid import UUID

from markroom.kit.db import Conn, fetch_all, fetch_one
from markroom.scripts.errors import AnswerNotFound
from markroom.scripts.model import Answer

ANSWER = """script_id, question_id, batch_id, areas, state, is_blank, ink_share, choice, choice_confidence"""


async def find_answer(conn: Conn, institute_id: UUID, script_id: UUID, question_id: UUID) -> Answer | None:
    sql = f"select {ANSWER} from answers where institute_id = %s and script_id = %s and question_id = %s"
    return await fetch_one(conn, Answer, sql, [institute_id, script_id, question_id])


async def get_answer(conn: Conn, institute_id: UUID, script_id: UUID, question_id: UUID) -> Answer:
    if answer := await find_answer(conn, institute_id, script_id, question_id):
        return answer
    raise AnswerNotFound


async def list_answers(
    conn: Conn,
    institute_id: UUID,
    batch_id: UUID,
    *,
    script_id: UUID | None = None,
    question_id: UUID | None = None,
) -> list[Answer]:
    """By script number, then item."""
    columns = ", ".join(f"a.{name.strip()}" for name in ANSWER.split(","))
    return await fetch_all(
        conn,
        Answer,
        f"""select {columns} from answers a
              join scripts s on s.institute_id = a.institute_id and s.batch_id = a.batch_id
                and s.id = a.script_id
             where a.institute_id = %(institute)s and s.institute_id = %(institute)s
               and a.batch_id = %(batch)s
               and (%(script)s::uuid is null or a.script_id = %(script)s)
               and (%(question)s::uuid is null or a.question_id = %(question)s)
             order by s.number, a.question_id""",
        {"institute": institute_id, "batch": batch_id, "script": script_id, "question": question_id},
    )
