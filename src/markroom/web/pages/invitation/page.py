"""Answering an invitation. Only a form sent from its page does; opening the link changes nothing (sec-I3)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from markroom.identity.credentials import read_session
from markroom.identity.endpoints import set_session_cookie
from markroom.identity.model import BadName, SignIn, address_key, check_name, mask_address
from markroom.identity.reads import get_own_user
from markroom.institutes import acceptance
from markroom.institutes.model import AccountExists, InvitationEnded, Offer
from markroom.institutes.tasks import ROLE_WORDS
from markroom.kit.access import INSTITUTE_COOKIE, Entrance, SignInRequired, Wish, open_to
from markroom.kit.http import router
from markroom.web.templating import render
from markroom.web.visits import EverywhereEntrance, Form, FormOf, go_to, keep

YEAR = 365 * 24 * 3600
routes = router()

ENDINGS = {
    "accepted": "This invitation was accepted.",
    "declined": "This invitation was declined. Ask the school for a new one if that was a mistake.",
    "cancelled": "The school has withdrawn this invitation. Ask the person who invited you for a new one.",
    "expired": "This invitation has expired. Ask the person who invited you to send it again.",
    "replaced": "A newer mail was sent to you: use the link in that one.",
}


@routes.get("/invitations/{token}")
async def show_invitation(request: Request, entrance: EverywhereEntrance, token: str) -> HTMLResponse:
    return await _show(request, entrance, token)


async def _show(
    request: Request, entrance: Entrance, token: str, *, status: int = 200, **context: Any
) -> HTMLResponse:
    async with request.app.state.database.transaction() as conn:
        offer = await acceptance.show_offer(conn, token)
    own = await _own_address(entrance)
    live = offer.status == "pending"
    shown = {
        "title": f"Join {offer.institute_name}" if live else "This invitation has ended",
        "offer": offer,
        "address": mask_address(offer.email),
        "role": ROLE_WORDS[offer.role],
        "ending": ENDINGS.get(offer.status, ""),
        "step": _next_step(offer, own),
        "own_address": own,
        "here_url": f"/invitations/{quote(token)}",
        "name": "",
    }
    return render(request, "pages/invitation/page.html", {**shown, **context}, status=status if live else 410)


async def _own_address(entrance: Entrance) -> str | None:
    """The address of whoever is signed in."""
    try:
        async with entrance.transaction(everywhere=True) as caller:
            return (await get_own_user(caller.conn, caller.actor.user_id)).email or ""
    except SignInRequired:
        return None


def _next_step(offer: Offer, own_address: str | None) -> str:
    if own_address is None:
        return "sign_in" if offer.has_account else "join"
    return "answer" if address_key(own_address) == offer.email_key else "other_person"


@routes.post("/invitations/{token}", dependencies=[open_to("anyone")])
async def answer_invitation(
    request: Request, entrance: EverywhereEntrance, form: FormOf, token: str
) -> Response:
    if form.text("answer") == "join":
        return await _join(request, entrance, form, token)
    if form.text("answer") == "decline":
        async with entrance.transaction(everywhere=True) as caller:
            offer = await acceptance.decline(caller.conn, caller.actor, token)
        return go_to("/", f"You declined the invitation of {offer.institute_name}.")
    async with entrance.transaction(everywhere=True) as caller:
        offer = await acceptance.accept(caller.conn, caller.actor, token)
    if offer.status == "cancelled":
        raise InvitationEnded
    return _arrive(request, offer)


async def _join(request: Request, entrance: Entrance, form: Form, token: str) -> Response:
    """Makes the account, signs in and accepts in one transaction: all of it or nothing."""
    try:
        name = check_name(form.text("name"))
    except BadName as error:
        return await _show(
            request, entrance, token, status=422, name=form.text("name"), errors={"name": error.detail}
        )
    try:
        async with request.app.state.database.transaction() as conn:
            signed_in = await acceptance.join(conn, token, name, request.headers.get("user-agent", ""))
            actor = await read_session(
                conn, signed_in.access_token, Wish(None, True, request.state.request_id)
            )
            assert actor is not None, "the session was just opened"
            offer = await acceptance.accept(conn, actor, token)
    except AccountExists:
        return go_to(f"/sign-in?next=/invitations/{quote(token)}")
    if offer.status == "cancelled":
        raise InvitationEnded
    return _arrive(request, offer, signed_in)


def _arrive(request: Request, offer: Offer, signed_in: SignIn | None = None) -> RedirectResponse:
    """Into the school just joined."""
    answer = go_to("/", f"Welcome to {offer.institute_name}.")
    keep(request, answer, INSTITUTE_COOKIE, str(offer.institute_id), seconds=YEAR)
    if signed_in:
        set_session_cookie(answer, signed_in, secure=request.app.state.settings.is_secure)
    return answer
