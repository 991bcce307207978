"""A temporary folder with what a job's processes work on: the prepared paper and the scan."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from markroom.files import reads as files
from markroom.files.actions import read_source_file
from markroom.kit.db import Conn
from markroom.kit.processes import run_bounded
from markroom.kit.scratch import scratch_folder
from markroom.kit.storage import Storage
from markroom.scripts import sheets
from markroom.scripts.model import Batch, Scan


@dataclass(frozen=True)
class Bench:
    folder: Path

    @property
    def scan(self) -> Path:
        return self.folder / "scan"


async def read_paper(conn: Conn, storage: Storage, institute_id: UUID, batch: Batch) -> bytes:
    return await read_source_file(
        storage, institute_id, await files.get_source_file(conn, institute_id, batch.source_file_id)
    )


@asynccontextmanager
async def lay_out(storage: Storage, paper: bytes, batch: Batch, scan: Scan | None) -> AsyncIterator[Bench]:
    """Rendering is as fast as reading stored images back, so a paper's pages are prepared anew per job."""
    with scratch_folder("bench") as folder:
        bench = Bench(folder)
        await run_bounded(sheets.prepare_paper, paper, batch.code_places, bench.folder, seconds=120)
        if scan:
            await asyncio.to_thread(bench.scan.write_bytes, await storage.get(scan.file_key))
        yield bench
