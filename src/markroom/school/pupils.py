"""Pupils without an address in a class: its teacher enters them and prints their codes, for nobody else
(P-17)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from markroom.identity.model import check_name
from markroom.institutes.model import check_metadata
from markroom.institutes.pupils.actions import issue_codes_to
from markroom.institutes.pupils.model import IssuedCode, NewPupil, PupilAdded
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.events import emit, emit_all
from markroom.school import reads, writes
from markroom.school.actions import lock_class, refuse_too_many
from markroom.school.model import NobodyToPrint, NotInClass, StudentsAdded


async def add_pupils(conn: Conn, actor: Actor, class_id: UUID, pupils: Sequence[NewPupil]) -> list[UUID]:
    """Makes users without an address who are students of the class, in the order given. Raises BadName or
    BadMetadata."""
    class_ = await lock_class(conn, actor, class_id)
    names = [check_name(pupil.name) for pupil in pupils]
    details = [check_metadata("student", pupil.metadata) for pupil in pupils]
    refuse_too_many(class_, len(names))
    made = await writes.add_pupils(conn, actor.institute, class_id, names, details)
    await emit_all(conn, [PupilAdded(institute_id=actor.institute, subject_id=user_id) for user_id in made])
    facts = {"user_ids": [str(user_id) for user_id in made]}
    await emit(conn, StudentsAdded(institute_id=actor.institute, subject_id=class_id, facts=facts))
    return made


async def issue_codes(
    conn: Conn, actor: Actor, secret: bytes, class_id: UUID, user_ids: Sequence[UUID] | None
) -> list[IssuedCode]:
    """A new code for these pupils of the class, by name, or for all of its pupils without an address; one
    given out before and not used ends.

    Raises NotInClass, or CodeRefused where one of them has an address or belongs elsewhere too.
    """
    class_ = await lock_class(conn, actor, class_id)
    students = (await reads.list_students(conn, actor.institute, [class_.id]))[class_.id]
    wanted = {s.user_id for s in students if not s.has_address} if user_ids is None else set(user_ids)
    names = {s.user_id: s.name for s in students if s.user_id in wanted}
    if len(names) < len(wanted):
        raise NotInClass
    if not names:
        raise NobodyToPrint
    return await issue_codes_to(conn, actor.institute, secret, names)
