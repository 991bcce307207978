"""The sign-in page and the way out of it, whichever way somebody signs in."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from markroom.identity.endpoints import set_session_cookie
from markroom.identity.model import SignIn
from markroom.kit.access import INSTITUTE_COOKIE
from markroom.web.pages.mailbox.page import keeps_mail
from markroom.web.templating import render


def show_form(request: Request, *, status: int = 200, **context: object) -> HTMLResponse:
    providers = [
        {"key": key, "name": provider.issuer.name}
        for key, provider in request.app.state.external.with_pages.items()
    ]
    empty = {
        "email": "",
        "sent": False,
        "error": "",
        "code": "",
        "code_error": "",
        "provider_error": "",
        "next": "/",
    }
    shown = {**empty, "has_mailbox": keeps_mail(request), "providers": providers, **context}
    return render(request, "pages/sign_in/page.html", shown, status=status)


def arrive(request: Request, answer: RedirectResponse, signed_in: SignIn) -> RedirectResponse:
    answer.delete_cookie(INSTITUTE_COOKIE, path="/")
    set_session_cookie(answer, signed_in, secure=request.app.state.settings.is_secure)
    return answer
