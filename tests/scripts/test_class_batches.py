"""K-01: candidates from classes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from tests.school.classes import add_pupils, add_students, id_of, make_class, put_in
from tests.scripts.stage import make_template
from tests.stage import School, Stage


async def set_up(school: School, *class_ids: Any, **more: Any) -> httpx.Response:
    template = more.pop("template_id", None) or await make_template(school["teacher"])
    body = {
        "title": "Mock",
        "blind": False,
        "template_id": template,
        "class_ids": [str(c) for c in class_ids],
    }
    return await school["teacher"].post("/api/batches", json={**body, **more})


async def candidates_of(school: School, batch_id: str) -> list[tuple[int, str | None, str | None]]:
    scripts = (await school["teacher"].get(f"/api/batches/{batch_id}/scripts")).json()["scripts"]
    people = [(s["number"], s["candidate"] or {}) for s in scripts]
    return [(number, person.get("name"), person.get("number")) for number, person in people]


async def test_the_students_of_classes_are_the_candidates(stage: Stage, school: School) -> None:
    """K-01: by class and name, who is in two classes once, then those pasted, then blank scripts"""
    first, second = await make_class(school, name="9B"), await make_class(school, "teacher_2", name="9A")
    pupils = await add_pupils(school, first["id"], "Pupil 02", "Pupil 01")
    [other] = await add_pupils(school, first["id"], "Pupil 03", candidate_number="0103")
    await put_in(school, second["id"], other, id_of(school, "student"), role="teacher_2")
    made = await set_up(school, first["id"], second["id"], candidates=[{"name": "Pupil 90"}], blank_scripts=1)
    assert (made.status_code, made.json()["scripts"]) == (201, 6), made.text
    assert await candidates_of(school, made.json()["id"]) == [
        (1, "Pupil 01", None),
        (2, "Pupil 02", None),
        (3, "Pupil 03", "0103"),
        (4, "Student", None),
        (5, "Pupil 90", None),
        (6, None, None),
    ]
    rows = await stage.query(
        "select name, user_id::text, class_id::text from candidates where batch_id = %s order by name",
        [made.json()["id"]],
    )
    assert rows == [
        ("Pupil 01", pupils[1], first["id"]),
        ("Pupil 02", pupils[0], first["id"]),
        ("Pupil 03", other, first["id"]),
        ("Pupil 90", None, None),
        ("Student", str(id_of(school, "student")), second["id"]),
    ]


async def test_a_class_nobody_knows_makes_no_batch(
    stage: Stage, school: School, other_school: School
) -> None:
    """X-02: one of another school as little as one that is not there"""
    template = await make_template(school["teacher"])
    mine, elsewhere = await make_class(school), await make_class(other_school)
    before = (await school["teacher"].get("/api/batches")).json()["total"]
    for class_id in (elsewhere["id"], uuid4()):
        refused = await set_up(school, mine["id"], class_id, template_id=template)
        assert (refused.status_code, refused.json()["code"]) == (404, "class_not_found")
    assert (await school["teacher"].get("/api/batches")).json()["total"] == before


async def test_a_candidate_named_by_their_account_is_not_entered_twice(school: School) -> None:
    made = await make_class(school)
    await put_in(school, made["id"], id_of(school, "student"))
    named = {"name": "Student", "number": "7", "user_id": str(id_of(school, "student"))}
    batch = await set_up(school, made["id"], candidates=[named])
    assert await candidates_of(school, batch.json()["id"]) == [(1, "Student", "7")]


async def test_a_class_joins_a_batch_later_without_those_who_sit_it_already(
    stage: Stage, school: School
) -> None:
    made = await make_class(school)
    await add_pupils(school, made["id"], "Pupil 01", "Pupil 02")
    batch = (await set_up(school, made["id"])).json()["id"]
    [newcomer] = await add_students(stage, school, 1)
    await put_in(school, made["id"], newcomer.user_id)
    url = f"/api/batches/{batch}/candidates"
    for scripts in (3, 3):
        added = await school["teacher"].post(url, json={"class_ids": [made["id"]]})
        assert (added.status_code, added.json()["scripts"]) == (201, scripts)
    assert [name for _, name, _ in await candidates_of(school, batch)] == [
        "Pupil 01",
        "Pupil 02",
        "Student 2",
    ]


async def test_who_is_suspended_or_gone_is_no_candidate(stage: Stage, school: School) -> None:
    made = await make_class(school)
    students = await add_students(stage, school, 3)
    await put_in(school, made["id"], *[student.user_id for student in students])
    admin = school["school_admin"]
    await admin.patch(f"/api/users/{students[0].user_id}", json={"state": "suspended"})
    await admin.delete(f"/api/users/{students[1].user_id}")
    batch = await set_up(school, made["id"])
    assert await candidates_of(school, batch.json()["id"]) == [(1, "Student 4", None)]


async def test_a_number_two_students_have_is_told(school: School) -> None:
    made = await make_class(school)
    await add_pupils(school, made["id"], "Pupil 01", "Pupil 02", candidate_number="0107")
    refused = await set_up(school, made["id"])
    assert (refused.status_code, refused.json()["code"]) == (422, "number_twice")
    assert "0107" in refused.json()["detail"]


async def test_a_number_longer_than_candidates_have_stays_behind(school: School) -> None:
    made = await make_class(school)
    await add_pupils(school, made["id"], "Pupil 01", candidate_number="7" * 41)
    batch = await set_up(school, made["id"])
    assert await candidates_of(school, batch.json()["id"]) == [(1, "Pupil 01", None)]
