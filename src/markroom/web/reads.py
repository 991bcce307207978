from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from markroom.exam_templates.reads import VISIBLE
from markroom.institutes.members.reads import list_active_staff
from markroom.institutes.model import STAFF
from markroom.kit.db import Conn, fetch_one, fetch_value
from markroom.marking import reads as marking
from markroom.scripts import reads as scripts


@dataclass(frozen=True)
class School:
    """The institute a page is about; `notices` is how many its visitor has not read."""

    id: UUID
    name: str
    time_zone: str
    notices: int


async def get_school(conn: Conn, institute_id: UUID, user_id: UUID) -> School:
    school = await fetch_one(
        conn,
        School,
        """select id, name, time_zone,
                  (select count(*) from notices
                    where institute_id = %(institute)s and user_id = %(user)s and read_at is null) as notices
             from institutes where id = %(institute)s""",
        {"institute": institute_id, "user": user_id},
    )
    assert school is not None, "the context was begun for this institute"
    return school


@dataclass(frozen=True)
class Begun:
    """What of the main job a school has begun, as far as the reader sees."""

    has_colleagues: bool
    has_papers: bool
    has_batches: bool


async def look_at_beginnings(conn: Conn, institute_id: UUID) -> Begun:
    begun = await fetch_one(
        conn,
        Begun,
        """select (select count(*) > 1 from memberships
                    where institute_id = %(institute)s and role = any(%(staff)s)) as has_colleagues,
                  exists (select 1 from exam_templates where institute_id = %(institute)s) as has_papers,
                  exists (select 1 from batches where institute_id = %(institute)s) as has_batches""",
        {"institute": institute_id, "staff": list(STAFF)},
    )
    assert begun is not None, "a row of three answers"
    return begun


async def name_templates(conn: Conn, institute_id: UUID, ids: Collection[UUID | str]) -> dict[str, str]:
    """The titles of templates by id, of private ones too: whoever sees a batch may know its paper's name."""
    titles: dict[str, str] = await fetch_value(
        conn,
        """select coalesce(json_object_agg(id, title), '{}') from exam_templates
            where institute_id = %s and id = any(%s::uuid[])""",
        [institute_id, [str(i) for i in ids]],
    )
    return titles


async def name_batches(conn: Conn, institute_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """The titles of batches the caller may see, by id."""
    if not ids:
        return {}
    cursor = await conn.execute(
        "select id, title from batches where institute_id = %s and id = any(%s)", [institute_id, list(ids)]
    )
    return dict(await cursor.fetchall())


async def name_things(conn: Conn, institute_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """What events are about, in words, by id: papers, questions, batches, scripts, classes and projects. A
    script has its number, not its candidate's name; a paper has its title where the caller may see it."""
    cursor = await conn.execute(
        f"""select t.id, t.title from exam_templates t
            where t.institute_id = %(institute)s and t.id = any(%(ids)s) and {VISIBLE}
           union all select q.id, 'question ' || q.path || ' of ' || t.title from exam_questions q
             join exam_templates t on t.institute_id = %(institute)s and t.id = q.template_id and {VISIBLE}
            where q.institute_id = %(institute)s and q.id = any(%(ids)s)
           union all select id, title from batches where institute_id = %(institute)s and id = any(%(ids)s)
           union all select s.id, 'script ' || s.number || ' of ' || b.title from scripts s
             join batches b on b.institute_id = %(institute)s and b.id = s.batch_id
            where s.institute_id = %(institute)s and s.id = any(%(ids)s)
           union all select id, name from classes where institute_id = %(institute)s and id = any(%(ids)s)
           union all select id, name from projects
            where institute_id = %(institute)s and id = any(%(ids)s)""",
        {"institute": institute_id, "ids": list(ids)},
    )
    return dict(await cursor.fetchall())


async def name_staff(conn: Conn, institute_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of colleagues who still work here."""
    return {m.user_id: m.name for m in await list_active_staff(conn, institute_id, list(ids))}


async def list_batches(
    conn: Conn, institute_id: UUID, *, state: str | None = None, before: UUID | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Batches newest first, with their counts of scripts, pages and marks and the title of their paper."""
    rows = await scripts.list_batches(
        conn, institute_id, template_id=None, state=state, before=before, limit=limit
    )
    counts = await marking.count_marks(conn, institute_id, [row["id"] for row in rows])
    titles = await name_templates(conn, institute_id, [row["template_id"] for row in rows])
    return [
        row
        | {"items": row["items"] | counts[row["id"]], "template_title": titles.get(row["template_id"], "")}
        for row in rows
    ]


async def get_batch(conn: Conn, institute_id: UUID, batch_id: UUID) -> dict[str, Any]:
    """One batch with the same counts. Raises BatchNotFound."""
    document = await scripts.get_batch_document(conn, institute_id, batch_id)
    counts = await marking.count_marks(conn, institute_id, [batch_id])
    return document | {"items": document["items"] | counts[document["id"]]}
