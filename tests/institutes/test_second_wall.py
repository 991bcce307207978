"""sec-R13: row security is the second wall. Should its context ever be forged, every statement still names
the institute it is about; and a text that looks like SQL is only a text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from markroom.institutes.addresses import reads as address_rows
from markroom.institutes.invitation_lists import reads as list_rows
from markroom.institutes.invitations.reads import list_invitations
from markroom.institutes.members import reads
from markroom.kit.db import Conn
from tests.institutes.addresses.test_addresses import give, sign_in
from tests.institutes.inviting import invite, new_address
from tests.institutes.pupils.test_pupils import add_pupil
from tests.stage import School, Stage

Read = Callable[[Conn, UUID, School], Awaitable[object]]
HOSTILE = ["' or true --", "%') or ('1'='1", "'; select set_config('app.i_any', '{}', true); --", "\\'; --"]


def ids(people: School) -> list[UUID]:
    return [person.user_id for person in people.people.values()]


ROLES = ["school_admin", "department_head", "teacher", "student"]
READS: dict[str, Read] = {
    "members": lambda c, i, _: reads.list_members(c, i, roles=ROLES, q=None, after=None, limit=50),
    "staff by id": lambda c, i, of: reads.list_active_staff(c, i, ids(of)),
    "students by id": lambda c, i, of: reads.list_students_by_id(c, i, ids(of)),
    "a member": lambda c, i, of: reads.find_member(c, i, ids(of)[0]),
    "a member by address": lambda c, i, of: reads.find_member_by_address(c, i, of.people["teacher"].email),
    "invitations": lambda c, i, _: list_invitations(c, i, role=None, status=None, after=None, limit=50),
    "pupils without address": lambda c, i, _: reads.list_pupils_without_address(c, i, None, 50),
    "addresses that wait": lambda c, i, _: address_rows.list_pending(c, i, None, 50),
    "who is known": lambda c, i, of: list_rows.find_known(
        c, i, [person.email for person in of.people.values()]
    ),
}


@pytest.mark.parametrize("read", READS)
async def test_a_forged_context_shows_no_statement_another_school(
    stage: Stage, school: School, other_school: School, read: str
) -> None:
    """The application's role sets every setting to both schools, and asks for the first's about the other's
    people."""
    await invite(other_school["school_admin"], new_address())
    pupil = await sign_in(stage, other_school, await add_pupil(other_school))
    await give(pupil, "waiting@school.example")
    both = f"{{{school.institute_id},{other_school.institute_id}}}"
    async with stage.resources.database.transaction() as conn:
        for setting in ("i_any", "i_staff", "i_manage", "i_admin"):
            await conn.execute("select set_config(%s, %s, true)", [f"app.{setting}", both])
        seen = await (
            await conn.execute("select count(*) from memberships where state = 'active'")
        ).fetchone()
        assert seen is not None
        assert seen[0] > len(school.people)  # the first wall is down indeed
        found = str(await READS[read](conn, school.institute_id, other_school))
    for person in other_school.people.values():
        assert str(person.user_id) not in found
        assert person.email not in found
    assert "waiting@school.example" not in found
    assert read != "invitations" or found == "([], 0)"


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_text_that_looks_like_sql_is_a_text(school: School, other_school: School, text: str) -> None:
    admin = school["school_admin"]
    for url in ("/api/users/staff", "/api/users/students", "/api/people"):
        answer = await admin.get(url, params={"q": text})
        assert (answer.status_code, answer.json()["total"]) == (200, 0)
    assert (await admin.get("/api/users/invitations", params={"role": text})).json()["total"] == 0
    made = await admin.post("/api/users/pupils", json={"pupils": [{"name": text}]})
    assert made.json()["pupils"][0]["name"] == " ".join(text.split())
    assert (await other_school["school_admin"].get("/api/users/staff")).json()["total"] == 4
