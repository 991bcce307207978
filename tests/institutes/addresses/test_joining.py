"""P-17: a pupil's place goes to no account that is gone, and never behind the school's back."""

from __future__ import annotations

import asyncio
from uuid import UUID

from markroom.institutes.addresses.actions import join_account
from tests.institutes.addresses.test_addresses import ask, prove, read_place, sign_in
from tests.institutes.inviting import keep_proof, make_addressee, new_address
from tests.institutes.pupils.test_pupils import add_pupil
from tests.stage import School, Stage


async def test_an_account_that_is_gone_takes_nobodys_place(stage: Stage, school: School) -> None:
    """It was deleted before the job ran: the pupil stays, and proves the address anew."""
    pupil, address = await add_pupil(school), new_address()
    account = await make_addressee(stage, address)
    await prove(stage, await ask(stage, school, await sign_in(stage, school, pupil), address))
    assert (await account.client.delete("/api/auth/me")).status_code == 200
    await stage.finish_jobs()
    assert await read_place(stage, school, account.user_id) is None
    assert await read_place(stage, school, pupil) == ("student", "active", None)
    again = await ask(stage, school, await sign_in(stage, school, pupil), address)
    assert (await prove(stage, again)).json()["outcome"] == "proved"
    assert await read_place(stage, school, pupil) == ("student", "active", address)


async def test_an_account_deleted_while_it_is_joined_belongs_nowhere(
    stage: Stage, school: School, race_rounds: int
) -> None:
    for _ in range(race_rounds):
        pupil, address = await add_pupil(school), new_address()
        account = await make_addressee(stage, address)
        await keep_proof(stage, school, pupil, address)

        async def join(pupil: str = pupil, account_id: UUID = account.user_id) -> None:
            async with stage.resources.database.service(school.institute_id) as conn:
                await join_account(conn, school.institute_id, UUID(pupil), account_id)

        answer, _ = await asyncio.gather(account.client.delete("/api/auth/me"), join())
        assert answer.status_code == 200
        place = await read_place(stage, school, account.user_id)
        assert place is None or place[1] == "left"


async def test_admins_are_told_that_a_pupil_gave_an_address(stage: Stage, school: School) -> None:
    """P-14: whoever held a pupil's code could have given their own."""
    pupil, address = await add_pupil(school, "Pupil 07"), new_address()
    await ask(stage, school, await sign_in(stage, school, pupil), address)
    told = (await school["school_admin"].get("/api/notices")).json()["notices"]
    assert [(n["kind"], n["subject_id"], n["person"]) for n in told] == [
        ("pupil_address_given", pupil, "Pupil 07")
    ]
    page = await school["school_admin"].get("/notices")
    assert "Pupil 07 gave a mail address" in page.text
    assert f"/people/{pupil}" in page.text
    assert (await school["teacher"].get("/api/notices")).json()["total"] == 0


async def test_admins_are_told_to_whom_a_pupils_place_went(stage: Stage, school: School) -> None:
    """P-14"""
    pupil, address = await add_pupil(school), new_address()
    account = await make_addressee(stage, address)
    await prove(stage, await ask(stage, school, await sign_in(stage, school, pupil), address))
    await stage.finish_jobs()
    newest = (await school["school_admin"].get("/api/notices")).json()["notices"][0]
    assert (newest["kind"], newest["subject_id"]) == ("pupil_address_given", str(account.user_id))
    assert newest["facts"] == {"user_id": pupil, "joined": True}
