from __future__ import annotations

import asyncio

from markroom.jobs.queue import Job, current_worker, job, queue
from markroom.kit.scratch import scratch_folder
from markroom.operation.archive import archive_key
from markroom.operation.export import export_institute
from markroom.operation.model import EXPORT_JOB, EXPORT_LIFE


@job(EXPORT_JOB)
async def write_export(job: Job) -> dict[str, int]:
    """Writes the archive of a school into the store, where it is kept for a day."""
    key, resources = archive_key(job.institute_id, job.id), job.resources
    service_url = current_worker().database.service_url
    with scratch_folder("export") as folder:
        file = folder / "school.tar"
        made = await asyncio.to_thread(
            export_institute, service_url, resources.storage, job.institute_id, file
        )
        size = file.stat().st_size
        await resources.storage.put(key, file)
    async with job.transaction() as conn:
        later = queue.tasks["delete_export"].configure(
            connection=conn, schedule_in={"seconds": int(EXPORT_LIFE.total_seconds())}, queue="upkeep"
        )
        await later.defer_async(key=key)
    return {"rows": sum(made.rows.values()), "files": made.file_count, "size": size}


@queue.task(name="delete_export", queue="upkeep")
async def delete_export(key: str) -> None:
    await current_worker().resources.storage.delete(key)
