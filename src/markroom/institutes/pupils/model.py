"""The words of pupils without mail, and of the codes they sign in by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from markroom.kit.errors import Conflict
from markroom.kit.events import Event


class CodeRefused(Conflict):
    """Codes are for pupils without an address who belong to your school alone. The others sign in by mail."""


class NameIsTheirs(Conflict):
    """Whoever signs in by mail, or belongs to another school too, gives their name themselves."""


class PupilAdded(Event):
    """A pupil without an address was entered."""


class PupilSignedOut(Event):
    """What was opened with a pupil's codes was ended, and codes not used; `facts` has how many sessions."""


class PupilRenamed(Event):
    """A pupil without an address was given another name."""


class SignInCodeIssued(Event):
    """A pupil without an address was given a code to sign in with once."""


CODE_LIFE = timedelta(days=14)


@dataclass(frozen=True)
class NewPupil:
    name: str
    metadata: dict[str, Any]


@dataclass(frozen=True)
class IssuedCode:
    """A code as it is shown this once."""

    user_id: UUID
    name: str
    code: str
    expires_at: datetime
