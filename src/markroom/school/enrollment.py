"""Asking to join a class: by a pupil, or by staff for one; decided once, by the class's teacher or a head."""

from __future__ import annotations

from uuid import UUID

from markroom.institutes.members.reads import list_students_by_id
from markroom.institutes.model import STAFF
from markroom.institutes.reads import hold_institute
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.school import reads, writes
from markroom.school.actions import (
    get_visible_class,
    lock_class,
    refuse_archived,
    refuse_too_many,
    tell_decided,
)
from markroom.school.model import (
    ASK_TO_JOIN,
    Class,
    ClassNotFound,
    EnrollmentDecided,
    EnrollmentRequest,
    EnrollmentRequested,
    EnrollmentWithdrawn,
    InClassAlready,
    NotYourRequest,
    OnlyForOneself,
    RequestDecided,
    RequestsNotTaken,
    RequestState,
    RequestWaiting,
    StudentGone,
    StudentMissing,
    UnknownStudent,
)


async def get_askable_class(conn: Conn, actor: Actor, class_id: UUID) -> Class:
    """A class the caller may ask for: a pupil need not be in it. Raises ClassNotFound."""
    if actor.role in STAFF:
        return await get_visible_class(conn, actor, class_id)
    found = await reads.list_pupil_classes(conn, actor.institute, own=False, class_id=class_id)
    if not found:
        raise ClassNotFound
    return found[0]


def permit_ask(actor: Actor, class_: Class) -> None:
    permit(actor, ASK_TO_JOIN)
    refuse_archived(class_)
    if actor.role not in STAFF:
        if class_.is_own:
            raise InClassAlready
        if not class_.is_open:
            raise RequestsNotTaken


async def request_enrollment(
    conn: Conn, actor: Actor, class_: Class, user_id: UUID | None
) -> EnrollmentRequest:
    """A request of the caller's own, or of staff for a student."""
    permit_ask(actor, class_)
    await hold_institute(conn, actor.institute)
    if actor.role in STAFF:
        student = await _check_student(conn, actor, class_, user_id)
    elif user_id in (None, actor.user_id):
        student = actor.user_id
        if not await list_students_by_id(conn, actor.institute, [student]):  # left meanwhile
            raise StudentGone
    else:
        raise OnlyForOneself
    made = await writes.insert_request(conn, actor.institute, class_.id, student, actor.user_id)
    if made is None:
        raise RequestWaiting
    event = EnrollmentRequested(
        institute_id=actor.institute, subject_id=made, facts=_facts(class_.id, student)
    )
    await emit(conn, event)
    return await reads.get_request(conn, actor, made)


async def _check_student(conn: Conn, actor: Actor, class_: Class, user_id: UUID | None) -> UUID:
    if user_id is None:
        raise StudentMissing
    if not await list_students_by_id(conn, actor.institute, [user_id]):
        raise UnknownStudent
    if await reads.is_in_class(conn, actor.institute, class_.id, user_id):
        raise InClassAlready
    return user_id


def _facts(class_id: UUID, user_id: UUID, **more: str) -> dict[str, str]:
    return {"class_id": str(class_id), "user_id": str(user_id), **more}


def permit_withdraw(actor: Actor, request: EnrollmentRequest) -> None:
    permit(actor, ASK_TO_JOIN)
    if actor.user_id not in (request.user_id, request.requested_by):
        raise NotYourRequest


async def withdraw(conn: Conn, actor: Actor, request: EnrollmentRequest) -> EnrollmentRequest:
    """Raises RequestDecided where the request is no longer pending."""
    permit_withdraw(actor, request)
    await _end(conn, actor, request.id, "withdrawn", None)
    event = EnrollmentWithdrawn(
        institute_id=actor.institute,
        subject_id=request.id,
        changed=("state",),
        facts=_facts(request.class_id, request.user_id),
    )
    await emit(conn, event)
    return await reads.get_request(conn, actor, request.id)


async def decide(
    conn: Conn, actor: Actor, request: EnrollmentRequest, state: RequestState, reason: str | None
) -> EnrollmentRequest:
    """Approves, which enrols in the same transaction, or rejects. Of several at once the first wins.

    Raises NotYourClass, ClassArchived, RequestDecided, StudentGone, ClassFull.
    """
    class_ = await lock_class(conn, actor, request.class_id)
    await _end(conn, actor, request.id, state, reason)
    if state == "approved":
        await _enrol(conn, actor, class_, request.user_id)
    event = EnrollmentDecided(
        institute_id=actor.institute,
        subject_id=request.id,
        changed=("state",),
        facts=_facts(class_.id, request.user_id, state=state),
    )
    await emit(conn, event)
    await tell_decided(conn, actor.institute, request.user_id, request.id, class_, state)
    return await reads.get_request(conn, actor, request.id)


async def _end(conn: Conn, actor: Actor, request_id: UUID, state: RequestState, reason: str | None) -> None:
    if not await writes.decide_request(conn, actor.institute, request_id, state, reason, actor.user_id):
        found = await reads.get_request(conn, actor, request_id)
        raise RequestDecided(state=found.state)


async def _enrol(conn: Conn, actor: Actor, class_: Class, user_id: UUID) -> None:
    if not await list_students_by_id(conn, actor.institute, [user_id]):
        raise StudentGone
    added = await writes.insert_students(conn, actor.institute, class_.id, [user_id])
    refuse_too_many(class_, len(added))
