"""The main job as two teachers do it in their browsers, on a server of its own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from markroom.operation.demo.answers import choose_answers
from markroom.operation.demo.bad_scanner import ScannedClass, demo_class
from markroom.operation.demo.paper import demo_paper
from tests.acceptance.server import Mailroom, Server
from tests.web.looking import open_context

HEAD, TEACHER = "teacher-1@hillside.example", "teacher-2@hillside.example"
SEED, PUPILS = 23, 2


class Person:
    """Somebody at their own screen."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.context: BrowserContext = open_context(browser, server.url, width=1280)
        self.page: Page = self.context.new_page()

    def join(self, mailroom: Mailroom, address: str, name: str) -> None:
        """Opens the invitation, gives a name and joins."""
        self.page.goto(f"/invitations/{mailroom.wait_for_link(address, 'invitations')}")
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_role("button", name="Join Hillside School").click()
        expect(self.page.get_by_role("heading", name="Today")).to_be_visible()


@pytest.mark.browser
def test_two_teachers_take_a_paper_from_pdf_to_marks(browser: Browser, open_folder: Path) -> None:
    """P-09, D-02, T-04, S-01, S-02, S-05, K-02, K-03, R-04: by hand and keyboard, nothing through the API."""
    with Mailroom() as mailroom:
        server = Server(open_folder, mailroom.url)
        server.command("institute", "create", "--name", "Hillside School", "--admin-email", HEAD)
        server.start()
        try:
            head, teacher = Person(browser, server), Person(browser, server)
            head.join(mailroom, HEAD, "Teacher 1")
            _invite(head.page, TEACHER)
            teacher.join(mailroom, TEACHER, "Teacher 2")
            _hold_exam(head, teacher, open_folder)
        finally:
            server.stop()


def _invite(page: Page, address: str) -> None:
    page.goto("/people")
    page.get_by_role("button", name="Invite", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill(address)
    dialog.get_by_label("Role").select_option("teacher")
    dialog.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text(address).first).to_be_visible()


def _hold_exam(head: Person, teacher: Person, folder: Path) -> None:
    _add_paper(head.page, folder)
    _confirm_proposals(head.page)
    _set_up_batch(head.page)
    scanned = demo_class(_print(head.page), SEED, PUPILS)
    _send_scan(head.page, folder, scanned)
    _repair(head.page, scanned)
    batch_url = head.page.url.split("/repair")[0]
    batch_id = batch_url.rsplit("/", 1)[1]
    marked = _mark_in_turns([head.page, teacher.page], batch_id)
    assert marked > 0
    _check_results(head.page, batch_id, set(scanned.missing))


def _add_paper(page: Page, folder: Path) -> None:
    paper = folder / "mock.pdf"
    paper.write_bytes(demo_paper())
    page.goto("/exams")
    page.get_by_role("button", name="Add a paper").first.click()
    page.get_by_label("The paper as PDF").set_input_files(paper)
    page.get_by_role("textbox", name="Title").fill("Year 11 mock")
    page.get_by_role("button", name="Add the paper").click()
    page.wait_for_url("**/exams/*-*")


def _confirm_proposals(page: Page) -> None:
    """Confirms what is sure at once and the rest one by one with Enter, then saves."""
    page.get_by_role("button", name="Confirm all above 90 %").click()
    page.get_by_label("Pages").first.focus()
    for _ in range(120):
        if page.get_by_text("Everything confirmed").count() or not page.get_by_text("to confirm").count():
            break
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text("8(b)(ii)").first).to_be_visible()


def _set_up_batch(page: Page) -> None:
    page.get_by_role("link", name="Set up a batch").click()
    page.get_by_label("Title").fill("Mock, 11B")
    page.get_by_label("Candidates").fill("\n".join(f"Pupil {n:02}, {1000 + n}" for n in range(1, PUPILS + 1)))
    page.get_by_label("Teacher 2").check()
    page.get_by_role("button", name="Set up the batch").click()
    expect(page.get_by_role("button", name="Print scripts")).to_be_visible()


def _print(page: Page) -> bytes:
    page.get_by_role("button", name="Print scripts").click()
    link = page.get_by_role("link", name="Open the PDF")
    expect(link).to_be_visible()
    return page.context.request.get(link.get_attribute("href") or "").body()


def _send_scan(page: Page, folder: Path, scanned: ScannedClass) -> None:
    scan = folder / "scan.pdf"
    scan.write_bytes(scanned.pdf)
    page.get_by_label("Add scanned scripts").set_input_files(scan)
    count = len(scanned.sheets)
    expect(page.get_by_text(f"{count} of {count} pages read")).to_be_visible(timeout=120_000)


def _repair(page: Page, scanned: ScannedClass) -> None:
    """Puts each sheet where it belongs, by the keys, until none is left."""
    page.get_by_role("link", name="to repair").click()
    for _ in range(10):
        heading = page.get_by_text("of its scan")
        expect(heading.or_(page.get_by_text("Every page is in its place")).first).to_be_visible()
        words = heading.first.inner_text() if heading.count() else ""
        if not words or "0 to repair" in words:
            return
        before = words
        sheet = scanned.sheets[int(words.split()[1]) - 1]
        if sheet.kind == "codeless":
            page.get_by_label("Script", exact=True).select_option(index=sheet.script_number)
            page.get_by_label("Page", exact=True).fill(str(sheet.page))
            page.get_by_label("Page", exact=True).press("Enter")
        else:
            page.keyboard.press("d")
        expect(heading.first).not_to_have_text(before)


def _mark_in_turns(pages: list[Page], batch_id: str) -> int:
    """Two markers at their desks, each answer marked with one key; how many were."""
    for page in pages:
        page.goto(f"/marking/{batch_id}")
    marked, open_desks = 0, list(pages)
    while open_desks:
        for page in list(open_desks):
            question = page.get_by_role("heading", name="Question ")
            done = page.get_by_role("heading", name="Nothing left to mark here")
            expect(question.or_(done).first).to_be_visible()
            if done.count():
                open_desks.remove(page)
                continue
            path = question.inner_text().removeprefix("Question ").strip()
            script = int(page.locator(".desk-question").inner_text().split()[-1])
            before = page.locator(".desk-question").inner_text()
            marks = choose_answers(SEED, script).marks().get(path)
            page.keyboard.press("n" if marks is None else str(marks))
            page.wait_for_function(
                "before => document.querySelector('.desk-question')?.innerText !== before", arg=before
            )
            marked += 1
    for page in pages:
        expect(page.get_by_text("Saving…")).to_have_count(0)
    return marked


def _check_results(page: Page, batch_id: str, missing: set[tuple[int, int]]) -> None:
    page.goto(f"/results/{batch_id}")
    expect(page.get_by_role("heading", name="Every script")).to_be_visible()
    text = page.context.request.get(f"/api/batches/{batch_id}/results.csv").body().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == PUPILS
    for row in rows:
        number = int(row["script"])
        deserved = choose_answers(SEED, number).marks()
        if not any(script == number for script, _ in missing):
            assert int(float(row["total"])) == sum(deserved.values())
