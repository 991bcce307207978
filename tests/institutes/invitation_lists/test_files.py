"""P-12: a list as a file, as spreadsheets write it."""

from __future__ import annotations

import pytest

from tests.institutes.invitation_lists.sending import BULK, fates
from tests.institutes.inviting import new_address
from tests.stage import School

CSV = "Name;E-Mail;Rolle?;Year;Role\r\nPupil 07;{0};x;Year 9;Pupil\r\n;;;;\r\nTeacher 3;{1};y;;Teacher\r\n"


@pytest.mark.parametrize("way", ["text/csv", "multipart"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
async def test_a_file_is_read_as_excel_writes_it(school: School, way: str, encoding: str) -> None:
    """P-12"""
    data = CSV.format(new_address(), new_address()).encode(encoding)
    url = f"{BULK}?dry_run=true"
    admin = school["school_admin"]
    if way == "multipart":
        answer = await admin.post(url, files={"file": ("people.csv", data, "application/vnd.ms-excel")})
    else:
        answer = await admin.post(url, content=data, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 200, answer.text
    assert [(c["head"], c["field"]) for c in answer.json()["columns"]] == [
        ("Name", None),
        ("E-Mail", "email"),
        ("Rolle?", None),
        ("Year", "year_group"),
        ("Role", "role"),
    ]
    shown = [(row["row"], row["role"], row["metadata"], row["fate"]) for row in answer.json()["rows"]]
    assert shown == [
        (2, "student", {"year_group": "Year 9"}, "would_invite"),
        (4, "teacher", {}, "would_invite"),
    ]


async def test_columns_can_be_chosen(school: School) -> None:
    """P-12: `map`, and a role for all"""
    data = f"Contact,Group\n{new_address()},9B\n".encode()
    admin = school["school_admin"]
    unknown = await admin.post(f"{BULK}?dry_run=true", content=data)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "no_address_column")
    assert [column["head"] for column in unknown.json()["columns"]] == ["Contact", "Group"]
    url = f"{BULK}?dry_run=true&map=email,form_group&role=student"
    chosen = (await admin.post(url, content=data)).json()
    assert chosen["rows"][0]["metadata"] == {"form_group": "9B"}
    assert fates(chosen) == ["would_invite"]
    for bad in ("email,email", "email,password", "email,institute_id"):
        answer = await admin.post(f"{BULK}?map={bad}", content=data)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_columns")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "nobody_to_invite"),
        (b"email,role\n\n", 422, "nobody_to_invite"),
        (b"PK\x03\x04 a workbook", 422, "sheet_unreadable"),
        (b"email\0,role", 422, "sheet_unreadable"),
        (b"email,role\n" + b"x" * 200_000 + b"@school.example,teacher", 422, "sheet_unreadable"),
        (b"email,role\n" * 100_000, 413, "body_too_large"),
        (b"email,role\n" + b"a@school.example,teacher\n" * 501, 422, "list_too_long"),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_a_file_that_is_no_list_is_refused_in_words(
    school: School, data: bytes, status: int, code: str
) -> None:
    answer = await school["school_admin"].post(BULK, content=data, headers={"Content-Type": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
