"""Runs jobs in a process of its own, on any host."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

from markroom import rooms
from markroom.jobs.queue import run_worker
from markroom.kit.resources import Resources

assert rooms.TASKS, "the functions of the jobs are registered by importing the rooms"


async def work_until_stopped(resources: Resources, concurrency: int = 2) -> None:
    """Until SIGTERM or SIGINT; a job in hand is given back to the queue by the next worker's watch."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await resources.database.open()
    task = asyncio.create_task(run_worker(resources.database, resources, concurrency=concurrency))
    await asyncio.wait([task, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await resources.database.close()
