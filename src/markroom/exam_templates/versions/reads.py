from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.exam_templates.versions.model import Version, VersionNotFound
from markroom.kit.db import Conn, fetch_all, fetch_value


async def list_versions(
    conn: Conn, institute_id: UUID, template_id: UUID, before: int | None, limit: int
) -> tuple[list[Version], int]:
    """Newest first, with how many there are in all."""
    given = {"institute": institute_id, "template": template_id, "before": before, "limit": limit}
    mine = "v.institute_id = %(institute)s and v.template_id = %(template)s"
    rows = await fetch_all(
        conn,
        Version,
        f"""select v.number, v.reason, v.changes, v.questions, v.total_marks, v.saved_by,
                   m.name as saved_by_name, v.saved_at
              from template_versions v
              left join memberships m on m.institute_id = %(institute)s and m.user_id = v.saved_by
             where {mine} and (%(before)s::integer is null or v.number < %(before)s)
             order by v.number desc limit %(limit)s""",
        given,
    )
    total: int = await fetch_value(conn, f"select count(*) from template_versions v where {mine}", given)
    return rows, total


async def get_canvas_then(conn: Conn, institute_id: UUID, template_id: UUID, number: int) -> dict[str, Any]:
    """`{questions, response_areas, boundaries}` as they were. Raises VersionNotFound."""
    canvas: dict[str, Any] | None = await fetch_value(
        conn,
        """select canvas from template_versions
            where institute_id = %s and template_id = %s and number = %s""",
        [institute_id, template_id, number],
    )
    if canvas is None:
        raise VersionNotFound
    return canvas
