"""sec-I6, P-09: what a platform admin asked rests on their right too, and is looked at again."""

from __future__ import annotations

import pytest

from markroom.institutes.actions import create_institute
from markroom.institutes.invitations.actions import issue_invitation
from tests.institutes.inviting import count_members, invite, make_addressee, new_address, token_of
from tests.stage import Person, School, Stage


async def make_platform_admin(stage: Stage) -> Person:
    person = await stage.make_person(None, "platform_admin")
    await stage.query("update users set is_platform_admin = true where id = %s", [person.user_id])
    return person


async def invite_by_list(stage: Stage, school: School, by: Person, address: str) -> str:
    """The invitation's id."""
    async with stage.client(by.token, school.institute_id) as client:
        rows = [{"email": address, "role": "school_admin"}]
        answer = await client.post("/api/users/invitations/bulk", json={"rows": rows})
        assert answer.status_code == 202, answer.text
    await stage.finish_jobs()
    [(invitation_id,)] = await stage.query("select id from invitations where email = %s", [address])
    return str(invitation_id)


@pytest.mark.parametrize("in_a_list", [False, True])
@pytest.mark.parametrize(("still", "status"), [(True, 200), (False, 410)])
async def test_an_invitation_by_a_former_platform_admin_is_void(
    stage: Stage, school: School, in_a_list: bool, still: bool, status: int
) -> None:
    by, address = await make_platform_admin(stage), new_address()
    if in_a_list:
        invitation = {"id": await invite_by_list(stage, school, by, address)}
    else:
        async with stage.client(by.token, school.institute_id) as client:
            invitation = await invite(client, address, "school_admin")
    await stage.query("update users set is_platform_admin = %s where id = %s", [still, by.user_id])
    addressee = await make_addressee(stage, address)
    answer = await addressee.client.post(f"/api/invitations/{token_of(stage, invitation)}/accept")
    assert answer.status_code == status, answer.text
    assert await count_members(stage, school, address) == int(still)


async def test_the_operators_invitation_rests_on_nobody(stage: Stage) -> None:
    """I-06: a school's first admin"""
    address = new_address()
    async with stage.resources.database.service() as conn:
        institute_id = await create_institute(conn, "Hillside School")
        invited = await issue_invitation(
            conn, institute_id, stage.resources.secret, address, "school_admin", {}, None
        )
    addressee = await make_addressee(stage, address)
    token = token_of(stage, {"id": str(invited.invitation.id)})
    assert (await addressee.client.post(f"/api/invitations/{token}/accept")).status_code == 200


async def test_the_trail_names_who_started_a_list(stage: Stage, school: School) -> None:
    """X-09"""
    admin = school.people["school_admin"]
    invitation_id = await invite_by_list(stage, school, admin, new_address())
    told = await stage.query(
        "select user_id from events where kind = 'invitation_sent' and subject_id = %s", [invitation_id]
    )
    assert told == [(admin.user_id,)]
