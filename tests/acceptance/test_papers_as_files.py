"""T-12: a paper goes out as a file and comes back the same, whatever stands on it; a bent file is refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from markroom.catalogue.actions import load_starter
from markroom.catalogue.model import make_id
from tests.exam_templates.canvases import Json, area, boundary, make_with_canvas, question, small_canvas
from tests.exam_templates.exchange.files import import_file
from tests.stage import School, Stage

TEMPLATES = "/api/exam/templates"
MATHS = str(make_id("papers", "AQA", "8300", "8300/1H"))


def address(template: Json, rest: str = "") -> str:
    return f"{TEMPLATES}/{template['id']}{rest}"


def full_canvas() -> Json:
    """Every field has a value of its own."""
    doubted: Json = {"source": "auto", "confirmed": False, "confidence": 0.25}
    point = {
        "code": "M1", "text": "Adds", "marks": 1.5, "marks_from": 0.5, "depends_on": ["B1"],
        "alternatives": ["Counts"], "accept": ["sums"], "reject": ["times"],
    }  # fmt: skip
    scheme = {"points": [point], "correct": "B", "allow_half_marks": True, "notes": "Follow through"}
    one = question("1", 0, max_marks=5, spec_ref="N9, AO2", **doubted)
    part = question("(a)", 1, one, max_marks=2, answer_type="table", mark_scheme=scheme, source="import")
    two = question(
        "Q2",
        2,
        max_marks=3,
        answer_type="mcq",
        mcq_options=[{"label": "A", "text": "x", "correct": True}, "B"],
    )
    return {
        "questions": [one, part, two],
        "response_areas": [
            area(part, page=2, y=0.3, response_form={"lines": 4, "rows": [1, 2]}, **doubted),
            area(two, kind="mcq", response_form="boxes"),
            area(None, kind="candidate_number", source="import"),
        ],
        "boundaries": [
            boundary(one) | {"bounds": {"x": 0, "y": 0.1, "w": 1, "h": 0.4}, **doubted},
            boundary(two, page=2, y=1),
        ],
    }


def plain(canvas: Json) -> Json:
    """What a canvas says, whatever its ids are: rows point to paths."""
    paths = {q["id"]: q["path"] for q in canvas["questions"]} | {None: None}

    def without_ids(row: Json) -> Json:
        kept = {name: value for name, value in row.items() if name not in {"id", "parent_id", "question_id"}}
        return kept | {"of": paths[row.get("parent_id") or row.get("question_id")]}

    names = ("questions", "response_areas", "boundaries")
    return {name: sorted(map(without_ids, canvas[name]), key=json.dumps) for name in names}


@pytest.fixture
async def exam(stage: Stage) -> str:
    async with stage.resources.database.service() as conn:
        await load_starter(conn)
    return MATHS


async def test_nothing_of_a_canvas_is_lost_on_the_way(
    school: School, other_school: School, exam: str
) -> None:
    """T-12: its exam comes along too, and that it is private"""
    meta = {"subject": "Maths", "exam_id": exam, "visibility": "private"}
    template = await make_with_canvas(school["teacher"], full_canvas(), **meta)
    file = (await school["teacher"].get(address(template, "/export.json"))).content
    answer = await import_file(other_school["teacher"], file)
    assert answer.status_code == 201, answer.text
    made = (await other_school["teacher"].get(address(answer.json()))).json()
    assert plain(made) == plain(template)
    same = ("title", "subject", "exam_id", "exam_code", "page_count", "visibility", "total_marks")
    assert {name: made[name] for name in same} == {name: template[name] for name in same}
    again = (await other_school["teacher"].get(address(made, "/export.json"))).json()
    assert plain(again) == plain(json.loads(file))


async def test_a_paper_of_an_exam_nobody_knows_here_keeps_its_references_as_text(
    school: School, exam: str
) -> None:
    """T-12, T-08"""
    template = await make_with_canvas(school["teacher"], full_canvas(), exam_id=exam)
    file = (await school["teacher"].get(address(template, "/export.json"))).json()
    for change in ({"exam_id": str(uuid4())}, {"exam_id": str(make_id("papers", "AQA", "8463", "8463/1H"))}):
        file["template"] |= change | {"exam_code": None}
        answer = await import_file(school["teacher"], json.dumps(file).encode())
        assert answer.status_code == 201, answer.text
        made = (await school["teacher"].get(address(answer.json()))).json()
        assert (made["exam_id"], made["questions"][0]["spec_ref"]) == (None, "N9, AO2")
        assert any("catalogue" in warning for warning in answer.json()["warnings"])


def _lose(name: str, field: str) -> Callable[[Json], None]:
    return lambda file: file[name][1].update({field: str(uuid4())})


BENT: dict[str, Callable[[Json], None]] = {
    "a part of nothing": _lose("questions", "parent_id"),
    "a part of itself": lambda f: f["questions"][0].update(parent_id=f["questions"][1]["id"]),
    "an answer to nothing": _lose("response_areas", "question_id"),
    "a cut before nothing": _lose("boundaries", "question_id"),
    "an id twice": lambda f: f["questions"][2].update(id=f["questions"][0]["id"]),
    "a page too far": lambda f: f["response_areas"][0].update(page=3),
    "off the page": lambda f: f["response_areas"][0]["bounds"].update(x=0.9),
    "a field nobody knows": lambda f: f["questions"][0].update(colour="red"),
    "a title of nothing": lambda f: f["template"].update(title=" "),
    "marks beyond all measure": lambda f: f["questions"][0].update(max_marks=10**30),
    "an owner": lambda f: f["template"].update(teacher_id=str(uuid4())),
}


@pytest.mark.parametrize("what", BENT)
async def test_a_bent_file_is_refused_with_the_place_and_leaves_nothing(school: School, what: str) -> None:
    """T-12"""
    template = await make_with_canvas(school["teacher"], full_canvas())
    file = (await school["teacher"].get(address(template, "/export.json"))).json()
    BENT[what](file)
    answer = await import_file(school["teacher"], json.dumps(file).encode())
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]
    assert (await school["teacher"].get(TEMPLATES)).json()["total"] == 1


async def read_sheet(client: httpx.AsyncClient, template: Json) -> list[dict[str, str]]:
    text = (await client.get(address(template, "/mark-scheme.csv"))).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


async def test_no_cell_of_a_mark_scheme_is_a_formula(school: School) -> None:
    """T-12: whoever opens the sheet runs nothing"""
    canvas = small_canvas()
    texts = ['=cmd|"/c calc"!A1', "+1+1", "-2", "@sum(A1)", "\t=1"]
    canvas["questions"][1]["mark_scheme"] = [{"text": text} for text in texts]
    canvas["questions"][3]["label"] = "=1+1"
    template = await make_with_canvas(school["teacher"], canvas)
    cells = [cell for row in await read_sheet(school["teacher"], template) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


async def test_a_mark_scheme_leaves_what_it_does_not_name(school: School) -> None:
    """T-12"""
    template = await make_with_canvas(school["teacher"], full_canvas())
    sheet = b"question,text,marks\n1(a),Says why,2\n"
    answer = await school["teacher"].post(
        address(template, "/mark-scheme"),
        files={"file": ("scheme.csv", sheet)},
        headers={"If-Match": f'"{template["version"]}"'},
    )
    assert (answer.status_code, answer.json()["updated"]) == (200, ["1(a)"])
    now: Any = (await school["teacher"].get(address(template))).json()
    old = {q["path"]: q for q in template["questions"]}
    new = {q["path"]: q for q in now["questions"]}
    assert new["1(a)"]["mark_scheme"] == old["1(a)"]["mark_scheme"] | {
        "points": [{"text": "Says why", "marks": 2}]
    }
    assert {path: q for path, q in new.items() if path != "1(a)"} == {
        path: q for path, q in old.items() if path != "1(a)"
    }
    assert (now["response_areas"], now["boundaries"]) == (template["response_areas"], template["boundaries"])
