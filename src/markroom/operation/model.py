"""The words of keeping a server and taking a school along."""

from __future__ import annotations

from datetime import timedelta

from markroom.institutes.model import AdminRequired
from markroom.kit.actor import Permission
from markroom.kit.errors import Conflict, NotFound
from markroom.kit.events import Event

EXPORT_LIFE = timedelta(days=1)
EXPORT_JOB = "export_institute"
EXPORT_SCHOOL = Permission(
    "school.export",
    ("platform_admin", "school_admin"),
    refusal=AdminRequired,
    meaning="Take all of the school along as one archive",
)


class InstituteExportStarted(Event):
    """An archive of all of the school is being written for its admins."""


class InstituteExportFetched(Event):
    """The archive of all of the school was fetched."""


class NoExport(NotFound):
    """There is no archive to fetch. Ask for one; it is kept for a day."""


class ExportUnfinished(Conflict):
    """The archive is still being written."""
