"""What teachers do reaches their school's graph, in the engine of this process and in a real Neo4j alike."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from markroom.catalogue.actions import load_starter
from markroom.catalogue.model import make_id
from markroom.graph import writes
from markroom.graph.embedded_engine import EmbeddedEngine
from markroom.graph.engines import engine_of
from markroom.graph.model import LABELS, GraphBusy, Subgraph, compare, digest, name_space, pseudonym
from markroom.graph.projector import Projector
from markroom.graph.writes import lock_space
from markroom.institutes.closing.actions import close_by_command, reopen
from tests.databases import Database
from tests.exam_templates.canvases import area, make_template, put, question, small_canvas
from tests.graph.neo4j_server import running_neo4j
from tests.stage import School, Stage, open_stage

MATHS = str(make_id("papers", "AQA", "8300", "8300/1H"))
PHYSICS = str(make_id("papers", "AQA", "8463", "8463/1H"))


@pytest.fixture(scope="module", params=["embedded", "neo4j"])
def graph_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "embedded":
        yield ""
    else:
        with running_neo4j() as url:
            yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    database: Database, tmp_path_factory: pytest.TempPathFactory, graph_url: str
) -> AsyncIterator[Stage]:
    async with open_stage(database, tmp_path_factory.mktemp("data"), graph_url=graph_url) as opened:
        async with opened.resources.database.service() as conn:
            await load_starter(conn)
        yield opened


def projector(stage: Stage, school: School) -> Projector:
    engine = engine_of(stage.resources.settings)
    assert engine
    return Projector(stage.resources.database, engine, stage.resources.secret, school.institute_id)


async def read_space(stage: Stage, school: School) -> dict[str, Any]:
    rows = await stage.query(
        "select row_to_json(s) from graph_spaces s where institute_id = %s", [school.institute_id]
    )
    space: dict[str, Any] = rows[0][0]
    return space


async def read_graph(stage: Stage, school: School) -> Subgraph:
    """All of a school's graph, as it lies in the engine."""
    generation = (await read_space(stage, school))["generation"]

    def read() -> Subgraph:
        with projector(stage, school).engine.open(name_space(school.institute_id), generation) as graph:
            return graph.read()

    return await asyncio.to_thread(read)


async def make_paper(school: School, exam_id: str = MATHS, refs: str = "N9, AO2") -> dict[str, Any]:
    """A template of three items, one of them with references to the catalogue."""
    template = await make_template(school["teacher"], exam_id=exam_id)
    canvas = small_canvas()
    canvas["questions"][1]["spec_ref"] = refs
    canvas["response_areas"].append(area(None, kind="name"))
    answer = await put(school["teacher"], template["id"], canvas, 1)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def follow(graph: Subgraph, type_: str, start: str) -> list[dict[str, Any]]:
    """The nodes a relation leads to."""
    found = [r for r in graph.relations if r.way.type == type_ and r.start == start]
    return [{"id": r.end, **graph.nodes[r.way.end, r.end].properties} for r in found]


async def test_a_template_stands_in_the_graph_with_its_questions_areas_and_exam(
    stage: Stage, school: School
) -> None:
    """G-01, G-02"""
    template = await make_paper(school)
    async with stage.worker():
        answer = await school["teacher"].post(f"/api/exam/templates/{template['id']}/neo4j-sync")
    assert answer.json() == {
        "status": "ok",
        "projection": {"Template": 1, "Question": 4, "ResponseArea": 4, "relations": 13},
    }
    graph = await read_graph(stage, school)
    assert follow(graph, "BELONGS_TO", template["id"]) == [
        {"id": str(school.institute_id), "name": school.name}
    ]
    (paper,) = follow(graph, "SITS", template["id"])
    assert (paper["id"], paper["code"], paper["marks"]) == (MATHS, "8300/1H", 80)
    assert {q["path"] for q in follow(graph, "HAS_QUESTION", template["id"])} == {"1", "2"}
    assert [a["kind"] for a in follow(graph, "HAS_AREA", template["id"])] == ["name"]
    one = template["questions"][0]["id"]
    assert {q["path"] for q in follow(graph, "HAS_PART", one)} == {"1(a)", "1(b)"}
    part = next(q for q in template["questions"] if q["path"] == "1(a)")
    (answered,) = follow(graph, "ANSWERED_IN", part["id"])
    assert (answered["page"], answered["x"], answered["w"]) == (1, 0.1, 0.8)
    assert [point["ref"] for point in follow(graph, "EXAMINES", part["id"])] == ["N9"]
    assert [objective["code"] for objective in follow(graph, "ASSESSES", part["id"])] == ["AO2"]


async def test_projecting_again_changes_nothing(stage: Stage, school: School) -> None:
    """X-01: changes that were taken up already, as after a crash before the commit, may come again."""
    template = await make_paper(school)
    await projector(stage, school).project_changes()
    before = await read_graph(stage, school)
    await stage.query(
        "insert into graph_changes (institute_id, template_id) values (%s, %s)",
        [school.institute_id, template["id"]],
    )
    await projector(stage, school).project_changes()
    assert compare(before, await read_graph(stage, school)) == compare(before, before)
    assert await stage.query(
        "select count(*) from graph_changes where institute_id = %s", [school.institute_id]
    ) == [(0,)]


class Editor:
    """A teacher who does anything, by a seed."""

    def __init__(self, school: School, seed: int) -> None:
        self.school, self.random = school, random.Random(seed)
        self.templates: list[str] = []

    async def edit(self) -> None:
        deeds = [self.make, self.replace, self.replace, self.replace, self.patch, self.archive, self.give]
        await self.random.choice(deeds if self.templates else [self.make])()

    async def make(self) -> None:
        exam = self.random.choice([{}, {"exam_id": MATHS}, {"exam_id": PHYSICS}])
        self.templates.append((await make_template(self.school["teacher"], **exam))["id"])

    async def get(self) -> dict[str, Any]:
        answer = await self.school["teacher"].get(f"/api/exam/templates/{self.random.choice(self.templates)}")
        body: dict[str, Any] = answer.json()
        return body

    async def replace(self) -> None:
        """Some questions stay, some go, some come; areas move; sometimes another exam."""
        old = await self.get()
        kept = [
            {name: q[name] for name in ("id", "label", "order", "max_marks")}
            for q in old["questions"]
            if q["parent_id"] is None and self.random.random() < 0.7
        ]
        new = [question(f"{n}", 100 + n, max_marks=self.random.randint(1, 9)) for n in range(3)]
        parts = [question("(a)", 0, new[0], max_marks=1)]
        exam_id = self.random.choice([None, MATHS, PHYSICS])
        for each in (*kept, *parts):
            refs = {MATHS: ["N9", "A1, AO1"], PHYSICS: ["4.1"]}
            each["spec_ref"] = self.random.choice(refs[exam_id]) if exam_id else None
        questions = [*kept, *new, *parts]
        areas = [area(self.random.choice([*questions, None]), y=self.random.random() / 2) for _ in range(4)]
        for each in areas:
            each["kind"] = "answer" if each["question_id"] else "ignore"
        canvas = {"questions": questions, "response_areas": areas, "boundaries": []}
        meta = {"exam_id": exam_id, "title": f"Paper {self.random.random()}"}
        await put(self.school["teacher"], old["id"], canvas | {"meta": meta}, old["version"])

    async def patch(self) -> None:
        template = await self.get()
        for each in template["questions"][:1]:
            marks = {"max_marks": self.random.randint(1, 20)}
            await self.school["teacher"].patch(f"/api/exam/questions/{each['id']}", json=marks)

    async def archive(self) -> None:
        address = f"/api/exam/templates/{self.random.choice(self.templates)}"
        await self.school["teacher"].request(self.random.choice(["DELETE", "GET"]), address)
        if self.random.random() < 0.5:
            await self.school["teacher"].post(f"{address}/restore")

    async def give(self) -> None:
        """One template of the teacher's goes to a colleague, who edits it no more here."""
        id_ = self.random.choice(self.templates)
        other = {"user_id": str(self.school.people["teacher_2"].user_id)}
        answer = await self.school["teacher"].post(f"/api/exam/templates/{id_}/transfer", json=other)
        if answer.status_code == 200:
            self.templates.remove(id_)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_graph_kept_up_is_the_graph_made_anew(stage: Stage, school: School, seed: int) -> None:
    """G-03: after any edits, by the hash of the whole graph"""
    editor = Editor(school, seed)
    await projector(stage, school).project_changes()
    for _ in range(5):
        for _ in range(editor.random.randint(1, 4)):
            await editor.edit()
        await projector(stage, school).project_changes()
    kept_up = await read_graph(stage, school)
    first = (await read_space(stage, school))["generation"]
    counts = await projector(stage, school).rebuild()
    made_anew = await read_graph(stage, school)
    assert (await read_space(stage, school))["generation"] == first + 1
    assert digest(kept_up) == digest(made_anew)
    assert counts == made_anew.count()
    assert counts["Question"] > 3


async def test_a_dropped_graph_loses_nothing(stage: Stage, school: School) -> None:
    """G-03, X-01: the next change brings all of it back"""
    await make_paper(school)
    await projector(stage, school).project_changes()
    before = await read_graph(stage, school)
    projector(stage, school).engine.drop(name_space(school.institute_id))
    await projector(stage, school).project_changes()
    assert digest(await read_graph(stage, school)) == digest(before)


async def test_every_engine_holds_the_same_graph(stage: Stage, school: School, tmp_path: Path) -> None:
    """G-01: the same labels, relations and ids, here beside the one in this process"""
    await make_paper(school)
    counts = await projector(stage, school).rebuild()
    there = await read_graph(stage, school)
    engine = EmbeddedEngine(tmp_path)
    beside = Projector(stage.resources.database, engine, stage.resources.secret, school.institute_id)
    generation = (await read_space(stage, school))["generation"] + 1
    assert await beside.rebuild() == counts

    def read() -> Subgraph:
        with engine.open(name_space(school.institute_id), generation) as graph:
            return graph.read()

    assert digest(await asyncio.to_thread(read)) == digest(there)


async def test_a_broken_off_rebuild_is_begun_again(stage: Stage, school: School) -> None:
    """G-06: resumable; what half a rebuild left is cleared away"""
    await make_paper(school)
    await projector(stage, school).project_changes()
    before, space = await read_graph(stage, school), name_space(school.institute_id)
    engine = projector(stage, school).engine
    with engine.open(space, 2) as graph:
        graph.prepare()
        half = Subgraph()
        half.add("Institute", school.institute_id, school.institute_id, name="half")
        half.add("Template", "left over", "left over", **dict.fromkeys(LABELS["Template"]))
        graph.write(compare(Subgraph(), half))
    await projector(stage, school).rebuild()
    assert digest(await read_graph(stage, school)) == digest(before)
    assert engine.has(space, 2)
    assert not engine.has(space, 1)


async def test_nothing_of_a_school_is_in_anothers_graph(
    stage: Stage, school: School, other_school: School
) -> None:
    """G-03: an institute's content never leaves its own graph"""
    mine, theirs = await make_paper(school), await make_paper(other_school)
    for each in (school, other_school):
        await projector(stage, each).project_changes()
    graphs = [await read_graph(stage, each) for each in (school, other_school)]
    public = {"Board", "Qualification", "Specification", "Paper", "Objective", "SpecPoint"}
    own, strange = ({key for key in graph.nodes if key[0] not in public} for graph in graphs)
    assert ("Template", mine["id"]) in own
    assert ("Template", theirs["id"]) in strange
    assert not own & strange
    assert str(other_school.institute_id) not in json.dumps([vars(n) for n in graphs[0].nodes.values()])
    assert all(
        (r.way.start, r.start) in g.nodes and (r.way.end, r.end) in g.nodes
        for g in graphs
        for r in g.relations
    )


async def test_dropping_one_schools_graph_leaves_anothers(
    stage: Stage, school: School, other_school: School
) -> None:
    for each in (school, other_school):
        await make_paper(each)
        await projector(stage, each).project_changes()
    before = await read_graph(stage, other_school)
    projector(stage, school).engine.drop(name_space(school.institute_id))
    assert digest(await read_graph(stage, other_school)) == digest(before)


async def test_people_stand_in_the_graph_without_their_names(stage: Stage, school: School) -> None:
    """G-01: people pseudonymous"""
    template = await make_paper(school)
    await projector(stage, school).project_changes()
    graph, teacher = await read_graph(stage, school), school.people["teacher"]
    alias = pseudonym(stage.resources.secret, school.institute_id, teacher.user_id)
    assert follow(graph, "OWNED_BY", template["id"]) == [{"id": alias}]
    everything = json.dumps([vars(node) for node in graph.nodes.values()])
    for person in school.people.values():
        assert not [text for text in (str(person.user_id), person.email) if text in everything]


async def test_a_space_is_made_with_its_school_and_goes_with_it(stage: Stage) -> None:
    """G-06"""
    school = await stage.make_school("Passing School")
    waiting = await read_space(stage, school)
    assert (waiting["name"], waiting["state"]) == (f"markroom_{school.institute_id.hex}", "preparing")
    await stage.finish_jobs()
    assert (await read_space(stage, school))["state"] == "ready"
    engine, name = projector(stage, school).engine, waiting["name"]
    assert engine.has(name, 1)
    async with stage.resources.database.service(school.institute_id) as conn:
        await close_by_command(conn, school.institute_id, school.name)
    await stage.finish_jobs()
    assert (await read_space(stage, school))["state"] == "removed"
    assert not engine.has(name, 1)
    async with stage.resources.database.service(school.institute_id) as conn:
        await reopen(conn, school.institute_id)
    await stage.finish_jobs()
    assert (await read_space(stage, school))["state"] == "ready"
    assert len((await read_graph(stage, school)).nodes) == 1


async def test_two_projectors_do_not_write_one_graph(
    stage: Stage, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G-02: one writer per graph; the others wait for their turn, or say that they did"""
    monkeypatch.setattr(writes, "LOCK_SECONDS", 60)
    await make_paper(school)
    counts = await asyncio.gather(*(projector(stage, school).rebuild() for _ in range(3)))
    assert (await read_space(stage, school))["generation"] == 3
    assert counts == [(await read_graph(stage, school)).count()] * 3
    monkeypatch.setattr(writes, "LOCK_SECONDS", 1)
    async with stage.resources.database.service(school.institute_id) as conn:
        await lock_space(conn, school.institute_id)
        with pytest.raises(GraphBusy):
            await projector(stage, school).project_changes()


async def test_a_newer_catalogue_gives_meaning_to_what_questions_say(
    stage: Stage, school: School, tmp_path: Any
) -> None:
    """G-03: then the graph is as one made anew"""
    from markroom.catalogue.actions import load_catalogue
    from markroom.catalogue.tables import read_tables

    newer = make_id("spec_points", "AQA", "8136", "3.1.1")
    await stage.query(
        "delete from catalogue_spec_points where id = %s", [newer]
    )  # of the other engine's turn
    economics = str(make_id("papers", "AQA", "8136", "8136/1"))
    template = await make_paper(school, economics, refs="3.1.1")
    await projector(stage, school).project_changes()
    part = next(q for q in template["questions"] if q["path"] == "1(a)")
    assert follow(await read_graph(stage, school), "EXAMINES", part["id"]) == []
    (tmp_path / "spec_points.csv").write_text("board,specification,ref,title\nAQA,8136,3.1.1,Scarcity\n")
    async with stage.resources.database.service() as conn:
        await load_catalogue(conn, read_tables(tmp_path), f"points {school.institute_id}")
    await projector(stage, school).project_changes()
    (point,) = follow(await read_graph(stage, school), "EXAMINES", part["id"])
    assert UUID(point["id"]) == newer
