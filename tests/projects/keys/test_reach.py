"""Where keys get to, and what is left of their rights at each call (J-10)."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import AsyncCursor

from markroom.kit.actor import Permission
from markroom.kit.db import Conn
from markroom.kit.limits import Limiter
from markroom.projects.keys.model import hash_key
from markroom.reach import KEY_REACH
from tests.architecture.routes import SAFE, Way, list_ways
from tests.architecture.test_routes import PUBLIC
from tests.projects.keys.keyring import ALL, Project, make_project, set_right
from tests.stage import School, Stage

TEMPLATES = "/api/exam/templates"
BY_LINK = {"GET /api/files/linked/{token}"}  # whoever holds the link; no credential is looked at
MANAGEMENT = (
    "POST /api/projects/{project_id:uuid}/keys",
    "GET /api/projects/{project_id:uuid}/keys",
    "DELETE /api/projects/{project_id:uuid}",
    "PATCH /api/projects/{project_id:uuid}",
    "POST /api/projects/{project_id:uuid}/members",
    "PUT /api/projects/{project_id:uuid}/members/{user_id:uuid}",
    "DELETE /api/projects/{project_id:uuid}/members/{user_id:uuid}",
    "POST /api/projects/{project_id:uuid}/invitations",
    "POST /api/projects/{project_id:uuid}/keys/{key_id:uuid}/rotate",
    "DELETE /api/projects/{project_id:uuid}/keys/{key_id:uuid}",
    "POST /api/users/invite",
    "PATCH /api/users/{user_id:uuid}",
    "DELETE /api/users/{user_id:uuid}",
    "DELETE /api/auth/me",
    "PATCH /api/institutes/current",
)


@pytest.fixture
async def project(stage: Stage, school: School) -> Project:
    return await make_project(stage, school)


async def ask(client: httpx.AsyncClient, way: Way, values: dict[str, Any] | None = None) -> httpx.Response:
    kinds = way.route.param_convertors
    made = {
        name: "1" if kinds[name].regex == "[0-9]+" else uuid4() if "-" in kinds[name].regex else "rooms"
        for name in way.parameters
    }
    content: dict[str, Any] = {} if way.method in SAFE else {"json": {}}
    return await client.request(way.method, way.address(made | (values or {})), **content)


async def test_a_key_with_every_scope_is_kept_out_of_all_that_is_not_listed(project: Project) -> None:
    """sec-P8: minting keys, inviting, changing roles and deleting among it; what is new is closed"""
    ways = list_ways(project.stage.app)
    assert {way.name for way in ways} >= set(MANAGEMENT)
    assert not set(MANAGEMENT) & set(KEY_REACH)
    async with await project.client(scopes=ALL) as client:
        for way in ways:
            if way.name in KEY_REACH or way.name in PUBLIC | BY_LINK:
                continue
            answer = await ask(client, way, {"project_id": project.id})
            assert (way.name, answer.status_code) == (way.name, 403)
            if way.path.startswith("/api"):
                assert (way.name, answer.json()["code"]) == (way.name, "closed_to_keys")


async def test_every_listed_route_is_there_and_lets_a_key_in(project: Project) -> None:
    ways = {way.name: way for way in list_ways(project.stage.app)}
    assert set(KEY_REACH) <= set(ways)
    async with await project.client(scopes=ALL) as client:
        for name in KEY_REACH:
            answer = await ask(client, ways[name])
            assert (name, answer.status_code in {401, 403}) == (name, False)


async def test_a_key_that_only_reads_changes_nothing_anywhere(project: Project) -> None:
    """sec-P7: every route that changes something wants more than `read`, and says which scope"""
    ways = [way for way in list_ways(project.stage.app) if way.name in KEY_REACH]
    writing = [way for way in ways if KEY_REACH[way.name] != "read"]
    assert len(writing) >= 7
    async with await project.client(scopes=("read",)) as client:
        for way in writing:
            answer = await ask(client, way)
            assert (way.name, answer.status_code) == (way.name, 403)
            assert answer.json()["code"] == "insufficient_scope"
            assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_what_a_key_may_do_is_open_to_keys_by_its_permission_too(stage: Stage) -> None:
    """Two walls: the address, and the verb."""
    for way in list_ways(stage.app):
        if way.name in KEY_REACH and way.method not in SAFE:
            named = [p for p in way.permissions if isinstance(p, Permission)]
            assert all(p.by_key for p in named), way.name


async def test_a_refused_key_is_in_the_audit_trail(project: Project) -> None:
    """X-09"""
    made = await project.make_key(scopes=ALL)
    async with project.stage.client(made["secret"]) as client:
        await client.post("/api/users/invite", json={"email": "a@school.example", "role": "teacher"})
    rows = await project.stage.query(
        "select facts ->> 'code' from events where kind = 'change_refused' and credential = %s",
        [f"key:{made['id']}"],
    )
    assert rows == [("closed_to_keys",)]


async def make_template(client: httpx.AsyncClient, project: Project | None, **more: Any) -> httpx.Response:
    given = {"title": "Mock", "subject": "Physics", **more}
    if project is not None:
        given["project_id"] = str(project.id)
    return await client.post(TEMPLATES, json=given)


async def test_a_key_of_one_project_finds_nothing_of_another(project: Project) -> None:
    """sec-P7: of the same person, in the same school"""
    other = await make_project(project.stage, project.school, "Chemistry")
    teacher = project.school["teacher"]
    mine = (await make_template(teacher, project)).json()["id"]
    theirs = (await make_template(teacher, other)).json()["id"]
    schools = (await make_template(teacher, None)).json()["id"]
    async with await project.client(scopes=ALL) as client:
        listed = (await client.get(TEMPLATES)).json()
        assert [row["id"] for row in listed["templates"]] == [mine]
        assert listed["total"] == 1
        for hidden in (theirs, schools):
            assert (await client.get(f"{TEMPLATES}/{hidden}")).status_code == 404
            assert (await client.delete(f"{TEMPLATES}/{hidden}")).status_code == 404
        assert (await make_template(client, other)).status_code == 404


async def test_a_key_knows_its_project_and_no_other(project: Project) -> None:
    """sec-P7: key of P1 on P2 → 404"""
    other = await make_project(project.stage, project.school, "Chemistry")
    async with await project.client(scopes=("read",)) as client:
        listed = (await client.get("/api/projects")).json()
        assert ([row["id"] for row in listed["projects"]], listed["total_count"]) == ([str(project.id)], 1)
        assert (await client.get(f"/api/projects/{project.id}")).status_code == 200
        assert (await client.get(f"/api/projects/{other.id}")).status_code == 404


async def test_a_key_makes_a_template_in_its_project_alone(project: Project) -> None:
    """T-01"""
    async with await project.client() as client:
        made = await make_template(client, project)
        assert made.status_code == 201
        assert made.json()["project_id"] == str(project.id)
        assert made.json()["teacher_id"] == str(project.school.people["teacher"].user_id)
        assert (await make_template(client, None)).status_code == 403
        forged = await make_template(client, project, teacher_id=str(uuid4()), user_id=str(uuid4()))
        assert forged.status_code == 422


async def test_a_key_acts_in_its_own_school_only(project: Project, other_school: School) -> None:
    """P-01, sec-P4"""
    made = await project.make_key()
    named = {"X-Institute-Id": str(other_school.institute_id)}
    async with project.stage.client(made["secret"]) as client:
        assert (await client.get(TEMPLATES, headers=named)).status_code == 404
        assert (await client.get(TEMPLATES)).status_code == 200


@pytest.mark.parametrize(
    ("right", "reads", "writes"), [("editor", 200, 201), ("viewer", 200, 403), (None, 401, 401)]
)
async def test_a_key_shrinks_with_its_persons_rights_at_once(
    project: Project, right: str | None, reads: int, writes: int
) -> None:
    """J-10, sec-P2, sec-P7: scopes within what the member may now"""
    async with await project.client("teacher_2") as client:
        assert (await make_template(client, project)).status_code == 201
        await set_right(project, "teacher_2", right)
        assert (await client.get(TEMPLATES)).status_code == reads
        assert (await make_template(client, project)).status_code == writes
        await set_right(project, "teacher_2", "editor")


@pytest.mark.parametrize("state", ["suspended", "left"])
async def test_a_key_is_dead_while_its_person_is_not_in_the_school(project: Project, state: str) -> None:
    """sec-P2"""
    async with await project.client("teacher_2") as client:
        await project.stage.query(
            "update memberships set state = %s where user_id = %s",
            [state, project.school.people["teacher_2"].user_id],
        )
        assert (await client.get(TEMPLATES)).status_code == 401


async def test_a_member_the_school_removes_loses_their_key_for_good(project: Project) -> None:
    """P-11, sec-P2"""
    user_id = project.school.people["teacher_2"].user_id
    async with await project.client("teacher_2") as client:
        removed = await project.school["school_admin"].delete(f"/api/users/{user_id}")
        assert removed.status_code == 200
        assert (await client.get(TEMPLATES)).status_code == 401
        await project.stage.query("update memberships set state = 'active' where user_id = %s", [user_id])
        assert (await client.get(TEMPLATES)).status_code == 401


async def test_a_closed_school_has_no_keys(project: Project) -> None:
    """P-15, sec-P2"""
    async with await project.client() as client:
        await project.stage.query(
            "update institutes set closed_at = now() where id = %s", [project.school.institute_id]
        )
        assert (await client.get(TEMPLATES)).status_code == 401


async def test_who_is_taken_out_of_a_project_loses_their_key_for_good(project: Project) -> None:
    """J-08, sec-P2"""
    user_id = project.school.people["teacher_2"].user_id
    members = f"/api/projects/{project.id}/members"
    async with await project.client("teacher_2") as client:
        removed = await project.school["teacher"].delete(f"{members}/{user_id}")
        assert removed.json()["cascades"] == {"api_keys_deactivated": 1}
        assert (await client.get(TEMPLATES)).status_code == 401
        again = {"user_id": str(user_id), "role": "editor"}
        assert (await project.school["teacher"].post(members, json=again)).status_code == 200
        assert (await client.get(TEMPLATES)).status_code == 401


async def test_a_deleted_project_has_no_keys(project: Project) -> None:
    """J-09"""
    async with await project.client() as client:
        await project.stage.query(
            "update projects set state = 'deleted', deleted_at = now() where id = %s", [project.id]
        )
        assert (await client.get(TEMPLATES)).status_code == 401


@pytest.mark.parametrize(
    "statement",
    [
        """insert into api_keys (institute_id, project_id, user_id, name, prefix, hash, scopes)
           values (%(at)s, %(project)s, %(user)s, 'More', 'mk_', 'x', '{read}')""",
        """insert into project_members (institute_id, project_id, user_id, role)
           values (%(at)s, %(project)s, %(other)s, 'admin')""",
        """insert into invitations (institute_id, project_id, email, email_key, role, expires_at)
           values (%(at)s, %(project)s, 'a@b.example', 'a@b.example', 'admin', now())""",
    ],
)
async def test_the_database_itself_refuses_a_key_that_makes_keys_members_or_invitations(
    project: Project, statement: str
) -> None:
    """sec-P8, X-02"""
    made = await project.make_key(scopes=ALL)
    people = project.school.people
    given = {
        "at": project.school.institute_id,
        "project": project.id,
        "other": people["school_admin"].user_id,
        "user": people["teacher"].user_id,
    }
    async with project.stage.resources.database.transaction() as conn:
        await begin(conn, project.stage, made["secret"])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute(statement, given)


async def test_in_the_context_of_a_key_nothing_that_people_manage_is_changed(project: Project) -> None:
    """sec-P8"""
    made = await project.make_key(scopes=ALL)
    async with project.stage.resources.database.transaction() as conn:
        await begin(conn, project.stage, made["secret"])
        for statement in (
            "update projects set name = 'Mine'",
            "update project_members set role = 'admin'",
            "delete from project_members",
        ):
            cursor = await conn.execute(statement)
            assert (statement, cursor.rowcount) == (statement, 0)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with conn.transaction():
                await conn.execute("select hash from api_keys")
        cursor = await conn.execute("update api_keys set expires_at = null")
        assert cursor.rowcount == 0


async def begin(conn: Conn, stage: Stage, secret: str) -> None:
    await conn.execute("select app.begin_key(%s, '')", [hash_key(stage.resources.secret, secret)])


async def test_a_key_costs_one_statement_and_a_mistyped_one_none(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sec-P10: look-up and context in one, and no write again within ten minutes"""
    made = await project.make_key()
    statements: list[str] = []
    execute = AsyncCursor.execute

    async def record(cursor: AsyncCursor[Any], query: Any, *args: Any, **more: Any) -> Any:
        statements.append(str(query))
        return await execute(cursor, query, *args, **more)

    async with project.stage.client(made["secret"]) as client:
        await client.get(TEMPLATES)
        before = await project.stage.query("select last_used_at, xmin::text from api_keys")
        monkeypatch.setattr(AsyncCursor, "execute", record)
        await client.get(TEMPLATES)
        assert ["begin_key" in s for s in statements] == [True, False, False]  # the list, its total
        assert all(s.lstrip().startswith("select") for s in statements)
        statements.clear()
        mistyped = made["secret"][:-1] + ("0" if made["secret"][-1] != "0" else "1")
        answer = await client.get(TEMPLATES, headers={"Authorization": f"Bearer {mistyped}"})
        assert (answer.status_code, statements) == (401, [])
    monkeypatch.undo()
    assert await project.stage.query("select last_used_at, xmin::text from api_keys") == before


async def test_the_use_of_a_key_is_noted_again_after_ten_minutes(project: Project) -> None:
    made = await project.make_key()
    async with project.stage.client(made["secret"]) as client:
        await client.get(TEMPLATES)
        await project.stage.query(
            "update api_keys set last_used_at = last_used_at - interval '11 minutes' where id = %s",
            [made["id"]],
        )
        await client.get(TEMPLATES)
    shown = (await project.school["teacher"].get(f"{project.keys}/{made['id']}")).json()
    ((stale,),) = await project.stage.query(
        "select last_used_at < now() - interval '5 minutes' from api_keys where id = %s", [made["id"]]
    )
    assert shown["last_used_at"]
    assert not stale


async def test_requests_of_one_key_do_not_wait_for_each_other(project: Project) -> None:
    """While one notes the use, the others go on."""
    made = await project.make_key()
    async with project.stage.admin.connection() as holder, holder.transaction():
        await holder.execute("select 1 from api_keys where id = %s for no key update", [made["id"]])
        async with project.stage.client(made["secret"]) as client:
            answers = await asyncio.wait_for(asyncio.gather(*(client.get(TEMPLATES) for _ in range(4))), 30)
    assert [answer.status_code for answer in answers] == [200] * 4


async def test_a_key_has_limits_of_its_own(stage: Stage, school: School, monkeypatch: Any) -> None:
    """X-11: one key's haste leaves the others alone"""
    project = await make_project(stage, school)
    limiter = Limiter(stage.resources.database, {"request": 2})
    monkeypatch.setitem(stage.app.state._state, "limiter", limiter)
    hasty, calm = await project.client(), await project.client()
    async with hasty, calm:
        assert [(await hasty.get(TEMPLATES)).status_code for _ in range(3)] == [200, 200, 429]
        assert (await calm.get(TEMPLATES)).status_code == 200


def test_a_key_is_looked_up_by_an_index(stage: Stage) -> None:
    """J-10: O(1)"""
    with psycopg.connect(stage.admin_url) as conn:
        conn.execute("set enable_seqscan = off")
        plan = conn.execute("explain select 1 from api_keys where hash = 'x'").fetchall()
    assert "api_keys_by_hash" in str(plan)
