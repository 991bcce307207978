from __future__ import annotations

from uuid import UUID

from markroom.exam_templates.model import QuestionChanged, TemplateReplaced
from markroom.institutes.addresses.model import AccountJoined
from markroom.jobs.queue import Job, job
from markroom.kit.db import Conn
from markroom.kit.events import subscribe
from markroom.scripts.actions import cropping, printing, scanning
from markroom.scripts.writes.candidates import change_candidates_user


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


@subscribe(AccountJoined)
async def follow_joined_account(conn: Conn, event: AccountJoined) -> None:
    """What a pupil wrote as one without an address stays theirs."""
    assert event.subject_id is not None
    pupil_id = UUID(event.facts["pupil_id"])
    await change_candidates_user(conn, event.institute_id, pupil_id, event.subject_id)
