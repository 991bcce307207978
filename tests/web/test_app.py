"""What holds for every page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.web.templating import BUILT, asset
from markroom.web.visits import own_path
from tests.marking.sitting import lay_out
from tests.stage import School, Stage
from tests.statements import statements
from tests.web.browsing import open_tab, tab_of

PAGES = [
    "/",
    "/exams",
    "/batches",
    "/batches/new",
    "/marking",
    "/results",
    "/people",
    "/notices",
    "/school",
    "/projects",
    "/memory",
    "/audit",
    "/account",
]


async def count_statements(stage: Stage, school: School, url: str) -> int:
    tab = tab_of(stage, school, "school_admin")
    with statements() as asked:
        assert (await tab.get(url)).status_code == 200
    return len(asked)


@pytest.mark.parametrize("url", PAGES)
async def test_a_page_costs_the_same_statements_however_much_there_is(
    stage: Stage, school: School, url: str
) -> None:
    await lay_out(stage, school, scripts=1)
    few = await count_statements(stage, school, url)
    for _ in range(3):
        await lay_out(stage, school, scripts=4)
    assert await count_statements(stage, school, url) == few


@pytest.mark.parametrize("url", PAGES)
async def test_without_a_session_one_is_asked_to_sign_in(stage: Stage, url: str) -> None:
    answer = await open_tab(stage).get(url)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={url}"


async def test_a_part_of_a_page_leads_the_whole_page_to_sign_in(stage: Stage) -> None:
    answer = await open_tab(stage).get("/people?q=a", headers={"HX-Request": "true"})
    assert answer.headers["hx-redirect"] == "/sign-in?next=/people%3Fq%3Da"


async def test_pages_are_kept_by_nobody_and_scripts_for_ever(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    page = await tab.get("/")
    assert page.headers["cache-control"] == "no-store"
    style = re.search(r'href="(/static/style[^"]+)"', page.text)
    assert style
    assert (await tab.get(style[1])).headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_every_script_a_page_names_is_there(stage: Stage, school: School) -> None:
    for name in (
        "frame.js",
        "style.css",
        "exams.js",
        "template.js",
        "batch.js",
        "page_repair.js",
        "marking_desk.js",
        "memory_transfer.js",
    ):
        assert (BUILT / asset(name).removeprefix("/static/")).is_file(), name


async def test_names_are_text_on_a_page(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    await tab.see("/account")
    await tab.submit("/account", name="<script>alert(1)</script>")
    page = (await tab.get("/")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


async def test_programs_get_problems_and_people_get_pages(stage: Stage) -> None:
    tab = open_tab(stage)
    assert (await tab.get("/nothing")).headers["content-type"].startswith("text/html")
    asked = await tab.get("/nothing", headers={"Accept": "application/json"})
    assert asked.headers["content-type"] == "application/problem+json"


@given(st.text(alphabet="/\\.:@?#ab\t\n\r%0", max_size=20))
def test_own_path_never_leaves_this_server(url: str) -> None:
    """sec-I13"""
    path = own_path(url)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert not re.search(r"[\s\\]", path)


@pytest.mark.parametrize(
    "url", ["/exams", "/exams/catalogue", "/batches", "/batches/new", "/marking", "/results"]
)
async def test_a_pupil_is_told_that_a_page_is_for_staff(stage: Stage, school: School, url: str) -> None:
    answer = await tab_of(stage, school, "student").get(url)
    assert answer.status_code == 403
    assert "This page is for the school’s staff." in answer.text


async def test_a_teacher_is_told_who_may_open_a_page_of_the_admins(stage: Stage, school: School) -> None:
    answer = await tab_of(stage, school, "teacher").get("/audit")
    assert answer.status_code == 403
    assert "This page is for those who run the school." in answer.text
    assert "access required" not in answer.text


@pytest.mark.parametrize("url", ["/exams?limit=abc", "/audit?user_id=me", "/people?cursor=%00&limit=0"])
async def test_an_address_that_is_wrong_is_said_without_the_parsers_words(
    stage: Stage, school: School, url: str
) -> None:
    answer = await tab_of(stage, school, "school_admin").get(url)
    assert answer.status_code == 422
    assert "Something in this address is not right." in answer.text
    assert "Input should" not in answer.text
