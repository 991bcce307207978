from __future__ import annotations

from uuid import uuid4

import pytest

from tests.marking.sitting import Sitting, lay_out
from tests.stage import School, Stage
from tests.web.browsing import tab_of


@pytest.fixture
async def sitting(stage: Stage, school: School) -> Sitting:
    return await lay_out(stage, school)


async def scripts_of(stage: Stage, url: str) -> list[tuple[int, str | None, str | None]]:
    return await stage.query(
        """select s.number, c.name, c.number from scripts s left join candidates c on c.id = s.candidate_id
            where s.batch_id = %s order by s.number""",
        [url.removeprefix("/batches/")],
    )


async def make_printable(stage: Stage, sitting: Sitting) -> None:
    await stage.query(
        """update exam_templates t set source_file_id = f.id from source_files f
            where t.id = %s and f.institute_id = t.institute_id""",
        [sitting.template_id],
    )


async def test_a_batch_is_set_up_from_a_pasted_list(stage: Stage, school: School, sitting: Sitting) -> None:
    """K-01"""
    await make_printable(stage, sitting)
    tab = tab_of(stage, school, "teacher")
    page = await tab.see(f"/batches/new?template_id={sitting.template_id}")
    assert f'<option value="{sitting.template_id}" selected>' in page.text
    answer = await tab.submit(
        "/batches/new",
        template_id=str(sitting.template_id),
        title="Year 11 mock",
        candidates="Pupil 01, 1001\r\n\r\nPupil 02\t1002\r\nLast, First",
        blank_scripts="2",
        blind="true",
        markers=str(school.people["teacher_2"].user_id),
    )
    assert answer.status_code == 303, answer.text
    assert await scripts_of(stage, answer.headers["location"]) == [
        (1, "Pupil 01", "1001"),
        (2, "Pupil 02", "1002"),
        (3, "Last, First", None),
        (4, None, None),
        (5, None, None),
    ]
    board = await tab.get(answer.headers["location"])
    assert "Names hidden" in board.text
    assert "may-run" in board.text


async def test_a_batch_that_cannot_be_comes_back_with_what_was_typed(
    stage: Stage, school: School, sitting: Sitting
) -> None:
    tab = tab_of(stage, school, "teacher")
    await tab.see("/batches/new")
    answer = await tab.submit(
        "/batches/new", template_id="", title="", candidates="Pupil 07, 7", blank_scripts="many"
    )
    assert answer.status_code == 422
    for words in ("Choose a paper.", "Write a title", "Write a number from 0", "Pupil 07, 7", 'value="many"'):
        assert words in answer.text


@pytest.mark.parametrize(
    ("has_paper", "candidates", "words"),
    [(True, "Pupil 01, 7\nPupil 02, 7", "same number"), (False, "Pupil 01", "has no paper yet")],
)
async def test_what_the_rules_refuse_is_said_beside_the_field(
    stage: Stage, school: School, sitting: Sitting, has_paper: bool, candidates: str, words: str
) -> None:
    if has_paper:
        await make_printable(stage, sitting)
    tab = tab_of(stage, school, "teacher")
    await tab.see("/batches/new")
    answer = await tab.submit(
        "/batches/new", template_id=str(sitting.template_id), title="Mock", candidates=candidates
    )
    assert answer.status_code in (409, 422)
    assert words in answer.text
    assert 'value="Mock"' in answer.text


async def test_batches_are_listed_with_their_paper(stage: Stage, school: School, sitting: Sitting) -> None:
    tab = tab_of(stage, school, "teacher")
    for url, link in (("/batches", "/batches/"), ("/results", "/results/"), ("/marking", "/marking/")):
        assert f"{link}{sitting.batch_id}" in (await tab.get(url)).text


async def test_without_batches_the_first_step_is_offered(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    for url, words in (
        ("/batches", "No batches yet"),
        ("/batches/new", "Add a paper first"),
        ("/marking", "Nothing to mark"),
        ("/results", "No results yet"),
    ):
        assert words in (await tab.get(url)).text
        assert (await tab_of(stage, school, "student").get(url)).status_code == 403


async def test_the_desk_opens_for_markers_alone(stage: Stage, school: School) -> None:
    sitting = await lay_out(stage, school, markers=())
    marker, other = tab_of(stage, school, "teacher"), tab_of(stage, school, "teacher_2")
    url = f"/marking/{sitting.batch_id}"
    question = f"{url}/{sitting.items['2']}"
    assert "Question 2" in (await marker.get(question)).text
    assert (await other.get(question)).status_code == 403
    assert (await marker.get(f"{url}/{sitting.questions['1']}")).status_code == 404
    assert (await marker.get(f"{url}/{uuid4()}")).status_code == 404
    led = await marker.get(f"/batches/{sitting.batch_id}/mark?question_id={sitting.items['2']}")
    assert led.headers["location"] == question


async def test_repair_opens_where_pages_may_be_repaired(stage: Stage, school: School) -> None:
    """K-01: a marker of a blind batch never sees whole sheets."""
    sitting = await lay_out(stage, school, blind=True)
    url = f"/batches/{sitting.batch_id}/repair"
    assert (await tab_of(stage, school, "teacher").get(url)).status_code == 200
    assert (await tab_of(stage, school, "teacher_2").get(url)).status_code == 403
    assert (await tab_of(stage, school, "teacher").get(f"{url}?page=nonsense")).status_code == 422


async def test_a_batch_that_nobody_sits_is_not_set_up(stage: Stage, school: School, sitting: Sitting) -> None:
    await make_printable(stage, sitting)
    tab = tab_of(stage, school, "teacher")
    await tab.see("/batches/new")
    paper = {"template_id": str(sitting.template_id), "title": "Mock 2"}
    answer = await tab.submit("/batches/new", **paper, candidates=" \r\n", blank_scripts="0")
    assert answer.status_code == 422
    assert "Say who sits the paper" in answer.text
    assert 'value="Mock 2"' in answer.text
    assert (await tab.submit("/batches/new", **paper, blank_scripts="1")).status_code == 303


async def test_a_big_school_finds_each_of_its_classes_when_it_sets_up_a_batch(
    stage: Stage, school: School, sitting: Sitting
) -> None:
    """K-01: more than a list would show at once; a field narrows them"""
    await stage.query(
        """insert into classes (institute_id, created_by, name)
           select %(institute)s, %(user)s, 'Class ' || n from generate_series(1, 230) n""",
        {"institute": school.institute_id, "user": school.people["teacher"].user_id},
    )
    await stage.query(
        """insert into class_students (institute_id, class_id, user_id)
           select institute_id, id, %(student)s from classes where institute_id = %(institute)s""",
        {"institute": school.institute_id, "student": school.people["student"].user_id},
    )
    page = (await tab_of(stage, school, "teacher").get("/batches/new")).text
    assert page.count('name="class_ids"') == 230
    assert "Class 230" in page
    assert 'data-narrow="classes"' in page
    assert 'data-narrow="markers"' not in page  # few enough to see at once
