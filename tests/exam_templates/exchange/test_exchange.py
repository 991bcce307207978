"""T-12: templates as files, and files as templates."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.exam_templates.exchange.qti_reading import read_qti
from markroom.exam_templates.exchange.scheme_csv import apply_scheme, read_scheme, write_scheme
from markroom.exam_templates.model import Canvas, Question
from markroom.kit.errors import Invalid
from tests.exam_templates.canvases import (
    Json,
    address,
    make_template,
    make_with_canvas,
    question,
)
from tests.exam_templates.exchange.files import POINTS, arrange_rows, import_file, scheme_canvas
from tests.files.test_endpoints import upload
from tests.papers import draw_paper
from tests.stage import School


async def import_scheme(
    client: httpx.AsyncClient, template: Json, data: bytes, dry_run: bool = False
) -> httpx.Response:
    return await client.post(
        address(template, "/mark-scheme"),
        params={"dry_run": dry_run},
        files={"file": ("scheme.csv", data)},
        headers={"If-Match": f'"{template["version"]}"'},
    )


def without_ids(canvas: Json) -> Json:
    """A canvas by what it says, whatever its ids: rows point to paths."""
    paths = {q["id"]: q["path"] for q in canvas["questions"]} | {None: None}

    def plain(row: Json) -> Json:
        kept = {k: v for k, v in row.items() if k not in ("id", "parent_id", "question_id")}
        return kept | {"of": paths[row.get("parent_id") or row.get("question_id")]}

    names = ("questions", "response_areas", "boundaries")
    return {name: sorted(map(plain, canvas[name]), key=json.dumps) for name in names}


async def test_a_template_comes_back_whole_in_another_school(school: School, other_school: School) -> None:
    """T-12"""
    template = await make_with_canvas(school["teacher"], scheme_canvas(), subject="Maths")
    exported = await school["teacher_2"].get(address(template, "/export.json"))
    assert "Paper%201.json" in exported.headers["content-disposition"]
    answer = await import_file(other_school["teacher"], exported.content)
    assert answer.status_code == 201, answer.text
    made = (await other_school["teacher"].get(address(answer.json(), ""))).json()
    assert (made["title"], made["subject"], made["page_count"]) == ("Paper 1", "Maths", 2)
    assert without_ids(made) == without_ids(template)
    assert not {q["id"] for q in made["questions"]} & {q["id"] for q in template["questions"]}
    assert "upload its PDF" in answer.json()["warnings"][0]


async def test_an_imported_template_stands_on_the_paper_the_school_has(school: School) -> None:
    teacher = school["teacher"]
    file = (await upload(teacher, draw_paper(2))).json()
    template = await make_template(teacher, source_file_id=file["id"])
    exported = await teacher.get(address(template, "/export.json"))
    made = (await import_file(school["teacher_2"], exported.content)).json()
    assert (made["source_file_id"], made["warnings"]) == (file["id"], [])


async def test_students_import_and_export_nothing(school: School) -> None:
    template = await make_template(school["teacher"])
    for ending in ("export.json", "export.zip", "mark-scheme.csv"):
        assert (await school["student"].get(address(template, f"/{ending}"))).status_code == 404
    assert (await import_file(school["student"], b"{}")).status_code == 403
    assert (await import_scheme(school["student"], template, b"question\n1\n")).status_code == 404
    assert (await import_scheme(school["teacher_2"], template, b"question\n1\n")).status_code == 403


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        b"{}",
        b'{"format": "markroom-template", "version": 9, "template": {"title": "x"}, "questions": []}',
        b"PK\x03\x04 cut short",
        b'{"a":' * 5000,
    ],
    ids=["nothing", "a-pdf", "empty", "another-version", "half-a-zip", "deep"],
)
async def test_what_is_no_template_is_refused_and_leaves_nothing(school: School, data: bytes) -> None:
    answer = await import_file(school["teacher"], data)
    assert (answer.status_code, answer.json()["code"]) in (
        (422, "unreadable_template"),
        (422, "file_missing"),
    )
    assert (await school["teacher"].get("/api/exam/templates")).json()["total"] == 0


async def test_the_same_import_twice_under_one_key_makes_one_template(school: School) -> None:
    """X-08"""
    teacher = school["teacher"]
    template = await make_with_canvas(teacher, scheme_canvas())
    data = (await teacher.get(address(template, "/export.json"))).content
    form = teacher.build_request("POST", "/api/exam/templates/import", files={"file": ("t.json", data)})
    headers = {"Idempotency-Key": "once", "Content-Type": form.headers["content-type"]}
    body = form.read()
    answers = [
        await teacher.post("/api/exam/templates/import", content=body, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]


async def test_a_mark_scheme_goes_out_and_comes_back(school: School) -> None:
    """T-12"""
    teacher = school["teacher"]
    template = await make_with_canvas(teacher, scheme_canvas())
    sheet = (await teacher.get(address(template, "/mark-scheme.csv"))).content
    edited = sheet.replace(b"x = 4", b"x = 5")
    assert (await import_scheme(teacher, template, sheet)).json()["updated"] == []
    answer = await import_scheme(teacher, template, edited)
    assert (answer.status_code, answer.json()["updated"]) == (200, ["1(a)"]), answer.text
    scheme = (await teacher.get(address(template, ""))).json()["questions"][1]["mark_scheme"]
    assert scheme == [POINTS[0], POINTS[1] | {"text": "x = 5"}]


async def test_a_dry_run_says_what_would_change_and_changes_nothing(school: School) -> None:
    teacher = school["teacher"]
    template = await make_with_canvas(teacher, scheme_canvas())
    sheet = b"question,text,marks\n1 (A),Shows working,2\n7,Lost,1\n1(b),Too much,lots\n"
    said = (await import_scheme(teacher, template, sheet, dry_run=True)).json()
    assert (said["updated"], said["unmatched"]) == (["1(a)"], ["7"])
    assert [(e["row"], e["question"]) for e in said["errors"]] == [(4, "1(b)")]
    refused = await import_scheme(teacher, template, sheet)
    assert (refused.status_code, refused.json()["code"]) == (422, "scheme_faults")
    assert (await teacher.get(address(template, ""))).json()["version"] == template["version"]


async def test_a_mark_scheme_needs_the_version_it_was_made_from(school: School) -> None:
    """X-07"""
    template = await make_with_canvas(school["teacher"], scheme_canvas())
    old = template | {"version": template["version"] - 1}
    assert (await import_scheme(school["teacher"], old, b"question,text\n1(a),y\n")).status_code == 412


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", b"name,marks\nx,1\n", b"question\0", b""],
    ids=["xlsx", "no-label", "nul", "nothing"],
)
async def test_what_is_no_mark_scheme_is_refused(school: School, data: bytes) -> None:
    template = await make_with_canvas(school["teacher"], scheme_canvas())
    answer = await import_scheme(school["teacher"], template, data, dry_run=True)
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_scheme")


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).map(
    str.strip
)
lines = texts.filter(lambda text: text and "|" not in text and not text.startswith("'"))
points = st.lists(
    st.fixed_dictionaries(
        {"text": lines},
        optional={
            "code": st.sampled_from(["M1", "A1", "B2", "L3"]),
            "marks": st.integers(0, 20),
            "marks_from": st.integers(0, 20),
            "accept": st.lists(lines, min_size=1, max_size=3),
            "reject": st.lists(lines, min_size=1, max_size=3),
        },
    ),
    min_size=1,
    max_size=4,
)


@given(points, points)
def test_whatever_a_scheme_says_a_sheet_brings_it_back(one: list[Any], two: list[Any]) -> None:
    """T-12"""
    rows = [question("1", 0, max_marks=3), question("2", 1, max_marks=4)]
    bare = Canvas(arrange_rows(rows))
    full = [
        Question(**{**vars(q), "mark_scheme": s}) for q, s in zip(bare.questions, (one, two), strict=True)
    ]
    outcome = apply_scheme(bare, read_scheme(write_scheme(full)))
    assert (outcome.faults, outcome.unmatched) == ([], [])
    assert [q.mark_scheme for q in outcome.canvas.questions] == [one, two]


@given(st.binary(max_size=300))
def test_no_bytes_make_a_scheme_or_a_package_fail_otherwise_than_in_words(data: bytes) -> None:
    for read in (read_scheme, read_qti):
        with suppress(Invalid):
            read(data)
