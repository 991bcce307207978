"""P-14: what somebody is told, and nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from markroom.institutes.notices.actions import tell
from markroom.jobs.queue import start_job
from tests.institutes.inviting import invite, make_addressee, new_address, token_of
from tests.jobs import chores  # noqa: F401 - registers the job that fails
from tests.stage import Person, School, Stage


async def read(person: Person, query: str = "", **headers: str) -> dict[str, Any]:
    answer = await person.client.get(f"/api/notices{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def answer_invitation(stage: Stage, school: School, *, demoted: bool = False) -> tuple[str, Person]:
    """An invitation of the department head's, answered by its addressee."""
    head = school.people["department_head"]
    invitation = await invite(head.client, new_address(), "student")
    addressee = await make_addressee(stage, invitation["email"])
    if demoted:
        await school["school_admin"].patch(f"/api/users/{head.user_id}", json={"role": "teacher"})
    await addressee.client.post(f"/api/invitations/{token_of(stage, invitation)}/accept")
    return invitation["id"], addressee


async def fail_a_job(stage: Stage, school: School, folder: Path, role: str = "teacher") -> str:
    async with stage.resources.database.transaction() as conn:
        person = school.people[role].user_id
        await conn.execute("select app.begin_as(%s, null, %s)", [person, school.institute_id])
        mark = str(folder / "mark")
        job_id = await start_job(conn, "chore", school.institute_id, None, mark=mark, how="wrong")
    await stage.finish_jobs()
    return str(job_id)


async def test_an_inviter_is_told_who_accepted(stage: Stage, school: School) -> None:
    """P-09"""
    invitation_id, addressee = await answer_invitation(stage, school)
    told = await read(school.people["department_head"])
    assert (told["total"], told["unread"]) == (1, 1)
    notice = told["notices"][0]
    assert (notice["kind"], notice["subject_id"]) == ("invitation_accepted", invitation_id)
    assert (notice["person"], notice["read_at"]) == (addressee.name, None)
    assert notice["facts"] == {"user_id": str(addressee.user_id), "role": "student"}


async def test_an_inviter_is_told_that_they_may_no_longer_grant_it(stage: Stage, school: School) -> None:
    """P-09"""
    invitation_id, _ = await answer_invitation(stage, school, demoted=True)
    notice = (await read(school.people["department_head"]))["notices"][0]
    assert (notice["kind"], notice["subject_id"]) == ("invitation_void", invitation_id)


async def test_a_declined_invitation_tells_nobody(stage: Stage, school: School) -> None:
    head = school.people["department_head"]
    invitation = await invite(head.client, new_address(), "student")
    addressee = await make_addressee(stage, invitation["email"])
    await addressee.client.post(f"/api/invitations/{token_of(stage, invitation)}/decline")
    assert (await read(head))["total"] == 0


async def test_who_started_a_job_is_told_that_it_failed(stage: Stage, school: School, tmp_path: Path) -> None:
    """X-10"""
    job_id = await fail_a_job(stage, school, tmp_path)
    notice = (await read(school.people["teacher"]))["notices"][0]
    assert (notice["kind"], notice["subject_id"]) == ("job_failed", job_id)
    assert notice["facts"] == {"kind": "chore", "subject_id": None}
    assert (await read(school.people["school_admin"]))["total"] == 0


async def test_a_notice_is_seen_by_its_addressee_alone(
    stage: Stage, school: School, other_school: School
) -> None:
    """X-02: 404 for everybody else, admins too"""
    await answer_invitation(stage, school)
    notice = (await read(school.people["department_head"]))["notices"][0]
    others = [*school.people.values(), other_school.people["school_admin"]]
    for person in others:
        if person is not school.people["department_head"]:
            assert (await read(person))["total"] == 0
            assert (await person.client.post(f"/api/notices/{notice['id']}/read")).status_code == 404
    assert (await read(school.people["department_head"]))["unread"] == 1


async def test_reading_is_kept_and_told_once(stage: Stage, school: School) -> None:
    """X-09"""
    await answer_invitation(stage, school)
    head = school.people["department_head"]
    path = f"/api/notices/{(await read(head))['notices'][0]['id']}/read"
    for _ in range(2):
        assert (await head.client.post(path)).status_code == 200
    assert [notice["read_at"] is None for notice in (await read(head))["notices"]] == [False]
    assert (await read(head, "?unread=true"))["notices"] == []
    told = "select facts from events where institute_id = %s and kind = 'notices_read'"
    assert await stage.query(told, [school.institute_id]) == [({"count": 1},)]


async def test_unknown_notices_are_not_there(school: School) -> None:
    assert (await school["teacher"].post(f"/api/notices/{uuid4()}/read")).status_code == 404
    assert (await school["teacher"].post("/api/notices/nonsense/read")).status_code == 404


async def test_notices_of_all_schools_are_read_where_none_is_named(
    stage: Stage, school: School, other_school: School, tmp_path: Path
) -> None:
    """P-01"""
    person = school.people["teacher"]
    await stage.add_member(other_school, person.user_id)
    other_school.people["teacher"] = person
    for number, place in enumerate((school, other_school)):
        (tmp_path / str(number)).mkdir()
        await fail_a_job(stage, place, tmp_path / str(number))
    here, everywhere = await read(person), await read(person, **{"X-Institute-Id": ""})
    assert (here["total"], everywhere["total"]) == (1, 2)
    assert (await person.client.post("/api/notices/read-all")).json()["read"] == 1
    assert (await read(person, **{"X-Institute-Id": ""}))["unread"] == 1
    everything = await person.client.post("/api/notices/read-all", headers={"X-Institute-Id": ""})
    assert everything.json()["read"] == 1


async def test_notices_come_in_pages_newest_first(stage: Stage, school: School) -> None:
    """X-06"""
    ids = [(await answer_invitation(stage, school))[0] for _ in range(3)]
    head = school.people["department_head"]
    first = await read(head, "?limit=2")
    second = await read(head, f"?limit=2&cursor={first['next_cursor']}")
    seen = [notice["subject_id"] for notice in [*first["notices"], *second["notices"]]]
    assert seen == ids[::-1]
    assert (first["total"], second["next_cursor"]) == (3, None)


async def test_a_room_tells_members_once_while_it_is_unread(
    stage: Stage, school: School, other_school: School
) -> None:
    teacher, batch = school.people["teacher"], uuid4()
    to = [teacher.user_id, school.people["teacher_2"].user_id, other_school.people["teacher"].user_id]
    await stage.query("update memberships set state = 'left' where user_id = %s", [to[1]])
    for _ in range(2):
        async with stage.resources.database.transaction() as conn:
            await conn.execute("select app.begin_as(%s, null, %s)", [teacher.user_id, school.institute_id])
            await tell(conn, school.institute_id, to, "results_released", batch)
        await stage.finish_jobs()
    rows = await stage.query("select user_id from notices where subject_id = %s", [batch])
    assert rows == [(teacher.user_id,)]


async def act_as(stage: Stage, school: School, person: Person, statement: str) -> None:
    async with stage.resources.database.transaction() as conn:
        await conn.execute("select app.begin_as(%s, null, %s)", [person.user_id, school.institute_id])
        given = {"institute": school.institute_id, "user": person.user_id}
        await conn.execute(statement.encode(), given)


async def test_a_request_cannot_write_or_reword_a_notice(stage: Stage, school: School) -> None:
    """X-02: the database refuses, whatever the code does"""
    await answer_invitation(stage, school)
    head = school.people["department_head"]
    statements = [
        "insert into notices (institute_id, user_id, kind) values (%(institute)s, %(user)s, 'job_failed')",
        "update notices set facts = '{}' where institute_id = %(institute)s and user_id = %(user)s",
        "delete from notices where institute_id = %(institute)s and user_id = %(user)s",
    ]
    for statement in statements:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await act_as(stage, school, head, statement)
