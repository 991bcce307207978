"""Signing in: an address is asked for, a link is mailed, and only the button behind the link uses it up."""

from __future__ import annotations

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from markroom.identity import actions, reads
from markroom.identity.endpoints import count_code, count_sign_in
from markroom.identity.model import BadAddress, CodeUsed, SignInLinkUsed
from markroom.kit.access import Everywhere, open_to
from markroom.kit.http import router
from markroom.kit.tokens import hash_token
from markroom.web.pages.sign_in import providers
from markroom.web.pages.sign_in.showing import arrive, show_form
from markroom.web.templating import render
from markroom.web.visits import (
    EverywhereEntrance,
    FormOf,
    NextOf,
    find_actor,
    go_to,
    keep,
    own_path,
    read_form,
    sign_out_here,
)

NEXT_COOKIE = "markroom_next"
routes = router()
routes.include_router(providers.routes)


@routes.get("/sign-in")
async def show_sign_in(request: Request, entrance: EverywhereEntrance, to: NextOf = "/") -> Response:
    if await find_actor(entrance):
        return go_to(own_path(to))
    return show_form(request, next=own_path(to))


@routes.post("/sign-in", dependencies=[open_to("anyone")])
async def ask_for_link(request: Request, form: FormOf) -> Response:
    """Answers alike for every address (sec-I14). Where to go afterwards waits in a cookie."""
    email, to = form.text("email"), own_path(form.text("next"))
    if form.has("code"):
        return await _use_code(request, form.text("code"), to)
    await count_sign_in(request, email)
    try:
        async with request.app.state.database.transaction() as conn:
            await actions.request_sign_in(conn, email)
    except BadAddress as error:
        return show_form(request, status=422, email=email, next=to, error=error.detail)
    answer = show_form(request, email=email, sent=True)
    keep(request, answer, NEXT_COOKIE, to, seconds=3600, path="/sign-in")
    return answer


async def _use_code(request: Request, code: str, to: str) -> Response:
    await count_code(request)
    state, browser = request.app.state, request.headers.get("user-agent", "")
    try:
        async with state.database.transaction() as conn:
            request_id = request.state.request_id
            signed_in = await actions.sign_in_by_code(conn, state.secret, code, browser, request_id)
    except CodeUsed as error:
        return show_form(request, status=error.status, next=to, code=code[:100], code_error=error.detail)
    return arrive(request, go_to(to), signed_in)


@routes.get("/sign-in/{token}")
async def show_link(request: Request, token: str) -> HTMLResponse:
    """Shows a button only: whatever opens links on the way uses nothing up (sec-I3)."""
    async with request.app.state.database.transaction() as conn:
        usable = await reads.find_sign_in_address(conn, hash_token(token)) is not None
    shown = {"usable": usable, "error": "" if usable else SignInLinkUsed().detail}
    return render(
        request, "pages/sign_in_link/page.html", shown, status=200 if usable else SignInLinkUsed.status
    )


@routes.post("/sign-in/{token}", dependencies=[open_to("anyone"), Depends(read_form)])
async def use_link(request: Request, token: str) -> RedirectResponse:
    browser = request.headers.get("user-agent", "")
    async with request.app.state.database.transaction() as conn:
        signed_in = await actions.sign_in(conn, token, browser, request.state.request_id)
    answer = go_to(own_path(request.cookies.get(NEXT_COOKIE)))
    answer.delete_cookie(NEXT_COOKIE, path="/sign-in")
    return arrive(request, answer, signed_in)


@routes.post("/sign-out", dependencies=[open_to("oneself")])
async def sign_out(caller: Everywhere, form: FormOf) -> RedirectResponse:
    if caller.actor.session_id:
        await actions.sign_out(caller.conn, caller.actor, caller.actor.session_id)
    return sign_out_here(own_path(form.text("next")))
