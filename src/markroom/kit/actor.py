"""Who is asking, as plain data, and what a role may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from markroom.kit.errors import Forbidden


@dataclass(frozen=True)
class Actor:
    """The caller of one request, as the database worked it out at the start of the transaction."""

    user_id: UUID
    name: str
    credential: str
    institute_id: UUID | None = None
    role: str | None = None
    is_platform_admin: bool = False
    session_id: UUID | None = None
    by_code: bool = False  # signed in by a printed code, which others may have held
    key_id: UUID | None = None
    project_id: UUID | None = None  # of a key, with the scopes it has left
    scopes: frozenset[str] = frozenset()

    @property
    def institute(self) -> UUID:
        assert self.institute_id is not None, "this route must name its institute"
        return self.institute_id


PERMISSIONS: dict[str, Permission] = {}


@dataclass(frozen=True)
class Permission:
    """A verb and the roles that may do it. Every one is listed in `PERMISSIONS`, for the docs and the route
    walk.

    A project's key never passes by its user's role: only the permissions marked `by_key` are open to it.
    """

    name: str
    roles: Collection[str]
    refusal: type[Forbidden] = Forbidden
    by_key: bool = False
    meaning: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        PERMISSIONS[self.name] = self

    def permits(self, actor: Actor) -> bool:
        return actor.role in self.roles and (self.by_key or actor.key_id is None)


def permit(actor: Actor, permission: Permission) -> None:
    """Raises the permission's refusal unless the actor's role has it."""
    if not permission.permits(actor):
        raise permission.refusal
