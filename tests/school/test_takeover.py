"""P-17: whoever printed a pupil's code, or found one, does not come to own the pupil's account by it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.institutes.addresses.test_addresses import prove, read_place, read_user
from tests.institutes.inviting import link_in, mails_to, new_address
from tests.institutes.pupils.test_pupils import add_pupil
from tests.school.classes import make_class, put_in
from tests.stage import School, Stage


async def sign_in_as(stage: Stage, school: School, pupil: Any, role: str = "teacher") -> httpx.AsyncClient:
    """What any teacher can do: take a pupil they do not know into a class, print their code and use it."""
    made = await make_class(school, role)
    assert (await put_in(school, made["id"], pupil, role=role)).is_success
    printed = await school[role].post(f"/api/classes/{made['id']}/codes", json={"user_ids": [str(pupil)]})
    [code] = printed.json()["codes"]
    async with stage.client() as client:
        token = (await client.post("/api/auth/sessions", json={"code": code["code"]})).json()["access_token"]
    return stage.client(token, school.institute_id)


async def test_a_teacher_who_signs_in_as_a_pupil_gets_no_link_to_own_them(
    stage: Stage, school: School
) -> None:
    """Neither by an address nobody has nor by their own: nothing is mailed before the school said yes."""
    for address in (new_address(), school.people["teacher"].email):
        pupil = await add_pupil(school)
        client = await sign_in_as(stage, school, pupil)
        asked = await client.post("/api/auth/address", json={"email": address})
        await stage.finish_jobs()
        for mail in mails_to(stage, address):
            await prove(stage, link_in(mail).rsplit("/", 1)[1])
            await stage.finish_jobs()
        assert asked.status_code == 202
        assert await read_user(stage, pupil) == (None, False)
        assert await read_place(stage, school, pupil) == ("student", "active", None)
        assert mails_to(stage, address) == []
