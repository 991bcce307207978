"""P-17: an address given with a printed code waits until somebody who manages people says yes to that very
one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from markroom.institutes.addresses.model import PROOF_PURPOSE
from markroom.kit.tokens import derive_token
from tests.institutes.addresses.test_addresses import decide, give, prove, read_user, sign_in, waiting_of
from tests.institutes.inviting import link_in, mails_to, new_address
from tests.institutes.pupils.test_pupils import add_pupil
from tests.stage import School, Stage


@dataclass
class Waiting:
    """A pupil whose address waits. `client` is signed in by a printed code."""

    pupil_id: str
    client: httpx.AsyncClient
    address: str
    id: str


async def make_waiting(stage: Stage, school: School) -> Waiting:
    pupil_id, address = await add_pupil(school), new_address()
    client = await sign_in(stage, school, pupil_id)
    await give(client, address)
    return Waiting(pupil_id, client, address, await waiting_of(school, pupil_id))


async def list_waiting(school: School, role: str = "school_admin") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await school[role].get("/api/users/addresses")).json()["addresses"]
    return found


async def read_state(stage: Stage, address_id: str) -> tuple[Any, ...]:
    rows = await stage.query("select state, decided_by from address_proofs where id = %s", [address_id])
    return tuple(rows[0])


async def count_mail_jobs(stage: Stage, address_id: str) -> int:
    [(count,)] = await stage.query(
        "select count(*) from jobs where kind = 'send_address_mail' and subject_id = %s", [address_id]
    )
    return int(count)


async def test_who_decides_sees_whose_code_it_was_given_with(stage: Stage, school: School) -> None:
    waiting = await make_waiting(stage, school)
    [one] = await list_waiting(school, "department_head")
    assert (one["user_id"], one["name"], one["email"], one["state"]) == (
        waiting.pupil_id, "Pupil 07", waiting.address, "pending",
    )  # fmt: skip
    assert one["code_by"] == "School Admin"


@pytest.mark.parametrize("role", ["school_admin", "department_head"])
async def test_after_the_yes_the_address_is_asked(stage: Stage, school: School, role: str) -> None:
    waiting = await make_waiting(stage, school)
    assert await count_mail_jobs(stage, waiting.id) == 0
    assert (await decide(school, waiting.id, "confirm", role)).status_code == 200
    await stage.finish_jobs()
    assert len(mails_to(stage, waiting.address)) == 1
    assert await read_state(stage, waiting.id) == ("asked", school.people[role].user_id)
    assert await list_waiting(school) == []
    told = (await waiting.client.get("/api/notices")).json()["notices"]
    assert [(n["kind"], n["facts"]) for n in told] == [("address_decided", {"agreed": True})]


async def test_after_a_no_nobody_is_mailed_and_the_pupil_is_told(stage: Stage, school: School) -> None:
    waiting = await make_waiting(stage, school)
    assert (await decide(school, waiting.id, "refuse")).status_code == 200
    await stage.finish_jobs()
    assert mails_to(stage, waiting.address) == []
    told = (await waiting.client.get("/api/notices")).json()["notices"]
    assert [(n["kind"], n["facts"]) for n in told] == [("address_decided", {"agreed": False})]
    token = derive_token(stage.resources.secret, PROOF_PURPOSE, UUID(waiting.id))
    assert (await prove(stage, token)).status_code == 410


async def test_a_link_somebody_made_for_what_waits_proves_nothing(stage: Stage, school: School) -> None:
    """Whatever leaks the token: the database itself wants the school's yes."""
    waiting = await make_waiting(stage, school)
    token = derive_token(stage.resources.secret, PROOF_PURPOSE, UUID(waiting.id))
    assert (await prove(stage, token)).status_code == 410
    assert await read_user(stage, waiting.pupil_id) == (None, False)


@pytest.mark.parametrize("role", ["teacher", "student", "the pupil"])
@pytest.mark.parametrize("answer", ["confirm", "refuse"])
async def test_nobody_else_decides(stage: Stage, school: School, role: str, answer: str) -> None:
    waiting = await make_waiting(stage, school)
    client = waiting.client if role == "the pupil" else school[role]
    said = await client.post(f"/api/users/addresses/{waiting.id}/{answer}")
    assert said.status_code == 403
    assert (await client.get("/api/users/addresses")).status_code == 403
    assert await read_state(stage, waiting.id) == ("pending", None)


async def test_a_yes_is_to_the_address_that_was_looked_at(stage: Stage, school: School) -> None:
    """Another is given behind the page: neither is mailed."""
    waiting = await make_waiting(stage, school)
    other = new_address()
    await give(waiting.client, other)
    said = await decide(school, waiting.id, "confirm")
    assert (said.status_code, said.json()["code"]) == (409, "address_not_waiting")
    newer = await waiting_of(school, waiting.pupil_id)
    assert newer != waiting.id
    assert [await count_mail_jobs(stage, one) for one in (waiting.id, newer)] == [0, 0]


async def test_a_newer_address_ends_the_one_agreed_to(stage: Stage, school: School) -> None:
    """It was a slip: whoever has the first must not become the pupil."""
    waiting = await make_waiting(stage, school)
    await decide(school, waiting.id, "confirm")
    await give(waiting.client, new_address())
    token = derive_token(stage.resources.secret, PROOF_PURPOSE, UUID(waiting.id))
    assert (await prove(stage, token)).status_code == 410


async def test_of_a_yes_and_a_no_at_once_one_counts(stage: Stage, school: School, race_rounds: int) -> None:
    for _ in range(race_rounds):
        waiting = await make_waiting(stage, school)
        answers = await asyncio.gather(
            decide(school, waiting.id, "confirm"), decide(school, waiting.id, "refuse", "department_head")
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        agreed = answers[0].status_code == 200
        assert (await read_state(stage, waiting.id))[0] == ("asked" if agreed else "refused")
        assert await count_mail_jobs(stage, waiting.id) == agreed


async def test_what_is_given_while_somebody_says_yes_waits(
    stage: Stage, school: School, race_rounds: int
) -> None:
    for _ in range(race_rounds):
        waiting = await make_waiting(stage, school)
        await asyncio.gather(decide(school, waiting.id, "confirm"), give(waiting.client, new_address()))
        newer = await waiting_of(school, waiting.pupil_id)
        assert newer != waiting.id
        assert (await read_state(stage, newer))[0] == "pending"
        assert await count_mail_jobs(stage, newer) == 0


@pytest.mark.parametrize("end", ["old", "suspended", "left", "closed"])
async def test_what_waits_for_somebody_who_is_not_there_is_not_decided(
    stage: Stage, school: School, end: str
) -> None:
    waiting = await make_waiting(stage, school)
    admin = school["school_admin"]
    if end == "old":
        await stage.query("update address_proofs set expires_at = now() where id = %s", [waiting.id])
    elif end == "suspended":
        await admin.patch(f"/api/users/{waiting.pupil_id}", json={"state": "suspended"})
    elif end == "left":
        await admin.delete(f"/api/users/{waiting.pupil_id}")
    else:
        await admin.post("/api/institutes/current/close", json={"confirm": school.name})
    said = await decide(school, waiting.id, "confirm")
    assert said.status_code == {"old": 409, "suspended": 409, "left": 404, "closed": 401}[end]
    assert end == "closed" or await list_waiting(school) == []
    assert await read_state(stage, waiting.id) == ("pending", None)
    assert await count_mail_jobs(stage, waiting.id) == 0


async def test_what_waits_is_kept_for_two_weeks_and_a_mail_for_a_day(stage: Stage, school: School) -> None:
    waiting = await make_waiting(stage, school)
    kept = "select round(extract(epoch from expires_at - now()) / 86400) from address_proofs where id = %s"
    assert await stage.query(kept, [waiting.id]) == [(14,)]
    await decide(school, waiting.id, "confirm")
    assert await stage.query(kept, [waiting.id]) == [(1,)]


async def test_another_school_sees_and_decides_nothing(
    stage: Stage, school: School, other_school: School
) -> None:
    """sec-P4"""
    waiting = await make_waiting(stage, school)
    assert await list_waiting(other_school) == []
    foreign = await decide(other_school, waiting.id, "confirm")
    unknown = await decide(other_school, str(uuid4()), "confirm")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "address_not_found")
    assert foreign.json()["detail"] == unknown.json()["detail"]


async def test_decisions_are_recorded(stage: Stage, school: School) -> None:
    """X-09"""
    head = school.people["department_head"].user_id
    for answer in ("confirm", "refuse"):
        waiting = await make_waiting(stage, school)
        await decide(school, waiting.id, answer, "department_head")
        events = await stage.query(
            "select kind, user_id from events where subject_id = %s and kind like 'address%%' order by id",
            [waiting.pupil_id],
        )
        kind = "address_confirmed" if answer == "confirm" else "address_refused"
        assert events == [("address_given", UUID(waiting.pupil_id)), (kind, head)]


INSERT = """insert into address_proofs
    (institute_id, user_id, email, email_key, hash, expires_at, state, decided_by)
    values (%s, %s, 'a@b.example', 'a@b.example', 'x', now() + interval '1 day', %s, %s)"""
UPDATE = "update address_proofs set state = 'asked', decided_by = %s where institute_id = %s and id = %s"


@pytest.mark.parametrize("role", ["teacher", "student", "the pupil", "school_admin"])
async def test_the_database_lets_nobody_agree_to_their_own(stage: Stage, school: School, role: str) -> None:
    """X-02, sec-R13: whatever the code above asks of it. Not even an admin says yes to an address of their
    own."""
    waiting = await make_waiting(stage, school)
    user = UUID(waiting.pupil_id) if role == "the pupil" else school.people[role].user_id
    about = user if role == "school_admin" else UUID(waiting.pupil_id)

    async def attempt(sql: str, params: list[Any]) -> int:
        async with stage.resources.database.transaction() as conn:
            await conn.execute("select app.begin_as(%s, null, %s)", [user, school.institute_id])
            return (await conn.execute(sql, params)).rowcount

    for by in (None, user):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await attempt(INSERT, [school.institute_id, about, "asked", by])
    if role != "school_admin":
        assert await attempt(UPDATE, [user, school.institute_id, waiting.id]) == 0
    else:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):  # in a colleague's name
            await attempt(UPDATE, [school.people["teacher"].user_id, school.institute_id, waiting.id])


async def test_a_pupil_does_not_replace_the_address_their_school_gave(stage: Stage, school: School) -> None:
    """P-17: or whoever holds a code would end each mail's link"""
    pupil, address = await add_pupil(school), new_address()
    client = await sign_in(stage, school, pupil)
    await give(client, new_address())
    given = await school["school_admin"].post(f"/api/users/{pupil}/address", json={"email": address})
    assert given.status_code == 202, given.text
    refused = await client.post("/api/auth/address", json={"email": new_address()})
    assert (refused.status_code, refused.json()["code"]) == (409, "address_mailed")
    await stage.finish_jobs()
    token = link_in(mails_to(stage, address)[-1]).rsplit("/", 1)[1]
    assert (await prove(stage, token)).status_code == 200


async def test_once_the_schools_address_ended_a_pupil_gives_another(stage: Stage, school: School) -> None:
    pupil = await add_pupil(school)
    client = await sign_in(stage, school, pupil)
    await school["school_admin"].post(f"/api/users/{pupil}/address", json={"email": new_address()})
    await stage.query("update address_proofs set expires_at = now() where user_id = %s", [pupil])
    await give(client, new_address())
