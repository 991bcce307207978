"""What a school says of itself, and its own words: departments, subjects, year groups and rooms (P-13)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import available_timezones

from markroom.identity.model import NothingToChange
from markroom.institutes.model import STAFF, AdminRequired
from markroom.kit.actor import Actor, Permission, permit
from markroom.kit.db import Conn, execute, fetch_all, fetch_one
from markroom.kit.errors import Invalid
from markroom.kit.events import Event, emit

KINDS = ("school", "college", "trust", "team")
TERM_KINDS = {
    "departments": "department",
    "subjects": "subject",
    "year-groups": "year_group",
    "rooms": "room",
}
MOST_TERMS = 500
COLUMNS = "id, name, slug, kind, website, time_zone, urn, centre_number, version"

SEE_SCHOOL = Permission("school.see", (*STAFF, "student"), meaning="See the school's details and lists")
EDIT_SCHOOL = Permission(
    "school.edit",
    ("platform_admin", "school_admin"),
    refusal=AdminRequired,
    meaning="Change the school's details and lists",
)


class InstituteChanged(Event):
    """A school's details were changed."""


class InstituteTermsChanged(Event):
    """A school's list of departments, subjects, year groups or rooms was changed; `facts` has which."""


class BadSchoolName(Invalid):
    """A school needs a name of at most 200 characters."""


class UnknownKind(Invalid):
    """A school is a school, college, trust or team."""


class UnknownTimeZone(Invalid):
    """This is not a time zone of the IANA list, such as Europe/London."""


class BadWebsite(Invalid):
    """A website is an address such as https://school.example."""


class BadUrn(Invalid):
    """A URN is a number of five to eight digits."""


class BadCentreNumber(Invalid):
    """A centre number has four to ten digits or letters."""


class BadTermName(Invalid):
    """Each name on the list has 1 to 100 characters."""


class TermTwice(Invalid):
    """A name stands on the list twice."""


class UnknownTerm(Invalid):
    """This list has no entry of that id."""


class TooManyTerms(Invalid):
    """A list has at most 500 entries."""


@dataclass(frozen=True)
class Institute:
    id: UUID
    name: str
    slug: str
    kind: str
    website: str | None
    time_zone: str
    urn: str | None
    centre_number: str | None
    version: int


@dataclass(frozen=True)
class Term:
    id: UUID
    name: str


@dataclass(frozen=True)
class _Kept:
    """A term as it is stored, archived or not."""

    id: UUID
    name: str
    is_archived: bool


@cache
def time_zones() -> tuple[str, ...]:
    """Every zone there is, by name."""
    return tuple(sorted(available_timezones()))


def check_details(given: Mapping[str, Any]) -> dict[str, Any]:
    """The details as they are kept. Empty texts are none."""
    checks = {
        "name": _check_name,
        "kind": _check_kind,
        "time_zone": _check_time_zone,
        "website": _check_website,
        "urn": _check_urn,
        "centre_number": _check_centre_number,
    }
    return {field: checks[field](" ".join((value or "").split())) for field, value in given.items()}


def _check_name(name: str) -> str:
    if not 1 <= len(name) <= 200:
        raise BadSchoolName
    return name


def _check_kind(kind: str) -> str:
    if kind not in KINDS:
        raise UnknownKind
    return kind


def _check_time_zone(zone: str) -> str:
    if zone not in available_timezones():
        raise UnknownTimeZone
    return zone


def _check_website(website: str) -> str | None:
    """With its scheme, which is only ever that of the web: the address becomes a link."""
    if not website:
        return None
    address = website if "://" in website else f"https://{website}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError as error:
        raise BadWebsite from error
    if parts.scheme not in ("http", "https") or "." not in host or len(address) > 300 or " " in address:
        raise BadWebsite
    return address


def _check_urn(urn: str) -> str | None:
    if urn and not re.fullmatch(r"[0-9]{5,8}", urn):
        raise BadUrn
    return urn or None


def _check_centre_number(number: str) -> str | None:
    if number and not re.fullmatch(r"[0-9A-Za-z]{4,10}", number):
        raise BadCentreNumber
    return number.upper() or None


async def get_institute(conn: Conn, institute_id: UUID, *, lock: bool = False) -> Institute:
    """The school the request acts in; locked, its version stays until the transaction ends."""
    sql = f"select {COLUMNS} from institutes where id = %s" + (" for no key update" if lock else "")
    found = await fetch_one(conn, Institute, sql, [institute_id])
    assert found is not None, "the context was begun for this institute"
    return found


async def change_details(conn: Conn, actor: Actor, given: Mapping[str, Any]) -> Institute:
    """Changes the fields that are given. Raises NothingToChange where there is none."""
    permit(actor, EDIT_SCHOOL)
    if not given:
        raise NothingToChange
    before = await get_institute(conn, actor.institute, lock=True)
    after = replace(before, **check_details(given))
    changed = tuple(field for field in given if getattr(after, field) != getattr(before, field))
    if not changed:
        return before
    await execute(
        conn,
        """update institutes set name = %s, kind = %s, website = %s, time_zone = %s, urn = %s,
                  centre_number = %s, version = version + 1 where id = %s""",
        [after.name, after.kind, after.website, after.time_zone, after.urn, after.centre_number, after.id],
    )
    await emit(conn, InstituteChanged(institute_id=after.id, subject_id=after.id, changed=changed))
    return replace(after, version=before.version + 1)


async def list_terms(conn: Conn, institute_id: UUID, kind: str) -> list[Term]:
    """One list in the school's own order."""
    return await fetch_all(
        conn,
        Term,
        """select id, name from institute_terms
            where institute_id = %s and kind = %s and archived_at is null order by position, id""",
        [institute_id, kind],
    )


async def replace_terms(
    conn: Conn, actor: Actor, kind: str, given: Sequence[tuple[UUID | None, str]]
) -> None:
    """Makes the list exactly this, in this order: an id renames, a name without id keeps or revives its
    term, what is missing is archived.

    Raises BadTermName, TermTwice, TooManyTerms or UnknownTerm.
    """
    permit(actor, EDIT_SCHOOL)
    names = _check_names([name for _, name in given])
    await get_institute(conn, actor.institute, lock=True)
    kept = await _list_kept(conn, actor.institute, kind)
    ids = _find_ids(kept, [term_id for term_id, _ in given], names)
    before = [(term.id, term.name) for term in kept if not term.is_archived]
    if before == list(zip(ids, names, strict=True)):
        return
    await _write_terms(conn, actor.institute, kind, ids, names)
    facts = {"list": kind, "count": len(names)}
    event = InstituteTermsChanged(
        institute_id=actor.institute, subject_id=actor.institute, changed=(kind,), facts=facts
    )
    await emit(conn, event)


def _check_names(given: Sequence[str]) -> list[str]:
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


def _find_ids(kept: list[_Kept], given: list[UUID | None], names: list[str]) -> list[UUID | None]:
    """The term each name belongs to; None for a new one."""
    known = {term.id for term in kept}
    if len(named := [i for i in given if i]) != len(set(named)) or not known.issuperset(named):
        raise UnknownTerm
    by_name: dict[str, UUID] = {}
    for term in kept:  # what is on the list goes before what was once
        if term.id not in named:
            by_name.setdefault(term.name.lower(), term.id)
    return [term_id or by_name.get(name.lower()) for term_id, name in zip(given, names, strict=True)]


async def _list_kept(conn: Conn, institute_id: UUID, kind: str) -> list[_Kept]:
    return await fetch_all(
        conn,
        _Kept,
        """select id, name, archived_at is not null as is_archived from institute_terms
            where institute_id = %s and kind = %s order by archived_at desc nulls first, position, id""",
        [institute_id, kind],
    )


async def _write_terms(
    conn: Conn, institute_id: UUID, kind: str, ids: list[UUID | None], names: list[str]
) -> None:
    """Takes the list down before it is put up again, so that two terms may change names."""
    await execute(
        conn,
        """update institute_terms set archived_at = now()
            where institute_id = %s and kind = %s and archived_at is null""",
        [institute_id, kind],
    )
    await execute(
        conn,
        """insert into institute_terms (institute_id, id, kind, name, position)
           select %s, coalesce(given.id, uuidv7()), %s, given.name, given.position
             from unnest(%s::uuid[], %s::text[]) with ordinality as given (id, name, position)
           on conflict (institute_id, id) do update
             set name = excluded.name, position = excluded.position, archived_at = null""",
        [institute_id, kind, ids, names],
    )
    await execute(conn, "update institutes set version = version + 1 where id = %s", [institute_id])
