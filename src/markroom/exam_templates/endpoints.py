from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response

from markroom.exam_templates import actions, reads
from markroom.exam_templates.answers import ExamTemplate, TemplateList
from markroom.exam_templates.bodies import CreateBody
from markroom.exam_templates.errors import PageNotFound
from markroom.exam_templates.model import CREATE, EDIT, OWN, Status, Template
from markroom.files.endpoints import Width, answer_page_image
from markroom.files.model import SourceFile
from markroom.files.reads import find_source_file
from markroom.kit.access import Caller, EntranceOf, Everywhere, InInstitute, requires
from markroom.kit.http import router
from markroom.kit.paging import BadCursor, PageQuery, paged
from markroom.kit.versions import IfMatch, check_version, read_version, set_etag

routes = router("/api/exam", tags=["exam templates"])


def template_json(template: Template) -> dict[str, Any]:
    return {name: value for name, value in vars(template).items() if name != "may_edit"}


async def answer_template(
    caller: Caller, template_id: UUID, status: int = 200, changes: dict[str, int] | None = None
) -> Response:
    """The whole template as the database wrote it, with its version as ETag."""
    snapshot = await reads.get_snapshot(caller.conn, caller.actor.institute, template_id)
    more = "" if changes is None else f',"changes":{json.dumps(changes)}'
    answer = Response(f"{snapshot.json[:-1]}{more}}}", status, media_type="application/json")
    set_etag(answer, snapshot.version)
    return answer


# Who may: the row decides, so these come before the body is judged.


async def visible_template(template_id: UUID, caller: InInstitute) -> Template:
    return await reads.get_visible_template(caller.conn, caller.actor.institute, template_id)


VisibleTemplate = Annotated[Template, Depends(visible_template)]


async def own_template(template: VisibleTemplate, caller: InInstitute, if_match: IfMatch = None) -> Template:
    locked = await actions.lock_own_template(caller.conn, template)
    await check_template_version(caller, locked, read_version(if_match))
    return locked


async def editable_template(template: VisibleTemplate, caller: InInstitute) -> Template:
    return await actions.lock_editable_template(caller.conn, template)


EditableTemplate = Annotated[Template, Depends(editable_template)]


async def check_template_version(caller: Caller, template: Template, wanted: int | None) -> None:
    if wanted not in (None, template.version):
        snapshot = await reads.get_snapshot(caller.conn, template.institute_id, template.id)
        check_version(wanted, template.version, json.loads(snapshot.json))


for gate in (own_template, editable_template):
    setattr(gate, "permission", EDIT)  # noqa: B010 - functions have no such attribute by type

OwnTemplate = Annotated[Template, Depends(own_template)]


async def owned_template(template: VisibleTemplate, caller: InInstitute) -> Template:
    return await actions.lock_owned_template(caller.conn, caller.actor, template)


setattr(owned_template, "permission", OWN)  # noqa: B010 - functions have no such attribute by type
OwnedTemplate = Annotated[Template, Depends(owned_template)]


@routes.post("/templates", status_code=201, response_model=ExamTemplate, dependencies=[requires(CREATE)])
async def create_template(caller: InInstitute, body: CreateBody) -> Response:
    template_id = await actions.create_template(caller.conn, caller.actor, body.model_dump())
    return await answer_template(caller, template_id, 201)


def filters(
    include_archived: bool = False,
    subject: str | None = None,
    owner: UUID | None = None,
    status: Status | None = None,
    q: str | None = None,
) -> reads.Filters:
    return reads.Filters(include_archived, subject, owner, status, q)


@routes.get("/templates", responses={200: {"model": TemplateList}})
async def list_templates(
    caller: Everywhere, page: PageQuery, wanted: Annotated[reads.Filters, Depends(filters)]
) -> dict[str, Any]:
    institute = caller.actor.institute_id
    rows = await reads.list_templates(caller.conn, institute, wanted, _read_place(page.after), page.limit + 1)
    total = await reads.count_templates(caller.conn, institute, wanted)
    shown = paged(rows, total, page, lambda template: [template.updated_at, template.id])
    templates = [template_json(template) for template in shown.rows]
    return {"templates": templates, "total": total, "next_cursor": shown.next_cursor}


def _read_place(after: Any) -> tuple[datetime, UUID] | None:
    if after is None:
        return None
    try:
        at, template_id = after
        return datetime.fromisoformat(at), UUID(template_id)
    except (TypeError, ValueError, AttributeError) as error:
        raise BadCursor from error


@routes.get("/templates/{template_id:uuid}", response_model=ExamTemplate)
async def get_template(caller: InInstitute, template_id: UUID) -> Response:
    return await answer_template(caller, template_id)


@routes.delete("/templates/{template_id:uuid}")
async def archive_template(caller: InInstitute, template: OwnTemplate) -> dict[str, Any]:
    await actions.archive_template(caller.conn, template)
    return {"status": "archived", "id": template.id}


@routes.post("/templates/{template_id:uuid}/restore", response_model=ExamTemplate)
async def restore_template(caller: InInstitute, template: OwnTemplate) -> Response:
    await actions.restore_template(caller.conn, template)
    return await answer_template(caller, template.id)


async def found_paper(template_id: UUID, entrance: EntranceOf) -> tuple[UUID, SourceFile]:
    """The institute and the template's paper, with the transaction closed again."""
    async with entrance.transaction() as caller:
        institute_id = caller.actor.institute
        template = await reads.get_visible_template(caller.conn, institute_id, template_id)
        file_id = template.source_file_id
        file = await find_source_file(caller.conn, institute_id, file_id) if file_id else None
    if file is None:
        raise PageNotFound
    return institute_id, file


FoundPaper = Annotated[tuple[UUID, SourceFile], Depends(found_paper)]


@routes.get("/templates/{template_id:uuid}/pages/{page:int}/image", response_class=Response)
async def get_page_image(request: Request, found: FoundPaper, page: int, width: Width = 1024) -> Response:
    return await answer_page_image(request.app.state.storage, *found, page, width)
