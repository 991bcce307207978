from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.exam_templates.canvas.reads import read_canvas
from markroom.exam_templates.detection.tasks import read_bounded
from markroom.exam_templates.schemes.model import find_items, propose
from markroom.exam_templates.schemes.process import lay_scheme
from markroom.files.actions import read_source_file
from markroom.files.reads import get_source_file
from markroom.jobs.queue import Job, job


@job("read_scheme")
async def read_scheme(job: Job) -> dict[str, Any]:
    """Reads a mark scheme and proposes its points; the template stays as it is."""
    assert job.subject_id is not None
    async with job.transaction() as conn:
        file = await get_source_file(conn, job.institute_id, UUID(job.args["file_id"]))
        canvas = await read_canvas(conn, job.institute_id, job.subject_id)
    data = await read_source_file(job.resources.storage, job.institute_id, file)
    laid = await read_bounded(job, lay_scheme, data, find_items(canvas.questions))
    return propose(canvas.questions, laid)
