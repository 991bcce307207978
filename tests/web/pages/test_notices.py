"""P-14 on screen."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest

from markroom.institutes.notices.actions import tell
from tests.institutes.notices.test_notices import answer_invitation, fail_a_job
from tests.marking.sitting import lay_out
from tests.stage import School, Stage
from tests.web.browsing import tab_of


async def test_today_tells_news_and_the_rail_counts_it(stage: Stage, school: School) -> None:
    _, addressee = await answer_invitation(stage, school)
    tab = tab_of(stage, school, "department_head")
    page = (await tab.see("/")).text
    assert f"{addressee.name} accepted your invitation." in page
    assert re.search(r"1<span[^>]*> notices not read", page)
    assert "Nothing waits for you" not in page


async def test_a_notice_read_leaves_today_and_stays_on_its_page(stage: Stage, school: School) -> None:
    await answer_invitation(stage, school)
    tab = tab_of(stage, school, "department_head")
    found = re.search(r'name="read" value="([\w-]+)"', (await tab.see("/")).text)
    assert found
    assert (await tab.submit("/notices", read=found[1])).headers["location"] == "/"
    page = (await tab.get("/")).text
    assert "accepted your invitation" not in page
    assert "notices not read" not in page
    assert "accepted your invitation" in (await tab.get("/notices")).text


async def test_all_notices_are_read_at_once(stage: Stage, school: School) -> None:
    for demoted in (False, True):
        await answer_invitation(stage, school, demoted=demoted)
    tab = tab_of(stage, school, "department_head")
    assert "you may no longer give that role" in (await tab.see("/notices")).text
    await tab.submit("/notices", read_all="1")
    assert "Mark as read" not in (await tab.get("/notices")).text


@pytest.mark.parametrize("notice", ["nonsense", str(UUID(int=1))])
async def test_the_notice_of_another_is_not_there(stage: Stage, school: School, notice: str) -> None:
    tab = tab_of(stage, school, "student")
    assert "No notices" in (await tab.see("/notices")).text
    assert (await tab.submit("/notices", read=notice)).status_code == 404


async def test_failed_work_is_told_in_words(stage: Stage, school: School, tmp_path: Path) -> None:
    await fail_a_job(stage, school, tmp_path)
    assert "Work you started failed." in (await tab_of(stage, school, "teacher").get("/")).text


async def test_released_results_are_told_by_their_title(stage: Stage, school: School) -> None:
    await lay_out(stage, school, scripts=1)
    rows = await stage.query("select id, title from batches where institute_id = %s", [school.institute_id])
    teacher = school.people["teacher"].user_id
    async with stage.resources.database.transaction() as conn:
        await conn.execute("select app.begin_as(%s, null, %s)", [teacher, school.institute_id])
        await tell(conn, school.institute_id, [teacher], "results_released", rows[0][0])
    await stage.finish_jobs()
    page = (await tab_of(stage, school, "teacher").get("/")).text
    assert f"The results of {rows[0][1]} are released." in page
    assert f'href="/results/{rows[0][0]}"' in page
