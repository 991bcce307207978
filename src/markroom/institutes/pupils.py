"""Pupils without mail: users without an address, who sign in by printed codes that work once (P-17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.identity.codes import hash_code, make_code
from markroom.identity.model import check_name
from markroom.institutes import reads
from markroom.institutes.model import (
    ADD_PUPILS,
    ISSUE_CODES,
    CodeRefused,
    Member,
    MemberNotFound,
    NameIsTheirs,
    PupilAdded,
    PupilRenamed,
    PupilSignedOut,
    SignInCodeIssued,
    check_metadata,
)
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn, fetch_value
from markroom.kit.events import emit, emit_all

CODE_LIFE = timedelta(days=14)


@dataclass(frozen=True)
class NewPupil:
    name: str
    metadata: dict[str, Any]


@dataclass(frozen=True)
class IssuedCode:
    """A code as it is shown this once."""

    user_id: UUID
    name: str
    code: str
    expires_at: datetime


async def add_pupils(conn: Conn, actor: Actor, pupils: Sequence[NewPupil]) -> list[UUID]:
    """Makes users without an address and their memberships, in the order given. Raises AdminRequired, BadName
    or BadMetadata."""
    permit(actor, ADD_PUPILS)
    names = [check_name(pupil.name) for pupil in pupils]
    details = [check_metadata("student", pupil.metadata) for pupil in pupils]
    cursor = await conn.execute(
        "select user_id from app.door_add_pupils(%s, %s, %s)", [actor.institute, names, Jsonb(details)]
    )
    made = [row[0] for row in await cursor.fetchall()]
    await emit_all(conn, [PupilAdded(institute_id=actor.institute, subject_id=user_id) for user_id in made])
    return made


async def rename_pupil(conn: Conn, actor: Actor, user_id: UUID, name: str) -> None:
    """Another name for a pupil without an address. Raises MemberNotFound, AdminRequired, BadName, or
    NameIsTheirs for anybody else."""
    permit(actor, ADD_PUPILS)
    plain = check_name(name)
    if await reads.find_member(conn, actor.institute, user_id) is None:
        raise MemberNotFound
    params = [actor.institute, user_id, plain]
    if not await fetch_value(conn, "select app.door_rename_pupil(%s, %s, %s)", params):
        raise NameIsTheirs
    await emit(conn, PupilRenamed(institute_id=actor.institute, subject_id=user_id, changed=("name",)))


async def end_codes(conn: Conn, actor: Actor, user_id: UUID) -> int:
    """Signs a pupil without an address out wherever a code signed them in, and ends the codes not used. How
    many sessions that were. Raises MemberNotFound, AdminRequired, or CodeRefused for anybody else."""
    permit(actor, ISSUE_CODES)
    if await reads.find_member(conn, actor.institute, user_id) is None:
        raise MemberNotFound
    ended: int | None = await fetch_value(
        conn, "select app.door_end_codes(%s, %s)", [actor.institute, user_id]
    )
    if ended is None:
        raise CodeRefused
    facts = {"sessions": ended}
    await emit(conn, PupilSignedOut(institute_id=actor.institute, subject_id=user_id, facts=facts))
    return ended


async def issue_codes(conn: Conn, actor: Actor, secret: bytes, user_ids: Sequence[UUID]) -> list[IssuedCode]:
    """A new code for each pupil, by name; one given out before and not used ends. Raises MemberNotFound, or
    CodeRefused where one of them has an address or belongs elsewhere too."""
    permit(actor, ISSUE_CODES)
    members = await _get_pupils(conn, actor.institute, list(dict.fromkeys(user_ids)))
    return await issue_codes_to(conn, actor.institute, secret, {m.user_id: m.name for m in members})


async def issue_codes_to(
    conn: Conn, institute_id: UUID, secret: bytes, names: Mapping[UUID, str]
) -> list[IssuedCode]:
    """What the caller was permitted already; codes in the order of `names`. Raises CodeRefused."""
    codes = {user_id: make_code() for user_id in names}
    cursor = await conn.execute(
        "select user_id, expires_at from app.door_issue_codes(%s, %s, %s, %s)",
        [
            institute_id,
            list(codes),
            [hash_code(secret, code) for code in codes.values()],
            int(CODE_LIFE.total_seconds()),
        ],
    )
    until = dict(await cursor.fetchall())
    if len(until) < len(codes):
        raise CodeRefused
    await emit_all(conn, [SignInCodeIssued(institute_id=institute_id, subject_id=i) for i in codes])
    return [IssuedCode(i, names[i], codes[i], until[i]) for i in codes]


async def _get_pupils(conn: Conn, institute_id: UUID, user_ids: list[UUID]) -> list[Member]:
    found = await reads.list_students_by_id(conn, institute_id, user_ids)
    if len(found) < len(user_ids) or not found:
        raise MemberNotFound
    return found
