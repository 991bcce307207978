"""The scripts of a batch as one PDF to print, with codes on every page."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import Any

from markroom.jobs.queue import Job
from markroom.kit.events import emit
from markroom.kit.processes import run_bounded
from markroom.kit.scratch import scratch_folder
from markroom.reading.geometry import Bounds
from markroom.reading.printing import PrintedScript
from markroom.scripts import reads, sheets, writes
from markroom.scripts.actions.benches import read_paper
from markroom.scripts.errors import PaperTooFull
from markroom.scripts.model import Batch, BatchPrinted, CropPlan
from markroom.scripts.reads.crop_plans import get_crop_plan, list_name_areas

_SECONDS_A_SCRIPT = 5
_TICK_SECONDS = 0.5


async def print_batch(job: Job) -> dict[str, int]:
    """Plans the codes' places, once in the life of a batch, and stores the stamped scripts."""
    assert job.subject_id is not None
    institute_id, storage = job.institute_id, job.resources.storage
    async with job.transaction() as conn:
        batch = await reads.get_batch(conn, institute_id, job.subject_id)
        candidates = await reads.list_candidates(conn, institute_id, batch.id)
        paper = await read_paper(conn, storage, institute_id, batch)
    scripts = [PrintedScript(n, c.name, c.number) if c else PrintedScript(n) for n, c in candidates.items()]
    places = batch.code_places or await _plan_codes(job, batch, paper)
    with scratch_folder("print") as folder:
        seconds = 60 + _SECONDS_A_SCRIPT * len(scripts)
        printing = asyncio.create_task(
            run_bounded(sheets.print_batch, paper, batch.id, scripts, places, folder, seconds=seconds)
        )
        await _follow(job, printing, folder / "done", len(scripts))
        key = f"{institute_id}/batches/{batch.id}/print.pdf"
        await storage.put(key, folder / "printed")
    async with job.transaction() as conn:
        await writes.update_print(conn, institute_id, batch.id, key)
        facts = {"scripts": len(scripts)}
        await emit(conn, BatchPrinted(institute_id=institute_id, subject_id=batch.id, facts=facts))
    return facts


async def _plan_codes(job: Job, batch: Batch, paper: bytes) -> dict[str, Any]:
    async with job.transaction() as conn:
        plan = await get_crop_plan(conn, job.institute_id, batch.template_id)
        names = await list_name_areas(conn, job.institute_id, batch.template_id)
    places = await run_bounded(sheets.plan, paper, _keep_clear(plan, names), seconds=120)
    if isinstance(places, int):
        raise PaperTooFull(f"Page {places} of this paper has no free place for a page code.")
    async with job.transaction() as conn:
        await writes.keep_code_places(conn, job.institute_id, batch.id, places)
        kept = (await reads.get_batch(conn, job.institute_id, batch.id)).code_places
    assert kept is not None
    return kept


def _keep_clear(plan: CropPlan, names: dict[int, list[dict[str, float]]]) -> dict[int, list[Bounds]]:
    areas: dict[int, list[Bounds]] = defaultdict(list)
    for area in plan.areas:
        areas[area.page].append(Bounds(**area.bounds))
    for page, bounds in names.items():
        areas[page] += [Bounds(**one) for one in bounds]
    return areas


async def _follow(job: Job, printing: asyncio.Task[None], counter: Path, total: int) -> None:
    """Shows how far the printing process is, until it ends; raises what it raises."""
    while not (await asyncio.wait({printing}, timeout=_TICK_SECONDS))[0]:
        await job.progress(await asyncio.to_thread(_read_count, counter), total)
    await printing
    await job.progress(total, total)


def _read_count(counter: Path) -> int:
    return int(counter.read_text() or 0) if counter.exists() else 0
