"""Projects, keys, memory and what the desk shows of it, in a real browser: looks, access and keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.databases import Database
from tests.marking.sitting import lay_out
from tests.web.looking import LOOKED_THROUGH, Look, Scheme, list_violations, look, look_through
from tests.web.served import serve_stage
from tests.web.team import Team, make_team

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def team(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with serve_stage(database, tmp_path_factory.mktemp("data")) as served:
        yield served.run(make_team(served))


def list_pages(team: Team) -> dict[str, str]:
    """The addresses of the pages, by the name of their picture."""
    memory = f"/memory?project={team.project_id}"
    item = team.served.run(_find_memory(team, "Accept 9.8"))
    return {
        "projects": "/projects",
        "projects-deleted": "/projects?tab=deleted",
        "project": team.url,
        "project-papers": f"{team.url}/papers",
        "project-keys": f"{team.url}/keys",
        "project-settings": f"{team.url}/settings",
        "project-member": f"{team.url}/members/{team.school.people['teacher_2'].user_id}",
        "project-refused": "/projects/00000000-0000-7000-8000-000000000000",
        "memory": memory,
        "memory-found": f"{memory}&q=free fall&kind=decision",
        "memory-nothing": f"{memory}&q=zebra&tag=stripes",
        "memory-pending": f"{memory}&tab=pending",
        "memory-new": f"/memory/new?project={team.project_id}&template={team.sitting.template_id}",
        "memory-transfer": f"/memory/transfer?project={team.project_id}",
        "memory-item": f"/memory/{item}",
        "memory-item-change": f"/memory/{item}?edit=1",
        "desk-decisions": f"/marking/{team.sitting.batch_id}/{team.sitting.items['1(a)']}",
    }


async def _find_memory(team: Team, text: str) -> UUID:
    found = await team.served.stage.query("select id from memories where text like %s", [f"{text}%"])
    memory_id: UUID = found[0][0]
    return memory_id


@pytest.mark.parametrize(("opened", "others"), LOOKED_THROUGH)
def test_every_page_of_a_team_is_whole_and_accessible(
    team: Team, browser: Browser, opened: Look, others: list[Look]
) -> None:
    """O-05"""
    context = team.open(browser)
    troubles = look_through(context, team.served.url, list_pages(team), opened, others)
    context.close()
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_their_empty_pages_and_dialogs_are_too(
    team: Team, browser: Browser, width: int, scheme: Scheme
) -> None:
    context = team.open(browser, "department_head", width, scheme)
    empty = {"projects-empty": "/projects", "memory-empty": "/memory"}
    troubles = look_through(context, team.served.url, empty, (width, scheme))
    context.close()
    context = team.open(browser, width=width, scheme=scheme)
    page = context.new_page()
    for name, url, button in (
        ("projects-create", "/projects", "New project"),
        ("project-add", team.url, "Add a colleague"),
        ("project-invite", team.url, "Invite by mail"),
        ("project-keys-create", f"{team.url}/keys", "New key"),
    ):
        page.goto(url)
        page.get_by_role("button", name=button).first.press("Enter")
        page.get_by_role("dialog").wait_for()
        troubles += look(page, name, width, scheme)
    context.close()
    assert not troubles, "\n".join(troubles)


def test_a_team_works_by_keyboard_alone(team: Team, browser: Browser) -> None:
    """J-01, J-04, J-10, M-01, M-02, O-05: a project, a colleague, a key, a memory, found again"""
    context = team.open(browser, "school_admin")
    page = context.new_page()
    page.goto("/projects")
    page.get_by_role("button", name="New project").press("Enter")
    page.keyboard.type("Chemistry, Year 10")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Chemistry, Year 10")).to_be_visible()
    page.wait_for_load_state()  # its keys and dialogs are there
    _add_colleague(page)
    _make_key(page)
    _keep_memory(page)
    page.keyboard.press("/")
    page.keyboard.type("colour of the flame")
    page.keyboard.press("Enter")
    expect(page.get_by_text("by its words")).to_be_visible()
    expect(page.get_by_text("Lithium burns crimson")).to_be_visible()
    assert list_violations(page) == []
    context.close()


def _add_colleague(page: Page) -> None:
    page.get_by_role("button", name="Add a colleague").press("Enter")
    page.get_by_label("Search colleagues by name").focus()
    page.keyboard.type("Teacher 2")
    expect(page.get_by_role("radio")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Teacher 2")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="Teacher 2")).to_be_visible()


def _make_key(page: Page) -> None:
    page.get_by_role("link", name="API keys").press("Enter")
    page.wait_for_url("**/keys")
    page.get_by_role("button", name="New key").press("Enter")
    page.keyboard.type("assistant")
    page.keyboard.press("Enter")
    secret = page.locator("#secret").inner_text()
    page.wait_for_load_state()
    assert re.fullmatch(r"mk_\w{38}", secret)
    page.get_by_role("button", name="Copy the key").press("Enter")
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    assert list_violations(page) == []
    page.goto(page.url)
    expect(page.locator("#secret")).to_have_count(0)


def _keep_memory(page: Page) -> None:
    page.get_by_role("link", name="Memory").last.press("Enter")
    page.get_by_role("link", name="Write one down").press("Enter")
    page.get_by_label("What should the team know?").focus()
    page.keyboard.type("Lithium burns crimson: “red” is not enough for the colour of its flame.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("flame tests")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Lithium burns crimson")).to_be_visible()
    page.wait_for_load_state()


def test_the_questions_of_the_paper_chosen_are_offered(team: Team, browser: Browser) -> None:
    context = team.open(browser)
    page = context.new_page()
    page.goto(f"/memory/new?project={team.project_id}")
    page.get_by_label("About the paper").select_option("Mock")
    page.get_by_label("And its question").select_option("1(b)")
    page.get_by_label("What should the team know?").fill("Both directions of the arrow count.")
    page.get_by_role("button", name="Keep it").press("Enter")
    kept = page.get_by_role("listitem").filter(has_text="Both directions")
    expect(kept.get_by_role("link", name="Mock, question 1(b)")).to_be_visible()
    context.close()


def test_memories_are_looked_at_and_taken_in(team: Team, browser: Browser) -> None:
    """M-01: a dry run first"""
    context = team.open(browser)
    page = context.new_page()
    page.goto(f"/memory/transfer?project={team.project_id}")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the file").press("Enter")
    exported = taken.value.path().read_text()
    assert "Accept 9.8 or 10" in exported
    line = json.dumps({"text": "Arrows have heads.", "kind": "note", "tags": []})
    file = {"name": "more.jsonl", "mimeType": "application/jsonl", "buffer": f"{line}\nnothing\n".encode()}
    page.get_by_label("The file").set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_text("This would happen: 1 new memory, 1 line cannot be read.")).to_be_visible()
    assert list_violations(page) == []
    page.get_by_role("button", name="Import 1 memory").press("Enter")
    expect(page.get_by_text("Done: 1 new memory")).to_be_visible()
    page.goto(f"/memory?project={team.project_id}")
    expect(page.get_by_text("Arrows have heads.")).to_be_visible()
    context.close()


def test_the_desk_shows_and_keeps_what_the_team_decided(team: Team, browser: Browser) -> None:
    """M-03: what is linked to the question comes first, M keeps the comment, and it can be taken back"""
    context = team.open(browser)
    page = context.new_page()
    page.goto(f"/marking/{team.sitting.batch_id}/{team.sitting.items['1(a)']}")
    decided = page.get_by_role("region", name="What the team decided")
    expect(decided.get_by_role("listitem").first).to_contain_text("Accept 9.8 or 10")
    expect(decided.get_by_role("listitem").first).to_contain_text("about this question")
    before = page.get_by_role("button", name="Not attempted").bounding_box()
    page.keyboard.press("c")
    page.keyboard.type("Wrong planet")
    page.keyboard.press("Enter")
    page.keyboard.press("m")
    expect(decided.get_by_role("listitem").first).to_contain_text("Wrong planet")
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Not attempted").bounding_box() == before
    kept = "select script_id is not null, kind from memories where text = 'Wrong planet' and question_id = %s"
    item = team.sitting.items["1(a)"]
    assert team.served.run(team.served.stage.query(kept, [item])) == [(True, "comment")]
    decided.get_by_role("button", name="Take back").press("Enter")
    expect(decided.get_by_text("Wrong planet")).to_have_count(0)
    page.keyboard.press("1")
    expect(page.get_by_text("All marks saved.")).to_be_visible()
    page.keyboard.press("m")
    page.keyboard.type("10 without a unit is enough")
    page.keyboard.press("Enter")
    expect(decided.get_by_role("listitem").first).to_contain_text("10 without a unit is enough")
    assert list_violations(page) == []
    context.close()


def test_marking_waits_for_no_memory(team: Team, browser: Browser) -> None:
    """M-03: the next answer is there while what the team decided is still on its way"""
    context = team.open(browser, "teacher_2")
    page = context.new_page()
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/decisions", hold)
    page.goto(f"/marking/{team.sitting.batch_id}/{team.sitting.items['1(b)']}")
    scripts = page.locator(".desk-question")
    for _ in range(4):
        expect(scripts).to_be_visible()
        before = scripts.inner_text()
        page.keyboard.press("2")
        expect(scripts).not_to_have_text(before)
    expect(page.get_by_text("All marks saved.")).to_be_visible()
    page.wait_for_timeout(400)
    assert len(waiting) == 1, "one question is asked about once"
    for route in waiting:
        route.continue_()
    expect(page.get_by_text("<b>Bold</b> is not bold here.")).to_be_visible()
    context.close()


def test_a_paper_without_a_project_has_a_desk_without_decisions(team: Team, browser: Browser) -> None:
    sitting = team.served.run(lay_out(team.served.stage, team.school))
    context = team.open(browser)
    page = context.new_page()
    page.goto(f"/marking/{sitting.batch_id}")
    expect(page.get_by_role("heading", name="Question")).to_be_visible()
    expect(page.get_by_text("What the team decided")).to_have_count(0)
    page.keyboard.press("m")
    expect(page.get_by_text("belongs to no project of yours")).to_be_visible()
    context.close()
