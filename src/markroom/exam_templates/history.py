"""The canvases a template had (T-09): one kept with every change, in the change's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.exam_templates.errors import VersionNotFound
from markroom.exam_templates.model import Template
from markroom.exam_templates.reads import CANVAS
from markroom.kit.db import Conn, execute, fetch_all, fetch_value


@dataclass(frozen=True)
class Version:
    """`number` is the template's version then; `reason` found, replaced, detected, question, restored, cloned
    or imported; `saved_by_name` is None for what a machine saved."""

    number: int
    reason: str
    changes: dict[str, int]
    questions: int
    total_marks: int | None
    saved_by: UUID | None
    saved_by_name: str | None
    saved_at: datetime


async def keep_version(conn: Conn, template: Template, reason: str, changes: Mapping[str, int]) -> None:
    """Keeps the canvas as it now stands; called after the writes of a change."""
    await execute(
        conn,
        f"""insert into template_versions (institute_id, project_id, template_id, number, reason, changes,
              canvas, questions, total_marks, saved_by)
            select t.institute_id, t.project_id, t.id, t.version, %(reason)s, %(changes)s,
                   (select row_to_json(lists)::jsonb from (select {CANVAS}) lists),
                   (select count(*) from exam_questions q where q.institute_id = %(institute)s
                     and q.template_id = t.id),
                   (select sum(q.max_marks) from exam_questions q where q.institute_id = %(institute)s
                     and q.template_id = t.id and q.is_item),
                   nullif(current_setting('app.user_id', true), '')::uuid
              from exam_templates t where t.institute_id = %(institute)s and t.id = %(template)s""",
        {
            "institute": template.institute_id,
            "template": template.id,
            "reason": reason,
            "changes": Jsonb(dict(changes)),
        },
    )


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
