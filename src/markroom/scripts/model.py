"""The words of a batch on its way from paper to answers, and who may do what with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from markroom.institutes.model import MANAGERS, STAFF
from markroom.kit.actor import Actor, Permission
from markroom.kit.events import Event
from markroom.scripts.areas import Area
from markroom.scripts.errors import BatchNotFound as BatchNotFound
from markroom.scripts.errors import NotYourBatch, NotYourScans

BatchState = Literal["open", "marking", "moderation", "released", "closed"]
PageState = Literal["placed", "blank", "exception", "discarded"]
# What a batch may become next; released → moderation is the withdrawal of results.
NEXT_STATES: dict[str, frozenset[str]] = {
    "open": frozenset({"marking", "closed"}),
    "marking": frozenset({"open", "moderation", "released"}),
    "moderation": frozenset({"marking", "released"}),
    "released": frozenset({"marking", "moderation", "closed"}),
    "closed": frozenset({"open", "released"}),
}
SCANNING_STATES = frozenset({"open", "marking", "moderation"})
# Why a page is an exception, in words for the person who looks at it.
REASONS = {
    "no_code": "No page code could be read on this sheet.",
    "foreign_code": "The codes on this sheet are not ones of this paper.",
    "other_batch": "This sheet belongs to another batch.",
    "unaligned": "The sheet does not lie well enough on the page of the paper.",
    "damaged": "This page of the scan cannot be read.",
    "duplicate": "This page of the script has been scanned already.",
    "unknown_script": "No script of this batch has this number.",
    "removed": "A person took this sheet off its script.",
    "restored": "This sheet was discarded and brought back.",
}
MAX_SCRIPTS = 5_000
MAX_SCAN_BYTES = 512 * 2**20
PAGES_A_PART = 16
MAX_HELP = 8  # parts of one scan that other workers may be asked to read at the same time


BATCHES_CREATE = Permission("batches.create", STAFF, meaning="Make a batch from a template one can see")
BATCHES_RUN = Permission(
    "batches.run", STAFF, NotYourBatch, meaning="Print a batch and change its candidates: its maker and heads"
)
SCANS_SEND = Permission(
    "scans.send",
    STAFF,
    NotYourScans,
    by_key=True,
    meaning="Send scans of a batch: its maker, markers, heads, a key of its project",
)
PAGES_REPAIR = Permission(
    "pages.repair",
    STAFF,
    NotYourScans,
    meaning="Place, turn, discard scanned pages: as for scans; not blind markers",
)


@dataclass(frozen=True)
class Batch:
    id: UUID
    project_id: UUID | None
    template_id: UUID
    source_file_id: UUID
    title: str
    blind: bool
    state: BatchState
    code_places: dict[str, Any] | None
    print_key: str | None
    created_by: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    markers: list[UUID]

    def is_run_by(self, actor: Actor) -> bool:
        return actor.key_id is None and (actor.user_id == self.created_by or actor.role in MANAGERS)

    def shows_names_to(self, actor: Actor) -> bool:
        """K-01: in a blind batch only those who run it see who sits it."""
        return not self.blind or self.is_run_by(actor)


@dataclass(frozen=True)
class PageCounts:
    """Every scanned page is in exactly one of the last four, so that they add up to `total`."""

    total: int = 0
    placed: int = 0
    blank: int = 0
    exceptions: int = 0
    discarded: int = 0


@dataclass(frozen=True)
class NewCandidate:
    """`class_id` is the class they were entered from, if any."""

    name: str
    number: str | None = None
    user_id: UUID | None = None
    class_id: UUID | None = None


@dataclass(frozen=True)
class Candidate:
    id: UUID
    name: str
    number: str | None
    user_id: UUID | None


@dataclass(frozen=True)
class Script:
    id: UUID
    batch_id: UUID
    number: int
    candidate_id: UUID | None
    state: Literal["awaited", "incomplete", "complete", "absent"]


@dataclass(frozen=True)
class Scan:
    id: UUID
    batch_id: UUID
    project_id: UUID | None
    sha256: str
    name: str
    media_type: str
    page_total: int
    state: Literal["queued", "reading", "done", "failed"]
    file_key: str
    created_at: datetime


@dataclass(frozen=True)
class Page:
    """One scanned sheet side."""

    id: UUID
    batch_id: UUID
    scan_id: UUID
    scan_page: int
    state: PageState
    reason: str | None
    script_id: UUID | None
    script_number: int | None
    page: int | None
    rotation: int
    residual_mm: float | None
    image_key: str | None
    version: int

    @property
    def is_aligned(self) -> bool:
        """Whether its image lies in the template's frame; else it is as scanned."""
        return self.image_key is not None and "/page-" in self.image_key


@dataclass(frozen=True)
class CropPlan:
    """What is cropped from which page of a template, in one of its versions."""

    template_version: int
    page_count: int
    item_ids: tuple[UUID, ...]
    areas: tuple[Area, ...]

    @property
    def expected_pages(self) -> tuple[int, ...]:
        """The pages a script needs to be complete: those that carry areas, or all where none does."""
        return tuple(sorted({area.page for area in self.areas})) or tuple(range(1, self.page_count + 1))

    @property
    def needs(self) -> list[ItemNeeds]:
        """Per item the pages its answer needs; an item without areas needs the whole script."""
        pages: dict[UUID, set[int]] = {item: set() for item in self.item_ids}
        for area in self.areas:
            pages[area.item_id].add(area.page)
        return [
            ItemNeeds(item, sorted(on) or list(self.expected_pages), not on) for item, on in pages.items()
        ]


@dataclass(frozen=True)
class ItemNeeds:
    question_id: UUID
    pages: list[int]
    is_bare: bool  # the item has no area of its own


@dataclass(frozen=True)
class Answer:
    """One script's crops of one item; `areas`: as the table says, in reading order."""

    script_id: UUID
    question_id: UUID
    batch_id: UUID
    areas: list[dict[str, Any]]
    state: Literal["ready", "incomplete"]
    is_blank: bool | None
    ink_share: float | None
    choice: str | None
    choice_confidence: float | None


def show_areas(script_id: UUID, question_id: UUID, areas: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """An answer's `areas` as the marking desk reads them; `bounds` is what the image shows of its page."""
    return [
        {
            "page": area["page"],
            "image_url": f"/api/answers/{script_id}/{question_id}/{number}/image?v={_version(area)}",
            "page_image_url": f"/api/scripts/{script_id}/pages/{area['page']}/image",
            "bounds": area["bounds"],
            "is_blank": area["is_blank"],
        }
        for number, area in enumerate(areas, start=1)
    ]


def _version(area: dict[str, Any]) -> str:
    """The hash in the name of its image."""
    return str(area["image_key"])[-20:-4]


class BatchCreated(Event):
    """A sitting of a template was set up."""


class BatchStateChanged(Event):
    """A batch went on to another state; `facts` has `state`."""


class CandidatesAdded(Event):
    """Candidates or blank scripts were added to a batch."""


class BatchPrinted(Event):
    """The scripts of a batch were made ready to print."""


class ScanReceived(Event):
    """A file of scanned pages came in."""


class ScanRead(Event):
    """Every page of a scan has its place."""


class PagePlaced(Event):
    """A sheet became a page of a script and its answers are cropped. Emitted after the writes.

    `facts`: batch_id, script_id, page, question_ids.
    """


class PageSetAside(Event):
    """A scanned page went to the blanks or the exceptions; `facts`: batch_id, state, reason."""


class PageDiscarded(Event):
    """A person discarded a scanned page; it is kept."""


class PageTurned(Event):
    """A person turned a scanned page."""


class AnswersCropped(Event):
    """Answers of a script changed: areas moved or a page was taken off; `facts`: batch_id, question_ids.

    `subject_id` is the script. Emitted after the writes.
    """
