"""Lists in pages: a stable order, an opaque cursor, a true total (X-06)."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query

from markroom.kit.errors import Invalid

T = TypeVar("T")


class BadCursor(Invalid):
    """This list cannot be continued from there. Please start again at its first page."""


@dataclass(frozen=True)
class PageRequest:
    """Where a page starts: `after` is the sort key of the last row already seen, as JSON values, or None."""

    limit: int = 50
    after: Any = None


@dataclass(frozen=True)
class Paged(Generic[T]):
    rows: Sequence[T]
    total: int
    next_cursor: str | None = None


def page_request(limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: str | None = None) -> PageRequest:
    return PageRequest(limit, decode_cursor(cursor) if cursor else None)


PageQuery = Annotated[PageRequest, Depends(page_request)]


def encode_cursor(key: Any) -> str:
    return urlsafe_b64encode(json.dumps(key, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> Any:
    try:
        return json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise BadCursor from error


def paged(rows: Sequence[T], total: int, request: PageRequest, key: Callable[[T], Any]) -> Paged[T]:
    """A page out of `rows`, of which one more than `request.limit` was asked for."""
    shown = rows[: request.limit]
    more = len(rows) > request.limit
    return Paged(shown, total, encode_cursor(key(shown[-1])) if more else None)
