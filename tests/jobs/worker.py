"""A worker process of its own: python -m tests.jobs.worker APP_URL SERVICE_URL"""

from __future__ import annotations

import asyncio
import sys

from markroom.jobs.queue import run_worker
from markroom.kit.db import Database
from tests.jobs import chores

assert chores


async def work(app_url: str, service_url: str) -> None:
    database = Database(app_url, service_url, size=4)
    await database.open()
    await run_worker(database, resources=None, concurrency=1)


asyncio.run(work(*sys.argv[1:]))
