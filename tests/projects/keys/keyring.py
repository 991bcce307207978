"""A project with its people, and keys made the way people make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.stage import School, Stage

ALL = ("read", "write", "manage")


@dataclass
class Project:
    """`teacher` owns it and is its admin, `teacher_2` its editor, `department_head` its viewer."""

    stage: Stage
    school: School
    id: UUID

    @property
    def keys(self) -> str:
        return f"/api/projects/{self.id}/keys"

    async def make_key(
        self, role: str = "teacher", scopes: Sequence[str] = ("read", "write"), **more: Any
    ) -> dict[str, Any]:
        given = {"name": "Scanner in room 4", "scopes": list(scopes), **more}
        answer = await self.school[role].post(self.keys, json=given)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def client(
        self, role: str = "teacher", scopes: Sequence[str] = ("read", "write")
    ) -> httpx.AsyncClient:
        """Speaks with a fresh key and says nothing else about where it acts."""
        return self.stage.client((await self.make_key(role, scopes))["secret"])


async def make_project(stage: Stage, school: School, name: str = "Physics") -> Project:
    at, owner = school.institute_id, school.people["teacher"].user_id
    rows = await stage.query(
        "insert into projects (institute_id, name, owner_id) values (%s, %s, %s) returning id",
        [at, f"{name} {uuid4().hex[:6]}", owner],
    )
    project = Project(stage, school, rows[0][0])
    for role, right in (("teacher", "admin"), ("teacher_2", "editor"), ("department_head", "viewer")):
        await stage.query(
            "insert into project_members (institute_id, project_id, user_id, role) values (%s, %s, %s, %s)",
            [at, project.id, school.people[role].user_id, right],
        )
    return project


async def set_right(project: Project, role: str, right: str | None) -> None:
    """Behind the application: what matters to a key is what stands in the table at its next call."""
    place = [project.school.institute_id, project.id, project.school.people[role].user_id]
    at = "institute_id = %s and project_id = %s and user_id = %s"
    if right is None:
        await project.stage.query(f"delete from project_members where {at}", place)
    else:
        await project.stage.query(f"update project_members set role = %s where {at}", [right, *place])
