from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.actor import Actor
from markroom.kit.db import Conn, execute, fetch_all, fetch_value
from markroom.memories.embedding import Vectors, to_text
from markroom.memories.model import Draft, Imported, Memory, hash_text, link_ids, read_links
from markroom.memories.reads import Unembedded, resolve_links


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "text": draft.text,
        "text_hash": hash_text(draft.text),
        "tags": list(draft.tags),
        **asdict(draft.links),
    }


async def insert_memory(
    conn: Conn, actor: Actor, project_id: UUID, draft: Draft, *, is_duplicate: bool
) -> UUID | None:
    """None where another with this text is there and this is not said to be a duplicate."""
    pending = actor.key_id is not None
    made: UUID | None = await fetch_value(
        conn,
        """insert into memories (institute_id, project_id, kind, text, text_hash, is_duplicate, tags,
             template_id, question_id, script_id, class_id, approval, author_id, key_id, written_by,
             written_key_id)
           values (%(institute)s, %(project)s, %(kind)s, %(text)s, %(text_hash)s, %(is_duplicate)s, %(tags)s,
             %(template_id)s, %(question_id)s, %(script_id)s, %(class_id)s, %(approval)s, %(user)s, %(key)s,
             %(user)s, %(key)s)
           on conflict (institute_id, project_id, text_hash) where not is_duplicate do nothing
           returning id""",
        {
            **_columns(draft),
            "institute": actor.institute,
            "project": project_id,
            "is_duplicate": is_duplicate,
            "approval": "pending" if pending else "approved",
            "user": actor.user_id,
            "key": actor.key_id,
        },
    )
    return made


async def insert_imported(conn: Conn, actor: Actor, project_id: UUID, imported: Sequence[Imported]) -> int:
    """Those that nobody kept meanwhile; how many they are."""
    rows = [
        {
            "id": str(each.id),
            "kind": each.draft.kind,
            "text": each.draft.text,
            "hash": hash_text(each.draft.text).hex(),
            "is_duplicate": each.is_duplicate,
            "tags": each.draft.tags,
            "approval": each.approval,
            **link_ids(each.draft.links),
        }
        for each in imported
    ]
    return await execute(
        conn,
        """insert into memories (institute_id, id, project_id, kind, text, text_hash, is_duplicate, tags,
             template_id, question_id, script_id, class_id, approval, author_id, written_by)
           select %(institute)s, id, %(project)s, kind, text, decode(hash, 'hex'), is_duplicate, tags,
                  template_id, question_id, script_id, class_id, approval, %(user)s, %(user)s
             from jsonb_to_recordset(%(rows)s) as r (id uuid, kind text, text text, hash text,
                  is_duplicate boolean, tags text[], template_id uuid, question_id uuid, script_id uuid,
                  class_id uuid, approval text)
           on conflict do nothing""",
        {"institute": actor.institute, "project": project_id, "user": actor.user_id, "rows": Jsonb(rows)},
    )


async def lock_memory(conn: Conn, institute_id: UUID, memory_id: UUID) -> int | None:
    """Locks a memory the caller may change and returns its version."""
    version: int | None = await fetch_value(
        conn,
        "select version from memories where institute_id = %s and id = %s for update",
        [institute_id, memory_id],
    )
    return version


async def keep_versions(conn: Conn, institute_id: UUID, project_id: UUID, ids: Sequence[UUID]) -> None:
    """Keeps what stands in these memories now, as it is about to be written over."""
    await execute(
        conn,
        """insert into memory_versions (institute_id, memory_id, number, project_id, kind, text, tags,
             links, written_by, written_key_id, written_at)
           select institute_id, id, version, project_id, kind, text, tags, jsonb_build_object(
                    'template_id', template_id, 'question_id', question_id, 'script_id', script_id,
                    'class_id', class_id),
                  written_by, written_key_id, updated_at
             from memories where institute_id = %s and project_id = %s and id = any(%s)""",
        [institute_id, project_id, list(ids)],
    )


async def delete_vectors(conn: Conn, institute_id: UUID, project_id: UUID, ids: Sequence[UUID]) -> None:
    await execute(
        conn,
        "delete from memory_vectors where institute_id = %s and project_id = %s and memory_id = any(%s)",
        [institute_id, project_id, list(ids)],
    )


async def update_memory(conn: Conn, actor: Actor, memory: Memory, draft: Draft) -> None:
    """Keeps what stands there as a version and writes the draft over it. A new text loses its vector."""
    await keep_versions(conn, actor.institute, memory.project_id, [memory.id])
    await execute(
        conn,
        """update memories set kind = %(kind)s, text = %(text)s, text_hash = %(text_hash)s, tags = %(tags)s,
             template_id = %(template_id)s, question_id = %(question_id)s, script_id = %(script_id)s,
             class_id = %(class_id)s, written_by = %(user)s, written_key_id = %(key)s, updated_at = now(),
             version = version + 1, is_duplicate = is_duplicate or exists (
               select from memories o where o.institute_id = %(institute)s and o.project_id = %(project)s
                  and o.text_hash = %(text_hash)s and o.id <> %(id)s)
           where institute_id = %(institute)s and id = %(id)s""",
        {
            **_columns(draft),
            "institute": actor.institute,
            "id": memory.id,
            "project": memory.project_id,
            "user": actor.user_id,
            "key": actor.key_id,
        },
    )
    if (draft.text, draft.tags) != (memory.text, tuple(memory.tags)):
        await delete_vectors(conn, actor.institute, memory.project_id, [memory.id])


async def approve_memory(conn: Conn, institute_id: UUID, memory_id: UUID, user_id: UUID) -> int:
    return await execute(
        conn,
        """update memories set approval = 'approved', approved_by = %s, approved_at = now(),
             version = version + 1
           where institute_id = %s and id = %s and approval = 'pending'""",
        [user_id, institute_id, memory_id],
    )


async def delete_all(conn: Conn, institute_id: UUID, project_id: UUID) -> None:
    """Everything a project keeps."""
    for table in ("memory_vectors", "memory_versions", "memories"):
        await execute(
            conn,
            f"delete from {table} where institute_id = %s and project_id = %s",
            [institute_id, project_id],
        )


@dataclass(frozen=True)
class Written:
    """What a key wrote. `is_keys_own`: what stands there is still the key's; `is_new`: made since."""

    id: UUID
    is_keys_own: bool
    is_new: bool


async def lock_written_by_key(
    conn: Conn, institute_id: UUID, project_id: UUID, key_id: UUID, since: datetime | None
) -> list[Written]:
    """What a key made or changed since then, locked."""
    return await fetch_all(
        conn,
        Written,
        """select id, written_key_id is not distinct from %(key)s as is_keys_own,
                  %(since)s::timestamptz is null or created_at >= %(since)s as is_new
             from memories
            where institute_id = %(institute)s and project_id = %(project)s and key_id = %(key)s
              and (%(since)s::timestamptz is null or updated_at >= %(since)s)
            order by id for update""",
        {"institute": institute_id, "project": project_id, "key": key_id, "since": since},
    )


async def _list_as_stood(
    conn: Conn, institute_id: UUID, ids: Sequence[UUID], moment: datetime
) -> list[Stood]:
    return await fetch_all(
        conn,
        Stood,
        """select distinct on (v.memory_id) v.memory_id as id, v.kind, v.text, v.tags, v.links,
                  n.links as links_now
             from memory_versions v
             join memories m on m.institute_id = v.institute_id and m.id = v.memory_id
             join memory_versions n on n.institute_id = m.institute_id and n.memory_id = m.id
              and n.number = m.version
            where v.institute_id = %s and v.memory_id = any(%s) and v.written_at < %s
            order by v.memory_id, v.number desc""",
        [institute_id, list(ids), moment],
    )


async def revert_memories(
    conn: Conn, actor: Actor, project_id: UUID, ids: Sequence[UUID], moment: datetime
) -> None:
    """Brings back text, kind, tags and links as they stood at a moment; a link that was changed since only
    to what is there and seen by the caller."""
    await keep_versions(conn, actor.institute, project_id, ids)
    reverted = await _list_as_stood(conn, actor.institute, ids, moment)
    seen = await resolve_links(conn, actor.institute, [read_links(stood.links) for stood in reverted])
    rows = [
        {
            "id": str(stood.id),
            "kind": stood.kind,
            "text": stood.text,
            "hash": hash_text(stood.text).hex(),
            "tags": stood.tags,
            **(stood.links if stood.links == stood.links_now else link_ids(links)),
        }
        for stood, links in zip(reverted, seen, strict=True)
    ]
    await execute(
        conn,
        """update memories m set kind = r.kind, text = r.text, text_hash = decode(r.hash, 'hex'),
             is_duplicate = true, tags = r.tags, template_id = r.template_id, question_id = r.question_id,
             script_id = r.script_id, class_id = r.class_id, written_by = %s, written_key_id = null,
             updated_at = now(), version = version + 1
            from jsonb_to_recordset(%s) as r (id uuid, kind text, text text, hash text, tags text[],
                 template_id uuid, question_id uuid, script_id uuid, class_id uuid)
           where m.institute_id = %s and m.project_id = %s and m.id = r.id""",
        [actor.user_id, Jsonb(rows), actor.institute, project_id],
    )
    await delete_vectors(conn, actor.institute, project_id, ids)


@dataclass(frozen=True)
class Stood:
    """What a memory said once, and what it is linked to now."""

    id: UUID
    kind: str
    text: str
    tags: list[str]
    links: dict[str, str | None]
    links_now: dict[str, str | None]


async def delete_memories(conn: Conn, institute_id: UUID, project_id: UUID, ids: Sequence[UUID]) -> int:
    """With their vectors and histories."""
    await delete_vectors(conn, institute_id, project_id, ids)
    place = [institute_id, project_id, list(ids)]
    await execute(
        conn,
        "delete from memory_versions where institute_id = %s and project_id = %s and memory_id = any(%s)",
        place,
    )
    return await execute(
        conn, "delete from memories where institute_id = %s and project_id = %s and id = any(%s)", place
    )


async def put_vectors(
    conn: Conn,
    institute_id: UUID,
    project_id: UUID,
    model: str,
    texts: Sequence[Unembedded],
    vectors: Vectors,
) -> int:
    """Keeps the vectors of texts that still stand as they were embedded. By the worker alone."""
    rows = [
        {"id": str(text.id), "at": text.updated_at.isoformat(), "embedding": to_text(vector)}
        for text, vector in zip(texts, vectors, strict=True)
    ]
    return await execute(
        conn,
        """insert into memory_vectors (institute_id, project_id, memory_id, approval, model, dimension,
             embedding)
           select m.institute_id, m.project_id, m.id, m.approval, %(model)s, %(dimension)s,
                  r.embedding::vector
             from jsonb_to_recordset(%(rows)s) as r (id uuid, at timestamptz, embedding text)
             join memories m on m.institute_id = %(institute)s and m.project_id = %(project)s
              and m.id = r.id and m.updated_at = r.at
           for key share of m
           on conflict (institute_id, project_id, memory_id) do update set model = excluded.model,
             dimension = excluded.dimension, embedding = excluded.embedding""",
        {
            "institute": institute_id,
            "project": project_id,
            "model": model,
            "dimension": vectors.shape[1],
            "rows": Jsonb(rows),
        },
    )
