"""One's own account: name, look, sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response

from markroom.identity import actions, reads
from markroom.identity.model import SessionNotFound, SessionRow
from markroom.institutes.addresses import actions as addresses
from markroom.institutes.addresses.reads import find_given
from markroom.institutes.members import actions as members
from markroom.kit.access import INSTITUTE_COOKIE, EntranceOf, open_to
from markroom.kit.http import router
from markroom.web.pages.account.browsers import say_browser
from markroom.web.visits import FormOf, Visit, VisitOf, attempt, go_to, sign_out_here

routes = router()


@routes.get("/account")
async def show_account(visit: VisitOf) -> HTMLResponse:
    return await _show(visit)


async def _show(visit: Visit, *, code: int = 200, **context: Any) -> HTMLResponse:
    own = await reads.get_own_user(visit.conn, visit.actor.user_id)
    sessions = await reads.list_own_sessions(visit.conn, visit.actor.user_id)
    shown = {
        "me": {"name": own.name, "email": own.email},
        "form": {"name": own.name, "email": ""},
        "asked": None if own.email else await find_given(visit.conn, visit.school.id, own.id),
        "school": visit.school.name,
        "by_code": visit.actor.by_code,
        "confirm_by": own.email or own.name,
        "sessions": [_describe(session, visit.actor.session_id) for session in sessions],
    }
    return visit.page("account", code=code, **{**shown, **context})


def _describe(session: SessionRow, current: UUID | None) -> dict[str, Any]:
    device, is_current = say_browser(session.user_agent), session.id == current
    last_seen_at = session.last_seen_at
    return {"id": session.id, "device": device, "last_seen_at": last_seen_at, "is_current": is_current}


async def count_address(request: Request, entrance: EntranceOf, form: FormOf) -> None:
    """So many mails a minute to wherever somebody types. Raises TooManyRequests."""
    if form.has("email") and entrance.token:
        await request.app.state.limiter.count("sign_in", entrance.token)


@routes.post("/account", dependencies=[Depends(count_address), open_to("oneself")])
async def change_account(visit: VisitOf, form: FormOf) -> Response:
    """Saves the name; gives an address (`email`); ends one session (`revoke`) or all
    (`revoke_all`); leaves the school, or deletes the account where its address is typed (`confirm`)."""
    if form.has("revoke_all"):
        await actions.sign_out_everywhere(visit.conn, visit.actor)
        return sign_out_here()
    if form.has("revoke"):
        await actions.sign_out(visit.conn, visit.actor, _session_of(form.text("revoke")))
        return go_to("/account", "That session is ended.")
    if form.has("leave"):
        return await _leave(visit)
    if form.has("confirm"):
        return await _delete(visit, form.text("confirm"))
    if form.has("email"):
        return await _give_address(visit, form.text("email"))
    typed = {"name": form.text("name"), "email": ""}
    if error := await attempt(visit, actions.rename(visit.conn, visit.actor, typed["name"])):
        return await _show(visit, code=error.status, form=typed, errors={"name": error.detail})
    return go_to("/account", "Your name is saved.")


async def _give_address(visit: Visit, email: str) -> Response:
    state = visit.request.app.state
    own = await reads.get_own_user(visit.conn, visit.actor.user_id)
    asking = addresses.give_own_address(visit.conn, visit.actor, state.secret, email)
    if error := await attempt(visit, asking):
        form = {"name": own.name, "email": email}
        return await _show(visit, code=error.status, form=form, errors={"email": error.detail})
    return go_to("/account", f"{email} waits for your school’s yes.")


async def _leave(visit: Visit) -> Response:
    if error := await attempt(visit, members.leave(visit.conn, visit.actor)):
        return await _show(visit, code=error.status, errors={"leave": error.detail})
    answer = go_to("/", f"You left {visit.school.name}.")
    answer.delete_cookie(INSTITUTE_COOKIE, path="/")
    return answer


async def _delete(visit: Visit, typed: str) -> Response:
    own = await reads.get_own_user(visit.conn, visit.actor.user_id)
    wanted = own.email or own.name
    if typed.casefold() != wanted.casefold():
        errors = {"confirm": f"This is not {wanted}. Nothing was deleted."}
        return await _show(visit, code=422, errors=errors)
    if error := await attempt(visit, members.delete_account(visit.conn, visit.actor)):
        return await _show(visit, code=error.status, errors={"confirm": error.detail})
    return sign_out_here()


def _session_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise SessionNotFound from error
