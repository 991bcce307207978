"""Searching memories by words and by meaning (M-02)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.memories import embedding
from markroom.memories.embedding import BATCH_TOKENS, MiniLm, batch_by_tokens, load_embedder
from markroom.memories.model import Filters
from markroom.memories.search import reads
from markroom.memories.search.model import Candidate, fuse
from tests.memories.team import Project, keep, make_project, store_many, texts_of
from tests.memories.team import search as ask
from tests.stage import School, Stage
from tests.statements import statements

SAID = (
    "Error carried forward is allowed from the wrong resistance.",
    "Pupils believe that current is used up by the first bulb.",
    "Write the formula before you put numbers in.",
)


async def taught(school: School, stage: Stage) -> Project:
    """A project whose memories the worker has seen."""
    project = await make_project(stage, school)
    for text in SAID:
        await keep(school["teacher"], project, text)
    await stage.finish_jobs()
    return project


async def test_what_is_meant_is_found_without_its_words(school: School, stage: Stage) -> None:
    """M-02: hybrid, offline, with the scores explained"""
    project = await taught(school, stage)
    found = await ask(school["department_head"], project, "electricity is consumed by lamps")
    assert found["mode"] == "hybrid"
    first = found["hits"][0]
    assert first["memory"]["text"] == SAID[1]
    assert first["explain"]["meaning"]["rank"] == 1
    assert first["explain"]["meaning"]["similarity"] > 0.4
    assert first["explain"]["words"] == {"rank": None, "score": None}


async def test_words_are_found_at_once_before_the_worker_has_seen_them(school: School, stage: Stage) -> None:
    project = await taught(school, stage)
    await keep(school["teacher"], project, "Zylinderkopfdichtung: keine Punkte.")
    found = await ask(school["teacher_2"], project, "zylinderkopf")  # the beginning of a word, any language
    assert found["hits"][0]["memory"]["text"].startswith("Zylinder")
    assert found["hits"][0]["explain"]["meaning"] == {"rank": None, "similarity": None}


async def test_without_a_model_words_alone_are_compared_and_it_says_so(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await taught(school, stage)
    monkeypatch.setattr(embedding, "load_embedder", lambda: None)
    found = await ask(school["teacher"], project, "carried forward")
    assert (found["mode"], texts_of(found)) == ("words", [SAID[0]])
    assert "only words" in found["note"]


@pytest.mark.parametrize(
    "query", ["' | !", "the of and", "a:* & (b", "\\", "%s", "🙂", "' || '1", "<->", "x" * 1000]
)
async def test_any_query_is_answered(school: School, stage: Stage, query: str) -> None:
    project = await make_project(stage, school)
    assert (await ask(school["teacher"], project, query))["hits"] == []


async def test_filters_narrow_before_the_best_are_taken(school: School, stage: Stage) -> None:
    """sec-M3, M-02: by tag, kind, author and time; the one that fits is found among hundreds nearer ones"""
    project = await make_project(stage, school)
    rng = np.random.default_rng(1)
    await store_many(stage, school, project, [f"units {n}" for n in range(300)], unit(rng, 300))
    before = (await stage.query("select now()"))[0][0].isoformat()
    mine = await keep(school["teacher_2"], project, "far away", kind="decision", tags=["rare"])
    await stage.finish_jobs()
    for filters in (
        {"tags": ["rare", "none"]},
        {"kinds": ["decision"]},
        {"author_id": str(school.people["teacher_2"].user_id)},
        {"since": before},
    ):
        found = await ask(school["teacher"], project, "units", filters=filters)
        assert [hit["memory"]["id"] for hit in found["hits"]] == [mine["id"]], filters
    assert (await ask(school["teacher"], project, "units", filters={"until": "2000-01-01T00:00:00Z"}))[
        "hits"
    ] == []


async def test_a_deleted_memory_is_not_found_any_more(school: School, stage: Stage) -> None:
    """M-02: at once"""
    project = await taught(school, stage)
    (hit, *_) = (await ask(school["teacher"], project, "carried forward"))["hits"]
    await school["teacher"].delete(f"/api/memories/{hit['memory']['id']}")
    assert SAID[0] not in texts_of(await ask(school["teacher"], project, "carried forward"))


async def test_who_leaves_the_project_finds_nothing_any_more(school: School, stage: Stage) -> None:
    """M-02, sec-P2: at once"""
    project = await taught(school, stage)
    assert (await ask(school["teacher_2"], project, "bulb"))["hits"]
    await stage.query(
        "delete from project_members where project_id = %s and user_id = %s",
        [project.id, school.people["teacher_2"].user_id],
    )
    body = {"project_id": str(project.id), "query": "bulb"}
    assert (await school["teacher_2"].post("/api/memories/search", json=body)).status_code == 404


async def test_the_memories_of_a_deleted_project_are_out_of_reach(school: School, stage: Stage) -> None:
    """J-09, sec-P9: kept, and unreadable even to an admin of the school"""
    project = await taught(school, stage)
    await stage.query(
        "update projects set state = 'deleted', deleted_at = now(), deleted_by = owner_id where id = %s",
        [project.id],
    )
    for role in ("teacher", "school_admin"):
        body = {"project_id": str(project.id), "query": "bulb"}
        assert (await school[role].post("/api/memories/search", json=body)).status_code == 404
    rows = await stage.query("select count(*) from memories where project_id = %s", [project.id])
    assert rows == [(3,)]


async def test_a_new_text_is_found_by_its_new_meaning_alone(school: School, stage: Stage) -> None:
    project = await taught(school, stage)
    (hit, *_) = (await ask(school["teacher"], project, SAID[2]))["hits"]
    changed = {"text": "Labels of a cell drawing must touch the structure."}
    await school["teacher"].patch(f"/api/memories/{hit['memory']['id']}", json=changed)
    await stage.finish_jobs()
    found = await ask(school["teacher"], project, "biology sketch")
    assert found["hits"][0]["memory"]["text"] == changed["text"]


@pytest.mark.parametrize("how", ["asked for", "with the next memory"])
async def test_vectors_of_another_model_are_made_anew(school: School, stage: Stage, how: str) -> None:
    """M-02: nothing is compared across models, and one job makes all vectors again"""
    project = await taught(school, stage)
    await stage.query("update memory_vectors set model = 'older' where project_id = %s", [project.id])
    found = await ask(school["teacher"], project, "lamps")
    assert all(hit["explain"]["meaning"]["rank"] is None for hit in found["hits"])
    if how == "asked for":
        answer = await school["teacher"].post(f"/api/projects/{project.id}/memories/embed")
        assert answer.status_code == 202
    else:
        await keep(school["teacher"], project, "One more")
    await stage.finish_jobs()
    models = await stage.query(
        "select distinct model, dimension from memory_vectors where project_id = %s", [project.id]
    )
    assert models == [(MiniLm.model, 384)]


async def test_near_the_same_meaning_is_told_when_it_is_kept(school: School, stage: Stage) -> None:
    """M-01: duplicates"""
    project = await taught(school, stage)
    kept = await keep(
        school["teacher_2"], project, "Error carried forward from the wrong resistance is allowed!"
    )
    assert [similar["text"] for similar in kept["similar"]] == [SAID[0]]
    assert (await keep(school["teacher_2"], project, "Draw graphs in pencil."))["similar"] == []


async def test_a_search_costs_the_same_however_much_there_is(school: School, stage: Stage) -> None:
    project = await taught(school, stage)
    with statements() as few:
        await ask(school["teacher"], project, "units")
    await store_many(
        stage, school, project, [f"units {n}" for n in range(50)], unit(np.random.default_rng(2), 50)
    )
    with statements() as many:
        assert len((await ask(school["teacher"], project, "units"))["hits"]) == 10
    assert len(few) == len(many) <= 6


@pytest.mark.parametrize("exact_below", [10_000, 50])
async def test_another_projects_size_changes_nothing_in_what_is_found(
    school: School, other_school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch, exact_below: int
) -> None:
    """sec-R17: compared one by one, and by codes first"""
    monkeypatch.setattr(reads, "EXACT_BELOW", exact_below)
    rng = np.random.default_rng(3)
    project, neighbour = await make_project(stage, school), await make_project(stage, school)
    stranger = await make_project(stage, other_school)
    await store_many(stage, school, project, [f"units {n}" for n in range(200)], unit(rng, 200))
    before = await ask(school["teacher"], project, "units of area")
    near = load_embedder().embed(["units of area"])  # type: ignore[union-attr]
    crowd = near + unit(rng, 1000) * 0.01
    for where, there in ((neighbour, school), (stranger, other_school)):
        await store_many(stage, there, where, [f"units of area {n}" for n in range(1000)], crowd)
    assert await ask(school["teacher"], project, "units of area") == before


@pytest.mark.parametrize("filters", [{}, {"approval": "any"}, {"kinds": ["note"]}])
async def test_a_big_project_is_searched_by_codes_with_the_same_result(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch, filters: dict[str, Any]
) -> None:
    """M-02: what the codes bring up holds the nearest ten"""
    project = await make_project(stage, school)
    rng = np.random.default_rng(4)
    await store_many(stage, school, project, [f"note {n}" for n in range(600)], unit(rng, 600))
    given = {"filters": filters}
    exact = await ask(school["teacher"], project, "graphs", **given)
    monkeypatch.setattr(reads, "EXACT_BELOW", 100)
    monkeypatch.setattr(reads, "RERANKED", 300)
    coarse = await ask(school["teacher"], project, "graphs", **given)
    same = {hit["memory"]["id"] for hit in exact["hits"]} & {hit["memory"]["id"] for hit in coarse["hits"]}
    assert len(same) >= 9


def unit(rng: np.random.Generator, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Random vectors of length 1."""
    vectors = rng.normal(size=(count, 384)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_model_sees_what_texts_mean() -> None:
    """Each alone as in a batch, of length 1."""
    embedder = load_embedder()
    assert embedder is not None
    texts = ["A cat sat on the mat.", "A kitten rested on the rug.", "Inflation is falling. " * 200, "x"]
    vectors = embedder.embed(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2]
    assert all(embedder.embed([text])[0] @ vector > 0.97 for text, vector in zip(texts, vectors, strict=True))


def test_a_model_that_is_not_the_expected_file_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "MODEL_SHA256", "0" * 64)
    assert embedding._load.__wrapped__() is None


@given(st.lists(st.integers(1, 256), max_size=300))
def test_batches_hold_every_text_once_within_their_bound(lengths: list[int]) -> None:
    batches = list(batch_by_tokens(lengths))
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[i] for i in batch) <= BATCH_TOKENS for batch in batches)


scores = st.none() | st.floats(0.01, 30)
near = st.none() | st.floats(-1, 1)
candidates = st.lists(st.builds(Candidate, st.uuids(), scores, near), unique_by=lambda c: c.id, max_size=30)


@given(candidates, st.integers(1, 50))
def test_fusing_ranks_by_score_and_forgets_nobody(given_candidates: list[Candidate], limit: int) -> None:
    fused = fuse(given_candidates, limit)
    assert len(fused) == min(limit, len(given_candidates))
    assert [f.score for f in fused] == sorted((f.score for f in fused), reverse=True)
    for place in ("words_rank", "meaning_rank"):
        ranks = [rank for f in fuse(given_candidates, 100) if (rank := getattr(f, place)) is not None]
        assert sorted(ranks) == list(range(1, len(ranks) + 1))


def test_of_two_that_mean_the_same_the_one_with_the_words_comes_first() -> None:
    plain, worded = Candidate(UUID(int=1), None, 0.7), Candidate(uuid4(), 2.0, 0.7)
    assert [f.candidate for f in fuse([plain, worded], 2)] == [worded, plain]


def test_nothing_narrows_by_default_but_approval() -> None:
    assert Filters() == Filters(approval="approved")
