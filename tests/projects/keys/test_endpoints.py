"""Making, listing, rotating and ending keys (J-10)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from markroom.kit.tokens import SecretTooShort
from markroom.main import make_app
from markroom.projects.keys.model import make_key
from tests.projects.keys.keyring import ALL, Project, make_project, set_right
from tests.stage import School, Stage

TEMPLATES = "/api/exam/templates"


@pytest.fixture
async def project(stage: Stage, school: School) -> Project:
    return await make_project(stage, school)


async def status(stage: Stage, secret: str) -> int:
    async with stage.client(secret) as client:
        return (await client.get(TEMPLATES)).status_code


async def test_a_key_is_shown_once_and_kept_as_a_hash(project: Project, stage: Stage) -> None:
    """J-10, sec-P7"""
    made = await project.make_key(scopes=ALL)
    secret = made["secret"]
    assert made["prefix"] == secret[:9]
    assert made["state"] == "active"
    for answer in [
        await project.school["teacher"].get(project.keys),
        await project.school["teacher"].get(f"{project.keys}/{made['id']}"),
    ]:
        assert answer.status_code == 200
        assert secret not in answer.text
        assert made["prefix"] in answer.text
    tables = await stage.query("select tablename from pg_tables where schemaname in ('public', 'jobs')")
    for (table,) in tables:
        hits = await stage.query(
            f"select 1 from {'jobs.' if table.startswith('procrastinate') else ''}{table} t"
            " where strpos(t::text, %s) > 0",
            [secret],
        )
        assert not hits, table
    assert await status(stage, secret) == 200


async def test_what_is_kept_of_a_key_opens_nothing(project: Project, stage: Stage) -> None:
    """sec-P7"""
    made = await project.make_key()
    ((kept,),) = await stage.query("select encode(hash, 'hex') from api_keys where id = %s", [made["id"]])
    for guess in (kept, "mk_" + kept, made["prefix"]):
        assert await status(stage, guess) == 401


@pytest.mark.parametrize(
    ("role", "scopes", "expected"),
    [
        ("department_head", ["read"], 201),
        ("department_head", ["read", "write"], 403),
        ("teacher_2", ["read", "write"], 201),
        ("teacher_2", ["read", "manage"], 403),
        ("teacher", ["read", "write", "manage"], 201),
        ("school_admin", ["read", "write", "manage"], 201),
    ],
)
async def test_nobody_gives_a_key_more_than_they_may(
    project: Project, role: str, scopes: list[str], expected: int
) -> None:
    """J-10, sec-P7: scopes within one's own permissions"""
    answer = await project.school[role].post(project.keys, json={"name": "Tablet", "scopes": scopes})
    assert answer.status_code == expected
    if expected == 403:
        assert answer.json()["code"] == "scopes_above_own"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 101},
        {"scopes": []},
        {"scopes": ["write"]},
        {"scopes": ["read", "everything"]},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2090-01-01T00:00:00"},
        {"user_id": str(uuid4())},
        {"project_id": str(uuid4())},
        {"hash": "00"},
    ],
)
async def test_a_key_that_makes_no_sense_is_refused(project: Project, wrong: dict[str, Any]) -> None:
    """sec-P7: whose key it is and of which project stands in no body"""
    given = {"name": "Tablet", "scopes": ["read"]} | wrong
    assert (await project.school["teacher"].post(project.keys, json=given)).status_code == 422


async def test_a_stranger_to_the_project_makes_no_key(project: Project, other_school: School) -> None:
    given = {"name": "Tablet", "scopes": ["read"]}
    assert (await other_school["teacher"].post(project.keys, json=given)).status_code == 404
    await set_right(project, "teacher_2", None)
    answer = await project.school["teacher_2"].post(project.keys, json=given)
    assert answer.status_code in {403, 404}


async def test_a_platform_admin_who_is_no_member_gets_no_key(project: Project, stage: Stage) -> None:
    person = await stage.make_person(None, "operator")
    await stage.query("update users set is_platform_admin = true where id = %s", [person.user_id])
    async with stage.client(person.token, project.school.institute_id) as client:
        answer = await client.post(project.keys, json={"name": "Tablet", "scopes": ["read"]})
    assert answer.status_code == 403
    assert answer.json()["code"] == "key_needs_member"


async def test_a_member_lists_their_own_keys_and_an_admin_all(project: Project) -> None:
    await project.make_key("teacher")
    await project.make_key("teacher_2")
    mine = (await project.school["teacher_2"].get(project.keys)).json()
    assert [key["user_name"] for key in mine["keys"]] == ["Teacher 2"]
    assert mine["total_count"] == 1
    everybodys = (await project.school["teacher"].get(project.keys, params={"limit": 1})).json()
    assert everybodys["total_count"] == 2
    rest = await project.school["teacher"].get(project.keys, params={"cursor": everybodys["next_cursor"]})
    assert [key["user_name"] for key in rest.json()["keys"]] == ["Teacher"]


async def test_anothers_key_is_ended_by_an_admin_alone(project: Project, stage: Stage) -> None:
    of_admin = await project.make_key("teacher")
    of_editor = await project.make_key("teacher_2")
    refused = await project.school["teacher_2"].delete(f"{project.keys}/{of_admin['id']}")
    assert refused.status_code == 404
    assert await status(stage, of_admin["secret"]) == 200
    ended = await project.school["teacher"].delete(f"{project.keys}/{of_editor['id']}")
    assert ended.json() == {"status": "revoked", "id": of_editor["id"]}
    assert await status(stage, of_editor["secret"]) == 401


async def test_a_revoked_key_stays_listed_with_who_ended_it(project: Project) -> None:
    made = await project.make_key("teacher_2")
    for _ in range(2):  # again changes nothing
        answer = await project.school["teacher_2"].delete(f"{project.keys}/{made['id']}")
        assert answer.status_code == 200
    key = (await project.school["teacher_2"].get(f"{project.keys}/{made['id']}")).json()
    assert (key["state"], key["deactivated_reason"]) == ("revoked", "revoked")
    assert key["deactivated_by"] == str(project.school.people["teacher_2"].user_id)


async def test_a_key_of_another_project_is_not_found_here(project: Project, stage: Stage) -> None:
    """sec-P4"""
    other = await make_project(stage, project.school, "Chemistry")
    made = await other.make_key()
    for answer in [
        await project.school["teacher"].get(f"{project.keys}/{made['id']}"),
        await project.school["teacher"].delete(f"{project.keys}/{made['id']}"),
        await project.school["teacher"].post(f"{project.keys}/{made['id']}/rotate"),
    ]:
        assert answer.status_code == 404


async def test_a_rotated_key_works_on_for_the_overlap(project: Project, stage: Stage) -> None:
    """J-10: rotate with an overlap"""
    made = await project.make_key()
    answer = await project.school["teacher"].post(
        f"{project.keys}/{made['id']}/rotate", json={"overlap_hours": 2}
    )
    successor = answer.json()
    assert answer.status_code == 201
    assert (successor["name"], successor["scopes"]) == (made["name"], made["scopes"])
    old = (await project.school["teacher"].get(f"{project.keys}/{made['id']}")).json()
    left = datetime.fromisoformat(old["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=1.9) < left <= timedelta(hours=2)
    assert old["successor_id"] == successor["id"]
    assert [await status(stage, each["secret"]) for each in (made, successor)] == [200, 200]
    await stage.query("update api_keys set expires_at = now() where id = %s", [made["id"]])
    assert [await status(stage, each["secret"]) for each in (made, successor)] == [401, 200]


async def test_without_overlap_the_old_key_ends_at_once(project: Project, stage: Stage) -> None:
    made = await project.make_key()
    await project.school["teacher"].post(f"{project.keys}/{made['id']}/rotate", json={"overlap_hours": 0})
    assert await status(stage, made["secret"]) == 401


async def test_a_key_is_rotated_once_however_many_ask(project: Project) -> None:
    made = await project.make_key()
    rotate = f"{project.keys}/{made['id']}/rotate"
    answers = await asyncio.gather(*(project.school["teacher"].post(rotate) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_only_its_person_rotates_a_key(project: Project) -> None:
    """Who held the successor would act as somebody else."""
    made = await project.make_key("teacher_2")
    answer = await project.school["teacher"].post(f"{project.keys}/{made['id']}/rotate")
    assert answer.status_code == 403
    assert answer.json()["code"] == "not_keys_person"


async def test_a_successor_gets_no_right_its_person_has_lost(project: Project) -> None:
    """sec-P7"""
    made = await project.make_key("teacher_2", ("read", "write"))
    await set_right(project, "teacher_2", "viewer")
    answer = await project.school["teacher_2"].post(f"{project.keys}/{made['id']}/rotate")
    assert answer.json()["scopes"] == ["read"]


async def test_a_key_with_an_expiry_gets_a_successor_with_as_long_a_life(project: Project) -> None:
    expires_at = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    made = await project.make_key(expires_at=expires_at)
    answer = await project.school["teacher"].post(f"{project.keys}/{made['id']}/rotate")
    life = datetime.fromisoformat(answer.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=29, hours=23) < life <= timedelta(days=30, minutes=1)


async def test_an_ended_key_is_not_rotated(project: Project) -> None:
    made = await project.make_key()
    await project.school["teacher"].delete(f"{project.keys}/{made['id']}")
    answer = await project.school["teacher"].post(f"{project.keys}/{made['id']}/rotate")
    assert answer.status_code == 409
    assert answer.json()["code"] == "key_ended"


async def test_an_expired_key_opens_nothing(project: Project, stage: Stage) -> None:
    made = await project.make_key()
    await stage.query("update api_keys set expires_at = now() where id = %s", [made["id"]])
    assert await status(stage, made["secret"]) == 401
    listed = (await project.school["teacher"].get(project.keys)).json()["keys"]
    assert [key["state"] for key in listed] == ["expired"]


async def test_a_repeated_request_makes_one_key_and_shows_no_secret(project: Project, stage: Stage) -> None:
    """X-08: an answer that held a secret is not kept"""
    again = {"Idempotency-Key": uuid4().hex}
    given = {"name": "Tablet", "scopes": ["read"]}
    first = await project.school["teacher"].post(project.keys, json=given, headers=again)
    second = await project.school["teacher"].post(project.keys, json=given, headers=again)
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["code"] == "answer_not_kept"
    assert (await stage.query("select count(*) from api_keys where project_id = %s", [project.id])) == [(1,)]
    kept = await stage.query(
        "select answer from idempotent_answers where key = %s", [again["Idempotency-Key"]]
    )
    assert kept == [(None,)]


async def test_every_change_of_a_key_is_in_the_audit_trail(project: Project, stage: Stage) -> None:
    """X-09"""
    made = await project.make_key()
    await project.school["teacher"].post(f"{project.keys}/{made['id']}/rotate")
    await project.school["teacher"].delete(f"{project.keys}/{made['id']}")
    kinds = await stage.query(
        "select kind from events where institute_id = %s and subject_id = %s order by id",
        [project.school.institute_id, made["id"]],
    )
    assert [kind for (kind,) in kinds] == ["key_created", "key_rotated", "key_revoked"]


@pytest.mark.parametrize("secret", [b"", b"too short"])
def test_a_server_without_a_secret_does_not_start(stage: Stage, secret: bytes) -> None:
    """sec-P11"""
    with pytest.raises(SecretTooShort):
        make_app(replace(stage.resources, secret=secret), with_worker=False)


async def test_a_key_nobody_made_opens_nothing(stage: Stage) -> None:
    """I-04"""
    assert await status(stage, make_key()) == 401
