from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Request, Response

from markroom.exam_templates.canvas.endpoints import replaceable_template
from markroom.exam_templates.canvas.reads import read_canvas
from markroom.exam_templates.endpoints import (
    VisibleTemplate,
    editable_template,
    template_json,
    visible_template,
)
from markroom.exam_templates.exchange import actions
from markroom.exam_templates.exchange.document import Imported, write_document
from markroom.exam_templates.exchange.qti_writing import write_qti
from markroom.exam_templates.exchange.scheme_csv import outcome_json, read_scheme, write_scheme
from markroom.exam_templates.model import CREATE, EDIT, Template
from markroom.exam_templates.reads import get_snapshot, get_template
from markroom.files.endpoints import MULTIPART
from markroom.files.model import FileTooLarge
from markroom.files.reads import find_source_file
from markroom.files.uploads import FORM_OVERHEAD, receive_files
from markroom.kit.access import EntranceOf, InInstitute
from markroom.kit.actor import permit
from markroom.kit.http import router, run_blocking
from markroom.kit.processes import run_bounded
from markroom.kit.versions import IfMatch, set_etag

routes = router("/api/exam", tags=["exam templates"])
MAX_IMPORT = 8 * 2**20


def _file(data: bytes, template: Template, ending: str, media_type: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(template.title)}{ending}"
    return Response(data, media_type=media_type, headers={"Content-Disposition": disposition})


@routes.get("/templates/{template_id:uuid}/export.json", response_class=Response)
async def export_json(caller: InInstitute, template: VisibleTemplate) -> Response:
    """The whole template, to be imported elsewhere."""
    snapshot = await get_snapshot(caller.conn, template.institute_id, template.id)
    file_id = template.source_file_id
    file = await find_source_file(caller.conn, template.institute_id, file_id) if file_id else None
    data = write_document(json.loads(snapshot.json), file.sha256 if file else None)
    return _file(data, template, ".json", "application/json")


@routes.get("/templates/{template_id:uuid}/export.zip", response_class=Response)
async def export_qti(caller: InInstitute, template: VisibleTemplate) -> Response:
    """Questions, marks and mark scheme as a QTI 3.0 package."""
    canvas = await read_canvas(caller.conn, template.institute_id, template.id)
    return _file(
        await run_blocking(write_qti, template.title, canvas.questions), template, ".zip", "application/zip"
    )


@routes.get("/templates/{template_id:uuid}/mark-scheme.csv", response_class=Response)
async def export_scheme(caller: InInstitute, template: VisibleTemplate) -> Response:
    canvas = await read_canvas(caller.conn, template.institute_id, template.id)
    return _file(write_scheme(canvas.questions), template, " mark scheme.csv", "text/csv; charset=utf-8")


async def importing(entrance: EntranceOf) -> None:
    """Lets the caller in and closes the transaction again, before anything of the file is read."""
    async with entrance.transaction() as caller:
        permit(caller.actor, CREATE)


importing.permission = CREATE  # type: ignore[attr-defined]


async def read_import(request: Request, _: Annotated[None, Depends(importing)]) -> Imported:
    """What the file sent says, read while no transaction is open. The body stays at hand: an Idempotency-Key
    goes by it."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_IMPORT + FORM_OVERHEAD:
            raise FileTooLarge
    request._body = bytes(body)  # noqa: SLF001 - where Starlette keeps what was read
    async with receive_files(request, max_bytes=MAX_IMPORT) as (upload,):
        data = await run_blocking(upload.path.read_bytes)
    return await run_bounded(actions.read_template, data, seconds=30, memory_mb=1024)


@routes.post("/templates/import", status_code=201, openapi_extra=MULTIPART)
async def import_template(
    imported: Annotated[Imported, Depends(read_import)], caller: InInstitute, project_id: UUID | None = None
) -> dict[str, Any]:
    """A template from a JSON document or a QTI 3.0 package."""
    id_, warnings = await actions.import_template(caller.conn, caller.actor, imported, project_id)
    template = await get_template(caller.conn, caller.actor.institute, id_)
    return template_json(template) | {"warnings": warnings}


async def changing(template_id: UUID, entrance: EntranceOf) -> None:
    """The same for a change of one template."""
    async with entrance.transaction() as caller:
        await editable_template(await visible_template(template_id, caller), caller)


changing.permission = EDIT  # type: ignore[attr-defined]


@routes.post(
    "/templates/{template_id:uuid}/mark-scheme", openapi_extra=MULTIPART, dependencies=[Depends(changing)]
)
async def import_scheme(
    request: Request,
    response: Response,
    entrance: EntranceOf,
    template_id: UUID,
    dry_run: bool = False,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """The mark scheme of a CSV, laid over the questions it names; a dry run changes nothing."""
    async with receive_files(request, max_bytes=MAX_IMPORT) as (upload,):
        data = await run_blocking(upload.path.read_bytes)
    rows = await run_blocking(read_scheme, data)
    async with entrance.transaction() as caller:
        template = await editable_template(await visible_template(template_id, caller), caller)
        if not dry_run:
            await replaceable_template(template, caller, if_match)
        outcome = await actions.import_scheme(caller.conn, template, rows, dry_run=dry_run)
        set_etag(response, (await visible_template(template_id, caller)).version)
    return outcome_json(outcome)
