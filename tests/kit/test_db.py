"""The context of a transaction, and who may open one at all."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio

from markroom.kit import db
from markroom.kit.db import Conn, UnsafeDatabaseRole, fetch_value, refuse_unsafe_role
from markroom.kit.db import Database as TwoPools
from markroom.kit.errors import Unavailable
from markroom.kit.events import Event, emit
from tests.databases import Database
from tests.stage import School, Stage

COUNT = "select count(*) from memberships"


@pytest_asyncio.fixture(loop_scope="module")
async def single(database: Database) -> AsyncIterator[TwoPools]:
    """One connection for all requests, so that each finds what the one before left."""
    pools = TwoPools(database.app_url, database.service_url, size=1)
    await pools.open()
    yield pools
    await pools.close()


async def begin(conn: Conn, school: School) -> None:
    teacher = school.people["teacher"].user_id
    await conn.execute("select app.begin_as(%s, null, %s)", [teacher, school.institute_id])


async def test_a_context_ends_with_its_transaction(single: TwoPools, school: School) -> None:
    """sec-R3, sec-R4: the same connection, twice without a context of its own"""
    async with single.transaction() as conn:
        assert await fetch_value(conn, COUNT) == 0
        await begin(conn, school)
        assert await fetch_value(conn, COUNT) == 5
    async with single.transaction() as conn:
        assert await fetch_value(conn, COUNT) == 0
        assert await fetch_value(conn, "select current_setting('app.i_any', true)") == ""


async def test_a_context_ends_with_a_failed_transaction(single: TwoPools, school: School) -> None:
    """sec-R3"""
    with pytest.raises(ZeroDivisionError):
        async with single.transaction() as conn:
            await begin(conn, school)
            raise ZeroDivisionError
    async with single.transaction() as conn:
        assert await fetch_value(conn, COUNT) == 0


async def test_a_context_ends_with_a_cancelled_statement(single: TwoPools, school: School) -> None:
    """sec-R3"""
    with pytest.raises(psycopg.errors.QueryCanceled):
        async with single.transaction() as conn:
            await begin(conn, school)
            await conn.execute("set local statement_timeout = '20ms'")
            await conn.execute("select pg_sleep(5)")
    async with single.transaction() as conn:
        assert await fetch_value(conn, COUNT) == 0


async def test_a_context_without_a_transaction_shows_nothing(single: TwoPools, school: School) -> None:
    """sec-R5: lost at once, and nothing is told without a transaction"""
    async with single.pool.connection() as conn:
        await begin(conn, school)
        assert await fetch_value(conn, COUNT) == 0
        with pytest.raises(RuntimeError, match="no transaction"):
            await emit(conn, Event(institute_id=school.institute_id))


async def test_a_job_is_inside_one_institute(single: TwoPools, school: School, other_school: School) -> None:
    """X-03"""
    async with single.service(school.institute_id) as conn:
        assert await fetch_value(conn, COUNT) == 5
        assert await fetch_value(conn, "select count(distinct institute_id) from memberships") == 1
    async with single.service() as conn:
        assert await fetch_value(conn, COUNT) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "set role markroom_owner",
        "set role markroom_door",
        "set role markroom_service",
        "set session authorization postgres",
        "alter table memberships disable row level security",
        "alter table memberships no force row level security",
        "truncate memberships",
        "drop policy app_select on memberships",
        "create table public.mine (id int)",
        "create function app.mine() returns int language sql as 'select 1'",
        "create temporary table users (id int)",
        "select app.begin_service(uuidv7())",
        "select hash from sessions",
        "select * from invitation_tokens",
        "select * from jobs.procrastinate_jobs",
        "select * from sign_in_tokens",
        "select * from ops.markroom_migrations",
        "call app.protect('memberships')",
    ],
)
async def test_the_requests_role_cannot_get_around_row_security(single: TwoPools, statement: str) -> None:
    """sec-R12"""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with single.transaction() as conn:
            await conn.execute(statement.encode())


async def test_a_read_with_row_security_off_is_an_error(single: TwoPools) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with single.transaction() as conn:
            await conn.execute("set local row_security = off")
            await conn.execute(COUNT)


async def test_a_school_is_one_query_away_from_no_other(
    single: TwoPools, school: School, other_school: School
) -> None:
    """X-04: with the right to both, a membership is still not moved from one to the other"""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with single.service(school.institute_id) as conn:
            await conn.execute(
                "update memberships set institute_id = %s where institute_id = %s",
                [other_school.institute_id, school.institute_id],
            )


async def test_not_even_an_administrator_moves_a_row(
    stage: Stage, school: School, other_school: School
) -> None:
    """X-04"""
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="immutable"):
        await stage.query(
            "update memberships set institute_id = %s where institute_id = %s",
            [other_school.institute_id, school.institute_id],
        )


async def test_a_reference_into_another_school_is_refused_by_the_key(
    stage: Stage, school: School, other_school: School
) -> None:
    """sec-R8: even past row security"""
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        await stage.query(
            "insert into projects (institute_id, name, owner_id) values (%s, 'Maths', %s)",
            [school.institute_id, other_school.people["teacher"].user_id],
        )


@pytest.mark.parametrize(
    "role",
    [
        "set local role postgres",
        "create role t_bypass bypassrls; set local role t_bypass",
        "set local role markroom_owner",
        "create role t_member; grant markroom_owner to t_member; set local role t_member",
    ],
)
async def test_a_server_refuses_to_start_with_a_powerful_role(stage: Stage, role: str) -> None:
    """sec-R2"""
    async with await psycopg.AsyncConnection.connect(stage.admin_url) as conn:
        await conn.execute(role.encode())
        with pytest.raises(UnsafeDatabaseRole):
            await refuse_unsafe_role(conn)
        await conn.rollback()


@pytest.mark.parametrize("role", ["markroom_app", "markroom_service"])
async def test_a_server_starts_with_its_own_roles(stage: Stage, role: str) -> None:
    """sec-R2: the refusals above are for a reason"""
    async with await psycopg.AsyncConnection.connect(stage.admin_url) as conn:
        await conn.execute(f"set local role {role}".encode())
        await refuse_unsafe_role(conn)
        await conn.rollback()


async def test_a_server_refuses_to_start_on_an_old_database(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sec-R14: what leaks past row security is mended in newer ones"""
    monkeypatch.setattr(db, "OLDEST_SERVER", 99_00_00)
    async with stage.resources.database.transaction() as conn:
        with pytest.raises(UnsafeDatabaseRole, match="PostgreSQL 18"):
            await refuse_unsafe_role(conn)


async def test_a_full_pool_is_said_to_be_unavailable(database: Database) -> None:
    """P-02: never 400 or 403"""
    pools = TwoPools(database.app_url, database.service_url, size=1)
    pools.pool.timeout = 0.05
    await pools.open()
    async with pools.transaction():
        with pytest.raises(Unavailable):
            async with pools.transaction():
                pass
    assert await pools.is_ready()
    await pools.close()
