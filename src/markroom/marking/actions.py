"""Hand out answers, take marks, and let the machine mark what it read beyond doubt."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from markroom.exam_templates.model import StructureChange
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.errors import Unavailable
from markroom.kit.events import emit
from markroom.kit.versions import VersionStale, check_version
from markroom.marking import reads, writes
from markroom.marking.model import (
    MARKABLE_STATES,
    ChoicesMarked,
    Claim,
    ClaimHandedBack,
    ClaimLost,
    ClaimNotFound,
    Mark,
    MarkedBatch,
    MarkedItem,
    MarkEntered,
    MarkingEnded,
    NotAnItem,
    RecordedMarks,
)
from markroom.scripts.actions import start_marking
from markroom.scripts.model import show_areas

CLAIM_TRIES = 20


def refuse_ended(batch: MarkedBatch) -> None:
    if batch.state not in MARKABLE_STATES:
        raise MarkingEnded


async def claim_answer(
    conn: Conn, actor: Actor, batch: MarkedBatch, question_id: UUID | None, skip: list[UUID]
) -> dict[str, Any] | None:
    """An answer for the caller to mark, as the desk needs it: one they hold and do not skip, else the next.

    None: nothing is left, or others hold it.
    """
    refuse_ended(batch)
    claim_id = await writes.renew_own_claim(conn, actor.institute, batch.id, actor.user_id, question_id, skip)
    claim_id = claim_id or await _claim_next(conn, actor, batch, question_id)
    if claim_id is None:
        if question_id is not None and not await reads.is_item(
            conn, actor.institute, batch.template_id, question_id
        ):
            raise NotAnItem
        return None
    claim = await reads.get_claimed_item(
        conn, actor.institute, claim_id, with_name=not batch.blind, question_id=question_id
    )
    item = claim["item"]
    item["areas"] = show_areas(item["script_id"], item["question_id"], item["areas"])
    return claim


async def _claim_next(conn: Conn, actor: Actor, batch: MarkedBatch, question_id: UUID | None) -> UUID | None:
    for _ in range(CLAIM_TRIES):
        answer = await writes.lock_next_answer(conn, actor.institute, batch.id, question_id, actor.user_id)
        if answer is None:
            return None
        if claim_id := await writes.insert_claim(conn, actor.institute, batch, answer, actor.user_id):
            return claim_id
    raise Unavailable


async def renew_claim(conn: Conn, actor: Actor, claim: Claim) -> datetime:
    expires_at: datetime | None = await writes.renew_claim(conn, actor.institute, claim.id, actor.user_id)
    if expires_at is None:
        raise ClaimNotFound
    return expires_at


async def hand_back(conn: Conn, actor: Actor, claim: Claim) -> None:
    """Ends a claim, so that another marker may have the answer."""
    if not await writes.delete_claim(conn, actor.institute, claim.id):
        raise ClaimNotFound
    await emit(conn, ClaimHandedBack(institute_id=actor.institute, subject_id=claim.batch_id))


async def save_mark(
    conn: Conn, actor: Actor, batch: MarkedBatch, item: MarkedItem, wanted: int, mark: Mark
) -> dict[str, Any]:
    """Gives the item its mark over version `wanted` (0: the first) and ends the claim; the entry as JSON.

    The same save sent again answers what the first one made. VersionStale holds the entry that is there.
    """
    if mark.is_repeated_by(item.entry, actor.user_id, wanted):
        assert item.entry is not None
        return item.entry
    refuse_ended(batch)
    if item.claimed_by not in (None, actor.user_id):
        raise ClaimLost
    check_version(wanted, item.version, item.entry)
    mark.check(item)
    entry = await writes.save_entry(conn, actor.institute, item, batch.project_id, actor.user_id, mark)
    if entry is None:
        return await _answer_overtaken(conn, actor, item, wanted, mark)
    await writes.delete_claim_of_answer(conn, actor.institute, item.script_id, item.question_id)
    if batch.state == "open":
        await start_marking(conn, actor.institute, batch.id)
    facts = {
        "batch_id": str(batch.id),
        "question_id": str(item.question_id),
        "state": mark.state,
        "version": entry["version"],
    }
    await emit(conn, MarkEntered(institute_id=actor.institute, subject_id=item.script_id, facts=facts))
    return entry


async def _answer_overtaken(
    conn: Conn, actor: Actor, item: MarkedItem, wanted: int, mark: Mark
) -> dict[str, Any]:
    """Another save came first while this one waited: the same one sent twice at once, or somebody else's."""
    current = await reads.get_entry(conn, actor.institute, item.script_id, item.question_id)
    assert current is not None
    if mark.is_repeated_by(current, actor.user_id, wanted):
        return current
    raise VersionStale(current=current, headers={"ETag": f'"{current["version"]}"'})


async def guard_marks(conn: Conn, change: StructureChange, refusal: str | None) -> None:
    """Raises RecordedMarks where a change of the paper would spoil marks; ends claims in its way."""
    questions = [*change.removed, *change.restructured]
    lowered = {str(question): maximum for question, maximum in change.lowered.items()}
    if not questions and not lowered:
        return
    if await reads.list_recorded(conn, change.institute_id, questions, lowered):
        raise RecordedMarks(refusal)
    await writes.delete_claims_of_questions(conn, change.institute_id, questions)


async def mark_choices(
    conn: Conn,
    institute_id: UUID,
    template_id: UUID,
    *,
    script_id: UUID | None = None,
    questions: set[UUID] | None = None,
) -> int:
    """The machine marks choices it read beyond doubt, none that has a mark or is open at a desk."""
    choices = [c for c in await reads.list_choices(conn, institute_id, template_id) if c.right]
    if questions is not None:
        choices = [c for c in choices if c.question_id in questions]
    if not choices:
        return 0
    batches = await writes.insert_machine_entries(
        conn, institute_id, choices, template_id=template_id, script_id=script_id
    )
    for batch_id in set(batches):
        facts = {"entries": batches.count(batch_id)}
        await emit(conn, ChoicesMarked(institute_id=institute_id, subject_id=batch_id, facts=facts))
    return len(batches)
