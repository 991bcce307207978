"""A stage on a real port, for a real browser: its loop runs in a thread of its own, beside the browser's."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from tests.databases import Database
from tests.stage import Stage, open_stage

T = TypeVar("T")


@dataclass(frozen=True)
class ServedStage:
    stage: Stage
    url: str
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T], seconds: float = 240) -> T:
        """Does something on stage while the browser waits."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)


@contextmanager
def serve_stage(database: Database, data_dir: Path, **settings: str) -> Iterator[ServedStage]:
    ended = threading.Event()
    ready: list[ServedStage] = []
    started = threading.Event()

    async def serve() -> None:
        async with open_stage(database, data_dir, base_url=url, **settings) as stage:
            server = uvicorn.Server(uvicorn.Config(stage.app, lifespan="off", log_config=None))
            serving = asyncio.create_task(server.serve([listening]))
            ready.append(ServedStage(stage, url, asyncio.get_running_loop()))
            started.set()
            await asyncio.to_thread(ended.wait)
            server.should_exit = True
            await serving

    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
        thread.start()
        assert started.wait(240), "the stage does not open"
        try:
            yield ready[0]
        finally:
            ended.set()
            thread.join(60)
