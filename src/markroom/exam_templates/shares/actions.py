"""Who may edit a template beside its owner: colleagues by name, or everybody of a department (T-09)."""

from __future__ import annotations

from uuid import UUID

from markroom.exam_templates.errors import AlreadyOwner, ColleagueNotFound
from markroom.exam_templates.model import Template
from markroom.exam_templates.shares import reads, writes
from markroom.exam_templates.shares.model import ShareNotFound, TemplateShared, TemplateUnshared
from markroom.institutes.members.reads import list_active_staff
from markroom.institutes.notices.actions import tell
from markroom.institutes.reads import hold_institute
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.events import emit


async def share_with_colleague(conn: Conn, actor: Actor, template: Template, user_id: UUID) -> None:
    """Lets a colleague edit; again changes nothing. Raises ColleagueNotFound, AlreadyOwner."""
    await hold_institute(conn, template.institute_id)
    if not await list_active_staff(conn, template.institute_id, [user_id]):
        raise ColleagueNotFound
    if user_id == template.teacher_id:
        raise AlreadyOwner
    if await _share(conn, template, user_id, None):
        await _tell(conn, actor, template, [user_id])


async def share_with_department(conn: Conn, actor: Actor, template: Template, department: str) -> None:
    """Lets everybody of a department edit, whoever joins it later too; again changes nothing."""
    if await _share(conn, template, None, department):
        await _tell(
            conn, actor, template, await reads.list_department(conn, template.institute_id, department)
        )


async def _share(conn: Conn, template: Template, user_id: UUID | None, department: str | None) -> bool:
    share_id = await writes.insert_share(conn, template, user_id, department)
    if share_id is not None:
        facts = {"share_id": str(share_id), "user_id": user_id and str(user_id), "department": department}
        await emit(
            conn, TemplateShared(institute_id=template.institute_id, subject_id=template.id, facts=facts)
        )
    return share_id is not None


async def _tell(conn: Conn, actor: Actor, template: Template, user_ids: list[UUID]) -> None:
    others = [user_id for user_id in user_ids if user_id not in (actor.user_id, template.teacher_id)]
    facts = {"user_id": str(actor.user_id)}
    await tell(conn, template.institute_id, others, "template_shared", template.id, **facts)


async def unshare(conn: Conn, template: Template, share_id: UUID) -> None:
    """Raises ShareNotFound."""
    if not await writes.delete_share(conn, template, share_id):
        raise ShareNotFound
    facts = {"share_id": str(share_id)}
    await emit(
        conn, TemplateUnshared(institute_id=template.institute_id, subject_id=template.id, facts=facts)
    )
