from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.exam_templates.canvas.actions import replace_canvas
from markroom.exam_templates.canvas.reads import read_canvas
from markroom.exam_templates.detection.model import DetectionStarted, NoPaper, PaperExchanged
from markroom.exam_templates.detection.proposals import merge_proposals, read_proposals
from markroom.exam_templates.errors import ArchivedReadOnly
from markroom.exam_templates.model import Template
from markroom.exam_templates.reads import get_template
from markroom.exam_templates.writes import lock_template, update_template
from markroom.jobs.queue import start_job
from markroom.kit.db import Conn
from markroom.kit.events import emit


async def start_detection(conn: Conn, template: Template) -> UUID:
    """Has the paper of a locked template read; answers the job."""
    if (file := template.source_file_id) is None:
        raise NoPaper
    job_id = await start_job(conn, "detect_template", template.institute_id, template.id, file_id=str(file))
    await emit(conn, DetectionStarted(institute_id=template.institute_id, subject_id=template.id))
    return job_id


async def apply_detection(
    conn: Conn, institute_id: UUID, template_id: UUID, file_id: UUID, detected: Mapping[str, Any]
) -> dict[str, int]:
    """Lays a detection's proposals around what people confirmed. Raises ArchivedReadOnly, PaperExchanged.

    For the same paper again it changes nothing but the moment.
    """
    await lock_template(conn, institute_id, template_id)
    template = await get_template(conn, institute_id, template_id)
    if template.status == "archived":
        raise ArchivedReadOnly
    if template.source_file_id != file_id:
        raise PaperExchanged
    current = await read_canvas(conn, institute_id, template_id)
    counts = await replace_canvas(
        conn, template, merge_proposals(current, read_proposals(template_id, detected)), reason="detected"
    )
    summary = {name: detected[name] for name in ("total_marks", "warnings")}
    detection = Jsonb({**summary, "at": datetime.now(UTC).isoformat()})
    await update_template(conn, institute_id, template_id, {"detection": detection})
    return counts
