"""The words of signing in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from markroom.kit.errors import Gone, Invalid, NotFound, Refused, Unauthenticated, Unavailable

SIGN_IN_PURPOSE = "sign-in"
SIGN_IN_LIFE = timedelta(minutes=15)
SESSION_LIFE = timedelta(days=30)
SESSION_PREFIX = "ms_"


class BadAddress(Invalid):
    """This is not an e-mail address."""


class SignInLinkUsed(Gone):
    """This sign-in link was already used or has expired. Ask for a new one."""


class CodeUsed(Gone):
    """This code is not known, was already used or has expired. Ask your teacher for a new one."""


class TokenOrCode(Invalid):
    """Send either the token of a sign-in link or a code."""


class NobodyToSignIn(NotFound):
    """Nobody with this address has an account or an invitation here."""


class NotKnownHere(Unauthenticated):
    """Your sign-in is right, but nobody is known by it here. Ask your school for an invitation to the address
    your provider has verified."""


class ProviderUnavailable(Unavailable):
    """Your school's sign-in does not answer right now. Please try again in a moment."""


class SessionNotFound(NotFound):
    """This session does not exist."""


class BadName(Invalid):
    """Please write your name, as your colleagues should see it, in at most 200 characters."""


class NothingToChange(Refused):
    """No fields to update"""


@dataclass(frozen=True)
class SignIn:
    """A session just opened. `access_token` is shown this once."""

    access_token: str
    user_id: UUID
    session_id: UUID
    expires_at: datetime


@dataclass(frozen=True)
class ExternalIdentity:
    """Who an identity provider says somebody is. `email` only where the provider has verified it; `name` is
    their own word."""

    issuer: str
    subject: str
    email: str | None
    name: str


@dataclass(frozen=True)
class SessionRow:
    id: UUID
    user_agent: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class UserRow:
    id: UUID
    email: str | None
    name: str
    is_platform_admin: bool
    is_verified: bool


def address_key(email: str) -> str:
    """An address as it is compared everywhere: trimmed and case-folded (X-15).

    Unambiguous for what `check_address` lets through: no two different mailboxes have one key.
    """
    return email.strip().casefold()


def check_address(email: str) -> str:
    """The address trimmed; raises BadAddress where it cannot be one, or could be taken for another's: the
    sign for kelvin folds to a k, ß to ss."""
    trimmed = email.strip()
    if len(trimmed) > 254 or not re.fullmatch(
        r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]+|[^\s@<>,;:\"]+@localhost",
        trimmed,
    ):
        raise BadAddress
    if not trimmed.isprintable() or any(c.casefold() != c.lower() or _looks_ascii(c) for c in trimmed):
        raise BadAddress
    return trimmed


def check_name(name: str) -> str:
    """The name on one line without doubled spaces; raises BadName where nothing or too much is left."""
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= 200:
        raise BadName
    return plain


def _looks_ascii(character: str) -> bool:
    return not character.isascii() and character.lower().isascii()


def mask_address(email: str) -> str:
    """`t…@school.example`: enough to recognise one's own, too little to learn another's."""
    user, _, domain = email.partition("@")
    return f"{user[:1]}…@{domain}"
