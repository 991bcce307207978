"""What a tool is, and who may use one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict

from markroom.institutes.model import STAFF
from markroom.kit.access import Caller, Entrance
from markroom.kit.actor import Permission
from markroom.kit.errors import Refused, Unauthenticated

USE_TOOLS = Permission(
    "tools.use", (*STAFF, "guest"), by_key=True, meaning="Use the tools for programs, with a project's key"
)


class KeyRequired(Unauthenticated):
    """Send a project's key: Authorization: Bearer mk_…"""


class NotAMessage(Refused):
    """Send one JSON-RPC message, as application/json."""


class Arguments(BaseModel):
    """Base of a tool's arguments: an unknown one is an error, never ignored."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Tool:
    """A verb a program may call: `scope` is what its key needs, `limit` the rate it is counted by.

    `call` is given the request and the checked arguments; it opens one transaction as the key.
    """

    name: str
    title: str
    description: str
    scope: str
    arguments: type[Arguments]
    call: Callable[[Request, Any], Awaitable[dict[str, Any]]]
    limit: str | None = None

    @asynccontextmanager
    async def transaction(self, request: Request) -> AsyncIterator[Caller]:
        """As the request's key, which must still have the tool's scope. Raises InsufficientScope."""
        entrance: Entrance = request.state.entrance
        async with replace(entrance, scope=self.scope).transaction() as caller:
            yield caller
