"""The ways a request can fail. A class per failure: its docstring is the user's message, its family the
status.

Rooms subclass a family in their `model.py`; the class name in snake_case is the `code` on the wire.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar


class MarkroomError(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 500

    def __init__(
        self, detail: str | None = None, *, headers: dict[str, str] | None = None, **facts: Any
    ) -> None:
        self.detail = detail or " ".join((type(self).__doc__ or "").split())
        self.headers = headers or {}
        self.facts = facts
        super().__init__(self.detail)

    @property
    def code(self) -> str:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).lower()


class Unauthenticated(MarkroomError):
    """Please sign in."""

    status = 401


class Refused(MarkroomError):
    """This request cannot be carried out."""

    status = 400


class Forbidden(MarkroomError):
    """You may not do this."""

    status = 403


class NotFound(MarkroomError):
    """Not found."""

    status = 404


class Conflict(MarkroomError):
    """This does not fit what is there now."""

    status = 409


class Gone(MarkroomError):
    """This is no longer valid."""

    status = 410


class Stale(MarkroomError):
    """Somebody changed this since you opened it. What is there now is in the answer."""

    status = 412


class PreconditionMissing(MarkroomError):
    """Say which version you are changing (If-Match)."""

    status = 428


class TooLarge(MarkroomError):
    """This file is too large."""

    status = 413


class Invalid(MarkroomError):
    """Some of what was sent is not valid."""

    status = 422


class TooMany(MarkroomError):
    """Too many requests. Please wait a moment."""

    status = 429


class UpstreamFailed(MarkroomError):
    """Another system did not answer as it should."""

    status = 502


class Unavailable(MarkroomError):
    """This is not available right now. Nothing was lost; please try again."""

    status = 503


def every_error(family: type[MarkroomError] = MarkroomError) -> list[type[MarkroomError]]:
    """All known failures, for the reference page and the OpenAPI document; needs the rooms imported."""
    return [e for sub in family.__subclasses__() for e in (sub, *every_error(sub))]
