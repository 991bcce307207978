from __future__ import annotations

from markroom.exam_templates.model import QuestionChanged, TemplateReplaced
from markroom.jobs.queue import Job, job
from markroom.kit.db import Conn
from markroom.kit.events import subscribe
from markroom.scripts.actions import cropping, printing, scanning


@job("print_batch")
async def print_batch(job: Job) -> dict[str, int]:
    return await printing.print_batch(job)


@job("read_scan")
async def read_scan(job: Job) -> dict[str, int]:
    return await scanning.read_scan(job)


@job("help_read_scan")
async def help_read_scan(job: Job) -> None:
    await scanning.help_read_scan(job)


@job("crop_again")
async def crop_again(job: Job) -> dict[str, int]:
    return await cropping.crop_again(job)


@subscribe(TemplateReplaced)
async def follow_replaced_template(conn: Conn, event: TemplateReplaced) -> None:
    await cropping.follow_template(conn, event)


@subscribe(QuestionChanged)
async def follow_changed_question(conn: Conn, event: QuestionChanged) -> None:
    await cropping.follow_template(conn, event)
