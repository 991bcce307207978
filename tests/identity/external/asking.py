"""People who show a provider's token, and a look at what became of it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.identity.provider import make_key
from tests.stage import Person, Stage

ME = "/api/auth/me"
KEYS = [make_key("first"), make_key("second", "ES256"), make_key("third", "EdDSA")]
PEOPLE = {
    "sub-teacher": {"email": "Teacher.2@School.example", "email_verified": True, "name": "Teacher 2"},
    "sub-unproven": {"email": "head@school.example", "email_verified": False, "name": "Teacher 3"},
    "sub-boaster": {
        "email": "boaster@school.example",
        "email_verified": True,
        "role": "school_admin",
        "user_metadata": {"role": "school_admin"},
    },
}


async def ask(stage: Stage, token: str, path: str = ME, **given: Any) -> httpx.Response:
    async with stage.client(token) as client:
        return await client.get(path, **given)


async def give_address(stage: Stage, person: Person, email: str) -> None:
    await stage.query(
        "update users set email = %s, email_key = lower(%s) where id = %s", [email, email, person.user_id]
    )


async def count_identities(stage: Stage) -> int:
    count: int = (await stage.query("select count(*) from external_identities"))[0][0]
    return count


def proven(person: Person) -> dict[str, Any]:
    return {"email": person.email, "email_verified": True}
