from __future__ import annotations

from uuid import UUID

from markroom.files.model import FileNotFound, SourceFile
from markroom.kit.db import Conn, fetch_one, fetch_value

COLUMNS = "id, sha256, name, media_type, size, page_count, page_sizes, created_at"


async def find_source_file(conn: Conn, institute_id: UUID, file_id: UUID) -> SourceFile | None:
    sql = f"select {COLUMNS} from source_files where institute_id = %s and id = %s"
    return await fetch_one(conn, SourceFile, sql, [institute_id, file_id])


async def get_source_file(conn: Conn, institute_id: UUID, file_id: UUID) -> SourceFile:
    file = await find_source_file(conn, institute_id, file_id)
    if file is None:
        raise FileNotFound
    return file


async def find_source_file_by_hash(conn: Conn, institute_id: UUID, sha256: str) -> SourceFile | None:
    sql = f"select {COLUMNS} from source_files where institute_id = %s and sha256 = %s"
    return await fetch_one(conn, SourceFile, sql, [institute_id, sha256])


async def is_open(conn: Conn, institute_id: UUID) -> bool:
    """Whether the institute is there and not closed, for whoever follows a link."""
    found: bool = await fetch_value(conn, "select app.door_institute_open(%s)", [institute_id])
    return found
