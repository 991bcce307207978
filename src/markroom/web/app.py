"""Puts the pages into the application, with their scripts and styles, and answers failures with a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from markroom.institutes.model import AdminRequired
from markroom.kit.access import INSTITUTE_COOKIE, InstituteAmbiguous, InstituteNotFound, NotLinked
from markroom.kit.errors import Forbidden, MarkroomError, Unauthenticated
from markroom.web.pages.account import page as account
from markroom.web.pages.address import page as address
from markroom.web.pages.audit import page as audit
from markroom.web.pages.batch import page as batch
from markroom.web.pages.batches import page as batches
from markroom.web.pages.classes import page as classes
from markroom.web.pages.closing import page as closing
from markroom.web.pages.exam_choice import page as exam_choice
from markroom.web.pages.exams import page as exams
from markroom.web.pages.institute import page as institute
from markroom.web.pages.invitation import page as invitation
from markroom.web.pages.invite_many import page as invite_many
from markroom.web.pages.mailbox import page as mailbox
from markroom.web.pages.marking import page as marking
from markroom.web.pages.marking_desk import page as marking_desk
from markroom.web.pages.memory import page as memory
from markroom.web.pages.memory_item import page as memory_item
from markroom.web.pages.memory_transfer import page as memory_transfer
from markroom.web.pages.new_batch import page as new_batch
from markroom.web.pages.new_memory import page as new_memory
from markroom.web.pages.notices import page as notices
from markroom.web.pages.page_repair import page as page_repair
from markroom.web.pages.people import page as people
from markroom.web.pages.person import page as person
from markroom.web.pages.project import page as project
from markroom.web.pages.project_keys import page as project_keys
from markroom.web.pages.project_member import page as project_member
from markroom.web.pages.project_papers import page as project_papers
from markroom.web.pages.project_settings import page as project_settings
from markroom.web.pages.projects import page as projects
from markroom.web.pages.pupils import page as pupils
from markroom.web.pages.results import page as results
from markroom.web.pages.results_list import page as results_list
from markroom.web.pages.school import page as school
from markroom.web.pages.school_class import page as school_class
from markroom.web.pages.sign_in import page as sign_in
from markroom.web.pages.template import page as template
from markroom.web.pages.template_history import page as template_history
from markroom.web.pages.template_sharing import page as template_sharing
from markroom.web.pages.today import page as today
from markroom.web.templating import BUILT, render
from markroom.web.visits import this_page

PAGES = [
    today,
    sign_in,
    invitation,
    account,
    address,
    institute,
    mailbox,
    notices,
    people,
    invite_many,
    pupils,
    person,
    school,
    classes,
    school_class,
    closing,
    audit,
    exams,
    exam_choice,
    template,
    template_sharing,
    template_history,
    batches,
    new_batch,
    batch,
    page_repair,
    marking,
    marking_desk,
    results_list,
    results,
    projects,
    project,
    project_member,
    project_papers,
    project_keys,
    project_settings,
    memory,
    new_memory,
    memory_item,
    memory_transfer,
]

TITLES = {
    400: "This cannot be done",
    403: "You may not do this",
    404: "Not found",
    409: "This does not fit what is there now",
    410: "No longer valid",
    413: "Too large",
    422: "Something is not valid",
    429: "Please wait a moment",
    503: "Not available right now",
}


STAFF_PAGES = {"/exams", "/exams/catalogue", "/batches", "/batches/new", "/marking", "/results"}
FOR_STAFF = "This page is for the school’s staff. What is yours stands on Today."
FOR_HEADS = "This page is for those who run the school. Ask one of its admins."


class BuiltFiles(StaticFiles):
    """Files whose names change with their content: a browser never asks again."""

    def file_response(self, full_path: Any, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(full_path, *args, **kwargs)
        lasting = Path(full_path).suffix in {".js", ".css", ".woff2"}
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return answer


def install(app: FastAPI) -> None:
    for page in PAGES:
        app.include_router(page.routes, include_in_schema=False)
    app.mount("/static", BuiltFiles(directory=BUILT, check_dir=False), name="static")


async def render_error_page(request: Request, error: MarkroomError) -> Response:
    """The failure in the user's words; or the page that mends it: signing in, choosing a school."""
    if isinstance(error, InstituteNotFound) and INSTITUTE_COOKIE in request.cookies:
        answer = _redirect(request, this_page(request))
        answer.delete_cookie(INSTITUTE_COOKIE, path="/")
        return answer
    if isinstance(error, InstituteAmbiguous | NotLinked):
        return _redirect(request, f"/institute?next={quote(this_page(request))}")
    if isinstance(error, Unauthenticated):
        return _redirect(request, f"/sign-in?next={quote(this_page(request))}")
    shown = {
        "title": TITLES.get(error.status, "Something went wrong"),
        "detail": _say(request, error),
        "home_url": "/",
        "request_id": getattr(request.state, "request_id", "") if error.status >= 500 else "",
    }
    answer = render(request, "frame/error.html", shown, status=error.status)
    answer.headers.update(error.headers)
    return answer


def _say(request: Request, error: MarkroomError) -> str:
    """Of a page that is not for somebody, whose it is, instead of what they may not do there."""
    if request.method == "GET" and error.status == Forbidden.status:
        if request.url.path in STAFF_PAGES:
            return FOR_STAFF
        if isinstance(error, AdminRequired):
            return FOR_HEADS
    return error.detail


def _redirect(request: Request, url: str) -> Response:
    """The whole page goes there, also where only a part of it was asked for."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=200, headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)
