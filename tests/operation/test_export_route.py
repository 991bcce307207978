"""P-15: a school's admin takes all of it along as one archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from markroom.operation.archive import archive_key, read_parts, verify_archive
from markroom.operation.export import export_institute
from tests.databases import Database
from tests.stage import School, Stage

URL = "/api/institutes/current/export"


async def _export(stage: Stage, school: School) -> Any:
    started = await school["school_admin"].post(URL)
    assert started.status_code == 202, started.text
    await stage.finish_jobs()
    return started.json()["job"]["id"]


async def test_an_admin_fetches_the_whole_school(
    stage: Stage, school: School, other_school: School, tmp_path: Path
) -> None:
    await stage.resources.storage.put(f"{school.institute_id}/files/paper", b"a paper")
    await _export(stage, school)
    answer = await school["school_admin"].get(URL)
    assert answer.headers["content-disposition"].startswith('attachment; filename="school-')
    file = tmp_path / "school.tar"
    file.write_bytes(answer.content)
    verify_archive(file, "institute")
    parts = {name: source.read() for name, source in read_parts(file)}
    assert parts[f"files/{school.institute_id}/files/paper"] == b"a paper"
    assert str(other_school.institute_id).encode() not in b"".join(parts.values())


async def test_an_archive_holds_no_archive(stage: Stage, school: School, tmp_path: Path) -> None:
    await _export(stage, school)
    await _export(stage, school)
    file = tmp_path / "school.tar"
    file.write_bytes((await school["school_admin"].get(URL)).content)
    assert not [name for name, _ in read_parts(file) if name.endswith(".tar")]


async def test_two_who_ask_get_one_archive(school: School) -> None:
    first, second = [await school["school_admin"].post(URL) for _ in range(2)]
    assert first.json() == second.json()


async def test_an_archive_being_written_is_not_fetched(school: School) -> None:
    await school["school_admin"].post(URL)
    answer = await school["school_admin"].get(URL)
    assert (answer.status_code, answer.json()["code"]) == (409, "export_unfinished")


async def test_an_archive_is_kept_for_a_day(stage: Stage, school: School) -> None:
    """Then its bytes go too: the job for it waits in the queue."""
    job_id = await _export(stage, school)
    await stage.query("update jobs set finished_at = now() - interval '25 hours' where id = %s", [job_id])
    assert (await school["school_admin"].get(URL)).json()["code"] == "no_export"
    waiting = await stage.query(
        "select args->>'key' from jobs.procrastinate_jobs"
        " where task_name = 'delete_export' and status = 'todo'"
    )
    assert (archive_key(school.institute_id, job_id),) in waiting


@pytest.mark.parametrize("role", ["department_head", "teacher", "student"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_only_admins_take_a_school_along(school: School, role: str, method: str) -> None:
    assert (await school[role].request(method, URL)).status_code == 403


async def test_no_other_school_fetches_it(stage: Stage, school: School, other_school: School) -> None:
    """X-02"""
    await _export(stage, school)
    assert (await other_school["school_admin"].get(URL)).json()["code"] == "no_export"


async def test_taking_a_school_along_is_recorded(stage: Stage, school: School) -> None:
    """X-09"""
    await _export(stage, school)
    await school["school_admin"].get(URL)
    kinds = await stage.query(
        "select kind from events where institute_id = %s and kind like 'institute_export%%' order by id",
        [school.institute_id],
    )
    assert kinds == [("institute_export_started",), ("institute_export_fetched",)]


async def test_a_closed_school_can_still_be_written_by_command(
    stage: Stage, database: Database, school: School, tmp_path: Path
) -> None:
    """Nothing of it was deleted"""
    await school["school_admin"].post("/api/institutes/current/close", json={"confirm": school.name})
    storage = stage.resources.storage
    made = export_institute(database.service_url, storage, school.institute_id, tmp_path / "school.tar")
    assert made.rows["memberships"] == len(school.people)
