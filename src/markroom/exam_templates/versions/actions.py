from __future__ import annotations

from pydantic import ValidationError

from markroom.exam_templates.canvas.actions import replace_canvas
from markroom.exam_templates.canvas.bodies import ReplaceBody
from markroom.exam_templates.errors import InvalidCanvas
from markroom.exam_templates.model import Template
from markroom.exam_templates.versions.reads import get_canvas_then
from markroom.kit.db import Conn
from markroom.kit.http import list_faults


async def restore_version(conn: Conn, template: Template, number: int) -> dict[str, int]:
    """Brings back an earlier canvas of a locked template, as a change like any other: recorded marks stand in
    its way as in a replace. Raises VersionNotFound, and InvalidCanvas where less was asked of it then."""
    canvas = await get_canvas_then(conn, template.institute_id, template.id, number)
    try:
        then = ReplaceBody.model_validate(canvas).canvas(())
    except ValidationError as error:
        faults = list_faults(error.errors())
        raise InvalidCanvas("{field}: {message}".format_map(faults[0]), errors=faults) from error
    return await replace_canvas(conn, template, then, reason="restored")
