from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.db import Conn, execute, fetch_one, fetch_value
from markroom.scripts.model import Batch, BatchState, NewCandidate, Page, Scan, Script
from markroom.scripts.reads import SCAN

# ── batches ─────────────────────────────────────────────────────────────────────────────────────


async def insert_batch(
    conn: Conn,
    institute_id: UUID,
    user_id: UUID,
    *,
    project_id: UUID | None,
    template_id: UUID,
    source_file_id: UUID,
    title: str,
    blind: bool,
) -> UUID:
    batch_id: UUID = await fetch_value(
        conn,
        """insert into batches (institute_id, project_id, template_id, source_file_id, title, blind, created_by)
           values (%s, %s, %s, %s, %s, %s, %s) returning id""",
        [institute_id, project_id, template_id, source_file_id, title, blind, user_id],
    )
    return batch_id


async def lock_batch(conn: Conn, institute_id: UUID, batch_id: UUID) -> bool:
    sql = "select 1 from batches where institute_id = %s and id = %s for no key update"
    return await fetch_value(conn, sql, [institute_id, batch_id]) is not None


async def update_batch_state(conn: Conn, institute_id: UUID, batch_id: UUID, state: BatchState) -> None:
    await execute(
        conn,
        """update batches set state = %s, updated_at = now(), version = version + 1
            where institute_id = %s and id = %s""",
        [state, institute_id, batch_id],
    )


async def keep_code_places(conn: Conn, institute_id: UUID, batch_id: UUID, places: dict[str, Any]) -> None:
    """Kept once: what was printed first stays."""
    await execute(
        conn,
        "update batches set code_places = %s where institute_id = %s and id = %s and code_places is null",
        [Jsonb(places), institute_id, batch_id],
    )


async def update_print(conn: Conn, institute_id: UUID, batch_id: UUID, key: str | None) -> None:
    sql = "update batches set print_key = %s, updated_at = now() where institute_id = %s and id = %s"
    await execute(conn, sql, [key, institute_id, batch_id])


async def insert_markers(
    conn: Conn, institute_id: UUID, project_id: UUID | None, batch_id: UUID, users: Sequence[UUID]
) -> None:
    await execute(
        conn,
        """insert into batch_markers (institute_id, project_id, batch_id, user_id)
           select %s, %s, %s, u from unnest(%s::uuid[]) u on conflict do nothing""",
        [institute_id, project_id, batch_id, list(users)],
    )


async def insert_scripts(
    conn: Conn,
    institute_id: UUID,
    project_id: UUID | None,
    batch_id: UUID,
    candidates: Sequence[NewCandidate | None],
) -> None:
    """One script per candidate, or blank where None, numbered on. Hold the batch's lock."""
    cursor = await conn.execute("select uuidv7() from generate_series(1, %s)", [len(candidates)])
    ids = [str(row[0]) for row in await cursor.fetchall()]
    people = [
        {
            "place": place,
            "id": made,
            "name": c.name,
            "number": c.number,
            "user_id": c.user_id and str(c.user_id),
        }
        for place, (made, c) in enumerate(zip(ids, candidates, strict=True), start=1)
        if c
    ]
    given = {"institute": institute_id, "project": project_id, "batch": batch_id, "people": Jsonb(people)}
    await execute(
        conn,
        """insert into candidates (institute_id, project_id, batch_id, id, name, number, user_id)
           select %(institute)s, %(project)s, %(batch)s, r.id, r.name, r.number, r.user_id
             from jsonb_to_recordset(%(people)s) as r(id uuid, name text, number text, user_id uuid)""",
        given,
    )
    await execute(
        conn,
        """insert into scripts (institute_id, project_id, batch_id, number, candidate_id)
           select %(institute)s, %(project)s, %(batch)s, place + coalesce((select max(number) from scripts
                    where institute_id = %(institute)s and batch_id = %(batch)s), 0), r.id
             from generate_series(1, %(count)s) place
             left join jsonb_to_recordset(%(people)s) as r(place int, id uuid) using (place)""",
        {**given, "count": len(candidates)},
    )


# ── scans ───────────────────────────────────────────────────────────────────────────────────────


async def insert_scan(
    conn: Conn,
    institute_id: UUID,
    user_id: UUID,
    batch: Batch,
    *,
    sha256: str,
    name: str,
    media_type: str,
    size: int,
    page_total: int,
    file_key: str,
) -> Scan | None:
    """None where the batch has had this file already."""
    return await fetch_one(
        conn,
        Scan,
        f"""insert into scans (institute_id, project_id, batch_id, sha256, name, media_type, size, page_total, file_key,
                 uploaded_by)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (institute_id, batch_id, sha256) do nothing returning {SCAN}""",
        [
            institute_id, batch.project_id, batch.id, sha256, name, media_type, size, page_total, file_key, user_id,
        ],
    )  # fmt: skip


async def insert_parts(conn: Conn, institute_id: UUID, scan: Scan, pages_a_part: int) -> None:
    await execute(
        conn,
        """insert into scan_parts (institute_id, project_id, batch_id, scan_id, first_page, last_page)
           select %(institute)s, %(project)s, %(batch)s, %(scan)s, n, least(n + %(size)s - 1, %(total)s)
             from generate_series(1, %(total)s, %(size)s) n""",
        {
            "institute": institute_id, "project": scan.project_id, "batch": scan.batch_id, "scan": scan.id,
            "total": scan.page_total, "size": pages_a_part,
        },
    )  # fmt: skip


async def claim_part(conn: Conn, institute_id: UUID, scan_id: UUID) -> range | None:
    """Pages of a part nobody reads; locked until the transaction ends, also by the death of its worker."""
    cursor = await conn.execute(
        """select first_page, last_page from scan_parts
            where institute_id = %s and scan_id = %s and read_at is null
            order by first_page limit 1 for update skip locked""",
        [institute_id, scan_id],
    )
    row = await cursor.fetchone()
    return range(row[0], row[1] + 1) if row else None


async def finish_part(conn: Conn, institute_id: UUID, scan_id: UUID, first_page: int) -> None:
    sql = "update scan_parts set read_at = now() where institute_id = %s and scan_id = %s and first_page = %s"
    await execute(conn, sql, [institute_id, scan_id, first_page])


async def count_unread_parts(conn: Conn, institute_id: UUID, scan_id: UUID) -> int:
    sql = "select count(*) from scan_parts where institute_id = %s and scan_id = %s and read_at is null"
    count: int = await fetch_value(conn, sql, [institute_id, scan_id])
    return count


async def update_scan_state(conn: Conn, institute_id: UUID, scan_id: UUID, state: str) -> int:
    sql = "update scans set state = %s where institute_id = %s and id = %s and state not in (%s, 'done')"
    return await execute(conn, sql, [state, institute_id, scan_id, state])


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


async def list_read_pages(conn: Conn, institute_id: UUID, scan_id: UUID, pages: range) -> set[int]:
    cursor = await conn.execute(
        "select scan_page from pages where institute_id = %s and scan_id = %s and scan_page between %s and %s",
        [institute_id, scan_id, pages.start, pages.stop - 1],
    )
    return {row[0] for row in await cursor.fetchall()}


async def lock_script(
    conn: Conn,
    institute_id: UUID,
    batch_id: UUID,
    *,
    number: int | None = None,
    script_id: UUID | None = None,
) -> Script | None:
    """Whoever places or takes pages of a script holds its row first."""
    return await fetch_one(
        conn,
        Script,
        """select id, batch_id, number, candidate_id, state from scripts
            where institute_id = %s and batch_id = %s and (number = %s or id = %s) for update""",
        [institute_id, batch_id, number, script_id],
    )


async def insert_page(
    conn: Conn,
    institute_id: UUID,
    scan: Scan,
    scan_page: int,
    *,
    state: str,
    reason: str | None,
    script_id: UUID | None,
    page: int | None,
    rotation: int,
    residual_mm: float | None,
    image_key: str | None,
) -> UUID | None:
    """None where this page of the scan has its place already."""
    page_id: UUID | None = await fetch_value(
        conn,
        """insert into pages (institute_id, project_id, batch_id, scan_id, scan_page, state, reason, script_id, page,
                rotation, residual_mm, image_key)
           values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           on conflict (institute_id, scan_id, scan_page) do nothing returning id""",
        [
            institute_id, scan.project_id, scan.batch_id, scan.id, scan_page, state, reason, script_id, page,
            rotation, residual_mm, image_key,
        ],
    )  # fmt: skip
    return page_id


async def lock_page(conn: Conn, institute_id: UUID, page_id: UUID) -> bool:
    sql = "select 1 from pages where institute_id = %s and id = %s for update"
    return await fetch_value(conn, sql, [institute_id, page_id]) is not None


async def update_page(conn: Conn, institute_id: UUID, page: Page) -> None:
    """Writes what may change of a page; its version goes up by one."""
    await execute(
        conn,
        """update pages set state = %s, reason = %s, script_id = %s, page = %s, rotation = %s, residual_mm = %s,
                image_key = %s, version = version + 1
            where institute_id = %s and id = %s""",
        [
            page.state, page.reason, page.script_id, page.page, page.rotation, page.residual_mm, page.image_key,
            institute_id, page.id,
        ],
    )  # fmt: skip


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


async def replace_crops(
    conn: Conn, institute_id: UUID, batch: Batch, script_id: UUID, page: int, items: Sequence[dict[str, Any]]
) -> None:
    """The crops one page gives a script: what it gave before goes. `items`: question_id, areas, choice, choice_confidence."""
    await execute(
        conn,
        """update answers set updated_at = now(),
              areas = jsonb_path_query_array(areas, '$[*] ? (@.page != $page)', jsonb_build_object('page', %(page)s::int))
            where institute_id = %(institute)s and script_id = %(script)s
              and areas @> jsonb_build_array(jsonb_build_object('page', %(page)s::int))""",
        {"institute": institute_id, "script": script_id, "page": page},
    )
    await execute(
        conn,
        """insert into answers (institute_id, project_id, batch_id, script_id, question_id, state, areas, choice,
                choice_confidence)
           select %(institute)s, %(project)s, %(batch)s, %(script)s, n.question_id, 'incomplete', n.areas, n.choice,
                n.choice_confidence
             from jsonb_to_recordset(%(items)s) as n(question_id uuid, areas jsonb, choice text, choice_confidence real)
           on conflict (institute_id, script_id, question_id) do update set updated_at = now(),
                choice = case when excluded.choice_confidence is null then answers.choice else excluded.choice end,
                choice_confidence = coalesce(excluded.choice_confidence, answers.choice_confidence),
                areas = (select jsonb_agg(a order by (a->>'page')::int, o)
                  from jsonb_array_elements(answers.areas || excluded.areas) with ordinality as all_areas(a, o))""",
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
    placed = """(select coalesce(array_agg(page), '{}') from pages
                  where institute_id = %(institute)s and script_id = %(script)s and state = 'placed')"""
    need = "jsonb_to_recordset(%(needs)s) as n(question_id uuid, pages int[], is_bare boolean)"
    await execute(
        conn,
        f"""delete from answers a using {need} where a.institute_id = %(institute)s and a.script_id = %(script)s
               and a.question_id = n.question_id and a.areas = '[]' and not (n.is_bare and n.pages <@ {placed})""",
        given,
    )
    await execute(
        conn,
        f"""insert into answers (institute_id, project_id, batch_id, script_id, question_id, state)
            select %(institute)s, %(project)s, %(batch)s, %(script)s, n.question_id, 'ready' from {need}
             where n.is_bare and n.pages <@ {placed} on conflict do nothing""",
        given,
    )
    await execute(
        conn,
        f"""update answers a set state = case when n.pages <@ {placed} then 'ready' else 'incomplete' end,
                is_blank = case when n.pages <@ {placed} then (select bool_and((x->>'is_blank')::boolean)
                                                                 from jsonb_array_elements(a.areas) x) end,
                ink_share = (select max((x->>'ink_share')::real) from jsonb_array_elements(a.areas) x)
              from {need}
             where a.institute_id = %(institute)s and a.script_id = %(script)s and a.question_id = n.question_id""",
        given,
    )
    await execute(
        conn,
        f"""update scripts set state = case when %(expected)s::int[] <@ {placed} then 'complete'
                                            when {placed} = '{{}}' then 'awaited' else 'incomplete' end
             where institute_id = %(institute)s and id = %(script)s""",
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
