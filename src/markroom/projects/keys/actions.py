from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from markroom.institutes.reads import hold_institute
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.projects.actions import lock_seen
from markroom.projects.keys import reads, writes
from markroom.projects.keys.model import (
    MANAGE_KEYS,
    MOST_KEYS,
    SHOWN_CHARACTERS,
    ExpiryPast,
    Key,
    KeyCreated,
    KeyEnded,
    KeyNeedsMember,
    KeyNotFound,
    KeyRevoked,
    KeyRotated,
    NotKeysPerson,
    ScopesAboveOwn,
    TooManyKeys,
    hash_key,
    list_rights,
    make_key,
    order_scopes,
)
from markroom.projects.membership import refuse_archived
from markroom.projects.model import ProjectNotFound
from markroom.projects.reads import get_project


async def get_rights(conn: Conn, actor: Actor, project_id: UUID) -> frozenset[str]:
    """The scopes a person could give in a project. Raises ProjectNotFound, NotProjectMember."""
    project = await get_project(conn, actor, project_id)
    permit(actor, MANAGE_KEYS)
    if not project.permissions.can_read:  # deleted
        raise ProjectNotFound
    return list_rights(project.permissions)


async def get_own_key(
    conn: Conn, actor: Actor, project_id: UUID, key_id: UUID, rights: Collection[str]
) -> Key:
    """A key the caller may end: their own, or any as an admin of the project. Raises KeyNotFound, also for
    what is not theirs to see."""
    key = await reads.get_key(conn, actor.institute, project_id, key_id)
    if key.user_id != actor.user_id and "manage" not in rights:
        raise KeyNotFound
    return key


async def create_key(
    conn: Conn,
    actor: Actor,
    secret: bytes,
    project_id: UUID,
    *,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None = None,
) -> tuple[str, Key]:
    """A key of the caller's own, as text this one time. Raises ScopesAboveOwn, ExpiryPast, KeyNeedsMember,
    TooManyKeys, ProjectPutAway."""
    actor, rights = await _lock_rights(conn, actor, project_id)
    if not set(scopes) <= rights:
        raise ScopesAboveOwn
    if actor.role == "platform_admin":
        raise KeyNeedsMember
    if expires_at is not None and expires_at <= datetime.now(UTC):
        raise ExpiryPast
    working, _ = await reads.count_live_keys(conn, actor.institute, project_id, actor.user_id)
    if working >= MOST_KEYS:
        raise TooManyKeys
    text, key = await _insert_key(conn, actor, secret, project_id, name, scopes, expires_at)
    facts = {"project_id": str(project_id), "scopes": key.scopes}
    await emit(conn, KeyCreated(institute_id=actor.institute, subject_id=key.id, facts=facts))
    return text, key


async def _lock_rights(conn: Conn, actor: Actor, project_id: UUID) -> tuple[Actor, frozenset[str]]:
    """What the caller could give, which cannot end before the transaction does: whoever ends it then ends
    the new key too."""
    await hold_institute(conn, actor.institute)
    actor, project = await lock_seen(conn, actor, project_id)
    rights = await get_rights(conn, actor, project_id)
    refuse_archived(project)
    return actor, rights


async def _insert_key(
    conn: Conn,
    actor: Actor,
    secret: bytes,
    project_id: UUID,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None,
) -> tuple[str, Key]:
    text = make_key()
    key_id = await writes.insert_key(
        conn,
        actor.institute,
        project_id,
        actor.user_id,
        name=name,
        prefix=text[:SHOWN_CHARACTERS],
        key_hash=hash_key(secret, text),
        scopes=order_scopes(scopes),
        expires_at=expires_at,
    )
    return text, await reads.get_key(conn, actor.institute, project_id, key_id)


async def rotate_key(
    conn: Conn, actor: Actor, secret: bytes, key: Key, overlap_hours: int
) -> tuple[str, Key]:
    """A successor with the same name and as much of the scopes as its person still has; its life is as long.
    The old key works on for the overlap.

    Locks the key. Raises NotKeysPerson, KeyEnded, TooManyKeys, ProjectPutAway.
    """
    if key.user_id != actor.user_id:
        raise NotKeysPerson
    actor, rights = await _lock_rights(conn, actor, key.project_id)
    await writes.lock_key(conn, actor.institute, key.id)
    key = await reads.get_key(conn, actor.institute, key.project_id, key.id)
    if key.state != "active" or key.successor_id is not None:
        raise KeyEnded
    _, ending = await reads.count_live_keys(conn, actor.institute, key.project_id, actor.user_id)
    if ending >= MOST_KEYS:
        raise TooManyKeys
    expires_at = datetime.now(UTC) + key.life if key.life else None
    text, successor = await _insert_key(
        conn, actor, secret, key.project_id, key.name, rights.intersection(key.scopes), expires_at
    )
    await writes.succeed_key(conn, actor.institute, key.id, successor.id, timedelta(hours=overlap_hours))
    facts = {
        "project_id": str(key.project_id),
        "successor_id": str(successor.id),
        "overlap_hours": overlap_hours,
    }
    await emit(conn, KeyRotated(institute_id=actor.institute, subject_id=key.id, facts=facts))
    return text, successor


async def revoke_key(conn: Conn, actor: Actor, key: Key) -> None:
    """Ends a key at once; again changes nothing."""
    if await writes.deactivate_key(conn, actor.institute, key.id, actor.user_id):
        facts = {"project_id": str(key.project_id)}
        await emit(conn, KeyRevoked(institute_id=actor.institute, subject_id=key.id, facts=facts))
