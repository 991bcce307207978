from __future__ import annotations

import re

import httpx
from pypdfium2 import PdfDocument

from tests.stage import School, Stage
from tests.web.browsing import open_tab, tab_of

PUPILS = "/people/pupils"


def read_codes(pdf: bytes) -> list[str]:
    text = "\n".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf))
    return re.findall(r"(?:[2-9B-Z]{4}-){3}[2-9B-Z]{4}", text)


async def test_pupils_are_entered_and_sign_in_with_printed_codes(stage: Stage, school: School) -> None:
    """P-17: names pasted, codes printed, one typed on the sign-in page"""
    tab = tab_of(stage, school, "school_admin")
    assert "No pupils without mail" in (await tab.see(PUPILS)).text
    names = "\n".join(f"Pupil {n:02}, {n:04}" for n in range(1, 16))
    assert (await tab.submit(PUPILS, names=names)).headers["location"] == PUPILS
    listed = (await tab.see(PUPILS)).text
    ids = re.findall(r'name="ids" value="([\w-]+)"', listed)
    assert len(ids) == 15
    sheet = await tab.post("/people/codes.pdf", data={"csrf": tab.csrf, "ids": ids})
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.headers["cache-control"] == "no-store"
    codes = read_codes(sheet.content)
    assert len(set(codes)) == 15
    pupil = open_tab(stage)
    await pupil.see("/sign-in")
    signed_in = await pupil.submit("/sign-in", code=codes[0].lower(), next="/account")
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/account")
    assert "Pupil 01" in (await pupil.get("/account")).text
    again = await open_again(stage, codes[0])
    assert again.status_code == 410


async def open_again(stage: Stage, code: str) -> httpx.Response:
    tab = open_tab(stage)
    await tab.see("/sign-in")
    answer = await tab.submit("/sign-in", code=code)
    assert "Ask your teacher for a new one" in answer.text
    return answer


async def test_names_that_are_none_come_back_as_typed(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "department_head")
    await tab.see(PUPILS)
    wrong = await tab.submit(PUPILS, names="Pupil 07\n" + "x" * 201)
    assert wrong.status_code == 422
    assert "Pupil 07" in wrong.text


async def test_codes_are_printed_for_pupils_without_mail_alone(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    await tab.see(PUPILS)
    student = await tab.submit("/people/codes.pdf", ids=str(school.people["student"].user_id))
    assert student.status_code == 409
    assert "sign in by mail" in student.text
    for nobody in ({}, {"ids": "garbage"}, {"ids": str(school.people["teacher"].user_id)}):
        answer = await tab.submit("/people/codes.pdf", **nobody)
        assert answer.status_code == 404


async def test_pupils_are_not_for_teachers_and_students(stage: Stage, school: School) -> None:
    for role in ("teacher", "student"):
        assert (await tab_of(stage, school, role).get(PUPILS)).status_code == 403


async def test_a_sheet_of_codes_is_not_kept_for_a_second_request(stage: Stage, school: School) -> None:
    """X-08, P-17"""
    tab = tab_of(stage, school, "school_admin")
    await tab.see(PUPILS)
    await tab.submit(PUPILS, names="Pupil 07")
    found = re.search(r'name="ids" value="([\w-]+)"', (await tab.see(PUPILS)).text)
    assert found
    tab.headers["Idempotency-Key"] = "one"
    sheets = [await tab.submit("/people/codes.pdf", ids=found[1]) for _ in range(2)]
    assert [sheet.status_code for sheet in sheets] == [200, 409]
