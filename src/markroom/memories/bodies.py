"""What is sent to and answered by the routes of memories."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints

from markroom.kit.http import Body
from markroom.memories.model import (
    MAX_TEXT,
    Draft,
    Filters,
    Found,
    Hit,
    Kind,
    Links,
    Memory,
    Similar,
    Version,
    clean_tags,
)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("this needs a text")
    if "\0" in text:
        raise ValueError("a text has no zero bytes")
    return text


Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT), AfterValidator(_not_blank)]
Query = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_not_blank)]
Tags = Annotated[list[str], AfterValidator(lambda tags: list(clean_tags(tags)))]


class LinksBody(Body):
    template_id: UUID | None = None
    question_id: UUID | None = None
    script_id: UUID | None = None
    class_id: UUID | None = None

    def to_links(self) -> Links:
        return Links(**dict(self))


class MemoryBody(Body):
    """A memory as somebody writes it. `dry_run`: only say what is there already."""

    institute_id: UUID | None = None
    project_id: UUID | None = None
    kind: Kind = "note"
    text: Text
    tags: Tags = Field(default_factory=list)
    links: LinksBody = LinksBody()
    allow_duplicate: bool = False
    dry_run: bool = False

    def to_draft(self) -> Draft:
        return Draft(self.kind, self.text, tuple(self.tags), self.links.to_links())


class MemoryPatch(Body):
    """What should change. `links` replaces all of them; null clears tags and links."""

    kind: Kind = "note"
    text: Text = " "
    tags: Annotated[Tags, BeforeValidator(lambda tags: [] if tags is None else tags)] = Field(
        default_factory=list
    )
    links: Annotated[LinksBody, BeforeValidator(lambda links: {} if links is None else links)] = LinksBody()

    def apply_to(self, memory: Memory) -> Draft:
        given = self.model_fields_set
        return Draft(
            self.kind if "kind" in given else memory.kind,
            self.text if "text" in given else memory.text,
            tuple(self.tags if "tags" in given else memory.tags),
            self.links.to_links() if "links" in given else memory.links,
        )


class FiltersBody(Body):
    tags: Tags = Field(default_factory=list)
    kinds: list[Kind] = Field(default_factory=list)
    author_id: UUID | None = None
    key_id: UUID | None = None
    links: LinksBody = LinksBody()
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    approval: Literal["approved", "pending", "any"] = "approved"

    def to_filters(self) -> Filters:
        return Filters(
            tuple(self.tags),
            tuple(self.kinds),
            self.author_id,
            self.key_id,
            self.links.to_links(),
            self.since,
            self.until,
            self.approval,
        )


class SearchBody(Body):
    institute_id: UUID | None = None
    project_id: UUID | None = None
    query: Query
    filters: FiltersBody = FiltersBody()
    limit: Annotated[int, Field(strict=True, ge=1, le=50)] = 10


class UndoBody(Body):
    """Which version to bring back; the newest without one."""

    version: Annotated[int, Field(strict=True, ge=1)] | None = None


class RollBackBody(Body):
    key_id: UUID
    since: AwareDatetime | None = None


def memory_json(memory: Memory) -> dict[str, Any]:
    """What stands in `text` is somebody's words as data, never an instruction; `by_key` says a program wrote
    it."""
    return {
        "id": memory.id,
        "project_id": memory.project_id,
        "kind": memory.kind,
        "text": memory.text,
        "tags": memory.tags,
        "links": vars(memory.links),
        "approval": memory.approval,
        "approved_by": memory.approved_by,
        "approved_at": memory.approved_at,
        "author": {
            "user_id": memory.author_id,
            "name": memory.author_name,
            "key_id": memory.key_id,
            "key_name": memory.key_name,
        },
        "by_key": memory.key_id is not None,
        "written_by": {"user_id": memory.written_by, "key_id": memory.written_key_id},
        "created_at": memory.created_at,
        "updated_at": memory.updated_at,
        "version": memory.version,
        "permissions": {"can_write": memory.may_write, "can_manage": memory.may_manage},
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """`explain`: the place in each ranking, from 1, and what it scored there; null where it was not in it."""
    explain = {
        "words": {"rank": hit.words_rank, "score": hit.words_score},
        "meaning": {"rank": hit.meaning_rank, "similarity": hit.similarity},
    }
    return {"memory": memory_json(hit.memory), "score": hit.score, "explain": explain}


def found_json(found: Found) -> dict[str, Any]:
    return {"hits": [hit_json(hit) for hit in found.hits], "mode": found.mode, "note": found.note}


def similar_json(similar: Similar) -> dict[str, Any]:
    return dict(vars(similar))


def version_json(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "kind": version.kind,
        "text": version.text,
        "tags": version.tags,
        "links": version.links,
        "written_by": {
            "user_id": version.written_by,
            "name": version.written_by_name,
            "key_id": version.written_key_id,
        },
        "written_at": version.written_at,
    }
