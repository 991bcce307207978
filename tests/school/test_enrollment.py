"""C-06: asking to join a class, and deciding it once."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.school.classes import add_students, ask, decide, id_of, look_at, make_class, put_in
from tests.stage import School, Stage


async def request(school: School, class_id: str, role: str = "student", **body: Any) -> dict[str, Any]:
    answer = await ask(school[role], class_id, **body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def notices_of(client: httpx.AsyncClient) -> list[tuple[str, str, str]]:
    found = (await client.get("/api/notices")).json()["notices"]
    return [(n["kind"], n["subject_id"], n["facts"].get("state", "")) for n in found]


async def test_a_student_asks_and_is_enrolled_when_the_teacher_approves(stage: Stage, school: School) -> None:
    """C-06, P-14"""
    made = await make_class(school)
    asked = await request(school, made["id"])
    assert (asked["state"], asked["class_name"], asked["name"]) == ("pending", "11X/Sc1", "Student")
    assert asked["user_id"] == asked["requested_by"] == str(id_of(school, "student"))
    waiting = (await look_at(school["teacher"], made["id"]))["enrollment_requests"]
    assert [one["id"] for one in waiting] == [asked["id"]]
    decided = await decide(school["teacher"], asked["id"], "approve")
    assert (decided.status_code, decided.json()["state"]) == (200, "approved")
    assert decided.json()["decided_by"] == str(id_of(school, "teacher"))
    seen = await look_at(school["student"], made["id"])
    assert [student["user_id"] for student in seen["students"]] == [str(id_of(school, "student"))]
    await stage.finish_jobs()
    assert await notices_of(school["student"]) == [("enrollment_decided", asked["id"], "approved")]


async def test_a_rejected_student_is_told_and_stays_outside(stage: Stage, school: School) -> None:
    """C-06, P-14"""
    made = await make_class(school)
    asked = await request(school, made["id"])
    decided = await decide(school["school_admin"], asked["id"], "reject", reason=" The class is full. ")
    assert (decided.json()["state"], decided.json()["reason"]) == ("rejected", "The class is full.")
    assert (await school["student"].get(f"/api/classes/{made['id']}")).status_code == 404
    await stage.finish_jobs()
    assert await notices_of(school["student"]) == [("enrollment_decided", asked["id"], "rejected")]
    assert await notices_of(school["teacher"]) == []
    mine = (await school["student"].get("/api/enrollment-requests")).json()["enrollment_requests"]
    assert [(r["class_name"], r["state"], r["reason"]) for r in mine] == [
        ("11X/Sc1", "rejected", "The class is full.")
    ]
    again = await request(school, made["id"])
    assert again["id"] != asked["id"]


async def test_a_second_decision_is_refused(school: School) -> None:
    """C-06"""
    asked = await request(school, (await make_class(school))["id"])
    await decide(school["teacher"], asked["id"], "approve")
    for action in ("approve", "reject"):
        late = await decide(school["department_head"], asked["id"], action)
        assert (late.status_code, late.json()["code"]) == (409, "request_decided")
        assert late.json()["state"] == "approved"
    withdrawn = await school["student"].delete(f"/api/enrollment-requests/{asked['id']}")
    assert withdrawn.status_code == 409


async def test_whoever_asked_takes_it_back(stage: Stage, school: School) -> None:
    made = await make_class(school)
    asked = await request(school, made["id"])
    url = f"/api/enrollment-requests/{asked['id']}"
    for role in ("teacher", "school_admin"):
        refused = await school[role].delete(url)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_request")
    assert (await school["student"].delete(url)).json()["state"] == "withdrawn"
    assert (await school["student"].delete(url)).status_code == 409
    assert (await decide(school["teacher"], asked["id"], "approve")).status_code == 409
    assert (await look_at(school["teacher"], made["id"]))["students"] == []


async def test_staff_ask_for_a_student(school: School) -> None:
    made = await make_class(school)
    student = str(id_of(school, "student"))
    asked = await request(school, made["id"], "teacher_2", user_id=student)
    assert (asked["user_id"], asked["requested_by"]) == (student, str(id_of(school, "teacher_2")))
    assert (await decide(school["teacher_2"], asked["id"], "approve")).status_code == 403
    nobody = await ask(school["teacher_2"], made["id"])
    assert (nobody.status_code, nobody.json()["code"]) == (422, "student_missing")
    for stranger in (uuid4(), id_of(school, "teacher")):
        refused = await ask(school["teacher_2"], made["id"], user_id=str(stranger))
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_student")
    assert (await decide(school["teacher"], asked["id"], "approve")).status_code == 200
    there = await ask(school["teacher_2"], made["id"], user_id=student)
    assert (there.status_code, there.json()["code"]) == (409, "in_class_already")


async def test_a_student_asks_for_themselves_alone_and_once(stage: Stage, school: School) -> None:
    made = await make_class(school)
    [classmate] = await add_students(stage, school, 1)
    refused = await ask(school["student"], made["id"], user_id=str(classmate.user_id))
    assert (refused.status_code, refused.json()["code"]) == (403, "only_for_oneself")
    await request(school, made["id"], user_id=str(id_of(school, "student")))
    again = await ask(school["student"], made["id"])
    assert (again.status_code, again.json()["code"]) == (409, "request_waiting")
    await put_in(school, made["id"], id_of(school, "student"))
    there = await ask(school["student"], made["id"])
    assert (there.status_code, there.json()["code"]) == (409, "in_class_already")


async def test_a_class_that_takes_no_requests_is_not_there_for_a_student(
    school: School, other_school: School
) -> None:
    """X-02: nor is an archived one, or one of another school"""
    closed = await make_class(school, takes_requests=False)
    archived = await make_class(school, name="9B")
    await school["teacher"].post(f"/api/classes/{archived['id']}/archive")
    elsewhere = await make_class(other_school)
    for class_id in (closed["id"], archived["id"], elsewhere["id"], uuid4()):
        refused = await ask(school["student"], class_id)
        assert (refused.status_code, refused.json()["code"]) == (404, "class_not_found")
    student = str(id_of(school, "student"))
    assert (await ask(school["teacher_2"], closed["id"], user_id=student)).status_code == 201
    assert (await ask(school["teacher_2"], archived["id"], user_id=student)).status_code == 409


async def test_students_find_the_classes_they_could_ask_to_join(school: School) -> None:
    mine = await make_class(school, name="9A")
    await put_in(school, mine["id"], id_of(school, "student"))
    await make_class(school, name="9B", takes_requests=False)
    await make_class(school, name="9C", subject="Art")
    await make_class(school, name="10D")
    found = (await school["student"].get("/api/classes/joinable?q=9")).json()
    assert [(c["name"], c["subject"], c["teachers"][0]["name"]) for c in found["classes"]] == [
        ("9C", "Art", "Teacher")
    ]
    assert (await school["student"].get("/api/classes/joinable")).json()["total"] == 2
    assert (await school["teacher"].get("/api/classes/joinable")).json()["total"] == 0


@pytest.mark.parametrize(
    "body", [{}, {"action": "maybe"}, {"action": "reject", "reason": "x" * 501}], ids=str
)
async def test_a_decision_is_yes_or_no(school: School, body: Any) -> None:
    asked = await request(school, (await make_class(school))["id"])
    answer = await school["teacher"].patch(f"/api/enrollment-requests/{asked['id']}", json=body)
    assert answer.status_code == 422


async def test_a_student_decides_nothing(stage: Stage, school: School) -> None:
    """X-02: 403 for one's own request, 404 for another's"""
    asked = await request(school, (await make_class(school))["id"])
    assert (await decide(school["student"], asked["id"], "approve")).status_code == 403
    [classmate] = await add_students(stage, school, 1)
    assert (await decide(classmate.client, asked["id"], "approve")).status_code == 404
    assert (await classmate.client.delete(f"/api/enrollment-requests/{asked['id']}")).status_code == 404


async def test_requests_wait_for_those_who_decide_them(stage: Stage, school: School) -> None:
    first, second = await make_class(school, name="9A"), await make_class(school, "teacher_2", name="9B")
    for made in (first, second):
        await request(school, made["id"])

    async def waiting(role: str) -> list[str]:
        found = (await school[role].get("/api/enrollment-requests?state=pending")).json()
        assert found["total"] == len(found["enrollment_requests"])
        return [one["class_name"] for one in found["enrollment_requests"]]

    assert await waiting("teacher") == ["9A"]
    assert await waiting("teacher_2") == ["9B"]
    assert await waiting("department_head") == ["9B", "9A"]
    assert await waiting("student") == ["9B", "9A"]
    await school["teacher"].post(f"/api/classes/{first['id']}/archive")
    assert await waiting("department_head") == ["9B"]


async def test_putting_a_student_into_a_class_answers_what_they_asked(stage: Stage, school: School) -> None:
    """P-14"""
    made = await make_class(school)
    asked = await request(school, made["id"])
    await put_in(school, made["id"], id_of(school, "student"))
    assert (await look_at(school["teacher"], made["id"]))["enrollment_requests"] == []
    await stage.finish_jobs()
    assert await notices_of(school["student"]) == [("enrollment_decided", asked["id"], "approved")]


async def test_a_request_ends_with_its_students_membership(school: School) -> None:
    made = await make_class(school)
    asked = await request(school, made["id"])
    await school["school_admin"].delete(f"/api/users/{id_of(school, 'student')}")
    late = await decide(school["teacher"], asked["id"], "approve")
    assert (late.status_code, late.json()["state"]) == (409, "withdrawn")


async def test_a_suspended_student_is_not_enrolled(school: School) -> None:
    made = await make_class(school)
    asked = await request(school, made["id"])
    await school["school_admin"].patch(f"/api/users/{id_of(school, 'student')}", json={"state": "suspended"})
    refused = await decide(school["teacher"], asked["id"], "approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "student_gone")
    assert (await decide(school["teacher"], asked["id"], "reject")).status_code == 200


@pytest.mark.races
async def test_of_deciding_and_taking_back_at_once_one_wins(
    stage: Stage, school: School, race_rounds: int
) -> None:
    """C-06: and the student is in the class exactly when it was approved"""
    made = await make_class(school)
    url = f"/api/classes/{made['id']}"
    won: Counter[str] = Counter()
    for _ in range(race_rounds):
        asked = await request(school, made["id"])
        answers = await asyncio.gather(
            decide(school["teacher"], asked["id"], "approve"),
            decide(school["department_head"], asked["id"], "reject"),
            school["student"].delete(f"/api/enrollment-requests/{asked['id']}"),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        [outcome] = [answer.json()["state"] for answer in answers if answer.status_code == 200]
        rows = await stage.query("select state from enrollment_requests where id = %s", [asked["id"]])
        assert rows == [(outcome,)]
        inside = {s["user_id"] for s in (await look_at(school["teacher"], made["id"]))["students"]}
        assert (asked["user_id"] in inside) == (outcome == "approved")
        if inside:
            await school["teacher"].delete(f"{url}/students/{asked['user_id']}")
        won[outcome] += 1
    assert won.total() == race_rounds
    told = await stage.query(
        "select facts ->> 'state', count(*) from events where institute_id = %s"
        " and kind = 'enrollment_decided' group by 1",
        [school.institute_id],
    )
    assert dict(told) == {state: n for state, n in won.items() if state != "withdrawn"}


@pytest.mark.races
async def test_asked_many_times_at_once_there_is_one_request(school: School, race_rounds: int) -> None:
    made = await make_class(school)
    answers = await asyncio.gather(*(ask(school["student"], made["id"]) for _ in range(race_rounds)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (race_rounds - 1)


@pytest.mark.races
async def test_of_two_last_teachers_who_take_each_other_off_one_stays(
    school: School, race_rounds: int
) -> None:
    teachers = {str(id_of(school, role)) for role in ("teacher", "teacher_2")}
    for _ in range(race_rounds):
        made = await make_class(school, teacher_ids=list(teachers))
        url = f"/api/classes/{made['id']}/teachers"
        answers = await asyncio.gather(
            school["teacher"].delete(f"{url}/{id_of(school, 'teacher_2')}"),
            school["teacher_2"].delete(f"{url}/{id_of(school, 'teacher')}"),
        )
        assert sorted(answer.status_code for answer in answers) in ([200, 403], [200, 409])
        assert len((await look_at(school["school_admin"], made["id"]))["teachers"]) == 1


@pytest.mark.races
async def test_a_class_rolled_over_many_times_at_once_is_rolled_over_once(
    school: School, race_rounds: int
) -> None:
    made = await make_class(school)
    body = {"academic_year": "2027/28"}
    url = f"/api/classes/{made['id']}/roll-over"
    answers = await asyncio.gather(
        *(school["teacher"].post(url, json=body) for _ in range(min(race_rounds, 20)))
    )
    assert sorted(answer.status_code for answer in answers)[:2] == [201, 409]
    assert (await school["teacher"].get("/api/classes")).json()["total"] == 2
