"""Scans and their pages."""

from __future__ import annotations

from uuid import UUID

from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value
from markroom.scripts.errors import PageNotFound, ScanNotFound
from markroom.scripts.model import Page, PageCounts, PageState, Scan

SCAN = "id, batch_id, project_id, sha256, name, media_type, page_total, state, file_key, created_at"
PAGE = """p.id, p.batch_id, p.scan_id, p.scan_page, p.state, p.reason, p.script_id,
  s.number as script_number, p.page,
  p.rotation, p.residual_mm, p.image_key, p.version"""
PAGE_FROM = """pages p left join scripts s
  on s.institute_id = p.institute_id and s.batch_id = p.batch_id and s.id = p.script_id"""
COUNTS = """count(*) as total, count(*) filter (where state = 'placed') as placed,
  count(*) filter (where state = 'blank') as blank, count(*) filter (where state = 'exception') as exceptions,
  count(*) filter (where state = 'discarded') as discarded"""


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


async def list_pages(
    conn: Conn,
    institute_id: UUID,
    batch_id: UUID,
    *,
    state: PageState | None,
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
            "institute": institute_id, "batch": batch_id, "state": state, "scan": scan_id,
            "script": script_id,
            "after": after, "limit": limit,
        },
    )  # fmt: skip


async def count_listed_pages(
    conn: Conn,
    institute_id: UUID,
    batch_id: UUID,
    *,
    state: PageState | None,
    scan_id: UUID | None,
    script_id: UUID | None,
) -> int:
    count: int = await fetch_value(
        conn,
        """select count(*) from pages where institute_id = %(institute)s and batch_id = %(batch)s
              and (%(state)s::text is null or state = %(state)s)
                and (%(scan)s::uuid is null or scan_id = %(scan)s)
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
