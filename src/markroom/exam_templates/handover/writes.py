from __future__ import annotations

from uuid import UUID

from markroom.exam_templates.writes import update_template
from markroom.kit.db import Conn, execute

_PARTS = (
    "exam_questions",
    "mark_scheme_versions",
    "response_areas",
    "exam_boundaries",
    "template_shares",
    "template_versions",
)


async def move_template(
    conn: Conn, institute_id: UUID, template_id: UUID, from_id: UUID | None, to_id: UUID | None
) -> None:
    """From project to project. What belongs to it goes along: by its foreign keys, which do not hold where it
    comes from no project."""
    await update_template(conn, institute_id, template_id, {"project_id": to_id})
    if from_id is None:
        moves = (
            f"""{table}_moved as (update {table} set project_id = %(to)s where institute_id = %(institute)s
                  and template_id = %(template)s and project_id is null)"""
            for table in _PARTS
        )
        given = {"institute": institute_id, "template": template_id, "to": to_id}
        await execute(conn, f"with {', '.join(moves)} select", given)


async def change_owner(conn: Conn, institute_id: UUID, from_id: UUID, to_id: UUID) -> list[UUID]:
    """Of all templates of one; answers which."""
    cursor = await conn.execute(
        """update exam_templates set teacher_id = %s, updated_at = now(), version = version + 1
            where institute_id = %s and teacher_id = %s returning id""",
        [to_id, institute_id, from_id],
    )
    return [row[0] for row in await cursor.fetchall()]
