"""The work is spread over workers, and any of them may be killed at any time (S-06)."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from tests.databases import Database
from tests.scripts.stage import StagedBatch, make_batch, scan_class
from tests.stage import School, Stage

PUPILS = 3


@asynccontextmanager
async def worker_process(database: Database, stage: Stage) -> AsyncIterator[Process]:
    arguments = (database.app_url, database.service_url, stage.resources.settings.data_dir)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.scripts.worker_process", *arguments
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def wait_until(
    stage: Stage, batch: StagedBatch, reached: Callable[[int, str], bool], seconds: int = 300
) -> None:
    sql = """select (select count(*) from pages where batch_id = %s),
                    (select min(state) from scans where batch_id = %s)"""
    for _ in range(seconds * 50):
        if reached(*(await stage.query(sql, [batch.id, batch.id]))[0]):
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


async def test_a_worker_killed_while_it_reads_loses_nothing_and_nothing_is_done_twice(
    database: Database, stage: Stage, school: School
) -> None:
    batch = await make_batch(school["teacher"], pupils=PUPILS)
    scanned = await scan_class(stage, batch, pupils=PUPILS)
    assert (await batch.send(scanned.pdf)).status_code == 202
    async with worker_process(database, stage) as first:
        await wait_until(stage, batch, lambda pages, _: pages >= 3)
        first.send_signal(signal.SIGSTOP)  # or it goes on while the other starts
        async with worker_process(database, stage):
            first.kill()
            await first.wait()
            read = (await batch.get("/pages"))["total"]
            assert read < len(scanned.sheets), "the worker must die before it is done"
            await wait_until(stage, batch, lambda _, state: state == "done")
    pages = await batch.pages()
    assert sorted(page["scan_page"] for page in pages) == list(range(1, len(scanned.sheets) + 1))
    assert {page["state"] for page in pages} == {"placed"}
    assert {script["state"] for script in await batch.scripts()} == {"complete"}
    told = await stage.query(
        "select count(*), count(distinct subject_id) from events where kind = 'page_placed'"
    )
    assert told == [(len(pages), len(pages))]
    answers = await stage.query(
        "select count(*), bool_and(state = 'ready') from answers where batch_id = %s", [batch.id]
    )
    assert answers == [(PUPILS * len(await items(stage, batch)), True)]


async def items(stage: Stage, batch: StagedBatch) -> list[tuple[str]]:
    return await stage.query("select question_id from exam_items where template_id = %s", [batch.template_id])
