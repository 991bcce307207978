"""Keys made while their person's rights end: the key ends too, or is refused (J-10, J-07, J-08)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.projects.team import Team, cast_team
from tests.stage import School, Stage

Ending = Callable[[Team], Awaitable[httpx.Response]]
KEY = {"name": "Scanner", "scopes": ["read"]}


def remove(team: Team) -> Awaitable[httpx.Response]:
    return team["owner"].delete(team.member("editor"))


def delete_project(team: Team) -> Awaitable[httpx.Response]:
    return team["owner"].delete(team.url, params={"confirm": team.name})


def leave_school(team: Team) -> Awaitable[httpx.Response]:
    person = team.people["editor"].user_id
    return team.school["school_admin"].delete(f"/api/users/{person}")


async def live_keys(team: Team) -> int:
    sql = "select count(*) from api_keys where project_id = %s and deactivated_at is null"
    return int((await team.stage.query(sql, [team.id]))[0][0])


@pytest.mark.parametrize("end", [remove, delete_project, leave_school])
async def test_no_key_made_at_the_end_of_a_right_outlives_it(
    stage: Stage, school: School, race_rounds: int, end: Ending
) -> None:
    """J-07, J-08, J-09, sec-P2"""
    for _ in range(race_rounds):
        team = await cast_team(stage, school, "editor")
        made, ended = await asyncio.gather(team["editor"].post(f"{team.url}/keys", json=KEY), end(team))
        assert ended.status_code == 200
        assert made.status_code in (201, 401, 403, 404)
        assert await live_keys(team) == 0


@pytest.mark.parametrize("end", [remove, delete_project, leave_school])
async def test_no_successor_of_a_key_outlives_the_right_of_its_person(
    stage: Stage, school: School, race_rounds: int, end: Ending
) -> None:
    """J-07, J-08, J-09, sec-P2: it would come back to life with the person"""
    for _ in range(race_rounds):
        team = await cast_team(stage, school, "editor")
        key = (await team["editor"].post(f"{team.url}/keys", json=KEY)).json()
        rotated, ended = await asyncio.gather(
            team["editor"].post(f"{team.url}/keys/{key['id']}/rotate"), end(team)
        )
        assert ended.status_code == 200
        assert rotated.status_code in (201, 401, 403, 404, 409)
        assert await live_keys(team) == 0


async def test_two_rotations_at_once_make_one_successor(
    stage: Stage, school: School, race_rounds: int
) -> None:
    for _ in range(race_rounds):
        team = await cast_team(stage, school, "editor")
        key = (await team["editor"].post(f"{team.url}/keys", json=KEY)).json()
        address = f"{team.url}/keys/{key['id']}/rotate"
        answers = await asyncio.gather(*(team["editor"].post(address) for _ in range(2)))
        assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_many_asked_for_at_once_make_25_keys(stage: Stage, school: School) -> None:
    """J-10, X-11: a limit of a key is of use only where keys are limited too; each person has their own"""
    team = await cast_team(stage, school, "editor", "viewer")
    made = await asyncio.gather(*(team["editor"].post(f"{team.url}/keys", json=KEY) for _ in range(30)))
    assert sorted(answer.status_code for answer in made) == [201] * 25 + [409] * 5
    assert {a.json()["code"] for a in made if a.status_code == 409} == {"too_many_keys"}
    assert await live_keys(team) == 25
    assert (await team["viewer"].post(f"{team.url}/keys", json=KEY)).status_code == 201
    keys = [answer.json() for answer in made if answer.status_code == 201]
    assert (await team["editor"].delete(f"{team.url}/keys/{keys[0]['id']}")).status_code == 200
    assert (await team["editor"].post(f"{team.url}/keys", json=KEY)).status_code == 201


async def test_a_person_with_25_keys_rotates_each_once_while_the_old_ones_end(
    stage: Stage, school: School
) -> None:
    team = await cast_team(stage, school, "editor")
    kept = [(await team["editor"].post(f"{team.url}/keys", json=KEY)).json()["id"] for _ in range(25)]
    body = {"overlap_hours": 168}
    for place, key_id in enumerate(kept):
        answer = await team["editor"].post(f"{team.url}/keys/{key_id}/rotate", json=body)
        assert answer.status_code == 201, answer.text
        kept[place] = answer.json()["id"]
    more = await team["editor"].post(f"{team.url}/keys/{kept[0]}/rotate", json=body)
    assert (more.status_code, more.json()["code"]) == (409, "too_many_keys")
    assert await live_keys(team) == 50


async def test_an_archived_project_gets_no_new_keys(stage: Stage, school: School) -> None:
    """J-01: neither made nor rotated; what there is can be ended"""
    team = await cast_team(stage, school, "editor")
    key = (await team["editor"].post(f"{team.url}/keys", json=KEY)).json()
    assert (await team["owner"].patch(team.url, json={"state": "archived"})).status_code == 200
    address = f"{team.url}/keys/{key['id']}"
    refused = [
        await team["editor"].post(f"{team.url}/keys", json=KEY),
        await team["editor"].post(f"{address}/rotate"),
    ]
    assert [(a.status_code, a.json()["code"]) for a in refused] == [(409, "project_put_away")] * 2
    assert (await team["editor"].delete(address)).status_code == 200
