"""A server on a port, and programs that speak to it by the official client."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.databases import Database
from tests.stage import Stage, open_stage


@dataclass
class Site:
    """The application as programs reach it; `stage` sets its scenes."""

    stage: Stage
    url: str

    @asynccontextmanager
    async def program(self, secret: str, mode: str = "auto") -> AsyncIterator[Client]:
        """A program with a key; `mode` is how it begins: in the newest manner, or with a handshake."""
        headers = {"Authorization": f"Bearer {secret}"}
        async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
            transport = streamable_http_client(f"{self.url}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                yield client


@asynccontextmanager
async def open_site(database: Database, folder: Path, **settings: str) -> AsyncIterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with open_stage(database, folder, base_url=url, **settings) as stage:
            server = uvicorn.Server(uvicorn.Config(stage.app, lifespan="off", log_level="warning"))
            serving = asyncio.create_task(server.serve([listening]))
            while not server.started:  # noqa: ASYNC110 - it offers no event to wait for
                await asyncio.sleep(0.01)
            try:
                yield Site(stage, url)
            finally:
                server.should_exit = True
                await serving


def content(result: Any) -> Any:
    assert not result.is_error, result
    return result.structured_content
