"""The API keys of a project: made, shown once, rotated, revoked (J-10)."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response

from markroom.kit.errors import Invalid
from markroom.kit.http import router
from markroom.projects.gates import SeenProject
from markroom.projects.keys import actions, reads
from markroom.projects.keys.endpoints import KeyPlace, key_place
from markroom.projects.keys.model import OVERLAP_HOURS, Key, KeyNotFound, order_scopes
from markroom.projects.model import Project
from markroom.web.pages.project.frame import read_id, shown
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()
Tab = Literal["live", "ended"]
Made = dict[str, Any]
"""A key as its maker sees it once: `secret`, `name`, and `old_until` where it follows another."""
Place = Annotated[KeyPlace, Depends(key_place)]

HINTS = {  # `manage` opens nothing yet, so it is not offered
    "write": "Add and change what it reads, send in scans. Its memories wait for approval",
}
MOST_SHOWN = 200
LIVES = [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Until it is revoked")]
LIFE_DAYS = {days for days, _ in LIVES if days}
ENDED = {
    "revoked": "Revoked",
    "project_deleted": "With the project",
    "institute_closed": "With the school",
}
LEFT = "When its person left"
FIELD_OF_ERROR = {"scopes_above_own": "scopes", "bad_key_name": "name"}


class BadKeyName(Invalid):
    """A key's name has 1 to 100 characters on one line."""


@routes.get("/projects/{project_id:uuid}/keys")
async def show_keys(visit: VisitOf, project: SeenProject, place: Place, tab: Tab = "live") -> HTMLResponse:
    return await _show(visit, project, place, tab)


async def _show(
    visit: Visit, project: Project, place: KeyPlace, tab: Tab = "live", *, code: int = 200, **context: Any
) -> HTMLResponse:
    whose = None if "manage" in place.rights else visit.actor.user_id
    found = await reads.list_keys(visit.conn, visit.school.id, project.id, whose, None, MOST_SHOWN)
    fresh = {
        "project": shown(project),
        "tab": tab,
        "rows": [_row(visit, key) for key in found if (key.state == "active") == (tab == "live")],
        "may_create": project.state == "active",
        "scopes": [
            {"value": scope, "label": scope.capitalize(), "hint": hint}
            for scope, hint in HINTS.items()
            if scope in place.rights
        ],
        "lives": LIVES,
        "form": {"name": "", "scopes": [], "days": "365"},
        "made": None,
        "trouble": "",
    }
    return visit.page("project_keys", code=code, **{**fresh, **context})


def _row(visit: Visit, key: Key) -> dict[str, Any]:
    own = key.user_id == visit.actor.user_id
    return {
        **vars(key),
        "is_own": own,
        "scopes": ", ".join(order_scopes(key.scopes)).capitalize(),
        "may_rotate": own and key.successor_id is None,
        "ended": "Expired" if key.state == "expired" else ENDED.get(key.deactivated_reason or "", LEFT),
    }


@routes.post("/projects/{project_id:uuid}/keys")
async def change_keys(visit: VisitOf, project: SeenProject, place: Place, form: FormOf) -> Response:
    if form.has("rotate"):
        return await _make(visit, project, place, _rotate(visit, place, form.text("rotate")))
    if form.has("revoke"):
        if error := await attempt(visit, _revoke(visit, place, form.text("revoke"))):
            return await _show(visit, project, place, code=error.status, trouble=error.detail)
        return go_to(f"/projects/{project.id}/keys", "The key is revoked.")
    return await _make(visit, project, place, _create(visit, project, form), form)


async def _make(
    visit: Visit, project: Project, place: KeyPlace, making: Awaitable[Made], form: Form | None = None
) -> Response:
    """The page with the key on it: no redirect may carry it."""
    made: list[Made] = []

    async def make() -> None:
        made.append(await making)

    if error := await attempt(visit, make()):
        if form is None:
            return await _show(visit, project, place, code=error.status, trouble=error.detail)
        typed = {"name": form.text("name"), "scopes": form.texts("scope"), "days": form.text("days")}
        errors = say_fields(error, FIELD_OF_ERROR)
        return await _show(visit, project, place, code=error.status, form=typed, errors=errors)
    visit.request.state.answer_is_secret = True
    base_url = visit.request.app.state.settings.base_url
    return await _show(visit, project, place, made=made[0] | _examples(base_url, made[0]["secret"]))


async def _create(visit: Visit, project: Project, form: Form) -> Made:
    name = " ".join(form.text("name").split())
    if not (1 <= len(name) <= 100 and name.isprintable()):
        raise BadKeyName
    days = form.text("days")
    text, key = await actions.create_key(
        visit.conn,
        visit.actor,
        visit.request.app.state.secret,
        project.id,
        name=name,
        scopes={"read", *form.texts("scope")},
        expires_at=datetime.now(UTC) + timedelta(days=int(days)) if days in LIFE_DAYS else None,
    )
    return {"secret": text, "name": key.name, "old_until": None}


async def _rotate(visit: Visit, place: KeyPlace, key_id: str) -> Made:
    old = await _get_key(visit, place, key_id)
    text, key = await actions.rotate_key(
        visit.conn, visit.actor, visit.request.app.state.secret, old, OVERLAP_HOURS
    )
    until = datetime.now(UTC) + timedelta(hours=OVERLAP_HOURS)
    return {"secret": text, "name": key.name, "old_until": min(until, old.expires_at or until)}


async def _revoke(visit: Visit, place: KeyPlace, key_id: str) -> None:
    await actions.revoke_key(visit.conn, visit.actor, await _get_key(visit, place, key_id))


async def _get_key(visit: Visit, place: KeyPlace, key_id: str) -> Key:
    wanted = read_id(key_id, KeyNotFound)
    return await actions.get_own_key(visit.conn, visit.actor, place.project_id, wanted, place.rights)


def _examples(base_url: str, secret: str) -> dict[str, str]:
    """How a program uses the key, ready to be copied."""
    search = json.dumps({"query": "What counts as a unit?", "limit": 5})
    server = {"type": "http", "url": f"{base_url}/mcp", "headers": {"Authorization": f"Bearer {secret}"}}
    curl = (
        f"curl -s {base_url}/api/memories/search \\\n  -H 'Authorization: Bearer {secret}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n  -d '{search}'"
    )
    return {"curl": curl, "mcp": json.dumps({"mcpServers": {"markroom": server}}, indent=2)}
