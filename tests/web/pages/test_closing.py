"""P-15 on screen: the archive first, then the name typed, then nobody opens the school any more."""

from __future__ import annotations

import pytest

from tests.stage import School, Stage
from tests.web.browsing import tab_of

URL = "/school/closing"


async def test_the_archive_is_offered_before_the_end(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    page = (await tab.see(URL)).text
    assert page.index("Write the archive") < page.index("Close the school")
    await tab.submit(f"{URL}/export")
    assert "is being written" in (await tab.get(URL)).text
    await stage.finish_jobs()
    assert "Download the archive" in (await tab.get(URL)).text
    fetched = await tab.get(f"{URL}/archive")
    assert fetched.headers["content-type"] == "application/x-tar"


async def test_a_slip_of_the_key_closes_nothing(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    await tab.see(URL)
    answer = await tab.submit(URL, confirm="Hillside")
    assert answer.status_code == 422
    assert "Nothing was closed" in answer.text
    assert (await tab.get("/")).status_code == 200


async def test_the_name_typed_closes_the_school(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    await tab.see(URL)
    answer = await tab.submit(URL, confirm=school.name)
    assert (answer.status_code, f"{school.name} is closed" in answer.text) == (200, True)
    assert (await tab.get("/")).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("role", ["department_head", "teacher", "student"])
async def test_nobody_else_finds_the_page(stage: Stage, school: School, role: str) -> None:
    assert (await tab_of(stage, school, role).get(URL)).status_code == 403
    assert "/school/closing" not in (await tab_of(stage, school, role).get("/")).text
