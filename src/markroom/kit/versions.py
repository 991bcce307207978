"""Lost updates are refused: `ETag` is the row's version, `If-Match` the version a change was made from
(X-07)."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Header, Response

from markroom.kit.errors import Invalid, PreconditionMissing, Stale

IfMatch = Annotated[str | None, Header(alias="If-Match")]


class VersionMissing(PreconditionMissing):
    """Say which version you are changing: send its ETag as If-Match."""


class VersionStale(Stale):
    """Somebody changed this since you opened it. What is there now is in the answer."""


class BadVersion(Invalid):
    """If-Match must be the ETag of what you are changing."""


def read_version(if_match: str | None) -> int | None:
    """The version named by If-Match; None where there is none or it is `*`."""
    if if_match is None or if_match.strip() == "*":
        return None
    named = re.fullmatch(r'\s*(?:W/)?"(\d{1,9})"\s*', if_match)
    if named is None:
        raise BadVersion
    return int(named[1])


def require_version(if_match: str | None) -> int:
    if if_match is None or (version := read_version(if_match)) is None:
        raise VersionMissing
    return version


def check_version(wanted: int | None, version: int, current: Any) -> None:
    """Raises VersionStale with the current state where another version was wanted."""
    if wanted is not None and wanted != version:
        raise VersionStale(current=current, headers={"ETag": f'"{version}"'})


def set_etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'
