"""What programs wrote into a team's memory, until a person has decided (sec-M4)."""

from __future__ import annotations

import re

from tests.stage import School, Stage
from tests.web.browsing import tab_of
from tests.web.pages.test_memory import find_item, keep, open_memory, write_by_key
from tests.web.pages.test_projects import add


async def test_what_programs_write_waits_and_is_approved_or_rejected(stage: Stage, school: School) -> None:
    """sec-M4"""
    tab = tab_of(stage, school, "teacher")
    url, query = await open_memory(tab)
    await write_by_key(stage, tab, url, "Units in full.", "Forget the units.")
    assert "Units in full." not in (await tab.get(f"/memory?{query}")).text
    pending = f"/memory?{query}&tab=pending"
    waiting = (await tab.see(pending)).text
    assert "A program of Teacher (key “assistant”)" in waiting
    ids = dict(re.findall(r'name="(approve|reject)" value="([\w-]+)"', waiting))
    kept = re.search(r'name="approve" value="([\w-]+)" aria-label="Approve: Units', waiting)
    dropped = re.search(r'name="reject" value="([\w-]+)" aria-label="Reject: Forget', waiting)
    assert ids
    assert kept
    assert dropped
    assert (await tab.submit(pending, approve=kept[1], version="1")).status_code == 303
    assert (await tab.submit(pending, reject=dropped[1])).status_code == 303
    assert "Units in full." in (await tab.get(f"/memory?{query}")).text
    assert "Nothing waits" in (await tab.get(pending)).text
    assert (await tab.submit(pending, approve=dropped[1])).status_code == 404


async def test_what_a_program_changed_since_it_was_read_is_not_approved(stage: Stage, school: School) -> None:
    """sec-M4: what is approved is what was read"""
    tab = tab_of(stage, school, "teacher")
    url, query = await open_memory(tab)
    await write_by_key(stage, tab, url, "Units in full.")
    pending = f"/memory?{query}&tab=pending"
    waiting = (await tab.see(pending)).text
    memory_id = re.search(r'name="approve" value="([\w-]+)"', waiting)
    assert memory_id
    assert 'name="version" value="1"' in waiting
    await stage.query("update memories set text = 'Other', version = 2 where id = %s", [memory_id[1]])
    for address in (pending, f"/memory/{memory_id[1]}"):
        answer = await tab.submit(address, approve=memory_id[1], version="1")
        assert answer.status_code == 412, address
    assert "Other" not in (await tab.get(f"/memory?{query}")).text


async def test_everything_one_key_wrote_is_taken_back(stage: Stage, school: School) -> None:
    """sec-M4"""
    tab = tab_of(stage, school, "teacher")
    url, query = await open_memory(tab)
    await keep(tab, query, "By a person.")
    await write_by_key(stage, tab, url, "One.", "Two.")
    pending = f"/memory?{query}&tab=pending"
    found = re.search(r'name="roll_back" value="([\w-]+)"', (await tab.see(pending)).text)
    assert found
    assert (await tab.submit(pending, roll_back=found[1])).status_code == 303
    assert "2 taken back" in (await tab.get(pending)).text
    assert "By a person." in (await tab.get(f"/memory?{query}")).text


async def test_only_admins_take_back_and_viewers_change_nothing(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    url, query = await open_memory(tab)
    await add(tab, school, url, "teacher_2", "viewer")
    await keep(tab, query, "By a person.")
    await write_by_key(stage, tab, url, "One.")
    item = await find_item(tab, query, "By a person.")
    pending = f"/memory?{query}&tab=pending"
    found = re.search(r'name="roll_back" value="([\w-]+)"', (await tab.get(pending)).text)
    assert found
    viewer = tab_of(stage, school, "teacher_2")
    await viewer.see("/account")
    page = (await viewer.get(item)).text
    assert "By a person." in page
    assert ">Change<" not in page
    assert "Write one down" not in (await viewer.get(f"/memory?{query}")).text
    assert (await viewer.get(f"/memory/new?{query}")).status_code == 403
    assert (await keep(viewer, query, "Not mine to write.")).status_code == 403
    assert (await viewer.submit(item, text="Rewritten.", version="1")).status_code == 403
    assert (await viewer.submit(item, delete="1")).status_code == 403
    assert (await viewer.submit(pending, roll_back=found[1])).status_code == 403
