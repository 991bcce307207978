"""Pages and the scripts they lie in."""

from __future__ import annotations

from uuid import UUID

from markroom.kit.db import Conn, execute, fetch_one, fetch_value
from markroom.scripts.model import Page, Scan, Script


async def list_read_pages(conn: Conn, institute_id: UUID, scan_id: UUID, pages: range) -> set[int]:
    cursor = await conn.execute(
        """select scan_page from pages
            where institute_id = %s and scan_id = %s and scan_page between %s and %s""",
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
        """insert into pages (institute_id, project_id, batch_id, scan_id, scan_page, state, reason,
          script_id, page,
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
        """update pages set state = %s, reason = %s, script_id = %s, page = %s, rotation = %s,
          residual_mm = %s,
                image_key = %s, version = version + 1
            where institute_id = %s and id = %s""",
        [
            page.state, page.reason, page.script_id, page.page, page.rotation, page.residual_mm,
            page.image_key,
            institute_id, page.id,
        ],
    )  # fmt: skip
