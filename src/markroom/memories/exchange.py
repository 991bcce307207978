"""Memories as JSON lines: what a line holds, and how lines are read in.

A memory keeps its id where its project has it already; in any other place it gets one that follows from its
id and the project, so that reading a file in again finds what the first time made.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID, uuid5

from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, Field, ValidationError

from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.memories import reads, writes
from markroom.memories.bodies import LinksBody, Tags, Text
from markroom.memories.errors import BadTags, ImportTooLong
from markroom.memories.model import (
    Draft,
    Imported,
    ImportReport,
    Kind,
    Links,
    MemoriesImported,
    Memory,
    ProjectRights,
    hash_text,
)

MAX_LINES, MAX_LINE_BYTES, MAX_BYTES = 20_000, 64 * 1024, 32 * 1024 * 1024
LINES_AT_ONCE = 500
SHOWN_PROBLEMS = 100

Line = tuple[int, bytes]
"""Its number from 1, and what stands on it."""


class LineBody(BaseModel):
    """What of a line is read; who wrote it and when is not taken from a file."""

    id: UUID | None = None
    kind: Kind = "note"
    text: Text
    tags: Tags = Field(default_factory=list)
    links: LinksBody = LinksBody()
    approval: Literal["approved", "pending"] = "approved"
    allow_duplicate: bool = False


@dataclass(frozen=True)
class Incoming:
    """A line that can be read, with the id it would have in this project."""

    line: int
    body: LineBody
    made_id: UUID
    hash: bytes

    def with_links(self, links: Links) -> Imported:
        draft = Draft(self.body.kind, self.body.text, tuple(self.body.tags), links)
        return Imported(self.made_id, draft, self.body.approval, self.body.allow_duplicate)


@dataclass
class Importer:
    """Reads a file in, some lines at a time; remembers what the file held already. The vectors are for
    whoever reads it to have made."""

    rights: ProjectRights
    dry_run: bool = False
    report: ImportReport = field(default_factory=ImportReport)
    _seen: set[bytes] = field(default_factory=set)

    async def read(self, conn: Conn, actor: Actor, lines: Sequence[Line]) -> None:
        """Keeps the lines that are new to the project, in the caller's transaction."""
        incoming = [each for line in lines if (each := self._parse(line))]
        kept = await reads.find_kept(
            conn,
            actor.institute,
            self.rights.project_id,
            [name for each in incoming for name in (each.body.id, each.made_id) if name],
            [each.hash for each in incoming],
        )
        new = [each for each in incoming if self._is_new(each, kept.by_id, kept.hashes)]
        imported = await self._resolve_links(conn, actor, new)
        if self.dry_run:
            self.report.created += len(new)
            return
        made = await writes.insert_imported(conn, actor, self.rights.project_id, imported)
        self.report.created += made
        self.report.duplicates += len(new) - made  # kept by somebody else at this moment
        if made:
            event = MemoriesImported(
                institute_id=actor.institute, subject_id=self.rights.project_id, facts={"created": made}
            )
            await emit(conn, event)

    def _parse(self, line: Line) -> Incoming | None:
        number, text = line
        try:
            body = LineBody.model_validate_json(text)
        except (ValidationError, BadTags) as error:
            self._refuse(number, _reason(error))
            return None
        name = str(body.id) if body.id else body.text
        return Incoming(number, body, uuid5(self.rights.project_id, name), hash_text(body.text))

    def _is_new(self, each: Incoming, by_id: Mapping[UUID, Draft], hashes: set[bytes]) -> bool:
        there = by_id.get(each.body.id or each.made_id) or by_id.get(each.made_id)
        if there is not None:
            if (there.kind, there.text, there.tags) == (each.body.kind, each.body.text, (*each.body.tags,)):
                self.report.unchanged += 1
            else:
                self.report.differing += 1
                self._tell(each.line, "This memory stands there with other words; it stays as it is.")
            return False
        if not each.body.allow_duplicate and (each.hash in hashes or each.hash in self._seen):
            self.report.duplicates += 1
            return False
        self._seen.add(each.hash)
        return True

    async def _resolve_links(self, conn: Conn, actor: Actor, new: Sequence[Incoming]) -> list[Imported]:
        wanted = [each.body.links.to_links() for each in new]
        seen = await reads.resolve_links(conn, actor.institute, wanted)
        self.report.links_dropped += sum(map(_count_dropped, wanted, seen))
        return [each.with_links(links) for each, links in zip(new, seen, strict=True)]

    def _refuse(self, line: int, reason: str) -> None:
        self.report.refused += 1
        self._tell(line, reason)

    def _tell(self, line: int, reason: str) -> None:
        if len(self.report.problems) < SHOWN_PROBLEMS:
            self.report.problems.append({"line": line, "reason": reason})


def _reason(error: ValidationError | BadTags) -> str:
    if isinstance(error, BadTags):
        return error.detail
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")


def _count_dropped(wanted: Links, seen: Links) -> int:
    pairs = zip(vars(wanted).values(), vars(seen).values(), strict=True)
    return sum(one is not None and other is None for one, other in pairs)


async def split_lines(stream: AsyncIterator[bytes]) -> AsyncIterator[list[Line]]:
    """The lines of a stream that are not blank, some at a time, never more in memory than those. Raises
    ImportTooLong."""
    lines: list[Line] = []
    number, size, rest = 0, 0, b""
    async for chunk in stream:
        size += len(chunk)
        *whole, rest = (rest + chunk).split(b"\n")
        if size > MAX_BYTES or any(len(each) > MAX_LINE_BYTES for each in (*whole, rest)):
            raise ImportTooLong
        for each in whole:
            number += 1
            if number > MAX_LINES:
                raise ImportTooLong
            if each.strip():
                lines.append((number, each))
            if len(lines) >= LINES_AT_ONCE:
                yield lines
                lines = []
    if rest.strip():
        lines.append((number + 1, rest))
    if lines:
        yield lines


def memory_line(memory: Memory) -> dict[str, Any]:
    """A memory as a line of an export; `allow_duplicate` where it was kept beside one that says the same."""
    return {
        "id": memory.id,
        "kind": memory.kind,
        "text": memory.text,
        "tags": memory.tags,
        "links": vars(memory.links),
        "approval": memory.approval,
        "allow_duplicate": memory.is_duplicate,
        "author": {"user_id": memory.author_id, "name": memory.author_name, "key_id": memory.key_id},
        "created_at": memory.created_at,
        "updated_at": memory.updated_at,
    }


def encode_line(line: Mapping[str, Any]) -> bytes:
    return json.dumps(jsonable_encoder(line), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
