"""T-09: the versions a template had."""

from __future__ import annotations

from tests.exam_templates.canvases import (
    Json,
    address,
    as_sent,
    make_template,
    make_with_canvas,
    put,
    question,
    small_canvas,
)
from tests.stage import School, Stage


async def test_every_change_of_a_canvas_is_kept_with_who_made_it(school: School) -> None:
    """T-09"""
    teacher = school["teacher"]
    template = await make_with_canvas(teacher, small_canvas())
    await teacher.patch(f"/api/exam/questions/{template['questions'][-1]['id']}", json={"max_marks": 6})
    listed = (await teacher.get(address(template, "/versions"))).json()
    assert [v["reason"] for v in listed["versions"]] == ["question", "replaced"]
    assert [v["total_marks"] for v in listed["versions"]] == [11, 9]
    assert {v["saved_by_name"] for v in listed["versions"]} == {"Teacher"}
    first = (await teacher.get(address(template, f"/versions/{listed['versions'][1]['number']}"))).json()
    assert first["questions"] == template["questions"]


async def test_a_save_that_changes_nothing_is_no_version(school: School) -> None:
    template = await make_with_canvas(school["teacher"], small_canvas())
    await put(school["teacher"], template["id"], as_sent(template), template["version"])
    assert (await school["teacher"].get(address(template, "/versions"))).json()["total"] == 1


async def test_an_earlier_version_comes_back_as_it_was(school: School) -> None:
    """T-09"""
    teacher = school["teacher"]
    template = await make_with_canvas(teacher, small_canvas())
    number = (await teacher.get(address(template, "/versions"))).json()["versions"][0]["number"]
    other = {"questions": [question("9", 0, max_marks=1)], "response_areas": [], "boundaries": []}
    changed = (await put(teacher, template["id"], other, template["version"])).json()
    restore = address(template, f"/versions/{number}/restore")
    assert (await teacher.post(restore)).status_code == 428
    back = await teacher.post(restore, headers={"If-Match": f'"{changed["version"]}"'})
    assert back.status_code == 200
    assert as_sent(back.json()) == as_sent(template)
    assert (await teacher.get(address(template, "/versions"))).json()["versions"][0]["reason"] == "restored"


async def test_a_version_that_would_be_refused_today_says_what_is_wrong_with_it(
    stage: Stage, school: School
) -> None:
    """T-09: kept when labels were asked for less"""
    teacher = school["teacher"]
    template = await make_with_canvas(teacher, small_canvas())
    number = (await teacher.get(address(template, "/versions"))).json()["versions"][0]["number"]
    await stage.query(
        "update template_versions set canvas = jsonb_set(canvas, '{questions,0,label}', '\"  \"')"
        " where template_id = %s",
        [template["id"]],
    )
    headers = {"If-Match": f'"{template["version"]}"'}
    answer = await teacher.post(address(template, f"/versions/{number}/restore"), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_canvas"), answer.text
    assert answer.json()["detail"] == "questions.0.label: it is empty"


async def test_a_version_there_never_was_is_said_to_be_missing(school: School) -> None:
    template = await make_template(school["teacher"])
    answer = await school["teacher"].get(address(template, "/versions/77"))
    assert (answer.status_code, answer.json()["code"]) == (404, "version_not_found")


async def test_the_history_is_read_page_by_page(school: School) -> None:
    """X-06"""
    teacher = school["teacher"]
    template = await make_with_canvas(teacher, small_canvas())
    for marks in (7, 8, 9):
        await teacher.patch(
            f"/api/exam/questions/{template['questions'][-1]['id']}", json={"max_marks": marks}
        )
    seen: list[int] = []
    params: Json = {"limit": 3}
    while True:
        page = (await teacher.get(address(template, "/versions"), params=params)).json()
        seen += [version["number"] for version in page["versions"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert (len(seen), seen) == (page["total"], sorted(seen, reverse=True))
