"""What the pages of one project share: the project as its visitor sees it, and words for the parts in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.kit.errors import Invalid, NotFound
from markroom.projects.model import ROLES, Project

ROLE_WORDS = {"admin": "Admin", "editor": "Editor", "viewer": "Viewer"}
ROLE_CHOICES = [("editor", "Editor"), ("viewer", "Viewer"), ("admin", "Admin")]
MOST_SHOWN = 200


class UnknownProjectRole(Invalid):
    """The part in a project must be admin, editor or viewer."""


def say_part(project: Project) -> str:
    """What the visitor is in a project."""
    if project.is_owner:
        return "Owner"
    if project.is_institute_admin:
        return "Administrator of the school"
    return ROLE_WORDS.get(project.role or "", "")


def shown(project: Project) -> dict[str, Any]:
    return {"id": project.id, "name": project.name, "state": project.state}


def read_id(text: str, missing: type[NotFound]) -> UUID:
    """An id out of a form; raises `missing` for what is none."""
    try:
        return UUID(text)
    except ValueError as error:
        raise missing from error


def read_role(text: str) -> str:
    if text not in ROLES:
        raise UnknownProjectRole
    return text
