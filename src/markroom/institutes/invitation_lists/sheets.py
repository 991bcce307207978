"""Lists of people as spreadsheets save them: usual delimiters and encodings, columns known by their heads."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from markroom.institutes.model import INVITABLE, METADATA
from markroom.kit.errors import Invalid

FIELDS = ("email", "role", *sorted(set().union(*METADATA.values())))
HEADS = {
    "email": "email emails emailaddress mail mailaddress address schoolemail workemail",
    "role": "role roles type usertype membertype",
    "year_group": "year yeargroup yr ncyear",
    "form_group": "form formgroup tutorgroup reg reggroup registrationgroup",
    "candidate_number": "candidate candidatenumber candidateno examnumber examno",
    "subject": "subject subjects",
    "department": "department departments dept faculty",
    "job_title": "jobtitle job position post",
}
ROLES = {role: role for role in INVITABLE} | {
    "admin": "school_admin",
    "administrator": "school_admin",
    "school_administrator": "school_admin",
    "head_of_department": "department_head",
    "hod": "department_head",
    "head_of_faculty": "department_head",
    "pupil": "student",
    "learner": "student",
}
_FIELD_OF_HEAD = {head: field for field, heads in HEADS.items() for head in heads.split()}


class SheetUnreadable(Invalid):
    """This is not a list this page can read. Save it as CSV and try again."""


class NoAddressColumn(Invalid):
    """No column of e-mail addresses was found. Say which one holds them."""


class BadColumns(Invalid):
    """Each column can stand for one detail, and each detail for one column."""


@dataclass(frozen=True)
class Column:
    """`head` is what stands above it; `field` what it means, None where it is not used."""

    head: str
    field: str | None


@dataclass(frozen=True)
class Sheet:
    """`rows` are (number as the spreadsheet counts, texts by field); empty cells are left out."""

    columns: list[Column]
    rows: list[tuple[int, dict[str, str]]]


def read_sheet(data: bytes, chosen: Sequence[str] | None = None, role: str = "") -> Sheet:
    """The people of a list. `chosen` says for each column which field it is, or is empty; `role` is for rows
    without one. Raises SheetUnreadable, NoAddressColumn (with the columns found) or BadColumns."""
    lines = _read_lines(decode(data))
    if not lines:
        return Sheet([], [])
    has_head = not any("@" in cell for cell in lines[0][1])
    head = lines[0][1] if has_head else [""] * max(len(cells) for _, cells in lines)
    fields = _check_fields(chosen, len(head)) if chosen is not None else _find_fields(lines, head)
    columns = [Column(text.strip()[:100], field) for text, field in zip(head, fields, strict=True)]
    if "email" not in fields:
        raise NoAddressColumn(columns=[vars(column) for column in columns])
    rows = [(number, _read_row(cells, fields, role)) for number, cells in lines[has_head:]]
    return Sheet(columns, rows)


def decode(data: bytes) -> str:
    """The text of a file as Excel and others write it: UTF-8, UTF-16 with its mark, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _read_lines(text: str) -> list[tuple[int, list[str]]]:
    """Lines with something in them, numbered from 1."""
    if "\0" in text or text.startswith("PK"):
        raise SheetUnreadable
    told = re.match(r"sep=([,;\t|])\r?\n", text)
    body = text[told.end() :] if told else text
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=told[1] if told else _find_delimiter(body))
    try:
        lines = list(enumerate(reader, start=1))
    except csv.Error as error:
        raise SheetUnreadable from error
    return [(number, cells) for number, cells in lines if any(cell.strip() for cell in cells)]


def _find_delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    unquoted = re.sub(r'"[^"]*"', "", first)
    return max(",;\t", key=unquoted.count)


def _find_fields(lines: list[tuple[int, list[str]]], head: list[str]) -> list[str | None]:
    """What the columns mean by their heads, else by what stands in them; the first of two wins."""
    found: list[str | None] = []
    for place, text in enumerate(head):
        field = _FIELD_OF_HEAD.get(re.sub(r"[\W_]+", "", text.casefold()))
        if not text:
            field = _guess_field([cells[place] for _, cells in lines[:20] if place < len(cells)])
        found.append(field if field not in found else None)
    return found


def _guess_field(cells: list[str]) -> str | None:
    if any("@" in cell for cell in cells):
        return "email"
    return "role" if any(read_role(cell) in INVITABLE for cell in cells) else None


def _check_fields(chosen: Sequence[str], width: int) -> list[str | None]:
    fields = [field or None for field in chosen[:width]]
    used = [field for field in fields if field]
    if len(set(used)) < len(used) or not set(used) <= set(FIELDS):
        raise BadColumns
    return fields + [None] * (width - len(fields))


def _read_row(cells: list[str], fields: list[str | None], role: str) -> dict[str, str]:
    texts = {field: cell.strip() for field, cell in zip(fields, cells, strict=False) if field}
    found = {field: text for field, text in texts.items() if text}
    return found | {"role": read_role(found.get("role", role))}


def read_role(text: str) -> str:
    """The role people mean; their own word where it is none."""
    return ROLES.get(re.sub(r"[\s_-]+", "_", text.strip().casefold()), text.strip())
