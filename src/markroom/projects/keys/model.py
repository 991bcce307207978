"""The words of a project's keys, and how one is written.

A key is `mk_`, 32 random characters of base 62 (190 bits) and 6 more that check them, so that a mistyped one
is told without a look at the database.
"""

from __future__ import annotations

import hmac
import re
import secrets
import string
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from markroom.institutes.model import STAFF
from markroom.kit.actor import Permission
from markroom.kit.errors import Conflict, Forbidden, Invalid, NotFound
from markroom.kit.events import Event
from markroom.kit.tokens import SHORTEST_SECRET, SecretTooShort
from markroom.projects.model import Permissions

KEY_PREFIX = "mk_"
SCOPES = ("read", "write", "manage")
SHOWN_CHARACTERS = len(KEY_PREFIX) + 6  # of a key, in lists: the rest still holds 154 bits
OVERLAP_HOURS = 24
LONGEST_OVERLAP_HOURS = 168
MOST_KEYS = 25  # of one person in one project; and as many again that end after a rotation
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_KEY = re.compile(rf"{KEY_PREFIX}[0-9A-Za-z]{{38}}")


class KeyNotFound(NotFound):
    """This key does not exist in this project."""


class NotKeysPerson(Forbidden):
    """Only the person a key acts for can rotate it. You can revoke it instead."""


class ScopesAboveOwn(Forbidden):
    """You cannot give a key more than you may do in this project yourself."""


class KeyNeedsMember(Forbidden):
    """Only members of the school can have keys."""


class KeyEnded(Conflict):
    """This key was revoked, has expired or was rotated already. Make a new one."""


class TooManyKeys(Conflict):
    """You have 25 keys in this project, or 25 that end after a rotation. Revoke one you do not need first."""


class ExpiryPast(Invalid):
    """A key must expire in the future."""


class KeyCreated(Event):
    """A project's key was made; `facts`: project_id, scopes."""


class KeyRotated(Event):
    """A key got a successor and ends after an overlap; `facts`: project_id, successor_id, overlap_hours."""


class KeyRevoked(Event):
    """A key was ended by a person; `facts`: project_id."""


MANAGE_KEYS = Permission(
    "keys.manage",
    (*STAFF, "guest"),
    meaning="Make, rotate and revoke keys of a project: its members their own; its admins end any",
)


@dataclass(frozen=True)
class Key:
    """What is known of a key; the secret itself is kept nowhere. `scopes`: as given; what is left of them is
    worked out at each call."""

    id: UUID
    project_id: UUID
    user_id: UUID
    user_name: str
    name: str
    prefix: str
    scopes: list[str]
    state: str  # active, expired, revoked
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    deactivated_at: datetime | None
    deactivated_by: UUID | None
    deactivated_reason: str | None
    successor_id: UUID | None

    @property
    def life(self) -> timedelta | None:
        return self.expires_at - self.created_at if self.expires_at else None


def make_key() -> str:
    """A fresh key, shown to its maker once."""
    body = KEY_PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(32))
    return body + _check_characters(body)


def is_well_formed(key: str) -> bool:
    """Whether the check characters fit: false for a mistyped key."""
    return _KEY.fullmatch(key) is not None and key[-6:] == _check_characters(key[:-6])


def _check_characters(body: str) -> str:
    number, characters = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, len(_ALPHABET))
        characters = _ALPHABET[digit] + characters
    return characters


def hash_key(secret: bytes, key: str) -> bytes:
    """What is kept of a key: useless without the server's secret, and quick, as a key cannot be guessed.
    Raises SecretTooShort."""
    if len(secret) < SHORTEST_SECRET:
        raise SecretTooShort
    return hmac.digest(secret, b"project key\0" + key.encode(), "sha256")


def order_scopes(scopes: Collection[str]) -> list[str]:
    return [scope for scope in SCOPES if scope in scopes]


def list_rights(permissions: Permissions) -> frozenset[str]:
    """The scopes somebody with these permissions could give."""
    held = (permissions.can_read, permissions.can_write, permissions.can_invite)
    return frozenset(scope for scope, is_held in zip(SCOPES, held, strict=True) if is_held)
