"""Answers follow their template when it changes after scanning (T-05)."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio

from markroom.jobs.queue import start_job
from tests.scripts.stage import StagedBatch, make_batch, scan_class, send_and_read
from tests.stage import School, Stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def batch(stage: Stage, school: School) -> StagedBatch:
    made = await make_batch(school["teacher"], pupils=1)
    scanned = await scan_class(stage, made, pupils=1)
    await send_and_read(stage, made, scanned.pdf)
    return made


async def replace_canvas(stage: Stage, batch: StagedBatch, change: Any) -> None:
    """Puts the template back as `change` leaves it, and lets the jobs that follow run."""
    url = f"/api/exam/templates/{batch.template_id}"
    got = await batch.client.get(url)
    template = got.json()
    canvas = {name: copy.deepcopy(template[name]) for name in ("questions", "response_areas", "boundaries")}
    change(canvas)
    put = await batch.client.put(url, json=canvas, headers={"If-Match": got.headers["etag"]})
    assert put.status_code == 200, put.text
    await stage.finish_jobs()


async def answer(stage: Stage, batch: StagedBatch, path: str) -> Any:
    rows = await stage.query(
        "select areas, state from answers where batch_id = %s and question_id = %s",
        [batch.id, batch.question_ids[path]],
    )
    return rows[0] if rows else None


def areas_of(canvas: dict[str, Any], question_id: str) -> list[dict[str, Any]]:
    return [area for area in canvas["response_areas"] if area["question_id"] == question_id]


async def see_answers(stage: Stage, batch: StagedBatch) -> list[Any]:
    return await stage.query(
        """select question_id, state, is_blank, choice,
                  (select array_agg(area ->> 'area_id' order by n)
                     from jsonb_array_elements(areas) with ordinality as x(area, n))
             from answers where batch_id = %s order by question_id""",
        [batch.id],
    )


async def test_answers_that_were_lost_are_made_again_from_the_pages(stage: Stage, batch: StagedBatch) -> None:
    """X-01: what is made from the stored scan and its rows can be made again, and comes out the same."""
    before = await see_answers(stage, batch)
    assert before
    lost = "delete from answers where batch_id = %s returning institute_id"
    institute_id = (await stage.query(lost, [batch.id]))[0][0]
    async with stage.resources.database.service(institute_id) as conn:
        await start_job(conn, "crop_again", institute_id, UUID(batch.id))
    await stage.finish_jobs()
    assert await see_answers(stage, batch) == before


async def test_a_moved_area_is_cropped_again_and_no_other(stage: Stage, batch: StagedBatch) -> None:
    moved, other = batch.question_ids["5(a)"], await answer(stage, batch, "8(b)(ii)")
    before = (await answer(stage, batch, "5(a)"))[0]

    def move(canvas: dict[str, Any]) -> None:
        areas_of(canvas, moved)[0]["bounds"]["h"] *= 0.8

    await replace_canvas(stage, batch, move)
    after, state = await answer(stage, batch, "5(a)")
    assert state == "ready"
    assert after[0]["image_key"] != before[0]["image_key"]
    assert await answer(stage, batch, "8(b)(ii)") == other


async def test_a_question_added_after_scanning_has_answers(stage: Stage, batch: StagedBatch) -> None:
    new = str(uuid4())

    def add(canvas: dict[str, Any]) -> None:
        area = copy.deepcopy(areas_of(canvas, batch.question_ids["8(b)(ii)"])[0])
        canvas["questions"].append({"id": new, "parent_id": None, "label": "9", "order": 99, "max_marks": 1})
        canvas["response_areas"].append(area | {"id": str(uuid4()), "question_id": new})

    await replace_canvas(stage, batch, add)
    batch.question_ids["9"] = new
    assert (await answer(stage, batch, "9"))[1] == "ready"


async def test_a_question_taken_away_takes_its_answers(stage: Stage, batch: StagedBatch) -> None:
    gone = batch.question_ids["4"]

    def remove(canvas: dict[str, Any]) -> None:
        canvas["questions"] = [question for question in canvas["questions"] if question["id"] != gone]
        for name in ("response_areas", "boundaries"):
            canvas[name] = [row for row in canvas[name] if row["question_id"] != gone]

    await replace_canvas(stage, batch, remove)
    assert await answer(stage, batch, "4") is None
    assert (await batch.scripts())[0]["state"] == "complete"


async def test_an_item_without_areas_is_ready_when_its_script_is_whole(
    stage: Stage, batch: StagedBatch
) -> None:
    bare = batch.question_ids["3"]

    def strip(canvas: dict[str, Any]) -> None:
        canvas["response_areas"] = [row for row in canvas["response_areas"] if row["question_id"] != bare]

    await replace_canvas(stage, batch, strip)
    assert await answer(stage, batch, "3") == ([], "ready")
