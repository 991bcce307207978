"""Answering an invitation while something else happens to it: one of the two wins."""

from __future__ import annotations

import asyncio

import pytest

from tests.institutes.inviting import (
    ask,
    count_members,
    invite,
    make_addressee,
    new_address,
    read_status,
    token_of,
)
from tests.stage import School, Stage


async def test_many_acceptances_at_once_make_one_membership(stage: Stage, school: School) -> None:
    """sec-I2: by one person, and by one link for two"""
    invitation, token, addressee = await ask(stage, school)
    other = await stage.make_person(None, "teacher")
    answers = await asyncio.gather(
        *(each.client.post(f"/api/invitations/{token}/accept") for each in [addressee, other] * 10)
    )
    mine, theirs = answers[::2], answers[1::2]
    assert {answer.status_code for answer in mine} == {200}  # the first, and nine repeats of it
    assert {answer.status_code for answer in theirs} <= {403, 410}
    assert await count_members(stage, school, invitation["email"]) == 1
    joined = await stage.query("select count(*) from events where subject_id = %s", [addressee.user_id])
    assert joined == [(1,)]


@pytest.mark.races
async def test_cancelling_and_accepting_at_once_have_one_winner(
    stage: Stage, school: School, race_rounds: int
) -> None:
    """sec-I11"""
    for _ in range(race_rounds):
        invitation, token, addressee = await ask(stage, school)
        accepted, cancelled = await asyncio.gather(
            addressee.client.post(f"/api/invitations/{token}/accept"),
            school["school_admin"].delete(f"/api/users/invitations/{invitation['id']}"),
        )
        outcome = (accepted.status_code, cancelled.status_code, await read_status(stage, invitation),
                   await count_members(stage, school, invitation["email"]))  # fmt: skip
        assert outcome in {(200, 404, "accepted", 1), (410, 200, "cancelled", 0)}


@pytest.mark.races
async def test_sending_again_and_accepting_at_once_have_one_winner(
    stage: Stage, school: School, race_rounds: int
) -> None:
    """P-08: compare and set"""
    for _ in range(race_rounds):
        invitation, token, addressee = await ask(stage, school)
        accepted, resent = await asyncio.gather(
            addressee.client.post(f"/api/invitations/{token}/accept"),
            school["school_admin"].post(f"/api/users/invitations/{invitation['id']}/resend"),
        )
        outcome = (accepted.status_code, resent.status_code, await read_status(stage, invitation))
        assert outcome in {(200, 400, "accepted"), (410, 200, "pending"), (200, 409, "accepted")}


@pytest.mark.races
async def test_demoting_the_inviter_and_accepting_at_once_never_mix(
    stage: Stage, school: School, race_rounds: int
) -> None:
    """sec-I6: whoever is second sees the first, as roles change under the school's lock"""
    for _ in range(race_rounds):
        inviter = await stage.make_person(school, "school_admin")
        invitation = await invite(inviter.client, new_address(), "school_admin")
        addressee = await make_addressee(stage, invitation["email"])
        demote = """with school as (select 1 from institutes where id = %s for no key update)
                    update memberships set role = 'teacher'
                     where user_id = %s and exists (select 1 from school)"""
        accepted, _ = await asyncio.gather(
            addressee.client.post(f"/api/invitations/{token_of(stage, invitation)}/accept"),
            stage.query(demote, [school.institute_id, inviter.user_id]),
        )
        outcome = (accepted.status_code, await count_members(stage, school, invitation["email"]))
        assert outcome in {(200, 1), (410, 0)}
