"""Lists as spreadsheets save them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.institutes.invitation_lists.sheets import (
    HEADS,
    NoAddressColumn,
    SheetUnreadable,
    decode,
    read_role,
    read_sheet,
)

ADDRESS = st.from_regex(r"[a-z]{1,8}@school\.example", fullmatch=True)
DETAIL = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"], exclude_characters="@\xa0"), max_size=20
)
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16")


@given(
    people=st.lists(st.tuples(ADDRESS, DETAIL), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(ENCODINGS),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    announced=st.booleans(),
)
def test_whatever_a_spreadsheet_writes_is_read_back(
    people: list[tuple[str, str]], delimiter: str, encoding: str, end: str, announced: bool
) -> None:
    """P-12"""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerows([["Form", "E-mail"], *((detail, email) for email, detail in people)])
    text = (f"sep={delimiter}\r\n" if announced else "") + out.getvalue()
    sheet = read_sheet(text.encode(encoding), role="Pupil")
    assert [column.field for column in sheet.columns] == ["form_group", "email"]
    assert [(row["email"], row.get("form_group", ""), row["role"]) for _, row in sheet.rows] == [
        (email, _as_decoded(detail, text, encoding).strip(), "student") for email, detail in people
    ]
    assert [number for number, _ in sheet.rows] == list(range(2, len(people) + 2))


def _as_decoded(detail: str, text: str, encoding: str) -> str:
    """Bytes of Windows-1252 that happen to be UTF-8 are read as UTF-8: nobody can tell them apart."""
    try:
        text.encode(encoding).decode("utf-8-sig" if encoding != "utf-16" else "utf-16")
    except UnicodeDecodeError:
        return detail
    return decode(detail.encode(encoding))


@given(st.binary(max_size=400))
def test_no_bytes_do_harm(data: bytes) -> None:
    try:
        sheet = read_sheet(data)
    except (SheetUnreadable, NoAddressColumn):
        return
    assert all(set(row) <= {"role", *HEADS} for _, row in sheet.rows)


@given(st.lists(st.text("abc@;,\t\"'\n ", max_size=30), max_size=6))
def test_ragged_and_quoted_rows_keep_their_places(lines: list[str]) -> None:
    text = "email;role\na@school.example;teacher\n" + "\n".join(lines)
    try:
        sheet = read_sheet(text.encode())
    except SheetUnreadable:
        return
    assert sheet.rows[0] == (2, {"email": "a@school.example", "role": "teacher"})
    numbers = [number for number, _ in sheet.rows]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("field", HEADS)
def test_usual_heads_are_known(field: str) -> None:
    for head in HEADS[field].split():
        others = "" if field == "email" else ",mail"
        sheet = read_sheet(f"{head.upper()}{others}\nx,y@school.example".encode())
        assert sheet.columns[0].field == field


@pytest.mark.parametrize("head", ["E-Mail", "e mail", "E-mail address", " Mail ", "EMAIL_ADDRESS"])
def test_heads_are_known_however_they_are_written(head: str) -> None:
    assert read_sheet(f"{head}\na@school.example".encode()).columns[0].field == "email"


def test_a_list_without_heads_is_known_by_what_stands_in_it() -> None:
    sheet = read_sheet(b"Pupil 07,student,a@school.example\nTeacher 2,teacher,b@school.example\n")
    assert [column.field for column in sheet.columns] == [None, "role", "email"]
    assert [number for number, _ in sheet.rows] == [1, 2]


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("Head of  Department", "department_head"),
        ("PUPIL", "student"),
        ("School-Admin", "school_admin"),
        ("x ", "x"),
    ],
)
def test_roles_are_meant_as_people_write_them(said: str, role: str) -> None:
    assert read_role(said) == role
