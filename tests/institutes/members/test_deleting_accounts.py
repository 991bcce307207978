"""I-07: an account goes with everything that hangs on its memberships, in every school; or it stays whole."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.exam_templates.canvases import make_template
from tests.marking.sitting import lay_out
from tests.school.classes import make_class
from tests.stage import School, Stage


async def _join(
    stage: Stage, school: School, user_id: UUID, role: str = "teacher", state: str = "active"
) -> None:
    await stage.query(
        "insert into memberships (institute_id, user_id, role, state, name)"
        " values (%s, %s, %s, %s, 'Teacher 2')",
        [school.institute_id, user_id, role, state],
    )


async def _states(stage: Stage, user_id: UUID) -> set[str]:
    return {
        row[0] for row in await stage.query("select state from memberships where user_id = %s", [user_id])
    }


async def test_answers_in_hand_go_back_in_every_school(
    stage: Stage, school: School, other_school: School
) -> None:
    """P-11"""
    teacher = school.people["teacher"]
    await _join(stage, other_school, teacher.user_id)
    for place in (school, other_school):
        sitting = await lay_out(stage, place)
        await stage.query(
            "insert into batch_markers (institute_id, batch_id, user_id) values (%s, %s, %s)"
            " on conflict do nothing",
            [place.institute_id, sitting.batch_id, teacher.user_id],
        )
        claimed = await teacher.client.post(
            sitting.claims_url, json={}, headers={"X-Institute-Id": str(place.institute_id)}
        )
        assert claimed.status_code == 200, claimed.text
    assert (await teacher.client.delete("/api/auth/me")).status_code == 200
    assert await stage.query("select count(*) from claims where marker_id = %s", [teacher.user_id]) == [(0,)]
    told = await stage.query(
        "select institute_id from events where kind = 'member_left' and subject_id = %s", [teacher.user_id]
    )
    assert {row[0] for row in told} == {school.institute_id, other_school.institute_id}


async def test_the_owner_of_a_project_keeps_their_account(
    stage: Stage, school: School, other_school: School
) -> None:
    """Nothing of it ended, in no school."""
    teacher = school.people["teacher"]
    await _join(stage, other_school, teacher.user_id)
    await stage.query(
        "insert into projects (institute_id, name, owner_id) values (%s, 'Moderation', %s)",
        [other_school.institute_id, teacher.user_id],
    )
    answer = await teacher.client.delete("/api/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (400, "account_kept")
    assert await _states(stage, teacher.user_id) == {"active"}


async def test_the_last_admin_of_a_second_school_stays_in_both(
    stage: Stage, school: School, other_school: School
) -> None:
    teacher = school.people["teacher"]
    await stage.query(
        "delete from memberships where institute_id = %s and role = 'school_admin'",
        [other_school.institute_id],
    )
    await _join(stage, other_school, teacher.user_id, "school_admin")
    answer = await teacher.client.delete("/api/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (400, "last_admin_kept")
    assert await _states(stage, teacher.user_id) == {"active"}


async def test_a_closed_school_keeps_nobodys_account(
    stage: Stage, school: School, other_school: School
) -> None:
    """Its last admin and the owner of a project there go as well."""
    admin = other_school.people["school_admin"]
    await _join(stage, school, admin.user_id)
    await stage.query(
        "insert into projects (institute_id, name, owner_id) values (%s, 'Moderation', %s)",
        [other_school.institute_id, admin.user_id],
    )
    await admin.client.post("/api/institutes/current/close", json={"confirm": other_school.name})
    client = stage.client(admin.token)
    assert (await client.delete("/api/auth/me")).status_code == 200
    assert await _states(stage, admin.user_id) == {"left"}


async def test_a_suspended_membership_ends_too(stage: Stage, school: School, other_school: School) -> None:
    teacher = school.people["teacher"]
    await _join(stage, other_school, teacher.user_id, state="suspended")
    assert (await teacher.client.delete("/api/auth/me")).status_code == 200
    assert await _states(stage, teacher.user_id) == {"left"}


@pytest.mark.parametrize("end", ["suspended", "closed"])
async def test_what_hung_on_a_place_without_rights_goes_too(
    stage: Stage, school: School, other_school: School, end: str
) -> None:
    """C-05: classes, shares, places in projects; `member_left` is told once."""
    teacher = school.people["teacher"]
    here = {"institute": other_school.institute_id, "user": teacher.user_id}
    await _join(stage, other_school, teacher.user_id, state="suspended" if end == "suspended" else "active")
    made = await make_class(other_school)
    await stage.query(
        "insert into class_teachers (institute_id, class_id, user_id) values (%s, %s, %s)",
        [here["institute"], made["id"], here["user"]],
    )
    template = await make_template(other_school["teacher"])
    await stage.query(
        "insert into template_shares (institute_id, template_id, user_id) values (%s, %s, %s)",
        [here["institute"], template["id"], here["user"]],
    )
    if end == "closed":
        body = {"confirm": other_school.name}
        await other_school["school_admin"].post("/api/institutes/current/close", json=body)
    assert (await teacher.client.delete("/api/auth/me")).status_code == 200
    await stage.finish_jobs()
    for table in ("class_teachers", "template_shares"):
        left = await stage.query(
            f"select 1 from {table} where institute_id = %s and user_id = %s", list(here.values())
        )
        assert left == [], table
    told = await stage.query(
        "select institute_id from events where kind = 'member_left' and subject_id = %s", [teacher.user_id]
    )
    assert {row[0] for row in told} == {school.institute_id, other_school.institute_id}
    assert len(told) == 2
