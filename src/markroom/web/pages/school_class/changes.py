"""What the buttons of a class's page do, by the names of their fields."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from markroom.institutes.pupils.model import NewPupil
from markroom.school import actions, enrollment, pupils, reads
from markroom.school.model import Class, NotInClass, RequestNotFound, RequestState, UnknownStudent, tidy
from markroom.school.students.model import Pasted
from markroom.school.students.reads import find_pasted
from markroom.web.pages.new_batch.candidates import read_candidates
from markroom.web.visits import Form, Visit

MOST_PASTED = 500


@dataclass(frozen=True)
class Gone:
    """Where one stands after a change, and what is said there."""

    url: str
    said: str


@dataclass(frozen=True)
class PastedIn:
    """What became of a pasted list: the lines with whom they name, and the words for it."""

    lines: Sequence[Pasted]
    said: str

    @property
    def is_whole(self) -> bool:
        return all(len(line.user_ids) == 1 for line in self.lines)


Change = Callable[[Visit, Class, Form], Awaitable[Gone]]


def _back(class_: Class, said: str, rest: str = "") -> Gone:
    return Gone(f"/classes/{class_.id}{rest}", said)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotInClass from error


async def add_student(visit: Visit, class_: Class, form: Form) -> Gone:
    await actions.add_students(visit.conn, visit.actor, class_.id, [_id(form.text("add_student"))])
    return _back(class_, "Added.", f"?q={quote(form.text('q'))}#add" if form.text("q") else "")


async def remove_student(visit: Visit, class_: Class, form: Form) -> Gone:
    await actions.remove_students(visit.conn, visit.actor, class_.id, [_id(form.text("remove_student"))])
    return _back(class_, "Taken out of the class. What they wrote and their marks stay.")


async def add_teacher(visit: Visit, class_: Class, form: Form) -> Gone:
    await actions.add_teachers(visit.conn, visit.actor, class_.id, [_id(form.text("add_teacher"))])
    return _back(class_, "They teach this class now.")


async def remove_teacher(visit: Visit, class_: Class, form: Form) -> Gone:
    await actions.remove_teacher(visit.conn, visit.actor, class_.id, _id(form.text("remove_teacher")))
    return _back(class_, "They no longer teach this class.")


async def approve(visit: Visit, class_: Class, form: Form) -> Gone:
    await _decide(visit, form, form.text("approve"), "approved")
    return _back(class_, "The student is in the class now, and is told.")


async def reject(visit: Visit, class_: Class, form: Form) -> Gone:
    await _decide(visit, form, form.text("reject"), "rejected")
    return _back(class_, "The student is told.")


async def _decide(visit: Visit, form: Form, text: str, state: RequestState) -> None:
    try:
        request = await reads.get_request(visit.conn, visit.actor, UUID(text))
    except ValueError as error:
        raise RequestNotFound from error
    reason = tidy(form.text("reason"))[:500] or None
    await enrollment.decide(visit.conn, visit.actor, request, state, reason)


async def archive(visit: Visit, class_: Class, form: Form) -> Gone:
    """Or back again."""
    away = form.has("archive")
    await actions.archive_class(visit.conn, visit.actor, class_, archived=away)
    return _back(class_, "The class is archived." if away else "The class is back.")


async def roll_over(visit: Visit, class_: Class, form: Form) -> Gone:
    fields = {"name": form.text("new_name"), "year_group": form.text("new_year_group")}
    made = await actions.roll_over(visit.conn, visit.actor, class_, form.text("new_academic_year"), fields)
    return _back(made, f"{made.name} is made, with the same teachers and students.")


async def enter_pupils(visit: Visit, class_: Class, form: Form) -> Gone:
    entered = [
        NewPupil(line["name"] or "", {"candidate_number": line["number"]} if line["number"] else {})
        for line in _read_lines(form.text("new_pupils"))
    ]
    made = await pupils.add_pupils(visit.conn, visit.actor, class_.id, entered)
    return _back(class_, f"{len(made)} entered. Print their codes when they need them.")


def _read_lines(text: str) -> list[dict[str, str | None]]:
    lines = read_candidates(text)
    if not 1 <= len(lines) <= MOST_PASTED:
        raise UnknownStudent(f"Write 1 to {MOST_PASTED} names, one a line.")
    return lines


async def paste(visit: Visit, class_: Class, text: str) -> PastedIn:
    """Adds the students whom lines name beyond doubt."""
    lines = [(tidy(line["name"] or ""), line["number"]) for line in _read_lines(text)]
    found = await find_pasted(visit.conn, visit.school.id, lines)
    known = [line.user_ids[0] for line in found if len(line.user_ids) == 1]
    added = await actions.add_students(visit.conn, visit.actor, class_.id, known)
    here, left = len(known) - len(added), len(found) - len(known)
    said = f"{len(added)} added" + (f", {here} in it already." if here else ".")
    return PastedIn(found, said + (f" {left} to look at, below." if left else ""))


CHANGES: dict[str, Change] = {
    "add_student": add_student,
    "remove_student": remove_student,
    "add_teacher": add_teacher,
    "remove_teacher": remove_teacher,
    "approve": approve,
    "reject": reject,
    "archive": archive,
    "restore": archive,
    "new_academic_year": roll_over,
    "new_pupils": enter_pupils,
}
