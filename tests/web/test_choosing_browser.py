"""Long lists to choose from, in a real browser: narrowed as one types, and ticked all at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from markroom.kit.access import INSTITUTE_COOKIE, SESSION_COOKIE
from tests.databases import Database
from tests.exam_templates.canvases import make_template
from tests.stage import School
from tests.web.looking import AXE, look
from tests.web.served import ServedStage, serve_stage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser: Browser, database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The head of a school with 30 classes of one student, in their browser."""
    with serve_stage(database, tmp_path_factory.mktemp("data")) as served:
        school = served.run(_set_scene(served))
        context = browser.new_context(base_url=served.url, viewport={"width": 1440, "height": 900})
        cookies: dict[str, Any] = {
            SESSION_COOKIE: school.people["school_admin"].token,
            INSTITUTE_COOKIE: str(school.institute_id),
        }
        context.add_cookies([{"name": n, "value": v, "url": served.url} for n, v in cookies.items()])
        context.add_init_script(path=AXE)
        yield context.new_page()
        context.close()


async def _set_scene(served: ServedStage) -> School:
    school = await served.stage.make_school()
    await make_template(school["teacher"], title="Mock 1")
    pupils = "\n".join(f"Pupil {n:02}" for n in range(1, 4))
    answer = await school["school_admin"].post(
        "/api/users/pupils", json={"pupils": [{"name": name} for name in pupils.split("\n")]}
    )
    assert answer.is_success, answer.text
    people = {"institute": school.institute_id, "user": school.people["teacher"].user_id}
    await served.stage.query(
        """insert into classes (institute_id, created_by, name)
           select %(institute)s, %(user)s, 'Class ' || n from generate_series(101, 130) n""",
        people,
    )
    await served.stage.query(
        """insert into class_students (institute_id, class_id, user_id)
           select institute_id, id, %(student)s from classes where institute_id = %(institute)s""",
        people | {"student": school.people["student"].user_id},
    )
    return school


def test_classes_are_narrowed_as_one_types_and_ticked_ones_stay(page: Page) -> None:
    """K-01"""
    page.goto("/batches/new")
    search = page.get_by_label("Search the classes")
    search.fill("130")
    expect(page.locator("#classes .choice:visible")).to_have_count(1)
    page.get_by_label("Class 130").check()
    search.fill("class 101")
    expect(page.locator("#classes .choice:visible")).to_have_count(2)
    expect(page.get_by_text("2 shown")).to_be_visible()
    assert look(page, "new-batch-narrowed", 1440, "light") == []
    search.press("Enter")  # looks for a class, and sends nothing
    expect(page.get_by_label("Class 130")).to_be_checked()
    assert page.url.endswith("/batches/new")


def test_codes_are_asked_for_all_pupils_or_for_one_of_many(page: Page) -> None:
    """P-17"""
    page.goto("/people/pupils")
    everybody = page.get_by_label("Print for all 3 on this page")
    expect(everybody).to_be_checked()
    everybody.uncheck()
    ticks = page.locator("#pupils input[type=checkbox]")
    assert [box.is_checked() for box in ticks.all()] == [False, False, False]
    page.get_by_label("Print a code for Pupil 02").check()
    assert everybody.evaluate("box => box.indeterminate")
    everybody.check()
    assert [box.is_checked() for box in ticks.all()] == [True, True, True]
