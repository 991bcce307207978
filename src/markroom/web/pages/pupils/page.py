"""Pupils without mail: entered by name, signed in by printed codes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from markroom.identity.model import BadName, check_name
from markroom.institutes.addresses.reads import list_pending
from markroom.institutes.members import reads
from markroom.institutes.members.model import MemberNotFound
from markroom.institutes.model import ADD_PUPILS, ISSUE_CODES
from markroom.institutes.pupils import actions as pupils
from markroom.institutes.pupils.model import IssuedCode, NewPupil
from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.kit.paging import PageQuery, paged
from markroom.web.pages.new_batch.candidates import read_candidates
from markroom.web.pages.pupils.sheet import draw_codes
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to

routes = router()
MOST_AT_ONCE = 500


@routes.get("/people/pupils", dependencies=[requires(ADD_PUPILS)])
async def show_pupils(visit: VisitOf, page: PageQuery, cursor: str = "") -> HTMLResponse:
    return await _show(visit, page, cursor=cursor)


async def _show(visit: Visit, page: Any, *, code: int = 200, **context: Any) -> HTMLResponse:
    members, total = await reads.list_pupils_without_address(
        visit.conn, visit.school.id, page.after, page.limit + 1
    )
    waiting, _ = await list_pending(visit.conn, visit.school.id, None, MOST_AT_ONCE)
    listed = paged(members, total, page, lambda m: [m.name.lower(), m.user_id])
    shown = {
        "waiting": waiting,
        "rows": listed.rows,
        "total": total,
        "next_cursor": listed.next_cursor,
        "cursor": "",
        "typed": "",
        "trouble": "",
    }
    return visit.page("pupils", code=code, **{**shown, **context})


@routes.post("/people/pupils", dependencies=[requires(ADD_PUPILS)])
async def add_pupils(visit: VisitOf, form: FormOf, page: PageQuery) -> Response:
    typed = form.text("names")
    try:
        entered = _read_pupils(typed)
    except BadName:
        trouble = f"Write 1 to {MOST_AT_ONCE} names, one a line, each of at most 200 characters."
        return await _show(visit, page, code=422, typed=typed, trouble=trouble)
    if error := await attempt(visit, pupils.add_pupils(visit.conn, visit.actor, entered)):
        return await _show(visit, page, code=error.status, typed=typed, trouble=error.detail)
    return go_to("/people/pupils", f"{len(entered)} entered. Print their codes when they need them.")


def _read_pupils(text: str) -> list[NewPupil]:
    """One a line, with a candidate number after a comma if there is one. Raises BadName."""
    found = read_candidates(text)
    if not 1 <= len(found) <= MOST_AT_ONCE:
        raise BadName
    details = [{"candidate_number": one["number"]} if one["number"] else {} for one in found]
    return [NewPupil(check_name(one["name"] or ""), given) for one, given in zip(found, details, strict=True)]


@routes.post("/people/codes.pdf", dependencies=[requires(ISSUE_CODES)])
async def print_codes(visit: VisitOf, form: FormOf, page: PageQuery) -> Response:
    """New codes as a sheet. They are known only now: printing again makes new ones, and those before end."""
    issued: list[IssuedCode] = []

    async def issue() -> None:
        secret = visit.request.app.state.secret
        issued.extend(await pupils.issue_codes(visit.conn, visit.actor, secret, _read_ids(form)))

    if error := await attempt(visit, issue()):
        return await _show(visit, page, code=error.status, trouble=error.detail)
    address = f"{visit.request.app.state.settings.base_url}/sign-in"
    visit.request.state.answer_is_secret = True
    data = draw_codes(issued, visit.school.name, address)
    headers = {"Content-Disposition": 'attachment; filename="sign-in codes.pdf"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)


def _read_ids(form: Form) -> list[UUID]:
    try:
        return [UUID(text) for text in form.texts("ids")][:MOST_AT_ONCE]
    except ValueError as error:
        raise MemberNotFound from error
