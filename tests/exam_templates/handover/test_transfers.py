"""T-09: copies, and other owners."""

from __future__ import annotations

import asyncio

import pytest

from tests.exam_templates.canvases import (
    address,
    as_sent,
    make_template,
    make_with_canvas,
    small_canvas,
    user_id,
)
from tests.stage import School, Stage


@pytest.mark.races
async def test_of_two_transfers_at_once_one_is_too_late(school: School, race_rounds: int) -> None:
    for _ in range(race_rounds):
        template = await make_template(school["teacher"])
        answers = await asyncio.gather(
            *(
                school["teacher"].post(address(template, "/transfer"), json={"user_id": user_id(school, who)})
                for who in ("teacher_2", "department_head")
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 403]


async def test_a_copy_is_the_callers_draft_with_a_canvas_of_its_own(school: School) -> None:
    """T-09"""
    template = await make_with_canvas(school["teacher"], small_canvas(), subject="Maths")
    answer = await school["teacher_2"].post(address(template, "/clone"), json={})
    copy = answer.json()
    assert answer.status_code == 201
    assert (copy["title"], copy["subject"], copy["status"]) == ("Paper 1 (copy)", "Maths", "draft")
    assert copy["teacher_id"] == user_id(school, "teacher_2")
    assert [q["path"] for q in copy["questions"]] == [q["path"] for q in template["questions"]]
    assert copy["total_marks"] == template["total_marks"]
    ids = {row["id"] for rows in as_sent(template).values() for row in rows}
    assert not ids & {row["id"] for rows in as_sent(copy).values() for row in rows}
    assert len(copy["response_areas"]) == len(template["response_areas"])


async def test_students_copy_nothing(school: School) -> None:
    template = await make_template(school["teacher"])
    assert (await school["student"].post(address(template, "/clone"), json={})).status_code in (403, 404)


async def test_an_owner_gives_a_template_to_a_colleague(school: School) -> None:
    """T-09"""
    template = await make_template(school["teacher"])
    body = {"user_id": user_id(school, "teacher_2")}
    assert (await school["teacher_2"].post(address(template, "/transfer"), json=body)).status_code == 403
    assert (await school["school_admin"].post(address(template, "/transfer"), json=body)).status_code == 403
    answer = await school["teacher"].post(address(template, "/transfer"), json=body)
    assert (answer.json()["teacher_id"], answer.json()["can_edit"]) == (body["user_id"], False)


async def test_an_admin_hands_on_a_leavers_templates_private_ones_too(school: School, stage: Stage) -> None:
    """T-09"""
    leaver = await stage.make_person(school, "teacher_3")
    ids = {(await make_template(leaver.client, visibility=v))["id"] for v in ("private", "institute")}
    admin, teacher = school["school_admin"], school["teacher"]
    body = {"from_user_id": str(leaver.user_id), "to_user_id": user_id(school, "teacher")}
    assert (await teacher.post("/api/exam/templates/transfer", json=body)).status_code == 403
    assert (await admin.post("/api/exam/templates/transfer", json=body)).json()["code"] == "only_owner"
    await admin.delete(f"/api/users/{leaver.user_id}")
    assert (await admin.post("/api/exam/templates/transfer", json=body)).json() == {"transferred": 2}
    mine = (await teacher.get("/api/exam/templates", params={"owner": body["to_user_id"]})).json()
    assert ids <= {template["id"] for template in mine["templates"]}
