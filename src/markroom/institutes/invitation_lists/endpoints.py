from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from markroom.institutes.invitation_lists import actions, model
from markroom.institutes.invitation_lists.sheets import Column, SheetUnreadable, read_sheet
from markroom.institutes.model import INVITE_PEOPLE
from markroom.kit.access import InInstitute, requires
from markroom.kit.http import Body, BodyTooLarge, router
from markroom.kit.limits import limited

routes = router("/api/users/invitations", tags=["people"])
LARGEST_LIST = 2**20
ROW = {
    "type": "object",
    "required": ["email", "role"],
    "properties": {"email": {"type": "string"}, "role": {"type": "string"}},
    "additionalProperties": {"type": "string"},
}
JSON_LIST = {
    "type": "object",
    "required": ["rows"],
    "properties": {"rows": {"type": "array", "items": ROW}, "dry_run": {"type": "boolean"}},
}
FORM = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
CONTENT = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": JSON_LIST},
            "text/csv": {"schema": {"type": "string"}},
            "multipart/form-data": {"schema": FORM},
        },
    }
}


class ListBody(Body):
    rows: list[dict[str, Any]]
    dry_run: bool = False


class Asked:
    """What the address of a list's request says about a CSV."""

    def __init__(
        self,
        dry_run: bool = False,
        columns: Annotated[
            str | None,
            Query(
                alias="map", max_length=2000, description="A field or nothing for each column: email,,role"
            ),
        ] = None,
        role: Annotated[str, Query(max_length=100, description="For rows of a CSV without one")] = "",
    ) -> None:
        self.dry_run, self.role = dry_run, role
        self.columns = columns.split(",") if columns is not None else None


async def hold_body(request: Request) -> None:
    """Reads a file before any transaction is open; how large it is matters once the caller is let in."""
    if hasattr(request, "_body"):
        return
    body = bytearray()
    async for chunk in request.stream():
        if len(body) <= LARGEST_LIST:
            body += chunk
    request._body = bytes(body)  # noqa: SLF001 - where Starlette keeps what was read


@routes.post(
    "/bulk",
    status_code=202,
    openapi_extra=CONTENT,
    dependencies=[Depends(hold_body), limited("institute_invitation"), requires(INVITE_PEOPLE)],
)
async def invite_list(
    request: Request, response: Response, caller: InInstitute, asked: Annotated[Asked, Depends()]
) -> dict[str, Any]:
    """Invites a list of people. A dry run says what would become of each row; otherwise a job sends, and its
    result says what became of each."""
    given, columns, dry_run = await _read_list(request, asked)
    rows = await actions.judge(caller.conn, caller.actor, given)
    if not dry_run:
        return {"status": "ok", "job": {"id": await actions.start(caller.conn, caller.actor, rows)}}
    response.status_code = 200
    return {
        "status": "ok",
        "columns": [vars(column) for column in columns],
        "rows": [row.as_json() for row in rows],
        "counts": model.count_fates(row.fate for row in rows),
        "total": len(rows),
    }


Given = list[tuple[int, Mapping[str, Any]]]


async def _read_list(request: Request, asked: Asked) -> tuple[Given, list[Column], bool]:
    """The rows with their numbers, the columns of a file, and whether it is a dry run."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        body = _check_body(await request.json())
        return list(enumerate(body.rows, start=1)), [], body.dry_run or asked.dry_run
    if len(await request.body()) > LARGEST_LIST:
        raise BodyTooLarge
    data = await _read_upload(request) if kind == "multipart/form-data" else await request.body()
    sheet = read_sheet(data, asked.columns, asked.role)
    return list(sheet.rows), sheet.columns, asked.dry_run


def _check_body(sent: Any) -> ListBody:
    try:
        return ListBody.model_validate(sent)
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
        raise RequestValidationError(found) from error


async def _read_upload(request: Request) -> bytes:
    async with request.form(max_files=1, max_fields=4) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise SheetUnreadable
        return await file.read()
