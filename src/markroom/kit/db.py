"""Connections to PostgreSQL: one transaction per request, begun as the caller; one per step of a job, begun
for one institute."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from markroom.kit.errors import MarkroomError, Unavailable

Row = TypeVar("Row")
Conn = AsyncConnection[Any]

OLDEST_SERVER = 18_00_00  # uuidv7(); and CVE-2025-8713 is fixed from 17.6


class UnsafeDatabaseRole(MarkroomError):
    """Markroom refuses to start: the database role of its requests could see past row security."""


class Database:
    """The two identities of the server. Requests use `pool`; jobs, look-ups by mail and the operator's
    commands use `service_pool`."""

    def __init__(self, app_url: str, service_url: str, *, size: int = 10) -> None:
        self.pool = _pool(app_url, size)
        self.service_pool = _pool(service_url, size)
        self.service_url = service_url

    async def open(self) -> None:
        try:
            await self.pool.open(wait=True, timeout=10)
            await self.service_pool.open(wait=True, timeout=10)
        except PoolTimeout as error:
            raise Unavailable("The database does not answer.") from error
        for pool in (self.pool, self.service_pool):
            async with pool.connection() as conn:
                await refuse_unsafe_role(conn)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        await self.open()
        try:
            yield
        finally:
            await self.close()

    async def close(self) -> None:
        await self.pool.close()
        await self.service_pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Conn]:
        """As the application role, without a context yet: sees nothing until one is begun."""
        async with _connection(self.pool) as conn, conn.transaction():
            yield conn

    @asynccontextmanager
    async def service(self, institute_id: UUID | None = None) -> AsyncIterator[Conn]:
        """As the service role, inside one institute; without one only the tables that have no tenant are
        seen."""
        async with _connection(self.service_pool) as conn, conn.transaction():
            if institute_id is not None:
                await begin_service(conn, institute_id)
            yield conn

    async def is_ready(self) -> bool:
        try:
            async with self.pool.connection(timeout=2) as conn:
                await conn.execute("select 1")
        except (PoolTimeout, psycopg.OperationalError):
            return False
        return True


def _pool(url: str, size: int) -> AsyncConnectionPool[Conn]:
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=size,
        open=False,
        timeout=10,
        kwargs={"autocommit": True, "options": "-c search_path=public,jobs -c timezone=UTC"},
    )


@asynccontextmanager
async def _connection(pool: AsyncConnectionPool[Conn]) -> AsyncIterator[Conn]:
    try:
        async with pool.connection() as conn:
            yield conn
    except PoolTimeout as error:
        raise Unavailable from error


async def refuse_unsafe_role(conn: Conn) -> None:
    """Raises UnsafeDatabaseRole where row security would not hold: for a superuser, with BYPASSRLS, for an
    owner of tables, for a member of another role, or on an old server."""
    cursor = await conn.execute(
        """select r.rolsuper or r.rolbypassrls
               or exists (select 1 from pg_auth_members m where m.member = r.oid)
               or exists (select 1 from pg_class c where c.relowner = r.oid)
               or not row_security_active('public.memberships'),
                  current_setting('server_version_num')::int
             from pg_roles r where r.rolname = current_user"""
    )
    row = await cursor.fetchone()
    if row is None or row[0]:
        raise UnsafeDatabaseRole
    if row[1] < OLDEST_SERVER:
        raise UnsafeDatabaseRole("Markroom needs PostgreSQL 18 or newer.")


async def begin_service(conn: Conn, institute_id: UUID) -> None:
    """As the service role: what follows in the transaction is inside this institute."""
    await conn.execute("select app.begin_service(%s)", [institute_id])


def in_transaction(conn: Conn) -> None:
    """Refuses to go on outside a transaction: there the context would be lost without an error."""
    if conn.info.transaction_status != psycopg.pq.TransactionStatus.INTRANS:
        raise RuntimeError("no transaction is open on this connection")


async def fetch_one(
    conn: Conn, kind: type[Row], sql: str, params: Sequence[Any] | dict[str, Any] = ()
) -> Row | None:
    """The first row as `kind`, whose fields are the columns; or None."""
    async with conn.cursor(row_factory=class_row(kind)) as cursor:
        await cursor.execute(sql, params)
        return await cursor.fetchone()


async def fetch_all(
    conn: Conn, kind: type[Row], sql: str, params: Sequence[Any] | dict[str, Any] = ()
) -> list[Row]:
    """All rows as `kind`, whose fields are the columns."""
    async with conn.cursor(row_factory=class_row(kind)) as cursor:
        await cursor.execute(sql, params)
        return await cursor.fetchall()


async def fetch_value(conn: Conn, sql: str, params: Sequence[Any] | dict[str, Any] = ()) -> Any:
    """The first column of the first row, or None where there is no row."""
    cursor = await conn.execute(sql, params)
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def execute(conn: Conn, sql: str, params: Sequence[Any] | dict[str, Any] = ()) -> int:
    """Runs a statement and returns how many rows it touched."""
    cursor = await conn.execute(sql, params)
    return cursor.rowcount
