"""One's own account: name, look, sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from markroom.identity import actions, reads
from markroom.identity.model import SessionNotFound, SessionRow
from markroom.kit.access import open_to
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
        "form": {"name": own.name},
        "sessions": [_describe(session, visit.actor.session_id) for session in sessions],
    }
    return visit.page("account", code=code, **{**shown, **context})


def _describe(session: SessionRow, current: UUID | None) -> dict[str, Any]:
    device, is_current = say_browser(session.user_agent), session.id == current
    last_seen_at = session.last_seen_at
    return {"id": session.id, "device": device, "last_seen_at": last_seen_at, "is_current": is_current}


@routes.post("/account", dependencies=[open_to("oneself")])
async def change_account(visit: VisitOf, form: FormOf) -> Response:
    """Saves the name; or ends one session (`revoke`), or all of them with this one (`revoke_all`)."""
    if form.has("revoke_all"):
        await actions.sign_out_everywhere(visit.conn, visit.actor)
        return sign_out_here()
    if form.has("revoke"):
        await actions.sign_out(visit.conn, visit.actor, _session_of(form.text("revoke")))
        return go_to("/account", "That session is ended.")
    typed = {"name": form.text("name")}
    if error := await attempt(visit, actions.rename(visit.conn, visit.actor, typed["name"])):
        return await _show(visit, code=error.status, form=typed, errors={"name": error.detail})
    return go_to("/account", "Your name is saved.")


def _session_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise SessionNotFound from error
