"""The words of a team's project: who is in it, and who may do what with it.

What a member may follows from their role in the project, whatever their role in the school. Its owner and the
school's admins are its admins; the owner has a member's row like everybody else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from markroom.institutes.model import STAFF
from markroom.kit.actor import Permission
from markroom.kit.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from markroom.kit.events import Event

Role = Literal["admin", "editor", "viewer"]
ROLES: tuple[Role, ...] = ("admin", "editor", "viewer")
RESTORABLE = timedelta(days=30)
DELETION_NOTE = (
    "The project can be restored for 30 days: its members and memories come back, its keys and invitations do"
    " not. After that it is gone with its memories; its exam templates stay with the school."
)


# Errors


class ProjectNotFound(NotFound):
    """This project does not exist, or you may not see it."""


class NotProjectMember(Forbidden):
    """Access denied - not a member of this project"""


class ProjectAdminRequired(Forbidden):
    """Only an admin of this project can do this."""


class ProjectOwnerRequired(Forbidden):
    """Only the owner of this project can do this."""


class ProjectStaffOnly(Forbidden):
    """Only staff can create projects"""


class OwnerNeedsMembership(Forbidden):
    """Only members of the school can own a project."""


class ProjectNameTaken(Conflict):
    """There is a project of this name already."""


class ProjectPutAway(Conflict):
    """This project is archived. Take it out of the archive first."""


class ProjectNotDeleted(Conflict):
    """This project is not deleted."""


class BadProjectName(Invalid):
    """A project's name has 1 to 200 characters on one line."""


class BadProjectRole(Invalid):
    """role must be one of admin, editor, viewer"""


class NotConfirmed(Invalid):
    """Give the project's exact name as `confirm` to delete it."""


class PersonNotFound(NotFound):
    """Nobody of this kind is known in your school."""


class ProjectMemberNotFound(NotFound):
    """This person is not a member of this project."""


class NotInOrganization(Refused):
    """User must be a member of the organization first"""


class AlreadyHasAccess(Refused):
    """User already has access to this project"""


class AlreadyInvited(Refused):
    """User already has a pending invitation to this project"""


class LastProjectAdmin(Refused):
    """Cannot demote the last admin. Promote another member first."""


class OwnerStays(Refused):
    """Transfer ownership first."""


# Events. `facts` names the project where the subject is somebody or something in it.


class ProjectCreated(Event):
    """A project was made."""


class ProjectChanged(Event):
    """A project was renamed, archived or taken out of the archive."""


class ProjectTransferred(Event):
    """A project got another owner, by its owner or an admin of the school."""


class ProjectPassedOn(Event):
    """A project got another owner, because its owner left the school."""


class ProjectDeleted(Event):
    """A project was deleted; for 30 days it can be restored."""


class ProjectRestored(Event):
    """A deleted project came back with its members."""


class ProjectPurged(Event):
    """A deleted project goes for good: emitted before its rows go, so that what hangs on it goes first."""


class ProjectMemberAdded(Event):
    """Somebody came into a project."""


class ProjectMemberChanged(Event):
    """Somebody got another role in a project."""


class ProjectMemberRemoved(Event):
    """Somebody left a project, or was removed."""


# Permissions. All but the first go by the role in the project, which the row decides.

CREATE_PROJECTS = Permission(
    "projects.create", STAFF, refusal=ProjectStaffOnly, meaning="Make a project of one's own"
)
READ = "projects.read"  # its members; the school's admins
MANAGE = "projects.manage"  # its admins: name, archive, members, invitations
OWN = "projects.own"  # its owner: deletion; with the school's admins: transfer, restore
LEAVE = "projects.leave"  # a member themselves, or an admin of the project


@dataclass(frozen=True)
class Permissions:
    """What a role lets one do with a project and with what is in it."""

    can_read: bool = False
    can_write: bool = False
    can_delete: bool = False
    can_invite: bool = False


NOTHING = Permissions()
PERMISSIONS_OF: dict[str | None, Permissions] = {
    "admin": Permissions(can_read=True, can_write=True, can_delete=True, can_invite=True),
    "editor": Permissions(can_read=True, can_write=True, can_delete=True),
    "viewer": Permissions(can_read=True),
}


def permissions_json(role: str | None) -> dict[str, bool]:
    return asdict(PERMISSIONS_OF.get(role, NOTHING))


@dataclass(frozen=True)
class Project:
    """A project as the caller it was read for sees it: `role` is what they may in effect, `admin` for its
    owner and the school's admins; None while it is deleted."""

    institute_id: UUID
    id: UUID
    name: str
    owner_id: UUID
    state: str  # active, archived, deleted
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    version: int
    is_owner: bool
    is_institute_admin: bool
    role: str | None

    @property
    def permissions(self) -> Permissions:
        return PERMISSIONS_OF.get(self.role, NOTHING)


@dataclass(frozen=True)
class ProjectMember:
    """`name` and `email` are what the school knows of them; `state` is that of their membership of it."""

    user_id: UUID
    name: str
    email: str | None
    state: str
    role: str
    added_at: datetime
    added_by: UUID | None
    is_owner: bool


@dataclass(frozen=True)
class Assignment:
    """A project that an invitation brings somebody into, and their role there."""

    project_id: UUID
    project_name: str
    role: str


@dataclass(frozen=True)
class ProjectInvitation:
    """An invitation that brings somebody into a project: of somebody who is in the school already
    (`project`), or into the school too (`organization`)."""

    id: UUID
    email: str
    invitation_type: str
    role: str  # in the project
    status: str  # pending, accepted, declined, cancelled, expired
    delivery: str  # queued, sent, failed, unknown
    invited_by: UUID | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Cascade:
    """What goes with a project."""

    members_removed: int
    api_keys_deactivated: int
    invitations_cancelled: int


def check_project_name(name: str) -> str:
    """The name without spaces around it. Raises BadProjectName."""
    trimmed = name.strip()
    if not (1 <= len(trimmed) <= 200 and trimmed.isprintable()):
        raise BadProjectName
    return trimmed


def check_role(role: str) -> str:
    """Raises BadProjectRole."""
    if role not in ROLES:
        raise BadProjectRole
    return role
