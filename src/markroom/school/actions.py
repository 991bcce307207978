"""Making and changing classes and their people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from markroom.identity.model import NothingToChange
from markroom.institutes.members.reads import list_active_staff, list_students_by_id
from markroom.institutes.model import STAFF
from markroom.institutes.notices.actions import tell
from markroom.institutes.reads import hold_institute
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit, emit_all
from markroom.kit.versions import check_version
from markroom.school import reads, writes
from markroom.school.model import (
    CREATE_CLASSES,
    MOST_STUDENTS,
    RUN_CLASSES,
    BadClassField,
    Class,
    ClassArchived,
    ClassChanged,
    ClassCreated,
    ClassFull,
    ClassNotFound,
    ClassPutAway,
    ClassRestored,
    ClassRolledOver,
    EnrollmentDecided,
    LastTeacher,
    NotInClass,
    NotYourClass,
    RolledOverAlready,
    StudentsAdded,
    StudentsRemoved,
    TeacherRemoved,
    TeachersAdded,
    UnknownStudent,
    UnknownTeacher,
    check_fields,
)


async def get_visible_class(conn: Conn, actor: Actor, class_id: UUID) -> Class:
    """A class as the caller sees it: staff any of the school, a pupil their own. Raises ClassNotFound."""
    if actor.role in STAFF and actor.key_id is None:
        return await reads.get_class(conn, actor.institute, class_id)
    own = await reads.list_pupil_classes(conn, actor.institute, own=True, class_id=class_id)
    if not own:
        raise ClassNotFound
    return own[0]


def permit_run(actor: Actor, class_: Class) -> None:
    permit(actor, RUN_CLASSES)
    if not class_.is_run_by(actor):
        raise NotYourClass


def refuse_archived(class_: Class) -> None:
    if class_.archived_at is not None:
        raise ClassArchived


async def lock_class(conn: Conn, actor: Actor, class_id: UUID) -> Class:
    """The class with nobody else changing it, still the caller's to run and not archived; and nobody leaves
    the school until the transaction ends."""
    await hold_institute(conn, actor.institute)
    await writes.lock_class(conn, actor.institute, class_id)
    class_ = await reads.get_class(conn, actor.institute, class_id)
    permit_run(actor, class_)
    refuse_archived(class_)
    return class_


# ── the class ───────────────────────────────────────────────────────────────────────────────────


async def create_class(
    conn: Conn, actor: Actor, fields: Mapping[str, Any], teacher_ids: Sequence[UUID] | None
) -> Class:
    """A class of these teachers; of the caller's own where none are named."""
    permit(actor, CREATE_CLASSES)
    checked = check_fields({"name": "", **fields})
    teachers = list(dict.fromkeys([actor.user_id] if teacher_ids is None else teacher_ids))
    await hold_institute(conn, actor.institute)
    staff = {m.user_id for m in await list_active_staff(conn, actor.institute, teachers)}
    if teacher_ids is not None and len(staff) < len(teachers):
        raise UnknownTeacher
    class_id = await writes.insert_class(conn, actor.institute, actor.user_id, checked)
    await writes.insert_teachers(conn, actor.institute, class_id, [t for t in teachers if t in staff])
    facts = {"user_ids": [str(t) for t in teachers if t in staff]}
    await emit(conn, ClassCreated(institute_id=actor.institute, subject_id=class_id, facts=facts))
    return await reads.get_class(conn, actor.institute, class_id)


async def change_class(
    conn: Conn, actor: Actor, class_id: UUID, fields: Mapping[str, Any], version: int | None
) -> Class:
    """Changes the fields that are given. Raises VersionStale where another version was wanted."""
    before = await lock_class(conn, actor, class_id)
    check_version(version, before.version, class_json(before))
    if not fields:
        raise NothingToChange
    wanted = check_fields(dict(fields))
    changed = tuple(field for field, value in wanted.items() if getattr(before, field) != value)
    if not changed:
        return before
    await writes.update_class(conn, actor.institute, class_id, {field: wanted[field] for field in changed})
    await emit(conn, ClassChanged(institute_id=actor.institute, subject_id=class_id, changed=changed))
    return await reads.get_class(conn, actor.institute, class_id)


async def archive_class(conn: Conn, actor: Actor, class_: Class, *, archived: bool) -> Class:
    """Puts a class away, or brings it back; again is no change."""
    permit_run(actor, class_)
    if await writes.archive_class(conn, actor.institute, class_.id, archived=archived):
        kind = ClassPutAway if archived else ClassRestored
        event = kind(institute_id=actor.institute, subject_id=class_.id, changed=("archived_at",))
        await emit(conn, event)
    return await reads.get_class(conn, actor.institute, class_.id)


async def roll_over(
    conn: Conn, actor: Actor, class_: Class, academic_year: str, fields: Mapping[str, Any]
) -> Class:
    """The class of another year, with the teachers and students of this one. Raises RolledOverAlready."""
    permit_run(actor, class_)
    await hold_institute(conn, actor.institute)
    await writes.lock_class(conn, actor.institute, class_.id)
    given = {"name": class_.name, "year_group": class_.year_group, **fields, "academic_year": academic_year}
    checked = check_fields(given)
    if not re.search(r"\b(19|20)\d\d\b", checked["academic_year"] or ""):
        raise BadClassField("Write the academic year like 2027/28.")
    if (checked["academic_year"]).lower() == (class_.academic_year or "").lower():
        raise RolledOverAlready
    made = await writes.roll_over_class(conn, actor.institute, actor.user_id, class_.id, checked)
    if made is None:
        raise RolledOverAlready
    teachers, students = await writes.copy_people(conn, actor.institute, class_.id, made)
    facts = {"previous_id": str(class_.id), "teachers": teachers, "students": students}
    await emit(conn, ClassRolledOver(institute_id=actor.institute, subject_id=made, facts=facts))
    return await reads.get_class(conn, actor.institute, made)


def class_json(class_: Class) -> dict[str, Any]:
    """A class without its teachers, who stand beside it or in a list of names."""
    return {name: value for name, value in vars(class_).items() if name not in ("teachers", "is_own")}


# ── its people ──────────────────────────────────────────────────────────────────────────────────


async def add_teachers(conn: Conn, actor: Actor, class_id: UUID, user_ids: Sequence[UUID]) -> list[UUID]:
    """Those who did not teach it before."""
    await lock_class(conn, actor, class_id)
    wanted = list(dict.fromkeys(user_ids))
    if len(await list_active_staff(conn, actor.institute, wanted)) < len(wanted):
        raise UnknownTeacher
    added = await writes.insert_teachers(conn, actor.institute, class_id, wanted)
    if added:
        facts = {"user_ids": [str(user_id) for user_id in added]}
        await emit(conn, TeachersAdded(institute_id=actor.institute, subject_id=class_id, facts=facts))
    return added


async def remove_teacher(conn: Conn, actor: Actor, class_id: UUID, user_id: UUID) -> None:
    class_ = await lock_class(conn, actor, class_id)
    if not await reads.find_teacher_place(conn, actor.institute, class_id, user_id):
        raise NotInClass
    if class_.is_taught_by(user_id) and len(class_.teachers) == 1:
        raise LastTeacher
    await writes.delete_teacher(conn, actor.institute, class_id, user_id)
    facts = {"user_id": str(user_id)}
    await emit(conn, TeacherRemoved(institute_id=actor.institute, subject_id=class_id, facts=facts))


async def add_students(conn: Conn, actor: Actor, class_id: UUID, user_ids: Sequence[UUID]) -> list[UUID]:
    """Those who were not in it before. What some of them had asked for is approved."""
    class_ = await lock_class(conn, actor, class_id)
    wanted = list(dict.fromkeys(user_ids))
    if len(await list_students_by_id(conn, actor.institute, wanted)) < len(wanted):
        raise UnknownStudent
    added = await writes.insert_students(conn, actor.institute, class_id, wanted)
    refuse_too_many(class_, len(added))
    if added:
        facts = {"user_ids": [str(user_id) for user_id in added]}
        await emit(conn, StudentsAdded(institute_id=actor.institute, subject_id=class_id, facts=facts))
        await _approve_pending(conn, actor, class_, added)
    return added


def refuse_too_many(class_: Class, added: int) -> None:
    if (class_.student_count or 0) + added > MOST_STUDENTS:
        raise ClassFull


async def _approve_pending(conn: Conn, actor: Actor, class_: Class, user_ids: Sequence[UUID]) -> None:
    approved = await writes.approve_pending(conn, actor.institute, class_.id, user_ids, actor.user_id)
    await emit_all(
        conn,
        [
            EnrollmentDecided(
                institute_id=actor.institute,
                subject_id=request_id,
                changed=("state",),
                facts={"class_id": str(class_.id), "user_id": str(user_id), "state": "approved"},
            )
            for request_id, user_id in approved
        ],
    )
    for request_id, user_id in approved:  # few: whoever had asked
        await tell_decided(conn, actor.institute, user_id, request_id, class_, "approved")


async def tell_decided(
    conn: Conn, institute_id: UUID, user_id: UUID, request_id: UUID, class_: Class, state: str
) -> None:
    """P-14. The class's name goes with it, as a pupil may not see the class later."""
    facts = {"class_id": str(class_.id), "class_name": class_.name, "state": state}
    await tell(conn, institute_id, [user_id], "enrollment_decided", request_id, **facts)


async def remove_students(conn: Conn, actor: Actor, class_id: UUID, user_ids: Sequence[UUID]) -> list[UUID]:
    """Those who were in it. Raises NotInClass where nobody was."""
    await lock_class(conn, actor, class_id)
    removed = await writes.delete_students(conn, actor.institute, class_id, user_ids)
    if not removed:
        raise NotInClass
    facts = {"user_ids": [str(user_id) for user_id in removed]}
    await emit(conn, StudentsRemoved(institute_id=actor.institute, subject_id=class_id, facts=facts))
    return removed
