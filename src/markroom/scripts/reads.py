from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID

from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value
from markroom.scripts.model import (
    Answer,
    AnswerNotFound,
    Batch,
    BatchNotFound,
    Candidate,
    Page,
    PageCounts,
    PageNotFound,
    Scan,
    ScanNotFound,
    Script,
    ScriptNotFound,
)

BATCH = """b.id, b.project_id, b.template_id, b.source_file_id, b.title, b.blind, b.state, b.code_places, b.print_key,
  b.created_by, b.created_at, b.updated_at, b.version,
  array(select m.user_id from batch_markers m
         where m.institute_id = b.institute_id and m.batch_id = b.id order by m.added_at, m.user_id) as markers"""
SCAN = "id, batch_id, project_id, sha256, name, media_type, page_total, state, file_key, created_at"
PAGE = """p.id, p.batch_id, p.scan_id, p.scan_page, p.state, p.reason, p.script_id, s.number as script_number, p.page,
  p.rotation, p.residual_mm, p.image_key, p.version"""
PAGE_FROM = """pages p left join scripts s
  on s.institute_id = p.institute_id and s.batch_id = p.batch_id and s.id = p.script_id"""
ANSWER = """script_id, question_id, batch_id, areas, state, is_blank, ink_share, choice, choice_confidence"""
COUNTS = """count(*) as total, count(*) filter (where state = 'placed') as placed,
  count(*) filter (where state = 'blank') as blank, count(*) filter (where state = 'exception') as exceptions,
  count(*) filter (where state = 'discarded') as discarded"""


# ── batches ─────────────────────────────────────────────────────────────────────────────────────


async def find_batch(conn: Conn, institute_id: UUID, batch_id: UUID) -> Batch | None:
    sql = f"select {BATCH} from batches b where b.institute_id = %s and b.id = %s"
    return await fetch_one(conn, Batch, sql, [institute_id, batch_id])


async def get_batch(conn: Conn, institute_id: UUID, batch_id: UUID) -> Batch:
    if batch := await find_batch(conn, institute_id, batch_id):
        return batch
    raise BatchNotFound


async def list_batches(
    conn: Conn,
    institute_id: UUID,
    *,
    template_id: UUID | None,
    state: str | None,
    before: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Newest first, each with its counts of scripts and pages, as `batch_json` gives one."""
    return await _fetch_documents(
        conn,
        """b.institute_id = %(institute)s and (%(template)s::uuid is null or b.template_id = %(template)s)
           and (%(state)s::text is null or b.state = %(state)s) and (%(before)s::uuid is null or b.id < %(before)s)""",
        {
            "institute": institute_id,
            "template": template_id,
            "state": state,
            "before": before,
            "limit": limit,
        },
    )


async def count_batches(
    conn: Conn, institute_id: UUID, *, template_id: UUID | None, state: str | None
) -> int:
    count: int = await fetch_value(
        conn,
        """select count(*) from batches where institute_id = %(institute)s
              and (%(template)s::uuid is null or template_id = %(template)s)
              and (%(state)s::text is null or state = %(state)s)""",
        {"institute": institute_id, "template": template_id, "state": state},
    )
    return count


async def get_batch_document(conn: Conn, institute_id: UUID, batch_id: UUID) -> dict[str, Any]:
    """A batch with `scripts {total, complete}`, `pages {…}` and `items {total}`: marking adds `marked`."""
    found = await _fetch_documents(
        conn,
        "b.institute_id = %(institute)s and b.id = %(batch)s",
        {"institute": institute_id, "batch": batch_id, "limit": 1},
    )
    if not found:
        raise BatchNotFound
    return found[0]


async def _fetch_documents(conn: Conn, where: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    """`items.total` counts the answers to be marked: items of the template times scripts."""
    cursor = await conn.execute(
        f"""select jsonb_build_object('id', b.id, 'title', b.title, 'template_id', b.template_id, 'project_id', b.project_id,
              'state', b.state, 'blind', b.blind, 'created_by', b.created_by, 'created_at', b.created_at,
              'updated_at', b.updated_at, 'version', b.version, 'printed', b.print_key is not null,
              'markers', array(select m.user_id from batch_markers m
                 where m.institute_id = %(institute)s and m.batch_id = b.id order by m.added_at, m.user_id),
              'scripts', jsonb_build_object('total', s.total, 'complete', s.complete),
              'pages', (select to_jsonb(c) from (select {COUNTS} from pages
                 where institute_id = %(institute)s and batch_id = b.id) c),
              'items', jsonb_build_object('total', s.total * (select count(*) from exam_items i
                 where i.institute_id = %(institute)s and i.template_id = b.template_id)))
             from batches b
             cross join lateral (select count(*) as total, count(*) filter (where state = 'complete') as complete
                from scripts where institute_id = %(institute)s and batch_id = b.id) s
            where {where} order by b.id desc limit %(limit)s""",
        params,
    )
    return [row[0] for row in await cursor.fetchall()]


async def list_scanned_batches(conn: Conn, institute_id: UUID, template_id: UUID) -> list[UUID]:
    """The batches of a template that have placed pages."""
    cursor = await conn.execute(
        """select b.id from batches b where b.institute_id = %(institute)s and b.template_id = %(template)s
              and exists (select 1 from pages p where p.institute_id = %(institute)s and p.batch_id = b.id
                           and p.state = 'placed')""",
        {"institute": institute_id, "template": template_id},
    )
    return [row[0] for row in await cursor.fetchall()]


async def is_writable(conn: Conn, project_id: UUID | None) -> bool:
    """Whether the caller's key may write in the project."""
    return bool(
        await fetch_value(
            conn,
            "select %s::uuid = any(nullif(current_setting('app.p_write', true), '')::uuid[])",
            [project_id],
        )
    )


async def find_strangers(
    conn: Conn, institute_id: UUID, users: Sequence[UUID], roles: Sequence[str] | None
) -> list[UUID]:
    """Those of `users` who are not active members of the institute in one of `roles`."""
    cursor = await conn.execute(
        """select u from unnest(%s::uuid[]) u where not exists (select 1 from memberships m
            where m.institute_id = %s and m.user_id = u and m.state = 'active'
              and (%s::text[] is null or m.role = any(%s::text[])))""",
        [list(users), institute_id, roles and list(roles), roles and list(roles)],
    )
    return [row[0] for row in await cursor.fetchall()]


# ── scripts and candidates ──────────────────────────────────────────────────────────────────────


async def get_script(conn: Conn, institute_id: UUID, script_id: UUID) -> Script:
    sql = "select id, batch_id, number, candidate_id, state from scripts where institute_id = %s and id = %s"
    script = await fetch_one(conn, Script, sql, [institute_id, script_id])
    if script is None:
        raise ScriptNotFound
    return script


async def list_scanned_scripts(conn: Conn, institute_id: UUID, batch_id: UUID) -> list[Script]:
    """By number, the scripts that have placed pages."""
    return await fetch_all(
        conn,
        Script,
        """select id, batch_id, number, candidate_id, state from scripts
            where institute_id = %s and batch_id = %s and state in ('incomplete', 'complete') order by number""",
        [institute_id, batch_id],
    )


async def list_scripts(
    conn: Conn,
    institute_id: UUID,
    batch_id: UUID,
    *,
    expected_pages: Sequence[int],
    shows_names: bool,
    after: int = 0,
    limit: int = 1_000_000,
    state: str | None = None,
) -> list[dict[str, Any]]:
    """`{id, number, candidate, state, pages_missing, answers_ready}` by number; `candidate` is null where hidden."""
    cursor = await conn.execute(
        """select jsonb_build_object('id', s.id, 'number', s.number, 'state', s.state,
              'candidate', case when %(names)s and c.id is not null
                 then jsonb_build_object('id', c.id, 'name', c.name, 'number', c.number, 'user_id', c.user_id) end,
              'pages_missing', array(select n from unnest(%(expected)s::int[]) n where not exists (
                 select 1 from pages p where p.institute_id = %(institute)s and p.script_id = s.id
                    and p.state = 'placed' and p.page = n) order by n),
              'answers_ready', (select count(*) from answers a
                 where a.institute_id = %(institute)s and a.script_id = s.id and a.state = 'ready'))
             from scripts s left join candidates c
               on c.institute_id = %(institute)s and c.batch_id = s.batch_id and c.id = s.candidate_id
            where s.institute_id = %(institute)s and s.batch_id = %(batch)s and s.number > %(after)s
              and (%(state)s::text is null or s.state = %(state)s)
            order by s.number limit %(limit)s""",
        {
            "institute": institute_id, "batch": batch_id, "expected": list(expected_pages), "names": shows_names,
            "after": after, "limit": limit, "state": state,
        },
    )  # fmt: skip
    return [row[0] for row in await cursor.fetchall()]


async def count_scripts(conn: Conn, institute_id: UUID, batch_id: UUID, state: str | None = None) -> int:
    sql = """select count(*) from scripts where institute_id = %s and batch_id = %s
                and (%s::text is null or state = %s)"""
    count: int = await fetch_value(conn, sql, [institute_id, batch_id, state, state])
    return count


async def list_candidates(conn: Conn, institute_id: UUID, batch_id: UUID) -> dict[int, Candidate | None]:
    """Every script's number with its candidate, in order; None where the script is blank."""
    cursor = await conn.execute(
        """select s.number, c.id, c.name, c.number, c.user_id from scripts s left join candidates c
             on c.institute_id = s.institute_id and c.batch_id = s.batch_id and c.id = s.candidate_id
            where s.institute_id = %s and s.batch_id = %s order by s.number""",
        [institute_id, batch_id],
    )
    rows = await cursor.fetchall()
    return {row[0]: Candidate(*row[1:]) if row[1] else None for row in rows}


# ── scans and pages ─────────────────────────────────────────────────────────────────────────────


async def get_scan(conn: Conn, institute_id: UUID, scan_id: UUID) -> Scan:
    sql = f"select {SCAN} from scans where institute_id = %s and id = %s"
    if scan := await fetch_one(conn, Scan, sql, [institute_id, scan_id]):
        return scan
    raise ScanNotFound


async def find_scan_by_hash(conn: Conn, institute_id: UUID, batch_id: UUID, sha256: str) -> Scan | None:
    sql = f"select {SCAN} from scans where institute_id = %s and batch_id = %s and sha256 = %s"
    return await fetch_one(conn, Scan, sql, [institute_id, batch_id, sha256])


async def list_scans(conn: Conn, institute_id: UUID, batch_id: UUID) -> list[Scan]:
    """Newest first."""
    sql = f"select {SCAN} from scans where institute_id = %s and batch_id = %s order by id desc"
    return await fetch_all(conn, Scan, sql, [institute_id, batch_id])


async def count_pages(
    conn: Conn, institute_id: UUID, *, batch_id: UUID | None = None, scan_id: UUID | None = None
) -> PageCounts:
    sql = f"""select {COUNTS} from pages where institute_id = %(institute)s
                 and (%(batch)s::uuid is null or batch_id = %(batch)s)
                 and (%(scan)s::uuid is null or scan_id = %(scan)s)"""
    params = {"institute": institute_id, "batch": batch_id, "scan": scan_id}
    return await fetch_one(conn, PageCounts, sql, params) or PageCounts()


async def find_job_of(conn: Conn, institute_id: UUID, subject_id: UUID, kind: str) -> UUID | None:
    """The newest job of a kind about one thing."""
    sql = """select id from jobs where institute_id = %s and subject_id = %s and kind = %s order by id desc limit 1"""
    job_id: UUID | None = await fetch_value(conn, sql, [institute_id, subject_id, kind])
    return job_id


async def get_page(conn: Conn, institute_id: UUID, page_id: UUID) -> Page:
    sql = f"select {PAGE} from {PAGE_FROM} where p.institute_id = %s and p.id = %s"
    if page := await fetch_one(conn, Page, sql, [institute_id, page_id]):
        return page
    raise PageNotFound


async def find_placed_page(conn: Conn, institute_id: UUID, script_id: UUID, page: int) -> Page | None:
    sql = f"""select {PAGE} from {PAGE_FROM}
               where p.institute_id = %s and p.script_id = %s and p.page = %s and p.state = 'placed'"""
    return await fetch_one(conn, Page, sql, [institute_id, script_id, page])


async def list_placed_pages(conn: Conn, institute_id: UUID, script_id: UUID) -> list[Page]:
    sql = f"""select {PAGE} from {PAGE_FROM}
               where p.institute_id = %s and p.script_id = %s and p.state = 'placed' order by p.page"""
    return await fetch_all(conn, Page, sql, [institute_id, script_id])


PageFilter = Literal["placed", "blank", "exception", "discarded"]


async def list_pages(
    conn: Conn,
    institute_id: UUID,
    batch_id: UUID,
    *,
    state: PageFilter | None,
    scan_id: UUID | None,
    script_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[Page]:
    """In the order they were read."""
    return await fetch_all(
        conn,
        Page,
        f"""select {PAGE} from {PAGE_FROM} where p.institute_id = %(institute)s and p.batch_id = %(batch)s
               and (%(state)s::text is null or p.state = %(state)s)
               and (%(scan)s::uuid is null or p.scan_id = %(scan)s)
               and (%(script)s::uuid is null or p.script_id = %(script)s)
               and (%(after)s::uuid is null or p.id > %(after)s) order by p.id limit %(limit)s""",
        {
            "institute": institute_id, "batch": batch_id, "state": state, "scan": scan_id, "script": script_id,
            "after": after, "limit": limit,
        },
    )  # fmt: skip


async def count_listed_pages(
    conn: Conn,
    institute_id: UUID,
    batch_id: UUID,
    *,
    state: PageFilter | None,
    scan_id: UUID | None,
    script_id: UUID | None,
) -> int:
    count: int = await fetch_value(
        conn,
        """select count(*) from pages where institute_id = %(institute)s and batch_id = %(batch)s
              and (%(state)s::text is null or state = %(state)s) and (%(scan)s::uuid is null or scan_id = %(scan)s)
              and (%(script)s::uuid is null or script_id = %(script)s)""",
        {
            "institute": institute_id,
            "batch": batch_id,
            "state": state,
            "scan": scan_id,
            "script": script_id,
        },
    )
    return count


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


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
              join scripts s on s.institute_id = a.institute_id and s.batch_id = a.batch_id and s.id = a.script_id
             where a.institute_id = %(institute)s and s.institute_id = %(institute)s and a.batch_id = %(batch)s
               and (%(script)s::uuid is null or a.script_id = %(script)s)
               and (%(question)s::uuid is null or a.question_id = %(question)s)
             order by s.number, a.question_id""",
        {"institute": institute_id, "batch": batch_id, "script": script_id, "question": question_id},
    )


def page_counts_json(counts: PageCounts) -> dict[str, int]:
    return asdict(counts)
