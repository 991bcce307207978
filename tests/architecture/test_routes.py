"""Every route says who may use it, and lets nobody in who has not said who they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from markroom.kit.access import InInstitute, open_to, requires
from markroom.kit.actor import PERMISSIONS, Permission
from markroom.kit.http import router
from markroom.main import make_app
from markroom.web.templating import CSRF_COOKIE
from tests.architecture.routes import SAFE, Way, list_others, list_ways
from tests.databases import Database
from tests.stage import BASE_URL, Stage, open_stage

PUBLIC = {
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",  # from this machine alone
    "GET /sign-in",
    "POST /sign-in",
    "GET /sign-in/{token}",
    "POST /sign-in/{token}",
    "POST /api/auth/sign-in",
    "POST /api/auth/sessions",
    "GET /sign-in/by/{key}",  # to a provider's own pages
    "GET /sign-in/by/{key}/back",  # with a code, and the cookie of the browser that set out
    "GET /address/{token}",
    "POST /address/{token}",  # whoever holds the mail: the page's form, CSRF cookie
    "POST /api/auth/address/proof",
    "GET /api/invitations/{token}",
    "GET /invitations/{token}",
    "POST /invitations/{token}",  # a new person's form: name, CSRF cookie
    "GET /.well-known/oauth-protected-resource",
    "GET /.well-known/oauth-protected-resource/mcp",
    "GET /mailbox",  # only where mails are kept as files, on a loopback address
}
PUBLIC_FILES = {"/static", "/api/openapi.json"}
ANYBODY = {"anyone", "oneself"}


def without_permission(ways: list[Way]) -> list[str]:
    return [way.name for way in ways if way.method not in SAFE and not way.permissions]


def unknown_permission(ways: list[Way]) -> list[str]:
    return [way.name for way in ways if not all(map(_is_known, way.permissions))]


def _is_known(marker: Permission | str) -> bool:
    """In the registry; or a verb that the object decides, as who owns a template may edit it."""
    if isinstance(marker, Permission):
        return PERMISSIONS.get(marker.name) is marker
    return marker in ANYBODY or re.fullmatch(r"[a-z_]+\.[a-z_]+", marker) is not None


def test_every_route_that_changes_something_names_its_permission(stage: Stage) -> None:
    """sec-I7"""
    ways = list_ways(stage.app)
    assert len(ways) > 50
    assert without_permission(ways) == []
    assert unknown_permission(ways) == []


def test_a_route_without_a_permission_is_found(stage: Stage) -> None:
    """sec-I7: the walk sees dependencies as the application will run them"""
    planted = router("/api/planted")

    @planted.post("/open")
    async def open_route(caller: InInstitute) -> None: ...

    @planted.post("/gated", dependencies=[requires(next(iter(PERMISSIONS.values())))])
    async def gated_route() -> None: ...

    @planted.post("/mistyped", dependencies=[open_to("everybody")])
    async def mistyped_route() -> None: ...

    app = make_app(stage.resources, with_worker=False)
    app.include_router(planted)
    assert without_permission(list_ways(app)) == ["POST /api/planted/open"]
    assert unknown_permission(list_ways(app)) == ["POST /api/planted/mistyped"]


async def test_every_route_but_the_public_ones_wants_a_credential(stage: Stage) -> None:
    """sec-M1: with everything else as a page of ours would send it"""
    csrf = uuid4().hex
    open_ways = set()
    ours = {"Origin": BASE_URL, "Cookie": f"{CSRF_COOKIE}={csrf}"}
    for way in list_ways(stage.app):
        address = way.address({name: _anything(way, name) for name in way.parameters})
        async with stage.client() as client:
            answer = await client.request(way.method, address, headers=ours, **_content(way, csrf))
        if answer.status_code != 401:
            open_ways.add(way.name)
        else:
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert open_ways == PUBLIC
    assert list_others(stage.app) == PUBLIC_FILES


def _anything(way: Way, name: str) -> str:
    kind = way.route.param_convertors[name].regex
    return "1" if kind == "[0-9]+" else str(uuid4()) if "-" in kind else uuid4().hex


def _content(way: Way, csrf: str) -> dict[str, Any]:
    return {"json": {}} if way.path.startswith("/api") else {"data": {"csrf": csrf}}


@pytest.mark.parametrize("token", ["", "ms_" + "x" * 43, "mk_" + "x" * 43, "eyJhbGciOiJub25lIn0.e30.", "é"])
async def test_a_token_nobody_issued_opens_nothing(stage: Stage, token: str) -> None:
    """I-04"""
    async with stage.client() as client:
        answer = await client.get("/api/auth/me", headers={b"Authorization": f"Bearer {token}".encode()})
    assert answer.status_code == 401
    assert answer.json()["code"] == "sign_in_required"


async def test_metrics_are_for_this_machine_alone(stage: Stage) -> None:
    far = httpx.ASGITransport(app=stage.app, client=("203.0.113.9", 50000))
    async with httpx.AsyncClient(transport=far, base_url=BASE_URL) as client:
        assert (await client.get("/metrics")).status_code == 404
    async with stage.client() as client:
        assert "markroom_requests_total" in (await client.get("/metrics")).text


async def test_the_mailbox_is_for_this_machine_alone(database: Database, tmp_path: Path) -> None:
    """A server that people reach by name keeps no mails to be read."""
    settings = {"base_url": "https://markroom.example", "mail_url": "smtp://127.0.0.1:1"}
    async with open_stage(database, tmp_path, **settings) as far, far.client() as client:
        assert (await client.get("/mailbox")).status_code == 404
