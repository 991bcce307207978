"""X-08: a request sent again gets the first answer and is done once."""

import asyncio

from tests.stage import School, Stage

INVITE = {"email": "new-teacher@school.example", "role": "teacher"}


async def _count_invitations(school: School) -> int:
    total: int = (await school["school_admin"].get("/api/users/invitations")).json()["total"]
    return total


async def test_the_same_request_again_gets_the_first_answer(school: School) -> None:
    headers = {"Idempotency-Key": "one"}
    first = await school["school_admin"].post("/api/users/invite", json=INVITE, headers=headers)
    again = await school["school_admin"].post("/api/users/invite", json=INVITE, headers=headers)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["status"] == "ok", "not `already_pending`: the request was not carried out again"


async def test_another_request_under_the_same_key_is_refused(school: School) -> None:
    headers = {"Idempotency-Key": "one"}
    await school["school_admin"].post("/api/users/invite", json=INVITE, headers=headers)
    other = await school["school_admin"].post(
        "/api/users/invite", json=INVITE | {"email": "x@school.example"}, headers=headers
    )
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert await _count_invitations(school) == 1


async def test_a_refused_request_leaves_its_key_free(school: School) -> None:
    headers = {"Idempotency-Key": "one"}
    wrong = await school["school_admin"].post(
        "/api/users/invite", json=INVITE | {"role": "king"}, headers=headers
    )
    right = await school["school_admin"].post("/api/users/invite", json=INVITE, headers=headers)
    assert (wrong.status_code, right.status_code) == (400, 200)


async def test_a_key_belongs_to_one_credential(school: School) -> None:
    headers = {"Idempotency-Key": "one"}
    await school["school_admin"].post("/api/users/invite", json=INVITE, headers=headers)
    other = await school["department_head"].post("/api/users/invite", json=INVITE, headers=headers)
    assert other.json()["status"] == "already_pending"


async def test_twenty_at_once_are_carried_out_once(school: School) -> None:
    headers = {"Idempotency-Key": "race"}
    sent = [school["school_admin"].post("/api/users/invite", json=INVITE, headers=headers) for _ in range(20)]
    answers = await asyncio.gather(*sent)
    assert {answer.json()["status"] for answer in answers} == {"ok"}
    assert await _count_invitations(school) == 1


async def test_a_key_is_free_again_after_a_day(school: School, stage: Stage) -> None:
    headers = {"Idempotency-Key": "one"}
    await school["school_admin"].post("/api/users/invite", json=INVITE, headers=headers)
    await stage.query("update idempotent_answers set created_at = now() - interval '25 hours'")
    later = await school["school_admin"].post("/api/users/invite", json=INVITE, headers=headers)
    assert later.json()["status"] == "already_pending"
