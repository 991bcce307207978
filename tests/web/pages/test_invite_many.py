from __future__ import annotations

from tests.stage import School, Stage
from tests.web.browsing import tab_of


async def test_managers_invite_whole_lists(stage: Stage, school: School) -> None:
    """P-12: with the roles they may give"""
    admin = await tab_of(stage, school, "school_admin").get("/people/invite-many")
    assert admin.status_code == 200
    assert "department_head" in admin.text
    head = await tab_of(stage, school, "department_head").get("/people/invite-many")
    assert "department_head" not in head.text
    assert "/people/invite-many" in (await tab_of(stage, school, "school_admin").get("/people")).text


async def test_lists_are_not_for_teachers_and_students(stage: Stage, school: School) -> None:
    for role in ("teacher", "student"):
        assert (await tab_of(stage, school, role).get("/people/invite-many")).status_code == 403
