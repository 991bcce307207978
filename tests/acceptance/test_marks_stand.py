"""T-05, T-06: a mark stands whatever is done to its paper, by whichever way."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.exam_templates.canvases import Json, as_sent, put
from tests.files.test_endpoints import upload
from tests.marking.sitting import Sitting, lay_out, save
from tests.marking.test_guard import BLOCKED
from tests.papers import draw_paper
from tests.stage import School, Stage

BOUNDS = {"x": 0.1, "y": 0.1, "w": 0.8, "h": 0.2}


def address(sitting: Sitting, rest: str = "") -> str:
    return f"/api/exam/templates/{sitting.template_id}{rest}"


async def read(client: httpx.AsyncClient, sitting: Sitting) -> Json:
    body: Json = (await client.get(address(sitting))).json()
    return body


async def replace(client: httpx.AsyncClient, sitting: Sitting, **change: Any) -> httpx.Response:
    now = await read(client, sitting)
    return await put(client, str(sitting.template_id), as_sent(now) | change, now["version"])


async def list_marks(stage: Stage, sitting: Sitting) -> list[Any]:
    return await stage.query(
        "select e.*, xmin::text from mark_entries e where batch_id = %s order by script_id, question_id",
        [sitting.batch_id],
    )


async def mark_scheme(client: httpx.AsyncClient, sitting: Sitting, sheet: bytes) -> httpx.Response:
    version = (await read(client, sitting))["version"]
    return await client.post(
        address(sitting, "/mark-scheme"),
        files={"file": ("scheme.csv", sheet)},
        headers={"If-Match": f'"{version}"'},
    )


async def test_an_area_of_a_marked_answer_may_come_move_and_go(school: School, stage: Stage) -> None:
    """T-05"""
    sitting, teacher = await lay_out(stage, school), school["teacher"]
    await save(teacher, sitting, 1, "2", 4)
    before = await list_marks(stage, sitting)
    area = {"question_id": str(sitting.items["2"]), "page": 2, "bounds": BOUNDS, "kind": "answer"}
    drawn = await replace(teacher, sitting, response_areas=[area])
    assert drawn.status_code == 200, drawn.text
    (kept,) = drawn.json()["response_areas"]
    moved = await replace(
        teacher, sitting, response_areas=[kept | {"page": 3, "bounds": BOUNDS | {"y": 0.5}}]
    )
    assert (moved.status_code, moved.json()["changes"]) == (200, {"added": 0, "updated": 1, "removed": 0})
    assert (await replace(teacher, sitting, response_areas=[])).status_code == 200
    rows = "select retired_at is not null from response_areas where id = %s"
    assert await stage.query(rows, [kept["id"]]) == [(True,)]
    assert await list_marks(stage, sitting) == before


async def test_an_earlier_version_does_not_come_back_over_marks(school: School, stage: Stage) -> None:
    """T-05, T-09"""
    sitting, teacher = await lay_out(stage, school), school["teacher"]
    questions = (await read(teacher, sitting))["questions"]
    without = [q for q in questions if q["path"] != "2"]
    assert (await replace(teacher, sitting, questions=without)).status_code == 200
    earlier = (await teacher.get(address(sitting, "/versions"))).json()["versions"][0]["number"]
    two = next(q for q in questions if q["path"] == "2")
    assert (await replace(teacher, sitting, questions=[*without, two])).status_code == 200
    assert (await save(teacher, sitting, 1, "2", 4)).status_code == 200
    before = await list_marks(stage, sitting)
    version = (await read(teacher, sitting))["version"]
    refused = await teacher.post(
        address(sitting, f"/versions/{earlier}/restore"), headers={"If-Match": f'"{version}"'}
    )
    assert (refused.status_code, refused.json()["detail"]) == (409, BLOCKED)
    assert await list_marks(stage, sitting) == before


@pytest.mark.parametrize("is_confirmed", [True, False])
async def test_a_reading_of_the_paper_neither_takes_a_marked_question_away_nor_gives_it_parts(
    school: School, stage: Stage, is_confirmed: bool
) -> None:
    """T-05, D-02: nobody's question would go, and a confirmed one get the parts that the paper has"""
    sitting, teacher = await lay_out(stage, school), school["teacher"]
    paper = (await upload(teacher, draw_paper(2))).json()["id"]
    proposed = {"confirmed": is_confirmed, "source": "auto"}
    questions = [q | proposed for q in (await read(teacher, sitting))["questions"]]
    changed = await replace(
        teacher, sitting, questions=questions, meta={"source_file_id": paper, "page_count": 2}
    )
    assert changed.status_code == 200, changed.text
    await save(teacher, sitting, 1, "2", 1)
    before, canvas = await list_marks(stage, sitting), as_sent(await read(teacher, sitting))
    started = await teacher.post(address(sitting, "/detect"))
    await stage.finish_jobs()
    job = (await teacher.get(f"/api/jobs/{started.json()['job']['id']}")).json()
    assert (job["state"], job["error"]) == ("failed", BLOCKED)
    assert await list_marks(stage, sitting) == before
    assert as_sent(await read(teacher, sitting)) == canvas


async def test_a_sheet_of_marks_lowers_no_maximum_below_a_mark(school: School, stage: Stage) -> None:
    """T-05, T-12"""
    sitting, teacher = await lay_out(stage, school), school["teacher"]
    await save(teacher, sitting, 1, "2", 4)
    before = await list_marks(stage, sitting)
    refused = await mark_scheme(teacher, sitting, b"question,max_marks\n2,3\n")
    assert (refused.status_code, refused.json()["code"]) == (409, "recorded_marks")
    passed = await mark_scheme(teacher, sitting, b"question,text,max_marks\n2,Says why,4\n")
    assert (passed.status_code, passed.json()["updated"]) == (200, ["2"])
    assert await list_marks(stage, sitting) == before


async def test_a_paper_put_away_and_brought_back_has_its_marks(school: School, stage: Stage) -> None:
    """T-05, T-07"""
    sitting, teacher = await lay_out(stage, school), school["teacher"]
    await save(teacher, sitting, 1, "2", 4)
    before = await list_marks(stage, sitting)
    assert (await teacher.delete(address(sitting))).json() == {
        "status": "archived",
        "id": str(sitting.template_id),
    }
    assert await list_marks(stage, sitting) == before
    assert (await teacher.post(address(sitting, "/restore"))).json()["status"] == "live"
    assert await list_marks(stage, sitting) == before


async def test_the_whole_of_a_paper_cannot_be_emptied_over_a_mark(school: School, stage: Stage) -> None:
    """T-05"""
    sitting, teacher = await lay_out(stage, school), school["teacher"]
    await save(teacher, sitting, 1, "1(a)", 1)
    canvas = as_sent(await read(teacher, sitting))
    refused = await replace(teacher, sitting, questions=[], response_areas=[], boundaries=[])
    assert (refused.status_code, refused.json()["detail"]) == (409, BLOCKED)
    assert as_sent(await read(teacher, sitting)) == canvas


@pytest.mark.parametrize("change", [{"label": "Two"}, {"answer_type": "long"}, {"mcq_options": ["A"]}])
async def test_one_question_is_edited_by_itself_though_it_has_marks(
    school: School, stage: Stage, change: Json
) -> None:
    """T-05, T-06: what a replace may not, PATCH may, and the mark stands"""
    sitting, teacher = await lay_out(stage, school), school["teacher"]
    await save(teacher, sitting, 1, "2", 4)
    before = await list_marks(stage, sitting)
    answer = await teacher.patch(f"/api/exam/questions/{sitting.items['2']}", json=change)
    assert (answer.status_code, answer.json().items() >= change.items()) == (200, True)
    assert await list_marks(stage, sitting) == before


@pytest.mark.parametrize("way", ["patch", "put", "csv"])
async def test_a_new_mark_scheme_lists_the_marks_given_under_the_old_one(
    school: School, stage: Stage, way: str
) -> None:
    """T-06: and changes none of them"""
    sitting, teacher = await lay_out(stage, school), school["teacher"]
    await save(teacher, sitting, 1, "2", 4)
    before = await list_marks(stage, sitting)
    review = f"{sitting.url}/to-review"
    assert (await teacher.get(review)).json()["total"] == 0
    scheme = [{"text": "Says why", "marks": 5}]
    if way == "patch":
        url = f"/api/exam/questions/{sitting.items['2']}"
        answer = await teacher.patch(url, json={"mark_scheme": scheme})
    elif way == "put":
        rows = (await read(teacher, sitting))["questions"]
        rows = [q | {"mark_scheme": scheme} if q["path"] == "2" else q for q in rows]
        answer = await replace(teacher, sitting, questions=rows)
    else:
        answer = await mark_scheme(teacher, sitting, b"question,text,marks\n2,Says why,5\n")
    assert answer.status_code == 200, answer.text
    listed = (await teacher.get(review)).json()
    assert (listed["total"], listed["entries"][0]["entry"]["marks"]) == (1, 4)
    assert await list_marks(stage, sitting) == before
    await save(teacher, sitting, 2, "2", 3)
    assert (await teacher.get(review)).json()["total"] == 1
