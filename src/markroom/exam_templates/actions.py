from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg

from markroom.catalogue.model import ExamMismatch
from markroom.catalogue.reads import find_paper
from markroom.exam_templates import reads, writes
from markroom.exam_templates.errors import (
    ArchivedReadOnly,
    NotTemplateOwner,
    OnlyOwner,
    OwnerNotMember,
    PageCountMismatch,
    ProjectNotWritable,
    UnknownExam,
    UnknownProject,
    UnknownSourceFile,
)
from markroom.exam_templates.model import (
    CREATE,
    HAND_ON,
    Template,
    TemplateArchived,
    TemplateCreated,
    TemplateRestored,
    TemplateStatusChanged,
)
from markroom.files.reads import find_source_file
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.projects.membership import refuse_archived
from markroom.projects.reads import find_project

EDITABLE_STATUS = ("draft", "ready")


async def create_template(conn: Conn, actor: Actor, fields: Mapping[str, Any]) -> UUID:
    """Makes a draft of the caller's own."""
    permit(actor, CREATE)
    await permit_project(conn, actor, fields.get("project_id"))
    settled = {**fields, **await settle_exam(conn, fields)}
    checked = await check_paper(conn, actor.institute, settled)
    try:
        template_id = await writes.insert_template(
            conn, actor.institute, {**checked, "teacher_id": actor.user_id}
        )
    except psycopg.errors.ForeignKeyViolation as error:
        raise OwnerNotMember from error
    await emit(conn, TemplateCreated(institute_id=actor.institute, subject_id=template_id))
    return template_id


async def permit_project(conn: Conn, actor: Actor, project_id: UUID | None) -> None:
    """A key writes into its project only; a person into none, or one they edit; nobody into an archived one.

    Raises UnknownProject, ProjectNotWritable, ProjectPutAway.
    """
    if project_id is None:
        if actor.key_id is not None:
            raise ProjectNotWritable
        return
    right = await reads.find_project_right(conn, project_id)
    if right is None:
        raise UnknownProject
    if right != "write":
        raise ProjectNotWritable
    if project := await find_project(conn, actor, project_id):
        refuse_archived(project)


async def check_paper(conn: Conn, institute_id: UUID, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with the page count of their source file."""
    file_id = fields.get("source_file_id")
    if file_id is None:
        return dict(fields)
    file = await find_source_file(conn, institute_id, file_id)
    if file is None:
        raise UnknownSourceFile
    if fields.get("page_count") not in (None, file.page_count):
        raise PageCountMismatch(f"The paper has {file.page_count} pages.")
    return {**fields, "page_count": file.page_count}


async def settle_exam(
    conn: Conn, fields: Mapping[str, Any], current_id: UUID | None = None
) -> dict[str, Any]:
    """The exam's code, where `fields` name the exam or a code. Raises UnknownExam, ExamMismatch."""
    exam_id = fields.get("exam_id", current_id)
    if exam_id is None or not fields.keys() & {"exam_id", "exam_code"}:
        return {}
    paper = await find_paper(conn, exam_id)
    if paper is None:
        raise UnknownExam
    code = fields.get("exam_code")
    if code is not None and code.strip().casefold() != paper.code.casefold():
        raise ExamMismatch(f"The code of this exam is {paper.code}.")
    return {"exam_code": paper.code}


async def lock_own_template(conn: Conn, template: Template) -> Template:
    """The template as it is under lock, for one the caller sees. Raises NotTemplateOwner.

    Taken before anything of the canvas is read, so that what is compared is what is changed; and who may is
    asked again, as the template may have changed hands while this waited.
    """
    if not template.may_edit or await writes.lock_template(conn, template.institute_id, template.id) is None:
        raise NotTemplateOwner
    locked = await reads.get_visible_template(conn, template.institute_id, template.id)
    if not locked.may_edit:
        raise NotTemplateOwner
    return locked


async def lock_editable_template(conn: Conn, template: Template) -> Template:
    """The same, for a change of the paper. Raises NotTemplateOwner, ArchivedReadOnly."""
    locked = await lock_own_template(conn, template)
    if locked.status == "archived":
        raise ArchivedReadOnly
    return locked


async def archive_template(conn: Conn, template: Template) -> None:
    """Puts a locked template away; again changes nothing."""
    if await writes.archive_template(conn, template.institute_id, template.id, archived=True):
        await emit(conn, TemplateArchived(institute_id=template.institute_id, subject_id=template.id))


async def restore_template(conn: Conn, template: Template) -> None:
    """Takes a locked template out again; again changes nothing."""
    if await writes.archive_template(conn, template.institute_id, template.id, archived=False):
        await emit(conn, TemplateRestored(institute_id=template.institute_id, subject_id=template.id))


async def lock_status(conn: Conn, institute_id: UUID, template_id: UUID) -> str:
    """Its status until the transaction ends; taken before batches are, by all who take both."""
    await writes.lock_template(conn, institute_id, template_id)
    return (await reads.get_template(conn, institute_id, template_id)).status


async def set_template_status(conn: Conn, institute_id: UUID, template_id: UUID, status: str) -> None:
    """For the rooms whose batches make a template live and closed. Changes nothing where it is so already."""
    before = await lock_status(conn, institute_id, template_id)
    if before == "archived":
        raise ArchivedReadOnly
    if before == status:
        return
    await writes.update_template(conn, institute_id, template_id, {"status": status})
    facts = {"from": before, "to": status}
    await emit(conn, TemplateStatusChanged(institute_id=institute_id, subject_id=template_id, facts=facts))


async def is_owner(conn: Conn, actor: Actor, template: Template) -> bool:
    """Whether they own it, never by a key; a school admin stands in for an owner who has left."""
    if actor.key_id is None and template.teacher_id == actor.user_id:
        return True
    return HAND_ON.permits(actor) and await reads.is_owner_gone(conn, template)


async def permit_owner(conn: Conn, actor: Actor, template: Template) -> None:
    """Raises OnlyOwner."""
    if not await is_owner(conn, actor, template):
        raise OnlyOwner


async def lock_owned_template(conn: Conn, actor: Actor, template: Template) -> Template:
    """The template under lock, for its owner as the lock finds them. Raises OnlyOwner."""
    await permit_owner(conn, actor, template)
    if await writes.lock_template(conn, template.institute_id, template.id) is None:
        raise OnlyOwner
    locked = await reads.get_visible_template(conn, template.institute_id, template.id)
    await permit_owner(conn, actor, locked)
    return locked
