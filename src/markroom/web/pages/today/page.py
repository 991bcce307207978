"""Today: what needs me."""

from __future__ import annotations

from fastapi.responses import Response

from markroom.kit.http import router
from markroom.web.visits import VisitOf

routes = router()


@routes.get("/")
async def show_today(visit: VisitOf) -> Response:
    return visit.page("today", waiting=[])
