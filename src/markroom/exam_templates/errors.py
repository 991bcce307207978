"""The ways a request about a paper can fail."""

from __future__ import annotations

from markroom.kit.errors import Conflict, Forbidden, Invalid, NotFound, Refused


class NotTemplateOwner(Forbidden):
    """Only the template owner can modify it"""


class StaffOnly(Forbidden):
    """Only staff can create exam templates"""


class TemplateNotFound(NotFound):
    """This template does not exist, or you may not see it."""


class QuestionNotFound(NotFound):
    """This question does not exist, or you may not see it."""


class PageNotFound(NotFound):
    """This paper has no such page."""


class UnknownProject(NotFound):
    """This project does not exist, or you may not see it."""


class ProjectNotWritable(Forbidden):
    """You need to be an editor of this project to put templates into it."""


class NotProjectEditor(Forbidden):
    """Only its owner, and staff who edit in its project, can move this template"""


class OwnerNotMember(Forbidden):
    """Only members of the school can own a template."""


class OnlyOwner(Forbidden):
    """Only the template owner can do this"""


class ColleagueNotFound(NotFound):
    """No colleague of this school has this id."""


class AlreadyOwner(Refused):
    """This template is theirs already."""


class ArchivedReadOnly(Conflict):
    """This template is archived. Restore it to change it."""


class InUse(Conflict):
    """This paper has been set for pupils and stays in its project. Make a copy for another one."""


class NothingToUpdate(Refused):
    """No fields to update"""


class UnknownExam(Invalid):
    """This exam is not in the catalogue."""


class UnknownSourceFile(Invalid):
    """The source file does not exist. Upload the paper first."""


class PageCountMismatch(Invalid):
    """The number of pages differs from the paper's."""


class StatusNotAllowed(Invalid):
    """A template becomes live and closed with its batches, and archived with Delete."""


class UnreadableTemplate(Invalid):
    """This file is not a template this page can read. Nothing was changed."""


class UnreadableScheme(Invalid):
    """This is not a mark scheme this page can read. Save it as CSV with a column “question” and try again."""


class SchemeFaults(Invalid):
    """Some rows of this mark scheme make no sense. Nothing was changed."""


class InvalidCanvas(Invalid):
    """The questions, areas and boundaries do not fit together."""


class IdTaken(InvalidCanvas):
    """An id of this template is used by another one already."""
