"""P-12: whatever becomes of a worker, nobody of a list is invited twice."""

from __future__ import annotations

import asyncio
import sys

from tests.databases import Database
from tests.institutes.invitation_lists.sending import read_job, send, teachers
from tests.stage import School, Stage

WORKER = """import asyncio, sys
import markroom.institutes.invitation_lists.tasks, markroom.institutes.invitations.tasks
from tests.scripts.worker_process import work
asyncio.run(work(*sys.argv[1:]))"""


async def test_the_same_list_sent_at_once_by_two_invites_each_person_once(
    stage: Stage, school: School
) -> None:
    """P-04"""
    rows = teachers(20)
    await asyncio.gather(send(school["school_admin"], rows), send(school["department_head"], rows[::-1]))
    await stage.finish_jobs()
    listed = (await school["school_admin"].get("/api/users/invitations")).json()
    assert listed["total"] == 20


async def test_a_worker_killed_between_its_rows_invites_nobody_twice(
    database: Database, stage: Stage, school: School
) -> None:
    """P-12, X-10"""
    job_id = await send(school["school_admin"], teachers(120))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER,
        database.app_url, database.service_url, stage.resources.settings.data_dir,
    )  # fmt: skip
    counted = "select count(*) from invitations where institute_id = %s"
    hold_up = "select 1 from invitation_rows where list_id = %s and number = 60 for update"
    async with stage.admin.connection() as conn, conn.transaction():
        await conn.execute(hold_up, [job_id])
        try:
            for _ in range(12_000):
                if (await stage.query(counted, [school.institute_id]))[0][0]:
                    break
                await asyncio.sleep(0.005)
        finally:
            process.kill()
            await process.wait()
    assert await stage.query(counted, [school.institute_id]) == [(50,)]
    assert len(await stage.query("select 1 from invitation_rows where list_id = %s", [job_id])) == 120
    await stage.query("update jobs.procrastinate_workers set last_heartbeat = now() - interval '1 hour'")
    await stage.finish_jobs()
    job = await read_job(school["school_admin"], job_id)
    assert job["result"]["counts"] == {"invited": 120}
    assert await stage.query(counted, [school.institute_id]) == [(120,)]
    told = "select count(*) from events where institute_id = %s and kind = 'invitation_sent'"
    assert await stage.query(told, [school.institute_id]) == [(120,)]
