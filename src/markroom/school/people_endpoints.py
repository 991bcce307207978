from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import Field

from markroom.institutes.pupils.endpoints import PupilsBody
from markroom.kit.access import InInstitute, requires
from markroom.kit.http import Body, router
from markroom.kit.paging import PageQuery, paged
from markroom.school import actions, pupils
from markroom.school.endpoints import ChangingClass, PeopleIds, Text
from markroom.school.model import LIST_STUDENTS
from markroom.school.students.model import StudentsWanted
from markroom.school.students.reads import list_school_students

routes = router("/api/classes/{class_id:uuid}", tags=["classes"])
school_routes = router("/api/school", tags=["classes"])


class PeopleBody(Body):
    user_ids: PeopleIds


class CodesBody(Body):
    user_ids: Annotated[PeopleIds | None, Field()] = None


@routes.post("/teachers")
async def add_teachers(body: PeopleBody, class_: ChangingClass, caller: InInstitute) -> dict[str, Any]:
    added = await actions.add_teachers(caller.conn, caller.actor, class_.id, body.user_ids)
    return {"status": "ok", "added": added}


@routes.delete("/teachers/{user_id:uuid}")
async def remove_teacher(class_: ChangingClass, caller: InInstitute, user_id: UUID) -> dict[str, Any]:
    await actions.remove_teacher(caller.conn, caller.actor, class_.id, user_id)
    return {"status": "ok"}


@routes.post("/students")
async def add_students(body: PeopleBody, class_: ChangingClass, caller: InInstitute) -> dict[str, Any]:
    """Those who are in it already stay; `added` are the others."""
    added = await actions.add_students(caller.conn, caller.actor, class_.id, body.user_ids)
    return {"status": "ok", "added": added}


@routes.post("/students/remove")
async def remove_students(body: PeopleBody, class_: ChangingClass, caller: InInstitute) -> dict[str, Any]:
    removed = await actions.remove_students(caller.conn, caller.actor, class_.id, body.user_ids)
    return {"status": "ok", "removed": removed}


@routes.delete("/students/{user_id:uuid}")
async def remove_student(class_: ChangingClass, caller: InInstitute, user_id: UUID) -> dict[str, Any]:
    removed = await actions.remove_students(caller.conn, caller.actor, class_.id, [user_id])
    return {"status": "ok", "removed": removed}


@routes.post("/pupils", status_code=201)
async def add_pupils(body: PupilsBody, class_: ChangingClass, caller: InInstitute) -> dict[str, Any]:
    """Users without an address, as students of the class; in the order given."""
    entered = [pupil.entered() for pupil in body.pupils]
    made = await pupils.add_pupils(caller.conn, caller.actor, class_.id, entered)
    shown = [
        {"user_id": user_id, "name": " ".join(pupil.name.split())}
        for user_id, pupil in zip(made, entered, strict=True)
    ]
    return {"status": "ok", "pupils": shown}


@routes.post("/codes")
async def issue_codes(
    request: Request, response: Response, body: CodesBody, class_: ChangingClass, caller: InInstitute
) -> dict[str, Any]:
    """One-time sign-in codes for pupils of the class without an address, shown this once: for those named, or
    for all. Those issued before and not used end."""
    request.state.answer_is_secret = True
    response.headers["Cache-Control"] = "no-store"
    issued = await pupils.issue_codes(
        caller.conn, caller.actor, request.app.state.secret, class_.id, body.user_ids
    )
    return {"status": "ok", "codes": [vars(code) for code in issued]}


@school_routes.get("/students", dependencies=[requires(LIST_STUDENTS)])
async def list_students(
    caller: InInstitute,
    page: PageQuery,
    q: Text | None = None,
    year_group: Text | None = None,
    class_id: Annotated[UUID | None, Query(alias="class")] = None,
    not_in_class: UUID | bool | None = None,
) -> dict[str, Any]:
    """By name, with their classes. `not_in_class`: a class they are not in, or `true` for none at all."""
    wanted = StudentsWanted(q, year_group, class_id, not_in_class)
    rows, total = await list_school_students(
        caller.conn, caller.actor.institute, wanted, page.after, page.limit + 1
    )
    shown = paged(rows, total, page, lambda s: [s.name, s.user_id])
    return {
        "students": [vars(student) for student in shown.rows],
        "total": total,
        "next_cursor": shown.next_cursor,
    }
