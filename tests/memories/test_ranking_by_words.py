"""Ranking by words, beside one made memory by memory (M-02)."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.memories import reads, writes
from markroom.memories.model import Draft, Filters, Imported, Kind
from markroom.memories.search.reads import list_candidates
from tests.databases import Database
from tests.memories.team import Team, make_team

WORDS = [
    "the",
    "ohm",
    "ohmic",
    "wave",
    "waves",
    "waveform",
    "wavelength",
    "Apfelmus",
    "школа",
    "3.5",
    "'\\%_",
]
KINDS: tuple[Kind, ...] = ("note", "decision")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
drafts = st.builds(
    Draft, st.sampled_from(KINDS), texts, st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple)
)
approvals = st.sampled_from(["approved", "pending"])
changes = st.one_of(
    st.tuples(st.just("keep"), drafts, approvals),
    st.tuples(st.just("rewrite"), st.integers(0, 9), drafts),
    st.tuples(st.just("approve"), st.integers(0, 9)),
    st.tuples(st.just("delete"), st.integers(0, 9)),
)
filters = st.builds(
    Filters,
    kinds=st.sampled_from([(), ("note",), ("decision",)]),
    tags=st.sampled_from([(), ("wave", "ohm")]),
    approval=st.sampled_from(["approved", "pending", "any"]),
)


@pytest.fixture(scope="module")
def team(database: Database) -> Team:
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        return make_team(conn)


class Bench:
    """Memories made, changed and searched as the teacher, in one transaction; and what should stand there."""

    def __init__(self, conn: Conn, team: Team) -> None:
        self.conn, self.team = conn, team
        self.actor = cast("Actor", SimpleNamespace(institute=team.at, user_id=team.user, key_id=None))
        self.there: dict[UUID, tuple[Draft, str]] = {}

    async def change(self, what: str, *rest: Any) -> None:
        if what == "keep":
            await self._keep(self.team.project, *rest)
        elif self.there:
            await self._change_one(what, *rest)

    async def _change_one(self, what: str, place: int, draft_to_be: Draft | None = None) -> None:
        chosen = list(self.there)[place % len(self.there)]
        draft, approval = self.there[chosen]
        if draft_to_be:
            memory = await reads.get_memory(self.conn, self.team.at, chosen)
            await writes.update_memory(self.conn, self.actor, memory, draft_to_be)
            self.there[chosen] = draft_to_be, approval
        elif what == "approve":
            await writes.approve_memory(self.conn, self.team.at, chosen, self.team.user)
            self.there[chosen] = draft, "approved"
        else:
            await writes.delete_memories(self.conn, self.team.at, self.team.project, [chosen])
            del self.there[chosen]

    async def _keep(self, project: UUID, draft: Draft, approval: str) -> None:
        memory_id = uuid4()
        given = Imported(memory_id, draft, approval, is_duplicate=True)  # type: ignore[arg-type]
        await writes.insert_imported(self.conn, self.actor, project, [given])
        if project == self.team.project:
            self.there[memory_id] = draft, approval

    async def crowd(self, drafts: Iterable[Draft]) -> None:
        """The same words in the teacher's other project."""
        for draft in drafts:
            await self._keep(self.team.other, draft, "approved")

    async def search(self, query: str, narrowed: Filters) -> dict[UUID, float]:
        found = await list_candidates(self.conn, self.team.at, self.team.project, query, narrowed, None)
        assert [c.words_score for c in found] == sorted((c.words_score or 0 for c in found), reverse=True)
        return {c.id: c.words_score or 0 for c in found}

    async def rank_plainly(self, query: str, narrowed: Filters) -> dict[UUID, float]:
        """What decision 0040 says, memory by memory: the rarity of each term among what shares any, over the
        root of the length."""
        held = {
            memory_id: await self._lexemes(draft.text, draft.tags)
            for memory_id, (draft, approval) in self.there.items()
            if narrowed.approval in ("any", approval)
            and (not narrowed.kinds or draft.kind in narrowed.kinds)
            and (not narrowed.tags or {*narrowed.tags} & {*draft.tags})
        }
        holders = {
            term: {each for each, lexemes in held.items() if any(_fits(lexeme, term) for lexeme in lexemes)}
            for term in await self._lexemes(query, ())
        }
        fitting = set().union(*holders.values())
        return {
            each: sum(math.log(1 + len(fitting) / len(who)) for who in holders.values() if each in who)
            / math.sqrt(10 + len(held[each]))
            for each in fitting
        }

    async def _lexemes(self, text: str, tags: Iterable[str]) -> list[str]:
        cursor = await self.conn.execute(
            "select tsvector_to_array(app.memory_words(%s, %s))", [text, list(tags)]
        )
        row = await cursor.fetchone()
        assert row
        return list(row[0])


def _fits(lexeme: str, term: str) -> bool:
    return lexeme == term or (len(term) > 3 and lexeme.startswith(term))


def _keep(text: str, approval: str = "approved") -> tuple[str, Draft, str]:
    return "keep", Draft("note", text), approval


@settings(max_examples=60)
@example([_keep("waveform wavelength"), _keep("waveform")], [], "wave", Filters())  # once, however often
@example([_keep("ohmic"), _keep("ohm")], [], "ohm", Filters())  # three letters are a word, four a beginning
@example([_keep("ohm", "pending"), ("approve", 0)], [Draft("note", "ohm")], "ohm", Filters())
@given(st.lists(changes, max_size=12), st.lists(drafts, max_size=3), texts, filters)
def test_the_ranking_by_words_is_the_one_made_memory_by_memory(
    database: Database,
    team: Team,
    made: list[Any],
    elsewhere: list[Draft],
    query: str,
    narrowed: Filters,
) -> None:
    """M-02, sec-R17: right after each write, in its own transaction, whatever stands in another project"""

    async def try_out() -> None:
        async with await psycopg.AsyncConnection.connect(database.app_url) as conn:
            await conn.execute("select app.begin_as(%s, null, %s)", [team.user, team.at])
            bench = Bench(conn, team)
            await bench.crowd(elsewhere)
            for change in made:
                await bench.change(*change)
            found, expected = await bench.search(query, narrowed), await bench.rank_plainly(query, narrowed)
            await conn.rollback()
        assert found == pytest.approx(expected, rel=1e-5)

    asyncio.run(try_out())
