"""What a person types of a memory, and what it says already elsewhere."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends

from markroom.kit.access import EntranceOf
from markroom.kit.errors import Invalid, MarkroomError
from markroom.memories.embedding import Vector, embed_query, embedded_text
from markroom.memories.errors import LinkNotFound
from markroom.memories.model import KINDS, MAX_TEXT, Draft, Kind, Links, clean_tags
from markroom.web.pages.memory.reads import list_subjects
from markroom.web.pages.memory.words import KIND_CHOICES
from markroom.web.pages.project.frame import read_id
from markroom.web.visits import Form, FormOf, Visit

FIELD_OF_ERROR = {"bad_memory_text": "text", "bad_tags": "tags", "link_not_found": "template"}
FIELDS = ("kind", "text", "tags", "template", "question", "class_id")


class BadMemoryText(Invalid):
    """A memory has 1 to 10,000 characters."""


async def text_vector(entrance: EntranceOf, form: FormOf) -> Vector | None:
    """The meaning of what was typed, worked out for somebody signed in, before the page's transaction is
    open."""
    try:
        draft = read_draft(form)
    except MarkroomError:
        return None  # said in the form, by the page itself
    async with entrance.transaction():
        pass
    return await embed_query(embedded_text(draft.text, draft.tags))


MeaningOf = Annotated[Vector | None, Depends(text_vector)]


def typed(form: Form) -> dict[str, str]:
    return {field: form.text(field) for field in FIELDS}


def as_typed(draft: Draft) -> dict[str, str]:
    """A draft as the form shows it."""
    links = draft.links
    return {
        "kind": draft.kind,
        "text": draft.text,
        "tags": ", ".join(draft.tags),
        "template": str(links.template_id or ""),
        "question": str(links.question_id or ""),
        "class_id": str(links.class_id or ""),
    }


def read_draft(form: Form, before: Links = Links()) -> Draft:  # noqa: B008 - frozen
    """The draft a form holds; an answer stays linked as long as its question does. Raises BadMemoryText,
    BadTags, LinkNotFound."""
    text = form.text("text").replace("\r\n", "\n")
    if not 1 <= len(text) <= MAX_TEXT or "\0" in text:
        raise BadMemoryText
    template_id, question_id, class_id = (
        read_id(form.text(name), LinkNotFound) if form.text(name) else None
        for name in ("template", "question", "class_id")
    )
    script_id = before.script_id if question_id and question_id == before.question_id else None
    kind: Kind = next((kind for kind in KINDS if kind == form.text("kind")), "note")
    tags = clean_tags(tag for tag in form.text("tags").split(",") if tag.strip())
    return Draft(kind, text, tags, Links(template_id, question_id, script_id, class_id))


async def list_choices(visit: Visit, project_id: UUID, template: str) -> dict[str, Any]:
    """What the fields offer: `kinds`, `papers`, the `questions` of the paper chosen, `classes`."""
    try:
        template_id = UUID(template) if template else None
    except ValueError:
        template_id = None
    subjects = await list_subjects(visit.conn, visit.school.id, project_id, template_id)
    return {"kinds": KIND_CHOICES, **subjects}
