"""Links to files that need no other credential: signed, and good for some minutes.

A link is base64url(JSON) "." base64url(HMAC-SHA-256(secret, "file link" ‖ JSON)): it holds all that answering
takes, so that no table is read without a caller but whether its school is open still.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from markroom.files.model import SourceFile
from markroom.kit.errors import Unauthenticated

LIVES = timedelta(minutes=5)


class LinkInvalid(Unauthenticated):
    """This link to a file is no longer valid. Ask for a new one."""

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


@dataclass(frozen=True)
class Linked:
    """The file a link stands for."""

    institute_id: UUID
    sha256: str
    media_type: str
    name: str


def sign_link(secret: bytes, institute_id: UUID, file: SourceFile, now: datetime) -> tuple[str, datetime]:
    """The token of a link and when it ends."""
    until = now + LIVES
    facts = [str(institute_id), file.sha256, file.media_type, file.name, int(until.timestamp())]
    payload = json.dumps(facts, ensure_ascii=True, separators=(",", ":")).encode()
    return f"{_encode(payload)}.{_encode(_sign(secret, payload))}", until


def read_link(secret: bytes, token: str, now: datetime) -> Linked:
    """Raises LinkInvalid."""
    try:
        payload, signature = (urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
    except ValueError as error:
        raise LinkInvalid from error
    if not hmac.compare_digest(_sign(secret, payload), signature):
        raise LinkInvalid
    institute_id, sha256, media_type, name, until = json.loads(payload)
    if datetime.fromtimestamp(until, UTC) <= now:
        raise LinkInvalid
    return Linked(UUID(institute_id), sha256, media_type, name)


def _sign(secret: bytes, payload: bytes) -> bytes:
    return hmac.digest(secret, b"file link\0" + payload, "sha256")


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
