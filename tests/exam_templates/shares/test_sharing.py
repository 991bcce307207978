"""T-09: colleagues who may edit."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.exam_templates.canvases import (
    Json,
    address,
    make_template,
    put,
    small_canvas,
    user_id,
)
from tests.stage import School, Stage


async def share(school: School, template: Json, **with_: Any) -> httpx.Response:
    return await school["teacher"].post(address(template, "/shares"), json=with_)


async def put_in_department(stage: Stage, school: School, role: str, department: str) -> None:
    await stage.query(
        """update memberships set metadata = jsonb_build_object('department', %s::text)
            where institute_id = %s and user_id = %s""",
        [department, school.institute_id, school.people[role].user_id],
    )


async def can_edit(client: httpx.AsyncClient, template: Json) -> bool:
    return bool((await client.get(address(template))).json()["can_edit"])


async def test_a_colleague_a_template_was_shared_with_edits_it(school: School, stage: Stage) -> None:
    """T-09, T-04, P-14"""
    template, colleague = await make_template(school["teacher"]), school["teacher_2"]
    assert (await put(colleague, template["id"], small_canvas(), 1)).status_code == 403
    answer = await share(school, template, user_id=user_id(school, "teacher_2"))
    assert [s["name"] for s in answer.json()["shares"]] == ["Teacher 2"]
    assert (await put(colleague, template["id"], small_canvas(), 1)).status_code == 200
    await stage.finish_jobs()
    notice = (await colleague.get("/api/notices")).json()["notices"][0]
    assert (notice["kind"], notice["subject_id"]) == ("template_shared", template["id"])


async def test_sharing_again_is_no_second_share(school: School) -> None:
    template = await make_template(school["teacher"])
    await share(school, template, department="Maths")
    again = await share(school, template, department="MATHS")
    assert (again.status_code, again.json()["total"]) == (200, 1)


async def test_a_department_edits_what_was_shared_with_it_and_nobody_else_does(
    school: School, stage: Stage
) -> None:
    """T-09"""
    template = await make_template(school["teacher"], visibility="private")
    await put_in_department(stage, school, "teacher_2", "Maths")
    await share(school, template, department="maths")
    assert await can_edit(school["teacher_2"], template)
    assert (await school["department_head"].get(address(template))).status_code == 404
    await put_in_department(stage, school, "teacher_2", "History")
    assert (await school["teacher_2"].get(address(template))).status_code == 404


async def test_what_is_no_longer_shared_is_no_longer_edited(school: School) -> None:
    template = await make_template(school["teacher"])
    shared = (await share(school, template, user_id=user_id(school, "teacher_2"))).json()["shares"][0]
    assert (await school["teacher_2"].delete(address(template, f"/shares/{shared['id']}"))).status_code == 403
    assert (await school["teacher"].delete(address(template, f"/shares/{shared['id']}"))).status_code == 200
    assert not await can_edit(school["teacher_2"], template)
    gone = await school["teacher"].delete(address(template, f"/shares/{shared['id']}"))
    assert gone.json()["code"] == "share_not_found"


async def test_a_template_is_shared_only_by_its_owner_and_only_with_colleagues(
    school: School, other_school: School
) -> None:
    template = await make_template(school["teacher"])
    body = {"user_id": user_id(school, "teacher_2")}
    assert (await school["teacher_2"].post(address(template, "/shares"), json=body)).status_code == 403
    for stranger in (user_id(school, "student"), user_id(other_school, "teacher")):
        assert (await share(school, template, user_id=stranger)).status_code == 404
    assert (await share(school, template, user_id=user_id(school, "teacher"))).status_code == 400
    assert (await share(school, template)).status_code == 422


async def test_a_share_ends_with_the_membership(school: School, stage: Stage) -> None:
    """P-11"""
    leaver = await stage.make_person(school, "teacher_3")
    template = await make_template(school["teacher"])
    await share(school, template, user_id=str(leaver.user_id))
    assert (await school["school_admin"].delete(f"/api/users/{leaver.user_id}")).status_code == 200
    assert (await school["teacher"].get(address(template, "/shares"))).json()["total"] == 0


@pytest.mark.races
async def test_a_share_comes_before_the_transfer_or_not_at_all(
    school: School, stage: Stage, race_rounds: int
) -> None:
    """T-09: who may is asked again under the lock"""
    heir, third = {"user_id": user_id(school, "teacher_2")}, {"user_id": user_id(school, "department_head")}
    for _ in range(race_rounds):
        template = await make_template(school["teacher"])
        gone, shared = await asyncio.gather(
            school["teacher"].post(address(template, "/transfer"), json=heir),
            school["teacher"].post(address(template, "/shares"), json=third),
        )
        assert gone.status_code == 200
        kinds = await stage.query(
            "select kind from events where subject_id = %s and kind like 'template_%%' order by id",
            [template["id"]],
        )
        told = [kind for (kind,) in kinds if kind != "template_created"]
        shared_first = ["template_shared", "template_transferred"]
        assert told == (shared_first if shared.status_code == 200 else ["template_transferred"])


@pytest.mark.races
async def test_nobody_saves_who_may_no_longer_edit(school: School, race_rounds: int) -> None:
    """T-04"""
    for _ in range(race_rounds):
        template = await make_template(school["teacher"])
        shares = (await share(school, template, user_id=user_id(school, "teacher_2"))).json()["shares"]
        ended, saved = await asyncio.gather(
            school["teacher"].delete(address(template, f"/shares/{shares[0]['id']}")),
            put(school["teacher_2"], template["id"], small_canvas(), 1),
        )
        events = (await school["teacher"].get(address(template, "/versions"))).json()["versions"]
        assert (ended.status_code, saved.status_code in (200, 403)) == (200, True)
        assert len(events) == (saved.status_code == 200)


@pytest.mark.races
async def test_a_share_and_its_colleagues_end_at_once_leave_no_share(
    school: School, stage: Stage, race_rounds: int
) -> None:
    """P-11"""
    template = await make_template(school["teacher"])
    for n in range(race_rounds):
        leaver = await stage.make_person(school, f"teacher_{n + 3}")
        await asyncio.gather(
            share(school, template, user_id=str(leaver.user_id)),
            school["school_admin"].delete(f"/api/users/{leaver.user_id}"),
        )
    assert (await school["teacher"].get(address(template, "/shares"))).json()["total"] == 0


async def test_a_new_owner_keeps_no_share_of_what_is_theirs(school: School) -> None:
    template = await make_template(school["teacher"])
    await share(school, template, user_id=user_id(school, "teacher_2"))
    await school["teacher"].post(
        address(template, "/transfer"), json={"user_id": user_id(school, "teacher_2")}
    )
    assert (await school["teacher_2"].get(address(template, "/shares"))).json()["total"] == 0


async def test_a_copy_of_what_is_private_is_private(school: School) -> None:
    """T-02"""
    template = await make_template(school["teacher"], visibility="private")
    await share(school, template, user_id=user_id(school, "teacher_2"))
    copy = (await school["teacher_2"].post(address(template, "/clone"), json={})).json()
    assert copy["visibility"] == "private"
    assert (await school["department_head"].get(address(copy))).status_code == 404
