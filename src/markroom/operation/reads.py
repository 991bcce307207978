from __future__ import annotations

from uuid import UUID

from markroom.jobs.model import JobRow
from markroom.jobs.reads import COLUMNS
from markroom.kit.db import Conn, fetch_one
from markroom.operation.model import EXPORT_JOB, EXPORT_LIFE


async def find_export(conn: Conn, institute_id: UUID) -> JobRow | None:
    """The newest export of a school, while its archive is kept."""
    return await fetch_one(
        conn,
        JobRow,
        f"""select {COLUMNS} from jobs
             where institute_id = %s and kind = %s and (finished_at is null or finished_at > now() - %s)
             order by id desc limit 1""",
        [institute_id, EXPORT_JOB, EXPORT_LIFE],
    )
