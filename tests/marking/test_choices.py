"""K-05: multiple choice is marked by the machine where it read it beyond doubt."""

from typing import Any

import pytest

from markroom.kit.events import emit
from markroom.marking.model import right_options
from markroom.scripts.model import AnswersCropped, PagePlaced
from tests.marking.sitting import MCQ, Question, Sitting, lay_out, save
from tests.stage import School, Stage

READINGS = {1: ("B", 0.99), 2: ("C", 0.95), 3: (None, 0.97), 4: ("B", 0.5), 5: (None, 0.3)}


async def read_choices(stage: Stage, sitting: Sitting) -> None:
    """What the reader saw: right, wrong, nothing; then two it is not sure of."""
    for number, (choice, confidence) in READINGS.items():
        await stage.query(
            """update answers set choice = %s, choice_confidence = %s
                where script_id = %s and question_id = %s""",
            [choice, confidence, sitting.scripts[number], sitting.items["3"]],
        )


async def place_pages(stage: Stage, sitting: Sitting) -> None:
    async with stage.resources.database.service(sitting.institute_id) as conn:
        for script_id in sitting.scripts.values():
            facts = {
                "batch_id": str(sitting.batch_id),
                "script_id": str(script_id),
                "page": 2,
                "question_ids": [str(sitting.items["3"])],
            }
            await emit(conn, PagePlaced(institute_id=sitting.institute_id, subject_id=script_id, facts=facts))


async def entries(stage: Stage, sitting: Sitting) -> dict[int, tuple[Any, ...]]:
    rows = await stage.query(
        """select s.number, e.state, e.marks, e.source, e.confirmed, e.marker_id
             from mark_entries e join scripts s on s.id = e.script_id where e.batch_id = %s""",
        [sitting.batch_id],
    )
    return {number: tuple(rest) for number, *rest in rows}


async def test_what_was_read_beyond_doubt_is_marked_and_the_rest_waits_for_people(
    school: School, stage: Stage
) -> None:
    sitting = await lay_out(stage, school, paper=[MCQ], scripts=5)
    await read_choices(stage, sitting)
    await place_pages(stage, sitting)
    assert await entries(stage, sitting) == {
        1: ("awarded", 1, "machine", True, None),
        2: ("awarded", 0, "machine", True, None),
        3: ("not_attempted", None, "machine", True, None),
    }
    item = (await school["teacher"].post(sitting.claims_url, json={})).json()["item"]
    assert item["script_number"] == 4
    assert item["reading"] == {"choice": "B", "confidence": 0.5}


async def test_a_persons_mark_is_never_overwritten(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, paper=[MCQ], scripts=5)
    await read_choices(stage, sitting)
    await save(school["teacher"], sitting, 2, "3", 1, why="Crossed out, B meant")
    await place_pages(stage, sitting)
    await place_pages(stage, sitting)
    assert (await entries(stage, sitting))[2][:3] == ("awarded", 1, "human")


async def test_a_person_corrects_the_machine_and_both_marks_are_kept(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, paper=[MCQ], scripts=5)
    await read_choices(stage, sitting)
    await place_pages(stage, sitting)
    assert (await save(school["teacher"], sitting, 2, "3", 1, version=1)).json()["source"] == "human"
    changes = (await school["teacher"].get(f"{sitting.mark_url(2, '3')}/changes")).json()["changes"]
    assert [(c["source"], c["to_marks"]) for c in changes] == [("machine", 0), ("human", 1)]


async def test_an_answer_at_a_desk_is_left_to_its_marker(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, paper=[MCQ], scripts=5)
    await read_choices(stage, sitting)
    await school["teacher"].post(sitting.claims_url, json={})
    await place_pages(stage, sitting)
    assert 1 not in await entries(stage, sitting)


async def test_a_mark_scheme_that_comes_later_lets_the_machine_mark(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, paper=[Question("3", 1, answer_type="mcq")], scripts=5)
    await read_choices(stage, sitting)
    await place_pages(stage, sitting)
    assert await entries(stage, sitting) == {}
    scheme = {"points": [{"code": "B1", "text": "B", "marks": 1, "accept": ["B"]}]}
    answer = await school["teacher"].patch(
        f"/api/exam/questions/{sitting.items['3']}", json={"mark_scheme": scheme}
    )
    assert answer.status_code == 200, answer.text
    await stage.finish_jobs()
    assert set(await entries(stage, sitting)) == {1, 2, 3}


async def test_answers_cropped_again_are_marked_too(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, paper=[MCQ], scripts=5)
    await read_choices(stage, sitting)
    async with stage.resources.database.service(sitting.institute_id) as conn:
        facts = {"batch_id": str(sitting.batch_id), "question_ids": [str(sitting.items["3"])]}
        await emit(
            conn,
            AnswersCropped(institute_id=sitting.institute_id, subject_id=sitting.scripts[1], facts=facts),
        )
    assert set(await entries(stage, sitting)) == {1}


@pytest.mark.parametrize(
    ("scheme", "right"),
    [
        ({"correct": "B"}, {"B"}),
        ({"correct": ["A", "C"]}, {"A", "C"}),
        ({"points": [{"accept": ["B"], "marks": 1}, {"accept": ["D"], "marks": 0}]}, {"B"}),
        ([{"text": "B", "accept": ["B"]}], {"B"}),
        ({"points": [{"text": "the second"}]}, set()),
        ({"points": "B"}, set()),
        (None, set()),
        ("B", set()),
    ],
)
def test_the_mark_scheme_says_which_option_is_right(scheme: Any, right: set[str]) -> None:
    assert right_options(scheme) == right
