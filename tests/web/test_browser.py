"""Every page in a real browser, over the demo school and over an empty one: looks, access and keys."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, StorageState

from tests.acceptance.server import COMMAND, free_port
from tests.web.looking import LOOKED_THROUGH, Look, list_violations, look_through, open_context

pytestmark = pytest.mark.browser

NOBODY: StorageState = {"cookies": [], "origins": []}


@dataclass
class Site:
    """A running demo school; `state` is the cookies of Teacher 1, its head."""

    url: str
    state: StorageState
    data_dir: Path

    def open(self, browser: Browser, state: StorageState | None = None) -> BrowserContext:
        return open_context(browser, self.url, state=state or self.state)

    def api(self, context: BrowserContext, path: str) -> Any:
        answer = context.request.get(self.url + path)
        assert answer.ok, answer.text()
        return answer.json()


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="markroom-test-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MARKROOM_")}
        log, data_dir = folder / "demo.log", folder / "data"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*COMMAND, "demo", "--port", str(free_port())],
                env=environment | {"MARKROOM_DATA_DIR": str(data_dir)},
                stdout=out,
                stderr=out,
            )
        try:
            link = _wait_for_link(log, process)
            yield Site(link.partition("/sign-in")[0], _sign_in(browser, link), data_dir)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for_link(log: Path, process: subprocess.Popen[bytes], seconds: int = 480) -> str:
    for _ in range(seconds * 10):
        if found := re.search(r"Sign in as [^:]+:\s+(http\S+)", log.read_text()):
            return found[1]
        assert process.poll() is None, log.read_text()[-3000:]
        time.sleep(0.1)
    raise TimeoutError(log.read_text()[-3000:])


def _sign_in(browser: Browser, link: str) -> StorageState:
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Sign in").press("Enter")
    page.get_by_role("heading", name="Today").wait_for()
    state = context.storage_state()
    context.close()
    return state


def find_pages(site: Site, context: BrowserContext) -> dict[str, str]:
    """The addresses of all signed-in pages, by the name of their picture."""
    batch = site.api(context, "/api/batches")["batches"][0]
    templates = [t["id"] for t in site.api(context, "/api/exam/templates")["templates"]]
    proposed = next(t for t in templates if t != batch["template_id"])
    items = site.api(context, f"/api/batches/{batch['id']}/items")["items"]
    waiting = next(i for i in items if i["marked"] < i["total"])
    return {
        "today": "/",
        "exams": "/exams",
        "template": f"/exams/{batch['template_id']}",
        "template-proposed": f"/exams/{proposed}",
        "template-sharing": f"/exams/{batch['template_id']}/sharing",
        "template-history": f"/exams/{batch['template_id']}/history",
        "batches": "/batches",
        "new-batch": f"/batches/new?template_id={batch['template_id']}",
        "batch": f"/batches/{batch['id']}",
        "page-repair": f"/batches/{batch['id']}/repair",
        "marking": "/marking",
        "marking-desk": f"/marking/{batch['id']}/{waiting['question_id']}",
        "results-list": "/results",
        "results": f"/results/{batch['id']}",
        "people": "/people",
        "person": f"/people/{_someone(site, context)}",
        "people-students": "/people?tab=students",
        "people-invitations": "/people?tab=invitations",
        "people-invite-many": "/people/invite-many",
        "people-pupils": "/people/pupils",
        "classes": "/classes",
        "class": f"/classes/{site.api(context, '/api/classes')['classes'][0]['id']}",
        "notices": "/notices",
        "school": "/school",
        "audit": "/audit",
        "school-list": "/school?list=departments",
        "account": "/account",
        "institute": "/institute",
        "mailbox": "/mailbox",
        "not-found": "/nothing",
        "refused": f"/exams/{'0' * 8}-0000-7000-8000-{'0' * 12}",
    }


def _someone(site: Site, context: BrowserContext) -> str:
    """A colleague of whoever looks."""
    me = site.api(context, "/api/auth/me")["user"]["id"]
    staff = site.api(context, "/api/users/staff")["staff"]
    return next(str(one["profile_id"]) for one in staff if one["profile_id"] != me)


@pytest.mark.parametrize(("opened", "others"), LOOKED_THROUGH)
def test_every_page_is_whole_and_accessible(
    site: Site, browser: Browser, opened: Look, others: list[Look]
) -> None:
    """O-05: no violation axe knows of, nothing asked of another host, nothing wider than the window."""
    context = site.open(browser)
    troubles = look_through(context, site.url, find_pages(site, context), opened, others)
    context.close()
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize(("opened", "others"), LOOKED_THROUGH)
def test_the_pages_before_signing_in_are_too(
    site: Site, browser: Browser, opened: Look, others: list[Look]
) -> None:
    context = site.open(browser, state=NOBODY)
    pages = {
        "sign-in": "/sign-in",
        "sign-in-used": "/sign-in/none",
        "invitation-unknown": "/invitations/none",
    }
    troubles = look_through(context, site.url, pages, opened, others)
    context.close()
    assert not troubles, "\n".join(troubles)


def test_somebody_is_invited_and_joins_by_keyboard(site: Site, browser: Browser) -> None:
    """P-03, P-09: from the invite form through the mail to the first page, without a mouse."""
    head = site.open(browser)
    page = head.new_page()
    page.goto("/people")
    page.get_by_role("button", name="Invite").first.press("Enter")
    page.get_by_label("E-mail address").fill("teacher-3@hillside.example")
    page.keyboard.press("Enter")
    page.get_by_text("is on its way").first.wait_for()
    new = site.open(browser, state=NOBODY)
    page = new.new_page()
    for _ in range(60):
        page.goto("/mailbox")
        if page.get_by_text("teacher-3@hillside.example").count():
            break
        time.sleep(0.5)
    page.get_by_role("link", name="See the invitation").first.press("Enter")
    page.get_by_label("Your name, as colleagues know you").fill("Teacher 3")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Today").wait_for()
    assert page.get_by_text("Welcome to Hillside School").count()
    head.close()
    new.close()


def test_a_list_is_pasted_looked_at_and_sent(site: Site, browser: Browser) -> None:
    """P-12: each row's fate first, then the job; nothing axe knows of on the way"""
    context = site.open(browser)
    page = context.new_page()
    page.goto("/people/invite-many")
    page.get_by_label("Or paste it").fill("Contact\tForm\nteacher-4@hillside.example\t9B\nnobody\t9B\n")
    page.get_by_role("button", name="Look at the list").press("Enter")
    page.get_by_text("No column of e-mail addresses").wait_for()
    page.get_by_label("Contact").select_option("email")
    page.get_by_text("This is not an e-mail address.").wait_for()
    assert list_violations(page) == []
    page.get_by_role("button", name="Invite 1 person").press("Enter")
    page.get_by_text("1 of 2 invited").wait_for()
    assert list_violations(page) == []
    page.get_by_role("link", name="see the invitations").press("Enter")
    page.get_by_text("teacher-4@hillside.example").first.wait_for()
    context.close()


def test_pupils_are_entered_and_their_codes_printed(site: Site, browser: Browser) -> None:
    """P-17"""
    context = site.open(browser)
    page = context.new_page()
    page.goto("/people/pupils")
    page.get_by_label("Enter pupils").fill("Pupil 91\nPupil 92, 0092")
    page.get_by_role("button", name="Enter the pupils").press("Enter")
    page.get_by_role("row", name="Pupil 92").wait_for()
    assert list_violations(page) == []
    with page.expect_download() as printed:
        page.get_by_role("button", name="Print new codes").press("Enter")
    assert printed.value.suggested_filename == "sign-in codes.pdf"
    context.close()


def test_an_answer_is_marked_by_keyboard(site: Site, browser: Browser) -> None:
    """K-02: a digit gives the mark, and the next answer is there."""
    context = site.open(browser)
    batch = site.api(context, "/api/batches")["batches"][0]
    before = batch["items"]["marked"]
    page = context.new_page()
    page.goto(f"/marking/{batch['id']}", wait_until="networkidle")
    with page.expect_response(lambda r: r.request.method == "PUT" and "/marks/" in r.url) as saved:
        page.keyboard.press("1")
    assert saved.value.ok
    assert site.api(context, f"/api/batches/{batch['id']}")["items"]["marked"] == before + 1
    context.close()


def test_a_theme_chosen_stays(site: Site, browser: Browser) -> None:
    context = site.open(browser)
    page = context.new_page()
    page.goto("/account")
    page.get_by_label("Dark").check()
    page.goto("/")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()


def test_the_demo_prints_its_link_and_not_a_line_for_each_request(site: Site) -> None:
    printed = (site.data_dir.parent / "demo.log").read_text()
    assert "Sign in as Teacher 1" in printed
    assert '"event": "request"' not in printed


def test_scripts_prepared_for_print_are_there_when_one_comes_back(site: Site, browser: Browser) -> None:
    """S-01"""
    context = site.open(browser)
    batch = site.api(context, "/api/batches")["batches"][0]
    assert batch["printed"]
    page = context.new_page()
    page.goto(f"/batches/{batch['id']}")
    page.get_by_role("link", name="Open the PDF").wait_for()
    context.close()
