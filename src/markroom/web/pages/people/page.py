"""The people of a school, and who was asked to join."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import HTMLResponse, Response

from markroom.institutes import actions, reads
from markroom.institutes.model import (
    INVITABLE,
    INVITE_PEOPLE,
    LIST_PEOPLE,
    Invitation,
    PendingInvitationNotFound,
    may_grant,
)
from markroom.institutes.tasks import ROLE_WORDS
from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.kit.paging import Paged, PageQuery, paged
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()

Tab = Literal["staff", "students", "invitations"]
TABS: dict[Tab, str] = {"staff": "Staff", "students": "Students", "invitations": "Invitations"}
STATUSES = ("pending", "expired", "accepted", "declined", "cancelled")
ROLES_OF_TAB = {"staff": ["school_admin", "department_head", "teacher"], "students": ["student"]}
DELIVERY = {
    "queued": "Mail on its way",
    "sent": "Mail sent",
    "failed": "Mail not taken by the mail server; check the address and send it again",
    "unknown": "Not known whether the mail arrived; send it again",
}
FIELD_OF_ERROR = {
    "bad_address": "email",
    "already_member": "email",
    "inviting_oneself": "email",
    "unknown_role": "role",
    "role_above_own": "role",
}


class Wanted:
    """What part of which list is looked at."""

    def __init__(
        self,
        page: PageQuery,
        tab: Tab = "staff",
        q: Annotated[str, Query(max_length=200)] = "",
        status: str = "",
        cursor: str = "",
    ) -> None:
        self.page, self.tab, self.q, self.cursor = page, tab, q.strip(), cursor
        self.status = status if status in STATUSES else ""


@routes.get("/people", dependencies=[requires(LIST_PEOPLE)])
async def show_people(visit: VisitOf, wanted: Annotated[Wanted, Depends()]) -> HTMLResponse:
    return await _show(visit, wanted)


async def _show(visit: Visit, wanted: Wanted, *, code: int = 200, **context: Any) -> HTMLResponse:
    listed = await _list(visit, wanted)
    shown = {
        "title": "People",
        "here": "people",
        "tab": wanted.tab,
        "tabs": [
            {"label": label, "url": f"/people?tab={key}", "current": key == wanted.tab}
            for key, label in TABS.items()
        ],
        "q": wanted.q,
        "status": wanted.status,
        "statuses": STATUSES,
        "rows": listed.rows,
        "total": listed.total,
        "next_cursor": listed.next_cursor,
        "cursor": wanted.cursor,
        "roles": [
            (role, ROLE_WORDS[role].capitalize()) for role in INVITABLE if may_grant(visit.actor.role, role)
        ],
        "role_words": ROLE_WORDS,
        "delivery_words": DELIVERY,
        "typed": {"email": "", "role": "teacher"},
        "is_inviting": False,
        "trouble": "",
    }
    return visit.page("people", code=code, **{**shown, **context})


def _tab(key: Tab, current: Tab) -> dict[str, Any]:
    return {"label": TABS[key], "url": f"/people?tab={key}", "current": key == current}


async def _list(visit: Visit, wanted: Wanted) -> Paged[Any]:
    conn, page, school = visit.conn, wanted.page, visit.school.id
    if wanted.tab == "invitations":
        rows, total = await reads.list_invitations(
            visit.conn,
            school,
            role=None,
            status=wanted.status or None,
            after=page.after,
            limit=page.limit + 1,
        )
        return paged(rows, total, page, lambda i: i.id)
    members, total = await reads.list_members(
        conn, school, roles=ROLES_OF_TAB[wanted.tab], q=wanted.q, after=page.after, limit=page.limit + 1
    )
    return paged(members, total, page, lambda m: [m.name.lower(), m.user_id])


@routes.post("/people", dependencies=[requires(INVITE_PEOPLE)])
async def change_invitations(visit: VisitOf, form: FormOf, wanted: Annotated[Wanted, Depends()]) -> Response:
    secret = visit.request.app.state.secret
    if form.has("resend"):
        change: Awaitable[object] = actions.resend(
            visit.conn, visit.actor, secret, _id_of(form.text("resend"))
        )
        said = "The invitation is sent again. The link sent before no longer works."
    elif form.has("cancel"):
        change = actions.cancel(visit.conn, visit.actor, _id_of(form.text("cancel")))
        said = "The invitation is cancelled. Its link no longer works."
    else:
        return await _invite(visit, form, wanted)
    if error := await attempt(visit, change):
        return await _show(visit, wanted, code=error.status, trouble=error.detail)
    return go_to("/people?tab=invitations", said)


async def _invite(visit: Visit, form: Form, wanted: Wanted) -> Response:
    typed = {"email": form.text("email"), "role": form.text("role")}
    waiting: list[Invitation] = []

    async def invite() -> None:
        secret = visit.request.app.state.secret
        invited = await actions.invite(visit.conn, visit.actor, secret, **typed, metadata={})
        if not invited.is_new:
            waiting.append(invited.invitation)

    if error := await attempt(visit, invite()):
        errors = say_fields(error, FIELD_OF_ERROR)
        return await _show(visit, wanted, code=error.status, typed=typed, errors=errors, is_inviting=True)
    said = f"The invitation to {typed['email']} is on its way."
    if waiting:
        said = f"{typed['email']} has an invitation already, as {ROLE_WORDS[waiting[0].role]}."
    return go_to("/people?tab=invitations", said)


def _id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise PendingInvitationNotFound from error
