"""Memories out and in as JSON lines (M-01)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.memories import exchange, exchange_endpoints, reads
from markroom.memories.errors import BadTags, ImportTooLong
from markroom.memories.exchange import split_lines
from tests.marking.sitting import lay_out
from tests.memories.team import Project, keep, make_project, search, texts_of
from tests.stage import School, Stage

COMPARED = ("kind", "text", "tags", "links", "approval", "allow_duplicate")


async def export(client: httpx.AsyncClient, project: Project) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/memories/export?project_id={project.id}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.content.splitlines()]


async def read_in(
    client: httpx.AsyncClient, project: Project, content: bytes | list[dict[str, Any]], **query: Any
) -> dict[str, Any]:
    if isinstance(content, list):
        content = b"\n".join(json.dumps(line).encode() for line in content)
    answer = await client.post(
        "/api/memories/import",
        params={"project_id": str(project.id), **query},
        content=content,
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_what_goes_out_comes_in_the_same(school: School, stage: Stage) -> None:
    """M-01: a round trip, and again without a change"""
    project, copy = await make_project(stage, school), await make_project(stage, school)
    sitting = await lay_out(stage, school)
    links = {"question_id": str(sitting.questions["1(a)"])}
    await keep(school["teacher"], project, ' "Quoted",\n\u2028 \\n ☕ ', kind="exemplar", tags=["a", "b"])
    await keep(school["teacher"], project, "Linked", links=links)
    await keep(school["teacher"], project, "LINKED.", allow_duplicate=True)
    async with await project.client() as key:
        await keep(key, None, "By key")
    lines = await export(school["department_head"], project)
    report = await read_in(school["teacher_2"], copy, lines)
    assert (report["created"], report["refused"], report["links_dropped"]) == (4, 0, 0)
    same = [{name: line[name] for name in COMPARED} for line in lines]
    back = [{name: line[name] for name in COMPARED} for line in await export(school["teacher"], copy)]
    assert sorted(back, key=str) == sorted(same, key=str)
    for where in (project, copy):
        again = await read_in(school["teacher"], where, lines)
        assert (again["created"], again["unchanged"]) == (0, 4)
    await stage.finish_jobs()
    assert texts_of(await search(school["teacher"], copy, "exemplar with quotes"))


async def test_a_dry_run_says_what_would_happen_and_keeps_nothing(school: School, stage: Stage) -> None:
    project = await make_project(stage, school)
    await keep(school["teacher"], project, "There already")
    lines = [{"text": "New"}, {"text": "new!"}, {"text": "there ALREADY"}]
    report = await read_in(school["teacher"], project, lines, dry_run=True)
    assert (report["dry_run"], report["created"], report["duplicates"]) == (True, 1, 2)
    assert len(await export(school["teacher"], project)) == 1
    report = await read_in(school["teacher"], project, lines)
    assert (report["created"], report["duplicates"]) == (1, 2)


async def test_a_line_that_cannot_be_read_is_told_and_the_rest_kept(school: School, stage: Stage) -> None:
    project = await make_project(stage, school)
    good = [b'{"text": "Good"}', b"", b'{"text": "Good too"}']
    bad = [b"not json", b'{"text": ""}', b'{"kind": "rumour", "text": "x"}', b"[1]", b'{"text": "\xff"}']
    bad += [b'{"text": "x", "tags": ["' + b"y" * 51 + b'"]}', b'{"text": "a\\u0000b"}']
    content = b"\n".join([*good, *bad])
    report = await read_in(school["teacher"], project, content)
    assert (report["created"], report["refused"]) == (2, 7)
    assert [problem["line"] for problem in report["problems"]] == [4, 5, 6, 7, 8, 9, 10]
    assert {line["text"] for line in await export(school["teacher"], project)} == {"Good", "Good too"}


async def test_what_stands_there_with_other_words_stays(school: School, stage: Stage) -> None:
    project = await make_project(stage, school)
    made = await keep(school["teacher"], project, "As it is now")
    report = await read_in(school["teacher"], project, [{"id": made["id"], "text": "As it was"}])
    assert (report["differing"], report["created"]) == (1, 0)
    assert [line["text"] for line in await export(school["teacher"], project)] == ["As it is now"]


async def test_an_id_of_another_project_or_school_tells_nothing(
    school: School, other_school: School, stage: Stage
) -> None:
    """sec-R8, sec-P4: it answers like an id nobody has"""
    project, foreign = await make_project(stage, school), await make_project(stage, other_school)
    theirs = await keep(other_school["teacher"], foreign, "Theirs")
    answers = []
    for memory_id in (theirs["id"], str(uuid4())):
        line = {"id": memory_id, "text": f"Mine {memory_id}", "links": {"template_id": str(uuid4())}}
        answers.append(await read_in(school["teacher"], project, [line]))
    assert answers[0] == answers[1]
    assert (answers[0]["created"], answers[0]["links_dropped"]) == (1, 1)
    assert theirs["id"] not in {line["id"] for line in await export(school["teacher"], project)}


async def test_who_wrote_it_is_not_taken_from_a_file(school: School, stage: Stage) -> None:
    """sec-M4: provenance cannot be forged, and what waits goes on waiting"""
    project = await make_project(stage, school)
    line = {"text": "x", "author": {"user_id": str(uuid4())}, "created_at": "2001-01-01T00:00:00Z"}
    await read_in(school["teacher_2"], project, [line, {"text": "y", "approval": "pending"}])
    kept = await export(school["teacher"], project)
    assert {one["author"]["user_id"] for one in kept} == {str(school.people["teacher_2"].user_id)}
    assert not any(one["created_at"].startswith("2001") for one in kept)
    assert {one["text"]: one["approval"] for one in kept} == {"x": "approved", "y": "pending"}


async def test_a_viewer_reads_out_and_not_in(school: School, other_school: School, stage: Stage) -> None:
    project = await make_project(stage, school)
    address = f"/api/memories/import?project_id={project.id}"
    assert (await school["department_head"].post(address, content=b"{}")).status_code == 403
    assert (await other_school["teacher"].post(address, content=b"{}")).status_code == 404
    assert await export(school["department_head"], project) == []
    asked = await other_school["teacher"].get(f"/api/memories/export?project_id={project.id}")
    assert asked.status_code == 404


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
async def test_what_is_not_json_lines_is_refused(school: School, stage: Stage, content_type: str) -> None:
    project = await make_project(stage, school)
    answer = await school["teacher"].post(
        f"/api/memories/import?project_id={project.id}", content=b"{}", headers={"Content-Type": content_type}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "not_json_lines")


async def test_more_than_an_import_takes_is_refused(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "MAX_LINES", 2)
    monkeypatch.setattr(exchange, "MAX_BYTES", 100_000)
    project = await make_project(stage, school)
    address = f"/api/memories/import?project_id={project.id}"
    longest = b'{"text": "a"}' + b" " * 60_000
    for content in (b'{"text": "a"}\n' * 3, b'{"text": "' + b"x" * 70_000, longest + b"\n" + longest):
        answer = await school["teacher"].post(address, content=content)
        assert (answer.status_code, answer.json()["code"]) == (422, "import_too_long")


async def test_a_long_list_goes_out_and_in_in_parts(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is twice or lost between the parts."""
    monkeypatch.setattr(exchange_endpoints, "MEMORIES_AT_ONCE", 7)
    monkeypatch.setattr(exchange, "LINES_AT_ONCE", 5)
    project = await make_project(stage, school)
    lines = [{"text": f"Memory {n}"} for n in range(23)] + [{"text": "memory 3"}]
    report = await read_in(school["teacher"], project, lines)
    assert (report["created"], report["duplicates"]) == (23, 1)
    kept = {line["text"] for line in await export(school["teacher"], project)}
    assert kept == {f"Memory {n}" for n in range(23)}


async def test_rights_that_end_end_the_stream(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sec-P2: an export that runs is no way around it"""
    monkeypatch.setattr(exchange_endpoints, "MEMORIES_AT_ONCE", 2)
    project = await make_project(stage, school)
    await read_in(school["teacher"], project, [{"text": f"Memory {n}"} for n in range(6)])
    seen, listed = 0, reads.list_after

    async def then_removed(*args: Any) -> Any:
        nonlocal seen
        rows = await listed(*args)
        seen += len(rows)
        who = [school.people["teacher_2"].user_id]
        await stage.query("delete from project_members where user_id = %s", who)
        return rows

    monkeypatch.setattr(reads, "list_after", then_removed)
    answer = await school["teacher_2"].get(f"/api/memories/export?project_id={project.id}")
    assert (seen, len(answer.content.splitlines())) == (2, 2)


@given(st.lists(st.binary(max_size=30).map(lambda b: b.replace(b"\n", b"")), max_size=40), st.integers(1, 50))
def test_lines_are_the_same_however_they_arrive(lines: list[bytes], size: int) -> None:
    content = b"\n".join(lines)
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    expected = [(n, line) for n, line in enumerate(lines, 1) if line.strip()]
    assert run(collect(parts)) == expected


async def collect(parts: list[bytes]) -> list[tuple[int, bytes]]:
    async def stream() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    return [line async for some in split_lines(stream()) for line in some]


def run(coroutine: Any) -> Any:
    """Of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits")


def test_a_line_without_end_is_not_collected() -> None:
    with pytest.raises(ImportTooLong):
        run(collect([b"x" * 1000] * 100))


@pytest.mark.parametrize("bad", [["a\0b"], ["\u202e"]])
async def test_a_tag_that_cannot_be_seen_is_told_with_its_line(
    school: School, stage: Stage, bad: list[str]
) -> None:
    """M-01: the lines around it are kept"""
    project = await make_project(stage, school)
    lines: list[dict[str, Any]] = [{"text": f"Memory {n}"} for n in range(4)]
    lines[2]["tags"] = bad
    report = await read_in(school["teacher"], project, lines)
    assert (report["created"], report["refused"]) == (3, 1)
    assert [(p["line"], p["reason"]) for p in report["problems"]] == [(3, BadTags().detail)]


async def count_embeddings(stage: Stage, project: Project) -> int:
    sql = "select count(*) from jobs where kind = 'embed_memories' and subject_id = %s"
    return int((await stage.query(sql, [project.id]))[0][0])


async def test_an_import_has_its_vectors_made_once(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "LINES_AT_ONCE", 3)
    project = await make_project(stage, school)
    lines = [{"text": f"Memory {n}"} for n in range(10)]
    await read_in(school["teacher"], project, lines, dry_run=True)
    assert await count_embeddings(stage, project) == 0
    assert (await read_in(school["teacher"], project, lines))["created"] == 10
    await read_in(school["teacher"], project, lines)
    assert await count_embeddings(stage, project) == 1


async def test_what_a_broken_off_import_left_gets_its_vectors(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "LINES_AT_ONCE", 3)
    monkeypatch.setattr(exchange, "MAX_LINES", 7)
    project = await make_project(stage, school)
    content = b"\n".join(json.dumps({"text": f"Memory {n}"}).encode() for n in range(10))
    answer = await school["teacher"].post(
        f"/api/memories/import?project_id={project.id}",
        content=content,
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert answer.status_code == 422
    assert len(await export(school["teacher"], project)) == 6
    assert await count_embeddings(stage, project) == 1
