"""HTTP manners: request ids, RFC 9457 problem documents, and routes that say who you are before what you sent
is read."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import psycopg
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from markroom.kit.access import SAFE_METHODS
from markroom.kit.errors import Conflict, Invalid, MarkroomError, NotFound, Refused, TooLarge, Unavailable
from markroom.kit.events import ChangeRefused, emit
from markroom.kit.idempotency import answer_once
from markroom.kit.logs import log

PROBLEM_JSON = "application/problem+json"
MAX_JSON_BYTES = 16 * 2**20
MAX_FAULTS = 20  # told at once: what was sent may be nothing but faults
OUR_FAULT = "Something went wrong on our side. Nothing you had saved is lost."
RECORDED_REFUSALS = {403, 409, 412}


class Problem(BaseModel):
    """An error answer (RFC 9457)."""

    model_config = ConfigDict(extra="allow")
    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    request_id: str


class Body(BaseModel):
    """Base of request bodies: an unknown field is an error, never ignored."""

    model_config = ConfigDict(extra="forbid")


class Unprocessable(Invalid):
    """Some of what was sent is not valid."""


class NotJson(Invalid):
    """What was sent is not valid JSON."""


class BodyTooLarge(TooLarge):
    """More was sent than this address takes."""


class WrongMethod(Refused):
    """This address does not do that."""

    status = 405


class Referenced(Conflict):
    """Something else still refers to this, or what it refers to is gone."""


class NoSuchPage(NotFound):
    """There is nothing at this address."""


class Route(APIRoute):
    """A route whose malformed JSON is refused only after the caller has been let in (§14: authentication
    comes before input)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if request.method == "PATCH" and _is_empty(request):
                request.scope["headers"] = [*request.scope["headers"], (b"content-type", b"application/json")]
                request = Request(request.scope, request.receive)
                request._body = b"{}"  # noqa: SLF001 - whoever sends nothing changes no field
            if await _read_json(request):
                return await answer_once(request, handler)
            try:
                return await handler(request)
            except RequestValidationError as error:
                raise NotJson from error

        return handle


def _is_empty(request: Request) -> bool:
    length = request.headers.get("content-length", "0")
    return length == "0" and "transfer-encoding" not in request.headers


async def _read_json(request: Request) -> bool:
    """Reads a JSON body ahead of the route. False when it is none: then stands there what no route takes, so
    that the gates run first and the body fails after them."""
    if not re.match(r"application/(\S+\+)?json\b", request.headers.get("content-type", "")):
        return True
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_JSON_BYTES:
            raise BodyTooLarge
    try:
        found, is_json = json.loads(body or b"null"), True
        if re.search(rb"\\u[dD][89a-fA-F]", body):  # half a character is none: no text holds it
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        found, is_json = object(), False
    request._body, request._json = bytes(body), found  # noqa: SLF001 - where Starlette keeps what was read
    return is_json


def router(prefix: str = "", **given: Any) -> APIRouter:
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    problems: dict[int | str, dict[str, Any]] = {
        code: {"description": HTTPStatus(code).phrase, "content": content}
        for code in (400, 401, 403, 404, 409, 410, 412, 413, 422, 428, 429, 502, 503)
    }
    return APIRouter(prefix=prefix, route_class=Route, responses=problems, **given)


def problem(request: Request, error: MarkroomError) -> JSONResponse:
    request_id = getattr(request.state, "request_id", "")
    body = {
        "type": f"/problems/{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request_id,
        **error.facts,
    }
    return JSONResponse(jsonable_encoder(body), error.status, error.headers, PROBLEM_JSON)


def describe_problems(app: FastAPI) -> None:
    """Puts the problem document into the OpenAPI document, where `router` refers to it."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        document = describe()
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's own guide does


BAD_ADDRESS = "Something in this address is not right. Nothing is lost; go back and choose again."


def is_page(request: Request) -> bool:
    """Whether a person's browser asks, not a program."""
    return not request.url.path.startswith("/api") and "text/html" in request.headers.get("accept", "")


Render = Callable[[Request, MarkroomError], Awaitable[Response]]


def install_error_handlers(app: FastAPI, render_page: Render | None = None) -> None:
    """One way out for every failure: problem+json, or the error page where a page was asked for."""
    describe_problems(app)

    async def answer(request: Request, error: MarkroomError) -> Response:
        if error.status in RECORDED_REFUSALS and request.method not in SAFE_METHODS:
            await _record_refusal(request, error)
        page = render_page if is_page(request) else None
        return await page(request, error) if page else problem(request, error)

    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, MarkroomError)
        return await answer(request, error)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return await answer(
            request, Unprocessable(BAD_ADDRESS) if is_page(request) else _unprocessable(error)
        )

    async def starlette(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        known_as = {404: NoSuchPage, 405: WrongMethod, 413: BodyTooLarge}
        family = known_as.get(error.status_code, Refused if error.status_code < 500 else MarkroomError)
        return await answer(request, family(headers=dict(error.headers or {})))

    async def database(request: Request, error: Exception) -> Response:
        return await answer(request, database_failure(error))

    async def unexpected(request: Request, error: Exception) -> Response:
        return await answer(request, unexpected_failure(request.url.path, error))

    app.add_exception_handler(MarkroomError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, starlette)
    app.add_exception_handler(psycopg.Error, database)
    app.add_exception_handler(Exception, unexpected)


def _unprocessable(error: RequestValidationError) -> MarkroomError:
    fields = list_faults(error.errors(), below=1)
    first = "; ".join(f"{f['field']}: {f['message']}" if f["field"] else f["message"] for f in fields[:3])
    return Unprocessable(first or None, errors=fields)


def list_faults(errors: Sequence[Any], *, below: int = 0) -> list[dict[str, str]]:
    """The first of what a parser found; the first `below` steps of its place are not the sender's."""
    return [
        {"field": ".".join(map(str, e["loc"][below:]))[:200], "message": say_invalid(e)}
        for e in errors[:MAX_FAULTS]
    ]


SAID = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "uuid_parsing": "is not an id",
    "uuid_type": "is not an id",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} characters",
    "too_long": "must have at most {max_length} entries",
    "too_short": "must have at least {min_length} entries",
    "greater_than_equal": "must be {ge} or more",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be {le} or less",
    "less_than": "must be less than {lt}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "json_invalid": "is not JSON that can be read",
}


def say_invalid(error: Mapping[str, Any]) -> str:
    """What is wrong with a field, in words instead of the parser's."""
    kind = error["type"]
    if kind in ("too_long", "too_short") and isinstance(error.get("input"), str):
        kind = f"string_{kind}"
    words = SAID.get(kind)
    return words.format(**error.get("ctx", {})) if words else str(error["msg"]).removeprefix("Value error, ")


def database_failure(error: Exception) -> MarkroomError:
    """What an error of the database is told as: nothing of its text, which may hold what others wrote."""
    if isinstance(
        error,
        psycopg.errors.ForeignKeyViolation
        | psycopg.errors.RestrictViolation
        | psycopg.errors.UniqueViolation,
    ):
        log.warning("constraint_refused", constraint=error.diag.constraint_name, sqlstate=error.sqlstate)
        return Referenced()
    if isinstance(error, psycopg.DataError):  # a zero byte, a number beyond its column
        log.warning("value_refused", sqlstate=error.sqlstate)
        return Unprocessable()
    if isinstance(error, psycopg.OperationalError):
        return Unavailable()
    log.error("database_failure", sqlstate=getattr(error, "sqlstate", None), exc_info=error)
    return MarkroomError(OUR_FAULT)


def unexpected_failure(route: str, error: Exception) -> MarkroomError:
    """What a defect of ours is told as; the log has it whole."""
    log.error("unexpected_failure", route=route, failure=type(error).__name__, exc_info=error)
    return MarkroomError(OUR_FAULT)


async def _record_refusal(request: Request, error: MarkroomError) -> None:
    """A refused change is kept too, in a transaction of its own: the one that failed is rolled back."""
    entrance = getattr(request.state, "entrance", None)
    if entrance is None:
        return
    route = getattr(request.scope.get("route"), "path", "")
    try:
        async with entrance.transaction(to_record=True) as caller:
            facts = {"route": route, "method": request.method, "code": error.code}
            await emit(caller.conn, ChangeRefused(institute_id=caller.actor.institute, facts=facts))
    except (MarkroomError, psycopg.Error, AssertionError):
        log.warning("refusal_not_recorded", route=route, code=error.code)


async def run_blocking(function: Callable[..., Any], *args: Any) -> Any:
    """Runs a function that waits on disk or CPU without stopping other requests."""
    return await asyncio.to_thread(function, *args)
