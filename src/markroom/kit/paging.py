"""Lists in pages: a stable order, an opaque cursor, a true total (X-06)."""

from __future__ import annotations

import binascii
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request

from markroom.kit.errors import Invalid

T = TypeVar("T")
_SEAL_BYTES = 16


class BadCursor(Invalid):
    """This list cannot be continued from there. Please start again at its first page."""


@dataclass(frozen=True)
class PageRequest:
    """Where a page starts: `after` is the sort key of the last row already seen, as JSON values, or None.

    A cursor is sealed for its list, so that `after` is always a key this list gave out.
    """

    limit: int = 50
    after: Any = None
    seal: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Paged(Generic[T]):
    rows: Sequence[T]
    total: int
    next_cursor: str | None = None


def page_request(
    request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: str | None = None
) -> PageRequest:
    seal = hmac.digest(request.app.state.secret, b"cursor\0" + request.url.path.encode(), "sha256")
    return PageRequest(limit, decode_cursor(cursor, seal) if cursor else None, seal)


PageQuery = Annotated[PageRequest, Depends(page_request)]


def encode_cursor(key: Any, seal: bytes) -> str:
    text = json.dumps(key, default=str).encode()
    return urlsafe_b64encode(_sign(text, seal) + text).decode().rstrip("=")


def decode_cursor(cursor: str, seal: bytes) -> Any:
    """The key in a cursor; raises BadCursor for one of another list, or changed on the way."""
    try:
        sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (ValueError, binascii.Error) as error:
        raise BadCursor from error
    text = sealed[_SEAL_BYTES:]
    if not hmac.compare_digest(sealed[:_SEAL_BYTES], _sign(text, seal)):
        raise BadCursor
    return json.loads(text)


def _sign(text: bytes, seal: bytes) -> bytes:
    return hmac.digest(seal, text, "sha256")[:_SEAL_BYTES]


def paged(rows: Sequence[T], total: int, request: PageRequest, key: Callable[[T], Any]) -> Paged[T]:
    """A page out of `rows`, of which one more than `request.limit` was asked for."""
    shown = rows[: request.limit]
    more = len(rows) > request.limit
    return Paged(shown, total, encode_cursor(key(shown[-1]), request.seal) if more else None)
