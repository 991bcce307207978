from __future__ import annotations

from typing import Any

from fastapi import Response

from markroom.exam_templates.answers import ReplacedTemplate
from markroom.exam_templates.canvas.endpoints import ReplaceableTemplate
from markroom.exam_templates.endpoints import VisibleTemplate, answer_template
from markroom.exam_templates.versions import actions, reads
from markroom.kit.access import InInstitute
from markroom.kit.http import router
from markroom.kit.paging import BadCursor, PageQuery, paged

routes = router("/api/exam", tags=["exam templates"])


@routes.get("/templates/{template_id:uuid}/versions")
async def list_versions(caller: InInstitute, template: VisibleTemplate, page: PageQuery) -> dict[str, Any]:
    if page.after is not None and not isinstance(page.after, int):
        raise BadCursor
    rows, total = await reads.list_versions(
        caller.conn, template.institute_id, template.id, page.after, page.limit + 1
    )
    shown = paged(rows, total, page, lambda version: version.number)
    return {
        "versions": [vars(version) for version in shown.rows],
        "total": total,
        "next_cursor": shown.next_cursor,
    }


@routes.get("/templates/{template_id:uuid}/versions/{version:int}")
async def get_version(caller: InInstitute, template: VisibleTemplate, version: int) -> dict[str, Any]:
    canvas = await reads.get_canvas_then(caller.conn, template.institute_id, template.id, version)
    return {"number": version, **canvas}


@routes.post("/templates/{template_id:uuid}/versions/{version:int}/restore", response_model=ReplacedTemplate)
async def restore_version(caller: InInstitute, template: ReplaceableTemplate, version: int) -> Response:
    changes = await actions.restore_version(caller.conn, template, version)
    return await answer_template(caller, template.id, changes=changes)
