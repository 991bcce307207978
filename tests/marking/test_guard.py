"""T-05: no operation but an explicit mark edit ever changes or deletes a mark."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.marking.sitting import Sitting, lay_out, save
from tests.stage import School, Stage

BLOCKED = (
    "Template has recorded marks; structural full-replace is blocked. "
    "Edit questions individually via PATCH /questions/{id}."
)


async def read_canvas(client: httpx.AsyncClient, sitting: Sitting) -> dict[str, Any]:
    answer = await client.get(f"/api/exam/templates/{sitting.template_id}")
    return {
        "questions": [
            {k: v for k, v in q.items() if k not in {"is_container", "mark_scheme_version"}}
            for q in answer.json()["questions"]
        ],
        "response_areas": [],
        "boundaries": [],
        "version": answer.headers["etag"],
    }


async def replace(client: httpx.AsyncClient, sitting: Sitting, canvas: dict[str, Any]) -> httpx.Response:
    body = {name: rows for name, rows in canvas.items() if name != "version"}
    headers = {"If-Match": canvas["version"]}
    return await client.put(f"/api/exam/templates/{sitting.template_id}", json=body, headers=headers)


def question(canvas: dict[str, Any], path: str) -> dict[str, Any]:
    return next(q for q in canvas["questions"] if q["path"] == path)


def remove(canvas: dict[str, Any], path: str) -> None:
    canvas["questions"].remove(question(canvas, path))


def re_parent(canvas: dict[str, Any], path: str) -> None:
    question(canvas, path)["parent_id"] = question(canvas, "1")["id"]


def give_parts(canvas: dict[str, Any], path: str) -> None:
    parent = question(canvas, path)
    canvas["questions"].append({"parent_id": parent["id"], "label": "(a)", "order": 0, "max_marks": 5})


def retype(canvas: dict[str, Any], path: str) -> None:
    question(canvas, path)["answer_type"] = "numeric"


def give_options(canvas: dict[str, Any], path: str) -> None:
    question(canvas, path)["mcq_options"] = ["A", "B"]


def lower(canvas: dict[str, Any], path: str) -> None:
    question(canvas, path)["max_marks"] = 3


@pytest.mark.parametrize("change", [remove, re_parent, give_parts, retype, give_options, lower])
async def test_a_replace_that_would_touch_recorded_marks_is_refused(
    school: School, stage: Stage, change: Any
) -> None:
    sitting = await lay_out(stage, school)
    saved = (await save(school["teacher_2"], sitting, 1, "2", 4)).json()
    canvas = await read_canvas(school["teacher"], sitting)
    change(canvas, "2")
    answer = await replace(school["teacher"], sitting, canvas)
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (
        409,
        "recorded_marks",
        BLOCKED,
    )
    assert (await school["teacher"].get(f"/api/scripts/{sitting.scripts[1]}/marks")).json()["entries"] == [
        saved
    ]


@pytest.mark.parametrize("change", [remove, re_parent, give_parts, retype, lower])
async def test_the_same_replace_passes_where_nothing_is_marked(
    school: School, stage: Stage, change: Any
) -> None:
    sitting = await lay_out(stage, school)
    await save(school["teacher_2"], sitting, 1, "1(a)", 1)
    await school["teacher_2"].post(sitting.claims_url, json={"question_id": str(sitting.items["2"])})
    canvas = await read_canvas(school["teacher"], sitting)
    change(canvas, "2")
    answer = await replace(school["teacher"], sitting, canvas)
    assert answer.status_code == 200, answer.text


async def test_a_question_can_be_added_after_marking_began(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    await save(school["teacher_2"], sitting, 1, "2", 4)
    canvas = await read_canvas(school["teacher"], sitting)
    canvas["questions"].append({"label": "3", "order": 9, "max_marks": 1})
    assert (await replace(school["teacher"], sitting, canvas)).status_code == 200


async def test_a_maximum_may_fall_to_the_highest_mark_and_no_further(school: School, stage: Stage) -> None:
    """T-06"""
    sitting = await lay_out(stage, school)
    await save(school["teacher_2"], sitting, 1, "2", 4)
    url = f"/api/exam/questions/{sitting.items['2']}"
    assert (await school["teacher"].patch(url, json={"max_marks": 4})).status_code == 200
    refused = await school["teacher"].patch(url, json={"max_marks": 3})
    assert (refused.status_code, refused.json()["code"]) == (409, "recorded_marks")


async def test_a_question_taken_away_leaves_no_claim(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    claim = (
        await school["teacher_2"].post(sitting.claims_url, json={"question_id": str(sitting.items["2"])})
    ).json()
    canvas = await read_canvas(school["teacher"], sitting)
    remove(canvas, "2")
    assert (await replace(school["teacher"], sitting, canvas)).status_code == 200
    assert (await school["teacher_2"].put(f"/api/claims/{claim['claim_id']}")).status_code == 404


async def test_the_foreign_key_stands_behind_the_guard(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    await save(school["teacher"], sitting, 1, "2", 4)
    await stage.query("delete from answers where batch_id = %s", [sitting.batch_id])
    for table, column, row in [
        ("exam_questions", "id", sitting.items["2"]),
        ("scripts", "id", sitting.scripts[1]),
    ]:
        with pytest.raises(Exception, match="mark_entries"):
            await stage.query(f"delete from {table} where {column} = %s", [row])


async def test_the_guard_sees_marks_its_caller_does_not(
    school: School, other_school: School, stage: Stage
) -> None:
    """sec-R7: a student sees no mark; the guard answers them for their own school and no other."""
    sitting = await lay_out(stage, school)
    await save(school["teacher"], sitting, 1, "2", 4)

    async def ask(of: School) -> list[Any]:
        async with stage.resources.database.transaction() as conn:
            await conn.execute(
                "select app.begin_as(%s, null, %s)", [of.people["student"].user_id, of.institute_id]
            )
            assert await (await conn.execute("select 1 from mark_entries")).fetchall() == []
            guard = "select app.guard_recorded_marks(%s, %s, '{}')"
            return await (await conn.execute(guard, [school.institute_id, [sitting.items["2"]]])).fetchall()

    assert await ask(school) == [(sitting.items["2"],)]
    assert await ask(other_school) == []


async def race_replace(school: School, stage: Stage) -> tuple[int, int]:
    sitting = await lay_out(stage, school, scripts=1)
    canvas = await read_canvas(school["teacher"], sitting)
    remove(canvas, "2")
    replaced, saved = await asyncio.gather(
        replace(school["teacher"], sitting, canvas), save(school["teacher_2"], sitting, 1, "2", 4)
    )
    marks = await stage.query("select marks from mark_entries where batch_id = %s", [sitting.batch_id])
    assert len(marks) == (saved.status_code == 200)
    assert (replaced.status_code, saved.status_code) in {(409, 200), (200, 404)}, (replaced.text, saved.text)
    return replaced.status_code, saved.status_code


async def race_lower(school: School, stage: Stage) -> tuple[int, int]:
    sitting = await lay_out(stage, school, scripts=1)
    lowered, saved = await asyncio.gather(
        school["teacher"].patch(f"/api/exam/questions/{sitting.items['2']}", json={"max_marks": 3}),
        save(school["teacher_2"], sitting, 1, "2", 4),
    )
    assert (lowered.status_code, saved.status_code) in {(409, 200), (200, 422)}, (lowered.text, saved.text)
    return lowered.status_code, saved.status_code


@pytest.mark.races
@pytest.mark.parametrize("race", [race_replace, race_lower])
async def test_a_change_of_the_paper_and_a_mark_at_once_never_lose_the_mark(
    school: School, stage: Stage, race_rounds: int, race: Any
) -> None:
    outcomes = Counter([await race(school, stage) for _ in range(race_rounds)])
    assert outcomes.total() == race_rounds


@pytest.mark.races
async def test_claims_and_a_change_of_the_paper_at_once_end_well(
    school: School, stage: Stage, race_rounds: int
) -> None:
    for _ in range(race_rounds):
        sitting = await lay_out(stage, school)
        canvas = await read_canvas(school["teacher"], sitting)
        remove(canvas, "2")
        wish = {"question_id": str(sitting.items["2"])}
        replaced, *claims = await asyncio.gather(
            replace(school["teacher"], sitting, canvas),
            *(school[who].post(sitting.claims_url, json=wish) for who in ("teacher_2", "department_head")),
        )
        assert replaced.status_code == 200
        assert {answer.status_code for answer in claims} <= {200, 204, 422}
        assert await stage.query("select 1 from claims where batch_id = %s", [sitting.batch_id]) == []
