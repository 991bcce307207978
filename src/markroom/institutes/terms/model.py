"""The words of a school's own lists: departments, subjects, year groups and rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from markroom.kit.errors import Invalid
from markroom.kit.events import Event

TERM_KINDS = {
    "departments": "department",
    "subjects": "subject",
    "year-groups": "year_group",
    "rooms": "room",
}
MOST_TERMS = 500


class InstituteTermsChanged(Event):
    """A school's list of departments, subjects, year groups or rooms was changed; `facts` has which."""


class BadTermName(Invalid):
    """Each name on the list has 1 to 100 characters."""


class TermTwice(Invalid):
    """A name stands on the list twice."""


class UnknownTerm(Invalid):
    """This list has no entry of that id."""


class TooManyTerms(Invalid):
    """A list has at most 500 entries."""


@dataclass(frozen=True)
class Term:
    id: UUID
    name: str


@dataclass(frozen=True)
class KeptTerm:
    """A term as it is stored, archived or not."""

    id: UUID
    name: str
    is_archived: bool


def check_names(given: Sequence[str]) -> list[str]:
    names = [" ".join(name.split()) for name in given]
    if len(names) > MOST_TERMS:
        raise TooManyTerms
    if not all(1 <= len(name) <= 100 for name in names):
        raise BadTermName
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise TermTwice(f"“{name}” stands on the list twice.")
        seen.add(name.lower())
    return names


def find_ids(kept: list[KeptTerm], given: list[UUID | None], names: list[str]) -> list[UUID | None]:
    """The term each name belongs to; None for a new one."""
    known = {term.id for term in kept}
    if len(named := [i for i in given if i]) != len(set(named)) or not known.issuperset(named):
        raise UnknownTerm
    by_name: dict[str, UUID] = {}
    for term in kept:  # what is on the list goes before what was once
        if term.id not in named:
            by_name.setdefault(term.name.lower(), term.id)
    return [term_id or by_name.get(name.lower()) for term_id, name in zip(given, names, strict=True)]
