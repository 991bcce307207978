"""The words of classes, and who may do what with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from markroom.institutes.model import MANAGERS, STAFF, AdminRequired
from markroom.kit.actor import Actor, Permission
from markroom.kit.errors import Conflict, Forbidden, Invalid, NotFound
from markroom.kit.events import Event

MOST_STUDENTS = 1000
LONGEST = {"name": 100, "code": 40, "subject": 100, "year_group": 100, "academic_year": 20}
RequestState = Literal["pending", "approved", "rejected", "withdrawn"]


class ClassNotFound(NotFound):
    """This class does not exist."""


class RequestNotFound(NotFound):
    """This request does not exist."""


class NotInClass(NotFound):
    """This person is not in the class."""


class NobodyToPrint(NotFound):
    """Choose pupils of this class who have no e-mail address: codes are for them."""


class NotYourClass(Forbidden):
    """Only the teachers of this class, or a head of the school, can do this."""


class OnlyForOneself(Forbidden):
    """You can ask to join a class for yourself alone."""


class NotYourRequest(Forbidden):
    """Only whoever asked can withdraw a request."""


class ClassArchived(Conflict):
    """This class is archived. Restore it before changing it."""


class LastTeacher(Conflict):
    """A class keeps a teacher. Add another one first."""


class ClassFull(Conflict):
    """A class has at most 1000 students."""


class RolledOverAlready(Conflict):
    """This class has a class for that year already."""


class RequestsNotTaken(Conflict):
    """This class takes no requests to join. Ask its teacher."""


class InClassAlready(Conflict):
    """This student is in the class already."""


class RequestWaiting(Conflict):
    """This student has asked already. The request waits for the class's teacher."""


class RequestDecided(Conflict):
    """This request is no longer open: somebody was first."""


class StudentGone(Conflict):
    """This student no longer belongs to the school."""


class BadClassField(Invalid):
    """A class needs a name of at most 100 characters."""


class UnknownTeacher(Invalid):
    """Somebody named as a teacher is not active staff of this school."""


class UnknownStudent(Invalid):
    """Somebody named as a student is not an active student of this school."""


class StudentMissing(Invalid):
    """Say which student should join the class."""


class ClassCreated(Event):
    """A class was made."""


class ClassChanged(Event):
    """A class's name or details were changed."""


class ClassPutAway(Event):
    """A class was archived."""


class ClassRestored(Event):
    """A class was brought back."""


class ClassRolledOver(Event):
    """A class was made for the next year, of one with its teachers and students; `facts`: previous_id."""


class TeachersAdded(Event):
    """Teachers were added to a class; `facts`: user_ids."""


class TeacherRemoved(Event):
    """A teacher was taken off a class; `facts`: user_id."""


class StudentsAdded(Event):
    """Students were added to a class; `facts`: user_ids."""


class StudentsRemoved(Event):
    """Students were taken out of a class; `facts`: user_ids."""


class EnrollmentRequested(Event):
    """Somebody asked that a student join a class; `facts`: class_id, user_id."""


class EnrollmentWithdrawn(Event):
    """A request to join a class was taken back; `facts`: class_id, user_id."""


class EnrollmentDecided(Event):
    """A request to join a class was approved or rejected; `facts`: class_id, user_id, state."""


SEE_CLASSES = Permission("classes.see", (*STAFF, "student"), meaning="See classes; students their own")
CREATE_CLASSES = Permission("classes.create", STAFF, meaning="Make a class")
RUN_CLASSES = Permission(
    "classes.run",
    STAFF,
    NotYourClass,
    meaning="Change a class, its people and requests, print its pupils' codes: its teachers and heads",
)
ASK_TO_JOIN = Permission(
    "classes.ask", (*STAFF, "student"), meaning="Ask to join a class; staff for a student"
)
LIST_STUDENTS = Permission(
    "school.students", MANAGERS, AdminRequired, meaning="See all students with their classes"
)


@dataclass(frozen=True)
class Class:
    """`teachers` are `{user_id, name}`, the first added first. Pupils are not told how many they are, and
    `is_own` says whether they are in it."""

    id: UUID
    name: str
    code: str | None
    subject: str | None
    year_group: str | None
    academic_year: str | None
    takes_requests: bool
    previous_id: UUID | None
    created_at: datetime
    archived_at: datetime | None
    version: int
    teachers: list[dict[str, Any]]
    student_count: int | None
    is_own: bool

    def is_taught_by(self, user_id: UUID) -> bool:
        return str(user_id) in {teacher["user_id"] for teacher in self.teachers}

    def is_run_by(self, actor: Actor) -> bool:
        return RUN_CLASSES.permits(actor) and (actor.role in MANAGERS or self.is_taught_by(actor.user_id))

    @property
    def is_open(self) -> bool:
        """Whether one can ask to join."""
        return self.takes_requests and self.archived_at is None


@dataclass(frozen=True)
class Student:
    """A student of a class; `has_address` is false for a pupil who signs in by printed codes, `is_active` for
    one suspended."""

    user_id: UUID
    name: str
    year_group: str | None
    candidate_number: str | None
    has_address: bool
    is_active: bool
    added_at: datetime


@dataclass(frozen=True)
class EnrollmentRequest:
    id: UUID
    class_id: UUID
    class_name: str
    user_id: UUID
    name: str
    requested_by: UUID
    state: RequestState
    reason: str | None
    created_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None


def check_fields(given: dict[str, Any]) -> dict[str, Any]:
    """The fields of a class as they are kept: texts on one line, empty ones none. Raises BadClassField."""
    return {field: _check_field(field, value) for field, value in given.items()}


def _check_field(field: str, value: Any) -> Any:
    if field == "takes_requests":
        if value is None:
            raise BadClassField("Say whether the class takes requests to join.")
        return value
    text = tidy(value or "")
    if len(text) > LONGEST[field]:
        raise BadClassField(f"“{text[:20]}…” is too long: at most {LONGEST[field]} characters.")
    if field == "name" and not text:
        raise BadClassField
    return text or None


def next_academic_year(year: str | None) -> str:
    """`2027/28` after `2026/27`; empty where it is written in another way."""
    if not re.fullmatch(r"\d{4}([/–-](\d{2}|\d{4}))?", year or "", re.ASCII):
        return ""
    return re.sub(r"\d+", lambda n: str(int(n[0]) + 1).zfill(len(n[0]))[-len(n[0]) :], year or "")


def tidy(text: str) -> str:
    """On one line, without stray white space and control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())
