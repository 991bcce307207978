"""P-15, X-10: a worker killed while it writes the archive of a school."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import pytest

from markroom.kit.scratch import PREFIX
from markroom.operation.archive import verify_archive
from tests.databases import Database
from tests.stage import School, Stage

URL = "/api/institutes/current/export"
WORKER = """import asyncio, sys, markroom.operation.tasks
from tests.scripts.worker_process import work
asyncio.run(work(*sys.argv[1:]))"""


async def test_a_killed_worker_leaves_no_half_of_a_school(
    database: Database, stage: Stage, school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes the job up again sweeps what it left, and writes the archive whole."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert (await school["school_admin"].post(URL)).status_code == 202
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER,
        database.app_url, database.service_url, stage.resources.settings.data_dir,
    )  # fmt: skip
    async with stage.admin.connection() as conn, conn.transaction():
        await conn.execute("lock table notices")  # the export comes to it half-way, and waits
        try:
            left = await _wait_for(tmp_path, f"{PREFIX}export-*/{PREFIX}tables-*/notices.jsonl")
        finally:
            process.kill()
            await process.wait()
    assert left.exists()
    await stage.query("update jobs.procrastinate_workers set last_heartbeat = now() - interval '1 hour'")
    await stage.finish_jobs()
    assert list(tmp_path.glob(f"{PREFIX}*")) == []  # noqa: ASYNC240
    file = tmp_path / "school.tar"
    file.write_bytes((await school["school_admin"].get(URL)).content)
    verify_archive(file, "institute")


async def _wait_for(folder: Path, pattern: str) -> Path:
    """Raises TimeoutError."""
    async with asyncio.timeout(120):
        while not (found := list(folder.glob(pattern))):  # noqa: ASYNC110, ASYNC240
            await asyncio.sleep(0.01)
    return found[0]
