"""Pupils without mail: users without an address, who sign in by printed codes that work once (P-17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from markroom.identity.codes import hash_code, make_code
from markroom.identity.model import check_name
from markroom.institutes.members.model import Member, MemberNotFound
from markroom.institutes.members.reads import find_member, list_students_by_id
from markroom.institutes.model import ADD_PUPILS, ISSUE_CODES, check_metadata
from markroom.institutes.pupils import writes
from markroom.institutes.pupils.model import (
    CODE_LIFE,
    CodeRefused,
    IssuedCode,
    NameIsTheirs,
    NewPupil,
    PupilAdded,
    PupilRenamed,
    PupilSignedOut,
    SignInCodeIssued,
)
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit, emit_all


async def add_pupils(conn: Conn, actor: Actor, pupils: Sequence[NewPupil]) -> list[UUID]:
    """Makes users without an address and their memberships, in the order given. Raises AdminRequired, BadName
    or BadMetadata."""
    permit(actor, ADD_PUPILS)
    names = [check_name(pupil.name) for pupil in pupils]
    details = [check_metadata("student", pupil.metadata) for pupil in pupils]
    made = await writes.add_pupils(conn, actor.institute, names, details)
    await emit_all(conn, [PupilAdded(institute_id=actor.institute, subject_id=user_id) for user_id in made])
    return made


async def rename_pupil(conn: Conn, actor: Actor, user_id: UUID, name: str) -> None:
    """Another name for a pupil without an address. Raises MemberNotFound, AdminRequired, BadName, or
    NameIsTheirs for anybody else."""
    permit(actor, ADD_PUPILS)
    plain = check_name(name)
    if await find_member(conn, actor.institute, user_id) is None:
        raise MemberNotFound
    if not await writes.rename_pupil(conn, actor.institute, user_id, plain):
        raise NameIsTheirs
    await emit(conn, PupilRenamed(institute_id=actor.institute, subject_id=user_id, changed=("name",)))


async def end_codes(conn: Conn, actor: Actor, user_id: UUID) -> int:
    """Signs a pupil without an address out wherever a code signed them in, and ends the codes not used. How
    many sessions that were. Raises MemberNotFound, AdminRequired, or CodeRefused for anybody else."""
    permit(actor, ISSUE_CODES)
    if await find_member(conn, actor.institute, user_id) is None:
        raise MemberNotFound
    ended = await writes.end_codes(conn, actor.institute, user_id)
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
    hashes = {user_id: hash_code(secret, code) for user_id, code in codes.items()}
    until = await writes.issue_codes(conn, institute_id, hashes, CODE_LIFE)
    if len(until) < len(codes):
        raise CodeRefused
    await emit_all(conn, [SignInCodeIssued(institute_id=institute_id, subject_id=i) for i in codes])
    return [IssuedCode(i, names[i], codes[i], until[i]) for i in codes]


async def _get_pupils(conn: Conn, institute_id: UUID, user_ids: list[UUID]) -> list[Member]:
    found = await list_students_by_id(conn, institute_id, user_ids)
    if len(found) < len(user_ids) or not found:
        raise MemberNotFound
    return found
