"""Classes in a real browser, as their teacher and as a pupil: looks, access and keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.databases import Database
from tests.school.classes import add_pupils, add_students, ask, id_of, make_class, put_in
from tests.stage import School
from tests.web.looking import Scheme, list_violations, look, look_through, open_context
from tests.web.served import ServedStage, serve_stage

pytestmark = pytest.mark.browser

LONG = "The class of those who stayed at the school for another year to take mathematics and physics"


@dataclass
class Classroom:
    """A school with a full class, an empty one, and one whose name is long."""

    served: ServedStage
    school: School
    full: str
    empty: str

    def open(
        self, browser: Browser, role: str = "teacher", width: int = 1440, scheme: Scheme = "light"
    ) -> BrowserContext:
        token, school = self.school.people[role].token, self.school.institute_id
        return open_context(browser, self.served.url, token, school, width=width, scheme=scheme)


@pytest.fixture(scope="module")
def classroom(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    with serve_stage(database, tmp_path_factory.mktemp("data")) as served:
        yield served.run(_make_classroom(served))


async def _make_classroom(served: ServedStage) -> Classroom:
    stage = served.stage
    school = await stage.make_school()
    full = await make_class(school, name="11X/Sc1", subject="Science", year_group="11")
    empty = await make_class(school, name="11Y/Sc1")
    await make_class(
        school, name=LONG, subject="Further mathematics and everything beside it", code="FM-11/2"
    )
    await add_pupils(school, full["id"], *(f"Pupil {n:02}" for n in range(1, 29)), year_group="11")
    await put_in(school, full["id"], id_of(school, "student"))
    students = await add_students(stage, school, 2)
    for student in students:
        await ask(student.client, full["id"])
    school.people["outsider"] = students[0]
    return Classroom(served, school, full["id"], empty["id"])


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_pages_of_classes_are_whole_and_accessible(
    classroom: Classroom, browser: Browser, width: int, scheme: Scheme
) -> None:
    """O-05: with much, little and no content, and with what was not found"""
    full = f"/classes/{classroom.full}"
    pages = {
        "teacher": {
            "classes": "/classes",
            "classes-none": "/classes?show=archived",
            "class": full,
            "class-found": f"{full}?q=student",
            "class-empty": f"/classes/{classroom.empty}",
            "new-batch-classes": "/batches/new",
        },
        "teacher_2": {"classes-of-nobody": "/classes", "class-colleague": full},
        "student": {"classes-pupil": "/classes", "class-pupil": full},
        "outsider": {"classes-asked": "/classes?q=11"},
    }
    troubles = []
    for role, urls in pages.items():
        context = classroom.open(browser, role, width, scheme)
        troubles += look_through(context, classroom.served.url, urls, (width, scheme))
        context.close()
    assert not troubles, "\n".join(troubles)


def test_a_class_is_made_and_filled_by_keyboard(classroom: Classroom, browser: Browser) -> None:
    """C-05, P-17: from the list to printed codes, without a mouse"""
    context = classroom.open(browser)
    page = context.new_page()
    page.goto("/classes")
    page.get_by_role("button", name="New class").press("Enter")
    assert list_violations(page) == []
    page.get_by_label("Name", exact=True).fill("9A")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="9A").wait_for()
    page.get_by_label("Or paste a list").fill("Student\nPupil 91\nPupil 92, 0092")
    page.get_by_role("button", name="Add these").press("Enter")
    page.get_by_text("1 added.").first.wait_for()
    assert look(page, "class-pasted", 1440, "light") == []
    page.get_by_role("button", name="Enter as pupils without mail").press("Enter")
    page.get_by_role("row", name="Pupil 92").wait_for()
    with page.expect_download() as printed:
        page.get_by_role("button", name="Print new codes").press("Enter")
    assert printed.value.suggested_filename == "sign-in codes.pdf"
    page.get_by_label("Find students of the school").fill("pupil 0")
    page.get_by_role("button", name="Add Pupil 01").press("Enter")
    page.get_by_role("row", name="Pupil 01").wait_for()
    page.get_by_role("button", name="Take out Pupil 01").press("Enter")
    expect(page.get_by_role("row", name="Pupil 01")).to_have_count(0)
    context.close()


def test_a_pupil_asks_and_the_teacher_approves_by_keyboard(classroom: Classroom, browser: Browser) -> None:
    """C-06"""
    pupil = classroom.open(browser, "student")
    page = pupil.new_page()
    page.goto("/classes")
    page.get_by_label("Name of the class").fill("11y")
    page.get_by_role("button", name="Ask to join 11Y/Sc1").press("Enter")
    page.get_by_text("Waits for the teacher").wait_for()
    teacher = classroom.open(browser)
    desk = teacher.new_page()
    desk.goto("/")
    desk.get_by_role("link", name="Decide: 1 request to join").press("Enter")
    desk.get_by_role("button", name="Approve Student").press("Enter")
    desk.get_by_role("row", name="Student").wait_for()
    page.reload()
    page.get_by_role("link", name="Open 11Y/Sc1").press("Enter")
    page.get_by_role("heading", name="11Y/Sc1").wait_for()
    pupil.close()
    teacher.close()
