from __future__ import annotations

from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.files.model import SourceFile, StoredUpload
from markroom.files.reads import COLUMNS
from markroom.kit.db import Conn, execute, fetch_one


async def insert_source_file(
    conn: Conn, institute_id: UUID, user_id: UUID, project_id: UUID | None, stored: StoredUpload
) -> SourceFile | None:
    """None where the institute has the file already, also if somebody stored it a moment ago. `project_id` is
    that of the key that sent it."""
    senders = [project_id] if project_id else []
    return await fetch_one(
        conn,
        SourceFile,
        f"""insert into source_files
              (institute_id, sha256, name, media_type, size, page_count, page_sizes, uploaded_by,
               project_ids, sent_by_projects)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (institute_id, sha256) do nothing returning {COLUMNS}""",
        [
            institute_id, stored.sha256, stored.name, stored.media_type, stored.size, len(stored.page_sizes),
            Jsonb([[round(width, 2), round(height, 2)] for width, height in stored.page_sizes]), user_id,
            senders, senders,
        ],
    )  # fmt: skip


async def lend_source_file(conn: Conn, institute_id: UUID, sha256: str, project_id: UUID) -> None:
    """A file the institute has already is the project's too, as its key has just sent it."""
    await execute(conn, "select app.guard_lend_file(%s, %s, %s)", [institute_id, sha256, project_id])
