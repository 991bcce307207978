"""A template's way from hand to hand: copies, other owners, other projects (T-09)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from markroom.exam_templates.actions import (
    EDITABLE_STATUS,
    create_template,
    is_owner,
    permit_owner,
    permit_project,
)
from markroom.exam_templates.canvas.actions import replace_canvas
from markroom.exam_templates.canvas.reads import make_ids, read_canvas
from markroom.exam_templates.errors import (
    AlreadyOwner,
    ArchivedReadOnly,
    ColleagueNotFound,
    InUse,
    NotProjectEditor,
    OnlyOwner,
)
from markroom.exam_templates.handover import writes
from markroom.exam_templates.model import (
    CREATE,
    HAND_ON,
    Template,
    TemplateMoved,
    TemplateTransferred,
    copy_canvas,
)
from markroom.exam_templates.reads import find_project_right, get_template, get_visible_template
from markroom.exam_templates.shares.writes import end_shares_of_owners
from markroom.exam_templates.writes import lock_template, update_template
from markroom.institutes.members.reads import find_member, list_active_staff
from markroom.institutes.reads import begin_again, hold_institute
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit, emit_all
from markroom.projects.membership import refuse_archived
from markroom.projects.reads import find_project
from markroom.projects.writes import lock_project

COPIED = ("subject", "exam_id", "exam_code", "source_file_id", "page_count", "visibility")


async def clone_template(conn: Conn, actor: Actor, template: Template, fields: Mapping[str, Any]) -> UUID:
    """Makes a draft of the caller's own from a template they see: its paper and canvas, under fresh ids."""
    own = {name: getattr(template, name) for name in COPIED} | {"title": f"{template.title} (copy)"[:300]}
    copy_id = await create_template(conn, actor, own | dict(fields))
    canvas = await read_canvas(conn, actor.institute, template.id)
    copy = await get_template(conn, actor.institute, copy_id)
    count = len(canvas.questions) + len(canvas.response_areas) + len(canvas.boundaries)
    ids = await make_ids(conn, count) if count else []
    await replace_canvas(conn, copy, copy_canvas(canvas, iter(ids)), reason="cloned")
    return copy_id


async def transfer_template(conn: Conn, template: Template, user_id: UUID) -> None:
    """Makes a colleague the owner of a locked template. Raises ColleagueNotFound, AlreadyOwner."""
    await hold_institute(conn, template.institute_id)
    if not await list_active_staff(conn, template.institute_id, [user_id]):
        raise ColleagueNotFound
    if user_id == template.teacher_id:
        raise AlreadyOwner
    await update_template(conn, template.institute_id, template.id, {"teacher_id": user_id})
    await end_shares_of_owners(conn, template.institute_id, user_id)
    await _tell_transfer(conn, template.institute_id, [template.id], template.teacher_id, user_id)


async def transfer_templates(conn: Conn, actor: Actor, from_user_id: UUID, to_user_id: UUID) -> int:
    """Gives all templates of somebody no longer active to a colleague, private ones too; says how many.

    Raises ColleagueNotFound, OnlyOwner.
    """
    permit(actor, HAND_ON)
    await hold_institute(conn, actor.institute)
    leaver = await find_member(conn, actor.institute, from_user_id)
    if leaver is None or not await list_active_staff(conn, actor.institute, [to_user_id]):
        raise ColleagueNotFound
    if leaver.state == "active":
        raise OnlyOwner("Whoever still works here hands on their templates themselves.")
    ids = await writes.change_owner(conn, actor.institute, from_user_id, to_user_id)
    await end_shares_of_owners(conn, actor.institute, to_user_id)
    await _tell_transfer(conn, actor.institute, ids, from_user_id, to_user_id)
    return len(ids)


async def permit_move(conn: Conn, actor: Actor, template: Template) -> None:
    """Its owner takes it from anywhere, staff who edit in its project from there while it is open.

    Raises OnlyOwner, NotProjectEditor, ProjectPutAway.
    """
    if await is_owner(conn, actor, template):
        return
    if template.project_id is None:
        raise OnlyOwner
    if not CREATE.permits(actor) or await find_project_right(conn, template.project_id) != "write":
        raise NotProjectEditor
    if project := await find_project(conn, actor, template.project_id):
        refuse_archived(project)


async def lock_movable_template(
    conn: Conn, actor: Actor, template: Template, project_id: UUID | None
) -> tuple[Actor, Template]:
    """The caller as they are once both projects and the template are locked, and the template, no batch
    coming in between. Raises as the above, ArchivedReadOnly, InUse."""
    await hold_institute(conn, actor.institute)
    for each in sorted({id_ for id_ in (template.project_id, project_id) if id_}):
        await lock_project(conn, actor.institute, each)
    if await lock_template(conn, template.institute_id, template.id, alone=True) is None:
        raise NotProjectEditor
    actor = await begin_again(conn, actor)
    locked = await get_visible_template(conn, template.institute_id, template.id)
    await permit_move(conn, actor, locked)
    if locked.status == "archived":
        raise ArchivedReadOnly
    if locked.status not in EDITABLE_STATUS:
        raise InUse
    return actor, locked


async def move_template(conn: Conn, actor: Actor, template: Template, project_id: UUID | None) -> None:
    """Puts a locked template into another project, with all that belongs to it; or takes it out of all.

    Its owner alone takes it out of all; into where it is changes nothing. Raises OnlyOwner, and what
    `permit_project` does.
    """
    if project_id == template.project_id:
        return
    if project_id is None:
        await permit_owner(conn, actor, template)
    await permit_project(conn, actor, project_id)
    at = template.institute_id
    await writes.move_template(conn, at, template.id, template.project_id, project_id)
    facts = {"from": template.project_id, "to": project_id}
    await emit(
        conn,
        TemplateMoved(
            institute_id=at,
            subject_id=template.id,
            changed=("project_id",),
            facts={name: id_ and str(id_) for name, id_ in facts.items()},
        ),
    )


async def _tell_transfer(
    conn: Conn, institute_id: UUID, template_ids: list[UUID], from_id: UUID, to_id: UUID
) -> None:
    facts = {"from": str(from_id), "to": str(to_id)}
    if template_ids:
        await emit_all(
            conn,
            [
                TemplateTransferred(
                    institute_id=institute_id, subject_id=id_, changed=("teacher_id",), facts=facts
                )
                for id_ in template_ids
            ],
        )
