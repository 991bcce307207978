from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from markroom.files import actions, reads
from markroom.files.links import LinkInvalid, read_link, sign_link
from markroom.files.model import UPLOAD, FileNotFound, SourceFile
from markroom.files.uploads import receive_files
from markroom.institutes.model import STAFF
from markroom.kit.access import Caller, EntranceOf, InInstitute
from markroom.kit.actor import permit
from markroom.kit.http import router
from markroom.kit.storage import Storage

routes = router("/api/files", tags=["files"])
IMMUTABLE = {"Cache-Control": "private, max-age=31536000, immutable"}
FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}
MULTIPART = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM}}}}


def file_json(file: SourceFile) -> dict[str, Any]:
    return vars(file).copy()


async def get_staff_file(caller: Caller, file_id: UUID) -> SourceFile:
    if caller.actor.role not in STAFF or caller.actor.key_id is not None:
        raise FileNotFound
    return await reads.get_source_file(caller.conn, caller.actor.institute, file_id)


async def found_file(file_id: UUID, entrance: EntranceOf) -> tuple[UUID, SourceFile]:
    """The institute and the file, with the transaction closed again before any byte is read or drawn."""
    async with entrance.transaction() as caller:
        return caller.actor.institute, await get_staff_file(caller, file_id)


FoundFile = Annotated[tuple[UUID, SourceFile], Depends(found_file)]


async def uploading_institute(entrance: EntranceOf) -> UUID:
    """Lets the caller in and closes the transaction again, before anything of the upload is read."""
    async with entrance.transaction() as caller:
        permit(caller.actor, UPLOAD)
        return caller.actor.institute


uploading_institute.permission = UPLOAD  # type: ignore[attr-defined]
UploadingInstitute = Annotated[UUID, Depends(uploading_institute)]


@routes.post("", status_code=201, openapi_extra=MULTIPART)
async def upload_file(
    request: Request, response: Response, entrance: EntranceOf, institute_id: UploadingInstitute
) -> dict[str, Any]:
    async with receive_files(request) as (upload,):
        stored = await actions.store_upload(request.app.state.storage, institute_id, upload)
    async with entrance.transaction() as caller:
        file, is_new = await actions.record_upload(caller.conn, caller.actor, stored)
    response.status_code = 201 if is_new else 200
    return file_json(file)


@routes.get("/{file_id:uuid}")
async def get_file(caller: InInstitute, file_id: UUID) -> dict[str, Any]:
    return file_json(await get_staff_file(caller, file_id))


@routes.get("/{file_id:uuid}/content", response_class=Response)
async def get_content(request: Request, found: FoundFile) -> Response:
    institute_id, file = found
    data = await actions.read_source_file(request.app.state.storage, institute_id, file)
    headers = {**IMMUTABLE, "Content-Disposition": f"inline; filename*=UTF-8''{quote(file.name)}"}
    return Response(data, media_type=file.media_type, headers=headers)


async def linked_file(file_id: UUID, caller: InInstitute) -> SourceFile:
    file = await get_staff_file(caller, file_id)
    permit(caller.actor, UPLOAD)
    return file


linked_file.permission = UPLOAD  # type: ignore[attr-defined]


@routes.post("/{file_id:uuid}/link")
async def link_file(
    request: Request, caller: InInstitute, file: Annotated[SourceFile, Depends(linked_file)]
) -> dict[str, Any]:
    """A link that opens the file for some minutes without signing in."""
    token, until = sign_link(request.app.state.secret, caller.actor.institute, file, datetime.now(UTC))
    url = f"{request.app.state.settings.base_url.rstrip('/')}/api/files/linked/{token}"
    return {"url": url, "expires_at": until}


@routes.get("/linked/{token}", response_class=Response)
async def get_linked_content(request: Request, token: str) -> Response:
    linked = read_link(request.app.state.secret, token, datetime.now(UTC))
    async with request.app.state.database.transaction() as conn:
        if not await reads.is_open(conn, linked.institute_id):
            raise LinkInvalid
    data = await request.app.state.storage.get(actions.file_key(linked.institute_id, linked.sha256))
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(linked.name)}",
    }
    return Response(data, media_type=linked.media_type, headers=headers)


Width = Annotated[
    int, Query(ge=1, le=10_000, description="Pixels; the next of 320, 640, 1024, 1600, 2400, 3600")
]


@routes.get("/{file_id:uuid}/pages/{page:int}/image", response_class=Response)
async def get_page_image(request: Request, found: FoundFile, page: int, width: Width = 1024) -> Response:
    return await answer_page_image(request.app.state.storage, *found, page, width)


async def answer_page_image(
    storage: Storage, institute_id: UUID, file: SourceFile, page: int, width: int
) -> Response:
    """No transaction may be open: a page may have to be drawn first."""
    image = await actions.page_image(storage, institute_id, file, page, width)
    return Response(image, media_type="image/jpeg", headers=IMMUTABLE)
