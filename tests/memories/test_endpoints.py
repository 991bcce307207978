"""Keeping, reading, changing and deleting memories over HTTP (M-01)."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.memories import endpoints
from markroom.memories.embedding import Vector, embed_query
from markroom.memories.errors import BadTags
from markroom.memories.model import clean_tags, hash_text
from tests.marking.sitting import lay_out
from tests.memories.team import keep, make_project
from tests.stage import School, Stage
from tests.statements import statements

TEXT = "  A missing unit costs one mark,\n\tonce in the paper. ☕ "


async def test_a_text_is_kept_as_it_is_written(school: School, stage: Stage) -> None:
    project = await make_project(stage, school)
    made = await keep(
        school["teacher"], project, TEXT, kind="decision", tags=["Units ", "UNITS", " ecf  rule"]
    )
    seen = (await school["teacher_2"].get(f"/api/memories/{made['id']}")).json()
    assert (seen["text"], seen["kind"], seen["tags"]) == (TEXT, "decision", ["units", "ecf rule"])
    assert seen["author"]["user_id"] == str(school.people["teacher"].user_id)
    assert (seen["approval"], seen["by_key"], seen["version"]) == ("approved", False, 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "x" * 10_001}, 422),
        ({"text": " \n"}, 422),
        ({"text": "a\0b"}, 422),
        ({"text": "a", "kind": "rumour"}, 422),
        ({"text": "a", "tags": ["x"] * 1 + [str(n) for n in range(20)]}, 422),
        ({"text": "a", "tags": ["x" * 51]}, 422),
        ({"text": "a", "author_id": str(uuid4())}, 422),
        ({"text": "a", "links": {"template_id": str(uuid4())}}, 404),
    ],
)
async def test_what_cannot_be_kept_is_refused(
    school: School, stage: Stage, body: dict[str, object], status: int
) -> None:
    project = await make_project(stage, school)
    answer = await school["teacher"].post("/api/memories", json={"project_id": str(project.id), **body})
    assert answer.status_code == status, answer.text


async def test_the_longest_text_is_kept(school: School, stage: Stage) -> None:
    project = await make_project(stage, school)
    made = await keep(school["teacher"], project, "ß" * 10_000)
    assert len(made["text"]) == 10_000


async def test_who_may_see_and_change_is_decided_by_the_project(school: School, stage: Stage) -> None:
    """M-01, X-02, sec-P6: admin and editor write, a viewer reads, others in the school see nothing"""
    project = await make_project(stage, school)
    guest = await stage.make_person(school, "guest")
    await stage.query(
        "insert into project_members (institute_id, project_id, user_id, role) values (%s, %s, %s, 'editor')",
        [school.institute_id, project.id, guest.user_id],
    )
    school.people["guest"] = guest
    address = f"/api/memories/{(await keep(school['teacher'], project, 'Accept J or N m.'))['id']}"
    seen = {role: (await school[role].get(address)).status_code for role in school.people}
    changed = {
        role: (await school[role].patch(address, json={"text": f"As {role} says."})).status_code
        for role in school.people
    }
    assert seen == dict.fromkeys(school.people, 200) | {"student": 404}
    assert changed == seen | {"department_head": 403}


async def test_checks_come_in_their_order(school: School, other_school: School, stage: Stage) -> None:
    """§14: no project, unseen project, no right to write, then what was sent"""
    project = await make_project(stage, school)
    post = {
        "teacher": school["teacher"],
        "viewer": school["department_head"],
        "stranger": other_school["teacher"],
    }

    async def answer(who: str, **body: object) -> int:
        return (await post[who].post("/api/memories", json={"text": "", **body})).status_code

    assert await answer("teacher") == 400
    assert await answer("stranger", project_id=str(project.id)) == 404
    assert await answer("teacher", project_id="garbage") == 404
    assert await answer("viewer", project_id=str(project.id)) == 403
    assert await answer("teacher", project_id=str(project.id)) == 422


async def test_memories_are_listed_newest_first_by_filters(school: School, stage: Stage) -> None:
    """M-01, X-06"""
    project = await make_project(stage, school)
    for n in range(5):
        tags = ["odd"] if n % 2 else ["even"]
        await keep(school["teacher"], project, f"Memory {n}", kind="comment" if n > 2 else "note", tags=tags)
    await keep(school["teacher"], await make_project(stage, school), "Elsewhere")
    seen, cursor = [], None
    while True:
        given: dict[str, Any] = {
            "project_id": str(project.id),
            "limit": 2,
            **({"cursor": cursor} if cursor else {}),
        }
        page = (await school["teacher_2"].get("/api/memories", params=given)).json()
        seen += [memory["text"] for memory in page["memories"]]
        assert page["total"] == 5
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == [f"Memory {n}" for n in (4, 3, 2, 1, 0)]
    narrowed = {"project_id": str(project.id), "tag": "odd", "kind": "comment"}
    (only,) = (await school["teacher"].get("/api/memories", params=narrowed)).json()["memories"]
    assert only["text"] == "Memory 3"


async def test_a_list_costs_the_same_however_long_it_is(school: School, stage: Stage) -> None:
    project = await make_project(stage, school)
    address = f"/api/memories?project_id={project.id}"
    await keep(school["teacher"], project, "One")
    with statements() as few:
        await school["teacher"].get(address)
    for n in range(10):
        await keep(school["teacher"], project, f"Memory {n}")
    with statements() as many:
        assert (await school["teacher"].get(address)).json()["total"] == 11
    assert len(many) == len(few) <= 5


async def test_a_change_is_kept_in_the_history_and_undone(school: School, stage: Stage) -> None:
    """M-01: edit history with undo"""
    project = await make_project(stage, school)
    address = f"/api/memories/{(await keep(school['teacher'], project, 'First', tags=['a']))['id']}"
    await school["teacher_2"].patch(address, json={"text": "Second", "tags": None})
    await school["teacher"].patch(address, json={"text": "Third"})
    history = (await school["department_head"].get(f"{address}/history")).json()
    assert [(v["version"], v["text"], v["tags"]) for v in history["versions"]] == [
        (2, "Second", []),
        (1, "First", ["a"]),
    ]
    assert history["versions"][0]["written_by"]["user_id"] == str(school.people["teacher_2"].user_id)
    undone = (await school["teacher"].post(f"{address}/undo")).json()
    assert (undone["text"], undone["version"]) == ("Second", 4)
    first = (await school["teacher"].post(f"{address}/undo", json={"version": 1})).json()
    assert (first["text"], first["tags"]) == ("First", ["a"])
    assert (await school["teacher"].post(f"{address}/undo", json={"version": 99})).status_code == 404


async def test_what_was_never_changed_cannot_be_undone(school: School, stage: Stage) -> None:
    made = await keep(school["teacher"], await make_project(stage, school), "First")
    assert (await school["teacher"].post(f"/api/memories/{made['id']}/undo")).status_code == 409


async def test_a_patch_leaves_out_what_it_does_not_name(school: School, stage: Stage) -> None:
    """X-12"""
    project = await make_project(stage, school)
    made = await keep(school["teacher"], project, "First", tags=["a"], kind="decision")
    address = f"/api/memories/{made['id']}"
    changed = (await school["teacher"].patch(address, json={"text": "Second"})).json()
    assert (changed["tags"], changed["kind"]) == (["a"], "decision")
    empty = await school["teacher"].patch(address, json={})
    assert (empty.status_code, empty.json()["detail"]) == (400, "No fields to update")
    assert (await school["teacher"].patch(address, json={"text": None})).status_code == 422
    assert (await school["teacher"].patch(address, json={"approval": "approved"})).status_code == 422


async def test_a_change_from_an_old_version_is_refused(school: School, stage: Stage) -> None:
    """X-07"""
    project = await make_project(stage, school)
    address = f"/api/memories/{(await keep(school['teacher'], project, 'First'))['id']}"
    seen = await school["teacher"].get(address)
    await school["teacher_2"].patch(address, json={"text": "Second"})
    headers = {"If-Match": seen.headers["ETag"]}
    stale = await school["teacher"].patch(address, json={"text": "Mine"}, headers=headers)
    assert (stale.status_code, stale.json()["current"]["text"]) == (412, "Second")


async def test_the_same_text_is_found_before_it_is_kept_again(school: School, stage: Stage) -> None:
    """M-01: duplicates"""
    project = await make_project(stage, school)
    first = await keep(school["teacher"], project, "Accept any correct unit.")
    again = {"project_id": str(project.id), "text": " accept  ANY correct unit"}
    refused = await school["teacher_2"].post("/api/memories", json=again)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_kept")
    assert refused.json()["memory_id"] == first["id"]
    second = await keep(school["teacher_2"], project, again["text"], allow_duplicate=True)
    assert second["duplicate_of"] == first["id"]
    looked = await school["teacher"].post("/api/memories", json=again | {"dry_run": True})
    assert (looked.status_code, looked.json()["duplicate_of"]) == (200, first["id"])
    elsewhere = await make_project(stage, school)
    assert (await keep(school["teacher"], elsewhere, again["text"]))["duplicate_of"] is None


async def test_a_memory_is_about_what_its_writer_can_see(
    school: School, other_school: School, stage: Stage
) -> None:
    """M-01, X-04, sec-R8: a question brings its template; another school's question is none"""
    project = await make_project(stage, school)
    sitting, foreign = await lay_out(stage, school), await lay_out(stage, other_school)
    links = {"question_id": str(sitting.questions["2"]), "script_id": str(sitting.scripts[1])}
    made = await keep(school["teacher"], project, "Ruler was short here.", links=links)
    assert made["links"] == links | {"template_id": str(sitting.template_id), "class_id": None}
    by_question = {"project_id": str(project.id), "question_id": links["question_id"]}
    assert (await school["teacher"].get("/api/memories", params=by_question)).json()["total"] == 1
    body = {"project_id": str(project.id), "text": "x", "links": {"question_id": str(foreign.questions["2"])}}
    answers = [await school["teacher"].post("/api/memories", json=body)]
    body["links"] = {"question_id": str(uuid4())}
    answers.append(await school["teacher"].post("/api/memories", json=body))
    assert [(a.status_code, a.json()["code"], a.json()["fields"]) for a in answers] == [
        (404, "link_not_found", ["question_id"])
    ] * 2


async def test_a_question_taken_off_its_paper_leaves_the_memory(school: School, stage: Stage) -> None:
    """T-04: nobody's memory stands in the way of a paper, nor goes with its question"""
    project = await make_project(stage, school)
    sitting = await lay_out(stage, school)
    question = sitting.questions["2"]
    made = await keep(school["teacher"], project, "Odd one.", links={"question_id": str(question)})
    tables = ("answers", "claims", "mark_entries", "response_areas", "exam_boundaries")
    for table in tables:
        await stage.query(f"delete from {table} where question_id = %s", [question])
    await stage.query("delete from exam_questions where id = %s", [question])
    seen = (await school["teacher"].get(f"/api/memories/{made['id']}")).json()
    assert seen["links"]["question_id"] is None
    assert seen["links"]["template_id"] == str(sitting.template_id)


async def test_what_the_team_keeps_is_counted(school: School, stage: Stage) -> None:
    """M-01: stats"""
    project = await make_project(stage, school)
    await keep(school["teacher"], project, "One", kind="decision", tags=["units", "ecf"])
    await keep(school["teacher_2"], project, "Two", kind="comment", tags=["units"])
    async with await project.client() as key:
        await keep(key, None, "Three")
    stats = (await school["department_head"].get(f"/api/memories/stats?project_id={project.id}")).json()
    assert (stats["total"], stats["pending"], stats["without_vector"]) == (3, 1, 3)
    assert stats["by_kind"] == {"decision": 1, "comment": 1, "note": 1}
    assert stats["by_tag"] == {"units": 2, "ecf": 1}
    assert {(a["name"], a["key_name"], a["count"]) for a in stats["by_author"]} == {
        ("Teacher", None, 1), ("Teacher 2", None, 1), ("Teacher", "Scanner in room 4", 1)
    }  # fmt: skip


async def test_every_change_leaves_an_event_without_its_words(school: School, stage: Stage) -> None:
    """X-09"""
    project = await make_project(stage, school)
    address = f"/api/memories/{(await keep(school['teacher'], project, 'Secret words'))['id']}"
    await school["teacher"].patch(address, json={"text": "Other words", "kind": "comment"})
    await school["teacher"].delete(address)
    rows = await stage.query(
        "select kind, changed, facts::text from events"
        " where institute_id = %s and kind like 'memor%%' order by id",
        [school.institute_id],
    )
    assert [row[0] for row in rows] == ["memory_kept", "memory_changed", "memory_deleted"]
    assert sorted(rows[1][1]) == ["kind", "text"]
    assert "words" not in json.dumps([row[2] for row in rows])


@given(
    text=st.text(),
    space=st.sampled_from([" ", "\n", "\t  ", "\u00a0"]),
    stop=st.sampled_from([".", "!", " ..."]),
)
def test_case_space_and_closing_stops_do_not_make_another_text(text: str, space: str, stop: str) -> None:
    """M-01: duplicates"""
    said = f"{text} one"
    assert hash_text(f"{space}{said}{stop}{space}") == hash_text(said)
    assert hash_text(said.replace("one", "ONE")) == hash_text(said) != hash_text(f"{said}s")


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), max_size=20))
def test_tags_are_each_kept_once(tags: list[str]) -> None:
    clean = clean_tags(
        [*tags, *(f" {tag.upper()} " for tag in tags if tag.upper().casefold() == tag.casefold())]
    )
    assert clean_tags(clean) == clean
    assert len(set(clean)) == len(clean) <= len(tags)


async def test_a_text_is_understood_while_no_transaction_is_open(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-01, M-02: however long the model takes, the database waits for nothing"""
    project = await make_project(stage, school)
    await keep(school["teacher"], project, "Units count")
    await stage.finish_jobs()
    open_ones = []

    async def understand(text: str) -> Vector | None:
        sql = """select count(*) from pg_stat_activity
                  where datname = current_database() and state = 'idle in transaction'"""
        open_ones.append((await stage.query(sql))[0][0])
        return await embed_query(text)

    monkeypatch.setattr(endpoints, "embed_query", understand)
    made = await keep(school["teacher"], project, "Units count here too")
    assert open_ones == [0]
    assert [similar["text"] for similar in made["similar"]] == ["Units count"]


async def test_a_viewer_has_nothing_understood(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-01: who may not write is refused before the model is asked"""
    project = await make_project(stage, school)

    async def understand(text: str) -> Vector | None:
        raise AssertionError(text)

    monkeypatch.setattr(endpoints, "embed_query", understand)
    body = {"project_id": str(project.id), "text": "By a viewer"}
    assert (await school["department_head"].post("/api/memories", json=body)).status_code == 403


@pytest.mark.parametrize("tag", ["a\0b", "\u200b", "a\u202eb", "\ud800", "\u200d"])
def test_a_tag_that_cannot_be_seen_is_none(tag: str) -> None:
    with pytest.raises(BadTags):
        clean_tags([tag])


def test_a_tag_keeps_the_joiners_of_its_script() -> None:
    tags = ("\u0645\u06cc\u200c\u0634\u0648\u062f", "\U0001f469\u200d\U0001f3eb")
    assert clean_tags(tags) == tags
