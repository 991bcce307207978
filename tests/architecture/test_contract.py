"""X-05: the routes of people and classes answer as the OpenAPI document says, whatever they are sent."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from markroom.kit.resources import make_resources
from markroom.kit.settings import Settings
from markroom.main import make_app
from tests.databases import Database
from tests.stage import BASE_URL, Person, School, open_stage

ROLES = ("school_admin", "department_head", "teacher", "student")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SECRET = b"a secret of the tests, 32 bytes."


@dataclass(frozen=True)
class House:
    url: str
    tokens: dict[str, str]
    known: dict[str, str]
    """What exists, by the names of path parameters and fields."""


@pytest.fixture(scope="module")
def house(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The application on a port of its own, for it is called without an event loop."""
    folder = tmp_path_factory.mktemp("data")
    people, known = asyncio.run(_fill(database, folder))
    chosen = Settings(data_dir=str(folder), base_url=BASE_URL, rate_limits="off")
    app = make_app(make_resources(chosen, database.app_url, database.service_url, SECRET), with_worker=False)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield House(url, {role: p.token for role, p in people.items()}, known)
        server.should_exit = True
        thread.join(timeout=20)


async def _fill(database: Database, folder: Path) -> tuple[dict[str, Person], dict[str, str]]:
    async with open_stage(database, folder) as stage:
        school: School = await stage.make_school(roles=(*ROLES, "student_2"))
        invite = {"email": "new@school.example", "role": "teacher"}
        answer = await school["school_admin"].post("/api/users/invite", json=invite)
        made = (await school["teacher"].post("/api/classes", json={"name": "11X"})).json()
        asked = await school["student"].post(f"/api/classes/{made['id']}/enrollment-requests", json={})
        project = await school["school_admin"].post("/api/projects", json={"name": "Physics"})
        return school.people, {
            "user_id": str(school.people["student_2"].user_id),
            "invitation_id": answer.json()["invitation"]["id"],
            "class_id": made["id"],
            "project_id": project.json()["id"],
            "request_id": asked.json()["id"],
            "terms": "subjects",
            "email": "another@school.example",
            "role": "teacher",
        }


def _describe() -> schemathesis.BaseSchema:
    """The document needs no database."""
    resources = make_resources(Settings(storage_url="memory:///"), "", "", SECRET)
    document = make_app(resources, with_worker=False).openapi()
    return schemathesis.openapi.from_dict(document).include(
        path_regex=r"^/api/(auth|users|people|invitations|jobs|memberships|institutes|notices|classes|school|enrollment-requests|projects)\b"
    )


# Whoever calls these is gone afterwards; tests/identity and tests/institutes call them.
ROUTES = _describe().exclude(
    method="DELETE", path=["/api/auth/sessions/current", "/api/auth/me", "/api/memberships/current"]
)


OPERATIONS = {
    f"{operation.method.upper()} {operation.path}": operation
    for operation in (found.ok() for found in ROUTES.get_all_operations())  # type: ignore[union-attr]
}
CALLERS = st.sampled_from(["school_admin", "department_head", "student", None])


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_the_document_names(house: House, name: str) -> None:
    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=OPERATIONS[name].as_strategy(), role=CALLERS, is_known=st.booleans())
    def call(case: schemathesis.Case[Any], role: str | None, is_known: bool) -> None:
        if is_known:
            for given_part in (case.path_parameters, case.body):
                if isinstance(given_part, dict):
                    given_part.update({k: v for k, v in house.known.items() if k in given_part})
        headers = {"Authorization": f"Bearer {house.tokens[role]}"} if role else {}
        answer = case.call(base_url=house.url, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    call()
