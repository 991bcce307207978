from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.exam_templates.model import QuestionChanged, StructureChange, TemplateReplaced
from markroom.institutes.members.model import MemberChanged, MemberLeft
from markroom.jobs.queue import Job, job, start_job
from markroom.kit.db import Conn
from markroom.kit.events import subscribe
from markroom.marking import actions, writes
from markroom.scripts import reads as scripts
from markroom.scripts.model import AnswersCropped, PagePlaced

EDIT_REFUSED = (
    "This question has recorded marks: it must stay an item, with a maximum of at least the highest."
)


@subscribe(TemplateReplaced)
async def guard_against_replace(conn: Conn, event: TemplateReplaced) -> None:
    await actions.guard_marks(conn, event, None)
    await _mark_again(conn, event)


@subscribe(QuestionChanged)
async def guard_against_edit(conn: Conn, event: QuestionChanged) -> None:
    await actions.guard_marks(conn, event, EDIT_REFUSED)
    await _mark_again(conn, event)


async def _mark_again(conn: Conn, event: StructureChange) -> None:
    """A mark scheme that says now which option is right lets the machine mark what waited for it."""
    if event.scheme_changed:
        await start_job(conn, "mark_choices", event.institute_id, event.template_id)


@subscribe(MemberLeft)
async def hand_back_of_leaver(conn: Conn, event: MemberLeft) -> None:
    await _hand_back(conn, event)


@subscribe(MemberChanged)
async def hand_back_of_changed(conn: Conn, event: MemberChanged) -> None:
    await _hand_back(conn, event)


async def _hand_back(conn: Conn, event: MemberLeft | MemberChanged) -> None:
    """Answers somebody had in hand go to others as soon as their rights end or change."""
    if event.subject_id is not None:
        await writes.delete_claims_of_marker(conn, event.institute_id, event.subject_id)


@job("mark_choices")
async def mark_choices(job: Job) -> dict[str, int]:
    assert job.subject_id is not None
    async with job.transaction() as conn:
        return {"marked": await actions.mark_choices(conn, job.institute_id, job.subject_id)}


@subscribe(PagePlaced)
async def mark_placed_choices(conn: Conn, event: PagePlaced) -> None:
    script_id = UUID(str(event.facts["script_id"]))
    await _mark_cropped(conn, event.institute_id, event.facts, script_id)


@subscribe(AnswersCropped)
async def mark_cropped_choices(conn: Conn, event: AnswersCropped) -> None:
    await _mark_cropped(conn, event.institute_id, event.facts, event.subject_id)


async def _mark_cropped(
    conn: Conn, institute_id: UUID, facts: dict[str, Any], script_id: UUID | None
) -> None:
    batch = await scripts.get_batch(conn, institute_id, UUID(str(facts["batch_id"])))
    questions = {UUID(str(question)) for question in facts["question_ids"]}
    await actions.mark_choices(
        conn, institute_id, batch.template_id, script_id=script_id, questions=questions
    )
