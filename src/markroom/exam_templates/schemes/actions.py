from __future__ import annotations

from uuid import UUID

from markroom.exam_templates.model import Template
from markroom.exam_templates.schemes.model import SchemeReadingStarted
from markroom.files.reads import get_source_file
from markroom.jobs.queue import start_job
from markroom.kit.db import Conn
from markroom.kit.events import emit


async def start_scheme_reading(conn: Conn, template: Template, file_id: UUID) -> UUID:
    """Has a mark scheme read; answers the job, whose result are the proposals. Raises FileNotFound."""
    file = await get_source_file(conn, template.institute_id, file_id)
    job_id = await start_job(conn, "read_scheme", template.institute_id, template.id, file_id=str(file.id))
    await emit(conn, SchemeReadingStarted(institute_id=template.institute_id, subject_id=template.id))
    return job_id
