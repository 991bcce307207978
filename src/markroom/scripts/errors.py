"""The ways work with a batch can fail; each docstring is the user's message."""

from __future__ import annotations

from markroom.kit.errors import Conflict, Forbidden, Invalid, NotFound, Refused


class NotYourBatch(Forbidden):
    """Only the person who made this batch, or a head of the school, can do this."""


class NotYourScans(Forbidden):
    """Only those who run or mark this batch can send scans and repair its pages."""


class NamesHidden(Forbidden):
    """This batch is marked blind: this would show who wrote it."""


class BatchNotFound(NotFound):
    """This batch does not exist."""


class ScanNotFound(NotFound):
    """This scan does not exist."""


class PageNotFound(NotFound):
    """This page does not exist."""


class ScriptNotFound(NotFound):
    """This script does not exist."""


class AnswerNotFound(NotFound):
    """There is no image of this answer."""


class NotPrinted(NotFound):
    """These scripts have not been made ready to print yet."""


class NothingToMark(Conflict):
    """This template has no questions with marks yet. Add them before making a batch."""


class NoPaper(Conflict):
    """This template has no paper yet. Upload its PDF before making a batch."""


class TemplateArchived(Conflict):
    """This template is archived. Restore it before making a batch."""


class PaperTooFull(Conflict):
    """A page of this paper has no free place for a page code, so that it cannot be printed with codes."""


class BatchStateRefused(Conflict):
    """The batch cannot go there from the state it is in."""


class BatchNotScanning(Conflict):
    """This batch is released or closed and takes no more pages."""


class PlaceTaken(Conflict):
    """Another sheet already lies there. Discard it or take it off first."""


class PageStateRefused(Conflict):
    """A sheet cannot go there from where it is."""


class UnreadableSheet(Conflict):
    """This sheet cannot be read, so that it cannot be placed. Scan it again."""


class UnknownMarker(Invalid):
    """Somebody named as a marker is not active staff of this school."""


class UnknownCandidate(Invalid):
    """Somebody named as a candidate does not belong to this school."""


class NumberTwice(Invalid):
    """Two candidates have the same number."""


class TooManyScripts(Invalid):
    """A batch has at most 5000 scripts."""


class NoSuchTemplatePage(Invalid):
    """The paper has no such page."""


class NoSuchScript(Invalid):
    """This batch has no such script."""


class ScanUnreadable(Invalid):
    """This file cannot be read as a scan. Send a PDF, JPEG, PNG or TIFF."""


class NothingToUpdate(Refused):
    """No fields to update"""
