"""What the team decided, as the desk asks for it (M-03)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from markroom.exam_templates.model import Question as ExamQuestion
from markroom.web.pages.marking_desk.decisions import question_words
from tests.marking.sitting import Question, Sitting, lay_out
from tests.stage import School, Stage
from tests.web.browsing import tab_of
from tests.web.pages.test_memory import put_in_project

SCHEME = {"points": [{"text": "acceleration of free fall is 9.8", "accept": ["10"]}], "notes": "units needed"}
PAPER = (Question("1"), Question("1(a)", 2, "1", mark_scheme=SCHEME), Question("1(b)", 3, "1"))


async def hold(stage: Stage, school: School) -> tuple[Sitting, str]:
    """A batch of a project of the teacher's, whose markers are both teachers; the project's id."""
    made = (await school["teacher"].post("/api/projects", json={"name": f"Physics {uuid4().hex}"})).json()
    sitting = await lay_out(stage, school, paper=PAPER)
    await put_in_project(stage, sitting, made["id"])
    return sitting, made["id"]


async def keep(school: School, project_id: str, text: str, **links: Any) -> None:
    body = {"project_id": project_id, "text": text, "kind": "decision", "links": links}
    assert (await school["teacher"].post("/api/memories", json=body)).status_code == 201


async def decided(
    stage: Stage, school: School, sitting: Sitting, path: str, role: str = "teacher"
) -> list[Any]:
    url = f"/marking/{sitting.batch_id}/{sitting.items[path]}/decisions"
    answer = await tab_of(stage, school, role).get(url)
    assert answer.status_code == 200, answer.text
    return [(one["text"], one["why"]) for one in answer.json()["memories"]]


async def test_what_is_linked_comes_before_what_only_fits(stage: Stage, school: School) -> None:
    """M-03"""
    sitting, project_id = await hold(stage, school)
    await keep(school, project_id, "Accept an acceleration of free fall of 9.8 or 10.")
    await keep(school, project_id, "Green ink is for moderation.")
    await keep(school, project_id, "Half marks on this paper.", template_id=str(sitting.template_id))
    await keep(school, project_id, "Upwards is negative.", question_id=str(sitting.items["1(a)"]))
    await keep(school, project_id, "Only for the other one.", question_id=str(sitting.items["1(b)"]))
    await stage.finish_jobs()
    assert await decided(stage, school, sitting, "1(a)") == [
        ("Upwards is negative.", "about this question"),
        ("Half marks on this paper.", "about this paper"),
        ("Accept an acceleration of free fall of 9.8 or 10.", "fits this question"),
    ]


async def test_a_question_without_words_shows_what_is_linked(stage: Stage, school: School) -> None:
    sitting, project_id = await hold(stage, school)
    await keep(school, project_id, "Both directions count.", question_id=str(sitting.items["1(b)"]))
    await keep(school, project_id, "Something else.")
    assert await decided(stage, school, sitting, "1(b)") == [
        ("Both directions count.", "about this question")
    ]


async def test_a_marker_outside_the_project_marks_and_sees_none_of_its_memory(
    stage: Stage, school: School
) -> None:
    sitting, project_id = await hold(stage, school)
    await keep(school, project_id, "Among us.", question_id=str(sitting.items["1(a)"]))
    assert await decided(stage, school, sitting, "1(a)", "teacher_2") == []
    desk = (await tab_of(stage, school, "teacher_2").get(f"/marking/{sitting.batch_id}")).text
    assert project_id not in desk
    assert "may-keep" not in desk
    assert (
        f'project-id="{project_id}" may-keep'
        in (await tab_of(stage, school, "teacher").get(f"/marking/{sitting.batch_id}")).text
    )


async def test_only_markers_of_the_batch_ask(stage: Stage, school: School, other_school: School) -> None:
    sitting, _ = await hold(stage, school)
    url = f"/marking/{sitting.batch_id}/{sitting.items['1(a)']}/decisions"
    assert (await tab_of(stage, school, "student").get(url)).status_code == 404
    assert (await tab_of(stage, other_school, "school_admin").get(url)).status_code == 404
    teacher = tab_of(stage, school, "teacher")
    assert (await teacher.get(f"/marking/{sitting.batch_id}/{uuid4()}/decisions")).status_code == 404


async def test_a_paper_without_a_project_has_no_decisions(stage: Stage, school: School) -> None:
    sitting = await lay_out(stage, school, paper=PAPER)
    assert await decided(stage, school, sitting, "1(a)") == []


@pytest.mark.parametrize(
    ("scheme", "spec_ref", "words"),
    [
        (SCHEME, "4.1", "acceleration of free fall is 9.8 units needed 4.1"),
        ({"correct": "B"}, None, ""),
        (None, "Forces", "Forces"),
        ([{"text": "a" * 2000}], None, "a" * 1000),
    ],
)
def test_the_words_of_a_question_are_its_schemes(scheme: Any, spec_ref: str | None, words: str) -> None:
    assert question_words(_question(scheme, spec_ref)) == words


def _question(scheme: Any, spec_ref: str | None) -> ExamQuestion:
    blank = dict.fromkeys(ExamQuestion.__dataclass_fields__)
    return ExamQuestion(**{**blank, "id": UUID(int=1), "mark_scheme": scheme, "spec_ref": spec_ref})
