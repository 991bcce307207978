"""One class: its students and their codes, its teachers, and who asks to join."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import HTMLResponse, Response

from markroom.institutes.members.reads import list_members
from markroom.institutes.model import STAFF
from markroom.institutes.pupils.model import IssuedCode
from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.kit.versions import check_version
from markroom.school import actions, pupils, reads
from markroom.school.endpoints import RunClass, SeenClass, changing_class
from markroom.school.model import SEE_CLASSES, Class, NotInClass, next_academic_year
from markroom.school.students.model import Pasted, StudentsWanted
from markroom.school.students.reads import list_school_students
from markroom.web.pages.classes.page import OFFERED, TEXTS, list_words
from markroom.web.pages.pupils.sheet import draw_codes
from markroom.web.pages.school_class import changes
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to

routes = router()
FOUND = 20
Query_ = Annotated[str, Query(max_length=200)]
ChangingClass = Annotated[Class, Depends(changing_class)]


@dataclass(frozen=True)
class Said:
    """What the last try came to, where the page itself tells it."""

    trouble: str = ""
    pasted: tuple[Pasted, ...] = ()
    form: dict[str, Any] | None = None
    code: int = 200


@routes.get("/classes/{class_id:uuid}", dependencies=[requires(SEE_CLASSES)])
async def show_class(visit: VisitOf, class_: SeenClass, q: Query_ = "") -> HTMLResponse:
    return await _show(visit, class_, q=q.strip())


async def _show(visit: Visit, class_: Class, said: Said | None = None, *, q: str = "") -> HTMLResponse:
    conn, actor, school = visit.conn, visit.actor, visit.school.id
    students = (await reads.list_students(conn, school, [class_.id]))[class_.id]
    may_run = class_.is_run_by(actor)
    may_change = may_run and class_.archived_at is None
    said = said or Said()
    context: dict[str, Any] = {
        "klass": class_,
        "is_pupil": actor.role not in STAFF,
        "may_run": may_run,
        "may_change": may_change,
        "students": students,
        "coded": any(not student.has_address for student in students),
        "requests": await reads.list_class_requests(conn, actor, class_.id, "pending") if may_run else [],
        "q": q,
        "found": await _find(visit, class_, q) if may_change and q else [],
        "colleagues": await _list_colleagues(visit, class_) if may_change else [],
        "form": said.form or {name: getattr(class_, name) for name in (*TEXTS, "takes_requests")},
        "pasted": [line for line in said.pasted if len(line.user_ids) != 1],
        "trouble": said.trouble,
        "next_year": next_academic_year(class_.academic_year),
        **(await list_words(visit) if may_change else {}),
    }
    return visit.page("school_class", code=said.code, **context)


async def _find(visit: Visit, class_: Class, q: str) -> list[Any]:
    """Students of the school who are not in the class."""
    wanted = StudentsWanted(q=q, not_in_class=class_.id, active=True)
    found, _ = await list_school_students(visit.conn, visit.school.id, wanted, None, FOUND)
    return found


async def _list_colleagues(visit: Visit, class_: Class) -> list[tuple[str, str]]:
    roles = ["school_admin", "department_head", "teacher"]
    staff, _ = await list_members(visit.conn, visit.school.id, roles=roles, q=None, after=None, limit=OFFERED)
    others = [m for m in staff if m.state == "active" and not class_.is_taught_by(m.user_id)]
    return [(str(member.user_id), member.name) for member in others]


@routes.post("/classes/{class_id:uuid}")
async def change_class(visit: VisitOf, class_: RunClass, form: FormOf) -> Response:
    for name, change in changes.CHANGES.items():
        if form.has(name):
            return await _carry_out(visit, class_, form, change)
    if form.has("names"):
        return await _paste(visit, class_, form)
    return await _save(visit, class_, form)


async def _carry_out(visit: Visit, class_: Class, form: Form, change: changes.Change) -> Response:
    gone: list[changes.Gone] = []

    async def carry_out() -> None:
        gone.append(await change(visit, class_, form))

    if error := await attempt(visit, carry_out()):
        return await _show(visit, class_, Said(trouble=error.detail, code=error.status))
    return go_to(gone[0].url, gone[0].said)


async def _save(visit: Visit, class_: Class, form: Form) -> Response:
    typed: dict[str, Any] = {name: form.text(name) for name in TEXTS}
    typed["takes_requests"] = form.has("takes_requests")

    async def save() -> None:
        sent = form.text("version")
        check_version(int(sent) if sent.isdecimal() else None, class_.version, None)
        await actions.change_class(visit.conn, visit.actor, class_.id, typed, None)

    if error := await attempt(visit, save()):
        return await _show(visit, class_, Said(trouble=error.detail, form=typed, code=error.status))
    return go_to(f"/classes/{class_.id}", "The class is saved.")


async def _paste(visit: Visit, class_: Class, form: Form) -> Response:
    """Adds whom the lines name; the page asks about the others."""
    outcome: list[changes.PastedIn] = []

    async def add() -> None:
        outcome.append(await changes.paste(visit, class_, form.text("names")))

    if error := await attempt(visit, add()):
        return await _show(visit, class_, Said(trouble=error.detail, code=error.status))
    pasted = outcome[0]
    if pasted.is_whole:
        return go_to(f"/classes/{class_.id}", pasted.said)
    fresh = await reads.get_class(visit.conn, visit.school.id, class_.id)
    return await _show(visit, fresh, Said(trouble=pasted.said, pasted=tuple(pasted.lines)))


@routes.post("/classes/{class_id:uuid}/codes.pdf")
async def print_codes(visit: VisitOf, class_: ChangingClass, form: FormOf) -> Response:
    """New codes as a sheet. They are known only now: printing again makes new ones, and those before end."""
    issued: list[IssuedCode] = []

    async def issue() -> None:
        secret = visit.request.app.state.secret
        issued.extend(await pupils.issue_codes(visit.conn, visit.actor, secret, class_.id, _read_ids(form)))

    if error := await attempt(visit, issue()):
        return await _show(visit, class_, Said(trouble=error.detail, code=error.status))
    visit.request.state.answer_is_secret = True
    data = draw_codes(issued, visit.school.name, f"{visit.request.app.state.settings.base_url}/sign-in")
    headers = {"Content-Disposition": 'attachment; filename="sign-in codes.pdf"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)


def _read_ids(form: Form) -> list[UUID]:
    try:
        return [UUID(text) for text in form.texts("ids")]
    except ValueError as error:
        raise NotInClass from error
