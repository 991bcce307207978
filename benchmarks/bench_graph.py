"""Brings a template of 60 questions and 120 areas into the graph, and makes the graph of a school with many
such templates anew, beside the bare inserts of the same nodes and relations.

usage: python -m benchmarks.bench_graph [TEMPLATES]

Both engines: the one in this process, and a Neo4j server where `make neo4j` has fetched one. The database's
fsync is on. The bare inserts are the rebuild's own statements with nothing read from SQL.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import structlog

sys.path.insert(0, str(Path(__file__).parents[1]))  # `make bench` runs this file by its path

from markroom.graph.engines import engine_of
from markroom.graph.model import Subgraph, compare, name_space
from markroom.graph.projector import AT_ONCE, Projector
from markroom.kit.migrations import migrate
from markroom.kit.postgres import Cluster
from tests.databases import APP, SERVICE, Database, name_database
from tests.exam_templates.canvases import large_canvas, make_with_canvas
from tests.graph.neo4j_server import JARS, running_neo4j
from tests.stage import School, Stage, open_stage

EDITS = 15


async def measure(database: Database, graph_url: str, folder: Path, count: int) -> None:
    print(f"— {'Neo4j over Bolt' if graph_url else 'in this process'}")
    async with open_stage(database, folder, graph_url=graph_url) as stage:
        school = await stage.make_school()
        engine = engine_of(stage.resources.settings)
        assert engine
        projector = Projector(stage.resources.database, engine, stage.resources.secret, school.institute_id)
        template = await make_with_canvas(school["teacher"], large_canvas(60))
        await projector.project_changes()
        await edit(stage, school, projector, template["id"])
        await copy_templates(stage, school, template["id"], count - 1)
        await rebuild(projector, count)
        await edit(stage, school, projector, template["id"], f" among {count}")


async def edit(stage: Stage, school: School, projector: Projector, template_id: str, where: str = "") -> None:
    """All areas move: 120 nodes are written."""
    times = []
    for n in range(EDITS):
        await stage.query(
            """update response_areas set bounds = bounds || jsonb_build_object('w', %s::float)
                where template_id = %s""",
            [0.3 + n / 100, template_id],
        )
        await stage.query(
            "insert into graph_changes (institute_id, template_id) values (%s, %s)",
            [school.institute_id, template_id],
        )
        began = time.perf_counter()
        await projector.project_changes()
        times.append(time.perf_counter() - began)
    middle, worst = median(times) * 1000, max(times) * 1000
    print(f"a template{where} projected again: median {middle:.0f} ms, worst {worst:.0f} ms")


async def copy_templates(stage: Stage, school: School, template_id: str, count: int) -> None:
    """In SQL: what is measured is the graph."""
    given = {"i": school.institute_id, "t": template_id, "n": count}
    await stage.query(
        """create unlogged table copies as
             select n, uuidv7() as template_id from generate_series(1, %(n)s) n""",
        given,
    )
    await stage.query(
        """insert into exam_templates (institute_id, id, teacher_id, title, page_count)
           select t.institute_id, c.template_id, t.teacher_id, 'Paper ' || c.n, t.page_count
             from exam_templates t, copies c where t.institute_id = %(i)s and t.id = %(t)s""",
        given,
    )
    key = "md5(c.template_id::text || {0}::text)::uuid"
    await stage.query(
        f"""insert into exam_questions (institute_id, id, template_id, parent_id, label, "order", max_marks,
              path, position, is_container, is_item)
            select q.institute_id, {key.format("q.id")}, c.template_id, {key.format("q.parent_id")}, q.label,
                   q."order", q.max_marks, q.path, q.position, q.is_container, q.is_item
              from exam_questions q, copies c where q.institute_id = %(i)s and q.template_id = %(t)s""",
        given,
    )
    await stage.query(
        f"""insert into response_areas (institute_id, id, template_id, question_id, page, bounds, kind)
            select a.institute_id, {key.format("a.id")}, c.template_id, {key.format("a.question_id")}, a.page,
                   a.bounds, a.kind
              from response_areas a, copies c where a.institute_id = %(i)s and a.template_id = %(t)s""",
        given,
    )
    await stage.query("drop table copies")


async def rebuild(projector: Projector, count: int) -> None:
    began = time.perf_counter()
    counts = await projector.rebuild()
    whole = time.perf_counter() - began
    nodes = sum(n for name, n in counts.items() if name != "relations")
    bare = await asyncio.to_thread(insert_bare, projector)
    print(
        f"{count} templates made anew ({nodes} nodes, {counts['relations']} relations): {whole:.1f} s; "
        f"bare inserts of the same {bare:.1f} s"
    )


def insert_bare(projector: Projector) -> float:
    """The same nodes and relations into an empty graph, a batch of templates at a time."""
    space, generation = name_space(projector.institute_id), 2
    with projector.engine.open(space, generation) as graph:
        everything = graph.read()
    templates = sorted(id_ for label, id_ in everything.nodes if label == "Template")
    batch_of = {id_: i // AT_ONCE for i, id_ in enumerate(templates)}
    batches = [Subgraph() for _ in range(max(batch_of.values()) + 2)]
    for key, node in everything.nodes.items():
        batches[batch_of.get(node.scope, -1) + 1].nodes[key] = node
    for relation in everything.relations:
        scope = everything.nodes[relation.way.start, relation.start].scope
        batches[batch_of.get(scope, -1) + 1].relations.add(relation)
    changes = [compare(Subgraph(), batch) for batch in batches]
    began = time.perf_counter()
    with projector.engine.open("bare", 1) as graph:
        graph.prepare()
        for change in changes:
            graph.write(change, fresh=True)
    return time.perf_counter() - began


def main(count: int = 1000) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="markroom-bench-")))
        root.chmod(0o711)
        cluster = stack.enter_context(Cluster(root / "cluster"))
        database = name_database(cluster, "postgres")
        migrate(database.admin_url, app_login=APP, service_login=SERVICE)
        urls = [""] + ([stack.enter_context(running_neo4j())] if list(JARS.glob("*.jar")) else [])
        for n, url in enumerate(urls):
            asyncio.run(measure(database, url, root / f"data-{n}", count))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
