"""Inviting a whole list: every row's fate before anything is sent, then a job that invites each once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from markroom.institutes.invitation_lists import actions as lists
from markroom.institutes.model import GRANTABLE, INVITABLE
from tests.databases import Database
from tests.institutes.invitation_lists.sending import BULK, Rows, fates, preview, read_job, send, teachers
from tests.institutes.inviting import invite, mails_to, new_address
from tests.stage import School, Stage, open_stage


async def make_list(school: School) -> tuple[Rows, list[str]]:
    """A row of every fate a department head can meet, and those fates."""
    head, email = school.people["department_head"], new_address()
    waiting = (await invite(school["school_admin"], new_address()))["email"]
    rows = [
        ({"email": f" {email.upper()} ", "role": "teacher", "subject": "Maths"}, "would_invite"),
        ({"email": email, "role": "student"}, "duplicate_in_file"),
        ({"email": school.people["teacher"].email.upper(), "role": "teacher"}, "already_member"),
        ({"email": waiting, "role": "teacher"}, "already_pending"),
        ({"email": "nobody", "role": "teacher"}, "bad_address"),
        ({"email": ["a@school.example"], "role": "teacher"}, "bad_address"),
        ({"email": new_address(), "role": "headteacher"}, "bad_role"),
        ({"email": new_address()}, "bad_role"),
        ({"email": new_address(), "role": {"$ne": 1}}, "bad_role"),
        ({"email": new_address(), "role": "school_admin"}, "role_above_own"),
        ({"email": new_address(), "role": "teacher", "year_group": "9"}, "bad_metadata"),
        ({"email": new_address(), "role": "student", "form_group": "9\0B"}, "bad_metadata"),
        ({"email": head.email, "role": "teacher"}, "oneself"),
        ({"email": new_address(), "role": "student", "year_group": "9", "form_group": ""}, "would_invite"),
    ]
    return [row for row, _ in rows], [fate for _, fate in rows]


async def test_a_dry_run_says_every_rows_fate_and_changes_nothing(stage: Stage, school: School) -> None:
    """P-12"""
    rows, expected = await make_list(school)
    counted = """select (select count(*) from invitations), (select count(*) from jobs),
                        (select count(*) from events)"""
    before = await stage.query(counted)
    answer = await preview(school["department_head"], rows)
    assert fates(answer) == expected
    assert [row["row"] for row in answer["rows"]] == list(range(1, len(rows) + 1))
    assert all(row["words"] for row in answer["rows"])
    assert answer["rows"][1]["words"] == "The same address stands in row 1."
    assert answer["counts"]["would_invite"] == 2
    assert await stage.query(counted) == before


async def test_sending_invites_whoever_can_be_and_says_what_became_of_the_rest(
    stage: Stage, school: School
) -> None:
    """P-12: partial success"""
    rows, expected = await make_list(school)
    job_id = await send(school["department_head"], rows)
    await stage.finish_jobs()
    job = await read_job(school["department_head"], job_id)
    assert (job["state"], job["done"], job["total"]) == ("done", len(rows), len(rows))
    sent = ["invited" if fate == "would_invite" else fate for fate in expected]
    assert fates(job["result"]) == sent
    listed = (await school["school_admin"].get("/api/users/invitations")).json()["invitations"]
    new = {i["id"]: i for i in listed}
    made = [new[row["invitation_id"]] for row in job["result"]["rows"] if row["fate"] == "invited"]
    assert [(i["role"], i["metadata"]) for i in made] == [
        ("teacher", {"subject": "Maths"}),
        ("student", {"year_group": "9"}),
    ]
    assert {i["invited_by"] for i in made} == {str(school.people["department_head"].user_id)}
    assert all(len(mails_to(stage, i["email"])) == 1 for i in made)


async def test_no_address_stays_in_jobs_events_or_logs(stage: Stage, school: School) -> None:
    """P-12, X-09, X-14: and the rows are gone with the job's end"""
    rows, _ = await make_list(school)
    with capture_logs() as logs:
        job_id = await send(school["department_head"], rows)
        kept = await stage.query(
            "select email from invitation_rows where list_id = %s and email <> ''", [job_id]
        )
        assert len(kept) == 2, "only of rows still to be sent"
        await stage.finish_jobs()
    assert await stage.query("select 1 from invitation_rows") == []
    told = [
        *await stage.query("select t::text from jobs t"),
        *await stage.query("select t::text from events t"),
    ]
    for row in rows:
        if isinstance(row["email"], str) and "@" in row["email"]:
            assert row["email"].strip().lower() not in str(told).lower()
            assert row["email"].strip().lower() not in str(logs).lower()


async def test_a_list_invited_again_invites_nobody_twice(stage: Stage, school: School) -> None:
    rows = teachers(3)
    for expected in ("invited", "already_pending"):
        job_id = await send(school["school_admin"], rows)
        await stage.finish_jobs()
        assert set(fates((await read_job(school["school_admin"], job_id))["result"])) == {expected}
    assert all(len(mails_to(stage, row["email"])) == 1 for row in rows)


async def test_five_hundred_rows_are_invited(stage: Stage, school: School) -> None:
    """P-12: in a constant number of statements for each fifty"""
    rows = teachers(500)
    job_id = await send(school["school_admin"], rows)
    statements: list[str] = []

    async with stage.resources.database.service(school.institute_id) as conn:
        original = conn.execute

        async def count(sql: Any, *given: Any, **more: Any) -> Any:
            statements.append(str(sql))
            return await original(sql, *given, **more)

        conn.execute = count  # type: ignore[method-assign,assignment]
        some = [await lists.invite_some(conn, *args(stage, school, job_id), limit) for limit in (10, 200)]
        conn.execute = original  # type: ignore[method-assign]
    assert some == [10, 200]
    assert len(statements) % 2 == 0, "as many for two hundred as for ten"
    assert len(statements) <= 20
    await stage.finish_jobs()
    job = await read_job(school["school_admin"], job_id)
    assert (job["done"], job["result"]["counts"]) == (500, {"invited": 500})
    mailed = "select count(*) from invitations where institute_id = %s and delivery = 'sent'"
    assert await stage.query(mailed, [school.institute_id]) == [(500,)]


def args(stage: Stage, school: School, job_id: str) -> tuple[UUID, bytes, UUID, UUID]:
    by = school.people["school_admin"].user_id
    return school.institute_id, stage.resources.secret, UUID(job_id), by


@pytest.mark.parametrize(("count", "code"), [(501, "list_too_long"), (0, "nobody_to_invite")])
async def test_a_list_has_one_to_five_hundred_rows(school: School, count: int, code: str) -> None:
    answer = await school["school_admin"].post(BULK, json={"rows": teachers(count)})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert "list" in answer.json()["detail"]


@pytest.mark.parametrize("body", [{}, {"rows": "all"}, {"rows": [1]}, {"rows": [], "role": "teacher"}, []])
async def test_what_is_no_list_is_refused(school: School, body: Any) -> None:
    answer = await school["school_admin"].post(BULK, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "unprocessable")


@pytest.mark.parametrize("inviter", ["school_admin", "department_head"])
async def test_who_may_invite_whom_holds_for_lists(school: School, inviter: str) -> None:
    """sec-I6"""
    rows = [{"email": new_address(), "role": role} for role in INVITABLE]
    answer = await preview(school[inviter], rows)
    allowed = ["would_invite" if role in GRANTABLE[inviter] else "role_above_own" for role in INVITABLE]
    assert fates(answer) == allowed


@pytest.mark.parametrize("role", ["teacher", "student"])
async def test_lists_are_for_managers(school: School, role: str) -> None:
    bodies: list[dict[str, Any]] = [
        {"json": {"rows": teachers(1)}},
        {"json": {}},
        {"content": b"x" * 2_000_000},
    ]
    for content in bodies:
        answer = await school[role].post(BULK, **content)
        assert (answer.status_code, answer.json()["detail"]) == (403, "School admin access required")


async def test_whoever_was_demoted_meanwhile_invites_nobody(stage: Stage, school: School) -> None:
    """sec-I6: the right is looked at again when the job runs"""
    job_id = await send(school["department_head"], teachers(2))
    await school["school_admin"].patch(
        f"/api/users/{school.people['department_head'].user_id}", json={"role": "teacher"}
    )
    await stage.finish_jobs()
    result = (await read_job(school["department_head"], job_id))["result"]
    assert fates(result) == ["role_above_own"] * 2
    assert (await school["school_admin"].get("/api/users/invitations")).json()["total"] == 0


async def test_a_list_counts_once_against_the_limit(database: Database, tmp_path: Any) -> None:
    """X-11"""
    async with open_stage(database, tmp_path, rate_limits="institute_invitation=2/minute") as stage:
        admin = (await stage.make_school())["school_admin"]
        codes = [(await admin.post(BULK, json={"rows": teachers(100)})).status_code for _ in range(3)]
        await stage.finish_jobs()
    assert codes == [202, 202, 429]


async def test_the_answer_of_a_list_is_kept_for_a_second_request(stage: Stage, school: School) -> None:
    """X-08: also of a file"""
    for content in (
        {"json": {"rows": teachers(1)}},
        {"content": f"mail,role\n{new_address()},teacher".encode()},
    ):
        sent = [
            await school["school_admin"].post(BULK, headers={"Idempotency-Key": str(content)[:99]}, **content)
            for _ in range(2)
        ]
        assert sent[0].status_code == 202
        assert sent[0].json() == sent[1].json()
    await stage.finish_jobs()


async def test_another_school_sees_nothing_of_a_list(
    stage: Stage, school: School, other_school: School
) -> None:
    rows = [{"email": other_school.people["teacher"].email, "role": "teacher"}]
    assert fates(await preview(school["school_admin"], rows)) == ["would_invite"]
    job_id = await send(school["school_admin"], rows)
    assert (await other_school["school_admin"].get(f"/api/jobs/{job_id}")).status_code == 404
    await stage.finish_jobs()


async def test_a_list_that_no_job_finished_is_forgotten_after_a_week(stage: Stage, school: School) -> None:
    """P-12: until then its job can be tried again; afterwards that is said"""
    admin, count = school["school_admin"], "select count(*) from invitation_rows where list_id = %s"
    job_id = await send(admin, teachers(2))
    await stage.query("update jobs set state = 'failed' where id = %s", [job_id])
    for age, left in (("6 days", 2), ("8 days", 0)):
        await stage.query(
            "update invitation_rows set created_at = now() - %s::interval where list_id = %s", [age, job_id]
        )
        async with stage.resources.database.service() as conn:
            await conn.execute("select app.guard_sweep_invitation_rows()")
        assert await stage.query(count, [job_id]) == [(left,)]
    await admin.post(f"/api/jobs/{job_id}/retry")
    await stage.finish_jobs()
    tried = await read_job(admin, job_id)
    words = "This list waited for more than a week and is gone. Send it again."
    assert (tried["state"], tried["error"]) == ("failed", words)
