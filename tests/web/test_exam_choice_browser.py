"""The exams of the catalogue in a real browser: looks, access, and choosing one by the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from markroom.catalogue.actions import load_starter
from tests.databases import Database
from tests.exam_templates.canvases import make_template
from tests.stage import School
from tests.web.looking import Scheme, look_through, open_context
from tests.web.served import ServedStage, serve_stage

pytestmark = pytest.mark.browser


@dataclass
class Scene:
    """A school, and a paper of it whose title is long."""

    served: ServedStage
    school: School
    template_id: str

    def open(self, browser: Browser, width: int = 1440, scheme: Scheme = "light") -> BrowserContext:
        token, school = self.school.people["teacher"].token, self.school.institute_id
        return open_context(browser, self.served.url, token, school, width=width, scheme=scheme)


@pytest.fixture(scope="module")
def scene(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with serve_stage(database, tmp_path_factory.mktemp("data")) as served:
        yield served.run(_set_scene(served))


async def _set_scene(served: ServedStage) -> Scene:
    async with served.stage.resources.database.service() as conn:
        await load_starter(conn)
    school = await served.stage.make_school()
    title = "The mock examination of the spring term, with everything up to and including the last week"
    template = await make_template(school["teacher"], title=title, subject="Physics")
    return Scene(served, school, template["id"])


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_pages_of_exams_are_whole_and_accessible(
    scene: Scene, browser: Browser, width: int, scheme: Scheme
) -> None:
    """O-05: with much, little and no content"""
    pages = {
        "exam-catalogue": "/exams/catalogue",
        "exam-catalogue-none": "/exams/catalogue?q=zebra",
        "exam-choice": f"/exams/{scene.template_id}/exam",
    }
    with scene.open(browser) as context:
        troubles = look_through(context, scene.served.url, pages, (width, scheme))
    assert troubles == []


def test_an_exam_is_found_and_chosen_by_the_keyboard(scene: Scene, browser: Browser) -> None:
    """T-11, O-05"""
    with scene.open(browser) as context:
        page = context.new_page()
        page.goto(f"/exams/{scene.template_id}/exam")
        page.get_by_label("Search board, subject or code").fill("8463/1H")
        expect(page.locator("#list")).to_contain_text("1 of 1")
        page.get_by_role("button", name="Choose 8463/1H").press("Enter")
        page.wait_for_url(f"**/exams/{scene.template_id}*")
        page.goto(f"/exams/{scene.template_id}/exam")
        expect(page.get_by_text("It is 8463/1H now")).to_be_visible()
