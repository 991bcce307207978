from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, ValidationError

from markroom.exam_templates.errors import UnknownProject
from markroom.kit.access import EntranceOf, InInstitute, requires
from markroom.kit.actor import permit
from markroom.kit.http import router
from markroom.kit.limits import limited
from markroom.kit.paging import BadCursor, PageQuery, paged
from markroom.kit.versions import IfMatch, check_version, read_version, require_version, set_etag
from markroom.memories import actions, reads
from markroom.memories.bodies import (
    MemoryBody,
    MemoryPatch,
    RollBackBody,
    SearchBody,
    UndoBody,
    found_json,
    memory_json,
    similar_json,
    version_json,
)
from markroom.memories.embedding import Vector, embed_query, embedded_text
from markroom.memories.errors import BadTags, NothingToChange
from markroom.memories.model import (
    MEMORIES_APPROVE,
    MEMORIES_ROLL_BACK,
    MEMORIES_SEARCH,
    MEMORIES_WRITE,
    Filters,
    Kind,
    Links,
    Memory,
    ProjectRights,
    clean_tags,
)

routes = router("/api/memories", tags=["memories"])
project_routes = router("/api/projects/{project_id:uuid}/memories", tags=["memories"])
LIMITED = [limited("memory_write")]


async def seen_memory(memory_id: UUID, caller: InInstitute) -> Memory:
    return await reads.get_memory(caller.conn, caller.actor.institute, memory_id)


async def writable_memory(memory_id: UUID, caller: InInstitute, if_match: IfMatch = None) -> Memory:
    memory = await actions.lock_writable(caller.conn, caller.actor, memory_id)
    check_version(read_version(if_match), memory.version, memory_json(memory))
    return memory


async def changeable_memory(memory_id: UUID, caller: InInstitute, if_match: IfMatch = None) -> Memory:
    memory = await actions.lock_changeable(caller.conn, caller.actor, memory_id)
    check_version(read_version(if_match), memory.version, memory_json(memory))
    return memory


async def named_in_body(request: Request) -> UUID | None:
    """The project a body names, before the rest of it is judged. Raises UnknownProject for what is no id."""
    body = await request.json()
    try:
        return UUID(str(body["project_id"])) if isinstance(body, dict) and body.get("project_id") else None
    except ValueError as error:
        raise UnknownProject from error


NamedInBody = Annotated[UUID | None, Depends(named_in_body)]


async def meaning_of_body(request: Request, entrance: EntranceOf, project_id: NamedInBody) -> Vector | None:
    """What the text means, worked out for somebody who may write it, before the request's transaction is
    open; None for what is no memory, which is said later."""
    async with entrance.transaction() as caller:
        await actions.get_writable(caller.conn, caller.actor, project_id)
    try:
        draft = MemoryBody.model_validate(await request.json()).to_draft()
    except (ValidationError, BadTags):
        return None
    return await embed_query(embedded_text(draft.text, draft.tags))


async def writable_project(caller: InInstitute, project_id: NamedInBody) -> ProjectRights:
    return await actions.get_writable(caller.conn, caller.actor, project_id)


async def searched_project(entrance: EntranceOf, project_id: NamedInBody) -> ProjectRights:
    """Its transaction is over before the query is embedded."""
    async with entrance.transaction() as caller:
        permit(caller.actor, MEMORIES_SEARCH)
        return await actions.get_rights(caller.conn, caller.actor, project_id)


async def named_project(caller: InInstitute, project_id: UUID | None = None) -> ProjectRights:
    return await actions.get_rights(caller.conn, caller.actor, project_id)


for gate in (writable_memory, changeable_memory, meaning_of_body, writable_project):
    setattr(gate, "permission", MEMORIES_WRITE)  # noqa: B010 - functions have no such attribute by type
searched_project.permission = MEMORIES_SEARCH  # type: ignore[attr-defined]
SeenMemory = Annotated[Memory, Depends(seen_memory)]
WritableMemory = Annotated[Memory, Depends(writable_memory)]
ChangeableMemory = Annotated[Memory, Depends(changeable_memory)]
MeaningOfBody = Annotated[Vector | None, Depends(meaning_of_body)]
WritableProject = Annotated[ProjectRights, Depends(writable_project)]
SearchedProject = Annotated[ProjectRights, Depends(searched_project)]
NamedProject = Annotated[ProjectRights, Depends(named_project)]


def list_filters(
    tag: Annotated[list[str] | None, Query(max_length=20)] = None,
    kind: Annotated[list[Kind] | None, Query(max_length=5)] = None,
    author_id: UUID | None = None,
    key_id: UUID | None = None,
    template_id: UUID | None = None,
    question_id: UUID | None = None,
    script_id: UUID | None = None,
    class_id: UUID | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    approval: Literal["approved", "pending", "any"] = "any",
) -> Filters:
    links = Links(template_id, question_id, script_id, class_id)
    tags = clean_tags(tag or ())
    return Filters(tags, tuple(kind or ()), author_id, key_id, links, since, until, approval)


@routes.post("", status_code=201, dependencies=LIMITED)
async def keep_memory(
    vector: MeaningOfBody, caller: InInstitute, project: WritableProject, body: MemoryBody
) -> Response:
    draft = body.to_draft()
    kept = await actions.keep(
        caller.conn,
        caller.actor,
        project,
        draft,
        vector,
        allow_duplicate=body.allow_duplicate,
        dry_run=body.dry_run,
    )
    similar = {"duplicate_of": kept.duplicate_of, "similar": [similar_json(s) for s in kept.similar]}
    if kept.memory_id is None:
        return JSONResponse(jsonable_encoder(similar))
    return await _answer(caller, kept.memory_id, 201, similar)


async def _answer(
    caller: InInstitute, memory_id: UUID, status: int = 200, more: dict[str, Any] | None = None
) -> Response:
    memory = await reads.get_memory(caller.conn, caller.actor.institute, memory_id)
    answer = JSONResponse(jsonable_encoder(memory_json(memory) | (more or {})), status)
    set_etag(answer, memory.version)
    return answer


@routes.get("")
async def list_memories(
    caller: InInstitute,
    project: NamedProject,
    page: PageQuery,
    wanted: Annotated[Filters, Depends(list_filters)],
) -> dict[str, Any]:
    institute, conn = caller.actor.institute, caller.conn
    after = _read_place(page.after)
    rows = await reads.list_memories(conn, institute, project.project_id, wanted, after, page.limit + 1)
    total = await reads.count_memories(conn, institute, project.project_id, wanted)
    shown = paged(rows, total, page, lambda memory: [memory.created_at, memory.id])
    memories = [memory_json(memory) for memory in shown.rows]
    return {"memories": memories, "total": total, "next_cursor": shown.next_cursor}


def _read_place(after: Any) -> tuple[datetime, UUID] | None:
    if after is None:
        return None
    try:
        at, memory_id = after
        return datetime.fromisoformat(at), UUID(memory_id)
    except (TypeError, ValueError, AttributeError) as error:
        raise BadCursor from error


@routes.get("/stats")
async def get_stats(caller: InInstitute, project: NamedProject) -> dict[str, Any]:
    return dict(vars(await actions.read_stats(caller.conn, caller.actor, project)))


@routes.post("/search", dependencies=[limited("memory_search")])
async def search_memories(entrance: EntranceOf, project: SearchedProject, body: SearchBody) -> dict[str, Any]:
    vector = await embed_query(body.query)
    async with entrance.transaction() as caller:  # rights may have ended meanwhile
        rights = await actions.get_rights(caller.conn, caller.actor, project.project_id)
        filters = body.filters.to_filters()
        found = await actions.search(
            caller.conn, caller.actor, rights, body.query, filters, body.limit, vector
        )
    return found_json(found)


@routes.get("/{memory_id:uuid}")
async def get_memory(memory: SeenMemory, response: Response) -> dict[str, Any]:
    set_etag(response, memory.version)
    return memory_json(memory)


@routes.patch("/{memory_id:uuid}", dependencies=LIMITED)
async def change_memory(caller: InInstitute, memory: ChangeableMemory, body: MemoryPatch) -> Response:
    if not body.model_fields_set:
        raise NothingToChange
    await actions.change(caller.conn, caller.actor, memory, body.apply_to(memory))
    return await _answer(caller, memory.id)


@routes.delete("/{memory_id:uuid}")
async def delete_memory(caller: InInstitute, memory: WritableMemory) -> dict[str, Any]:
    await actions.delete(caller.conn, caller.actor, memory)
    return {"status": "deleted", "id": memory.id}


@routes.get("/{memory_id:uuid}/history")
async def get_history(caller: InInstitute, memory: SeenMemory) -> dict[str, Any]:
    versions = await reads.list_versions(caller.conn, caller.actor.institute, memory.id)
    return {
        "memory": memory_json(memory),
        "versions": [version_json(v) for v in versions],
        "total": len(versions),
    }


@routes.post("/{memory_id:uuid}/undo", dependencies=LIMITED)
async def undo_change(
    caller: InInstitute, memory: ChangeableMemory, body: UndoBody | None = None
) -> Response:
    await actions.undo(caller.conn, caller.actor, memory, body.version if body else None)
    return await _answer(caller, memory.id)


@routes.post("/{memory_id:uuid}/approve", dependencies=[requires(MEMORIES_APPROVE)])
async def approve_memory(caller: InInstitute, memory: ChangeableMemory, if_match: IfMatch = None) -> Response:
    """What is approved is what was read: a key may have changed it since."""
    require_version(if_match)
    await actions.approve(caller.conn, caller.actor, memory)
    return await _answer(caller, memory.id)


async def managed_project(project_id: UUID, caller: InInstitute) -> ProjectRights:
    return await actions.get_managed(caller.conn, caller.actor, project_id)


managed_project.permission = MEMORIES_ROLL_BACK  # type: ignore[attr-defined]
ManagedProject = Annotated[ProjectRights, Depends(managed_project)]


@project_routes.post("/rollback")
async def roll_back(caller: InInstitute, project: ManagedProject, body: RollBackBody) -> dict[str, Any]:
    done = await actions.roll_back(caller.conn, caller.actor, project, body.key_id, body.since)
    return dict(vars(done))


@project_routes.post("/embed", status_code=202)
async def start_embedding(caller: InInstitute, project: ManagedProject) -> dict[str, Any]:
    """Has the worker make the vectors that are missing or were made by another model."""
    return {"job": await actions.start_embedding(caller.conn, caller.actor, project.project_id)}
