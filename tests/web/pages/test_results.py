from __future__ import annotations

import re

import pytest

from tests.marking.sitting import Sitting, lay_out, save
from tests.stage import School, Stage
from tests.web.browsing import tab_of


@pytest.fixture
async def sitting(stage: Stage, school: School) -> Sitting:
    """Three scripts: the first has 2 of 10 marks, the second 10, the third nothing."""
    sitting = await lay_out(stage, school, state="marking")
    for number, path, marks in ((1, "1(a)", 2), (2, "1(a)", 2), (2, "1(b)", 3), (2, "2", 5)):
        assert (await save(school["teacher"], sitting, number, path, marks)).is_success
    return sitting


def read_order(page: str) -> list[str]:
    body = page.partition('id="sheet"')[2].partition("</table>")[0]
    return re.findall(r"Pupil \d\d", body)


async def test_the_sheet_sorts_by_its_address(stage: Stage, school: School, sitting: Sitting) -> None:
    tab, url = tab_of(stage, school, "teacher"), f"/results/{sitting.batch_id}"
    assert read_order((await tab.get(url)).text) == ["Pupil 01", "Pupil 02", "Pupil 03"]
    assert read_order((await tab.get(f"{url}?sort=-total")).text) == ["Pupil 02", "Pupil 01", "Pupil 03"]
    assert read_order((await tab.get(f"{url}?sort=nonsense")).text) == ["Pupil 01", "Pupil 02", "Pupil 03"]


async def test_results_are_released_and_taken_back(stage: Stage, school: School, sitting: Sitting) -> None:
    """R-03"""
    tab, url = tab_of(stage, school, "teacher"), f"/results/{sitting.batch_id}"
    await tab.see(url)
    assert (await tab.submit(url, release="1", embargo_until="2031-07-01T08:00")).status_code == 303
    rows = await stage.query(
        "select embargo_until at time zone 'UTC' from releases where batch_id = %s and withdrawn_at is null",
        [sitting.batch_id],
    )
    assert rows[0][0].hour == 7  # summer time at the school
    assert (await tab.submit(url, withdraw="1")).status_code == 303
    assert not await stage.query(
        "select 1 from releases where batch_id = %s and withdrawn_at is null", [sitting.batch_id]
    )


async def test_a_day_that_is_none_comes_back(stage: Stage, school: School, sitting: Sitting) -> None:
    tab, url = tab_of(stage, school, "teacher"), f"/results/{sitting.batch_id}"
    await tab.see(url)
    answer = await tab.submit(url, release="1", embargo_until="tomorrow")
    assert answer.status_code == 422
    assert "Write a day and a time" in answer.text


async def test_only_those_who_run_it_release(stage: Stage, school: School, sitting: Sitting) -> None:
    """R-03"""
    tab, url = tab_of(stage, school, "teacher_2"), f"/results/{sitting.batch_id}"
    assert "Release results" not in (await tab.get(url)).text
    await tab.see("/account")
    assert (await tab.submit(url, release="1")).status_code == 403
    assert (await tab.post(url, data={"release": "1"})).status_code == 403


async def test_a_batch_is_closed_and_opened_again(stage: Stage, school: School, sitting: Sitting) -> None:
    """T-09"""
    tab, url = tab_of(stage, school, "teacher"), f"/results/{sitting.batch_id}"
    assert "Close the batch" not in (await tab.see(url)).text
    await tab.submit(url, release="1")
    assert "Close the batch" in (await tab.see(url)).text
    await tab.submit(url, close="1")
    assert "Open again" in (await tab.see(url)).text
    await tab.submit(url, reopen="1")
    assert "Close the batch" in (await tab.see(url)).text
