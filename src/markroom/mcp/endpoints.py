"""The address programs speak to, and what it says of itself (RFC 9728)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.types import ASGIApp, Message

from markroom.kit.access import EntranceOf, InsufficientScope
from markroom.kit.actor import Actor, permit
from markroom.kit.errors import Unauthenticated
from markroom.kit.http import router
from markroom.mcp.model import USE_TOOLS, KeyRequired, NotAMessage, Tool
from markroom.mcp.tools import TOOLS

ADDRESS = "/mcp"
METADATA = "/.well-known/oauth-protected-resource"

routes = router(tags=["tools for programs"])


async def admitted_key(request: Request, entrance: EntranceOf) -> Actor:
    """Lets a key in, to the tool it calls; the tool's own transaction comes after. Raises KeyRequired,
    InsufficientScope, TooManyRequests, each with its challenge."""
    metadata = f'resource_metadata="{request.app.state.settings.base_url}{METADATA}{ADDRESS}"'
    try:
        async with entrance.transaction() as caller:
            key = caller.actor
        if key.key_id is None:
            raise KeyRequired
    except Unauthenticated as error:
        fault = 'error="invalid_token", ' if entrance.token else ""
        raise KeyRequired(headers={"WWW-Authenticate": f"Bearer {fault}{metadata}"}) from error
    permit(key, USE_TOOLS)
    tool = await find_called_tool(request)
    if tool and tool.scope not in key.scopes:
        refusal = InsufficientScope(tool.scope)
        refusal.headers["WWW-Authenticate"] += f", {metadata}"
        raise refusal
    if tool and tool.limit:
        await request.app.state.limiter.count(tool.limit, entrance.token)
    request.state.key = key
    return key


admitted_key.permission = USE_TOOLS  # type: ignore[attr-defined]


async def find_called_tool(request: Request) -> Tool | None:
    """The tool that a request is a call of; None for other messages, which the SDK judges. Raises
    NotAMessage."""
    try:
        message = await request.json()
    except ValueError as error:
        raise NotAMessage from error
    if not isinstance(message, dict):
        raise NotAMessage
    if message.get("method") != "tools/call":
        return None
    params = message.get("params")
    name = params.get("name") if isinstance(params, dict) else None
    return TOOLS.get(name) if isinstance(name, str) else None


@routes.post(ADDRESS, include_in_schema=False)
async def speak(request: Request, _key: Annotated[Actor, Depends(admitted_key)]) -> Response:
    return await answer(request.app.state.sessions.handle_request, request)


async def answer(application: ASGIApp, request: Request) -> Response:
    """What an application answers to a request whose body has been read already."""
    unread: list[Message] = [{"type": "http.request", "body": await request.body(), "more_body": False}]
    status, headers, answered = 500, list[tuple[bytes, bytes]](), bytearray()

    async def receive() -> Message:
        return unread.pop() if unread else await request.receive()

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message["headers"])
        else:
            answered.extend(message.get("body", b""))

    await application(request.scope, receive, send)
    response = Response(bytes(answered), status)
    response.raw_headers = headers
    return response


@routes.get(METADATA, include_in_schema=False)
@routes.get(METADATA + ADDRESS, include_in_schema=False)
async def describe(request: Request) -> dict[str, Any]:
    """Public: what this resource is and how to send a key. Keys are made by people; nobody issues tokens."""
    base_url = request.app.state.settings.base_url
    return {
        "resource": base_url + ADDRESS,
        "resource_name": "Markroom",
        "bearer_methods_supported": ["header"],
        "scopes_supported": sorted({tool.scope for tool in TOOLS.values()}),
    }
