"""The words of having a paper read."""

from __future__ import annotations

from markroom.kit.errors import Conflict
from markroom.kit.events import Event


class NoPaper(Conflict):
    """This template has no paper yet. Upload the PDF first."""


class PaperExchanged(NoPaper):
    """The paper was exchanged while it was being read. Please start again."""


class DetectionStarted(Event):
    """Somebody asked for a template's paper to be read."""
