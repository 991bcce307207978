"""X-10: a job exists exactly when the change does, is retried, and a crash at any point loses nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from markroom.jobs import writes
from markroom.jobs.queue import MAX_ATTEMPTS, Job, run_worker, start_job
from tests.databases import Database
from tests.jobs import chores
from tests.stage import School, Stage

assert chores


async def start(stage: Stage, school: School, mark: Path, **args: Any) -> UUID:
    async with stage.resources.database.transaction() as conn:
        teacher = school.people["teacher"].user_id
        await conn.execute("select app.begin_as(%s, null, %s)", [teacher, school.institute_id])
        return await start_job(conn, "chore", school.institute_id, None, mark=str(mark), **args)


async def see(school: School, job_id: UUID, role: str = "teacher") -> dict[str, Any]:
    answer = await school[role].get(f"/api/jobs/{job_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def make_the_next_try_the_last(stage: Stage) -> None:
    await stage.query("update jobs.procrastinate_jobs set attempts = %s", [MAX_ATTEMPTS - 1])


async def test_a_job_runs_and_says_what_it_did(stage: Stage, school: School, tmp_path: Path) -> None:
    job_id = await start(stage, school, tmp_path / "mark")
    assert (await see(school, job_id))["state"] == "queued"
    await stage.finish_jobs()
    job = await see(school, job_id)
    assert (job["state"], job["result"], job["done"], job["total"]) == ("done", {"tries": 1}, 2, 2)
    assert job["finished_at"]


async def test_a_job_is_not_started_by_what_is_rolled_back(
    stage: Stage, school: School, tmp_path: Path
) -> None:
    async def start_and_fail() -> None:
        async with stage.resources.database.service(school.institute_id) as conn:
            await start_job(conn, "chore", school.institute_id, None, mark=str(tmp_path / "mark"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await start_and_fail()
    await stage.finish_jobs()
    assert not (tmp_path / "mark").exists()
    assert (await school["teacher"].get("/api/jobs")).json()["total"] == 0


async def test_a_job_waits_for_the_commit(stage: Stage, school: School, tmp_path: Path) -> None:
    async with stage.worker():
        async with stage.resources.database.service(school.institute_id) as conn:
            await start_job(conn, "chore", school.institute_id, None, mark=str(tmp_path / "mark"))
            await asyncio.sleep(0.2)
            assert not (tmp_path / "mark").exists()
        await stage.wait_for_jobs()
    assert (tmp_path / "mark").exists()


async def test_what_is_unavailable_is_tried_again(stage: Stage, school: School, tmp_path: Path) -> None:
    job_id = await start(stage, school, tmp_path / "mark", how="closed once")
    await stage.finish_jobs()
    job = await see(school, job_id)
    assert (job["state"], job["result"], job["error"]) == ("done", {"tries": 2}, None)


async def test_what_can_never_work_fails_at_once(stage: Stage, school: School, tmp_path: Path) -> None:
    job_id = await start(stage, school, tmp_path / "mark", how="wrong")
    await stage.finish_jobs()
    job = await see(school, job_id)
    assert (job["state"], job["error"]) == ("failed", "The sums do not add up.")
    assert (tmp_path / "mark").read_text() == "x"
    told = await stage.query("select kind, credential from events where subject_id = %s", [job_id])
    assert told == [("job_failed", f"job:{job_id}")]


@pytest.mark.parametrize(
    ("how", "said"), [("closed", "The library is closed."), ("crashes", "It failed several times.")]
)
async def test_what_fails_for_good_is_seen_and_tells_no_secrets(
    stage: Stage, school: School, tmp_path: Path, how: str, said: str
) -> None:
    job_id = await start(stage, school, tmp_path / "mark", how=how)
    await make_the_next_try_the_last(stage)
    await stage.finish_jobs()
    for role in ("teacher", "department_head", "school_admin"):
        job = await see(school, job_id, role)
        assert (job["state"], job["error"]) == ("failed", said)
    failed = (await school["school_admin"].get("/api/jobs?state=failed")).json()
    assert [each["id"] for each in failed["jobs"]] == [str(job_id)]


async def test_what_a_job_found_is_told_to_whoever_started_it(
    stage: Stage, school: School, tmp_path: Path
) -> None:
    """T-04: it may be of a template that nobody else may see"""
    job_id = await start(stage, school, tmp_path / "mark")
    await stage.finish_jobs()
    told = {}
    for role in ("teacher", "teacher_2", "school_admin"):
        listed = (await school[role].get("/api/jobs")).json()["jobs"]
        told[role] = [each["result"] for each in (await see(school, job_id, role), *listed)]
        assert (listed[0]["state"], listed[0]["done"], listed[0]["total"]) == ("done", 2, 2)
    assert told == {"teacher": [{"tries": 1}] * 2, "teacher_2": [None] * 2, "school_admin": [None] * 2}


async def test_what_is_found_so_far_is_told_until_there_is_a_result(
    stage: Stage, school: School, tmp_path: Path
) -> None:
    job_id = await start(stage, school, tmp_path / "mark", how="wrong")
    await stage.query("update jobs set state = 'running' where id = %s", [job_id])
    job = Job(job_id, school.institute_id, None, {}, None, 1, stage.resources.database)
    for done, found in ((1, {"so_far": 1}), (2, None)):
        await job.progress(done, 2, found)
        shown = await see(school, job_id)
        assert (shown["done"], shown["result"]) == (done, {"so_far": 1})
    await stage.finish_jobs()
    shown = await see(school, job_id)
    assert (shown["state"], shown["result"]) == ("failed", None)


@pytest.mark.parametrize("how", ["waits for its next try", "ended with its school"])
async def test_what_an_unfinished_try_found_is_told_no_more(
    stage: Stage, school: School, tmp_path: Path, how: str
) -> None:
    job_id = await start(stage, school, tmp_path / "mark")
    await stage.query("update jobs set state = 'running' where id = %s", [job_id])
    job = Job(job_id, school.institute_id, None, {}, None, 1, stage.resources.database)
    await job.progress(1, 2, {"so_far": 1})
    assert (await see(school, job_id))["result"] == {"so_far": 1}
    async with job.transaction() as conn:
        if how == "ended with its school":
            await writes.end_jobs(conn, school.institute_id, how)
        else:
            await writes.mark_waiting(conn, school.institute_id, job_id, how)
    shown = await see(school, job_id)
    assert (shown["error"], shown["result"]) == (how, None)


async def test_why_a_job_failed_is_told_to_its_starter_and_to_managers(
    stage: Stage, school: School, tmp_path: Path
) -> None:
    job_id = await start(stage, school, tmp_path / "mark", how="wrong")
    await stage.finish_jobs()
    roles = ("teacher", "teacher_2", "department_head", "school_admin")
    found = [await see(school, job_id, role) for role in roles]
    assert {job["state"] for job in found} == {"failed"}
    said = "The sums do not add up."
    assert [job["error"] for job in found] == [said, None, said, said]


async def test_a_failed_job_is_retried_by_managers(stage: Stage, school: School, tmp_path: Path) -> None:
    job_id = await start(stage, school, tmp_path / "mark", how="closed once")
    await make_the_next_try_the_last(stage)
    await stage.finish_jobs()
    retry = f"/api/jobs/{job_id}/retry"
    assert (await school["teacher"].post(retry)).status_code == 403
    answers = await asyncio.gather(
        *(school[role].post(retry) for role in ("department_head", "school_admin"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    await stage.finish_jobs()
    assert (await see(school, job_id))["result"] == {"tries": 2}
    refused = await school["school_admin"].post(retry)
    assert (refused.status_code, refused.json()["code"]) == (409, "job_not_failed")
    told = await stage.query("select kind from events where subject_id = %s order by id", [job_id])
    assert told == [("job_failed",), ("job_retried",)]


async def test_a_running_job_is_not_started_twice(stage: Stage, school: School, tmp_path: Path) -> None:
    job_id = await start(stage, school, tmp_path / "mark", how="waits")
    async with stage.worker():
        while not (job := await see(school, job_id))["done"]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        assert job["state"] == "running"
        assert (job["done"], job["total"]) == (1, 2)
        assert (await school["school_admin"].post(f"/api/jobs/{job_id}/retry")).status_code == 409
        (tmp_path / "mark.end").touch()
        await stage.wait_for_jobs()
    assert (await see(school, job_id))["result"] == {"tries": 1}


async def test_a_job_of_another_school_is_not_there(
    stage: Stage, school: School, other_school: School, tmp_path: Path
) -> None:
    job_id = await start(stage, school, tmp_path / "mark", how="wrong")
    await stage.finish_jobs()
    for path in ("", "/retry"):
        method = "POST" if path else "GET"
        found = await other_school["school_admin"].request(method, f"/api/jobs/{job_id}{path}")
        unknown = await other_school["school_admin"].request(method, f"/api/jobs/{uuid4()}{path}")
        assert (found.status_code, found.json()["code"]) == (404, unknown.json()["code"])
    assert (await other_school["school_admin"].get("/api/jobs")).json()["total"] == 0
    assert (await school["student"].get("/api/jobs")).json()["total"] == 0


async def test_a_job_sees_its_own_school_alone(stage: Stage, school: School, other_school: School) -> None:
    """sec-R16"""
    job = Job(uuid4(), school.institute_id, None, {}, None, 1, stage.resources.database)
    async with job.transaction() as conn:
        cursor = await conn.execute("select distinct institute_id from memberships")
        assert await cursor.fetchall() == [(school.institute_id,)]


async def test_a_job_that_ends_its_workers_ends_as_failed(
    stage: Stage, school: School, tmp_path: Path
) -> None:
    """It would otherwise go round for ever."""
    job_id = await start(stage, school, tmp_path / "mark")
    await stage.query("update jobs.procrastinate_jobs set attempts = %s", [MAX_ATTEMPTS])
    await stage.finish_jobs()
    job = await see(school, job_id)
    assert (job["state"], job["error"]) == ("failed", "It stopped its worker several times.")
    assert not (tmp_path / "mark").exists()


async def test_the_job_of_a_killed_worker_is_finished_by_another(
    database: Database, stage: Stage, school: School, tmp_path: Path
) -> None:
    """S-06: real processes"""
    job_id = await start(stage, school, tmp_path / "mark", how="dies once")
    command = [sys.executable, "-m", "tests.jobs.worker", database.app_url, database.service_url]
    first = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)
    assert await asyncio.wait_for(first.wait(), 240) == -9
    assert (await see(school, job_id))["state"] == "running"
    async with stage.worker():
        for _ in range(2400):
            if (job := await see(school, job_id))["state"] == "done":
                break
            await asyncio.sleep(0.1)
    assert (job["state"], job["result"]) == ("done", {"tries": 2})


async def test_jobs_are_listed_newest_first(stage: Stage, school: School, tmp_path: Path) -> None:
    """X-06"""
    made = [str(await start(stage, school, tmp_path / str(n))) for n in range(5)]
    seen: list[str] = []
    cursor = None
    while True:
        asked = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await school["teacher"].get("/api/jobs", params=asked)).json()
        assert page["total"] == 5
        seen += [job["id"] for job in page["jobs"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == made[::-1]
    await stage.finish_jobs()
    done = (await school["teacher"].get("/api/jobs?state=done")).json()
    assert done["total"] == 5


async def test_a_stopped_worker_gives_a_slow_job_back(stage: Stage, school: School, tmp_path: Path) -> None:
    job_id = await start(stage, school, tmp_path / "mark", how="is slow once")
    async with stage.worker():
        while not (tmp_path / "mark").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await stage.finish_jobs()
    job = await see(school, job_id)
    assert (job["state"], job["result"]) == ("done", {"tries": 2})


@pytest.mark.parametrize("steps", [1, 5, 20])
async def test_a_worker_stopped_as_it_starts_leaves_nothing_running(stage: Stage, steps: int) -> None:
    """Else the program that runs it would not end."""
    there = asyncio.all_tasks()
    worker = asyncio.create_task(run_worker(stage.resources.database, stage.resources))
    for _ in range(steps):
        await asyncio.sleep(0)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    left = {task for task in asyncio.all_tasks() - there if task.get_name().startswith("pool-")}
    assert {task for task in left if not task.done()} == set()
