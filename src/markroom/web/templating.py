"""Renders templates: everything escaped, assets by their hashed names, moments in the school's zone."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

WEB = Path(__file__).parent
BUILT = WEB / "static" / "built"
DEFAULT_ZONE = "Europe/London"
CSRF_COOKIE, TOAST_COOKIE, THEME_COOKIE = "markroom_csrf", "markroom_said", "theme"


@lru_cache(maxsize=2)
def _manifest(written_ns: int) -> dict[str, str]:
    names: dict[str, str] = json.loads((BUILT / "manifest.json").read_text()) if written_ns else {}
    return names


def asset(name: str) -> str:
    """The address of a built script or style, which changes with its content."""
    path = BUILT / "manifest.json"
    written_ns = path.stat().st_mtime_ns if path.exists() else 0
    return f"/static/{_manifest(written_ns).get(name, name)}"


def csrf_token(request: Request) -> str:
    """What a form of this browser must send beside its cookie: kept as long as the browser runs."""
    known: str | None = getattr(request.state, "csrf", None)
    if known is None:
        sent = request.cookies.get(CSRF_COOKIE, "")
        known = sent if re.fullmatch(r"[\w-]{43}", sent, re.ASCII) else secrets.token_urlsafe(32)
        request.state.csrf = known
    return known


@pass_context
def _csrf_token(context: Context) -> str:
    return csrf_token(context["request"])


@pass_context
def _csrf_field(context: Context) -> Markup:
    return Markup('<input type="hidden" name="csrf" value="{}">').format(csrf_token(context["request"]))


@pass_context
def _link_with(context: Context, **query: Any) -> str:
    """This page's address with some of its query changed; None takes a part away."""
    request: Request = context["request"]
    kept = {k: v for k, v in {**request.query_params, **query}.items() if v is not None}
    return request.url.path + (f"?{urlencode(kept)}" if kept else "")


def _local(context: Context, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(context.get("time_zone") or DEFAULT_ZONE))


def _is_this_year(local: datetime) -> bool:
    return local.year == datetime.now(UTC).astimezone(local.tzinfo).year


@pass_context
def say_moment(context: Context, moment: datetime | None) -> str:
    """`Mon 3 Feb, 09:00`, with the year where it is another."""
    if moment is None:
        return "–"
    local = _local(context, moment)
    return f"{_say_day(local)}, {local:%H:%M}"


@pass_context
def say_day(context: Context, moment: datetime | None) -> str:
    """`Mon 3 Feb`, with the year where it is another."""
    return "–" if moment is None else _say_day(_local(context, moment))


def _say_day(local: datetime) -> str:
    return f"{local:%a} {local.day} {local:%b}" + ("" if _is_this_year(local) else f" {local.year}")


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(WEB), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    )
    made.globals.update(asset=asset, csrf_token=_csrf_token, csrf_field=_csrf_field, link_with=_link_with)
    made.filters.update(moment=say_moment, day=say_day)
    return made


templates = _environment()


def render(request: Request, name: str, context: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
    """A page as an answer; its cookies carry the form token, and take away the toast just shown."""
    shown = {
        "request": request,
        "theme": _theme(request),
        "toasts": _toasts(request),
        "errors": {},
        **context,
    }
    answer = HTMLResponse(templates.get_template(name).render({**shown, **context}), status)
    answer.headers["Cache-Control"] = "no-store"
    secure = request.app.state.settings.is_secure
    if (token := getattr(request.state, "csrf", None)) and request.cookies.get(CSRF_COOKIE) != token:
        answer.set_cookie(CSRF_COOKIE, token, httponly=True, secure=secure, samesite="lax", path="/")
    if TOAST_COOKIE in request.cookies:
        answer.delete_cookie(TOAST_COOKIE, path="/")
    return answer


def _theme(request: Request) -> str:
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in {"light", "dark"} else ""


def _toasts(request: Request) -> list[dict[str, str]]:
    text = unquote(request.cookies.get(TOAST_COOKIE, ""))[:300]
    return [{"kind": "right", "text": text}] if text else []


def quote_toast(text: str) -> str:
    """A toast as a cookie's value."""
    return quote(text)
