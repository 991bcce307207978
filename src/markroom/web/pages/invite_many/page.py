"""Inviting a whole list: its page only frames the element that reads and sends it."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

from markroom.institutes.invitation_lists.sheets import FIELDS
from markroom.institutes.model import INVITABLE, INVITE_PEOPLE, ROLE_WORDS, may_grant
from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.web.visits import VisitOf

routes = router()
FIELD_WORDS = {"email": "E-mail address", "role": "Role"}


@routes.get("/people/invite-many", dependencies=[requires(INVITE_PEOPLE)])
async def show_invite_many(visit: VisitOf) -> HTMLResponse:
    fields = {name: FIELD_WORDS.get(name, _say(name)) for name in FIELDS}
    roles = {r: _say(ROLE_WORDS[r]) for r in INVITABLE if may_grant(visit.actor.role, r)}
    return visit.page("invite_many", fields=fields, roles=roles)


def _say(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
