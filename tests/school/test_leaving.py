"""C-05: no place in a class outlives the membership it rests on, however close the two come."""

from __future__ import annotations

import asyncio

import pytest

from tests.school.classes import ask, make_class
from tests.stage import School, Stage


@pytest.mark.parametrize(("role", "people"), [("student_9", "students"), ("teacher_9", "teachers")])
async def test_whoever_leaves_while_they_are_added_is_in_no_class(
    stage: Stage, school: School, race_rounds: int, role: str, people: str
) -> None:
    made = await make_class(school)
    for _ in range(race_rounds):
        person = await stage.make_person(school, role)
        body = {"user_ids": [str(person.user_id)]}
        _, left = await asyncio.gather(
            school["teacher"].post(f"/api/classes/{made['id']}/{people}", json=body),
            school["school_admin"].delete(f"/api/users/{person.user_id}"),
        )
        assert left.status_code == 200
        rows = await stage.query(f"select 1 from class_{people} where user_id = %s", [person.user_id])
        assert rows == []


async def test_whoever_leaves_while_they_ask_has_no_request_waiting(
    stage: Stage, school: School, race_rounds: int
) -> None:
    made = await make_class(school)
    for _ in range(race_rounds):
        person = await stage.make_person(school, "student_9")
        _, left = await asyncio.gather(
            ask(person.client, made["id"]), school["school_admin"].delete(f"/api/users/{person.user_id}")
        )
        assert left.status_code == 200
        waiting = "select 1 from enrollment_requests where user_id = %s and state = 'pending'"
        assert await stage.query(waiting, [person.user_id]) == []
