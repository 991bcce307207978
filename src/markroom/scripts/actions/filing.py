"""Giving each scanned sheet its one place, with its answers, in one transaction."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.kit.storage import Storage
from markroom.scripts import reads, writes
from markroom.scripts.model import (
    AnswersCropped,
    Batch,
    CropPlan,
    PagePlaced,
    PageSetAside,
    Scan,
    Script,
)
from markroom.scripts.sheets import SheetSeen


@dataclass(frozen=True)
class StoredSheet:
    """A sheet whose images lie in the store; `items`: its crops by item, as `replace_crops` takes them."""

    seen: SheetSeen
    image_key: str | None
    items: list[dict[str, Any]] = field(default_factory=list)


async def store_sheet(
    storage: Storage, institute_id: UUID, batch_id: UUID, scan_id: UUID, seen: SheetSeen
) -> StoredSheet:
    """Puts a sheet's images where their bytes say, so that doing it again changes nothing."""
    folder = f"{institute_id}/batches/{batch_id}/pages/{scan_id}/{seen.scan_page}"
    puts: dict[str, bytes] = {}

    def keep(name: str, image: bytes) -> str:
        key = f"{folder}/{name}-{hashlib.sha256(image).hexdigest()[:16]}.jpg"
        puts[key] = image
        return key

    name = "page" if seen.state == "placed" else "sheet"
    image_key = keep(name, seen.image) if seen.image else None
    items: dict[UUID, dict[str, Any]] = {}
    for crop in seen.crops:
        item = items.setdefault(
            crop.area.item_id, {"question_id": str(crop.area.item_id), "areas": [], "choice": None}
        )
        item["areas"].append(
            {
                "page": seen.page, "area_id": str(crop.area.id), "bounds": crop.bounds,
                "at": crop.area.bounds,
                "image_key": keep(str(crop.area.id), crop.image), "is_blank": crop.is_blank,
                "ink_share": crop.ink_share,
            }
        )  # fmt: skip
    for choice in seen.choices:
        items[choice.item_id] |= {"choice": choice.choice, "choice_confidence": choice.confidence}
    await asyncio.gather(*(storage.put(key, image) for key, image in puts.items()))
    return StoredSheet(seen, image_key, list(items.values()))


async def file_sheet(
    conn: Conn, institute_id: UUID, batch: Batch, scan: Scan, sheet: StoredSheet, plan: CropPlan
) -> None:
    """Gives a page of a scan its place, unless it has one: what another run did already stays."""
    seen, script = sheet.seen, None
    if seen.script_number:
        script = await writes.lock_script(conn, institute_id, batch.id, number=seen.script_number)
    if seen.state == "placed":
        seen = await _settle_place(conn, institute_id, seen, script)
    page_id = await writes.insert_page(
        conn,
        institute_id,
        scan,
        seen.scan_page,
        state=seen.state,
        reason=seen.reason,
        script_id=script.id if script else None,
        page=seen.page,
        rotation=seen.rotation,
        residual_mm=seen.residual_mm,
        image_key=sheet.image_key,
    )
    if page_id is None:
        return
    if seen.state == "placed" and script and seen.page:
        await put_crops(conn, institute_id, batch, script.id, seen.page, sheet.items, plan)
        await emit_placed(conn, institute_id, page_id, batch, script.id, seen.page, sheet)
    else:
        facts = {"batch_id": str(batch.id), "state": seen.state, "reason": seen.reason}
        await emit(conn, PageSetAside(institute_id=institute_id, subject_id=page_id, facts=facts))


async def _settle_place(conn: Conn, institute_id: UUID, seen: SheetSeen, script: Script | None) -> SheetSeen:
    """A sheet for a place that is taken, or for a script that does not exist, is an exception."""
    if script is None or seen.page is None:
        return replace(seen, state="exception", reason="unknown_script")
    if await reads.find_placed_page(conn, institute_id, script.id, seen.page):
        return replace(seen, state="exception", reason="duplicate")
    return seen


async def put_crops(
    conn: Conn,
    institute_id: UUID,
    batch: Batch,
    script_id: UUID,
    page: int,
    items: list[dict[str, Any]],
    plan: CropPlan,
) -> None:
    """Makes the crops of one page what `items` says. Hold the script's lock; write the page's row first."""
    await writes.replace_crops(conn, institute_id, batch, script_id, page, items)
    await settle_script(conn, institute_id, batch, script_id, plan)


async def settle_script(
    conn: Conn, institute_id: UUID, batch: Batch, script_id: UUID, plan: CropPlan
) -> None:
    needs = [asdict(need) | {"question_id": str(need.question_id)} for need in plan.needs]
    await writes.settle_script(conn, institute_id, batch, script_id, needs, plan.expected_pages)


async def emit_placed(
    conn: Conn,
    institute_id: UUID,
    page_id: UUID,
    batch: Batch,
    script_id: UUID,
    page: int,
    sheet: StoredSheet,
) -> None:
    facts = {
        "batch_id": str(batch.id), "script_id": str(script_id), "page": page,
        "question_ids": [item["question_id"] for item in sheet.items],
    }  # fmt: skip
    await emit(conn, PagePlaced(institute_id=institute_id, subject_id=page_id, facts=facts))


async def take_off(
    conn: Conn, institute_id: UUID, batch: Batch, script_id: UUID, page: int, plan: CropPlan
) -> None:
    """A page is no longer there: its crops go, marks stay. Hold the script's lock; write its row first."""
    await put_crops(conn, institute_id, batch, script_id, page, [], plan)
    facts = {
        "batch_id": str(batch.id),
        "question_ids": [str(a.item_id) for a in plan.areas if a.page == page],
    }
    await emit(conn, AnswersCropped(institute_id=institute_id, subject_id=script_id, facts=facts))
