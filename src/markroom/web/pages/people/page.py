"""The people of a school, and who was asked to join."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import HTMLResponse, Response

from markroom.institutes.invitations import actions, reads
from markroom.institutes.invitations.endpoints import invitation_json
from markroom.institutes.invitations.model import Invitation, PendingInvitationNotFound
from markroom.institutes.members.endpoints import member_json
from markroom.institutes.members.reads import list_members
from markroom.institutes.model import INVITABLE, INVITE_PEOPLE, LIST_PEOPLE, ROLE_WORDS, may_grant
from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.kit.limits import limited
from markroom.kit.paging import BadCursor, Paged, PageQuery, paged
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()

Tab = Literal["staff", "students", "invitations"]
ROLES_OF_TAB = {"staff": ["school_admin", "department_head", "teacher"], "students": ["student"]}
INVITATIONS = "/people?tab=invitations"
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
        cursor: str = "",
    ) -> None:
        self.page, self.tab, self.q, self.cursor = page, tab, q.strip(), cursor
        if page.after is not None and isinstance(page.after, str) != (tab == "invitations"):
            raise BadCursor


@routes.get("/people", dependencies=[requires(LIST_PEOPLE)])
async def show_people(visit: VisitOf, wanted: Annotated[Wanted, Depends()]) -> HTMLResponse:
    return await _show(visit, wanted)


async def _show(visit: Visit, wanted: Wanted, *, code: int = 200, **context: Any) -> HTMLResponse:
    listed = await _list(visit, wanted)
    shown = {
        "tab": wanted.tab,
        "counts": {tab: listed.total if tab == wanted.tab else None for tab in get_args(Tab)},
        "q": wanted.q,
        "cursor": wanted.cursor,
        "rows": listed.rows,
        "total": listed.total,
        "next_cursor": listed.next_cursor,
        "link": None,
        "shown_links": await _find_shown(visit, wanted, listed.rows),
        "trouble": "",
        "may_invite": INVITE_PEOPLE.permits(visit.actor),
        "roles": [(r, _say(r)) for r in INVITABLE if may_grant(visit.actor.role, r)],
        "form": {"email": "", "role": "student" if wanted.tab == "students" else "teacher"},
    }
    return visit.page("people", code=code, **{**shown, **context})


async def _find_shown(visit: Visit, wanted: Wanted, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    if wanted.tab != "invitations":
        return set()
    return await reads.list_shown_links(visit.conn, visit.school.id, [row["id"] for row in rows])


def _say(role: str) -> str:
    words = ROLE_WORDS[role]
    return words[:1].upper() + words[1:]


async def _list(visit: Visit, wanted: Wanted) -> Paged[dict[str, Any]]:
    conn, school, page = visit.conn, visit.school.id, wanted.page
    if wanted.tab == "invitations":
        rows, total = await reads.list_invitations(
            conn, school, role=None, status=None, after=page.after, limit=page.limit + 1
        )
        shown = [invitation_json(i) | {"role_word": _say(i.role)} for i in rows]
        return paged(shown, total, page, lambda i: i["id"])
    roles = ROLES_OF_TAB[wanted.tab]
    members, total = await list_members(
        conn, school, roles=roles, q=wanted.q, after=page.after, limit=page.limit + 1
    )
    named = [member_json(m) | {"role_word": _say(m.role)} for m in members]
    return paged(named, total, page, lambda m: [m["display_name"].lower(), m["profile_id"]])


@routes.post("/people", dependencies=[limited("institute_invitation"), requires(INVITE_PEOPLE)])
async def change_invitations(visit: VisitOf, form: FormOf, wanted: Annotated[Wanted, Depends()]) -> Response:
    secret = visit.request.app.state.secret
    if form.has("resend"):
        change: Awaitable[object] = actions.resend(
            visit.conn, visit.actor, secret, _id_of(form.text("resend"))
        )
        said = "The invitation is sent again. The link sent before no longer works."
    elif form.has("cancel"):
        change = actions.cancel(visit.conn, visit.actor, _id_of(form.text("cancel")))
        said = "The invitation is withdrawn. Its link no longer works."
    elif form.has("show_link"):
        return await _show_link(visit, form, wanted)
    else:
        return await _invite(visit, form, wanted)
    if error := await attempt(visit, change):
        return await _show(visit, wanted, code=error.status, trouble=error.detail)
    return go_to(INVITATIONS, said)


async def _show_link(visit: Visit, form: Form, wanted: Wanted) -> Response:
    """The page with the link on it: no redirect may carry it."""
    made: list[dict[str, Any]] = []

    async def show() -> None:
        state = visit.request.app.state
        invitation_id = _id_of(form.text("show_link"))
        token, expires_at = await actions.show_link(visit.conn, visit.actor, state.secret, invitation_id)
        made.append({"url": f"{state.settings.base_url}/invitations/{token}", "expires_at": expires_at})

    if error := await attempt(visit, show()):
        return await _show(visit, wanted, code=error.status, trouble=error.detail)
    visit.request.state.answer_is_secret = True
    return await _show(visit, wanted, link=made[0])


async def _invite(visit: Visit, form: Form, wanted: Wanted) -> Response:
    typed = {"email": form.text("email"), "role": form.text("role")}
    waiting: list[Invitation] = []

    async def invite() -> None:
        secret = visit.request.app.state.secret
        invited = await actions.invite(
            visit.conn, visit.actor, secret, email=typed["email"], role=typed["role"], metadata={}
        )
        if not invited.is_new:
            waiting.append(invited.invitation)

    if error := await attempt(visit, invite()):
        errors = say_fields(error, FIELD_OF_ERROR)
        return await _show(visit, wanted, code=error.status, form=typed, errors=errors)
    if waiting:
        there = f"{typed['email']} has an invitation already, as {ROLE_WORDS[waiting[0].role]}."
        return go_to(INVITATIONS, there)
    return go_to(INVITATIONS, f"The invitation to {typed['email']} is on its way.")


def _id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise PendingInvitationNotFound from error
