"""D-04: a mark scheme read for a template, proposed and confirmed."""

from __future__ import annotations

from uuid import uuid4

from tests.exam_templates.canvases import Json, make_template, put, question
from tests.files.test_endpoints import upload
from tests.reading.scheme.test_scheme import table
from tests.stage import School, Stage


def scheme() -> bytes:
    rows: list[tuple[float, list[str]]] = [
        (24, ["Question", "Answer", "Marks"]),
        (20, ["1", "a house has a roof", "B1"]),
        (20, ["", "and walls", "B1"]),
        (20, ["7", "a garden", "B1"]),
    ]
    return table([50, 110, 450, 530], rows).page().pdf()


async def template_with_questions(school: School) -> Json:
    teacher = school["teacher"]
    template = await make_template(teacher)
    questions = [question("1", 0, max_marks=2), question("2", 1, max_marks=3)]
    filled = {"questions": questions, "response_areas": [], "boundaries": []}
    return (await put(teacher, template["id"], filled, template["version"])).json()


async def test_the_points_are_proposed_and_nothing_changes_until_they_are_confirmed(
    school: School, stage: Stage
) -> None:
    teacher = school["teacher"]
    template = await template_with_questions(school)
    file = (await upload(teacher, scheme(), "scheme.pdf")).json()
    url = f"/api/exam/templates/{template['id']}/scheme"
    answer = await teacher.post(url, json={"source_file_id": file["id"]})
    assert answer.status_code == 202
    await stage.finish_jobs()
    job = (await teacher.get(f"/api/jobs/{answer.json()['job']['id']}")).json()
    (proposal,) = job["result"]["proposals"]
    first, second = template["questions"]
    assert (proposal["question_id"], proposal["replaces"]) == (first["id"], False)
    assert [(p["code"], p["text"]) for p in proposal["mark_scheme"]["points"]] == [
        ("B1", "a house has a roof"), ("B1", "and walls"),
    ]  # fmt: skip
    assert proposal["confidence"] > 0.9
    assert job["result"]["unmatched_labels"] == ["7"]
    assert job["result"]["missing_paths"] == [second["path"]]
    after = (await teacher.get(f"/api/exam/templates/{template['id']}")).json()
    assert (after["questions"], after["version"]) == (template["questions"], template["version"])
    confirmed = await teacher.patch(
        f"/api/exam/questions/{first['id']}", json={"mark_scheme": proposal["mark_scheme"]}
    )
    assert confirmed.status_code == 200
    assert confirmed.json()["mark_scheme"]["points"][0]["code"] == "B1"


async def test_a_scheme_needs_a_file_of_the_school_and_the_right_to_edit(school: School) -> None:
    template = await template_with_questions(school)
    url = f"/api/exam/templates/{template['id']}/scheme"
    body = {"source_file_id": str(uuid4())}
    assert (await school["teacher"].post(url, json=body)).status_code == 404
    assert (await school["student"].post(url, json=body)).status_code == 404
    assert (await school["teacher"].post(url, json={})).status_code == 422
