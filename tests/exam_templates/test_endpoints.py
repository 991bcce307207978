"""T-01 … T-03, T-07, X-02: making, listing, reading, archiving templates, and who may."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.exam_templates.canvases import (
    as_sent,
    make_template,
    make_with_canvas,
    put,
    small_canvas,
)
from tests.files.test_endpoints import upload
from tests.papers import draw_paper
from tests.stage import School, Stage


async def test_a_new_template_is_its_makers_draft(school: School) -> None:
    """T-01"""
    answer = await school["teacher"].post(
        "/api/exam/templates", json={"title": "Paper 1", "subject": "Maths"}
    )
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    assert (body["status"], body["teacher_id"]) == ("draft", str(school.people["teacher"].user_id))
    assert (body["questions"], body["visibility"], body["can_edit"]) == ([], "institute", True)


async def test_a_template_takes_its_page_count_from_its_paper(school: School) -> None:
    """T-01"""
    teacher = school["teacher"]
    file = (await upload(teacher, draw_paper(3))).json()
    assert (await make_template(teacher, source_file_id=file["id"], page_count=None))["page_count"] == 3
    wrong = {"title": "Paper 1", "source_file_id": file["id"], "page_count": 4}
    assert (await teacher.post("/api/exam/templates", json=wrong)).json()["code"] == "page_count_mismatch"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": ""}, "unprocessable"),
        ({"title": "x\0y"}, "unprocessable"),
        ({"colour": "red"}, "unprocessable"),
        ({"page_count": 0}, "unprocessable"),
        ({"page_count": "2"}, "unprocessable"),
        ({"exam_id": str(uuid4())}, "unknown_exam"),
        ({"source_file_id": str(uuid4())}, "unknown_source_file"),
    ],
)
async def test_a_template_that_makes_no_sense_is_refused(
    school: School, fields: dict[str, Any], code: str
) -> None:
    answer = await school["teacher"].post("/api/exam/templates", json={"title": "Paper 1"} | fields)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_students_make_no_templates_and_see_none(school: School, stage: Stage) -> None:
    """T-02, X-02"""
    template = await make_template(school["teacher"])
    address = f"/api/exam/templates/{template['id']}"
    assert (await school["student"].post("/api/exam/templates", json={})).status_code == 403
    assert (await school["student"].get(address)).status_code == 404
    assert (await put(school["student"], template["id"], small_canvas(), 1)).status_code == 404
    assert (await school["student"].get("/api/exam/templates")).json()["total"] == 0
    assert (await stage.client().get(address)).status_code == 401


async def test_a_stranger_finds_nothing_whatever_they_try(school: School, other_school: School) -> None:
    """X-02, sec-P4"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    address, stranger = f"/api/exam/templates/{template['id']}", other_school["school_admin"]
    question_id = template["questions"][0]["id"]
    answers = [
        await stranger.get(address),
        await put(stranger, template["id"], {"nonsense": 1}, None),
        await stranger.delete(address),
        await stranger.post(f"{address}/restore"),
        await stranger.post(f"{address}/detect"),
        await stranger.get(f"{address}/pages/1/image"),
        await stranger.patch(f"/api/exam/questions/{question_id}", json={"nonsense": 1}),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert (await stranger.get("/api/exam/templates")).json()["templates"] == []


async def test_a_colleague_reads_a_template_and_changes_nothing(school: School) -> None:
    """T-02, T-04: also a school admin is no owner."""
    template = await make_with_canvas(school["teacher"], small_canvas())
    address, question_id = f"/api/exam/templates/{template['id']}", template["questions"][0]["id"]
    for role in ("teacher_2", "department_head", "school_admin"):
        colleague = school[role]
        read = await colleague.get(address)
        assert (read.status_code, read.json()["can_edit"]) == (200, False)
        refused = [
            await put(colleague, template["id"], {"nonsense": 1}, None),
            await colleague.delete(address),
            await colleague.post(f"{address}/restore"),
            await colleague.post(f"{address}/detect"),
            await colleague.patch(f"/api/exam/questions/{question_id}", json={"max_marks": 1}),
        ]
        for answer in refused:
            assert (answer.status_code, answer.json()["detail"]) == (
                403,
                "Only the template owner can modify it",
            )


async def test_a_private_template_is_absent_for_colleagues(school: School) -> None:
    """T-02"""
    template = await make_template(school["teacher"], visibility="private")
    address = f"/api/exam/templates/{template['id']}"
    assert (await school["teacher"].get(address)).status_code == 200
    assert (await school["teacher_2"].get(address)).status_code == 404
    assert (await put(school["teacher_2"], template["id"], small_canvas(), 1)).status_code == 404
    assert (await school["teacher_2"].get("/api/exam/templates")).json()["total"] == 0
    assert (await school["teacher"].get("/api/exam/templates")).json()["total"] == 1


async def make_project(stage: Stage, school: School, members: dict[str, str]) -> str:
    project_id = (
        await stage.query(
            "insert into projects (institute_id, name, owner_id) values (%s, %s, %s) returning id",
            [school.institute_id, f"Team {uuid4()}", school.people["school_admin"].user_id],
        )
    )[0][0]
    for name, role in members.items():
        await stage.query(
            "insert into project_members (institute_id, project_id, user_id, role) values (%s, %s, %s, %s)",
            [school.institute_id, project_id, school.people[name].user_id, role],
        )
    return str(project_id)


async def test_a_projects_editors_change_its_templates_and_its_viewers_read_them(
    school: School, stage: Stage
) -> None:
    """T-01, T-04: members who are not staff too."""
    for name in ("guest", "guest_2", "guest_3"):
        school.people[name] = await stage.make_person(school, name)
    members = {"teacher": "editor", "guest": "editor", "guest_2": "viewer"}
    project_id = await make_project(stage, school, members)
    file = (await upload(school["teacher"], draw_paper(2))).json()
    template = await make_template(school["teacher"], project_id=project_id, source_file_id=file["id"])
    address = f"/api/exam/templates/{template['id']}"
    edited = await put(school["guest"], template["id"], small_canvas(), 1)
    assert edited.status_code == 200
    assert (await put(school["guest_2"], template["id"], small_canvas(), 2)).status_code == 403
    assert (await school["guest_2"].get(address)).json()["questions"] == edited.json()["questions"]
    assert (await school["guest_2"].get(f"{address}/pages/1/image")).status_code == 200
    assert (await school["guest_3"].get(address)).status_code == 404
    assert (await school["guest_3"].get(f"/api/files/{file['id']}")).status_code == 404


async def test_a_template_goes_only_into_a_project_one_edits(
    school: School, stage: Stage, other_school: School
) -> None:
    """T-01"""
    viewed = await make_project(stage, school, {"teacher": "viewer"})
    foreign = await make_project(stage, other_school, {})
    wanted = {viewed: 403, foreign: 404, str(uuid4()): 404}
    for project_id, status in wanted.items():
        body = {"title": "Paper 1", "project_id": project_id}
        assert (await school["teacher"].post("/api/exam/templates", json=body)).status_code == status


async def test_the_list_is_newest_first_filtered_and_paged_with_a_true_total(school: School) -> None:
    """T-02, X-06"""
    teacher = school["teacher"]
    made = [
        await make_template(teacher, title=f"Paper {n}", subject="Maths" if n % 2 else "Art")
        for n in range(5)
    ]
    mine = {"owner": str(school.people["teacher"].user_id)}
    await teacher.delete(f"/api/exam/templates/{made[1]['id']}")
    first = (await teacher.get("/api/exam/templates", params={"limit": 3, **mine})).json()
    assert [t["title"] for t in first["templates"]] == ["Paper 4", "Paper 3", "Paper 2"]
    rest = (await teacher.get("/api/exam/templates", params={"cursor": first["next_cursor"]} | mine)).json()
    assert [t["title"] for t in rest["templates"]] == ["Paper 0"]
    assert (first["total"], rest["total"], rest["next_cursor"]) == (4, 4, None)

    async def titles(**params: Any) -> list[str]:
        answer = await school["teacher_2"].get("/api/exam/templates", params=params)
        return sorted(t["title"] for t in answer.json()["templates"])

    assert await titles(subject="maths") == ["Paper 3"]
    assert await titles(q="PAPER 2") == ["Paper 2"]
    assert await titles(q="%") == []
    assert await titles(status="archived") == ["Paper 1"]
    assert len(await titles(include_archived=True)) == 5
    assert await titles(owner=str(school.people["teacher_2"].user_id)) == []


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzEsMl0", "eyJhIjoxfQ"])
async def test_a_broken_cursor_is_refused(school: School, cursor: str) -> None:
    answer = await school["teacher"].get("/api/exam/templates", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


async def test_without_an_institute_the_list_spans_all_of_the_callers(
    school: School, other_school: School, stage: Stage
) -> None:
    """P-01"""
    person = school.people["teacher"]
    await stage.query(
        """insert into memberships (institute_id, user_id, role, name, email, email_key)
           values (%s, %s, 'teacher', 'Teacher', 'x', 'x')""",
        [other_school.institute_id, person.user_id],
    )
    here, there = await make_template(person.client), await make_template(other_school["teacher"])
    everywhere = (await stage.client(person.token).get("/api/exam/templates")).json()
    assert {t["id"] for t in everywhere["templates"]} == {here["id"], there["id"]}
    named = (await person.client.get("/api/exam/templates")).json()
    assert {t["id"] for t in named["templates"]} == {here["id"]}


async def test_an_archived_template_is_read_only_until_restored(school: School) -> None:
    """T-07"""
    teacher, template = school["teacher"], await make_with_canvas(school["teacher"], small_canvas())
    address, question_id = f"/api/exam/templates/{template['id']}", template["questions"][0]["id"]
    for _ in range(2):
        answer = await teacher.delete(address)
        assert (answer.status_code, answer.json()) == (200, {"status": "archived", "id": template["id"]})
    archived = (await teacher.get(address)).json()
    assert archived["status"] == "archived"
    assert as_sent(archived) == as_sent(template)
    for refused in (
        await put(teacher, template["id"], {"nonsense": 1}, None),
        await teacher.patch(f"/api/exam/questions/{question_id}", json={}),
        await teacher.post(f"{address}/detect"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "archived_read_only")
    restored = await teacher.post(f"{address}/restore")
    assert (restored.status_code, restored.json()["status"]) == (200, "draft")
    assert (
        await put(teacher, template["id"], as_sent(template), restored.json()["version"])
    ).status_code == 200


async def test_what_a_template_went_through_is_on_record(school: School, stage: Stage) -> None:
    """X-09"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    await school["teacher"].delete(f"/api/exam/templates/{template['id']}")
    await school["teacher_2"].delete(f"/api/exam/templates/{template['id']}")
    kinds = await stage.query(
        "select kind from events where institute_id = %s and kind <> 'institute_created' order by id",
        [school.institute_id],
    )
    assert [kind for (kind,) in kinds] == [
        "template_created",
        "template_replaced",
        "template_archived",
        "change_refused",
    ]


async def test_a_paper_page_is_shown_through_its_template(school: School) -> None:
    file = (await upload(school["teacher"], draw_paper(2))).json()
    template = await make_template(school["teacher"], source_file_id=file["id"])
    address = f"/api/exam/templates/{template['id']}/pages"
    shown = await school["teacher_2"].get(f"{address}/2/image?width=320")
    assert shown.headers["content-type"] == "image/jpeg"
    assert (await school["teacher_2"].get(f"{address}/3/image")).status_code == 404
    bare = await make_template(school["teacher"])
    assert (await school["teacher"].get(f"/api/exam/templates/{bare['id']}/pages/1/image")).status_code == 404
