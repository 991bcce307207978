from __future__ import annotations

from uuid import UUID

from markroom.exam_templates.shares.model import Share
from markroom.institutes.model import STAFF
from markroom.kit.db import Conn, fetch_all, fetch_value


async def list_shares(conn: Conn, institute_id: UUID, template_id: UUID) -> list[Share]:
    """Oldest first."""
    return await fetch_all(
        conn,
        Share,
        """select s.id, s.user_id, m.name, s.department, s.shared_at from template_shares s
             left join memberships m on m.institute_id = %s and m.user_id = s.user_id
            where s.institute_id = %s and s.template_id = %s order by s.id""",
        [institute_id, institute_id, template_id],
    )


async def list_department(conn: Conn, institute_id: UUID, department: str) -> list[UUID]:
    """Its staff."""
    cursor = await conn.execute(
        """select user_id from memberships
            where institute_id = %s and state = 'active' and lower(metadata ->> 'department') = lower(%s)
              and role in ('school_admin', 'department_head', 'teacher')""",
        [institute_id, department],
    )
    return [row[0] for row in await cursor.fetchall()]


async def is_seen_by(conn: Conn, institute_id: UUID, template_id: UUID, user_id: UUID | None) -> bool:
    """For jobs, which act for nobody: whether somebody may see a template, as `reads.VISIBLE` has it."""
    given = {"institute": institute_id, "template": template_id, "user": user_id, "staff": list(STAFF)}
    return bool(await fetch_value(conn, _SEEN, given))


_SEEN = """select exists (
  select from exam_templates t
    join memberships m on m.institute_id = %(institute)s and m.user_id = %(user)s and m.state = 'active'
   where t.institute_id = %(institute)s and t.id = %(template)s
     and (m.role = any(%(staff)s) and (t.visibility = 'institute' or t.teacher_id = m.user_id
       or exists (select from template_shares s
           where s.institute_id = %(institute)s and s.template_id = t.id
             and (s.user_id = m.user_id or lower(s.department) = lower(m.metadata ->> 'department'))))
     or exists (select from projects p
          left join project_members pm
            on pm.institute_id = %(institute)s and pm.project_id = p.id and pm.user_id = m.user_id
         where p.institute_id = %(institute)s and p.id = t.project_id and p.state <> 'deleted'
           and (m.role = 'school_admin' or m.user_id in (p.owner_id, pm.user_id)))))"""
