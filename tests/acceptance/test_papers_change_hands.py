"""T-07, T-09: a paper's life, its copies, and whose hands it goes through."""

from __future__ import annotations

import httpx
import pytest

from tests.acceptance.test_papers_as_files import full_canvas, plain
from tests.exam_templates.canvases import Json, as_sent, make_template, make_with_canvas, put, small_canvas
from tests.exam_templates.shares.test_sharing import put_in_department
from tests.files.test_endpoints import upload
from tests.papers import draw_paper
from tests.projects.team import make_project
from tests.stage import School, Stage

TEMPLATES = "/api/exam/templates"
OWNER_ALONE = "Only the template owner can do this"


def address(template: Json, rest: str = "") -> str:
    return f"{TEMPLATES}/{template['id']}{rest}"


def user_id(school: School, role: str) -> str:
    return str(school.people[role].user_id)


async def read(client: httpx.AsyncClient, template: Json) -> Json:
    body: Json = (await client.get(address(template))).json()
    return body


# Copies


async def test_a_copy_says_all_that_the_paper_says(school: School) -> None:
    """T-09: areas, cut lines and mark schemes too, on the same pages; the paper itself stays as it is"""
    teacher, colleague = school["teacher"], school["teacher_2"]
    paper = (await upload(teacher, draw_paper(2))).json()["id"]
    template = await make_with_canvas(
        teacher, full_canvas(), source_file_id=paper, subject="Maths", exam_code="Mock"
    )
    answer = await colleague.post(address(template, "/clone"), json={"title": "For 11B"})
    assert answer.status_code == 201, answer.text
    copy = answer.json()
    assert plain(copy) == plain(template)
    same = ("subject", "exam_code", "source_file_id", "page_count", "visibility", "total_marks")
    assert {name: copy[name] for name in same} == {name: template[name] for name in same}
    assert (copy["title"], copy["status"], copy["can_edit"]) == ("For 11B", "draft", True)
    assert (await colleague.get(address(copy, "/pages/2/image"))).status_code == 200
    assert (await put(colleague, copy["id"], small_canvas(), copy["version"])).status_code == 200
    now = await read(teacher, template)
    assert (as_sent(now), now["version"]) == (as_sent(template), template["version"])


async def test_a_copy_goes_into_a_project_one_edits_and_into_no_other(school: School) -> None:
    """T-09, T-01"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    mine, theirs = await make_project(school["teacher_2"]), await make_project(school["teacher"])

    async def copy_into(project: Json) -> httpx.Response:
        given = {"project_id": project["id"]}
        return await school["teacher_2"].post(address(template, "/clone"), json=given)

    assert (await copy_into(mine)).json()["project_id"] == mine["id"]
    assert (await copy_into(theirs)).status_code in (403, 404)
    unknown = await school["teacher_2"].post(address(template, "/clone"), json={"colour": "red"})
    assert unknown.status_code == 422


async def test_what_was_put_away_can_be_copied(school: School) -> None:
    """T-07: it is read, and only read"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    await school["teacher"].delete(address(template))
    answer = await school["teacher_2"].post(address(template, "/clone"), json={})
    assert (answer.status_code, answer.json()["status"]) == (201, "draft")


# Life


async def test_a_paper_goes_from_draft_to_ready_to_live_and_not_back(school: School) -> None:
    """T-09, T-07: what it was before it was put away, it is again"""
    teacher = school["teacher"]
    paper = (await upload(teacher, draw_paper(2))).json()["id"]
    template = await make_with_canvas(teacher, small_canvas(), source_file_id=paper)

    async def set_status(status: str) -> httpx.Response:
        now = await read(teacher, template)
        return await put(teacher, template["id"], as_sent(now) | {"meta": {"status": status}}, now["version"])

    for status in ("ready", "draft", "ready"):
        assert (await set_status(status)).json()["status"] == status
    given = {"template_id": template["id"], "title": "Mock", "blind": False, "blank_scripts": 1}
    assert (await teacher.post("/api/batches", json=given)).status_code == 201
    assert (await read(teacher, template))["status"] == "live"
    for status in ("draft", "ready", "closed"):
        assert (await set_status(status)).json()["code"] == "status_not_allowed"
    assert (await set_status("live")).status_code == 200  # as it is
    await teacher.delete(address(template))
    listed = (await teacher.get(TEMPLATES, params={"status": "live"})).json()
    assert listed["templates"] == []
    assert (await teacher.post("/api/batches", json=given)).status_code == 409
    assert (await teacher.post(address(template, "/restore"))).json()["status"] == "live"


# Sharing and handing on


async def test_whom_it_is_shared_with_edits_it_and_hands_nothing_on(school: School) -> None:
    """T-09, T-04: every change of the paper; sharing, handing on and projecting are its owner's"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    shared = {"user_id": user_id(school, "teacher_2")}
    await school["teacher"].post(address(template, "/shares"), json=shared)
    colleague, question_id = school["teacher_2"], template["questions"][0]["id"]
    assert (await read(colleague, template))["can_edit"]
    changed = await put(colleague, template["id"], as_sent(template) | {"meta": {"title": "Ours"}}, 2)
    assert changed.json()["title"] == "Ours"
    patched = await colleague.patch(f"/api/exam/questions/{question_id}", json={"label": "One"})
    assert patched.status_code == 200
    heir = {"user_id": user_id(school, "department_head")}
    for rest, body in (("/shares", heir), ("/transfer", heir), ("/neo4j-sync", None)):
        refused = await colleague.post(address(template, rest), json=body)
        assert (refused.status_code, refused.json()["detail"]) == (403, OWNER_ALONE)


async def test_a_department_s_share_reaches_its_active_staff_alone(school: School, stage: Stage) -> None:
    """T-09, P-11: a pupil of the department edits nothing, nor does who is suspended"""
    template = await make_template(school["teacher"])
    for role in ("teacher_2", "department_head", "student"):
        await put_in_department(stage, school, role, "Maths")
    await school["teacher"].post(address(template, "/shares"), json={"department": "maths"})
    assert (await read(school["teacher_2"], template))["can_edit"]
    assert (await read(school["department_head"], template))["can_edit"]
    assert (await put(school["student"], template["id"], small_canvas(), 1)).status_code == 404
    state = "update memberships set state = %s where institute_id = %s and user_id = %s"
    gone = [school.institute_id, school.people["teacher_2"].user_id]
    await stage.query(state, ["suspended", *gone])
    assert (await put(school["teacher_2"], template["id"], small_canvas(), 1)).status_code in (401, 403, 404)
    await stage.query(state, ["active", *gone])
    assert (await put(school["teacher_2"], template["id"], small_canvas(), 1)).status_code == 200


async def test_an_admin_hands_on_one_paper_of_whoever_left(school: School, stage: Stage) -> None:
    """T-09: not before they left, and nobody but an admin"""
    leaver = await stage.make_person(school, "teacher_3")
    template = await make_with_canvas(leaver.client, small_canvas())
    admin, heir = school["school_admin"], {"user_id": user_id(school, "teacher_2")}
    early = await admin.post(address(template, "/transfer"), json=heir)
    assert (early.status_code, early.json()["detail"]) == (403, OWNER_ALONE)
    assert (await admin.delete(f"/api/users/{leaver.user_id}")).status_code == 200
    head = await school["department_head"].post(address(template, "/transfer"), json=heir)
    assert (head.status_code, head.json()["detail"]) == (403, OWNER_ALONE)
    given = await admin.post(address(template, "/transfer"), json=heir)
    assert (given.status_code, given.json()["teacher_id"]) == (200, heir["user_id"])
    assert (await read(school["teacher_2"], template))["can_edit"]


@pytest.mark.parametrize("rest", ["/transfer", "/shares"])
async def test_nobody_of_another_school_gets_a_paper(school: School, other_school: School, rest: str) -> None:
    """T-09, sec-P4"""
    template = await make_template(school["teacher"])
    for stranger in (user_id(other_school, "teacher"), user_id(school, "student")):
        answer = await school["teacher"].post(address(template, rest), json={"user_id": stranger})
        assert (answer.status_code, answer.json()["code"]) == (404, "colleague_not_found")
    assert (await read(school["teacher"], template))["teacher_id"] == user_id(school, "teacher")
