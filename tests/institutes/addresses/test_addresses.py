"""P-17: a pupil without an address comes to one, or to the account that has it already."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from markroom.institutes.addresses.actions import join_account
from tests.institutes.inviting import link_in, mails_to, make_addressee, new_address
from tests.institutes.pupils.test_pupils import add_pupil, enter, issue
from tests.marking.sitting import lay_out
from tests.stage import School, Stage


async def sign_in(stage: Stage, school: School, pupil_id: str) -> httpx.AsyncClient:
    """The pupil, signed in by a printed code."""
    code = (await issue(school, pupil_id)).json()["code"]
    token = (await enter(stage, code)).json()["access_token"]
    return stage.client(token, school.institute_id)


async def give(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.post("/api/auth/address", json={"email": address})
    assert answer.status_code == 202, answer.text


async def waiting_of(school: School, pupil_id: Any) -> str:
    """The address a pupil gave, as those see it who decide: its id."""
    listed = (await school["school_admin"].get("/api/users/addresses")).json()["addresses"]
    return next(str(one["id"]) for one in listed if one["user_id"] == str(pupil_id))


async def decide(school: School, address_id: str, answer: str, role: str = "school_admin") -> httpx.Response:
    return await school[role].post(f"/api/users/addresses/{address_id}/{answer}")


async def ask(stage: Stage, school: School, client: httpx.AsyncClient, address: str) -> str:
    """The token of the mail that follows once the school said yes."""
    await give(client, address)
    pupil_id = (await client.get("/api/auth/me")).json()["user"]["id"]
    said = await decide(school, await waiting_of(school, pupil_id), "confirm")
    assert said.status_code == 200, said.text
    await stage.finish_jobs()
    return link_in(mails_to(stage, address)[-1]).rsplit("/", 1)[1]


async def prove(stage: Stage, token: str) -> httpx.Response:
    async with stage.client() as client:
        return await client.post("/api/auth/address/proof", json={"token": token})


async def read_user(stage: Stage, user_id: Any) -> tuple[Any, ...]:
    rows = await stage.query(
        "select email, email_verified_at is not null from users where id = %s", [user_id]
    )
    return tuple(rows[0])


async def read_place(stage: Stage, school: School, user_id: Any) -> tuple[Any, ...] | None:
    rows = await stage.query(
        "select role, state, email from memberships where institute_id = %s and user_id = %s",
        [school.institute_id, user_id],
    )
    return tuple(rows[0]) if rows else None


async def test_an_address_nobody_has_becomes_the_pupils(stage: Stage, school: School) -> None:
    """Proved, and seen by the school; the mail's link alone signs nobody in."""
    pupil, address = await add_pupil(school), new_address()
    token = await ask(stage, school, await sign_in(stage, school, pupil), address.upper())
    assert await read_user(stage, pupil) == (None, False)
    answer = await prove(stage, token)
    assert answer.json() == {"status": "ok", "outcome": "proved"}
    assert "set-cookie" not in answer.headers
    assert await read_user(stage, pupil) == (address.upper(), True)
    assert await read_place(stage, school, pupil) == ("student", "active", address.upper())


async def test_whoever_was_signed_in_by_a_code_signs_in_anew(stage: Stage, school: School) -> None:
    """The code may have been found by another; those printed end too."""
    pupil, address = await add_pupil(school), new_address()
    client = await sign_in(stage, school, pupil)
    token = await ask(stage, school, client, address)
    spare = (await issue(school, pupil)).json()["code"]
    await prove(stage, token)
    assert (await client.get("/api/auth/me")).status_code == 401
    assert (await enter(stage, spare)).status_code == 410
    assert (await issue(school, pupil)).status_code == 409


async def test_a_pupils_place_goes_to_the_account_that_has_the_address(stage: Stage, school: School) -> None:
    pupil, address = await add_pupil(school, year_group="10"), new_address()
    account = await make_addressee(stage, address)
    token = await ask(stage, school, await sign_in(stage, school, pupil), address)
    assert (await prove(stage, token)).json()["outcome"] == "joining"
    await stage.finish_jobs()
    assert await read_place(stage, school, account.user_id) == ("student", "active", address)
    assert await read_place(stage, school, pupil) == ("student", "left", None)
    [(details,)] = await stage.query("select metadata from memberships where user_id = %s", [account.user_id])
    assert details == {"year_group": "10"}
    assert (await account.client.get("/api/auth/me")).json()["memberships"][0]["role"] == "student"


async def test_what_a_pupil_wrote_goes_with_them(stage: Stage, school: School) -> None:
    sitting = await lay_out(stage, school)
    pupil, address = await add_pupil(school), new_address()
    await stage.query(
        "update candidates set user_id = %s where id ="
        " (select min(id::text)::uuid from candidates where batch_id = %s)",
        [pupil, sitting.batch_id],
    )
    account = await make_addressee(stage, address)
    await prove(stage, await ask(stage, school, await sign_in(stage, school, pupil), address))
    await stage.finish_jobs()
    [(count,)] = await stage.query("select count(*) from candidates where user_id = %s", [account.user_id])
    assert count == 1


async def test_an_account_keeps_the_role_it_has(stage: Stage, school: School) -> None:
    teacher = school.people["teacher"]
    pupil = await add_pupil(school)
    await prove(stage, await ask(stage, school, await sign_in(stage, school, pupil), teacher.email))
    await stage.finish_jobs()
    assert await read_place(stage, school, teacher.user_id) == ("teacher", "active", teacher.email)
    assert (await read_place(stage, school, pupil) or ())[1] == "left"


async def test_an_account_that_left_is_back_as_a_pupil(stage: Stage, school: School) -> None:
    teacher = school.people["teacher"]
    await school["school_admin"].delete(f"/api/users/{teacher.user_id}")
    pupil = await add_pupil(school)
    await prove(stage, await ask(stage, school, await sign_in(stage, school, pupil), teacher.email))
    await stage.finish_jobs()
    assert await read_place(stage, school, teacher.user_id) == ("student", "active", teacher.email)


async def test_joining_is_recorded_with_both(stage: Stage, school: School) -> None:
    """X-09"""
    pupil, address = await add_pupil(school), new_address()
    account = await make_addressee(stage, address)
    await prove(stage, await ask(stage, school, await sign_in(stage, school, pupil), address))
    await stage.finish_jobs()
    events = await stage.query(
        "select kind, subject_id::text, facts->>'pupil_id' from events where institute_id = %s"
        " and (kind like 'address%%' or kind in ('account_joined', 'member_left')) order by id",
        [school.institute_id],
    )
    assert events == [
        ("address_given", pupil, None),
        ("address_confirmed", pupil, None),
        ("address_proved", pupil, None),
        ("account_joined", str(account.user_id), pupil),
        ("member_left", pupil, None),
    ]


async def test_joining_twice_changes_nothing(stage: Stage, school: School) -> None:
    """X-10: a worker killed after the work does it again."""
    pupil, address = await add_pupil(school), new_address()
    account = await make_addressee(stage, address)
    await prove(stage, await ask(stage, school, await sign_in(stage, school, pupil), address))
    for _ in range(2):
        async with stage.resources.database.service(school.institute_id) as conn:
            await join_account(conn, school.institute_id, UUID(pupil), account.user_id)
    [(count,)] = await stage.query(
        "select count(*) from events where institute_id = %s and kind = 'account_joined'",
        [school.institute_id],
    )
    assert count == 1


async def test_an_unproved_account_with_the_address_is_signed_out(stage: Stage, school: School) -> None:
    """Whoever opened it by a shown link may be somebody else."""
    pupil, address = await add_pupil(school), new_address()
    account = await make_addressee(stage, address, verified=False)
    await prove(stage, await ask(stage, school, await sign_in(stage, school, pupil), address))
    assert (await account.client.get("/api/auth/me")).status_code == 401
    assert (await read_user(stage, account.user_id))[1] is True


async def test_a_link_proves_once(stage: Stage, school: School) -> None:
    """20 at a time: one does it."""
    pupil, address = await add_pupil(school), new_address()
    token = await ask(stage, school, await sign_in(stage, school, pupil), address)
    answers = await asyncio.gather(*(prove(stage, token) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 19


async def test_the_newest_mail_counts(stage: Stage, school: School) -> None:
    pupil = await add_pupil(school)
    client = await sign_in(stage, school, pupil)
    first = await ask(stage, school, client, new_address())
    second = await ask(stage, school, client, new_address())
    assert (await prove(stage, first)).status_code == 410
    assert (await prove(stage, second)).status_code == 200


@pytest.mark.parametrize("end", ["old", "left", "closed", "unknown"])
async def test_a_link_that_stands_for_nothing_any_more_is_gone(
    stage: Stage, school: School, end: str
) -> None:
    """sec-I14: alike for each."""
    pupil, address = await add_pupil(school), new_address()
    token = await ask(stage, school, await sign_in(stage, school, pupil), address)
    if end == "old":
        await stage.query("update address_proofs set expires_at = now() where user_id = %s", [pupil])
    elif end == "left":
        await school["school_admin"].delete(f"/api/users/{pupil}")
    elif end == "closed":
        await school["school_admin"].post("/api/institutes/current/close", json={"confirm": school.name})
    else:
        token = "x" + token
    answer = await prove(stage, token)
    assert (answer.status_code, answer.json()["code"]) == (410, "proof_used")
    assert await read_user(stage, pupil) == (None, False)


async def test_no_token_of_an_address_is_kept(stage: Stage, school: School) -> None:
    """sec-I1"""
    token = await ask(stage, school, await sign_in(stage, school, await add_pupil(school)), new_address())
    for (table,) in await stage.query(
        "select tablename from pg_tables where schemaname in ('public', 'jobs')"
    ):
        schema = "jobs" if table.startswith("procrastinate") else "public"
        [(found,)] = await stage.query(
            f"select count(*) from {schema}.{table} t where to_jsonb(t)::text like %s", [f"%{token}%"]
        )
        assert found == 0, table


async def test_asking_answers_alike_for_known_and_unknown_addresses(stage: Stage, school: School) -> None:
    """sec-I14"""
    client = await sign_in(stage, school, await add_pupil(school))
    answers = [
        await client.post("/api/auth/address", json={"email": address})
        for address in (school.people["teacher"].email, new_address())
    ]
    assert answers[0].content == answers[1].content


async def test_an_admin_gives_a_pupil_an_address(stage: Stage, school: School) -> None:
    pupil, address = await add_pupil(school), new_address()
    answer = await school["school_admin"].post(f"/api/users/{pupil}/address", json={"email": address})
    assert answer.status_code == 202
    await stage.finish_jobs()
    [mail] = mails_to(stage, address)
    assert school.name in str(mail.get_body(("plain",)))
    await prove(stage, link_in(mail).rsplit("/", 1)[1])
    assert (await read_user(stage, pupil))[0] == address


@pytest.mark.parametrize(("role", "status"), [("department_head", 202), ("teacher", 403), ("student", 403)])
async def test_who_gives_a_pupil_an_address(school: School, role: str, status: int) -> None:
    answer = await school[role].post(
        f"/api/users/{await add_pupil(school)}/address", json={"email": new_address()}
    )
    assert answer.status_code == status


async def test_whoever_has_an_address_is_given_no_other(school: School) -> None:
    own = await school["teacher"].post("/api/auth/address", json={"email": new_address()})
    given = await school["school_admin"].post(
        f"/api/users/{school.people['student'].user_id}/address", json={"email": new_address()}
    )
    assert [own.json()["code"], given.json()["code"]] == ["address_known"] * 2


async def test_a_pupil_of_another_school_is_unknown(school: School, other_school: School) -> None:
    """sec-P4"""
    pupil = await add_pupil(other_school)
    answer = await school["school_admin"].post(f"/api/users/{pupil}/address", json={"email": new_address()})
    assert answer.status_code == 404
