"""Who may edit a template beside its owner: colleagues by name, or everybody of a department (T-09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markroom.exam_templates.errors import AlreadyOwner, ColleagueNotFound, ShareNotFound
from markroom.exam_templates.model import Template, TemplateShared, TemplateUnshared
from markroom.institutes.members.reads import list_active_staff
from markroom.institutes.model import STAFF
from markroom.institutes.notices.actions import tell
from markroom.institutes.reads import hold_institute
from markroom.kit.actor import Actor
from markroom.kit.db import Conn, execute, fetch_all, fetch_value
from markroom.kit.events import emit


@dataclass(frozen=True)
class Share:
    """With a colleague (`user_id`, `name`) or with a department."""

    id: UUID
    user_id: UUID | None
    name: str | None
    department: str | None
    shared_at: datetime


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


async def share_with_colleague(conn: Conn, actor: Actor, template: Template, user_id: UUID) -> None:
    """Lets a colleague edit; again changes nothing. Raises ColleagueNotFound, AlreadyOwner."""
    await hold_institute(conn, template.institute_id)
    if not await list_active_staff(conn, template.institute_id, [user_id]):
        raise ColleagueNotFound
    if user_id == template.teacher_id:
        raise AlreadyOwner
    if await _insert(conn, template, user_id, None):
        await _tell(conn, actor, template, [user_id])


async def share_with_department(conn: Conn, actor: Actor, template: Template, department: str) -> None:
    """Lets everybody of a department edit, whoever joins it later too; again changes nothing."""
    if await _insert(conn, template, None, department):
        await _tell(conn, actor, template, await _list_department(conn, template, department))


async def _insert(conn: Conn, template: Template, user_id: UUID | None, department: str | None) -> bool:
    cursor = await conn.execute(
        """insert into template_shares (institute_id, project_id, template_id, user_id, department)
           values (%s, %s, %s, %s, %s) on conflict do nothing returning id""",
        [template.institute_id, template.project_id, template.id, user_id, department],
    )
    row = await cursor.fetchone()
    if row:
        facts = {"share_id": str(row[0]), "user_id": user_id and str(user_id), "department": department}
        await emit(
            conn, TemplateShared(institute_id=template.institute_id, subject_id=template.id, facts=facts)
        )
    return row is not None


async def _list_department(conn: Conn, template: Template, department: str) -> list[UUID]:
    cursor = await conn.execute(
        """select user_id from memberships
            where institute_id = %s and state = 'active' and lower(metadata ->> 'department') = lower(%s)
              and role in ('school_admin', 'department_head', 'teacher')""",
        [template.institute_id, department],
    )
    return [row[0] for row in await cursor.fetchall()]


async def _tell(conn: Conn, actor: Actor, template: Template, user_ids: list[UUID]) -> None:
    others = [user_id for user_id in user_ids if user_id not in (actor.user_id, template.teacher_id)]
    facts = {"user_id": str(actor.user_id)}
    await tell(conn, template.institute_id, others, "template_shared", template.id, **facts)


async def unshare(conn: Conn, template: Template, share_id: UUID) -> None:
    """Raises ShareNotFound."""
    gone = await execute(
        conn,
        "delete from template_shares where institute_id = %s and template_id = %s and id = %s",
        [template.institute_id, template.id, share_id],
    )
    if not gone:
        raise ShareNotFound
    facts = {"share_id": str(share_id)}
    await emit(
        conn, TemplateUnshared(institute_id=template.institute_id, subject_id=template.id, facts=facts)
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


async def is_owner_gone(conn: Conn, template: Template) -> bool:
    state: str | None = await fetch_value(
        conn,
        "select state from memberships where institute_id = %s and user_id = %s",
        [template.institute_id, template.teacher_id],
    )
    return state != "active"
