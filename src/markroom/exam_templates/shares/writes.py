from __future__ import annotations

from uuid import UUID

from markroom.exam_templates.model import Template
from markroom.kit.db import Conn, execute, fetch_value


async def insert_share(
    conn: Conn, template: Template, user_id: UUID | None, department: str | None
) -> UUID | None:
    """With one of the two; None where it is there already."""
    share_id: UUID | None = await fetch_value(
        conn,
        """insert into template_shares (institute_id, project_id, template_id, user_id, department)
           values (%s, %s, %s, %s, %s) on conflict do nothing returning id""",
        [template.institute_id, template.project_id, template.id, user_id, department],
    )
    return share_id


async def delete_share(conn: Conn, template: Template, share_id: UUID) -> int:
    return await execute(
        conn,
        "delete from template_shares where institute_id = %s and template_id = %s and id = %s",
        [template.institute_id, template.id, share_id],
    )


async def end_shares_with(conn: Conn, institute_id: UUID, user_id: UUID) -> None:
    """For a leaver: who comes back later begins without."""
    await execute(
        conn,
        "delete from template_shares where institute_id = %s and user_id = %s",
        [institute_id, user_id],
    )


async def end_shares_of_owners(conn: Conn, institute_id: UUID, user_id: UUID) -> None:
    """Whoever owns a template has no share of it, which would outlive their handing it on."""
    await execute(
        conn,
        """delete from template_shares s using exam_templates t
            where s.institute_id = %s and t.institute_id = %s and s.template_id = t.id
              and s.user_id = t.teacher_id and t.teacher_id = %s""",
        [institute_id, institute_id, user_id],
    )
