import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from markroom.kit.migrations import (
    MigrationChanged,
    MigrationRefused,
    MigrationUnknown,
    RoleRefused,
    list_missing,
    load_migrations,
    migrate,
    write_schema,
)
from markroom.kit.postgres import Cluster
from tests.databases import APP, SERVICE, Database, name_database

CHECKOUT = Path(__file__).parents[2]
ROLES = ["app", "door", "guard", "jobs", "owner", "service"]


def run(database: Database, folder: Path | None = None) -> list[str]:
    return migrate(database.admin_url, app_login=APP, service_login=SERVICE, folder=folder)


@pytest.fixture
def fresh(cluster: Cluster, request: pytest.FixtureRequest) -> Database:
    name = "fresh_" + hashlib.sha256(request.node.name.encode()).hexdigest()[:12]
    with psycopg.connect(cluster.admin_url, autocommit=True) as conn:
        conn.execute(f"create database {name}".encode())
    return name_database(cluster, name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """This release's first migration and a small one after it."""
    first = min((CHECKOUT / "db" / "migrations").iterdir())
    (tmp_path / first.name).write_text(first.read_text())
    (tmp_path / "202701010000-kit-notes.sql").write_text("create table notes (id int);")
    return tmp_path


@pytest.fixture(scope="module")
def scratch() -> Iterator[Database]:
    """The migrated database of a cluster of its own, whose roles a test may spoil."""
    with tempfile.TemporaryDirectory(prefix="markroom-test-") as folder:
        Path(folder).chmod(0o711)
        with Cluster(Path(folder), durable=False) as own:
            database = name_database(own, "markroom")
            run(database)
            yield database


def test_migrations_are_applied_in_the_order_of_their_names_and_once(fresh: Database) -> None:
    names = [migration.name for migration in load_migrations()]
    assert list_missing(fresh.admin_url) == names == sorted(names)
    assert run(fresh) == names
    assert run(fresh) == list_missing(fresh.admin_url) == []


def test_a_failed_migration_leaves_nothing_and_names_its_line(fresh: Database, folder: Path) -> None:
    (folder / "202701020000-kit-broken.sql").write_text("create table half (id int);\nselect nothing_such;")
    with pytest.raises(MigrationRefused, match="202701020000-kit-broken line 2: column"):
        run(fresh, folder)
    with psycopg.connect(fresh.admin_url) as conn:
        assert conn.execute("select to_regclass('half'), to_regclass('notes')").fetchone() == (None, "notes")


def test_a_changed_migration_is_refused(fresh: Database, folder: Path) -> None:
    run(fresh, folder)
    (folder / "202701010000-kit-notes.sql").write_text("create table notes (id bigint);")
    with pytest.raises(MigrationChanged, match="202701010000-kit-notes was changed"):
        run(fresh, folder)


def test_a_database_of_a_newer_release_is_refused(fresh: Database, folder: Path) -> None:
    run(fresh, folder)
    (folder / "202701010000-kit-notes.sql").unlink()
    with pytest.raises(MigrationUnknown, match="has had 202701010000-kit-notes"):
        run(fresh, folder)


def test_a_file_that_is_not_named_as_a_migration_is_refused(folder: Path) -> None:
    (folder / "notes.sql").write_text("select 1;")
    with pytest.raises(MigrationRefused, match=r"notes\.sql"):
        load_migrations(folder)


def test_a_role_set_by_one_migration_does_not_reach_the_next(fresh: Database, folder: Path) -> None:
    (folder / "202701020000-kit-as-owner.sql").write_text("set role markroom_owner; set search_path = app")
    (folder / "202701030000-kit-late.sql").write_text("create table late (id int);")
    run(fresh, folder)
    with psycopg.connect(fresh.admin_url) as conn:
        owner = "select relowner::regrole::text from pg_class where oid = 'public.late'::regclass"
        assert conn.execute(owner).fetchone() == ("postgres",)


def test_servers_that_start_together_migrate_once(fresh: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(lambda _: run(fresh), range(4)))
    assert sorted(map(len, applied)) == [0, 0, 0, len(load_migrations())]


def test_databases_of_a_new_cluster_migrated_together_share_the_roles(open_folder: Path) -> None:
    with Cluster(open_folder, durable=False) as own:
        databases = [name_database(own, f"db_{number}") for number in range(4)]
        with psycopg.connect(own.admin_url, autocommit=True) as conn:
            for each in databases:
                conn.execute(f"create database {each.name}".encode())
        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(run, databases))


def test_the_roles_are_ordinary_and_members_of_none(database: Database) -> None:
    """DESIGN's six roles, sec-R2."""
    with psycopg.connect(database.admin_url) as conn:
        rows = conn.execute(
            "select rolname, rolcanlogin, rolinherit,"
            " rolsuper or rolbypassrls or rolcreatedb or rolcreaterole,"
            " exists (select 1 from pg_auth_members where member = r.oid) from pg_roles r"
            " where rolname like 'markroom%' order by 1"
        ).fetchall()
    logins = {"app", "service"}
    assert rows == [(f"markroom_{r}", r in logins, r not in logins, False, False) for r in ROLES]


@pytest.mark.parametrize(
    ("give", "take"),
    [
        ("alter role markroom_guard bypassrls", "alter role markroom_guard nobypassrls"),
        ("grant markroom_door to markroom_app", "revoke markroom_door from markroom_app"),
        ("grant pg_read_all_data to markroom_service", "revoke pg_read_all_data from markroom_service"),
    ],
)
def test_a_role_with_more_rights_is_refused(scratch: Database, give: str, take: str) -> None:
    with psycopg.connect(scratch.admin_url, autocommit=True) as conn:
        conn.execute(give.encode())
        with pytest.raises(RoleRefused):
            run(scratch)
        conn.execute(take.encode())
    assert run(scratch) == []


def test_a_login_of_another_name_is_refused(database: Database) -> None:
    with pytest.raises(RoleRefused, match="markroom_app"):
        migrate(database.admin_url, app_login=("postgres", "x"), service_login=SERVICE)


def test_the_owner_of_a_database_who_is_no_superuser_may_migrate(open_folder: Path) -> None:
    with Cluster(open_folder, durable=False) as own:
        with psycopg.connect(own.admin_url, autocommit=True) as conn:
            conn.execute("create role operator login createrole password 'operator'")
            conn.execute("create database school owner operator")
        with psycopg.connect(name_database(own, "school").admin_url) as conn:
            conn.execute("create extension vector")  # no ordinary role may, in every build
        admin_url = own.url("operator", "operator", "school")
        assert migrate(admin_url, app_login=APP, service_login=SERVICE)
        assert migrate(admin_url, app_login=APP, service_login=SERVICE) == []
        with psycopg.connect(own.url(*APP, "school")) as conn:
            assert conn.execute("show search_path").fetchone() == ("public, jobs",)


def test_a_password_never_stands_in_a_statement(fresh: Database) -> None:
    with psycopg.connect(fresh.admin_url, autocommit=True) as conn:
        conn.execute("alter system set log_statement = 'all'")
        conn.execute("select pg_reload_conf()")
        migrate(fresh.admin_url, app_login=("markroom_app", "app"), service_login=SERVICE)
        conn.execute("alter system reset log_statement")
        conn.execute("select pg_reload_conf()")
        log = conn.execute("select pg_read_file('../log')").fetchone()
    assert log is not None
    written = re.findall(r"alter role \S+ password (.{0,15})", log[0])
    assert written
    assert set(written) == {"'SCRAM-SHA-256$"}


@pytest.mark.parametrize("login", ["app_url", "service_url"])
@pytest.mark.parametrize(
    "statement",
    [
        "create table public.mine (id int)",
        "create temporary table mine (id int)",
        "create function app.mine() returns int language sql as 'select 1'",
        "create schema mine",
        "select * from ops.markroom_migrations",
        "set role markroom_owner",
        "set role markroom_door",
    ],
)
def test_the_logins_may_make_nothing_and_become_nobody(
    database: Database, login: str, statement: str
) -> None:
    with psycopg.connect(getattr(database, login)) as conn, pytest.raises(InsufficientPrivilege):
        conn.execute(statement.encode())


DEFER = (
    "select unnest(procrastinate_defer_jobs_v1(array[row('q', 't', 0, null, null, '{}', null)"
    "::procrastinate_job_to_defer_v1]))"
)


def test_a_request_may_defer_a_job_and_the_worker_sees_it(database: Database) -> None:
    with psycopg.connect(database.app_url) as conn:
        deferred = conn.execute(DEFER).fetchone()
    with psycopg.connect(database.service_url) as conn:
        assert conn.execute("select id from procrastinate_jobs").fetchall() == [deferred]


@pytest.mark.parametrize(
    "statement",
    [
        "select * from procrastinate_jobs",
        "delete from procrastinate_jobs",
        "insert into procrastinate_jobs (task_name) values ('t')",
        "select * from procrastinate_fetch_job_v2(null, 1)",
        "select procrastinate_cancel_job_v1(1, true, true)",
    ],
)
def test_a_request_may_not_see_or_touch_jobs(database: Database, statement: str) -> None:
    with psycopg.connect(database.app_url) as conn, pytest.raises(InsufficientPrivilege):
        conn.execute(statement.encode())


def test_the_committed_schema_is_what_the_migrations_make(database: Database) -> None:
    committed = (CHECKOUT / "db" / "schema.sql").read_text()
    assert write_schema(database.admin_url) == committed, "run `make schema` and read the difference"


def test_the_wheel_carries_the_migrations(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True)
    [wheel] = tmp_path.iterdir()
    shipped = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if "/migrations_sql/" in name}
    assert shipped == {file.name for file in (CHECKOUT / "db" / "migrations").iterdir()}
