"""Sittings and their scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.db import Conn, execute, fetch_value
from markroom.scripts.model import BatchState, NewCandidate


async def insert_batch(
    conn: Conn,
    institute_id: UUID,
    user_id: UUID,
    *,
    project_id: UUID | None,
    template_id: UUID,
    source_file_id: UUID,
    title: str,
    blind: bool,
) -> UUID:
    batch_id: UUID = await fetch_value(
        conn,
        """insert into batches (institute_id, project_id, template_id, source_file_id, title, blind,
          created_by)
           values (%s, %s, %s, %s, %s, %s, %s) returning id""",
        [institute_id, project_id, template_id, source_file_id, title, blind, user_id],
    )
    return batch_id


async def lock_batch(conn: Conn, institute_id: UUID, batch_id: UUID) -> bool:
    sql = "select 1 from batches where institute_id = %s and id = %s for no key update"
    return await fetch_value(conn, sql, [institute_id, batch_id]) is not None


async def update_batch_state(conn: Conn, institute_id: UUID, batch_id: UUID, state: BatchState) -> None:
    await execute(
        conn,
        """update batches set state = %s, updated_at = now(), version = version + 1
            where institute_id = %s and id = %s""",
        [state, institute_id, batch_id],
    )


async def keep_code_places(conn: Conn, institute_id: UUID, batch_id: UUID, places: dict[str, Any]) -> None:
    """Kept once: what was printed first stays."""
    await execute(
        conn,
        "update batches set code_places = %s where institute_id = %s and id = %s and code_places is null",
        [Jsonb(places), institute_id, batch_id],
    )


async def update_print(conn: Conn, institute_id: UUID, batch_id: UUID, key: str | None) -> None:
    sql = "update batches set print_key = %s, updated_at = now() where institute_id = %s and id = %s"
    await execute(conn, sql, [key, institute_id, batch_id])


async def insert_markers(
    conn: Conn, institute_id: UUID, project_id: UUID | None, batch_id: UUID, users: Sequence[UUID]
) -> None:
    await execute(
        conn,
        """insert into batch_markers (institute_id, project_id, batch_id, user_id)
           select %s, %s, %s, u from unnest(%s::uuid[]) u on conflict do nothing""",
        [institute_id, project_id, batch_id, list(users)],
    )


def _as_row(place: int, candidate_id: str, candidate: NewCandidate) -> dict[str, Any]:
    return {
        "place": place,
        "id": candidate_id,
        "name": candidate.name,
        "number": candidate.number,
        "user_id": candidate.user_id and str(candidate.user_id),
        "class_id": candidate.class_id and str(candidate.class_id),
    }


async def insert_scripts(
    conn: Conn,
    institute_id: UUID,
    project_id: UUID | None,
    batch_id: UUID,
    candidates: Sequence[NewCandidate | None],
) -> None:
    """One script per candidate, or blank where None, numbered on. Hold the batch's lock."""
    cursor = await conn.execute("select uuidv7() from generate_series(1, %s)", [len(candidates)])
    ids = [str(row[0]) for row in await cursor.fetchall()]
    numbered = enumerate(zip(ids, candidates, strict=True), start=1)
    people = [_as_row(place, made, candidate) for place, (made, candidate) in numbered if candidate]
    given = {"institute": institute_id, "project": project_id, "batch": batch_id, "people": Jsonb(people)}
    await execute(
        conn,
        """insert into candidates
             (institute_id, project_id, batch_id, id, name, number, user_id, class_id)
           select %(institute)s, %(project)s, %(batch)s, r.id, r.name, r.number, r.user_id, r.class_id
             from jsonb_to_recordset(%(people)s)
               as r(id uuid, name text, number text, user_id uuid, class_id uuid)""",
        given,
    )
    await execute(
        conn,
        """insert into scripts (institute_id, project_id, batch_id, number, candidate_id)
           select %(institute)s, %(project)s, %(batch)s, place + coalesce((select max(number) from scripts
                    where institute_id = %(institute)s and batch_id = %(batch)s), 0), r.id
             from generate_series(1, %(count)s) place
             left join jsonb_to_recordset(%(people)s) as r(place int, id uuid) using (place)""",
        {**given, "count": len(candidates)},
    )
