"""sec-P1: a project keeps an admin, and its owner is one, however its people end each other at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import combinations_with_replacement

import httpx
import pytest

from tests.projects.team import Team, cast_team, make_team
from tests.stage import School, Stage

Way = Callable[[Team, str, str], Awaitable[httpx.Response]]
"""How somebody ends being an admin: the team, who does it, and whose place it is."""


async def transfer(team: Team, by: str, to: str) -> httpx.Response:
    return await team[by].post(f"{team.url}/transfer", json={"user_id": str(team.people[to].user_id)})


WAYS: dict[str, Way] = {
    "demote": lambda team, by, of: team[by].put(team.member(of), json={"role": "viewer"}),
    "remove": lambda team, by, of: team[by].delete(team.member(of)),
    "leave": lambda team, _, of: team[of].delete(team.member(of)),
    "delete account": lambda team, _, of: team[of].delete("/api/auth/me"),
}


async def look(team: Team) -> tuple[list[str], bool, int]:
    """The admins, whether the owner is one and active in the school, and places of people who are not."""
    admins = [who for who, role in (await team.roles()).items() if role == "admin"]
    [(is_kept, strays)] = await team.stage.query(
        """select exists (select 1 from project_members m join memberships s using (institute_id, user_id)
                   where m.project_id = p.id and m.user_id = p.owner_id and m.role = 'admin'
                     and s.state = 'active'),
                  (select count(*) from project_members m join memberships s using (institute_id, user_id)
                    where m.project_id = p.id and s.state = 'left')
             from projects p where p.id = %s""",
        [team.id],
    )
    return admins, is_kept, strays


async def race(team: Team, *calls: Awaitable[httpx.Response]) -> None:
    answers = await asyncio.gather(*calls)
    told = [f"{answer.request.method} {answer.status_code} {answer.text}" for answer in answers]
    assert all(answer.status_code < 500 for answer in answers), told
    admins, is_kept, strays = await look(team)
    assert (bool(admins), is_kept, strays) == (True, True, 0), told


@pytest.mark.races
@pytest.mark.parametrize(("first", "second"), list(combinations_with_replacement(WAYS, 2)))
async def test_after_two_admins_end_each_other_one_is_left(
    stage: Stage, school: School, race_rounds: int, first: str, second: str
) -> None:
    """Every pair of ways, on real connections; neither the owner nor the last admin goes."""
    for _ in range(race_rounds):
        team = await cast_team(stage, school, "admin")
        await race(team, WAYS[first](team, "owner", "admin"), WAYS[second](team, "admin", "owner"))
        assert "owner" in (await look(team))[0]
        assert await team.owner_id() == team.people["owner"].user_id


@pytest.mark.races
@pytest.mark.parametrize("way", WAYS)
async def test_the_heir_of_a_project_is_not_ended_while_it_comes_to_them(
    stage: Stage, school: School, race_rounds: int, way: str
) -> None:
    """J-07: ownership passes or the end is refused, never both"""
    for _ in range(race_rounds):
        team = await cast_team(stage, school, "admin", "viewer")
        await race(team, transfer(team, "owner", "admin"), WAYS[way](team, "owner", "admin"))


@pytest.mark.races
@pytest.mark.parametrize("way", WAYS)
async def test_an_owner_leaves_the_school_while_their_heir_goes(
    stage: Stage, school: School, race_rounds: int, way: str
) -> None:
    """J-07, P-11: to the heir while there is one, else to the school's admin"""
    admin = school.people["school_admin"]
    for _ in range(race_rounds):
        team = await cast_team(stage, school, "admin")
        remove = admin.client.delete(f"/api/users/{team.people['owner'].user_id}")
        await race(team, remove, WAYS[way](team, "owner", "admin"))
        heirs = {team.people["admin"].user_id, admin.user_id}
        assert await team.owner_id() in heirs


@pytest.mark.races
async def test_who_is_added_while_they_leave_the_school_has_no_place(
    stage: Stage, school: School, race_rounds: int
) -> None:
    """sec-P2"""
    team = await make_team(stage, school, "viewer")
    for _ in range(race_rounds):
        person = await stage.make_person(school, "teacher")
        add = team["owner"].post(f"{team.url}/members", json={"user_id": str(person.user_id)})
        await race(team, add, person.client.delete("/api/memberships/current"))
        assert str(person.user_id) not in await team.roles()
