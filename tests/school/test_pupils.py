"""P-17: pupils without an address, entered and given codes by the teacher of their class."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from markroom.institutes.addresses.actions import join_account
from tests.institutes.inviting import keep_proof
from tests.school.classes import add_pupils, add_students, ask, id_of, look_at, make_class, put_in
from tests.stage import School, Stage


async def print_codes(school: School, class_id: Any, role: str = "teacher", **body: Any) -> httpx.Response:
    return await school[role].post(f"/api/classes/{class_id}/codes", json=body)


async def enter(stage: Stage, code: str) -> httpx.Response:
    async with stage.client() as client:
        return await client.post("/api/auth/sessions", json={"code": code})


async def test_a_teacher_enters_pupils_who_sign_in_with_printed_codes(stage: Stage, school: School) -> None:
    """P-17"""
    made = await make_class(school)
    pupils = await add_pupils(school, made["id"], "Pupil 02", " Pupil  01 ", candidate_number="0107")
    seen = (await look_at(school["teacher"], made["id"]))["students"]
    assert [(s["user_id"], s["name"], s["candidate_number"], s["has_address"]) for s in seen] == [
        (pupils[1], "Pupil 01", "0107", False),
        (pupils[0], "Pupil 02", "0107", False),
    ]
    printed = await print_codes(school, made["id"])
    assert printed.headers["Cache-Control"] == "no-store"
    codes = printed.json()["codes"]
    assert [code["name"] for code in codes] == ["Pupil 01", "Pupil 02"]
    signed_in = await enter(stage, codes[0]["code"])
    assert signed_in.status_code == 200, signed_in.text
    async with stage.client(signed_in.json()["access_token"]) as pupil:
        classes = (await pupil.get("/api/classes")).json()["classes"]
    assert [one["id"] for one in classes] == [made["id"]]
    assert (await enter(stage, codes[0]["code"])).status_code == 410


async def test_new_codes_end_those_before(stage: Stage, school: School) -> None:
    made = await make_class(school)
    [pupil, other] = await add_pupils(school, made["id"], "Pupil 01", "Pupil 02")
    first = (await print_codes(school, made["id"])).json()["codes"]
    again = (await print_codes(school, made["id"], user_ids=[pupil])).json()["codes"]
    assert [code["user_id"] for code in again] == [pupil]
    assert (await enter(stage, first[0]["code"])).status_code == 410
    assert (await enter(stage, first[1]["code"])).status_code == 200
    assert first[1]["user_id"] == other


async def test_codes_are_for_pupils_of_the_class_without_an_address_alone(
    stage: Stage, school: School, other_school: School
) -> None:
    """P-17: nobody in another class, no colleague, nobody who signs in by mail"""
    made, other = await make_class(school, name="9A"), await make_class(school, "teacher_2", name="9B")
    [pupil] = await add_pupils(school, made["id"], "Pupil 01")
    for role, class_id in (("teacher_2", made["id"]), ("teacher", other["id"])):
        refused = await print_codes(school, class_id, role, user_ids=[pupil])
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_class")
    for stranger in (pupil, str(id_of(school, "teacher")), str(uuid4())):
        absent = await print_codes(school, other["id"], "teacher_2", user_ids=[stranger])
        assert (absent.status_code, absent.json()["code"]) == (404, "not_in_class")
    await put_in(school, made["id"], id_of(school, "student"))
    mailed = await print_codes(school, made["id"], user_ids=[str(id_of(school, "student"))])
    assert (mailed.status_code, mailed.json()["code"]) == (409, "code_refused")
    await stage.add_member(other_school, pupil, "student", "Pupil 01")
    assert (await print_codes(school, made["id"], user_ids=[pupil])).status_code == 409
    assert await stage.query("select 1 from sign_in_codes where user_id = %s", [pupil]) == []


async def test_a_class_without_such_pupils_has_no_codes(school: School) -> None:
    made = await make_class(school)
    await put_in(school, made["id"], id_of(school, "student"))
    refused = await print_codes(school, made["id"])
    assert (refused.status_code, refused.json()["code"]) == (404, "nobody_to_print")


async def test_a_teacher_of_no_class_enters_nobody(school: School) -> None:
    made = await make_class(school)
    body = {"pupils": [{"name": "Pupil 01"}]}
    refused = await school["teacher_2"].post(f"/api/classes/{made['id']}/pupils", json=body)
    assert refused.status_code == 403
    assert (await school["teacher_2"].post("/api/users/pupils", json=body)).status_code == 403
    assert (await school["department_head"].post(f"/api/classes/{made['id']}/pupils", json=body)).is_success


@pytest.mark.parametrize(
    "pupils", [[], [{"name": ""}], [{"name": "Pupil 01", "year_group": "x" * 101}], [{"name": "P"}] * 501],
    ids=lambda pupils: str(pupils)[:40],
)  # fmt: skip
async def test_what_is_no_pupil_is_refused(school: School, pupils: Any) -> None:
    made = await make_class(school)
    answer = await school["teacher"].post(f"/api/classes/{made['id']}/pupils", json={"pupils": pupils})
    assert answer.status_code == 422
    assert (await look_at(school["teacher"], made["id"]))["students"] == []


async def test_codes_are_kept_nowhere(stage: Stage, school: School) -> None:
    """X-08, sec-I1"""
    made = await make_class(school)
    await add_pupils(school, made["id"], "Pupil 01")
    headers = {"Idempotency-Key": "one"}
    url = f"/api/classes/{made['id']}/codes"
    code = (await school["teacher"].post(url, json={}, headers=headers)).json()["codes"][0]["code"]
    again = await school["teacher"].post(url, json={}, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    for table in ("sign_in_codes", "events", "idempotent_answers"):
        rows = str(await stage.query(f"select t::text from {table} t"))
        assert code not in rows
        assert code.replace("-", "") not in rows


async def test_a_pupil_keeps_their_classes_with_an_account_of_their_own(stage: Stage, school: School) -> None:
    """P-17: also where the account is in one of them already, or asked for one"""
    first, second, third = [await make_class(school, name=name) for name in ("9A", "9B", "9C")]
    [pupil] = await add_pupils(school, first["id"], "Pupil 01")
    [account] = await add_students(stage, school, 1)
    await put_in(school, second["id"], pupil, account.user_id)
    await ask(school["teacher_2"], third["id"], user_id=pupil)
    await keep_proof(stage, school, pupil, account.email)
    async with stage.resources.database.service(school.institute_id) as conn:
        await join_account(conn, school.institute_id, UUID(pupil), account.user_id)
    classes = (await account.client.get("/api/classes")).json()["classes"]
    assert [one["name"] for one in classes] == ["9A", "9B"]
    for made in (first, second):
        seen = (await look_at(school["teacher"], made["id"]))["students"]
        assert [student["user_id"] for student in seen] == [str(account.user_id)]
    requests = (await look_at(school["teacher"], third["id"]))["enrollment_requests"]
    assert [one["user_id"] for one in requests] == [str(account.user_id)]
    assert await stage.query("select 1 from class_students where user_id = %s", [pupil]) == []
