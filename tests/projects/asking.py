"""People asked into projects, for the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.institutes.inviting import (
    make_addressee,
    new_address,
    token_of,
)
from tests.projects.team import Team
from tests.stage import Person, Stage


async def ask(team: Team, email: str, *, by: str = "owner", **more: Any) -> httpx.Response:
    return await team[by].post(f"{team.url}/invitations", json={"email": email, **more})


async def asked(team: Team, email: str, **more: Any) -> dict[str, Any]:
    answer = await ask(team, email, **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def accept(stage: Stage, person: Person, invitation_id: str, generation: int = 1) -> httpx.Response:
    token = token_of(stage, {"id": invitation_id}, generation)
    return await person.client.post(f"/api/invitations/{token}/accept")


async def make_stranger(stage: Stage) -> Person:
    """Somebody with an account, in no school."""
    email = new_address()
    return replace(await make_addressee(stage, email), email=email)


async def second_team(team: Team) -> Team:
    """Another project of the same school, run by Teacher 2."""
    owner = team.school.people["teacher_2"]
    made = await owner.client.post("/api/projects", json={"name": f"Other than {team.name}"})
    return Team(team.stage, team.school, made.json()["id"], made.json()["name"], {"owner": owner})


def hours_until(moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.now(UTC)) / timedelta(hours=1)
