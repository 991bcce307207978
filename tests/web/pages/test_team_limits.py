"""What the pages of a team count against the limits of its routes (X-11)."""

from __future__ import annotations

from pathlib import Path

from tests.databases import Database
from tests.institutes.inviting import new_address
from tests.stage import open_stage
from tests.web.browsing import tab_of
from tests.web.pages.test_marking_desk import decided, hold, keep
from tests.web.pages.test_projects import make_project


async def test_searches_invitations_and_writing_on_pages_count(database: Database, tmp_path: Path) -> None:
    limits = "memory_search=1/minute,project_invitation=1/minute,memory_write=1/minute"
    async with open_stage(database, tmp_path, rate_limits=limits) as stage:
        school = await stage.make_school()
        tab = tab_of(stage, school, "teacher")
        url = await make_project(tab)
        query = f"project={url.rsplit('/', 1)[1]}"
        for expected in (200, 429):
            assert (await tab.get(f"/memory?{query}&q=units")).status_code == expected
        assert (await tab.get(f"/memory?{query}")).status_code == 200
        for expected in (303, 429):
            sent = await tab.submit(f"{url}/invitations", email=new_address(), role="viewer")
            assert sent.status_code == expected
        for expected in (303, 429):
            kept = await tab.submit(f"/memory/new?{query}", text=f"Units {expected}.", kind="note")
            assert kept.status_code == expected


async def test_a_desk_past_the_limit_of_searches_shows_what_is_linked(
    database: Database, tmp_path: Path
) -> None:
    """M-03"""
    async with open_stage(database, tmp_path, rate_limits="memory_search=1/minute") as stage:
        school = await stage.make_school()
        sitting, project_id = await hold(stage, school)
        await keep(school, project_id, "Accept an acceleration of free fall of 9.8 or 10.")
        await keep(school, project_id, "Upwards is negative.", question_id=str(sitting.items["1(a)"]))
        assert len(await decided(stage, school, sitting, "1(a)")) == 2
        linked = [("Upwards is negative.", "about this question")]
        assert await decided(stage, school, sitting, "1(a)") == linked
