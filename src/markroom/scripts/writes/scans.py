"""Scans and the parts they are read in."""

from __future__ import annotations

from uuid import UUID

from markroom.kit.db import Conn, execute, fetch_one, fetch_value
from markroom.scripts.model import Batch, Scan
from markroom.scripts.reads import SCAN


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
        f"""insert into scans (institute_id, project_id, batch_id, sha256, name, media_type, size,
          page_total, file_key,
                 uploaded_by)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (institute_id, batch_id, sha256) do nothing returning {SCAN}""",
        [
            institute_id, batch.project_id, batch.id, sha256, name, media_type, size, page_total, file_key,
            user_id,
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
