from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Request
from pydantic import AfterValidator, AwareDatetime, Field, StrictInt

from markroom.kit.access import InInstitute
from markroom.kit.http import Body, router
from markroom.kit.paging import PageQuery, paged
from markroom.projects.keys import actions, reads
from markroom.projects.keys.model import (
    LONGEST_OVERLAP_HOURS,
    MANAGE_KEYS,
    OVERLAP_HOURS,
    Key,
    order_scopes,
)

routes = router("/api/projects/{project_id:uuid}/keys", tags=["keys"])
Scope = Literal["read", "write", "manage"]


def _tidy(name: str) -> str:
    tidied = " ".join(name.split())
    if not tidied or not tidied.isprintable():
        raise ValueError("must be a plain text")
    return tidied


def _with_read(scopes: set[Scope]) -> set[Scope]:
    if "read" not in scopes:
        raise ValueError("every key reads: name “read” too")
    return scopes


class KeyBody(Body):
    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_tidy)]
    scopes: Annotated[set[Scope], AfterValidator(_with_read)]
    expires_at: AwareDatetime | None = None


class RotateBody(Body):
    overlap_hours: Annotated[StrictInt, Field(ge=0, le=LONGEST_OVERLAP_HOURS)] = OVERLAP_HOURS


@dataclass(frozen=True)
class KeyPlace:
    """A project and the scopes the caller could give there."""

    project_id: UUID
    rights: frozenset[str]


async def key_place(project_id: UUID, caller: InInstitute) -> KeyPlace:
    return KeyPlace(project_id, await actions.get_rights(caller.conn, caller.actor, project_id))


async def own_key(key_id: UUID, caller: InInstitute, place: Annotated[KeyPlace, Depends(key_place)]) -> Key:
    return await actions.get_own_key(caller.conn, caller.actor, place.project_id, key_id, place.rights)


for gate in (key_place, own_key):
    setattr(gate, "permission", MANAGE_KEYS)  # noqa: B010 - read by the walk over the routes

Place = Annotated[KeyPlace, Depends(key_place)]
OwnKey = Annotated[Key, Depends(own_key)]


def key_json(key: Key) -> dict[str, Any]:
    return vars(key) | {"scopes": order_scopes(key.scopes)}


@routes.post("", status_code=201)
async def create_key(request: Request, caller: InInstitute, place: Place, body: KeyBody) -> dict[str, Any]:
    """A key that acts for the caller in this project. `secret` is shown this once."""
    request.state.answer_is_secret = True
    text, key = await actions.create_key(
        caller.conn, caller.actor, request.app.state.secret, place.project_id,
        name=body.name, scopes=body.scopes, expires_at=body.expires_at,
    )  # fmt: skip
    return key_json(key) | {"secret": text}


@routes.get("")
async def list_keys(caller: InInstitute, place: Place, page: PageQuery) -> dict[str, Any]:
    """The caller's keys, and for an admin of the project everybody's; newest first, ended ones too."""
    conn, institute = caller.conn, caller.actor.institute
    whose = None if "manage" in place.rights else caller.actor.user_id
    rows = await reads.list_keys(conn, institute, place.project_id, whose, page.after, page.limit + 1)
    total = await reads.count_keys(conn, institute, place.project_id, whose)
    shown = paged(rows, total, page, lambda key: key.id)
    return {
        "keys": [key_json(key) for key in shown.rows],
        "total_count": shown.total,
        "next_cursor": shown.next_cursor,
    }


@routes.get("/{key_id:uuid}")
async def get_key(key: OwnKey) -> dict[str, Any]:
    return key_json(key)


@routes.post("/{key_id:uuid}/rotate", status_code=201)
async def rotate_key(
    request: Request, caller: InInstitute, key: OwnKey, body: RotateBody | None = None
) -> dict[str, Any]:
    """A successor, shown this once; the old key works on for `overlap_hours`."""
    request.state.answer_is_secret = True
    hours = (body or RotateBody()).overlap_hours
    text, successor = await actions.rotate_key(
        caller.conn, caller.actor, request.app.state.secret, key, hours
    )
    return key_json(successor) | {"secret": text}


@routes.delete("/{key_id:uuid}")
async def revoke_key(caller: InInstitute, key: OwnKey) -> dict[str, Any]:
    """Ends a key at once: its next call is refused."""
    await actions.revoke_key(caller.conn, caller.actor, key)
    return {"status": "revoked", "id": key.id}
