"""Choosing the school to work in, for people who belong to several; and a word for those who have none."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from markroom.institutes.members.reads import list_places
from markroom.institutes.model import ROLE_WORDS
from markroom.kit.access import INSTITUTE_COOKIE, InstituteNotFound, open_to
from markroom.kit.http import router
from markroom.web.templating import render
from markroom.web.visits import EverywhereEntrance, FormOf, NextOf, go_to, keep, own_path

YEAR = 365 * 24 * 3600
routes = router()


@routes.get("/institute")
async def show_schools(request: Request, entrance: EverywhereEntrance, to: NextOf = "/") -> HTMLResponse:
    async with entrance.transaction(everywhere=True) as caller:
        places = await list_places(caller.conn, caller.actor.user_id)
    named = [{"id": p.institute_id, "name": p.institute_name, "role": ROLE_WORDS[p.role]} for p in places]
    shown = {
        "places": named,
        "current": request.cookies.get(INSTITUTE_COOKIE, ""),
        "next": own_path(to),
    }
    return render(request, "pages/institute/page.html", shown)


@routes.post("/institute", dependencies=[open_to("oneself")])
async def choose_school(request: Request, entrance: EverywhereEntrance, form: FormOf) -> RedirectResponse:
    """Kept in a cookie of this browser, which authorises nothing: every request asks the database again."""
    async with entrance.transaction(everywhere=True) as caller:
        places = {str(p.institute_id) for p in await list_places(caller.conn, caller.actor.user_id)}
    chosen = form.text("institute_id")
    if chosen not in places:
        raise InstituteNotFound
    answer = go_to(own_path(form.text("next")))
    keep(request, answer, INSTITUTE_COOKIE, str(UUID(chosen)), seconds=YEAR)
    return answer
