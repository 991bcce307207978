"""What every page does in a real browser: forms go once, the cursor is where it is needed, bars scroll."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.databases import Database
from tests.marking.sitting import lay_out
from tests.stage import School
from tests.web.looking import open_context
from tests.web.served import ServedStage, serve_stage

pytestmark = pytest.mark.browser


@dataclass
class Desk:
    """A school without anything in it yet."""

    served: ServedStage
    school: School

    def open(self, browser: Browser, url: str, role: str = "school_admin", width: int = 1440) -> Page:
        token = self.school.people[role].token
        page = open_context(browser, self.served.url, token, self.school.institute_id, width=width).new_page()
        page.goto(url, wait_until="networkidle")
        return page


@pytest.fixture(scope="module")
def desk(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with serve_stage(database, tmp_path_factory.mktemp("data")) as served:
        yield Desk(served, served.run(served.stage.make_school()))


def test_a_form_clicked_twice_is_sent_once(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "/school?list=rooms")
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
    page.get_by_label("Add").fill("R1")
    page.evaluate(
        "() => { const b = document.querySelector('main form button'); b.click(); b.click(); b.click(); }"
    )
    page.get_by_text("The list is saved.").wait_for()
    assert len(sent) == 1
    page.context.close()


def test_a_form_can_be_sent_again_after_going_back(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "/school?list=subjects")
    page.get_by_label("Add").fill("Physics")
    page.get_by_role("button", name="Save subjects").click()
    page.get_by_text("The list is saved.").wait_for()
    page.go_back()
    page.go_forward()
    page.get_by_label("Add").fill("Chemistry")
    page.get_by_role("button", name="Save subjects").click()
    expect(page.locator("input[value=Chemistry]")).to_have_count(1)
    page.context.close()


def test_reloading_the_answer_to_a_form_sends_nothing(desk: Desk, browser: Browser) -> None:
    """Else a second key, or a second link, would be made."""
    page = desk.open(browser, "/school")
    page.get_by_label("Website").fill("ftp://a.example")
    page.get_by_role("button", name="Save details").click()
    page.locator("#website-error").wait_for()
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
    page.reload(wait_until="networkidle")
    assert sent == []
    assert page.locator("#website-error").count() == 0
    page.context.close()


def test_the_cursor_is_in_the_field_that_was_refused(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "/school")
    page.get_by_label("URN").fill("abc")
    page.get_by_role("button", name="Save details").click()
    page.locator("#urn-error").wait_for()
    expect(page.get_by_label("URN")).to_be_focused()
    page.context.close()


def test_a_dialog_opens_in_its_first_field(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "/people")
    page.get_by_role("button", name="Invite", exact=True).press("Enter")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Invite", exact=True)).to_be_focused()
    page.context.close()


def test_a_refused_dialog_opens_again_in_the_refused_field(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "/people")
    page.get_by_role("button", name="Invite", exact=True).click()
    page.get_by_label("E-mail address").fill(desk.school.people["teacher"].email)
    page.get_by_role("button", name="Send invitation").click()
    page.locator("#email-error").wait_for()
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.context.close()


def test_a_file_dropped_beside_its_place_does_not_leave_the_page(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "/exams")
    prevented = page.evaluate(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(["x"], "paper.pdf", { type: "application/pdf" }));
            const drop = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
            document.querySelector("h1").dispatchEvent(drop);
            return drop.defaultPrevented;
        }"""
    )
    assert prevented
    page.context.close()


def test_the_tab_one_is_in_shows_on_a_phone(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "/school?list=rooms", width=390)
    expect(page.get_by_role("link", name="Rooms")).to_be_in_viewport(ratio=0.9)
    page.context.close()


def test_roles_a_list_gets_wrong_are_named_as_teachers_know_them(desk: Desk, browser: Browser) -> None:
    """P-12"""
    page = desk.open(browser, "/people/invite-many")
    page.get_by_label("Or paste it").fill("email,role\nsomebody@hillside.example,janitor\n")
    page.get_by_role("button", name="Look at the list").click()
    page.get_by_text("There is no such role. Write one of these:").wait_for()
    assert "school_admin" not in page.locator("#fates").inner_text()
    page.context.close()


def test_an_empty_repair_page_has_a_button_of_a_buttons_size(desk: Desk, browser: Browser) -> None:
    sitting = desk.served.run(lay_out(desk.served.stage, desk.school, scripts=1))
    page = desk.open(browser, f"/batches/{sitting.batch_id}/repair", role="teacher")
    box = page.get_by_role("link", name="Back to the batch").bounding_box()
    assert box
    assert box["height"] < 64
    page.context.close()


def test_a_title_of_one_endless_word_stays_in_the_window(desk: Desk, browser: Browser) -> None:
    sitting = desk.served.run(lay_out(desk.served.stage, desk.school, scripts=1))
    rename = "update exam_templates set title = %s where id = %s"
    desk.served.run(desk.served.stage.query(rename, ["W" * 200, sitting.template_id]))
    page = desk.open(browser, f"/batches/{sitting.batch_id}", role="teacher", width=1024)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.context.close()
