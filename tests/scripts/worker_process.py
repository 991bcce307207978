"""A worker as a process of its own, for tests that kill it.

python -m tests.scripts.worker_process APP_URL SERVICE_URL DATA_DIR
"""

import asyncio
import sys

import markroom.scripts.tasks  # noqa: F401 - registers the jobs
from markroom.jobs.queue import run_worker
from markroom.kit.resources import make_resources
from markroom.kit.settings import Settings


async def work(app_url: str, service_url: str, data_dir: str) -> None:
    settings = Settings(data_dir=data_dir, base_url="http://127.0.0.1:8000")
    resources = make_resources(settings, app_url, service_url, b"a secret of the tests, 32 bytes.")
    await resources.database.open()
    await run_worker(resources.database, resources)


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
