from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import Field, StrictBool

from markroom.institutes.model import STAFF
from markroom.kit.access import Caller, InInstitute, requires
from markroom.kit.http import Body, router
from markroom.kit.paging import PageQuery, paged
from markroom.kit.versions import IfMatch, read_version, set_etag
from markroom.school import actions, reads
from markroom.school.actions import class_json
from markroom.school.model import CREATE_CLASSES, RUN_CLASSES, SEE_CLASSES, Class
from markroom.school.reads import Wanted

routes = router("/api/classes", tags=["classes"])

Text = Annotated[str, Query(max_length=200)]
PeopleIds = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]


class ClassFields(Body):
    name: str = ""
    code: str | None = None
    subject: str | None = None
    year_group: str | None = None
    academic_year: str | None = None
    takes_requests: StrictBool = True


class NewClassBody(ClassFields):
    name: str
    teacher_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=50)] | None = None
    institute_id: UUID | None = None


class RollOverBody(Body):
    academic_year: str
    name: str | None = None
    year_group: str | None = None


async def seen_class(class_id: UUID, caller: InInstitute) -> Class:
    return await actions.get_visible_class(caller.conn, caller.actor, class_id)


async def run_class(class_id: UUID, caller: InInstitute) -> Class:
    class_ = await actions.get_visible_class(caller.conn, caller.actor, class_id)
    actions.permit_run(caller.actor, class_)
    return class_


async def changing_class(class_id: UUID, caller: InInstitute) -> Class:
    class_ = await run_class(class_id, caller)
    actions.refuse_archived(class_)
    return class_


run_class.permission = RUN_CLASSES  # type: ignore[attr-defined]
changing_class.permission = RUN_CLASSES  # type: ignore[attr-defined]
SeenClass = Annotated[Class, Depends(seen_class)]
RunClass = Annotated[Class, Depends(run_class)]
ChangingClass = Annotated[Class, Depends(changing_class)]


def listed_json(class_: Class) -> dict[str, Any]:
    return class_json(class_) | {"teachers": class_.teachers}


@routes.post("", status_code=201, dependencies=[requires(CREATE_CLASSES)])
async def create_class(body: NewClassBody, caller: InInstitute, response: Response) -> dict[str, Any]:
    """Its teachers are those named, else the caller."""
    fields = body.model_dump(exclude_unset=True, exclude={"teacher_ids", "institute_id"})
    class_ = await actions.create_class(caller.conn, caller.actor, fields, body.teacher_ids)
    set_etag(response, class_.version)
    return listed_json(class_)


@routes.get("", dependencies=[requires(SEE_CLASSES)])
async def list_classes(
    caller: InInstitute,
    page: PageQuery,
    q: Text | None = None,
    subject: Text | None = None,
    year_group: Text | None = None,
    academic_year: Text | None = None,
    teacher_id: UUID | None = None,
    archived: bool = False,
) -> dict[str, Any]:
    """By name: staff see those of the school, students those they are in."""
    wanted = Wanted(q, subject, year_group, academic_year, teacher_id, archived)
    rows, total = await _list(caller, wanted, page.after, page.limit + 1)
    shown = paged(rows, total, page, lambda c: [c.name, c.id])
    return {
        "classes": [listed_json(class_) for class_ in shown.rows],
        "total": total,
        "next_cursor": shown.next_cursor,
    }


async def _list(caller: Caller, wanted: Wanted, after: Any, limit: int) -> tuple[list[Class], int]:
    if caller.actor.role in STAFF:
        return await reads.list_classes(caller.conn, caller.actor.institute, wanted, after, limit)
    own = await reads.list_pupil_classes(caller.conn, caller.actor.institute, own=True, q=wanted.q)
    rows = [class_ for class_ in own if _fits(class_, wanted)]
    past = [c for c in rows if after is None or [c.name.lower(), str(c.id)] > [after[0].lower(), after[1]]]
    return past[:limit], len(rows)


def _fits(class_: Class, wanted: Wanted) -> bool:
    named = ("subject", "year_group", "academic_year")
    texts = [(getattr(wanted, name), getattr(class_, name)) for name in named]
    return (
        (class_.archived_at is not None) == wanted.archived
        and all(want is None or want.lower() == (text or "").lower() for want, text in texts)
        and (wanted.teacher_id is None or class_.is_taught_by(wanted.teacher_id))
    )


@routes.get("/joinable", dependencies=[requires(SEE_CLASSES)])
async def list_joinable_classes(caller: InInstitute, q: Text | None = None) -> dict[str, Any]:
    """The classes a student could ask to join: at most 200 by name, so that a longer list wants `q`."""
    found = await reads.list_pupil_classes(caller.conn, caller.actor.institute, own=False, q=q)
    classes = [class_ for class_ in found if class_.is_open and not class_.is_own]
    return {"classes": [listed_json(class_) for class_ in classes[:200]], "total": len(classes)}


@routes.get("/{class_id:uuid}")
async def get_class(class_: SeenClass, caller: InInstitute, response: Response) -> dict[str, Any]:
    """Students find in it their teachers and themselves."""
    conn, actor = caller.conn, caller.actor
    students = (await reads.list_students(conn, actor.institute, [class_.id]))[class_.id]
    state = "pending" if actor.role in STAFF else None
    requests = await reads.list_class_requests(conn, actor, class_.id, state)
    is_run = class_.is_run_by(actor)
    set_etag(response, class_.version)
    return {
        "class": class_json(class_),
        "teachers": class_.teachers,
        "students": [vars(student) for student in students],
        "enrollment_requests": [vars(request) for request in requests],
        "next_lessons": [],
        "permissions": {
            "can_edit": is_run,
            "can_decide": is_run,
            "can_print_codes": is_run,
            "can_request": actor.role in STAFF and class_.archived_at is None,
        },
    }


@routes.patch("/{class_id:uuid}")
async def change_class(
    body: ClassFields,
    class_: ChangingClass,
    caller: InInstitute,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    given = body.model_dump(exclude_unset=True)
    changed = await actions.change_class(caller.conn, caller.actor, class_.id, given, read_version(if_match))
    set_etag(response, changed.version)
    return listed_json(changed)


@routes.post("/{class_id:uuid}/archive")
async def archive_class(class_: RunClass, caller: InInstitute) -> dict[str, Any]:
    return listed_json(await actions.archive_class(caller.conn, caller.actor, class_, archived=True))


@routes.post("/{class_id:uuid}/restore")
async def restore_class(class_: RunClass, caller: InInstitute) -> dict[str, Any]:
    return listed_json(await actions.archive_class(caller.conn, caller.actor, class_, archived=False))


@routes.post("/{class_id:uuid}/roll-over", status_code=201)
async def roll_over(body: RollOverBody, class_: RunClass, caller: InInstitute) -> dict[str, Any]:
    """The class of another year, with the same teachers and students; archived ones too roll over."""
    fields = body.model_dump(exclude_unset=True, exclude={"academic_year"})
    if fields.get("name") is None:
        fields.pop("name", None)
    made = await actions.roll_over(caller.conn, caller.actor, class_, body.academic_year, fields)
    return listed_json(made)
