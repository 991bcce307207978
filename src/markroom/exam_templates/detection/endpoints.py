from __future__ import annotations

from typing import Any

from markroom.exam_templates.detection import actions
from markroom.exam_templates.endpoints import EditableTemplate
from markroom.kit.access import InInstitute
from markroom.kit.http import router

routes = router("/api/exam", tags=["exam templates"])


@routes.post("/templates/{template_id:uuid}/detect", status_code=202)
async def detect_template(caller: InInstitute, template: EditableTemplate) -> dict[str, Any]:
    return {"job": {"id": await actions.start_detection(caller.conn, template)}}
