"""Answering an invitation. Only a form sent from its page does; opening the link changes nothing (sec-I3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from markroom.identity.credentials import read_session
from markroom.identity.endpoints import set_session_cookie
from markroom.identity.model import BadName, SignIn, address_key, check_name, mask_address
from markroom.identity.reads import get_own_user
from markroom.institutes.invitations import actions as invitations
from markroom.institutes.invitations.model import AccountExists, InvitationEnded, Offer
from markroom.institutes.model import ROLE_WORDS
from markroom.kit.access import INSTITUTE_COOKIE, Entrance, SignInRequired, Wish, open_to
from markroom.kit.http import router
from markroom.kit.limits import network_address
from markroom.web.templating import render
from markroom.web.visits import EverywhereEntrance, Form, FormOf, go_to, keep

YEAR = 365 * 24 * 3600
routes = router()

ENDINGS = {
    "accepted": "This invitation was accepted already. Sign in to go to the school.",
    "declined": "This invitation was declined. Ask the person who invited you for a new one.",
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
        offer = await invitations.show_offer(conn, token)
    own = await _own_address(entrance)
    shown = {
        "offer": replace(offer, email=mask_address(offer.email)),
        "role_word": ROLE_WORDS[offer.role],
        "place": _name_place(offer),
        "projects": [f"{one['name']} ({ROLE_WORDS[one['role']]})" for one in offer.projects],
        "standing": _find_standing(offer, own),
        "user_email": own,
        "error": ENDINGS.get(offer.status, ""),
        "name": "",
        "next": f"/invitations/{quote(token)}",
    }
    code = status if offer.status == "pending" else InvitationEnded.status
    return render(request, "pages/invitation/page.html", {**shown, **context}, status=code)


def _name_place(offer: Offer) -> str:
    """What one joins: the school, or a project of a school one is in."""
    named = [one["name"] for one in offer.projects if one["id"] == str(offer.project_id)]
    return named[0] if named else offer.institute_name


async def _own_address(entrance: Entrance) -> str | None:
    """The address of whoever is signed in."""
    try:
        async with entrance.transaction(everywhere=True) as caller:
            return (await get_own_user(caller.conn, caller.actor.user_id)).email or "a user without address"
    except SignInRequired:
        return None


def _find_standing(offer: Offer, own_address: str | None) -> str:
    """What the page asks of its reader: ended, new, sign_in, yours or other."""
    if offer.status != "pending":
        return "ended"
    if own_address is None:
        return "sign_in" if offer.has_account else "new"
    return "yours" if address_key(own_address) == offer.email_key else "other"


@routes.post("/invitations/{token}", dependencies=[open_to("anyone")])
async def answer_invitation(
    request: Request, entrance: EverywhereEntrance, form: FormOf, token: str
) -> Response:
    await request.app.state.limiter.count("accept", entrance.token or network_address(request))
    if entrance.token is None:
        return await _join(request, entrance, form, token)
    async with entrance.transaction(everywhere=True) as caller:
        answer = invitations.decline if form.has("decline") else invitations.accept
        offer = await answer(caller.conn, caller.actor, token)
    if form.has("decline"):
        return go_to("/", f"You declined the invitation of {offer.institute_name}.")
    if offer.status == "cancelled":
        raise InvitationEnded
    return _arrive(request, offer)


async def _join(request: Request, entrance: Entrance, form: Form, token: str) -> Response:
    """Makes the account, signs in and accepts in one transaction: all of it or nothing."""
    try:
        name = check_name(form.text("name"))
    except BadName as error:
        typed = {"name": form.text("name"), "errors": {"name": error.detail}}
        return await _show(request, entrance, token, status=422, **typed)
    try:
        async with request.app.state.database.transaction() as conn:
            signed_in = await invitations.join(conn, token, name, request.headers.get("user-agent", ""))
            wish = Wish(None, True, request.state.request_id)
            actor = await read_session(conn, signed_in.access_token, wish)
            assert actor is not None, "the session was just opened"
            offer = await invitations.accept(conn, actor, token, has_just_joined=True)
    except AccountExists:
        return go_to(f"/sign-in?next=/invitations/{quote(token)}")
    if offer.status == "cancelled":
        raise InvitationEnded
    return _arrive(request, offer, signed_in)


def _arrive(request: Request, offer: Offer, signed_in: SignIn | None = None) -> RedirectResponse:
    """Into the school just joined, and there to the project one was asked into."""
    to = f"/projects/{offer.projects[0]['id']}" if offer.projects else "/"
    answer = go_to(to, f"Welcome to {_name_place(offer)}.")
    keep(request, answer, INSTITUTE_COOKIE, str(offer.institute_id), seconds=YEAR)
    if signed_in:
        set_session_cookie(answer, signed_in, secure=request.app.state.settings.is_secure)
    return answer
