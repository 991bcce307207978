from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from markroom.files import actions, reads
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


async def staff_file(file_id: UUID, caller: InInstitute) -> SourceFile:
    if caller.actor.role not in STAFF or caller.actor.key_id is not None:
        raise FileNotFound
    return await reads.get_source_file(caller.conn, caller.actor.institute, file_id)


StaffFile = Annotated[SourceFile, Depends(staff_file)]


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
async def get_file(file: StaffFile) -> dict[str, Any]:
    return file_json(file)


@routes.get("/{file_id:uuid}/content", response_class=Response)
async def get_content(request: Request, caller: InInstitute, file: StaffFile) -> Response:
    data = await actions.read_source_file(request.app.state.storage, caller.actor.institute, file)
    disposition = f"inline; filename*=UTF-8''{quote(file.name)}"
    headers = {**IMMUTABLE, "Content-Disposition": disposition}
    return Response(data, media_type=file.media_type, headers=headers)


Width = Annotated[int, Query(ge=1, le=10_000, description="Pixels; the next of 320, 640, 1024, 1600, 2400")]


@routes.get("/{file_id:uuid}/pages/{page:int}/image", response_class=Response)
async def get_page_image(
    request: Request, caller: InInstitute, file: StaffFile, page: int, width: Width = 1024
) -> Response:
    return await answer_page_image(request.app.state.storage, caller, file, page, width)


async def answer_page_image(
    storage: Storage, caller: Caller, file: SourceFile, page: int, width: int
) -> Response:
    image = await actions.page_image(storage, caller.actor.institute, file, page, width)
    return Response(image, media_type="image/jpeg", headers=IMMUTABLE)
