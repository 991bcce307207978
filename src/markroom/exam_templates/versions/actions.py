from __future__ import annotations

from markroom.exam_templates.canvas.actions import replace_canvas
from markroom.exam_templates.canvas.bodies import ReplaceBody
from markroom.exam_templates.model import Template
from markroom.exam_templates.versions.reads import get_canvas_then
from markroom.kit.db import Conn


async def restore_version(conn: Conn, template: Template, number: int) -> dict[str, int]:
    """Brings back an earlier canvas of a locked template, as a change like any other: recorded marks stand in
    its way as in a replace. Raises VersionNotFound."""
    canvas = await get_canvas_then(conn, template.institute_id, template.id, number)
    then = ReplaceBody.model_validate(canvas).canvas(())
    return await replace_canvas(conn, template, then, reason="restored")
