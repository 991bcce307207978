"""Signing in at an identity provider's own pages: there by a link, back with a code only this browser can
use."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from markroom.identity import redirects
from markroom.identity.endpoints import count_code
from markroom.identity.model import NotKnownHere, ProviderUnavailable
from markroom.identity.providers import Provider
from markroom.identity.redirects import SignInRefusedThere, WayLost
from markroom.kit.http import NoSuchPage, router
from markroom.web.pages.sign_in.showing import arrive, show_form
from markroom.web.visits import NextOf, go_to, keep, own_path

WAY_COOKIE, WAY_PATH = "markroom_way", "/sign-in/by"
routes = router()


async def find_provider(request: Request, key: str) -> Provider:
    found: Provider | None = request.app.state.external.with_pages.get(key)
    if found is None:
        raise NoSuchPage
    return found


ProviderOf = Annotated[Provider, Depends(find_provider)]


@routes.get("/sign-in/by/{key}", dependencies=[Depends(count_code)])
async def go_there(request: Request, provider: ProviderOf, to: NextOf = "/") -> Response:
    """The provider's own page. What this browser set out with waits in a signed cookie."""
    state = request.app.state
    way = redirects.begin_way(provider, own_path(to))
    try:
        url = await redirects.find_way_there(provider, state.secret, state.settings.base_url, way)
    except ProviderUnavailable as error:
        return show_form(request, status=error.status, next=own_path(to), provider_error=error.detail)
    answer = RedirectResponse(url, 303, {"Cache-Control": "no-store"})
    sealed = redirects.seal(state.secret, way)
    keep(request, answer, WAY_COOKIE, sealed, seconds=redirects.WAY_SECONDS, path=WAY_PATH)
    return answer


@routes.get("/sign-in/by/{key}/back", dependencies=[Depends(count_code)])
async def come_back(request: Request, provider: ProviderOf, state: str = "", code: str = "") -> Response:
    """Safe to open from anywhere: without the cookie of the way it signs nobody in."""
    own = request.app.state
    try:
        way = redirects.unseal(own.secret, request.cookies.get(WAY_COOKIE, ""), provider, state)
        if not code:
            raise SignInRefusedThere
        identity = await redirects.read_back(provider, own.secret, own.settings.base_url, way, code)
        async with own.database.transaction() as conn:
            signed_in = await redirects.sign_in_by_provider(
                conn,
                identity,
                request.headers.get("user-agent", ""),
                request.state.request_id,
                sign_up_open=own.settings.sign_up == "open",
            )
    except (WayLost, SignInRefusedThere, NotKnownHere, ProviderUnavailable) as error:
        answer: Response = show_form(request, status=error.status, provider_error=error.detail)
    else:
        answer = arrive(request, go_to(way.to), signed_in)
    answer.delete_cookie(WAY_COOKIE, path=WAY_PATH)
    return answer
