"""Setting up a sitting and moving it on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from markroom.exam_templates import reads as exam_templates
from markroom.exam_templates.actions import lock_status, set_template_status
from markroom.exam_templates.canvas.reads import list_items
from markroom.files import reads as files
from markroom.institutes.model import STAFF
from markroom.jobs.queue import start_job
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.school import reads as classes
from markroom.school.model import ClassNotFound
from markroom.scripts import reads, writes
from markroom.scripts.errors import (
    BatchNotScanning,
    BatchStateRefused,
    NamesHidden,
    NoPaper,
    NothingToMark,
    NotYourBatch,
    NotYourScans,
    NumberTwice,
    TemplateArchived,
    TooManyScripts,
    UnknownCandidate,
    UnknownMarker,
)
from markroom.scripts.model import (
    BATCHES_CREATE,
    BATCHES_RUN,
    MAX_SCRIPTS,
    NEXT_STATES,
    PAGES_REPAIR,
    SCANNING_STATES,
    SCANS_SEND,
    Batch,
    BatchCreated,
    BatchState,
    BatchStateChanged,
    CandidatesAdded,
    NewCandidate,
)


@dataclass(frozen=True)
class NewBatch:
    template_id: UUID
    title: str
    candidates: Sequence[NewCandidate] = ()
    class_ids: Sequence[UUID] = ()
    blank_scripts: int = 0
    blind: bool = False
    markers: Sequence[UUID] = ()


# ── who may ─────────────────────────────────────────────────────────────────────────────────────


def permit_run(actor: Actor, batch: Batch) -> None:
    permit(actor, BATCHES_RUN)
    if not batch.is_run_by(actor):
        raise NotYourBatch


async def permit_scanning(conn: Conn, actor: Actor, batch: Batch) -> None:
    permit(actor, SCANS_SEND)
    if actor.key_id is not None:
        allowed = await reads.is_writable(conn, batch.project_id)
    else:
        allowed = batch.is_run_by(actor) or actor.user_id in batch.markers
    if not allowed:
        raise NotYourScans


def permit_repair(actor: Actor, batch: Batch) -> None:
    """Whoever repairs pages sees whole sheets, names and all."""
    permit(actor, PAGES_REPAIR)
    if not batch.is_run_by(actor) and actor.user_id not in batch.markers:
        raise NotYourScans
    if not batch.shows_names_to(actor):
        raise NamesHidden


def refuse_ended(batch: Batch) -> None:
    if batch.state not in SCANNING_STATES:
        raise BatchNotScanning


# ── setting up ──────────────────────────────────────────────────────────────────────────────────


async def create_batch(conn: Conn, actor: Actor, new: NewBatch) -> Batch:
    """A batch of a template the caller may see, with its numbered scripts; the template goes live."""
    template = await exam_templates.get_visible_template(conn, actor.institute, new.template_id)
    permit(actor, BATCHES_CREATE)
    if template.status == "archived":
        raise TemplateArchived
    if not await list_items(conn, actor.institute, template.id):
        raise NothingToMark
    paper = template.source_file_id and await files.find_source_file(
        conn, actor.institute, template.source_file_id
    )
    if not paper or paper.media_type != "application/pdf":
        raise NoPaper
    candidates = await _enter_classes(conn, actor, new.candidates, new.class_ids)
    await _check_people(conn, actor, candidates, new.markers)
    _check_number(len(candidates) + new.blank_scripts)
    batch_id = await writes.insert_batch(
        conn,
        actor.institute,
        actor.user_id,
        project_id=template.project_id,
        template_id=template.id,
        source_file_id=paper.id,
        title=new.title,
        blind=new.blind,
    )
    await writes.insert_markers(conn, actor.institute, template.project_id, batch_id, new.markers)
    await writes.insert_scripts(
        conn, actor.institute, template.project_id, batch_id, [*candidates, *[None] * new.blank_scripts]
    )
    await set_template_status(conn, actor.institute, template.id, "live")
    facts = {"template_id": str(template.id), "scripts": len(candidates) + new.blank_scripts}
    await emit(conn, BatchCreated(institute_id=actor.institute, subject_id=batch_id, facts=facts))
    return await reads.get_batch(conn, actor.institute, batch_id)


async def add_scripts(
    conn: Conn,
    actor: Actor,
    batch: Batch,
    pasted: Sequence[NewCandidate],
    class_ids: Sequence[UUID],
    blank_scripts: int,
) -> None:
    """More candidates or blank scripts, numbered on; what was printed is out of date then."""
    await writes.lock_batch(conn, actor.institute, batch.id)
    refuse_ended(batch)
    known = [c for c in (await reads.list_candidates(conn, actor.institute, batch.id)).values() if c]
    sitting = {c.user_id for c in known if c.user_id}
    candidates = await _enter_classes(conn, actor, pasted, class_ids, sitting)
    await _check_people(conn, actor, candidates, (), taken=[c.number for c in known if c.number])
    _check_number(
        len(candidates) + blank_scripts + await reads.count_scripts(conn, actor.institute, batch.id)
    )
    await writes.insert_scripts(
        conn, actor.institute, batch.project_id, batch.id, [*candidates, *[None] * blank_scripts]
    )
    await writes.update_print(conn, actor.institute, batch.id, None)
    facts = {"candidates": len(candidates), "blank_scripts": blank_scripts}
    await emit(conn, CandidatesAdded(institute_id=actor.institute, subject_id=batch.id, facts=facts))


async def _enter_classes(
    conn: Conn,
    actor: Actor,
    pasted: Sequence[NewCandidate],
    class_ids: Sequence[UUID],
    sitting: Collection[UUID] = (),
) -> list[NewCandidate]:
    """The students of classes, each once and by name within a class, and then those pasted. Raises
    ClassNotFound."""
    wanted = list(dict.fromkeys(class_ids))
    if len(await classes.list_classes_by_id(conn, actor.institute, wanted)) < len(wanted):
        raise ClassNotFound
    entered = {*sitting, *(c.user_id for c in pasted)}
    found: dict[UUID, NewCandidate] = {}
    for class_id, students in (await classes.list_students(conn, actor.institute, wanted)).items():
        for student in students:
            if student.user_id not in entered and student.is_active:
                number = student.candidate_number if len(student.candidate_number or "") <= 40 else None
                found.setdefault(
                    student.user_id, NewCandidate(student.name, number, student.user_id, class_id)
                )
    return [*found.values(), *pasted]


async def _check_people(
    conn: Conn,
    actor: Actor,
    candidates: Sequence[NewCandidate],
    markers: Sequence[UUID],
    taken: Sequence[str] = (),
) -> None:
    numbers = [*taken, *(c.number for c in candidates if c.number)]
    if twice := [number for number, count in Counter(numbers).items() if count > 1]:
        raise NumberTwice(f"Two candidates have the same number: {twice[0]}.")
    if await reads.find_strangers(conn, actor.institute, markers, STAFF):
        raise UnknownMarker
    if await reads.find_strangers(conn, actor.institute, [c.user_id for c in candidates if c.user_id], None):
        raise UnknownCandidate


def _check_number(scripts: int) -> None:
    if scripts > MAX_SCRIPTS:
        raise TooManyScripts


# ── moving on ───────────────────────────────────────────────────────────────────────────────────


async def change_batch_state(conn: Conn, institute_id: UUID, batch_id: UUID, state: BatchState) -> None:
    """Moves a batch on. The caller has been permitted to by the room that asks. Raises BatchStateRefused."""
    batch = await reads.get_batch(conn, institute_id, batch_id)
    status = ""
    if "closed" in (state, batch.state):
        status = await lock_status(conn, institute_id, batch.template_id)
    await writes.lock_batch(conn, institute_id, batch_id)
    batch = await reads.get_batch(conn, institute_id, batch_id)
    if batch.state == state:
        return
    if state not in NEXT_STATES[batch.state]:
        raise BatchStateRefused
    await writes.update_batch_state(conn, institute_id, batch_id, state)
    if status in ("live", "closed"):
        await _carry_to_template(conn, institute_id, batch.template_id)
    facts = {"from": batch.state, "state": state}
    await emit(
        conn,
        BatchStateChanged(institute_id=institute_id, subject_id=batch_id, changed=("state",), facts=facts),
    )


async def _carry_to_template(conn: Conn, institute_id: UUID, template_id: UUID) -> None:
    """A template closes with the last of its batches and is live again with the first that opens again."""
    at_work = await reads.has_batch_at_work(conn, institute_id, template_id)
    await set_template_status(conn, institute_id, template_id, "live" if at_work else "closed")


async def start_marking(conn: Conn, institute_id: UUID, batch_id: UUID) -> None:
    """The first mark was given: an open batch is being marked now; any other stays as it is."""
    batch = await reads.get_batch(conn, institute_id, batch_id)
    if batch.state == "open":
        await change_batch_state(conn, institute_id, batch_id, "marking")


async def start_printing(conn: Conn, actor: Actor, batch: Batch) -> UUID:
    return await start_job(conn, "print_batch", actor.institute, batch.id)
