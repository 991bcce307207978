"""Sittings, and who may be named in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from markroom.kit.db import Conn, fetch_one, fetch_value
from markroom.scripts.errors import BatchNotFound
from markroom.scripts.model import Batch
from markroom.scripts.reads.pages import COUNTS

BATCH = """b.id, b.project_id, b.template_id, b.source_file_id, b.title, b.blind, b.state, b.code_places,
  b.print_key,
  b.created_by, b.created_at, b.updated_at, b.version,
  array(select m.user_id from batch_markers m
         where m.institute_id = b.institute_id and m.batch_id = b.id order by m.added_at,
           m.user_id) as markers"""


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
           and (%(state)s::text is null or b.state = %(state)s)
             and (%(before)s::uuid is null or b.id < %(before)s)""",
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


async def has_batch_at_work(conn: Conn, institute_id: UUID, template_id: UUID) -> bool:
    """Whether a batch of the template is not closed."""
    sql = """select exists (select 1 from batches
                             where institute_id = %s and template_id = %s and state <> 'closed')"""
    return bool(await fetch_value(conn, sql, [institute_id, template_id]))


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
        f"""select jsonb_build_object('id', b.id, 'title', b.title, 'template_id', b.template_id,
          'project_id', b.project_id,
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
             cross join lateral (
               select count(*) as total, count(*) filter (where state = 'complete') as complete
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
