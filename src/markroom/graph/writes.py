from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import psycopg

from markroom.graph.model import GraphBusy, Space, name_space
from markroom.graph.reads import SPACE
from markroom.kit.db import Conn, execute, fetch_one

LOCK_SECONDS = 5


async def insert_change(conn: Conn, institute_id: UUID, template_id: UUID | None = None) -> None:
    await execute(
        conn,
        "insert into graph_changes (institute_id, template_id) values (%s, %s)",
        [institute_id, template_id],
    )


async def insert_space(conn: Conn, institute_id: UUID) -> None:
    """Where there is none yet."""
    await execute(
        conn,
        "insert into graph_spaces (institute_id, name) values (%s, %s) on conflict do nothing",
        [institute_id, name_space(institute_id)],
    )


async def lock_space(conn: Conn, institute_id: UUID) -> Space:
    """Waits a little for whoever writes this graph. Raises GraphBusy."""
    sql = f"select {SPACE} from graph_spaces s where s.institute_id = %s for update"
    try:
        await execute(conn, f"set local lock_timeout = '{LOCK_SECONDS}s'")
        space = await fetch_one(conn, Space, sql, [institute_id])
    except psycopg.errors.LockNotAvailable as error:
        raise GraphBusy from error
    assert space is not None
    return space


async def list_changes(conn: Conn, institute_id: UUID, limit: int) -> list[tuple[UUID, UUID | None]]:
    """The oldest: their ids and templates."""
    cursor = await conn.execute(
        "select id, template_id from graph_changes where institute_id = %s order by id limit %s",
        [institute_id, limit],
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def delete_changes(conn: Conn, institute_id: UUID, ids: Sequence[UUID]) -> None:
    await execute(
        conn,
        "delete from graph_changes where institute_id = %s and id = any(%s)",
        [institute_id, list(ids)],
    )


async def update_space(
    conn: Conn, institute_id: UUID, state: str, generation: int, catalogue_version: str | None
) -> None:
    await execute(
        conn,
        """update graph_spaces set state = %s, generation = %s, catalogue_version = %s, error = null,
                  projected_at = now() where institute_id = %s""",
        [state, generation, catalogue_version, institute_id],
    )


async def mark_failed(conn: Conn, institute_id: UUID, error: str) -> None:
    await execute(
        conn,
        "update graph_spaces set state = 'failed', error = %s where institute_id = %s and state <> 'removed'",
        [error, institute_id],
    )


async def list_waiting(conn: Conn, older_than_seconds: int) -> list[UUID]:
    """Schools whose graph waits."""
    cursor = await conn.execute(
        "select app.guard_list_waiting_graphs(make_interval(secs => %s))", [older_than_seconds]
    )
    return [row[0] for row in await cursor.fetchall()]


async def forget(conn: Conn, institute_id: UUID) -> None:
    """Where there is to be no graph: one that is wanted later begins anew."""
    await execute(conn, "delete from graph_changes where institute_id = %s", [institute_id])
    await execute(
        conn,
        """update graph_spaces set state = 'preparing', generation = 0
            where institute_id = %s and generation > 0""",
        [institute_id],
    )
