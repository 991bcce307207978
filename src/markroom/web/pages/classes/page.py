"""The classes of a school: for staff to find and make, for pupils to see theirs and ask to join."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from fastapi.responses import HTMLResponse, Response

from markroom.institutes.members.reads import list_members
from markroom.institutes.model import MANAGERS, STAFF
from markroom.institutes.terms.reads import list_terms
from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.kit.paging import PageQuery, paged
from markroom.school import actions, enrollment, reads
from markroom.school.model import ASK_TO_JOIN, SEE_CLASSES, Class, ClassNotFound, RequestNotFound
from markroom.school.reads import Wanted
from markroom.web.pages.school.page import school_tabs
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to

routes = router()
Show = Literal["", "mine", "all", "archived"]
TEXTS = ("name", "code", "subject", "year_group", "academic_year")
OFFERED = 200


@routes.get("/classes", dependencies=[requires(SEE_CLASSES)])
async def show_classes(
    visit: VisitOf,
    page: PageQuery,
    q: Annotated[str, Query(max_length=200)] = "",
    show: Show = "",
    cursor: str = "",
) -> HTMLResponse:
    if visit.actor.role not in STAFF:
        return await _show_own(visit, q=q.strip())
    return await _show(visit, page, q=q.strip(), show=show, cursor=cursor)


# ── for staff ───────────────────────────────────────────────────────────────────────────────────


async def _show(
    visit: Visit, page: PageQuery, *, q: str = "", show: str = "", code: int = 200, **context: Any
) -> HTMLResponse:
    is_manager = visit.actor.role in MANAGERS
    shown = show or ("all" if is_manager else "mine")
    wanted = Wanted(
        q=q, teacher_id=visit.actor.user_id if shown == "mine" else None, archived=shown == "archived"
    )
    rows, total = await reads.list_classes(visit.conn, visit.school.id, wanted, page.after, page.limit + 1)
    listed = paged(rows, total, page, lambda class_: [class_.name, class_.id])
    filled = {
        "tabs_of_school": school_tabs(visit.actor, "classes"),
        "rows": listed.rows,
        "total": total,
        "next_cursor": listed.next_cursor,
        "cursor": "",
        "q": q,
        "show": shown,
        "form": dict.fromkeys(TEXTS, "") | {"teacher_id": str(visit.actor.user_id)},
        "teachers": await _list_teachers(visit) if is_manager else [],
        **await list_words(visit),
    }
    return visit.page("classes", code=code, **{**filled, **context})


async def list_words(visit: Visit) -> dict[str, list[str]]:
    """The school's own subjects and year groups, to choose from or not."""
    subjects = await list_terms(visit.conn, visit.school.id, "subject")
    years = await list_terms(visit.conn, visit.school.id, "year_group")
    return {"subjects": [term.name for term in subjects], "year_groups": [term.name for term in years]}


async def _list_teachers(visit: Visit) -> list[tuple[str, str]]:
    roles = ["school_admin", "department_head", "teacher"]
    staff, _ = await list_members(visit.conn, visit.school.id, roles=roles, q=None, after=None, limit=OFFERED)
    return [(str(member.user_id), member.name) for member in staff if member.state == "active"]


@routes.post("/classes", dependencies=[requires(ASK_TO_JOIN)])
async def change_classes(visit: VisitOf, form: FormOf, page: PageQuery) -> Response:
    if form.has("ask") or form.has("withdraw"):
        return await _ask(visit, form)
    typed: dict[str, Any] = {name: form.text(name) for name in TEXTS}
    teacher = form.text("teacher_id")
    made: list[Class] = []

    async def create() -> None:
        named = [read_id(teacher, ClassNotFound)] if teacher else None
        made.append(await actions.create_class(visit.conn, visit.actor, typed, named))

    if error := await attempt(visit, create()):
        form_ = typed | {"teacher_id": teacher}
        return await _show(visit, page, code=error.status, form=form_, errors={"": error.detail})
    return go_to(f"/classes/{made[0].id}", "The class is made. Add its students.")


# ── for pupils ──────────────────────────────────────────────────────────────────────────────────


async def _show_own(visit: Visit, *, q: str = "", code: int = 200, trouble: str = "") -> HTMLResponse:
    conn, actor = visit.conn, visit.actor
    seen = await reads.list_pupil_classes(conn, actor.institute, own=False)
    requests, _ = await reads.list_requests(conn, actor, state=None, all_classes=False, after=None, limit=20)
    asked = {request.class_id for request in requests if request.state == "pending"}
    found = [c for c in seen if c.is_open and not c.is_own and c.id not in asked and _matches(c, q)]
    return visit.page(
        "classes",
        code=code,
        own=[class_ for class_ in seen if class_.is_own and class_.archived_at is None],
        requests=[request for request in requests if request.state in ("pending", "rejected")],
        found=found[:20] if q else [],
        any_open=any(class_.is_open and not class_.is_own for class_ in seen),
        q=q,
        trouble=trouble,
    )


def _matches(class_: Class, q: str) -> bool:
    return q.lower() in f"{class_.name} {class_.code or ''} {class_.subject or ''}".lower()


async def _ask(visit: Visit, form: Form) -> Response:
    conn, actor = visit.conn, visit.actor

    async def ask() -> None:
        if form.has("withdraw"):
            request_id = read_id(form.text("withdraw"), RequestNotFound)
            await enrollment.withdraw(conn, actor, await reads.get_request(conn, actor, request_id))
        else:
            class_id = read_id(form.text("ask"), ClassNotFound)
            class_ = await enrollment.get_askable_class(conn, actor, class_id)
            await enrollment.request_enrollment(conn, actor, class_, None)

    if error := await attempt(visit, ask()):
        return await _show_own(visit, code=error.status, trouble=error.detail)
    return go_to("/classes", "Taken back." if form.has("withdraw") else "Your teacher is asked.")


def read_id(text: str, otherwise: type[ClassNotFound | RequestNotFound]) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise otherwise from error
