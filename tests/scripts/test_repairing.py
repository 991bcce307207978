"""Exceptions are solved by people (S-05); marks and other sheets are never touched by it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest_asyncio

from markroom.operation.demo.bad_scanner import NO_FAULTS, ScannedClass
from tests.scripts.stage import StagedBatch, make_batch, scan_class, send_and_read
from tests.stage import School, Stage

PAGES = 16


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sitting(stage: Stage, school: School) -> tuple[StagedBatch, ScannedClass]:
    """Two scripts of which one sheet has lost its codes and one was scanned twice."""
    batch = await make_batch(school["teacher"], pupils=2)
    faults = replace(NO_FAULTS, codeless=1, duplicates=1, upside_down_share=0.5)
    scanned = await scan_class(stage, batch, faults=faults, seed=11)
    await send_and_read(stage, batch, scanned.pdf)
    return batch, scanned


async def patch(batch: StagedBatch, sheet: dict[str, Any], **change: Any) -> Any:
    return await batch.client.patch(f"/api/pages/{sheet['id']}", json=change)


async def find(batch: StagedBatch, reason: str) -> dict[str, Any]:
    return next(page for page in await batch.pages("exception") if page["reason"] == reason)


async def test_a_sheet_without_codes_is_aligned_by_its_print_where_a_person_puts_it(
    stage: Stage, sitting: tuple[StagedBatch, ScannedClass]
) -> None:
    batch, scanned = sitting
    page = await find(batch, "no_code")
    truth = scanned.sheets[page["scan_page"] - 1]
    script = next(s for s in await batch.scripts() if s["number"] == truth.script_number)
    placed = await patch(batch, page, script_id=script["id"], page=truth.page)
    assert placed.status_code == 200, placed.text
    assert (placed.json()["state"], placed.json()["page"]) == ("placed", truth.page)
    assert placed.headers["etag"] == f'"{page["version"] + 1}"'
    after = next(s for s in await batch.scripts() if s["number"] == truth.script_number)
    assert truth.page not in after["pages_missing"]
    assert after["state"] == "complete"


async def test_a_sheet_cannot_be_put_where_another_lies(sitting: tuple[StagedBatch, ScannedClass]) -> None:
    batch, _ = sitting
    page = await find(batch, "duplicate")
    refused = await patch(batch, page, script_id=page["script_id"], page=page["page"])
    assert (refused.status_code, refused.json()["code"]) == (409, "place_taken")


async def test_a_discarded_sheet_gives_its_place_to_the_duplicate_and_can_be_brought_back(
    stage: Stage, sitting: tuple[StagedBatch, ScannedClass]
) -> None:
    batch, _ = sitting
    twin = await find(batch, "duplicate")
    first = next(
        p
        for p in await batch.pages("placed")
        if (p["script_id"], p["page"]) == (twin["script_id"], twin["page"])
    )
    assert (await patch(batch, first, state="discarded")).json()["state"] == "discarded"
    assert (await patch(batch, twin, state="placed")).json()["state"] == "placed"
    back = (await patch(batch, first, state="exception")).json()
    assert (back["state"], back["reason"]) == ("exception", "restored")
    counts = (await batch.get("/scripts"))["scripts"]
    assert all(script["state"] == "complete" for script in counts)


async def test_taking_a_sheet_off_takes_its_crops_and_putting_it_back_brings_them(
    stage: Stage, sitting: tuple[StagedBatch, ScannedClass]
) -> None:
    batch, _ = sitting
    page = next(p for p in await batch.pages("placed") if p["page"] == 2)
    count = "select count(*) from answers where script_id = %s and areas @> '[{\"page\": 2}]'"
    before = await stage.query(count, [page["script_id"]])
    off = (await patch(batch, page, state="exception")).json()
    assert (off["state"], off["reason"]) == ("exception", "removed")
    assert await stage.query(count, [page["script_id"]]) == [(0,)]
    await patch(batch, off, state="placed")
    assert await stage.query(count, [page["script_id"]]) == before


async def test_a_page_changed_by_somebody_else_meanwhile_is_refused_with_its_state(
    sitting: tuple[StagedBatch, ScannedClass],
) -> None:
    """X-07"""
    batch, _ = sitting
    page = (await batch.pages("exception"))[0]
    turned = await batch.client.patch(
        f"/api/pages/{page['id']}", json={"rotation": 90}, headers={"If-Match": f'"{page["version"]}"'}
    )
    assert turned.json()["rotation"] == 90
    stale = await batch.client.patch(
        f"/api/pages/{page['id']}", json={"rotation": 180}, headers={"If-Match": f'"{page["version"]}"'}
    )
    assert stale.status_code == 412
    assert stale.json()["current"]["rotation"] == 90


async def test_nothing_to_change_is_said_so(sitting: tuple[StagedBatch, ScannedClass]) -> None:
    """X-12"""
    batch, _ = sitting
    page = (await batch.pages())[0]
    empty = await patch(batch, page)
    assert (empty.status_code, empty.json()["detail"]) == (400, "No fields to update")


async def test_a_null_takes_a_sheet_off_its_script_and_is_nothing_for_its_turn(
    sitting: tuple[StagedBatch, ScannedClass],
) -> None:
    """X-12"""
    batch, _ = sitting
    placed = (await batch.pages("placed"))[0]
    assert (await patch(batch, placed, rotation=None)).status_code == 422
    off = (await patch(batch, placed, script_id=None)).json()
    assert (off["state"], off["reason"]) == ("exception", "removed")
    turned = (await patch(batch, off, page=None, rotation=180)).json()
    assert (turned["state"], turned["rotation"]) == ("exception", 180)
    back = await patch(batch, turned, state="placed", rotation=0)
    assert [back.json()[name] for name in ("script_id", "page")] == [placed["script_id"], placed["page"]]


async def test_a_script_of_another_batch_is_unknown_here(
    stage: Stage, school: School, sitting: tuple[StagedBatch, ScannedClass]
) -> None:
    batch, _ = sitting
    other = await make_batch(school["teacher"], pupils=1)
    script = (await other.scripts())[0]
    page = (await batch.pages("exception"))[0]
    refused = await patch(batch, page, script_id=script["id"], page=3)
    assert (refused.status_code, refused.json()["code"]) == (422, "no_such_script")


async def test_every_page_is_still_counted_once(sitting: tuple[StagedBatch, ScannedClass]) -> None:
    batch, scanned = sitting
    scans = (await batch.get("/scans"))["scans"]
    counts = (await batch.client.get(f"/api/scans/{scans[0]['id']}")).json()["pages"]
    assert counts["total"] == len(scanned.sheets)
    assert counts["total"] == sum(counts[name] for name in ("placed", "blank", "exceptions", "discarded"))
