"""The words of memories in rows of their own: they follow their memory, and its readers read them (M-02)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from markroom.kit.events import emit
from markroom.kit.migrations import load_migrations, migrate
from markroom.kit.postgres import Cluster
from markroom.projects.model import ProjectPurged
from tests.databases import APP, SERVICE, name_database
from tests.marking.sitting import lay_out
from tests.memories.team import Project, keep, make_project, make_team
from tests.stage import School, Stage

LEFT_OVER = """select count(*) from (
  select institute_id, project_id, memory_id, lexeme, approval, length from memory_words
  {except_} all
  select m.institute_id, m.project_id, m.id, l, m.approval, length(app.memory_words(m.text, m.tags))
    from memories m, unnest(tsvector_to_array(app.memory_words(m.text, m.tags))) l) x"""


async def count_words(stage: Stage, project: Project) -> int:
    """The words of a project, once it is seen that everywhere stand those of the memories and no others."""
    ((both,),) = await stage.query(LEFT_OVER.format(except_="intersect"))
    ((stored,),) = await stage.query("select count(*) from memory_words")
    ((extra,),) = await stage.query(LEFT_OVER.format(except_="except"))
    ((wanted,),) = await stage.query(
        "select coalesce(sum(length(app.memory_words(text, tags))), 0) from memories"
    )
    assert (extra, both) == (0, stored)
    assert stored == wanted
    rows = await stage.query("select count(*) from memory_words where project_id = %s", [project.id])
    return int(rows[0][0])


async def test_words_follow_whatever_happens_to_a_memory(school: School, stage: Stage) -> None:
    """M-01, M-02, sec-M8: kept, changed, brought back, approved, read in, taken back, purged"""
    project, teacher = await make_project(stage, school), school["teacher"]
    made = await keep(teacher, project, "Draw graphs in pencil")
    address = f"/api/memories/{made['id']}"
    assert await count_words(stage, project) == 3
    await teacher.patch(address, json={"text": "Pens", "tags": ["ink"]})
    assert await count_words(stage, project) == 2
    await teacher.post(f"{address}/undo")
    assert await count_words(stage, project) == 3
    key = await project.make_key()
    async with stage.client(key["secret"]) as program:
        poison = await keep(program, None, "Marmalade sandwiches")
        await keep(program, None, "Toast")
    assert await count_words(stage, project) == 6
    await teacher.post(
        f"/api/memories/{poison['id']}/approve", headers={"If-Match": f'"{poison["version"]}"'}
    )
    assert await count_words(stage, project) == 6
    rollback = f"/api/projects/{project.id}/memories/rollback"
    assert (await teacher.post(rollback, json={"key_id": key["id"]})).is_success
    assert await count_words(stage, project) == 3
    lines = b"\n".join(json.dumps({"text": f"Line {word}"}).encode() for word in ("one", "two", "three"))
    await teacher.post(
        f"/api/memories/import?project_id={project.id}",
        content=lines,
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert await count_words(stage, project) == 9
    await teacher.delete(address)
    assert await count_words(stage, project) == 6
    async with stage.resources.database.service(school.institute_id) as conn:
        await emit(conn, ProjectPurged(institute_id=school.institute_id, subject_id=project.id))
    assert await count_words(stage, project) == 0


async def test_a_change_of_what_a_memory_is_about_leaves_its_words(school: School, stage: Stage) -> None:
    """M-01: nor are they written again as a question is taken off its paper"""
    project, sitting = await make_project(stage, school), await lay_out(stage, school)
    links = {"question_id": str(sitting.questions["1(a)"])}
    made = await keep(school["teacher"], project, "About units", links=links)
    rows = "select xmin, * from memory_words where project_id = %s"
    before = await stage.query(rows, [project.id])
    changed = {"kind": "decision", "links": {}}
    answer = await school["teacher"].patch(f"/api/memories/{made['id']}", json=changed)
    assert answer.json()["links"]["question_id"] is None
    assert await stage.query(rows, [project.id]) == before != []


async def test_words_are_read_by_who_reads_the_project_and_by_nobody_else(
    school: School, other_school: School, stage: Stage
) -> None:
    """sec-M3, sec-R1: not even their number, of another project or of another school"""
    mine = await make_project(stage, school)
    await keep(school["teacher"], mine, "Secret ingredient")
    away = await make_project(stage, other_school)
    await keep(other_school["teacher"], away, "Secret ingredient")

    async def count(person: Any, at: School) -> int:
        async with stage.resources.database.transaction() as conn:
            await conn.execute("select app.begin_as(%s, null, %s)", [person.user_id, at.institute_id])
            row = await (await conn.execute("select count(*) from memory_words")).fetchone()
            return int(row[0]) if row else -1

    people = school.people
    assert await count(people["department_head"], school) == 2
    assert await count(people["student"], school) == 0
    stranger = await stage.make_person(school, "teacher_3")
    assert await count(stranger, school) == 0
    assert await count(people["teacher"], other_school) == 0
    await stage.query(
        "delete from project_members where project_id = %s and user_id = %s",
        [mine.id, people["department_head"].user_id],
    )
    assert await count(people["department_head"], school) == 0
    async with stage.resources.database.service(school.institute_id) as conn:
        row = await (await conn.execute("select count(distinct project_id) from memory_words")).fetchone()
    assert row == (1,)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from memory_words",
        "update memory_words set lexeme = 'forged'",
        """insert into memory_words
           select institute_id, project_id, 'forged', memory_id, approval, 1 from memory_words""",
    ],
)
async def test_words_are_written_by_nobody(school: School, stage: Stage, statement: str) -> None:
    """sec-M4, sec-R15: they follow their memory, also for an admin of the project"""
    project = await make_project(stage, school)
    await keep(school["teacher"], project, "As it was said")
    async with stage.resources.database.transaction() as conn:
        person = school.people["teacher"]
        await conn.execute("select app.begin_as(%s, null, %s)", [person.user_id, school.institute_id])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute(statement)


def test_what_was_kept_before_there_were_words_gets_them(cluster: Cluster, tmp_path: Path) -> None:
    """The migration fills the table from the memories there are."""
    database = name_database(cluster, "before_words")
    with psycopg.connect(cluster.admin_url, autocommit=True) as conn:
        conn.execute("drop database if exists before_words")
        conn.execute("create database before_words")
    for each in load_migrations():
        if each.name < "202611221000":
            (tmp_path / f"{each.name}.sql").write_text(each.text)
    migrate(database.admin_url, app_login=APP, service_login=SERVICE, folder=tmp_path)
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        team = make_team(conn)
        conn.execute(
            """insert into memories (institute_id, project_id, kind, text, text_hash, tags, approval,
                 author_id, written_by)
               values (%(at)s, %(project)s, 'note', 'Units of units', 'x', '{area}', 'pending', %(user)s,
                 %(user)s)""",
            vars(team),
        )
        migrate(database.admin_url, app_login=APP, service_login=SERVICE)
        rows = conn.execute("select lexeme, approval, length from memory_words order by 1").fetchall()
        assert rows == [("area", "pending", 2), ("unit", "pending", 2)]
