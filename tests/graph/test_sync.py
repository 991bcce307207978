"""Who may have a template brought into the graph, what a failure says, what wakes the projector."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from markroom.graph import endpoints
from markroom.graph.projector import in_thread
from markroom.graph.tasks import sweep_graphs
from markroom.graph.writes import list_waiting
from markroom.jobs.queue import defer
from tests.databases import Database
from tests.exam_templates.canvases import make_template
from tests.stage import School, Stage, open_stage


def address(template: dict[str, str]) -> str:
    return f"/api/exam/templates/{template['id']}/neo4j-sync"


async def test_only_the_owner_has_a_template_brought_into_the_graph(
    school: School, other_school: School
) -> None:
    """G-02: 404 hidden, then 403"""
    template = await make_template(school["teacher"])
    assert (await other_school["teacher"].post(address(template))).status_code == 404
    assert (await school["student"].post(address(template))).status_code == 404
    answer = await school["teacher_2"].post(address(template))
    assert (answer.status_code, answer.json()["detail"]) == (403, "Only the template owner can do this")
    assert (await school["school_admin"].post(address(template))).status_code == 403


@pytest.mark.parametrize("graph_url", ["bolt://neo4j:secret-of-the-graph@127.0.0.1:1", "off"])
async def test_a_graph_that_does_not_answer_is_a_502_without_details(
    database: Database, tmp_path: Path, graph_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """G-02: details only in the log, and no password there"""
    async with open_stage(database, tmp_path, graph_url=graph_url) as stage, stage.worker():
        school = await stage.make_school()
        template = await make_template(school["teacher"])
        answer = await school["teacher"].post(address(template))
    assert (answer.status_code, answer.json()["detail"]) == (502, "Projection failed")
    assert "127.0.0.1" not in answer.text
    assert "secret-of-the-graph" not in capfd.readouterr().err


async def test_a_projector_that_takes_too_long_is_a_502(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G-02: nobody waits for ever"""
    monkeypatch.setattr(endpoints, "SYNC_SECONDS", 0.2)
    template = await make_template(school["teacher"])
    answer = await school["teacher"].post(address(template))  # no worker runs
    assert (answer.status_code, answer.json()["code"]) == (502, "projection_failed")


async def test_who_asks_waits_for_half_a_minute_and_no_longer(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G-02: by the waits between its looks, which pass at once here"""
    waits: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    template = await make_template(school["teacher"])
    monkeypatch.setattr(asyncio, "sleep", note)
    answer = await school["teacher"].post(address(template))  # no worker runs
    monkeypatch.undo()
    assert answer.status_code == 502
    assert sum(seconds for seconds in waits if seconds == endpoints.LOOK_SECONDS) == pytest.approx(30)


async def test_the_state_of_the_graph_is_for_admins(school: School) -> None:
    """G-06: its state visible"""
    answer = await school["school_admin"].get("/api/graph/space")
    assert answer.json() == {
        "name": f"markroom_{school.institute_id.hex}",
        "state": "preparing",
        "generation": 0,
        "catalogue_version": None,
        "error": None,
        "projected_at": None,
    }
    assert (await school["teacher"].get("/api/graph/space")).status_code == 403
    assert (await school["teacher"].post("/api/timetable/rebuild-neo4j")).status_code == 403


async def test_an_admin_has_the_graph_made_anew(database: Database, tmp_path: Path) -> None:
    """G-02"""
    async with open_stage(database, tmp_path, graph_url="") as stage:
        school = await stage.make_school()
        answer = await school["school_admin"].post("/api/timetable/rebuild-neo4j")
        assert answer.status_code == 202
        await stage.finish_jobs()
        job = await school["school_admin"].get(f"/api/jobs/{answer.json()['job']['id']}")
        assert (job.json()["state"], job.json()["result"]["Institute"]) == ("done", 1)


async def test_what_a_projector_left_waiting_is_found_for_every_school(
    stage: Stage, school: School, other_school: School
) -> None:
    """G-06: resumable. A school whose graph is up to date and that has no old change is left alone."""
    await stage.query("update graph_spaces set generation = 1, state = 'ready'")
    await stage.query("delete from graph_changes")
    for minutes, each in ((2, school), (0, other_school)):
        await stage.query(
            "insert into graph_changes (institute_id, at) values (%s, now() - make_interval(mins => %s))",
            [each.institute_id, minutes],
        )
    async with stage.resources.database.service() as conn:
        assert await list_waiting(conn, 60) == [school.institute_id]
    await stage.query(
        "update graph_spaces set generation = 0 where institute_id = %s", [other_school.institute_id]
    )
    async with stage.resources.database.service() as conn:
        assert set(await list_waiting(conn, 60)) == {school.institute_id, other_school.institute_id}
    assert sweep_graphs.queue == "upkeep"


async def test_where_there_is_to_be_no_graph_nothing_is_kept_for_it(stage: Stage, school: School) -> None:
    await make_template(school["teacher"])
    await stage.finish_jobs()
    assert await stage.query("select count(*) from graph_changes") == [(0,)]


async def test_a_schools_changes_are_nobodys_to_read(stage: Stage, school: School) -> None:
    """X-02"""
    async with stage.resources.database.transaction() as conn:
        cursor = await conn.execute("select has_table_privilege(current_user, 'graph_changes', 'select')")
        assert await cursor.fetchone() == (False,)


async def test_a_cancelled_projector_holds_its_lock_until_its_thread_is_done() -> None:
    may_end, order = threading.Event(), []

    def work() -> None:
        may_end.wait(10)
        order.append("written")

    task = asyncio.create_task(in_thread(work))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    order.append("let go")
    assert order == ["written", "let go"]


async def test_a_sweep_wakes_the_projector_for_what_was_left(database: Database, tmp_path: Path) -> None:
    """G-06: whatever became of its own job"""
    async with open_stage(database, tmp_path, graph_url="") as stage:
        await stage.query("delete from graph_changes")
        await stage.query("update graph_spaces set state = 'removed'")
        school = await stage.make_school()
        lost = "set local search_path = public, jobs; delete from procrastinate_jobs;"
        await stage.query(f"do $$ begin {lost} end $$")
        async with stage.resources.database.service() as conn:
            await defer(conn, "sweep_graphs", timestamp=0)
        async with stage.worker():
            for _ in range(600):
                rows = await stage.query("select institute_id from graph_spaces where state = 'ready'")
                if rows:
                    break
                await asyncio.sleep(0.05)
    assert rows == [(school.institute_id,)]
