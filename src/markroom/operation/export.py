"""All of one institute, as itself: what row security would hide from it cannot get in."""

from __future__ import annotations

from pathlib import Path
from typing import IO
from uuid import UUID

import psycopg
from psycopg import sql

from markroom.institutes.model import InstituteUnknown
from markroom.kit.scratch import scratch_folder
from markroom.kit.storage import Storage
from markroom.operation.archive import Manifest, write_archive

# Every table of a tenant that row security guards, but for those that hold only secrets or answers once sent.
TABLES = """select c.relname from pg_class c
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   and (c.relname = 'institutes'
     or exists (select from pg_attribute where attrelid = c.oid and attname = 'institute_id'))
   and row_security_active(c.oid) and c.relname <> all(%s) order by 1"""
LEFT_OUT = ["idempotent_answers", "invitation_tokens", "memory_words"]  # short-lived, or made from others
SECRETS = ["hash"]


def export_institute(service_url: str, storage: Storage, institute_id: UUID, file: Path) -> Manifest:
    """Writes an archive of JSON lines by table and the files, as of one moment.

    Raises InstituteUnknown, ArchiveExists, ArchiveNotWritten.
    """
    with write_archive(file, "institute") as archive:
        with psycopg.connect(service_url) as conn, scratch_folder("tables", file.parent) as folder:
            for table in _begin(conn, institute_id):
                path = folder / f"{table}.jsonl"
                with path.open("wb") as lines:
                    archive.manifest.rows[table] = _write_rows(conn, table, lines)
                archive.add_file(f"tables/{path.name}", path)
                path.unlink()
        archive.add_stored(storage, str(institute_id))
    return archive.manifest


def _begin(conn: psycopg.Connection, institute_id: UUID) -> list[str]:
    """One moment of this institute; the tables it has."""
    conn.isolation_level, conn.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
    conn.execute("select app.begin_service(%s)", [institute_id])
    if conn.execute("select from institutes where id = %s", [institute_id]).fetchone() is None:
        raise InstituteUnknown
    return [name for (name,) in conn.execute(TABLES, [LEFT_OUT])]


def _write_rows(conn: psycopg.Connection, table: str, lines: IO[bytes]) -> int:
    rows = sql.SQL("select (to_jsonb(t) - %s::text[])::text from {} t").format(sql.Identifier(table))
    with conn.cursor(name="rows") as cursor:  # fetched by and by
        cursor.itersize = 1000
        return sum(lines.write(f"{row}\n".encode()) > 0 for (row,) in cursor.execute(rows, [SECRETS]))
