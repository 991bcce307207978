"""What a team decided about a question, for the marking desk: what is linked to it, then what is like it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from markroom.exam_templates.model import Question
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.memories import actions, reads
from markroom.memories.embedding import Vector
from markroom.memories.model import Filters, Links, Memory, ProjectRights
from markroom.web.pages.memory.words import KIND_WORDS, say_author

MOST_SHOWN = 8
PAPER_SCANNED = 50
LEAST_SCORE = 0.4
"""Of a search: below it a memory is about something else."""

Decision = dict[str, Any]


def question_words(question: Question) -> str:
    """What a question is about, as far as it is written down: its scheme and what it refers to."""
    return " ".join([*_texts(question.mark_scheme), question.spec_ref or ""]).strip()[:1000]


def _texts(scheme: Any) -> Iterator[str]:
    if isinstance(scheme, dict):
        for key, value in scheme.items():
            if key in ("text", "notes") and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(scheme, list):
        for each in scheme:
            yield from _texts(each)


async def list_linked(
    conn: Conn, actor: Actor, project_id: UUID, template_id: UUID, question_id: UUID
) -> list[Decision]:
    """What was kept about the question, then about its paper as a whole; each newest first."""
    about_it = Filters(links=Links(template_id, question_id))
    about_paper = Filters(links=Links(template_id))
    found = await reads.list_memories(conn, actor.institute, project_id, about_it, None, MOST_SHOWN)
    paper = await reads.list_memories(conn, actor.institute, project_id, about_paper, None, PAPER_SCANNED)
    return [
        *(_decision(memory, "about this question") for memory in found),
        *(_decision(memory, "about this paper") for memory in paper if memory.question_id is None),
    ][:MOST_SHOWN]


async def add_alike(
    conn: Conn,
    actor: Actor,
    rights: ProjectRights,
    listed: list[Decision],
    words: str,
    vector: Vector | None,
) -> list[Decision]:
    """The list filled up with what a search for the question's words finds."""
    found = await actions.search(conn, actor, rights, words, Filters(), MOST_SHOWN, vector)
    known = {one["id"] for one in listed}
    alike = [
        _decision(hit.memory, "fits this question")
        for hit in found.hits
        if hit.score >= LEAST_SCORE and hit.memory.id not in known
    ]
    return [*listed, *alike][:MOST_SHOWN]


def _decision(memory: Memory, why: str) -> Decision:
    return {
        "id": memory.id,
        "kind": memory.kind,
        "kind_word": KIND_WORDS[memory.kind],
        "text": memory.text,
        "author_name": say_author(memory.author_name, memory.key_name, by_key=memory.key_id is not None),
        "why": why,
    }
