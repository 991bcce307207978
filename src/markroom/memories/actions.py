"""Keep, change, approve, delete and find what a team knows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from markroom.exam_templates.errors import UnknownProject
from markroom.jobs.queue import start_job
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.kit.http import run_blocking
from markroom.kit.versions import check_version
from markroom.memories import reads, writes
from markroom.memories.embedding import Vector, load_embedder
from markroom.memories.errors import (
    AlreadyKept,
    LinkNotFound,
    NothingToUndo,
    NotProjectAdmin,
    NotProjectEditor,
    NotTheKeysOwn,
    ProjectMissing,
    VersionNotFound,
)
from markroom.memories.model import (
    Draft,
    Filters,
    Found,
    Kept,
    Links,
    MemoriesRolledBack,
    Memory,
    MemoryApproved,
    MemoryChanged,
    MemoryDeleted,
    MemoryKept,
    ProjectRights,
    RolledBack,
    Similar,
    Stats,
    hash_text,
    read_links,
)
from markroom.memories.search.model import explain, fuse
from markroom.memories.search.reads import list_candidates, list_similar
from markroom.projects.keys.model import KeyNotFound
from markroom.projects.model import ProjectPutAway

EVERYTHING = Filters()
WORDS_ONLY = "The model that compares meaning is not available here: only words were compared."


async def get_rights(conn: Conn, actor: Actor, project_id: UUID | None) -> ProjectRights:
    """What the caller may in the project they name, or their key's. Raises ProjectMissing, UnknownProject."""
    wanted = project_id or actor.project_id
    if wanted is None:
        raise ProjectMissing
    rights = await reads.find_rights(conn, actor.institute, wanted)
    if rights is None:
        raise UnknownProject
    return rights


async def get_writable(conn: Conn, actor: Actor, project_id: UUID | None) -> ProjectRights:
    """The same for a project the caller writes into. Raises NotProjectEditor, ProjectPutAway too."""
    rights = await get_rights(conn, actor, project_id)
    _refuse_writing(rights)
    return rights


def _refuse_writing(rights: ProjectRights) -> None:
    if not rights.may_write:
        raise NotProjectEditor
    if rights.is_archived:
        raise ProjectPutAway


async def get_managed(conn: Conn, actor: Actor, project_id: UUID) -> ProjectRights:
    """The same for a project the caller is an admin of, in person. Raises NotProjectAdmin too."""
    rights = await get_rights(conn, actor, project_id)
    if actor.key_id is not None or not rights.may_manage:
        raise NotProjectAdmin
    return rights


async def lock_writable(conn: Conn, actor: Actor, memory_id: UUID, version: int | None = None) -> Memory:
    """A memory the caller may change or delete, locked, as it is then. Raises MemoryNotFound,
    NotProjectEditor, NotTheKeysOwn, VersionStale."""
    memory = await _get_writable_memory(conn, actor, memory_id)
    if await writes.lock_memory(conn, actor.institute, memory_id) != memory.version:
        # approved meanwhile, it is closed to a key
        memory = await _get_writable_memory(conn, actor, memory_id)
    check_version(version, memory.version, memory)
    return memory


async def lock_changeable(conn: Conn, actor: Actor, memory_id: UUID, version: int | None = None) -> Memory:
    """The same of a project where something may be written: from an archived one memories are only deleted.
    Raises ProjectPutAway too."""
    memory = await lock_writable(conn, actor, memory_id, version)
    _refuse_writing(await get_rights(conn, actor, memory.project_id))
    return memory


async def _get_writable_memory(conn: Conn, actor: Actor, memory_id: UUID) -> Memory:
    memory = await reads.get_memory(conn, actor.institute, memory_id)
    if not memory.may_write:
        raise NotTheKeysOwn if actor.key_id else NotProjectEditor
    return memory


async def keep(
    conn: Conn,
    actor: Actor,
    rights: ProjectRights,
    draft: Draft,
    vector: Vector | None = None,
    *,
    allow_duplicate: bool = False,
    dry_run: bool = False,
) -> Kept:
    """Keeps a memory as it is written; pending where a key writes. Raises AlreadyKept, LinkNotFound,
    ProjectPutAway.

    With what its text means it also tells what says nearly the same. A dry run only looks.
    """
    _refuse_writing(rights)
    linked = await _check_links(conn, actor, draft)
    similar = await _list_similar(conn, actor, rights.project_id, vector)
    duplicate = await reads.find_by_text(conn, actor.institute, rights.project_id, hash_text(draft.text))
    if dry_run:
        return Kept(None, duplicate, similar)
    if duplicate and not allow_duplicate:
        raise AlreadyKept(memory_id=duplicate)
    memory_id = await writes.insert_memory(
        conn, actor, rights.project_id, linked, is_duplicate=duplicate is not None
    )
    if memory_id is None:  # somebody else kept the same text at this moment
        found = await reads.find_by_text(conn, actor.institute, rights.project_id, hash_text(draft.text))
        raise AlreadyKept(memory_id=found)
    facts = {"project_id": str(rights.project_id), "kind": draft.kind}
    await emit(conn, MemoryKept(institute_id=actor.institute, subject_id=memory_id, facts=facts))
    await start_embedding(conn, actor, rights.project_id)
    return Kept(memory_id, duplicate, [other for other in similar if other.id != duplicate])


async def _list_similar(conn: Conn, actor: Actor, project_id: UUID, vector: Vector | None) -> list[Similar]:
    return [] if vector is None else await list_similar(conn, actor.institute, project_id, vector)


async def _check_links(conn: Conn, actor: Actor, draft: Draft) -> Draft:
    if draft.links == Links():
        return draft
    (seen,) = await reads.resolve_links(conn, actor.institute, [draft.links])
    missing = [name for name, value in asdict(draft.links).items() if value and not asdict(seen)[name]]
    if missing:
        raise LinkNotFound(fields=missing)
    return Draft(draft.kind, draft.text, draft.tags, seen)


async def change(conn: Conn, actor: Actor, memory: Memory, draft: Draft) -> None:
    """Writes a draft over a locked memory; what stood there becomes its newest version. The same again
    changes nothing. Raises LinkNotFound."""
    if draft.links != memory.links:
        draft = await _check_links(conn, actor, draft)
    before, after = asdict(memory.draft), asdict(draft)
    changed = tuple(name for name in after if before[name] != after[name])
    if not changed:
        return
    await writes.update_memory(conn, actor, memory, draft)
    await emit(conn, MemoryChanged(institute_id=actor.institute, subject_id=memory.id, changed=changed))
    if {"text", "tags"} & {*changed}:
        await start_embedding(conn, actor, memory.project_id)


async def undo(conn: Conn, actor: Actor, memory: Memory, number: int | None = None) -> None:
    """Brings back what stood in a locked memory at version `number`, or just before the last change. Links
    to what is gone stay off. Raises NothingToUndo, VersionNotFound."""
    versions = await reads.list_versions(conn, actor.institute, memory.id)
    if not versions:
        raise NothingToUndo
    wanted = next((v for v in versions if number in (None, v.number)), None)
    if wanted is None:
        raise VersionNotFound
    (seen,) = await reads.resolve_links(conn, actor.institute, [read_links(wanted.links)])
    await change(conn, actor, memory, Draft(wanted.kind, wanted.text, tuple(wanted.tags), seen))


async def approve(conn: Conn, actor: Actor, memory: Memory) -> None:
    """A person takes what a key wrote into what the team knows; again changes nothing."""
    if actor.key_id is not None:
        raise NotTheKeysOwn
    if await writes.approve_memory(conn, actor.institute, memory.id, actor.user_id):
        await emit(conn, MemoryApproved(institute_id=actor.institute, subject_id=memory.id))


async def delete(conn: Conn, actor: Actor, memory: Memory) -> None:
    """Deletes a locked memory: text, vector and history are gone."""
    await writes.delete_memories(conn, actor.institute, memory.project_id, [memory.id])
    facts = {"project_id": str(memory.project_id)}
    await emit(conn, MemoryDeleted(institute_id=actor.institute, subject_id=memory.id, facts=facts))


async def search(
    conn: Conn,
    actor: Actor,
    rights: ProjectRights,
    query: str,
    filters: Filters = EVERYTHING,
    limit: int = 10,
    vector: Vector | None = None,
) -> Found:
    """The memories of a project that fit best, by words and, with what the query means, by meaning."""
    candidates = await list_candidates(conn, actor.institute, rights.project_id, query, filters, vector)
    fused = fuse(candidates, limit)
    memories = await reads.list_by_id(conn, actor.institute, [f.candidate.id for f in fused])
    hits = explain(fused, memories)
    return Found(hits, "words", WORDS_ONLY) if vector is None else Found(hits, "hybrid")


async def read_stats(conn: Conn, actor: Actor, rights: ProjectRights) -> Stats:
    """How many memories a project has, of what kinds and by whom."""
    embedder = await run_blocking(load_embedder)
    model = embedder.model if embedder else None
    return await reads.get_stats(conn, actor.institute, rights.project_id, model)


async def start_embedding(conn: Conn, actor: Actor, project_id: UUID) -> UUID:
    """Has the worker make what vectors a project lacks, also those of an earlier model."""
    return await start_job(conn, "embed_memories", actor.institute, project_id)


async def roll_back(
    conn: Conn, actor: Actor, rights: ProjectRights, key_id: UUID, since: datetime | None = None
) -> RolledBack:
    """Takes back everything a key wrote in a project, from `since` on, whoever approved it.

    What it made is deleted; of what it made before `since` the earlier text is brought back. What people have
    rewritten stays. Raises NotProjectAdmin, KeyNotFound.
    """
    if actor.key_id is not None or not rights.may_manage:
        raise NotProjectAdmin
    if not await reads.has_key(conn, actor.institute, rights.project_id, key_id):
        raise KeyNotFound
    written = await writes.lock_written_by_key(conn, actor.institute, rights.project_id, key_id, since)
    gone = [w.id for w in written if w.is_keys_own and w.is_new]
    changed = [w.id for w in written if w.is_keys_own and not w.is_new]
    kept = [w.id for w in written if not w.is_keys_own]
    if since and changed:
        await writes.revert_memories(conn, actor, rights.project_id, changed, since)
        await start_embedding(conn, actor, rights.project_id)
    await writes.delete_memories(conn, actor.institute, rights.project_id, gone)
    facts = {"key_id": str(key_id), "deleted": len(gone), "reverted": len(changed), "kept": len(kept)}
    event = MemoriesRolledBack(institute_id=actor.institute, subject_id=rights.project_id, facts=facts)
    await emit(conn, event)
    return RolledBack(len(gone), len(changed), kept)
