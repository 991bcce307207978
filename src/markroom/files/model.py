"""The words of uploaded papers, and what can be wrong with one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markroom.institutes.model import STAFF
from markroom.kit.actor import Permission
from markroom.kit.errors import Invalid, NotFound, TooLarge
from markroom.kit.events import Event

MAX_BYTES = 100 * 2**20
WIDTHS = (320, 640, 1024, 1600, 2400, 3600)

UPLOAD = Permission("files.upload", STAFF, by_key=True, meaning="upload a paper")


@dataclass(frozen=True)
class SourceFile:
    id: UUID
    sha256: str
    name: str
    media_type: str
    size: int
    page_count: int
    page_sizes: list[tuple[float, float]]  # width, height in mm as seen
    created_at: datetime


@dataclass(frozen=True)
class StoredUpload:
    """An upload that was inspected and lies in the store, before its row is written."""

    sha256: str
    name: str
    media_type: str
    size: int
    page_sizes: tuple[tuple[float, float], ...]


class FileUploaded(Event):
    """A paper or an image was uploaded for the first time."""


class FileNotFound(NotFound):
    """This file does not exist, or you may not see it."""


class NoSuchPageOfFile(NotFound):
    """This file has no such page."""


class FileTooLarge(TooLarge):
    """This file is larger than 100 MB. Save it smaller, or in parts, and send it again."""


class FileMissing(Invalid):
    """Send one file, as the form field “file”."""


class BadUpload(Invalid):
    """The upload did not arrive whole. Please send the file again."""


class UnsupportedType(Invalid):
    """Only PDF, PNG, JPEG and TIFF files can be uploaded."""


class Misnamed(Invalid):
    """This file is not what its name says."""


class UnreadableFile(Invalid):
    """This file cannot be read."""


class EmptyFile(UnreadableFile):
    """This file is empty."""


class NotPdf(UnreadableFile):
    """This file is not a PDF."""


class EncryptedPdf(UnreadableFile):
    """This PDF is protected by a password. Save it without one and send it again."""


class DamagedFile(UnreadableFile):
    """This file is damaged and cannot be opened."""


class TooManyPages(UnreadableFile):
    """This file has more than 500 pages."""


class PageTooLarge(UnreadableFile):
    """A page of this file is too large."""


class PageTooSmall(UnreadableFile):
    """A page of this file is too small to be one of a paper."""
