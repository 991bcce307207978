"""The words of closing a school."""

from __future__ import annotations

from dataclasses import dataclass

from markroom.kit.errors import Conflict, Invalid
from markroom.kit.events import Event

REASON = "The school was closed."


class InstituteClosed(Event):
    """The school was closed."""


class InstituteReopened(Event):
    """The school was opened again by the operator."""


class ClosingUnconfirmed(Invalid):
    """This is not the school's name. Nothing was closed."""


class InstituteStandsOpen(Conflict):
    """This school is not closed."""


class InstituteStandsClosed(Conflict):
    """This school is closed already."""


@dataclass(frozen=True)
class Ended:
    """What ended with a school."""

    invitations: int
    api_keys: int
    jobs: int
    sessions: int
