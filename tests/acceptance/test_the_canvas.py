"""A teacher drops a paper and puts the proposal right: by keyboard alone, and by pointer alone."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from markroom.operation.demo.paper import demo_paper
from tests.acceptance.canvas import (
    area_of,
    by_id,
    chosen_area,
    csrf_of,
    drag,
    draw,
    drop,
    ends_on_ink,
    save_and_reload,
    template,
    walk_to,
)
from tests.acceptance.server import Mailroom, Server
from tests.papers import draw_exam
from tests.reading.ocr.scanned import as_pdf, scan
from tests.reading.scheme.test_scheme import table
from tests.web.looking import SIZES, look, open_context, picture

TEACHER = "teacher-1@hillside.example"
SCREENS = Path(__file__).parents[2] / "artefacts" / "screens"
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def module_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="markroom-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="module")
def teacher(browser: Browser, module_folder: Path) -> Iterator[Page]:
    """Somebody who has just joined their school, on the page of exams."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    with Mailroom() as mailroom:
        server = Server(module_folder, mailroom.url)
        server.command("institute", "create", "--name", "Hillside School", "--admin-email", TEACHER)
        server.start()
        try:
            page = open_context(browser, server.url).new_page()
            page.goto(f"/invitations/{mailroom.wait_for_link(TEACHER, 'invitations')}")
            page.get_by_label("Your name").fill("Teacher 1")
            page.get_by_role("button", name="Join Hillside School").click()
            expect(page.get_by_role("heading", name="Today")).to_be_visible()
            yield page
        finally:
            server.stop()


@pytest.fixture
def canvas(teacher: Page, module_folder: Path) -> Page:
    """A fresh paper whose proposal has just appeared."""
    drop(teacher, module_folder / "mock.pdf", demo_paper(), "Year 11 mock")
    expect(teacher.get_by_role("button", name="Confirm all above 90 %")).to_be_visible()
    return teacher


SOME_FOUND = """() => document.querySelector(".found .area") && document.querySelector(".branch[data-found]")
    && document.querySelector(".paper[data-waits]")"""
HURRY = (
    "const wait = setTimeout; window.setTimeout = (act, ms, ...more) => wait(act, Math.min(ms, 60), ...more);"
)


def test_the_proposal_appears_page_by_page(teacher: Page, module_folder: Path) -> None:
    """D-02: the first pages show what is found while the others are read; what is drawn meanwhile stays."""
    page = teacher.context.new_page()
    page.add_init_script(HURRY)  # asks how the job goes on as often as the test needs
    drop(page, module_folder / "copied.pdf", as_pdf(scan(draw_exam(5))), "A copied paper")
    page.wait_for_function(SOME_FOUND, timeout=120_000)
    assert look(page, "canvas-reading", 1440, "light") == []
    page.set_viewport_size({"width": 390, "height": SIZES[390]})
    assert picture(page, "canvas-reading", 390, "light") == []
    page.set_viewport_size({"width": 1440, "height": 900})
    top = page.locator(".canvas-pages").evaluate("pages => pages.getBoundingClientRect().top")
    page.get_by_role("button", name="Add question").click()  # by hand, beside what is found
    page.get_by_label("Label").fill("Extra")
    page.get_by_label("Label").press("Tab")
    page.locator(".canvas-pages").focus()
    page.keyboard.press("Tab")  # walks proposals: what is only found so far is none
    assert page.locator(".found [data-chosen]").count() == 0

    expect(page.get_by_role("button", name="Confirm all above 90 %")).to_be_visible(timeout=120_000)
    expect(page.locator(".branch[data-found], .found .area, .paper[data-waits]")).to_have_count(0)
    assert page.locator(".canvas-pages").evaluate("pages => pages.getBoundingClientRect().top") == top
    assert look(page, "canvas-read", 1440, "light") == []
    assert template(page)["questions"]  # the machine's; mine is not saved yet
    expect(page.locator(".branch").filter(has_text="Extra")).to_have_count(1)
    after = save_and_reload(page)
    paths = {q["path"] for q in after["questions"]}
    assert paths == {f"{n}{part}" for n in range(1, 6) for part in ("", "(a)", "(b)")} | {"Extra"}
    assert [q["path"] for q in after["questions"] if q["confirmed"]] == ["Extra"]
    page.close()


def test_five_things_are_put_right_by_keyboard_alone(canvas: Page) -> None:
    """T-04, T-08, O-05: walk, confirm, move, resize, split, remove, copy; all there after a reload"""
    before = template(canvas)
    pages = canvas.get_by_label("Pages").first
    pages.focus()
    walk_to(canvas, ".boundary")
    canvas.keyboard.press("Enter")  # one: the first question is right
    walk_to(canvas, ".area")
    moved = chosen_area(canvas)
    canvas.keyboard.press("ArrowDown")  # two: lower
    canvas.keyboard.press("Shift+ArrowRight")  # three: wider
    canvas.keyboard.press("Enter")
    walk_to(canvas, ".area")
    split = chosen_area(canvas)
    canvas.keyboard.press("s")  # four: two answers, not one
    canvas.keyboard.press("Tab")
    canvas.keyboard.press("Tab")
    walk_to(canvas, ".area")
    removed = chosen_area(canvas)
    canvas.keyboard.press("Delete")  # five: no answer at all
    canvas.keyboard.press("Control+z")
    canvas.keyboard.press("Control+Shift+z")

    after = save_and_reload(canvas)
    old, new = by_id(before["response_areas"]), by_id(after["response_areas"])
    assert sum(q["confirmed"] for q in after["questions"]) == 1
    assert new[moved]["bounds"]["y"] > old[moved]["bounds"]["y"]
    assert new[moved]["bounds"]["w"] > old[moved]["bounds"]["w"]
    assert new[moved]["confirmed"]
    assert new[split]["bounds"]["h"] == pytest.approx(old[split]["bounds"]["h"] / 2, abs=1e-4)
    assert removed not in new
    assert len(new) == len(old)  # one more by the split, one less by the removal


def test_the_list_of_questions_is_one_stop_of_the_tab_key(canvas: Page) -> None:
    """O-05: the pages are near however many questions there are; arrows go through the list"""
    canvas.get_by_role("button", name="Close").click()  # the notice that the paper is read
    canvas.get_by_role("button", name="Larger").focus()
    canvas.keyboard.press("Tab")
    branches = canvas.locator(".branch")
    expect(branches.first).to_be_focused()
    canvas.keyboard.press("ArrowDown")
    expect(branches.nth(1)).to_be_focused()
    canvas.keyboard.press("End")
    canvas.keyboard.press("Enter")
    expect(branches.last).to_have_attribute("aria-current", "true")
    canvas.keyboard.press("Tab")
    expect(canvas.get_by_label("Pages").first).to_be_focused()


def test_five_things_are_put_right_by_pointer_alone(canvas: Page) -> None:
    """T-04, T-08: drag, resize, draw, cut, choose several; all there after a reload"""
    before = template(canvas)
    first, second = [a for a in before["response_areas"] if a["kind"] == "answer"][:2]
    canvas.get_by_role("button", name="Snap").click()  # by hand, wherever it lands
    drag(canvas, area_of(canvas, first), 0, 30)  # one: lower
    drag(canvas, canvas.locator(".corner-se"), -40, 20)  # two: another size
    canvas.get_by_role("button", name="Add area").click()
    paper = canvas.locator(".paper").first
    draw(canvas, paper, (0.3, 0.05), (0.6, 0.09))  # three: an area nobody proposed
    cut = before["boundaries"][0]
    drag(canvas, canvas.locator(f'[data-part="{cut["id"]}"]'), 0, 25)  # four: begins lower
    area_of(canvas, first).click()
    area_of(canvas, second).click(modifiers=["Shift"])
    canvas.locator(".canvas-fields").get_by_role("button", name="Confirm").click()  # five: both

    canvas.get_by_role("button", name="Save", exact=True).click()
    expect(canvas.get_by_text("Saved", exact=True)).to_be_visible()
    canvas.reload()
    expect(canvas.locator(".tree-total")).to_be_visible()
    after = template(canvas)
    new = by_id(after["response_areas"])
    assert new[first["id"]]["bounds"]["y"] > first["bounds"]["y"]
    assert new[first["id"]]["bounds"]["w"] < first["bounds"]["w"]
    assert new[first["id"]]["confirmed"]
    assert new[second["id"]]["confirmed"]
    assert by_id(after["boundaries"])[cut["id"]]["y"] > cut["y"]
    (drawn,) = [a for a in after["response_areas"] if a["id"] not in by_id(before["response_areas"])]
    assert (drawn["source"], drawn["page"]) == ("manual", 1)
    assert drawn["bounds"]["x"] == pytest.approx(0.3, abs=0.02)


def test_the_pointer_goes_from_doubt_to_doubt(canvas: Page) -> None:
    """After all sure ones are confirmed, what is left is looked at one by one without a key."""
    canvas.get_by_role("button", name="Confirm all above 90 %").click()
    chosen = canvas.locator(".canvas-pages [data-chosen]")
    expect(chosen).to_have_count(1)
    first = chosen.locator("[data-part]").first.get_attribute("data-part")
    left = int(canvas.get_by_text(re.compile(r"^\d+ to confirm$")).inner_text().split()[0])
    canvas.locator(".canvas-fields").get_by_role("button", name="Confirm").click()
    expect(canvas.get_by_text(f"{left - 1} to confirm", exact=True)).to_be_visible()
    for _ in range(left - 1):
        canvas.get_by_role("button", name="Go to the next proposal").click()
        assert chosen.locator("[data-part]").first.get_attribute("data-part") != first
        canvas.locator(".canvas-fields").get_by_role("button", name="Confirm").click()
    expect(canvas.get_by_text("All confirmed")).to_be_visible()
    expect(canvas.get_by_role("button", name="Go to the next proposal")).to_have_count(0)


ALL_PICTURES = """() => [...document.querySelectorAll(".paper img")].every((picture) => {
    picture.loading = "eager";
    return picture.complete && picture.naturalWidth;
})"""


PHONE_LABELS = """() => [...document.querySelectorAll(".area > svg")].map((label) => ({
    words: label.textContent.trim(),
    clipped: getComputedStyle(label).overflow,
    size: parseFloat(getComputedStyle(label.firstElementChild).fontSize),
}))"""


def test_on_a_phone_labels_stay_in_their_areas_and_confirm_is_at_hand(canvas: Page) -> None:
    """SCREENS: nothing spills at 390, in the words of teachers"""
    canvas.set_viewport_size({"width": 390, "height": SIZES[390]})
    labels = canvas.evaluate(PHONE_LABELS)
    assert {label["clipped"] for label in labels} == {"hidden"}
    assert max(label["size"] for label in labels) <= 8
    assert not {"ignore", "candidate number", "candidate_number"} & {label["words"] for label in labels}
    canvas.get_by_role("button", name="Go to the next proposal").click()
    expect(canvas.locator(".part-acts").get_by_role("button", name="Confirm")).to_be_in_viewport()
    assert picture(canvas, "canvas-chosen", 390, "light") == []
    canvas.set_viewport_size({"width": 1440, "height": SIZES[1440]})


def test_an_area_half_out_of_view_stays_where_it_is_when_it_is_clicked(canvas: Page) -> None:
    """The page does not move under a pointer that holds an area, and the area not with it."""
    area = next(a for a in template(canvas)["response_areas"] if a["kind"] == "answer")
    canvas.wait_for_function(ALL_PICTURES)  # with their heights: nothing moves any more
    canvas.locator(".canvas-pages").evaluate(
        """(pages, id) => {
            const area = pages.querySelector(`[data-part="${id}"]`).getBoundingClientRect();
            pages.scrollTop += area.top - pages.getBoundingClientRect().bottom + 12;
        }""",
        area["id"],
    )
    box = area_of(canvas, area).bounding_box()
    assert box
    canvas.mouse.move(box["x"] + box["width"] / 2, box["y"] + 6)
    canvas.mouse.down()
    expect(canvas.locator(".area[data-chosen]")).to_have_count(1)
    canvas.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + 6)
    canvas.mouse.up()
    after = area_of(canvas, area).bounding_box()
    assert after
    assert after["y"] == pytest.approx(box["y"], abs=3)
    top = float(canvas.get_by_label("Top", exact=True).input_value())
    assert top == pytest.approx(area["bounds"]["y"] * 100, abs=0.06)


def test_what_two_people_save_at_once_goes_together(canvas: Page) -> None:
    """X-07: the second to save sees whose changes came first, and loses neither theirs nor their own"""
    colleague = canvas.context.new_page()
    colleague.goto(canvas.url.partition("#")[0])
    for page, branch, marks in ((colleague, 1, 17), (canvas, 2, 19)):
        page.locator(".branch").nth(branch).click()
        page.get_by_label("Marks", exact=True).fill(str(marks))
        page.get_by_label("Marks", exact=True).press("Tab")
        page.keyboard.press("Control+s")
        if page is colleague:
            expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    colleague.close()
    notice = canvas.get_by_role("alert")
    expect(notice).to_contain_text("Teacher 1 saved this paper while you worked on it: 1 question changed.")
    canvas.screenshot(path=SCREENS / "canvas-conflict-1440-light.png")
    canvas.get_by_role("button", name="Put both together").click()
    expect(canvas.get_by_text("Saved", exact=True)).to_be_visible()
    assert [q["max_marks"] for q in template(canvas)["questions"][1:3]] == [17, 19]


def test_changes_kept_on_the_device_go_together_with_what_was_saved_since(canvas: Page) -> None:
    """Brought back after the connection was lost, they do not undo what a colleague saved meanwhile."""
    canvas.locator(".branch").nth(1).click()
    canvas.get_by_label("Marks", exact=True).fill("23")
    canvas.get_by_label("Marks", exact=True).press("Tab")
    canvas.context.set_offline(True)
    canvas.keyboard.press("Control+s")
    expect(canvas.get_by_role("alert")).to_contain_text("Nothing is lost")
    canvas.context.set_offline(False)
    other = template(canvas)["questions"][2]
    answer = canvas.context.request.patch(
        f"/api/exam/questions/{other['id']}", data={"max_marks": 29}, headers=csrf_of(canvas)
    )
    assert answer.ok, answer.text()
    canvas.on("dialog", lambda dialog: dialog.accept())  # the browser asks before it leaves unsaved work
    canvas.reload()
    canvas.get_by_role("button", name="Bring them back").click()
    after = save_and_reload(canvas)
    assert [q["max_marks"] for q in after["questions"][1:3]] == [23, 29]


def test_a_paper_dropped_anywhere_on_the_page_is_taken(teacher: Page) -> None:
    """A browser left to itself would open the file in the place of the page."""
    teacher.goto("/exams")
    teacher.evaluate(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(["%PDF-"], "mock paper.pdf", { type: "application/pdf" }));
            const drop = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
            document.querySelector("h1").dispatchEvent(drop);
            if (!drop.defaultPrevented) throw new Error("the browser would open the file");
        }"""
    )
    expect(teacher.get_by_role("dialog", name="Add a paper")).to_be_visible()
    expect(teacher.get_by_text("mock paper.pdf")).to_be_visible()


def test_an_area_comes_to_lie_on_the_rule_it_is_near(canvas: Page) -> None:
    """The answer lines of the paper are ruled: an edge near the last of them comes to lie on it."""
    lined = next(
        a for a in template(canvas)["response_areas"] if ends_on_ink(canvas, a["page"], a["bounds"], within=8)
    )
    area_of(canvas, lined).click()
    canvas.get_by_label("Pages").first.focus()
    canvas.keyboard.press("Shift+ArrowDown")
    canvas.keyboard.press("Shift+ArrowDown")
    canvas.keyboard.press("k")
    snapped = by_id(save_and_reload(canvas)["response_areas"])[lined["id"]]
    assert ends_on_ink(canvas, snapped["page"], snapped["bounds"], within=1)


def test_a_mark_scheme_is_written_point_by_point(canvas: Page) -> None:
    """T-06, T-08: points with alternatives, and levels"""
    canvas.locator(".branch").nth(1).click()
    canvas.get_by_role("button", name="Add point").click()
    expect(canvas.get_by_label("What earns it")).to_be_focused()
    canvas.keyboard.type("Substitutes")  # in the place of the dots
    canvas.keyboard.press("Tab")
    canvas.get_by_role("textbox", name="Code", exact=True).fill("M1")
    canvas.get_by_text("Alternatives, accept, reject").click()
    canvas.get_by_label("Or instead").fill("Uses a table")
    canvas.get_by_label("Accept", exact=True).fill("x = 4\n4")
    canvas.get_by_role("button", name="Add level").click()
    canvas.get_by_label("What earns it").nth(1).fill("A full account")
    canvas.get_by_label("Half marks may be given").check()
    canvas.screenshot(path=SCREENS / "canvas-scheme-1440-light.png")
    after = save_and_reload(canvas)
    (scheme,) = [
        q["mark_scheme"] for q in after["questions"] if q["mark_scheme"] and "points" in q["mark_scheme"]
    ]
    point, level = scheme["points"]
    assert (point["code"], point["text"], point["marks"]) == ("M1", "Substitutes", 1)
    assert (point["alternatives"], point["accept"]) == (["Uses a table"], ["x = 4", "4"])
    assert (level["code"], level["marks_from"], level["marks"]) == ("L1", 1, 2)
    assert scheme["allow_half_marks"] is True


def test_a_mark_scheme_is_read_from_its_pdf_and_taken(canvas: Page, module_folder: Path) -> None:
    """D-04: what the machine read is looked through, then taken question by question"""
    paper = template(canvas)
    item = next(q for q in paper["questions"] if q["path"] == "5(a)")
    rows: list[tuple[float, list[str]]] = [
        (24, ["Question", "Answer", "Marks"]),
        (20, ["5(a)", "a metre rule", "B1"]),
        (20, ["99", "nobody asked", "B1"]),
    ]
    scheme = module_folder / "scheme.pdf"
    scheme.write_bytes(table([50, 110, 450, 530], rows).page().pdf())
    canvas.goto(f"/exams/{paper['id']}/history")
    canvas.get_by_label("Mark scheme as PDF").set_input_files(scheme)
    expect(canvas.get_by_text("This paper has no question 99.")).to_be_visible()
    canvas.get_by_role("checkbox", name="5(a)").check()
    canvas.screenshot(path=SCREENS / "scheme-proposals-1440-light.png")
    canvas.get_by_role("button", name="Take 1").click()
    expect(canvas.locator(".tree-total")).to_be_visible()
    (taken,) = [q for q in template(canvas)["questions"] if q["id"] == item["id"]]
    assert [(p["code"], p["text"]) for p in taken["mark_scheme"]["points"]] == [("B1", "a metre rule")]
