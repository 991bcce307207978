from __future__ import annotations

from typing import Any

from markroom.institutes.closing import actions
from markroom.institutes.model import CLOSE_SCHOOL
from markroom.kit.access import InInstitute, requires
from markroom.kit.http import Body, router

routes = router("/api/institutes/current", tags=["school"])


class ClosingBody(Body):
    """The school's name, typed."""

    confirm: str = ""


@routes.post("/close", dependencies=[requires(CLOSE_SCHOOL)])
async def close_institute(caller: InInstitute, body: ClosingBody) -> dict[str, Any]:
    """Closes the school for everybody, at once. All of it is kept; only the operator opens it again."""
    ended = await actions.close(caller.conn, caller.actor, body.confirm)
    return {"status": "closed", "ended": vars(ended)}
