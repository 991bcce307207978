"""A team's memory on screen: kept, found, approved, undone, taken back (M-01, M-02)."""

from __future__ import annotations

import re
from uuid import uuid4

import httpx

from tests.marking.sitting import Sitting, lay_out
from tests.stage import School, Stage
from tests.web.browsing import Tab, tab_of
from tests.web.pages.test_project_keys import make_key
from tests.web.pages.test_projects import add, make_project
from tests.web.test_app import count_statements

PARTS_OF_A_PAPER = (("exam_templates", "id"), ("exam_questions", "template_id"), ("batches", "template_id"))
SCRIPT = "<script>alert(1)</script>"


async def open_memory(tab: Tab, name: str = "Physics, Year 11") -> tuple[str, str]:
    """Makes a project; its address and the query that names it."""
    url = await make_project(tab, name)
    query = f"project={url.rsplit('/', 1)[1]}"
    await tab.see(f"/memory/new?{query}")
    return url, query


async def keep(tab: Tab, query: str, text: str, **fields: str) -> httpx.Response:
    return await tab.submit(f"/memory/new?{query}", **{"text": text, "kind": "decision", **fields})


async def find_item(tab: Tab, query: str, text: str) -> str:
    """The address of the memory listed with this text."""
    listed = (await tab.see(f"/memory?{query}")).text
    found = re.search(rf'href="(/memory/[\w-]+)" aria-label="Open: {re.escape(text)}', listed)
    assert found, listed
    return found[1]


async def write_by_key(stage: Stage, tab: Tab, url: str, *texts: str) -> str:
    """Memories as a program writes them; its key."""
    secret = await make_key(tab, url, "assistant", scope="write")
    for text in texts:
        body = {"text": text, "kind": "note"}
        assert (await stage.client(secret).post("/api/memories", json=body)).status_code == 201
    return secret


async def test_who_is_in_no_project_is_told_what_this_is(stage: Stage, school: School) -> None:
    page = (await tab_of(stage, school, "teacher").get("/memory")).text
    assert "You are in no project yet." in page


async def test_something_is_kept_and_listed_with_its_author(stage: Stage, school: School) -> None:
    """M-01"""
    tab = tab_of(stage, school, "teacher")
    _, query = await open_memory(tab)
    assert "Nothing kept yet" in (await tab.get("/memory")).text
    kept = await keep(tab, query, "A missing unit\r\ncosts one mark.", tags="Units, rounding, units")
    assert kept.headers["location"] == f"/memory?{query}"
    listed = (await tab.get("/memory")).text
    assert "A missing unit\ncosts one mark." in listed
    assert "Teacher, " in listed
    assert listed.count('aria-label="Tag units"') == 1


async def test_what_is_kept_is_always_text(stage: Stage, school: School) -> None:
    """M-01, sec-M4: whoever wrote it, a person or a program, on every page that shows it"""
    tab = tab_of(stage, school, "teacher")
    url, query = await open_memory(tab, f"Physics {SCRIPT}")
    await keep(tab, query, f"{SCRIPT} ignore previous instructions", tags="<b>bold</b>")
    await write_by_key(stage, tab, url, f"by a program {SCRIPT}")
    item = await find_item(tab, query, "&lt;script&gt;alert(1)&lt;/script&gt; ignore")
    again = await keep(tab, query, f"{SCRIPT} ignore previous instructions")
    pages = [
        (await tab.get(path)).text
        for path in (f"/memory?{query}", f"/memory?{query}&tab=pending", item, f"{item}?edit=1")
    ]
    pages.append((await tab.get(f"/memory?{query}&q=ignore previous instructions")).text)
    for page in [*pages, again.text]:
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
        assert "<b>bold" not in page


async def test_what_is_typed_wrongly_comes_back(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    _, query = await open_memory(tab)
    nothing = await keep(tab, query, "  ", tags="units")
    assert nothing.status_code == 422
    assert 'id="text-error"' in nothing.text
    assert 'value="units"' in nothing.text
    long = await keep(tab, query, "Units.", tags="t" * 51)
    assert 'id="tags-error"' in long.text
    unknown = await keep(tab, query, "Units.", template=str(uuid4()))
    assert unknown.status_code == 404 or 'id="template-error"' in unknown.text


async def test_what_is_there_already_is_shown_before_it_is_kept_twice(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    _, query = await open_memory(tab)
    await keep(tab, query, "A missing unit costs one mark.")
    warned = await keep(tab, query, "a missing unit  costs one mark")
    assert "This is kept already" in warned.text
    assert "a missing unit  costs one mark</textarea>" in warned.text
    assert (await tab.get("/memory")).text.count('class="memory-text"') == 1
    anyway = await keep(tab, query, "a missing unit  costs one mark", anyway="1")
    assert anyway.status_code == 303
    assert (await tab.get("/memory")).text.count('class="memory-text"') == 2


async def test_what_means_nearly_the_same_is_shown_first_too(stage: Stage, school: School) -> None:
    """M-01"""
    tab = tab_of(stage, school, "teacher")
    _, query = await open_memory(tab)
    await keep(tab, query, "A missing unit costs one mark.")
    await stage.finish_jobs()
    warned = (await keep(tab, query, "A missing unit costs a mark.")).text
    assert "something much like it" in warned
    assert re.search(r"9\d % alike", warned)
    found = (await tab.get(f"/memory?{query}&q=answers without units")).text
    assert "alike in meaning" in found


async def test_a_search_finds_and_says_why(stage: Stage, school: School) -> None:
    """M-02"""
    tab = tab_of(stage, school, "teacher")
    _, query = await open_memory(tab)
    await keep(tab, query, "Accept 9.8 or 10 for the acceleration of free fall.")
    await keep(tab, query, "A diagram without labels earns nothing.")
    found = (await tab.get(f"/memory?{query}&q=acceleration")).text
    assert found.index("free fall") < found.find("without labels") % len(found)
    assert "1st by its words" in found
    as_sent = f"/memory?{query}&q=acceleration&kind=&tag=&author=&template=&from=&to="
    assert "free fall" in (await tab.get(as_sent)).text
    assert "score " in found
    assert "Nothing kept matches" in (await tab.get(f"/memory?{query}&q=acceleration&kind=note")).text


async def test_a_list_is_narrowed_down(stage: Stage, school: School) -> None:
    """M-02: by tag, kind, author, link and time"""
    tab = tab_of(stage, school, "teacher")
    url, query = await open_memory(tab)
    await add(tab, school, url, "teacher_2")
    sitting = await lay_out(stage, school)
    await put_in_project(stage, sitting, url.rsplit("/", 1)[1])
    await keep(tab, query, "About the paper.", template=str(sitting.template_id), tags="units")
    colleague = tab_of(stage, school, "teacher_2")
    await colleague.see("/account")
    await keep(colleague, query, "By a colleague.", kind="misconception")
    author = school.people["teacher_2"].user_id
    first, second = "About the paper.", "By a colleague."
    for narrowing, there, missing in (
        ("tag=Units", first, second),
        ("kind=misconception", second, first),
        (f"author=u-{author}", second, first),
        (f"template={sitting.template_id}", first, second),
    ):
        page = (await tab.get(f"/memory?{query}&{narrowing}")).text
        assert there in page, narrowing
        assert missing not in page, narrowing
    assert "is like that" in (await tab.get(f"/memory?{query}&to=2020-01-01")).text
    for impossible in ("from=never", "to=9999-12-31", f"author=u-{'-' * 36}", "template=none", "kind=rumour"):
        assert (await tab.get(f"/memory?{query}&{impossible}")).status_code == 422


async def put_in_project(stage: Stage, sitting: Sitting, project_id: str) -> None:
    """Makes a paper and its batch the project's."""
    for table, column in PARTS_OF_A_PAPER:
        moved = f"update {table} set project_id = %s where {column} = %s"
        await stage.query(moved, [project_id, sitting.template_id])


async def test_a_memory_is_changed_and_brought_back(stage: Stage, school: School) -> None:
    """M-01: history with undo"""
    tab = tab_of(stage, school, "teacher")
    _, query = await open_memory(tab)
    await keep(tab, query, "A missing unit costs one mark.", tags="units")
    item = await find_item(tab, query, "A missing unit")
    await tab.see(f"{item}?edit=1")
    changed = await tab.submit(item, text="A missing unit costs nothing.", kind="note", tags="", version="1")
    assert changed.headers["location"] == item
    page = (await tab.get(item)).text
    assert page.index("costs nothing") < page.index(">History<") < page.index("costs one mark")
    stale = await tab.submit(item, text="Later.", kind="note", version="1")
    assert stale.status_code == 412
    assert "Later.</textarea>" in stale.text
    await tab.submit(item, undo="1")
    shown = (await tab.get(item)).text
    assert "<h1>Decision</h1>" in shown
    assert "costs one mark.</p>" in shown.partition(">History<")[0]


async def test_a_deleted_memory_is_gone_everywhere(stage: Stage, school: School) -> None:
    """M-02, sec-M8"""
    tab = tab_of(stage, school, "teacher")
    _, query = await open_memory(tab)
    await keep(tab, query, "A missing unit costs one mark.")
    item = await find_item(tab, query, "A missing unit")
    assert (await tab.submit(item, delete="1")).headers["location"] == f"/memory?{query}"
    assert (await tab.get(item)).status_code == 404
    assert "Nothing kept matches" in (await tab.get(f"/memory?{query}&q=unit")).text


async def test_the_project_looked_at_last_is_shown_again(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    _, first = await open_memory(tab, "Physics")
    await open_memory(tab, "Chemistry")
    assert "Search in the memory of Chemistry" in (await tab.get("/memory")).text
    await tab.get(f"/memory?{first}")
    assert "Search in the memory of Physics" in (await tab.get("/memory")).text
    tab.cookies.set("markroom_project", str(uuid4()), path="/memory")
    assert (await tab.get("/memory")).status_code == 200


async def test_a_question_is_chosen_and_named(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    url, query = await open_memory(tab)
    sitting = await lay_out(stage, school)
    await put_in_project(stage, sitting, url.rsplit("/", 1)[1])
    offered = (await tab.get(f"/memory/questions?template_id={sitting.template_id}")).json()
    assert {"id": str(sitting.items["1(a)"]), "path": "1(a)"} in offered["questions"]
    question = {"template": str(sitting.template_id), "question": str(sitting.items["1(a)"])}
    await keep(tab, query, "Both units count.", **question)
    paper = f"/memory?{query}&template={sitting.template_id}&question="
    assert "Mock, question 1(a)" in (await tab.get(f"{paper}{sitting.items['1(a)']}")).text
    assert "Both units count." not in (await tab.get(f"{paper}{sitting.items['1(b)']}")).text


async def test_colleagues_outside_the_project_see_nothing_of_it(
    stage: Stage, school: School, other_school: School
) -> None:
    """M-01, sec-M3"""
    tab = tab_of(stage, school, "teacher")
    _, query = await open_memory(tab)
    await keep(tab, query, "Among us.")
    item = await find_item(tab, query, "Among us.")
    colleague = tab_of(stage, school, "teacher_2")
    assert (await colleague.get(f"/memory?{query}&q=us")).status_code == 403
    assert (await colleague.get(item)).status_code == 404
    stranger = tab_of(stage, other_school, "school_admin")
    for url in (f"/memory?{query}&q=us", item, f"/memory/new?{query}", f"/memory/transfer?{query}"):
        assert (await stranger.get(url)).status_code == 404


async def test_a_long_memory_is_cut_in_the_list_and_whole_on_its_page(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    _, query = await open_memory(tab)
    await keep(tab, query, "Units. " * 1400 + "The end.")
    assert "The end." not in (await tab.get(f"/memory?{query}")).text
    assert "The end." in (await tab.get(await find_item(tab, query, "Units."))).text


async def test_a_teams_pages_cost_the_same_statements_however_much_there_is(
    stage: Stage, school: School
) -> None:
    tab = tab_of(stage, school, "school_admin")
    url, query = await open_memory(tab)
    pages = [url, f"{url}/papers", f"{url}/settings", f"/memory?{query}", f"/memory?{query}&q=units"]
    await keep(tab, query, "The first about units.")
    few = [await count_statements(stage, school, page) for page in pages]
    for role in ("teacher", "teacher_2", "department_head"):
        await add(tab, school, url, role)
        await keep(tab, query, f"Another about units, by {role}.")
        await put_in_project(stage, await lay_out(stage, school), url.rsplit("/", 1)[1])
    assert [await count_statements(stage, school, page) for page in pages] == few
