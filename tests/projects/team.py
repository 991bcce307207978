"""A project and the people of its school, made over the API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from markroom.identity.model import SESSION_PREFIX
from markroom.kit.tokens import hash_token, random_token
from tests.stage import Person, School, Stage
from tests.statements import statements

PROJECTS = "/api/projects"


@dataclass
class Team:
    """A teacher's project. People: `owner`, and with `make_team` an `admin`, an `editor` and a `viewer`."""

    stage: Stage
    school: School
    id: str
    name: str
    people: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, who: str) -> httpx.AsyncClient:
        return self.people[who].client

    @property
    def url(self) -> str:
        return f"{PROJECTS}/{self.id}"

    def member(self, who: str) -> str:
        return f"{self.url}/members/{self.people[who].user_id}"

    async def add(self, who: str, role: str, school_role: str = "teacher") -> Person:
        person = await self.stage.make_person(self.school, school_role)
        body = {"user_id": str(person.user_id), "role": role}
        assert (await self["owner"].post(f"{self.url}/members", json=body)).status_code == 200
        self.people[who] = person
        return person

    async def roles(self) -> dict[str, str]:
        """Who is what, by their name in this team."""
        rows = await self.stage.query(
            "select user_id, role from project_members where project_id = %s", [self.id]
        )
        names = {person.user_id: who for who, person in self.people.items()}
        return {names.get(user_id, str(user_id)): role for user_id, role in rows}

    async def owner_id(self) -> Any:
        return (await self.stage.query("select owner_id from projects where id = %s", [self.id]))[0][0]

    async def make_key(self, who: str) -> str:
        body = {"name": "Scanner", "scopes": ["read"]}
        answer = await self[who].post(f"{self.url}/keys", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["secret"])


async def make_project(client: httpx.AsyncClient, name: str | None = None) -> dict[str, Any]:
    answer = await client.post(PROJECTS, json={"name": name or f"Physics {uuid4().hex[:6]}"})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def make_team(stage: Stage, school: School, *roles: str) -> Team:
    """The teacher's project with one member of each role besides; all three where none is named."""
    made = await make_project(school["teacher"])
    team = Team(stage, school, made["id"], made["name"], {"owner": school.people["teacher"]})
    for role in roles or ("admin", "editor", "viewer"):
        await team.add(role, role)
    return team


async def cast_team(stage: Stage, school: School, *roles: str) -> Team:
    """The same by one statement, with an owner of its own: for races, which need many."""
    names = ["owner", *roles]
    emails = [f"{name}-{uuid4().hex[:10]}@school.example" for name in names]
    tokens = [random_token(SESSION_PREFIX) for _ in names]
    project = f"Physics {uuid4().hex[:10]}"
    rows = await stage.query(
        """with given as (select * from unnest(%s::text[], %s::text[], %s::bytea[])
                            with ordinality g (name, email, hash, place)),
             person as (insert into users (email, email_key, name, email_verified_at)
                        select email, email, name, now() from given returning id, email_key),
             found as (select p.id, g.* from person p join given g on g.email = p.email_key),
             opened as (insert into sessions (user_id, hash, expires_at)
                        select id, hash, now() + interval '1 day' from found),
             joined as (insert into memberships (institute_id, user_id, role, name, email, email_key)
                        select %s, id, 'teacher', name, email, email from found),
             made as (insert into projects (institute_id, name, owner_id)
                      select %s, %s, id from found where place = 1 returning institute_id, id),
             placed as (insert into project_members (institute_id, project_id, user_id, role, added_at)
                        select m.institute_id, m.id, f.id,
                               case f.name when 'owner' then 'admin' else f.name end,
                               now() + f.place * interval '1 millisecond' from made m, found f)
           select m.id, f.id from made m, found f order by f.place""",
        [names, emails, [hash_token(token) for token in tokens], *[school.institute_id] * 2, project],
    )
    people = {
        name: Person(user_id, email, name, token, stage.client(token, school.institute_id))
        for name, email, token, (_, user_id) in zip(names, emails, tokens, rows, strict=True)
    }
    return Team(stage, school, str(rows[0][0]), project, people)


async def count_statements(client: httpx.AsyncClient, url: str) -> int:
    with statements() as asked:
        assert (await client.get(url)).status_code == 200
    return len(asked)
