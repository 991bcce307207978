"""Crops, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.db import Conn, execute
from markroom.scripts.model import Batch

_PLACED = """(select coalesce(array_agg(page), '{}') from pages
               where institute_id = %(institute)s and script_id = %(script)s and state = 'placed')"""
_NEED = "jsonb_to_recordset(%(needs)s) as n(question_id uuid, pages int[], is_bare boolean)"


async def replace_crops(
    conn: Conn, institute_id: UUID, batch: Batch, script_id: UUID, page: int, items: Sequence[dict[str, Any]]
) -> None:
    """The crops one page gives a script; what it gave before goes.

    `items`: question_id, areas, choice, choice_confidence.
    """
    await execute(
        conn,
        """update answers set updated_at = now(),
              areas = jsonb_path_query_array(areas, '$[*] ? (@.page != $page)',
                                             jsonb_build_object('page', %(page)s::int))
            where institute_id = %(institute)s and script_id = %(script)s
              and areas @> jsonb_build_array(jsonb_build_object('page', %(page)s::int))""",
        {"institute": institute_id, "script": script_id, "page": page},
    )
    await execute(
        conn,
        """insert into answers (institute_id, project_id, batch_id, script_id, question_id, state, areas,
                                choice, choice_confidence)
           select %(institute)s, %(project)s, %(batch)s, %(script)s, n.question_id, 'incomplete', n.areas,
                  n.choice, n.choice_confidence
             from jsonb_to_recordset(%(items)s)
               as n(question_id uuid, areas jsonb, choice text, choice_confidence real)
           on conflict (institute_id, script_id, question_id) do update set updated_at = now(),
                choice = case when excluded.choice_confidence is null
                  then answers.choice else excluded.choice end,
                choice_confidence = coalesce(excluded.choice_confidence, answers.choice_confidence),
                areas = (select jsonb_agg(a order by (a->>'page')::int, o)
                  from jsonb_array_elements(answers.areas || excluded.areas)
                    with ordinality as all_areas(a, o))""",
        {
            "institute": institute_id, "project": batch.project_id, "batch": batch.id, "script": script_id,
            "items": Jsonb(list(items)),
        },
    )  # fmt: skip


async def settle_script(
    conn: Conn,
    institute_id: UUID,
    batch: Batch,
    script_id: UUID,
    needs: Sequence[dict[str, Any]],
    expected_pages: Sequence[int],
) -> None:
    """Brings the states of a script and its answers in line with its placed pages. Hold the script's lock.

    `needs`: per item question_id, pages (which its answer needs) and is_bare (no area of its own).
    """
    given = {
        "institute": institute_id, "project": batch.project_id, "batch": batch.id, "script": script_id,
        "needs": Jsonb(list(needs)), "expected": list(expected_pages),
    }  # fmt: skip
    await _settle_answers_without_crops(conn, given)
    await execute(
        conn,
        f"""update answers a set state = case when n.pages <@ {_PLACED} then 'ready' else 'incomplete' end,
                is_blank = case when n.pages <@ {_PLACED} then (select bool_and((x->>'is_blank')::boolean)
                                                                  from jsonb_array_elements(a.areas) x) end,
                ink_share = (select max((x->>'ink_share')::real) from jsonb_array_elements(a.areas) x)
              from {_NEED}
             where a.institute_id = %(institute)s and a.script_id = %(script)s
               and a.question_id = n.question_id""",
        given,
    )
    await execute(
        conn,
        f"""update scripts set state = case when %(expected)s::int[] <@ {_PLACED} then 'complete'
                                            when {_PLACED} = '{{}}' then 'awaited' else 'incomplete' end
             where institute_id = %(institute)s and id = %(script)s""",
        given,
    )


async def _settle_answers_without_crops(conn: Conn, given: dict[str, Any]) -> None:
    """Such an answer is there only while its pages are, and of an item without an area of its own."""
    await execute(
        conn,
        f"""delete from answers a using {_NEED}
             where a.institute_id = %(institute)s and a.script_id = %(script)s
               and a.question_id = n.question_id and a.areas = '[]'
               and not (n.is_bare and n.pages <@ {_PLACED})""",
        given,
    )
    await execute(
        conn,
        f"""insert into answers (institute_id, project_id, batch_id, script_id, question_id, state)
            select %(institute)s, %(project)s, %(batch)s, %(script)s, n.question_id, 'ready' from {_NEED}
             where n.is_bare and n.pages <@ {_PLACED} on conflict do nothing""",
        given,
    )


async def delete_answers(conn: Conn, institute_id: UUID, questions: Sequence[UUID]) -> None:
    sql = "delete from answers where institute_id = %s and question_id = any(%s)"
    await execute(conn, sql, [institute_id, list(questions)])


async def delete_stray_answers(
    conn: Conn, institute_id: UUID, script_id: UUID, items: Sequence[UUID]
) -> None:
    """Answers of questions that are no items any more."""
    sql = "delete from answers where institute_id = %s and script_id = %s and question_id <> all(%s)"
    await execute(conn, sql, [institute_id, script_id, list(items)])
