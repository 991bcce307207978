"""Staff look exams up, and templates and their questions are held to what the catalogue says (T-11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from markroom.catalogue.actions import load_starter
from markroom.catalogue.model import make_id, split_refs
from tests.exam_templates.canvases import make_template, put, question
from tests.stage import School, Stage

ADDRESS = "/api/exam/catalogue"
MATHS, ECONOMICS = make_id("papers", "AQA", "8300", "8300/1H"), make_id("papers", "AQA", "8136", "8136/1")


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def starter(stage: Stage) -> None:
    async with stage.resources.database.service() as conn:
        await load_starter(conn)


async def get(client: httpx.AsyncClient, name: str, **params: Any) -> dict[str, Any]:
    answer = await client.get(f"{ADDRESS}/{name}", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_paper_is_found_by_words_of_its_board_subject_and_code(school: School) -> None:
    """T-11"""
    found = await get(school["teacher"], "papers", q="aqa mathematics 8300 higher")
    assert [paper["code"] for paper in found["papers"]] == ["8300/1H", "8300/2H", "8300/3H"]
    paper = found["papers"][0]
    assert (paper["id"], paper["minutes"], paper["marks"], paper["tier"]) == (str(MATHS), 90, 80, "Higher")


async def test_lists_go_on_page_by_page_to_their_end(school: School) -> None:
    """X-06"""
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await get(school["teacher"], "papers", board="ocr", limit=20, **cursor)
        seen += [paper["id"] for paper in page["papers"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == page["total"] > 40


@pytest.mark.parametrize(
    ("name", "params", "first"),
    [
        ("boards", {}, ("code", "AQA")),
        ("boards", {"q": "wjec"}, ("code", "Eduqas")),
        ("specifications", {"qualification": "gcse", "board": "OCR", "q": "computer"}, ("code", "J277")),
        ("objectives", {"q": "reason", "board": "Edexcel"}, ("code", "AO2")),
        ("spec-points", {"q": "standard form", "board": "AQA"}, ("ref", "N9")),
    ],
)
async def test_every_list_is_searched(
    school: School, name: str, params: dict[str, str], first: tuple[str, str]
) -> None:
    found = await get(school["teacher"], name, **params)
    assert found[name.replace("-", "_")][0][first[0]] == first[1]


async def test_students_do_not_look_exams_up(school: School) -> None:
    assert (await school["student"].get(f"{ADDRESS}/boards")).status_code == 403


async def test_an_exams_references_complete_what_is_typed(school: School) -> None:
    """Spec points first, those that begin so before others; objectives too."""
    found = await get(school["teacher"], "spec-refs", exam_id=str(MATHS), q="a1", limit=3)
    assert [option["value"] for option in found["options"]] == ["A1", "A10", "A11"]
    assert found["options"][0]["label"] == "A1 Algebraic notation"
    everything = await get(school["teacher"], "spec-refs", exam_id=str(MATHS), q="AO")
    assert [option["value"] for option in everything["options"]] == ["AO1", "AO2", "AO3"]


async def test_a_template_takes_its_code_from_its_exam(school: School) -> None:
    """T-01"""
    template = await make_template(school["teacher"], exam_id=str(MATHS))
    assert (template["exam_id"], template["exam_code"]) == (str(MATHS), "8300/1H")
    wrong = {"title": "Paper 1", "exam_id": str(MATHS), "exam_code": "8300/2H"}
    answer = await school["teacher"].post("/api/exam/templates", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "exam_mismatch")
    assert "8300/1H" in answer.json()["detail"]


async def test_another_exam_in_a_replace_brings_its_code(school: School) -> None:
    """T-04, T-11"""
    teacher = school["teacher"]
    template = await make_template(teacher, exam_code="Mock")
    canvas: dict[str, Any] = {"questions": [], "response_areas": [], "boundaries": []}
    named = await put(teacher, template["id"], {**canvas, "meta": {"exam_id": str(MATHS)}}, 1)
    assert (named.status_code, named.json()["exam_code"]) == (200, "8300/1H")
    other = await put(teacher, template["id"], {**canvas, "meta": {"exam_code": "8300/3H"}}, 2)
    assert (other.status_code, other.json()["code"]) == (422, "exam_mismatch")
    unknown = await put(teacher, template["id"], {**canvas, "meta": {"exam_id": str(uuid4())}}, 2)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_exam")
    freed = await put(teacher, template["id"], {**canvas, "meta": {"exam_id": None, "exam_code": "Mock"}}, 2)
    assert (freed.json()["exam_id"], freed.json()["exam_code"]) == (None, "Mock")


async def replace_with(client: httpx.AsyncClient, spec_ref: str, **fields: Any) -> httpx.Response:
    template = await make_template(client, **fields)
    asked = question("1", 0, max_marks=3, spec_ref=spec_ref)
    return await put(
        client, template["id"], {"questions": [asked], "response_areas": [], "boundaries": []}, 1
    )


async def test_a_question_refers_to_points_and_objectives_of_its_exam(school: School) -> None:
    """T-08, T-11"""
    answer = await replace_with(school["teacher"], "N9, AO2", exam_id=str(MATHS))
    assert answer.status_code == 200
    question_id = answer.json()["questions"][0]["id"]
    address = f"/api/exam/questions/{question_id}"
    assert (await school["teacher"].patch(address, json={"spec_ref": "g20"})).status_code == 200
    refused = await school["teacher"].patch(address, json={"spec_ref": "N99"})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_canvas")
    assert refused.json()["errors"] == [
        {"field": "questions.0.spec_ref", "message": "N99 is not in the exam's specification"}
    ]


async def test_a_reference_outside_the_exams_specification_is_refused(school: School) -> None:
    """T-08"""
    answer = await replace_with(school["teacher"], "N9, 4.1.1", exam_id=str(MATHS))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_canvas")


async def test_references_are_free_text_without_an_exam_or_without_its_points(school: School) -> None:
    """T-08"""
    assert (await replace_with(school["teacher"], "chapter 4")).status_code == 200
    free = await replace_with(school["teacher"], "chapter 4", exam_id=str(ECONOMICS))
    assert free.status_code == 200


async def test_an_exam_in_use_stays_in_the_catalogue(school: School, stage: Stage) -> None:
    """X-01: what a template refers to cannot vanish."""
    await make_template(school["teacher"], exam_id=str(MATHS))
    async with stage.resources.database.service() as conn:
        cursor = await conn.execute(
            "select has_table_privilege(%s, 'catalogue_papers', 'delete')", ["markroom_service"]
        )
        assert await cursor.fetchone() == (False,)


def test_references_are_split_at_commas() -> None:
    assert split_refs(" 4.1.2 ,AO2,, ") == ["4.1.2", "AO2"]
    assert split_refs(None) == []


def test_ids_follow_from_the_codes_alone() -> None:
    assert make_id("papers", "aqa", "8300 ", "8300/1h") == MATHS
    assert UUID(int=0) != make_id("papers", "AQA", "83", "00/1H") != make_id("papers", "AQA", "8300", "/1H")
