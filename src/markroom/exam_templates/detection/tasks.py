from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from markroom.exam_templates.detection import actions
from markroom.exam_templates.detection.model import PaperExchanged
from markroom.exam_templates.detection.process import detect_as_json
from markroom.exam_templates.detection.proposals import show_so_far
from markroom.exam_templates.reads import get_template
from markroom.exam_templates.shares.reads import is_seen_by
from markroom.files.actions import explain_unreadable, read_source_file
from markroom.files.reads import get_source_file
from markroom.jobs.queue import Job, job
from markroom.kit.processes import run_bounded
from markroom.reading import pdf

DETECTION_SECONDS = 600
RECOGNITION_SECONDS = 480.0  # for the text of scanned pages; what was read until then is kept
PROGRESS_SECONDS = 0.3
LOOK_SECONDS = 1.0  # between looks at what is found so far: a paper read within it is shown when it is whole


@job("detect_template")
async def detect_template(job: Job) -> dict[str, Any]:
    """Reads a template's paper and lays what it finds beside what people confirmed."""
    assert job.subject_id is not None
    async with job.transaction() as conn:
        template = await get_template(conn, job.institute_id, job.subject_id)
        if template.source_file_id is None or str(template.source_file_id) != job.args.get("file_id"):
            raise PaperExchanged  # whoever asked saw another one, and may not see this one
        file = await get_source_file(conn, job.institute_id, template.source_file_id)

    async def show(heard: dict[str, Any]) -> dict[str, Any] | None:
        async with job.transaction() as conn:
            is_seen = await is_seen_by(conn, job.institute_id, template.id, job.started_by)
        return show_so_far(template.id, heard["found"], heard["read"]) if is_seen else None

    data = await read_source_file(job.resources.storage, job.institute_id, file)
    detected = await read_bounded(job, detect_as_json, data, LOOK_SECONDS, show=show)
    async with job.transaction() as conn:
        changes = await actions.apply_detection(conn, job.institute_id, template.id, file.id, detected)
    return {
        "changes": changes,
        "questions": len(detected["questions"]),
        "warnings": len(detected["warnings"]),
    }


async def read_bounded(
    job: Job,
    read: Callable[..., dict[str, Any]],
    data: bytes,
    *args: Any,
    show: Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]] | None = None,
) -> dict[str, Any]:
    """In a process of its own, its progress told as it comes; `show` says what it has found so far."""
    heard, told = Pipe(duplex=False)
    reading = asyncio.create_task(
        run_bounded(read, data, told, RECOGNITION_SECONDS, *args, seconds=DETECTION_SECONDS)
    )
    so_far: dict[str, Any] = {}
    try:
        while not (await asyncio.wait({reading}, timeout=PROGRESS_SECONDS))[0]:
            if news := _hear(heard, told):
                so_far |= news
                found = await show(so_far) if show and "found" in news else None
                await job.progress(so_far["done"], so_far["total"], found)
        return await reading
    except pdf.Unreadable as error:
        raise explain_unreadable(error) from error
    finally:
        heard.close()
        told.close()


def _hear(heard: Connection, told: Connection) -> dict[str, Any]:
    """What was told since the last time, the newest of each kind."""
    news: dict[str, Any] = {}
    try:
        while heard.poll():
            news |= heard.recv()
            told.close()  # the process has its own by now: should it die amid a word, the word ends here too
    except (EOFError, OSError):
        pass
    return news
