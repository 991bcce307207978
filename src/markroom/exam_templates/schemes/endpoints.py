from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.exam_templates.endpoints import EditableTemplate
from markroom.exam_templates.schemes import actions
from markroom.kit.access import InInstitute
from markroom.kit.http import Body, router

routes = router("/api/exam", tags=["exam templates"])


class SchemeBody(Body):
    source_file_id: UUID


@routes.post("/templates/{template_id:uuid}/scheme", status_code=202)
async def read_scheme(caller: InInstitute, template: EditableTemplate, body: SchemeBody) -> dict[str, Any]:
    """The job's result holds the proposals; each is taken by PATCH of its question."""
    job_id = await actions.start_scheme_reading(caller.conn, template, body.source_file_id)
    return {"job": {"id": job_id}}
