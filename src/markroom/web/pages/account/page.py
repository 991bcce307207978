"""One's own account: name, look, sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi.responses import HTMLResponse, RedirectResponse

from markroom.identity import actions, reads
from markroom.identity.model import SessionRow
from markroom.kit.access import INSTITUTE_COOKIE, SESSION_COOKIE, open_to
from markroom.kit.errors import NotFound
from markroom.kit.http import router
from markroom.web.pages.account.browsers import say_browser
from markroom.web.visits import FormOf, Visit, VisitOf, attempt, go_to

routes = router()


@routes.get("/account")
async def show_account(visit: VisitOf) -> HTMLResponse:
    return await _show(visit)


async def _show(visit: Visit, *, code: int = 200, **context: Any) -> HTMLResponse:
    own = await reads.get_own_user(visit.conn, visit.actor.user_id)
    sessions = await reads.list_own_sessions(visit.conn, visit.actor.user_id)
    listed = [_describe(s, visit.actor.session_id) for s in sessions]
    shown = {"title": "Your account", "email": own.email, "name": own.name, "sessions": listed}
    return visit.page("account", code=code, **{**shown, **context})


def _describe(session: SessionRow, current: UUID | None) -> dict[str, Any]:
    browser = say_browser(session.user_agent)
    is_current = session.id == current
    return {"id": session.id, "browser": browser, "opened_at": session.created_at, "is_current": is_current}


@routes.post("/account", dependencies=[open_to("oneself")])
async def change_name(visit: VisitOf, form: FormOf) -> Any:
    error = await attempt(visit, actions.rename(visit.conn, visit.actor, form.text("name")))
    if error:
        return await _show(visit, code=error.status, name=form.text("name"), errors={"name": error.detail})
    return go_to("/account", "Your name is saved.")


@routes.post("/account/sessions", dependencies=[open_to("oneself")])
async def end_sessions(visit: VisitOf, form: FormOf) -> RedirectResponse:
    """Ends one session, or all of them with this one."""
    if form.has("all"):
        await actions.sign_out_everywhere(visit.conn, visit.actor)
        answer = go_to("/sign-in")
        for cookie in (SESSION_COOKIE, INSTITUTE_COOKIE):
            answer.delete_cookie(cookie, path="/")
        return answer
    try:
        session_id = UUID(form.text("session"))
    except ValueError as error:
        raise NotFound from error
    await actions.sign_out(visit.conn, visit.actor, session_id)
    return go_to("/account", "That session is ended.")
