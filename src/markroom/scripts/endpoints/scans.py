from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response

from markroom.files.endpoints import MULTIPART
from markroom.files.uploads import receive_files
from markroom.kit.access import EntranceOf, InInstitute
from markroom.kit.http import router
from markroom.scripts import reads
from markroom.scripts.actions import batches, scanning
from markroom.scripts.endpoints.batches import SeenBatch, batch_routes
from markroom.scripts.model import (
    SCANS_SEND,
    Scan,
)

MAX_UPLOAD_BYTES = 2 * 2**30
MAX_FILES = 200

scan_routes = router("/api/scans", tags=["scanning"])


async def scanning_batch(batch_id: UUID, entrance: EntranceOf) -> tuple[UUID, UUID]:
    """Lets the sender in and closes the transaction again, before anything of the upload is read."""
    async with entrance.transaction() as caller:
        batch = await reads.get_batch(caller.conn, caller.actor.institute, batch_id)
        await batches.permit_scanning(caller.conn, caller.actor, batch)
        batches.refuse_ended(batch)
        return caller.actor.institute, batch.id


scanning_batch.permission = SCANS_SEND  # type: ignore[attr-defined]
ScanningBatch = Annotated[tuple[UUID, UUID], Depends(scanning_batch)]


@batch_routes.post("/{batch_id:uuid}/scans", status_code=202, openapi_extra=MULTIPART)
async def send_scans(
    request: Request, response: Response, entrance: EntranceOf, place: ScanningBatch
) -> dict[str, Any]:
    """One file or many of scanned pages. 200 where all were sent before: nothing changes then."""
    async with receive_files(request, max_bytes=MAX_UPLOAD_BYTES, max_files=MAX_FILES) as uploads:
        stored = [await scanning.store_scan(request.app.state.storage, *place, upload) for upload in uploads]
    async with entrance.transaction() as caller:
        batch = await reads.get_batch(caller.conn, caller.actor.institute, place[1])
        received = [
            await scanning.receive_scan(caller.conn, caller.actor, batch, scan)
            for scan in stored  # a handful: one per file
        ]
    response.status_code = 202 if any(is_new for _, _, is_new in received) else 200
    told = [
        {"scan": {"id": scan.id, "state": scan.state, "page_total": scan.page_total}, "job": {"id": job_id}}
        for scan, job_id, _ in received
    ]
    return told[0] | {"scans": told}


@batch_routes.get("/{batch_id:uuid}/scans")
async def list_scans(caller: InInstitute, batch: SeenBatch) -> dict[str, Any]:
    scans = await reads.list_scans(caller.conn, caller.actor.institute, batch.id)
    return {"scans": [scan_json(scan) for scan in scans], "total": len(scans)}


@scan_routes.get("/{scan_id:uuid}")
async def get_scan(scan_id: UUID, caller: InInstitute) -> dict[str, Any]:
    conn, institute = caller.conn, caller.actor.institute
    scan = await reads.get_scan(conn, institute, scan_id)
    return scan_json(scan) | {"pages": asdict(await reads.count_pages(conn, institute, scan_id=scan.id))}


def scan_json(scan: Scan) -> dict[str, Any]:
    return {
        name: getattr(scan, name) for name in ("id", "batch_id", "name", "state", "page_total", "created_at")
    }
