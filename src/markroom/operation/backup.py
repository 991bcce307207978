"""Database and files in one archive, and back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from markroom.kit.errors import Conflict
from markroom.kit.migrations import MigrationUnknown, load_migrations, make_roles
from markroom.kit.postgres import find_binaries, run_program
from markroom.kit.postgres.place import write_private
from markroom.kit.scratch import scratch_folder
from markroom.kit.storage import Storage
from markroom.operation.archive import (
    DUMP,
    FILES,
    SECRET,
    Manifest,
    read_parts,
    verify_archive,
    write_archive,
)

TABLES = """select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1, 2"""


class DumpImpossible(Conflict):
    """The database cannot be dumped."""


class NotEmpty(Conflict):
    """There is something here already, and a backup is only restored into an empty place. Set
    MARKROOM_DATA_DIR to a new folder, or the addresses to an empty database. Nothing was changed."""


class RestoreIncomplete(Conflict):
    """The database does not hold what was backed up. Do not use it."""


def back_up(admin_url: str, storage: Storage, file: Path, secret: bytes | None = None) -> Manifest:
    """Writes the archive; a server may run meanwhile.

    The dump is one snapshot, and files come after it: all it names are inside. Raises DumpImpossible,
    ArchiveExists, ArchiveNotWritten, ProgramFailed.
    """
    with write_archive(file, "backup") as archive:
        with _snapshot(admin_url) as (conn, snapshot), scratch_folder("dump", file.parent) as folder:
            archive.manifest.migrations = _list_migrations(conn)
            archive.manifest.rows = count_rows(conn)
            dump = folder / DUMP
            how = ("--format=custom", f"--snapshot={snapshot}", f"--file={dump.resolve()}")
            _run("pg_dump", admin_url, *how)
            archive.add_file(DUMP, dump)
        archive.add_stored(storage)
        if secret:
            archive.add(SECRET, len(secret), BytesIO(secret))
    return archive.manifest


@contextmanager
def _snapshot(admin_url: str) -> Iterator[tuple[psycopg.Connection, str]]:
    """A transaction, and the name by which pg_dump sees what it sees."""
    with psycopg.connect(admin_url) as conn:
        conn.isolation_level, conn.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        _check_dumpable(conn)
        found = conn.execute("select pg_export_snapshot()").fetchone()
        assert found
        yield conn, found[0]


def _check_dumpable(conn: psycopg.Connection) -> None:
    can = conn.execute(
        "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
    ).fetchone()
    if can != (True,):
        raise DumpImpossible(
            "The administrator of MARKROOM_ADMIN_DATABASE_URL does not see every row: make it a superuser, "
            "or give it BYPASSRLS."
        )
    said = run_program(find_binaries() / "pg_dump", "--version")
    theirs, ours = conn.info.server_version // 10000, int(re.findall(r"\d+", said)[0])
    if theirs > ours:
        raise DumpImpossible(
            f"The server is PostgreSQL {theirs}, but pg_dump here is of {ours}: set MARKROOM_POSTGRES_BIN to "
            f"the bin folder of PostgreSQL {theirs}."
        )
    if conn.execute("select to_regclass('ops.markroom_migrations')").fetchone() == (None,):
        raise DumpImpossible("There is no Markroom in this database yet.")


def _list_migrations(conn: psycopg.Connection) -> list[str]:
    return [name for (name,) in conn.execute("select name from ops.markroom_migrations order by name")]


def count_rows(conn: psycopg.Connection) -> dict[str, int]:
    """The rows of each table by `schema.table`."""
    tables = [sql.Identifier(*names) for names in conn.execute(TABLES).fetchall()]
    counts = (conn.execute(sql.SQL("select count(*) from {}").format(table)).fetchone() for table in tables)
    return {
        table.as_string().replace('"', ""): row[0] for table, row in zip(tables, counts, strict=True) if row
    }


def _run(program: str, admin_url: str, *arguments: str) -> None:
    """A program of PostgreSQL on a database. The password travels in its environment, which others cannot
    read."""
    given = {name: str(value) for name, value in conninfo_to_dict(admin_url).items() if value is not None}
    password = given.pop("password", None)
    env = {"PGPASSWORD": password} if password else {}
    run_program(find_binaries() / program, f"--dbname={make_conninfo(**given)}", *arguments, env=env)


def restore(admin_url: str, storage: Storage, file: Path, secret_path: Path | None = None) -> Manifest:
    """Puts a backup into an empty database and store; `migrate` follows. The database comes last and at once:
    what was broken off can be begun again.

    Writes the secret, where there is one inside, to `secret_path`. Raises ArchiveDamaged, NotEmpty,
    MigrationUnknown, RestoreIncomplete, ProgramFailed.
    """
    manifest = verify_archive(file, "backup")
    _check_known(manifest)
    with psycopg.connect(admin_url, autocommit=True) as conn:
        _check_empty(conn, storage, manifest)
        if secret_path and SECRET in manifest.parts:
            _restore_secret(file, secret_path)
        with scratch_folder("restore") as folder:
            _take_out(file, storage, folder / DUMP)
            make_roles(conn)
            how = ("--single-transaction", "--exit-on-error", str(folder / DUMP))
            _run("pg_restore", admin_url, *how)
        if count_rows(conn) != manifest.rows:
            raise RestoreIncomplete
    return manifest


def _check_known(manifest: Manifest) -> None:
    if set(manifest.migrations) - {migration.name for migration in load_migrations()}:
        raise MigrationUnknown(
            f"This backup was made by Markroom {manifest.markroom}, which is newer. Install that one first."
        )


def _check_empty(conn: psycopg.Connection, storage: Storage, manifest: Manifest) -> None:
    if conn.execute(TABLES).fetchone() or any(
        FILES + key not in manifest.parts for key in storage.list_keys()
    ):
        raise NotEmpty


def _restore_secret(file: Path, path: Path) -> None:
    secret = next(source.read() for name, source in read_parts(file) if name == SECRET)
    if path.exists() and path.read_bytes() != secret:
        raise NotEmpty(f"{path} is another secret than the backup's. Nothing was changed.")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, secret.decode())


def _take_out(file: Path, storage: Storage, dump: Path) -> None:
    for name, source in read_parts(file):
        if name == DUMP:
            with dump.open("wb") as copy:
                shutil.copyfileobj(source, copy)
        elif name.startswith(FILES):
            storage.write(name.removeprefix(FILES), source)
