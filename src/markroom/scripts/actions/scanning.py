"""Scans: received once each, read in parts by whichever workers are there."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from uuid import UUID

from markroom.files.imaging import find_media_type
from markroom.files.uploads import Upload
from markroom.jobs.queue import Job, start_job
from markroom.jobs.reads import find_newest_job
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.errors import MarkroomError, Unavailable
from markroom.kit.events import emit
from markroom.kit.processes import ReadingCrashed, ReadingNeededTooMuchMemory, ReadingTookTooLong, run_bounded
from markroom.kit.storage import Storage
from markroom.reading.scans import UnreadableScan
from markroom.scripts import reads, sheets, writes
from markroom.scripts.actions import filing
from markroom.scripts.actions.benches import Bench, lay_out, read_paper
from markroom.scripts.errors import ScanUnreadable
from markroom.scripts.model import MAX_HELP, PAGES_A_PART, Batch, CropPlan, Scan, ScanRead, ScanReceived
from markroom.scripts.reads.crop_plans import get_crop_plan

_SECONDS_A_PAGE = 10
_WAIT_SECONDS = 0.5


@dataclass(frozen=True)
class StoredScan:
    """An upload that lies in the store, before its row is written."""

    sha256: str
    name: str
    media_type: str
    size: int
    page_total: int
    file_key: str


# ── coming in ───────────────────────────────────────────────────────────────────────────────────


async def store_scan(storage: Storage, institute_id: UUID, batch_id: UUID, upload: Upload) -> StoredScan:
    """Looks whether an upload can be opened and puts it where its hash says; no transaction may be open.

    Raises ScanUnreadable, and what `run_bounded` raises.
    """
    media_type = find_media_type(upload.head)
    if media_type is None:
        raise ScanUnreadable
    try:
        page_total = await run_bounded(sheets.count_pages, upload.path, media_type)
    except UnreadableScan as error:
        raise ScanUnreadable from error
    key = f"{institute_id}/batches/{batch_id}/scans/{upload.sha256}"
    if not await storage.exists(key):
        await storage.put(key, upload.path)
    return StoredScan(upload.sha256, upload.name, media_type, upload.size, page_total, key)


async def receive_scan(
    conn: Conn, actor: Actor, batch: Batch, stored: StoredScan
) -> tuple[Scan, UUID | None, bool]:
    """The row of a stored scan, the job that reads it if the sender may see it, and whether it is new."""
    scan = await writes.insert_scan(conn, actor.institute, actor.user_id, batch, **asdict(stored))
    if scan is None:
        known = await reads.find_scan_by_hash(conn, actor.institute, batch.id, stored.sha256)
        assert known is not None
        return known, await find_newest_job(conn, actor.institute, known.id, "read_scan"), False
    await writes.insert_parts(conn, actor.institute, scan, PAGES_A_PART)
    job_id = await start_job(conn, "read_scan", actor.institute, scan.id)
    facts = {"batch_id": str(batch.id), "pages": scan.page_total}
    await emit(conn, ScanReceived(institute_id=actor.institute, subject_id=scan.id, facts=facts))
    return scan, job_id, True


# ── being read ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ScanWork:
    job: Job
    batch: Batch
    scan: Scan
    plan: CropPlan
    paper: bytes
    leads: bool

    async def show_progress(self) -> None:
        if self.leads:
            async with self.job.transaction() as conn:
                counts = await reads.count_pages(conn, self.job.institute_id, scan_id=self.scan.id)
            await self.job.progress(counts.total, self.scan.page_total)


async def read_scan(job: Job) -> dict[str, int]:
    """Reads what is unread, with the help of other workers, until every page of the scan has its place."""
    work = await _begin(job, leads=True)
    try:
        async with lay_out(job.resources.storage, work.paper, work.batch, work.scan) as bench:
            while await _read_free_parts(work, bench):
                await asyncio.sleep(_WAIT_SECONDS)  # others read on; if one dies, its part is free again
                await work.show_progress()
    except MarkroomError as error:
        if not isinstance(error, Unavailable):  # else it is tried again
            async with job.transaction() as conn:
                await writes.update_scan_state(conn, job.institute_id, work.scan.id, "failed")
        raise
    return await _finish(work)


async def help_read_scan(job: Job) -> None:
    """Reads parts of a scan that nobody reads, and goes when there are none."""
    work = await _begin(job, leads=False)
    if work.scan.state != "done":
        async with lay_out(job.resources.storage, work.paper, work.batch, work.scan) as bench:
            await _read_free_parts(work, bench)


async def _begin(job: Job, *, leads: bool) -> ScanWork:
    assert job.subject_id is not None
    async with job.transaction() as conn:
        scan = await reads.get_scan(conn, job.institute_id, job.subject_id)
        batch = await reads.get_batch(conn, job.institute_id, scan.batch_id)
        plan = await get_crop_plan(conn, job.institute_id, batch.template_id)
        paper = await read_paper(conn, job.resources.storage, job.institute_id, batch)
        if leads and await writes.update_scan_state(conn, job.institute_id, scan.id, "reading"):
            parts = await writes.count_unread_parts(conn, job.institute_id, scan.id)
            for _ in range(min(parts - 1, MAX_HELP)):
                await start_job(conn, "help_read_scan", job.institute_id, scan.id)
    return ScanWork(job, batch, scan, plan, paper, leads)


async def _read_free_parts(work: ScanWork, bench: Bench) -> int:
    """Reads parts until none is free; returns how many are still unread, in the hands of others."""
    institute_id, scan_id = work.job.institute_id, work.scan.id
    while True:
        async with work.job.transaction() as claim:
            pages = await writes.claim_part(claim, institute_id, scan_id)
            if pages is None:
                return await writes.count_unread_parts(claim, institute_id, scan_id)
            await _read_part(work, bench, pages)
            await writes.finish_part(claim, institute_id, scan_id, pages.start)


async def _read_part(work: ScanWork, bench: Bench, pages: range) -> None:
    job = work.job
    async with job.transaction() as conn:
        known = await writes.list_read_pages(conn, job.institute_id, work.scan.id, pages)
    for seen in await _see(work, bench, [page for page in pages if page not in known]):
        sheet = await filing.store_sheet(
            job.resources.storage, job.institute_id, work.batch.id, work.scan.id, seen
        )
        async with job.transaction() as conn:
            await filing.file_sheet(conn, job.institute_id, work.batch, work.scan, sheet, work.plan)
        await work.show_progress()


async def _see(work: ScanWork, bench: Bench, pages: list[int]) -> list[sheets.SheetSeen]:
    """Where a page breaks the process that reads it, it alone counts as damaged: all are read one by one."""
    if not pages:
        return []
    given = (bench.folder, bench.scan, work.scan.media_type, work.batch.id, pages, work.plan.areas)
    try:
        return await run_bounded(sheets.read_sheets, *given, seconds=20 + _SECONDS_A_PAGE * len(pages))
    except (ReadingTookTooLong, ReadingNeededTooMuchMemory, ReadingCrashed, UnreadableScan):
        if len(pages) == 1:
            return [sheets.SheetSeen(pages[0], "exception", "damaged")]
        return [seen for page in pages for seen in await _see(work, bench, [page])]


async def _finish(work: ScanWork) -> dict[str, int]:
    job, scan = work.job, work.scan
    async with job.transaction() as conn:
        counts = asdict(await reads.count_pages(conn, job.institute_id, scan_id=scan.id))
        if not await writes.update_scan_state(conn, job.institute_id, scan.id, "done"):
            return counts
        plan = await get_crop_plan(conn, job.institute_id, work.batch.template_id)
        if plan.template_version != work.plan.template_version:  # areas moved while it was read
            await start_job(conn, "crop_again", job.institute_id, work.batch.id)
        facts = {"batch_id": str(work.batch.id), **counts}
        await emit(conn, ScanRead(institute_id=job.institute_id, subject_id=scan.id, facts=facts))
    return counts
