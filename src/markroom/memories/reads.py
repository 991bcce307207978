from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.exam_templates.reads import VISIBLE
from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value
from markroom.memories.errors import MemoryNotFound
from markroom.memories.model import Draft, Filters, Links, Memory, ProjectRights, Stats, Version


def _among(setting: str) -> str:
    return f"any((select nullif(current_setting('app.{setting}', true), '')::uuid[])::uuid[])"


_KEY = "(select nullif(current_setting('app.key_id', true), '')::uuid)"
_MAY_WRITE = f"""(m.project_id = {_among("p_write")}
    and ({_KEY} is null or coalesce(m.key_id = {_KEY} and m.approval = 'pending', false)))"""
MEMORY = f"""m.institute_id, m.id, m.project_id, m.kind, m.text, m.tags, m.template_id, m.question_id,
    m.script_id, m.class_id, m.approval, m.approved_by, m.approved_at, m.author_id, a.name as author_name,
    m.key_id, k.name as key_name, m.is_duplicate, m.written_by, m.written_key_id, m.created_at,
    m.updated_at, m.version,
    {_MAY_WRITE} as may_write, m.project_id = {_among("p_admin")} as may_manage"""
FROM = """memories m
    left join memberships a on a.institute_id = %(institute)s and a.user_id = m.author_id
    left join api_keys k on k.institute_id = %(institute)s and k.id = m.key_id"""


async def find_rights(conn: Conn, institute_id: UUID, project_id: UUID) -> ProjectRights | None:
    """What the caller may in a project; None where they cannot read it."""
    return await fetch_one(
        conn,
        ProjectRights,
        f"""select id as project_id, id = {_among("p_write")} as may_write,
                   id = {_among("p_admin")} as may_manage, state = 'archived' as is_archived
              from projects where institute_id = %s and id = %s and id = {_among("p_read")}""",
        [institute_id, project_id],
    )


async def get_memory(conn: Conn, institute_id: UUID, memory_id: UUID) -> Memory:
    """Raises MemoryNotFound."""
    found = await fetch_one(
        conn,
        Memory,
        f"""select {MEMORY} from {FROM}
             where m.institute_id = %(institute)s and m.id = %(id)s and m.project_id = {_among("p_read")}""",
        {"institute": institute_id, "id": memory_id},
    )
    if found is None:
        raise MemoryNotFound
    return found


async def list_by_id(conn: Conn, institute_id: UUID, ids: Sequence[UUID]) -> list[Memory]:
    """In the order of `ids`."""
    rows = await fetch_all(
        conn,
        Memory,
        f"select {MEMORY} from {FROM} where m.institute_id = %(institute)s and m.id = any(%(ids)s)",
        {"institute": institute_id, "ids": list(ids)},
    )
    place = {memory_id: n for n, memory_id in enumerate(ids)}
    return sorted(rows, key=lambda memory: place[memory.id])


def match(filters: Filters) -> tuple[str, dict[str, Any]]:
    """The condition on `m` for one project's memories that pass the filters, and its parameters."""
    links = {f"m.{name} = %({name})s": name for name, value in asdict(filters.links).items() if value}
    wanted = {
        "m.tags && %(tags)s": filters.tags,
        "m.kind = any(%(kinds)s)": filters.kinds,
        "m.author_id = %(author)s": filters.author_id,
        "m.key_id = %(key)s": filters.key_id,
        "m.created_at >= %(since)s": filters.since,
        "m.created_at < %(until)s": filters.until,
        "m.approval = %(approval)s": filters.approval != "any",
        **links,
    }
    given = [condition for condition, value in wanted.items() if value]
    params = {
        "tags": list(filters.tags),
        "kinds": list(filters.kinds),
        "author": filters.author_id,
        "key": filters.key_id,
        "since": filters.since,
        "until": filters.until,
        "approval": filters.approval,
        **asdict(filters.links),
    }
    return (
        " and ".join(["m.institute_id = %(institute)s", "m.project_id = %(project)s", *given]),
        params,
    )


async def list_memories(
    conn: Conn,
    institute_id: UUID,
    project_id: UUID,
    filters: Filters,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Memory]:
    """Newest first."""
    condition, params = match(filters)
    at, last = after or (None, None)
    return await fetch_all(
        conn,
        Memory,
        f"""select {MEMORY} from {FROM} where {condition}
               and (%(at)s::timestamptz is null or (m.created_at, m.id) < (%(at)s, %(last)s))
             order by m.created_at desc, m.id desc limit %(limit)s""",
        params | {"institute": institute_id, "project": project_id, "at": at, "last": last, "limit": limit},
    )


async def count_memories(conn: Conn, institute_id: UUID, project_id: UUID, filters: Filters) -> int:
    condition, params = match(filters)
    total: int = await fetch_value(
        conn,
        f"select count(*) from memories m where {condition}",
        params | {"institute": institute_id, "project": project_id},
    )
    return total


async def has_key(conn: Conn, institute_id: UUID, project_id: UUID, key_id: UUID) -> bool:
    """Whether a project has, or had, this key."""
    found: bool = await fetch_value(
        conn,
        "select exists (select from api_keys where institute_id = %s and project_id = %s and id = %s)",
        [institute_id, project_id, key_id],
    )
    return found


async def list_versions(conn: Conn, institute_id: UUID, memory_id: UUID) -> list[Version]:
    """What stood there before, newest first."""
    return await fetch_all(
        conn,
        Version,
        """select v.number, v.kind, v.text, v.tags, v.links, v.written_by, w.name as written_by_name,
                  v.written_key_id, v.written_at
             from memory_versions v
             left join memberships w on w.institute_id = %(institute)s and w.user_id = v.written_by
            where v.institute_id = %(institute)s and v.memory_id = %(id)s order by v.number desc""",
        {"institute": institute_id, "id": memory_id},
    )


async def find_by_text(conn: Conn, institute_id: UUID, project_id: UUID, text_hash: bytes) -> UUID | None:
    """The oldest memory of the project that says the same."""
    found: UUID | None = await fetch_value(
        conn,
        """select id from memories where institute_id = %s and project_id = %s and text_hash = %s
            order by created_at, id limit 1""",
        [institute_id, project_id, text_hash],
    )
    return found


@dataclass(frozen=True)
class KeptAlready:
    """What of an import a project has: by id, and the texts of all it has."""

    by_id: dict[UUID, Draft]
    hashes: set[bytes]


async def find_kept(
    conn: Conn, institute_id: UUID, project_id: UUID, ids: Sequence[UUID], hashes: Sequence[bytes]
) -> KeptAlready:
    cursor = await conn.execute(
        """select id, kind, text, tags, text_hash from memories
            where institute_id = %s and project_id = %s and (id = any(%s) or text_hash = any(%s))""",
        [institute_id, project_id, list(ids), list(hashes)],
    )
    rows = await cursor.fetchall()
    drafts = {row[0]: Draft(row[1], row[2], tuple(row[3])) for row in rows}
    return KeptAlready(drafts, {bytes(row[4]) for row in rows})


async def list_after(
    conn: Conn, institute_id: UUID, project_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> list[Memory]:
    """Oldest first: what is written meanwhile comes at the end."""
    at, last = after or (None, None)
    return await fetch_all(
        conn,
        Memory,
        f"""select {MEMORY} from {FROM}
             where m.institute_id = %(institute)s and m.project_id = %(project)s
               and (%(at)s::timestamptz is null or (m.created_at, m.id) > (%(at)s, %(last)s))
             order by m.created_at, m.id limit %(limit)s""",
        {"institute": institute_id, "project": project_id, "at": at, "last": last, "limit": limit},
    )


async def resolve_links(conn: Conn, institute_id: UUID, wanted: Sequence[Links]) -> list[Links]:
    """What of each is there and seen by the caller, in the same order; a question brings its template."""
    rows = [{"n": n, **{k: v and str(v) for k, v in asdict(links).items()}} for n, links in enumerate(wanted)]
    return await fetch_all(
        conn,
        Links,
        f"""select t.id as template_id, case when t.id is not null then q.id end as question_id,
                   case when t.id is not null then s.id end as script_id, c.id as class_id
              from jsonb_to_recordset(%(rows)s) as l
                   (n int, template_id uuid, question_id uuid, script_id uuid, class_id uuid)
              left join exam_questions q on q.institute_id = %(institute)s and q.id = l.question_id
              left join exam_templates t on t.institute_id = %(institute)s
                   and t.id = coalesce(q.template_id, l.template_id) and {VISIBLE}
              left join scripts s on s.institute_id = %(institute)s and s.id = l.script_id
                   and q.id is not null
              left join classes c on c.institute_id = %(institute)s and c.id = l.class_id
             order by l.n""",
        {"institute": institute_id, "rows": Jsonb(rows)},
    )


async def get_stats(conn: Conn, institute_id: UUID, project_id: UUID, model: str | None) -> Stats:
    """In one statement; `model` is the one whose vectors count."""
    found = await fetch_one(
        conn,
        Stats,
        """with mine as materialized (
             select id, kind, tags, approval, author_id, key_id, updated_at from memories
              where institute_id = %(institute)s and project_id = %(project)s),
           authors as (
             select m.author_id, a.name, m.key_id, k.name as key_name, count(*) as count from mine m
               left join memberships a on a.institute_id = %(institute)s and a.user_id = m.author_id
               left join api_keys k on k.institute_id = %(institute)s and k.id = m.key_id
              group by 1, 2, 3, 4 order by 5 desc, 1, 3 limit 30)
           select (select count(*) from mine) as total,
                  (select count(*) from mine where approval = 'pending') as pending,
                  (select coalesce(json_object_agg(kind, n), '{}') from (
                     select kind, count(*) as n from mine group by kind) x) as by_kind,
                  (select coalesce(json_object_agg(tag, n order by n desc, tag), '{}') from (
                     select tag, count(*) as n from mine, unnest(tags) tag
                      group by tag order by n desc, tag limit 30) x) as by_tag,
                  (select coalesce(json_agg(authors), '[]') from authors) as by_author,
                  (select count(*) from mine) - (select count(*) from memory_vectors
                    where institute_id = %(institute)s and project_id = %(project)s
                      and model = %(model)s) as without_vector,
                  %(model)s::text as model, (select max(updated_at) from mine) as last_written_at""",
        {"institute": institute_id, "project": project_id, "model": model},
    )
    assert found is not None
    return found


@dataclass(frozen=True)
class Unembedded:
    """A text without a vector of the model; `updated_at` tells whether it changed meanwhile."""

    id: UUID
    text: str
    tags: list[str]
    updated_at: datetime


async def list_unembedded(
    conn: Conn, institute_id: UUID, project_id: UUID, model: str, limit: int
) -> list[Unembedded]:
    """Memories that the model has not seen as they are, newest first."""
    return await fetch_all(
        conn,
        Unembedded,
        """select m.id, m.text, m.tags, m.updated_at from memories m
            where m.institute_id = %(institute)s and m.project_id = %(project)s
              and not exists (
                select from memory_vectors v where v.institute_id = %(institute)s
                   and v.project_id = %(project)s and v.memory_id = m.id and v.model = %(model)s)
            order by m.created_at desc, m.id limit %(limit)s""",
        {"institute": institute_id, "project": project_id, "model": model, "limit": limit},
    )
