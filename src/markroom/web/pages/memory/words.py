"""Memories in a teacher's words: what kind, by whom, about what, and why a search found them."""

from __future__ import annotations

from typing import Any

from markroom.memories.model import KINDS, Hit, Links, Memory
from markroom.web.pages.memory.reads import Names

KIND_WORDS = {
    "decision": "Decision",
    "exemplar": "Exemplar",
    "misconception": "Misconception",
    "comment": "Comment",
    "note": "Note",
}
KIND_CHOICES = [(kind, KIND_WORDS[kind]) for kind in KINDS]


def say_author(name: str | None, key_name: str | None = None, *, by_key: bool = False) -> str:
    person = name or "Somebody who left"
    return f"A program of {person} (key “{key_name or 'unnamed'}”)" if by_key else person


def describe(memory: Memory, names: Names, hit: Hit | None = None) -> dict[str, Any]:
    """A memory as the pages show it; `hit` where a search found it."""
    return {
        "id": memory.id,
        "kind_word": KIND_WORDS[memory.kind],
        "text": memory.text,
        "tags": memory.tags,
        "by": say_author(memory.author_name, memory.key_name, by_key=memory.key_id is not None),
        "created_at": memory.created_at,
        "approval": memory.approval,
        "version": memory.version,
        "about": say_links(memory.links, names),
        "why": say_why(hit) if hit else "",
        "why_exactly": say_why_exactly(hit) if hit else "",
    }


def say_links(links: Links, names: Names) -> list[dict[str, str]]:
    """What a memory is about, from the paper down to the answer, with an address where there is a page."""
    said = []
    if links.template_id and str(links.template_id) not in names.templates:
        said.append({"label": "A paper you may not see", "url": ""})
    elif links.template_id:
        title = names.templates[str(links.template_id)]
        path = names.questions.get(str(links.question_id))
        label = f"{title}, question {path}" if path else title
        if number := names.scripts.get(str(links.script_id)):
            label += f", the answer of script {number}"
        said.append({"label": label, "url": f"/exams/{links.template_id}"})
    if links.class_id and (name := names.classes.get(str(links.class_id))):
        said.append({"label": f"Class {name}", "url": ""})
    return said


def say_why(hit: Hit) -> str:
    """Why a search found a memory: by its words, by its meaning, or by both."""
    ways = [*(["its words"] if hit.words_rank else []), *(["its meaning"] if hit.meaning_rank else [])]
    return f"Found by {' and '.join(ways)}" if ways else ""


def say_why_exactly(hit: Hit) -> str:
    """The same in numbers: its place by words, how near its meaning is, and the score of both."""
    reasons = []
    if hit.words_rank:
        reasons.append(f"{say_place(hit.words_rank)} by its words")
    if hit.similarity is not None:
        place = f"{say_place(hit.meaning_rank)}, " if hit.meaning_rank else ""
        reasons.append(f"{place}{max(0, round(hit.similarity * 100))} % alike in meaning")
    return f"{'; '.join(reasons)} (score {hit.score:.2f})" if reasons else ""


def say_place(place: int) -> str:
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"
