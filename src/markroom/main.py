"""Puts the rooms together: the only place, with `worker` and `cli`, that knows all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from markroom import rooms
from markroom.identity.credentials import read_session
from markroom.identity.external import ExternalReader
from markroom.jobs.queue import run_worker
from markroom.kit.db import Database
from markroom.kit.http import NoSuchPage, install_error_handlers
from markroom.kit.limits import Limiter, limit_requests, parse_limits
from markroom.kit.request_frame import RequestFrame
from markroom.kit.resources import Resources
from markroom.mcp.server import make_sessions, open_sessions
from markroom.projects.keys.credentials import KeyReader
from markroom.reach import CODE_REACH, KEY_REACH


def make_app(resources: Resources, *, with_worker: bool) -> FastAPI:
    """The web application. With a worker, jobs run in the same process."""

    sessions = make_sessions(resources.settings.base_url)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await resources.database.open()
        worker = asyncio.create_task(run_worker(resources.database, resources)) if with_worker else None
        try:
            async with open_sessions(sessions):
                yield
        finally:
            await _stop(worker)
            await resources.database.close()

    app = FastAPI(
        dependencies=[Depends(limit_requests)],
        title="Markroom",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    for name in ("settings", "database", "storage", "mail", "secret"):
        setattr(app.state, name, getattr(resources, name))
    app.state.sessions = sessions
    _add_credentials(app, resources)
    app.state.limiter = Limiter(resources.database, parse_limits(resources.settings.rate_limits))
    for routes in rooms.ROUTES:
        app.include_router(routes)
    app.add_middleware(RequestFrame)
    install_error_handlers(app, rooms.render_error_page)
    _add_health(app, resources.database)
    rooms.install_pages(app)
    return app


def _add_credentials(app: FastAPI, resources: Resources) -> None:
    keys, external = KeyReader(resources.secret), ExternalReader(resources.settings)

    async def prepare(token: str) -> None:
        await keys.prepare(token)
        await external.prepare(token)

    app.state.credential_readers = [read_session, keys.read, external.read]
    app.state.prepare_credential = prepare
    app.state.reach = KEY_REACH
    app.state.code_reach = CODE_REACH
    app.state.external = external


async def _stop(worker: asyncio.Task[None] | None) -> None:
    if worker:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


def _add_health(app: FastAPI, database: Database) -> None:
    @app.get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/health/ready", include_in_schema=False)
    async def ready() -> JSONResponse:
        is_ready = await database.is_ready()
        return JSONResponse({"status": "ok" if is_ready else "unavailable"}, 200 if is_ready else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        if request.client is None or request.client.host not in {"127.0.0.1", "::1", "testclient"}:
            raise NoSuchPage
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
