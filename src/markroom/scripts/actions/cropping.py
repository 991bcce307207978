"""Answers follow their template: what moved is cropped again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from markroom.exam_templates.model import StructureChange
from markroom.jobs.queue import Job, start_job
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.kit.processes import run_bounded
from markroom.scripts import reads, sheets, writes
from markroom.scripts.actions import filing
from markroom.scripts.actions.benches import Bench, lay_out, read_paper
from markroom.scripts.model import AnswersCropped, Batch, CropPlan, Page, Script
from markroom.scripts.reads.crop_plans import get_crop_plan


async def follow_template(conn: Conn, event: StructureChange) -> None:
    """Before a template changes: answers of questions that go make way; the rest is cropped after commit."""
    if event.removed:
        await writes.delete_answers(conn, event.institute_id, event.removed)
    if event.removed or event.restructured or event.areas_changed or event.areas_retired:
        for batch_id in await reads.list_scanned_batches(conn, event.institute_id, event.template_id):
            await start_job(conn, "crop_again", event.institute_id, batch_id)


async def crop_again(job: Job) -> dict[str, int]:
    """Brings the answers of a batch in line with its template; pages without changed areas are left alone."""
    assert job.subject_id is not None
    async with job.transaction() as conn:
        batch = await reads.get_batch(conn, job.institute_id, job.subject_id)
        plan = await get_crop_plan(conn, job.institute_id, batch.template_id)
        paper = await read_paper(conn, job.resources.storage, job.institute_id, batch)
        scripts = await reads.list_scanned_scripts(conn, job.institute_id, batch.id)
    async with lay_out(job.resources.storage, paper, batch, None) as bench:
        changed = 0
        for done, script in enumerate(scripts, start=1):
            changed += await _crop_script(job, bench, batch, script, plan)
            await job.progress(done, len(scripts))
    return {"scripts": len(scripts), "pages": changed}


async def _crop_script(job: Job, bench: Bench, batch: Batch, script: Script, plan: CropPlan) -> int:
    institute_id, storage = job.institute_id, job.resources.storage
    async with job.transaction() as conn:
        pages = {p.page: p for p in await reads.list_placed_pages(conn, institute_id, script.id) if p.page}
        answers = await reads.list_answers(conn, institute_id, batch.id, script_id=script.id)
    have = {_identity(area, answer.question_id) for answer in answers for area in answer.areas}
    want = {_identity({"area_id": a.id, "page": a.page, "at": a.bounds}, a.item_id) for a in plan.areas}
    moved = sorted({key[1] for key in have ^ want} & pages.keys())
    images = {number: await storage.get(pages[number].image_key) for number in moved}
    seen = await run_bounded(sheets.crop_again, bench.folder, images, plan.areas) if images else []
    stored = {sheet.page: await _store(job, batch, pages[sheet.page], sheet) for sheet in seen if sheet.page}
    async with job.transaction() as conn:
        await writes.lock_script(conn, institute_id, batch.id, script_id=script.id)
        current = {p.page: p for p in await reads.list_placed_pages(conn, institute_id, script.id)}
        for number, items in stored.items():
            if number in current and current[number].version == pages[number].version:
                await writes.replace_crops(conn, institute_id, batch, script.id, number, items)
        await writes.delete_stray_answers(conn, institute_id, script.id, plan.item_ids)
        await filing.settle_script(conn, institute_id, batch, script.id, plan)
        if moved:
            facts = {
                "batch_id": str(batch.id),
                "question_ids": sorted({str(a.item_id) for a in plan.areas if a.page in moved}),
            }
            await emit(conn, AnswersCropped(institute_id=institute_id, subject_id=script.id, facts=facts))
    return len(moved)


async def _store(job: Job, batch: Batch, page: Page, seen: sheets.SheetSeen) -> list[dict[str, Any]]:
    sheet = await filing.store_sheet(
        job.resources.storage,
        job.institute_id,
        batch.id,
        page.scan_id,
        replace(seen, scan_page=page.scan_page),
    )
    return sheet.items


def _identity(area: dict[str, Any], item_id: UUID) -> tuple[str, int, tuple[float, ...], str]:
    at = area["at"]
    return str(area["area_id"]), area["page"], (at["x"], at["y"], at["w"], at["h"]), str(item_id)
