"""A person's visit to a page: who they are and where, the forms they send, and the way on from there."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from markroom.institutes.model import EDIT_SCHOOL, LIST_PEOPLE, READ_TRAIL, STAFF
from markroom.kit.access import (
    INSTITUTE_COOKIE,
    SAFE_METHODS,
    SESSION_COOKIE,
    CrossSiteRefused,
    Entrance,
    EntranceOf,
    InInstitute,
    SignInRequired,
    refuse_cross_site,
)
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.errors import MarkroomError, Stale, TooLarge
from markroom.kit.events import ChangeRefused, emit
from markroom.kit.http import RECORDED_REFUSALS
from markroom.web.reads import School, get_school
from markroom.web.templating import CSRF_COOKIE, TOAST_COOKIE, quote_toast, render

LARGEST_FORM = 2**20
CHANGED_MEANWHILE = (
    "Somebody changed this while you had it open, and nothing was done yet. Do it again to go on all the "
    "same; reload the page to see what they changed."
)
SAID_IN_THE_FORM = {400, 403, 409, 410, 412, 413, 422, 429}


class FormExpired(CrossSiteRefused):
    """This form has been open too long. Nothing was changed; go back, reload the page and send it again."""


class FormTooLarge(TooLarge):
    """This form holds more than can be taken at once."""


@dataclass(frozen=True)
class Visit:
    """A signed-in request for a page inside one school, with its transaction open."""

    request: Request
    conn: Conn
    actor: Actor
    school: School

    def page(self, name: str, /, *, code: int = 200, **context: Any) -> HTMLResponse:
        frame = {
            "nav": _rooms_of(self.actor),
            "unread": self.school.notices,
            "user": {"id": self.actor.user_id, "name": self.actor.name},
            "here": "",
            "institute": self.school,
            "time_zone": self.school.time_zone,
        }
        return render(self.request, f"pages/{name}/page.html", {**frame, **context}, status=code)


def _rooms_of(actor: Actor) -> list[dict[str, str]]:
    rooms = [("today", "Today", "/")]
    if actor.role in STAFF:
        rooms += [
            ("exams", "Exams", "/exams"),
            ("marking", "Marking", "/marking"),
            ("results", "Results", "/results"),
        ]
    if LIST_PEOPLE.permits(actor):
        rooms.append(("people", "People", "/people"))
    if actor.role == "student":
        rooms.append(("classes", "Classes", "/classes"))
    if actor.role in STAFF:
        rooms.append(("school", "School", "/school" if EDIT_SCHOOL.permits(actor) else "/classes"))
    if actor.role in (*STAFF, "guest"):
        rooms += [("projects", "Projects", "/projects"), ("memory", "Memory", "/memory")]
    if READ_TRAIL.permits(actor):
        rooms.append(("audit", "Audit", "/audit"))
    return [{"key": key, "label": label, "url": url} for key, label, url in rooms]


async def visit(request: Request, caller: InInstitute) -> Visit:
    school = await get_school(caller.conn, caller.actor.institute, caller.actor.user_id)
    return Visit(request, caller.conn, caller.actor, school)


VisitOf = Annotated[Visit, Depends(visit, scope="function")]


async def find_actor(entrance: Entrance) -> Actor | None:
    """Who is signed in, whatever their school; None for a visitor."""
    try:
        async with everywhere(entrance).transaction(everywhere=True) as caller:
            return caller.actor
    except SignInRequired:
        return None


def everywhere(entrance: Entrance) -> Entrance:
    """The same entrance without the school last chosen, for pages that are about the person alone."""
    return replace(entrance, wish=replace(entrance.wish, institute_id=None))


async def _everywhere_entrance(entrance: EntranceOf) -> Entrance:
    return everywhere(entrance)


EverywhereEntrance = Annotated[Entrance, Depends(_everywhere_entrance)]


@dataclass(frozen=True)
class Form:
    """What a person typed: texts by the names of the fields."""

    fields: FormData

    def text(self, name: str) -> str:
        value = self.fields.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        return [v for v in self.fields.getlist(name) if isinstance(v, str)]

    def has(self, name: str) -> bool:
        return name in self.fields

    @property
    def version(self) -> int | None:
        """The version of what the form changes, as it was when the page was made."""
        sent = self.text("version")
        return int(sent) if sent.isdecimal() and len(sent) < 10 else None


async def read_form(request: Request) -> Form:
    """A plain form of one of our own pages. Raises CrossSiteRefused, FormExpired or FormTooLarge."""
    refuse_cross_site(request, request.app.state.settings.base_url)
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > LARGEST_FORM:
        raise FormTooLarge
    fields = await request.form(max_files=0)
    sent, kept = fields.get("csrf"), request.cookies.get(CSRF_COOKIE)
    if not kept or not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), kept.encode()):
        raise FormExpired
    return Form(fields)


NextOf = Annotated[str, Query(alias="next")]
"""Where to go afterwards, as an address carries it: goes through `own_path` before it is used."""

FormOf = Annotated[Form, Depends(read_form)]


async def attempt(visit: Visit, change: Awaitable[object]) -> MarkroomError | None:
    """Carries a change out; or keeps nothing of it and returns why it was refused, to be said in the form."""
    try:
        async with visit.conn.transaction():
            await change
    except MarkroomError as error:
        if error.status not in SAID_IN_THE_FORM:
            raise
        if error.status in RECORDED_REFUSALS:
            await _record(visit, error)
        if error.status == Stale.status:
            error.detail = CHANGED_MEANWHILE
        return error
    return None


async def _record(visit: Visit, error: MarkroomError) -> None:
    route = getattr(visit.request.scope.get("route"), "path", "")
    facts = {"route": route, "method": visit.request.method, "code": error.code}
    await emit(visit.conn, ChangeRefused(institute_id=visit.school.id, facts=facts))


def go_to(url: str, said: str = "") -> RedirectResponse:
    """On to another page of ours, where `said` appears for a moment."""
    answer = RedirectResponse(url, 303)
    if said:
        answer.set_cookie(
            TOAST_COOKIE, quote_toast(said), max_age=60, httponly=True, samesite="lax", path="/"
        )
    return answer


def sign_out_here(to: str = "/") -> RedirectResponse:
    """Back to signing in, with this browser's session forgotten."""
    answer = go_to("/sign-in" if to == "/" else f"/sign-in?next={quote(to)}")
    for cookie in (SESSION_COOKIE, INSTITUTE_COOKIE):
        answer.delete_cookie(cookie, path="/")
    return answer


def keep(request: Request, answer: Response, name: str, value: str, *, seconds: int, path: str = "/") -> None:
    """A cookie of ours in this browser, out of reach of scripts."""
    secure = request.app.state.settings.is_secure
    answer.set_cookie(name, value, max_age=seconds, httponly=True, secure=secure, samesite="lax", path=path)


def own_path(url: str | None) -> str:
    """`url` where it is an address on this server, else `/`: nobody is sent to another site (sec-I13)."""
    if not url or not url.startswith("/") or len(url) > 2000 or any(c in url for c in "\\\r\n\t\0"):
        return "/"
    parts = urlsplit(url)
    return "/" if parts.scheme or parts.netloc or url.startswith("//") else url


def this_page(request: Request) -> str:
    """The address to come back to: of a form, the page it stands on."""
    query = request.url.query if request.method in SAFE_METHODS else ""
    return request.url.path + (f"?{query}" if query else "")


def say_fields(error: MarkroomError | None, fields: Mapping[str, str]) -> dict[str, str]:
    """Errors by field for a form: `fields` maps an error's code to its field; any other goes to the top."""
    return {fields.get(error.code, ""): error.detail} if error else {}
