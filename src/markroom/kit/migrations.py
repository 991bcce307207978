"""Bring a database to the shape this release needs: plain SQL files, forward only, each in a transaction."""

import hashlib
import re
import time
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from markroom.kit.postgres.binaries import find_binaries, run_program

Login = tuple[str, str | None]
"""Role and password; without a password the one it has stays."""

_APP, _SERVICE = "markroom_app", "markroom_service"
_FILE_NAME = re.compile(r"\d{12}-[a-z_]+-[a-z0-9-]+\.sql")
_LOCK = 0x6D61726B726F6F6D  # "markroom"


class MigrationRefused(Exception):
    """The database cannot be migrated."""


class MigrationChanged(MigrationRefused):
    """A migration that the database has already had reads differently now."""


class MigrationUnknown(MigrationRefused):
    """The database was migrated by a newer Markroom than this one."""


class RoleRefused(MigrationRefused):
    """A database role is not what Markroom needs."""


@dataclass(frozen=True)
class Migration:
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def load_migrations(folder: Traversable | None = None) -> list[Migration]:
    """The migrations of this release in the order of their names, from the package or from the checkout."""
    folder = folder or _find_folder()
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    for file in files:
        if not _FILE_NAME.fullmatch(file.name):
            raise MigrationRefused(f"{file.name}: a migration is named YYYYMMDDhhmm-room-what.sql.")
    return [Migration(f.name.removesuffix(".sql"), f.read_text(encoding="utf-8")) for f in files]


def _find_folder() -> Traversable:
    shipped = resources.files("markroom") / "migrations_sql"
    return shipped if shipped.is_dir() else Path(__file__).parents[3] / "db" / "migrations"


def migrate(
    admin_url: str, *, app_login: Login, service_login: Login, folder: Traversable | None = None
) -> list[str]:
    """Apply what is missing and return its names.

    Holds an advisory lock, so that several servers may start at once. Raises MigrationRefused.
    """
    _check_logins(app_login, service_login)
    migrations = load_migrations(folder)
    with psycopg.connect(admin_url, autocommit=True) as conn:
        conn.execute("select pg_advisory_lock(%s)", [_LOCK])
        missing = _find_missing(conn, migrations)
        for migration in missing:
            _apply(conn, migration)
        _check_roles(conn)
        settle_database(conn)
        for role, password in (app_login, service_login):
            if password is not None:
                _set_password(conn, role, password)
    return [migration.name for migration in missing]


def make_roles(conn: psycopg.Connection) -> None:
    """The roles a dump names and does not hold. The first migration makes them before all else, and its text
    never changes."""
    conn.execute(load_migrations()[0].text.split("create extension", 1)[0].encode())


def list_missing(admin_url: str) -> list[str]:
    """The names of the migrations this release has and the database has not. Changes nothing."""
    with psycopg.connect(admin_url, autocommit=True) as conn:
        known = conn.execute("select to_regclass('ops.markroom_migrations')").fetchone()
        if known == (None,):
            return [migration.name for migration in load_migrations()]
        return [migration.name for migration in _compare(_list_applied(conn), load_migrations())]


def _find_missing(conn: psycopg.Connection, migrations: list[Migration]) -> list[Migration]:
    conn.execute("create schema if not exists ops")
    conn.execute(
        "create table if not exists ops.markroom_migrations (name text primary key, sha256 text not null,"
        " applied_at timestamptz not null default now())"
    )
    return _compare(_list_applied(conn), migrations)


def _list_applied(conn: psycopg.Connection) -> dict[str, str]:
    return dict(conn.execute("select name, sha256 from ops.markroom_migrations").fetchall())


def _compare(applied: dict[str, str], migrations: list[Migration]) -> list[Migration]:
    if unknown := sorted(applied.keys() - {migration.name for migration in migrations}):
        raise MigrationUnknown(
            f"The database has had {', '.join(unknown)}, which this Markroom does not know. "
            "Install the newer Markroom again, or restore a backup made before it."
        )
    for migration in migrations:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise MigrationChanged(
                f"{migration.name} was changed after the database had it. Put the file back as it was and "
                "write the change as a new migration."
            )
    return [migration for migration in migrations if migration.name not in applied]


def _apply(conn: psycopg.Connection, migration: Migration) -> None:
    try:
        with conn.transaction():
            conn.execute(_with_included(migration.text).encode())
            conn.execute("reset role")
            conn.execute("reset all")
            conn.execute(
                "insert into ops.markroom_migrations (name, sha256) values (%s, %s)",
                [migration.name, migration.sha256],
            )
    except psycopg.Error as error:
        line = _find_line(migration.text, error)
        raise MigrationRefused(f"{migration.name}{line}: {error}") from error


def _with_included(text: str) -> str:
    """`-- include package/path.sql` stands for a file of an installed library."""

    def read(line: re.Match[str]) -> str:
        return (resources.files(line[1]) / line[2]).read_text(encoding="utf-8")

    return re.sub(r"(?m)^-- include (\w+)/(\S+)$", read, text)


def _find_line(text: str, error: psycopg.Error) -> str:
    position = error.diag.statement_position
    return f" line {text.count(chr(10), 0, int(position)) + 1}" if position else ""


def _check_logins(app_login: Login, service_login: Login) -> None:
    """The policies name the two roles, so no other login would see a row."""
    for (role, _), expected in ((app_login, _APP), (service_login, _SERVICE)):
        if role != expected:
            raise RoleRefused(f"The database address must name {expected} as its user, not {role!r}.")


def _check_roles(conn: psycopg.Connection) -> None:
    """Row security binds ordinary roles only: one that is more, or a member of another, is refused."""
    powerful = conn.execute(
        "select rolname from pg_roles where rolname ~ '^markroom_(owner|door|guard|jobs|app|service)$'"
        " and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication) order by 1"
    ).fetchall()
    members = conn.execute(
        "select m.member::regrole::text from pg_auth_members m"
        " where m.member::regrole::text ~ '^markroom_(owner|door|guard|jobs|app|service)$' order by 1"
    ).fetchall()
    if refused := sorted({name for (name,) in powerful + members}):
        raise RoleRefused(
            f"{', '.join(refused)} can do more than Markroom allows. Make each an ordinary role that is a "
            "member of no other: ALTER ROLE … NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE, REVOKE …"
        )


def settle_database(conn: psycopg.Connection) -> None:
    """What one database needs and neither a dump nor CREATE DATABASE … TEMPLATE carries over."""
    database = sql.Identifier(conn.info.dbname)
    _alter_shared(conn, sql.SQL("revoke temporary on database {} from public").format(database))
    for role in (_APP, _SERVICE):
        path = sql.SQL("alter role {} in database {} set search_path = public, jobs")
        _alter_shared(conn, path.format(sql.Identifier(role), database))


def _set_password(conn: psycopg.Connection, role: str, password: str) -> None:
    """Hashed here, so that the server's log never holds it."""
    secret = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    alter = sql.SQL("alter role {} password {}")
    _alter_shared(conn, alter.format(sql.Identifier(role), sql.Literal(secret)))


def _alter_shared(conn: psycopg.Connection, statement: sql.Composed) -> None:
    """Roles are shared by a cluster's databases, our lock is not: another may alter one at the same time."""
    for pause in (0.02, 0.05, 0.1, 0.2, 0.5, 1.0):
        try:
            conn.execute(statement)
            return
        except psycopg.errors.InternalError_ as error:
            if "tuple concurrently" not in str(error):
                raise
            time.sleep(pause)
    conn.execute(statement)


def write_schema(admin_url: str) -> str:
    """The schema as pg_dump writes it, without the queue's, which is the library's, and without what differs
    from run to run."""
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    given = conninfo_to_dict(admin_url)
    env = {variable: str(given[name]) for name, variable in names.items() if given.get(name) is not None}
    dump = run_program(find_binaries() / "pg_dump", "--schema-only", "--exclude-schema=jobs", env=env)
    noise = re.compile(r"--.*|\\.*|SET \w+ = .*;|SELECT pg_catalog\.set_config\(.*")
    text = "\n".join(line for line in dump.splitlines() if not noise.fullmatch(line))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
