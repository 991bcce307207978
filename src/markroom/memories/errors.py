"""The ways keeping and finding memories can fail."""

from __future__ import annotations

from markroom.kit.errors import Conflict, Forbidden, Invalid, NotFound, Refused


class NotProjectEditor(Forbidden):
    """You need to be an editor of this project to write into its memories."""


class NotProjectAdmin(Forbidden):
    """Only an admin of this project can take back what a key wrote."""


class NotTheKeysOwn(Forbidden):
    """A key changes only what it wrote itself, and only until a person has approved it."""


class MemoryNotFound(NotFound):
    """This memory does not exist, or you may not see it."""


class VersionNotFound(NotFound):
    """This memory has no such version."""


class LinkNotFound(NotFound):
    """What this memory should be linked to does not exist, or you may not see it."""


class AlreadyKept(Conflict):
    """This is already kept. Send allow_duplicate to keep it again."""


class NothingToUndo(Conflict):
    """This memory was never changed."""


class NothingToChange(Refused):
    """No fields to update"""


class ProjectMissing(Refused):
    """Say which project you mean (project_id)."""


class BadTags(Invalid):
    """A memory has at most 20 tags of 1 to 50 characters that can be seen."""


class ImportTooLong(Invalid):
    """This is more than one import takes: 20,000 lines, 32 MB, 64 KB a line. Please split it."""


class NotJsonLines(Invalid):
    """Send the memories as JSON lines (application/x-ndjson), one a line."""
