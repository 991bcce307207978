"""The words of shared knowledge: what a team keeps, who wrote it, and who may."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from markroom.institutes.model import STAFF
from markroom.kit.actor import Permission
from markroom.kit.events import Event
from markroom.memories.errors import BadTags, NotProjectAdmin, NotProjectEditor

Kind = Literal["decision", "exemplar", "misconception", "comment", "note"]
Approval = Literal["approved", "pending"]
KINDS: tuple[Kind, ...] = ("decision", "exemplar", "misconception", "comment", "note")
MAX_TEXT = 10_000
MAX_TAGS, MAX_TAG = 20, 50
JOINERS = {0x200C: None, 0x200D: None}
"""Signs within words and emoji: of what is not printed they alone stay."""
EXACT_BELOW = 20_000
"""Memories of a project up to which their vectors are compared one by one."""


@dataclass(frozen=True)
class Links:
    """What a memory is about; a question brings its template, a script with a question is an answer."""

    template_id: UUID | None = None
    question_id: UUID | None = None
    script_id: UUID | None = None
    class_id: UUID | None = None


@dataclass(frozen=True)
class Memory:
    """A memory's row with the names of who wrote it. `may_write`, `may_manage`: what the caller may."""

    institute_id: UUID
    id: UUID
    project_id: UUID
    kind: Kind
    text: str
    tags: list[str]
    template_id: UUID | None
    question_id: UUID | None
    script_id: UUID | None
    class_id: UUID | None
    approval: Approval
    approved_by: UUID | None
    approved_at: datetime | None
    author_id: UUID
    author_name: str | None
    key_id: UUID | None
    key_name: str | None
    is_duplicate: bool
    written_by: UUID
    written_key_id: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int
    may_write: bool
    may_manage: bool

    @property
    def links(self) -> Links:
        return Links(self.template_id, self.question_id, self.script_id, self.class_id)

    @property
    def draft(self) -> Draft:
        return Draft(self.kind, self.text, tuple(self.tags), self.links)


@dataclass(frozen=True)
class Draft:
    """What somebody writes of a memory; everything else the room knows by itself."""

    kind: Kind
    text: str
    tags: tuple[str, ...] = ()
    links: Links = Links()


@dataclass(frozen=True)
class Version:
    """What stood there before a change."""

    number: int
    kind: Kind
    text: str
    tags: list[str]
    links: dict[str, str | None]
    written_by: UUID
    written_by_name: str | None
    written_key_id: UUID | None
    written_at: datetime


@dataclass(frozen=True)
class Similar:
    """Another memory that says nearly the same; `similarity` is the cosine of their vectors."""

    id: UUID
    kind: Kind
    text: str
    approval: Approval
    similarity: float


@dataclass(frozen=True)
class Kept:
    """A new memory, or with `memory_id` None what would stand beside it."""

    memory_id: UUID | None
    duplicate_of: UUID | None
    similar: list[Similar]


@dataclass(frozen=True)
class Filters:
    """Narrow a list or a search; everything given must hold, and of `tags` and `kinds` one is enough."""

    tags: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    author_id: UUID | None = None
    key_id: UUID | None = None
    links: Links = Links()
    since: datetime | None = None
    until: datetime | None = None
    approval: Literal["approved", "pending", "any"] = "approved"


@dataclass(frozen=True)
class Hit:
    """A memory found, and why: its place in each ranking (from 1) and what it scored there."""

    memory: Memory
    score: float
    words_rank: int | None
    words_score: float | None
    meaning_rank: int | None
    similarity: float | None


@dataclass(frozen=True)
class Found:
    """What a search found. `mode` says whether meaning was compared too, `note` why not."""

    hits: list[Hit]
    mode: Literal["hybrid", "words"]
    note: str | None = None


@dataclass(frozen=True)
class ProjectRights:
    """What the caller may in a project they can read; while it is archived nothing is written."""

    project_id: UUID
    may_write: bool
    may_manage: bool
    is_archived: bool

    @property
    def takes_writing(self) -> bool:
        return self.may_write and not self.is_archived


@dataclass(frozen=True)
class Stats:
    """How many memories a project has."""

    total: int
    pending: int
    by_kind: dict[str, int]
    by_tag: dict[str, int]
    """The thirty most used."""
    by_author: list[dict[str, object]]
    """`{author_id, name, key_id, key_name, count}`, most first."""
    without_vector: int
    model: str | None
    last_written_at: datetime | None


@dataclass(frozen=True)
class Imported:
    """A memory read in, with the id it has here."""

    id: UUID
    draft: Draft
    approval: Approval
    is_duplicate: bool


@dataclass
class ImportReport:
    """What an import did, or would do; `problems` are `{line, reason}`, the first hundred."""

    created: int = 0
    unchanged: int = 0
    duplicates: int = 0
    differing: int = 0
    links_dropped: int = 0
    refused: int = 0
    problems: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True)
class RolledBack:
    """What taking back a key's writing did. `kept`: people have rewritten these since."""

    deleted: int
    reverted: int
    kept: list[UUID]


def hash_text(text: str) -> bytes:
    """Of what a text says, whatever its case, spacing and the punctuation at its ends."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()
    return hashlib.sha256((plain.strip(" .,;:!?…") or plain).encode()).digest()


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags without case and extra space, each once, in the order given. Raises BadTags."""
    clean = tuple(dict.fromkeys(" ".join(tag.split()).casefold() for tag in tags))
    if len(clean) > MAX_TAGS or not all(map(_is_tag, clean)):
        raise BadTags
    return clean


def _is_tag(tag: str) -> bool:
    shown = tag.translate(JOINERS)
    return bool(shown) and shown.isprintable() and len(tag) <= MAX_TAG


def link_ids(links: Links) -> dict[str, str | None]:
    return {name: value and str(value) for name, value in asdict(links).items()}


def read_links(ids: Mapping[str, str | None]) -> Links:
    return Links(**{name: UUID(value) if value else None for name, value in ids.items()})


# Permissions: the project's role decides, whatever the role in the school.

EVERYBODY = (*STAFF, "student", "guest")
MEMORIES_SEARCH = Permission(
    "memories.search", EVERYBODY, by_key=True, meaning="Search the memories of a project: its members"
)
MEMORIES_WRITE = Permission(
    "memories.write",
    EVERYBODY,
    NotProjectEditor,
    by_key=True,
    meaning="Keep, change and delete memories: editors of the project; a key what it wrote, while pending",
)
MEMORIES_APPROVE = Permission(
    "memories.approve",
    EVERYBODY,
    NotProjectEditor,
    meaning="Approve what a key wrote, import memories: editors of the project, in person",
)
MEMORIES_ROLL_BACK = Permission(
    "memories.roll_back",
    EVERYBODY,
    NotProjectAdmin,
    meaning="Take back everything a key wrote: admins of the project, in person",
)


# Events


class MemoryKept(Event):
    """A memory was written."""


class MemoryChanged(Event):
    """A memory was changed, or an earlier state of it brought back."""


class MemoryApproved(Event):
    """A person approved what a key wrote."""


class MemoryDeleted(Event):
    """A memory was deleted with its vector and its history."""


class MemoriesImported(Event):
    """Memories were read in; `facts` counts them. `subject_id` is the project."""


class MemoriesRolledBack(Event):
    """What a key wrote was taken back; `facts` has key_id and counts. `subject_id` is the project."""
