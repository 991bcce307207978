"""What a person decides about a scanned page. Marks stay whatever happens to the pages they were given on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from markroom.jobs.queue import start_job
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.kit.processes import run_bounded
from markroom.kit.storage import Storage
from markroom.kit.versions import check_version
from markroom.scripts import reads, sheets, writes
from markroom.scripts.actions import filing
from markroom.scripts.actions.batches import permit_repair, refuse_ended
from markroom.scripts.actions.benches import lay_out, read_paper
from markroom.scripts.actions.filing import StoredSheet
from markroom.scripts.errors import (
    NoSuchScript,
    NoSuchTemplatePage,
    NothingToUpdate,
    PageStateRefused,
    PlaceTaken,
    UnreadableSheet,
)
from markroom.scripts.model import (
    Batch,
    CropPlan,
    Page,
    PageDiscarded,
    PageSetAside,
    PageState,
    PageTurned,
    Scan,
)
from markroom.scripts.reads.crop_plans import get_crop_plan


@dataclass(frozen=True)
class PageChange:
    """What a person wants of a page; None where they said nothing."""

    script_id: UUID | None = None
    page: int | None = None
    rotation: int | None = None
    state: PageState | None = None

    def places(self, page: Page) -> bool:
        """Whether it puts the sheet on a page of a script, for which its pixels are needed."""
        named = self.script_id is not None or self.page is not None or self.state == "placed"
        return named or (page.state == "placed" and self.rotation is not None and self.state is None)


@dataclass(frozen=True)
class Placing:
    """A sheet on its way to a place: what is needed to look at its pixels outside any transaction."""

    page: Page
    batch: Batch
    scan: Scan
    plan: CropPlan
    paper: bytes
    script_id: UUID
    on: int
    rotation: int


async def open_page(
    conn: Conn, actor: Actor, page_id: UUID, wanted_version: int | None
) -> tuple[Page, Batch]:
    """A page its reader may repair, in the version they mean."""
    page = await reads.get_page(conn, actor.institute, page_id)
    batch = await reads.get_batch(conn, actor.institute, page.batch_id)
    permit_repair(actor, batch)
    refuse_ended(batch)
    check_version(wanted_version, page.version, page_json(page))
    return page, batch


def page_json(page: Page) -> dict[str, Any]:
    return {name: value for name, value in vars(page).items() if name != "image_key"}


# ── without pixels ──────────────────────────────────────────────────────────────────────────────


async def change_page(conn: Conn, actor: Actor, page: Page, batch: Batch, change: PageChange) -> Page:
    """Turns a sheet, discards it, brings it back, takes it off its script, or calls it blank."""
    if change == PageChange():
        raise NothingToUpdate
    scripts = {page.script_id} if page.script_id else set()
    page = await _lock(conn, actor.institute, batch, page, scripts)
    changed = page if change.rotation is None else replace(page, rotation=change.rotation)
    if change.state is not None and change.state != page.state:
        changed = _move(changed, change.state)
    await writes.update_page(conn, actor.institute, changed)
    if page.state == "placed" and page.script_id and page.page:
        plan = await get_crop_plan(conn, actor.institute, batch.template_id)
        await filing.take_off(conn, actor.institute, batch, page.script_id, page.page, plan)
    await _emit_change(conn, actor.institute, page, changed)
    return await reads.get_page(conn, actor.institute, page.id)


def _move(page: Page, state: PageState) -> Page:
    if state == "placed":
        raise PageStateRefused
    if state == "exception":
        reason = "removed" if page.state == "placed" else page.reason or "restored"
        return replace(page, state=state, reason=reason)
    return replace(page, state=state, reason=None if state == "blank" else page.reason)


async def _emit_change(conn: Conn, institute_id: UUID, before: Page, after: Page) -> None:
    kind = PageTurned
    if after.state != before.state:
        kind = PageDiscarded if after.state == "discarded" else PageSetAside  # type: ignore[assignment]
    facts = {
        "batch_id": str(after.batch_id),
        "from": before.state,
        "state": after.state,
        "reason": after.reason,
    }
    await emit(conn, kind(institute_id=institute_id, subject_id=after.id, facts=facts))


async def _lock(conn: Conn, institute_id: UUID, batch: Batch, page: Page, scripts: set[UUID]) -> Page:
    """Holds the scripts, in order, then the page. Raises VersionStale where it changed since it was read."""
    for script_id in sorted(scripts):
        await writes.lock_script(conn, institute_id, batch.id, script_id=script_id)
    await writes.lock_page(conn, institute_id, page.id)
    current = await reads.get_page(conn, institute_id, page.id)
    check_version(page.version, current.version, page_json(current))
    return current


# ── onto a page of a script ─────────────────────────────────────────────────────────────────────


async def plan_placing(
    conn: Conn, storage: Storage, actor: Actor, page: Page, batch: Batch, change: PageChange
) -> Placing:
    """Checks whether a sheet may go where the person wants it."""
    if change.state not in (None, "placed"):
        raise PageStateRefused
    if page.image_key is None:
        raise UnreadableSheet
    script_id, on = change.script_id or page.script_id, change.page or page.page
    plan = await get_crop_plan(conn, actor.institute, batch.template_id)
    if on is None or not 1 <= on <= plan.page_count:
        raise NoSuchTemplatePage
    await _check_place(conn, actor.institute, batch, page, script_id, on)
    assert script_id is not None
    paper = await read_paper(conn, storage, actor.institute, batch)
    scan = await reads.get_scan(conn, actor.institute, page.scan_id)
    rotation = page.rotation if change.rotation is None else change.rotation
    return Placing(page, batch, scan, plan, paper, script_id, on, rotation)


async def _check_place(
    conn: Conn, institute_id: UUID, batch: Batch, page: Page, script_id: UUID | None, on: int
) -> None:
    script = script_id and await writes.lock_script(conn, institute_id, batch.id, script_id=script_id)
    if not script:
        raise NoSuchScript
    there = await reads.find_placed_page(conn, institute_id, script.id, on)
    if there and there.id != page.id:
        raise PlaceTaken(page_id=there.id)


async def look_at_placing(storage: Storage, institute_id: UUID, placing: Placing) -> StoredSheet:
    """Aligns and crops the sheet where it is going; no transaction may be open."""
    scan, page = placing.scan, placing.page
    async with lay_out(storage, placing.paper, placing.batch, scan) as bench:
        seen = await run_bounded(
            sheets.place_sheet,
            bench.folder,
            bench.scan,
            scan.media_type,
            page.scan_page,
            placing.on,
            -placing.rotation % 360,
            placing.plan.areas,
        )
    if seen is None:
        raise UnreadableSheet
    return await filing.store_sheet(storage, institute_id, placing.batch.id, scan.id, seen)


async def place_page(conn: Conn, actor: Actor, placing: Placing, sheet: StoredSheet) -> Page:
    """Puts the sheet in its place, unless somebody was faster."""
    batch, script_id, on, seen = placing.batch, placing.script_id, placing.on, sheet.seen
    before = await _lock(
        conn, actor.institute, batch, placing.page, {script_id, placing.page.script_id or script_id}
    )
    await _check_place(conn, actor.institute, batch, before, script_id, on)
    placed = replace(
        before,
        state="placed",
        reason=None,
        script_id=script_id,
        page=on,
        rotation=seen.rotation,
        residual_mm=seen.residual_mm,
        image_key=sheet.image_key,
    )
    await writes.update_page(conn, actor.institute, placed)
    if before.state == "placed" and before.script_id and before.page:
        await filing.take_off(conn, actor.institute, batch, before.script_id, before.page, placing.plan)
    await filing.put_crops(conn, actor.institute, batch, script_id, on, sheet.items, placing.plan)
    await filing.emit_placed(conn, actor.institute, before.id, batch, script_id, on, sheet)
    plan = await get_crop_plan(conn, actor.institute, batch.template_id)
    if plan.template_version != placing.plan.template_version:
        await start_job(conn, "crop_again", actor.institute, batch.id)
    return await reads.get_page(conn, actor.institute, before.id)
