"""The words of a school: what it says of itself, the roles people have there, and who may do what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import available_timezones

from markroom.kit.actor import Permission
from markroom.kit.errors import Forbidden, Invalid, NotFound, Refused
from markroom.kit.events import Event

INVITABLE = ("department_head", "school_admin", "student", "teacher")
STAFF = ("platform_admin", "school_admin", "department_head", "teacher")
MANAGERS = ("platform_admin", "school_admin", "department_head")
GRANTABLE: Mapping[str, frozenset[str]] = {
    "platform_admin": frozenset({*INVITABLE, "guest"}),
    "school_admin": frozenset({*INVITABLE, "guest"}),
    "department_head": frozenset({"teacher", "student"}),
}
_STAFF_METADATA = frozenset({"subject", "department", "job_title"})
METADATA = {
    "school_admin": _STAFF_METADATA,
    "department_head": _STAFF_METADATA,
    "teacher": _STAFF_METADATA,
    "student": frozenset({"year_group", "form_group", "candidate_number"}),
    "guest": frozenset[str](),
}
KINDS = ("school", "college", "trust", "team")
ROLE_WORDS = {
    "school_admin": "school administrator",
    "department_head": "head of department",
    "teacher": "teacher",
    "student": "student",
    "guest": "guest",
    "admin": "project admin",
    "editor": "editor",
    "viewer": "viewer",
}


class AdminRequired(Forbidden):
    """School admin access required"""


class RoleAboveOwn(Forbidden):
    """You cannot give a role above your own."""


class UnknownRole(Refused):
    """The role is not one of those people can be invited with."""

    def __init__(self) -> None:
        super().__init__(f"role must be one of {sorted(INVITABLE)}")


class BadMetadata(Invalid):
    """The details given with the invitation do not fit the role."""


class InstituteUnknown(NotFound):
    """There is no school of this id on this server."""


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


class InstituteCreated(Event):
    """A school was made."""


class InstituteChanged(Event):
    """A school's details were changed."""


INVITE_PEOPLE = Permission(
    "people.invite", MANAGERS, refusal=AdminRequired, meaning="Invite people, resend and cancel invitations"
)
LIST_PEOPLE = Permission(
    "people.list", MANAGERS, refusal=AdminRequired, meaning="See staff, students and invitations"
)
MANAGE_MEMBERS = Permission(
    "people.manage",
    MANAGERS,
    refusal=AdminRequired,
    meaning="Change roles below one's own, suspend and remove",
)
ADD_PUPILS = Permission(
    "pupils.add", MANAGERS, refusal=AdminRequired, meaning="Enter pupils who have no address"
)
ISSUE_CODES = Permission(
    "pupils.codes",
    MANAGERS,
    refusal=AdminRequired,
    meaning="Print sign-in codes for pupils without an address",
)
FIND_COLLEAGUES = Permission("people.find", STAFF, meaning="Find colleagues by name")
SEE_SCHOOL = Permission("school.see", (*STAFF, "student"), meaning="See the school's details and lists")
EDIT_SCHOOL = Permission(
    "school.edit",
    ("platform_admin", "school_admin"),
    refusal=AdminRequired,
    meaning="Change the school's details and lists",
)
CLOSE_SCHOOL = Permission(
    "school.close",
    ("platform_admin", "school_admin"),
    refusal=AdminRequired,
    meaning="Close the school",
)
READ_TRAIL = Permission(
    "school.audit", ("platform_admin", "school_admin"), refusal=AdminRequired, meaning="Read the audit trail"
)


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


def may_grant(granter_role: str | None, role: str) -> bool:
    return role in GRANTABLE.get(granter_role or "", frozenset())


def check_metadata(role: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The details that fit the role; raises BadMetadata for any other key and for long or nested values
    (P-05)."""
    for key, value in metadata.items():
        if key not in METADATA[role]:
            raise BadMetadata(f"“{key[:40]}” is not a detail of a {role.replace('_', ' ')}.")
        if not isinstance(value, str) or len(value) > 100 or not value.isprintable():
            raise BadMetadata(f"“{key}” must be a text of at most 100 characters.")
    return dict(metadata)


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
