"""The words of marking: claims, mark entries, what a mark may be, and who may give one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from markroom.institutes.model import STAFF
from markroom.kit.actor import Actor, Permission
from markroom.kit.errors import Conflict, Forbidden, Invalid, NotFound
from markroom.kit.events import Event
from markroom.scripts.model import Batch

MarkState = Literal["awarded", "not_attempted", "query"]
MARKABLE_STATES = frozenset({"open", "marking", "moderation"})
LEASE_SECONDS = 300
CLAIMS_AHEAD = 2  # answers a marker may hold besides the one in view
SURE_CHOICE = 0.9  # confidence from which the machine's reading of a choice is a mark


class NotMarker(Forbidden):
    """You do not mark this batch. Ask the person who made it to add you."""


class OthersClaim(Forbidden):
    """This answer is another marker's."""


class ClaimNotFound(NotFound):
    """This claim has ended: the answer is marked, was handed back, or another marker has it now."""


class ItemNotFound(NotFound):
    """This script has no such item."""


class ClaimLost(Conflict):
    """Another marker has this answer now. Your mark was not saved."""


class MarkingEnded(Conflict):
    """The results of this batch are released, so its marks cannot change. Withdraw them first."""


class RecordedMarks(Conflict):
    """Template has recorded marks; structural full-replace is blocked. Edit questions individually
    via PATCH /questions/{id}."""


class NotAnItem(Invalid):
    """This question is not marked by itself in this paper."""


class BadMark(Invalid):
    """This mark does not fit the question."""


MARKS_GIVE = Permission(
    "marks.give",
    (*STAFF, "guest"),
    NotMarker,
    meaning="Mark a batch: its markers, its maker, heads, editors of its project",
)


@dataclass(frozen=True)
class MarkedBatch(Batch):
    """A batch as one caller marks it."""

    is_editor: bool  # of the batch's project

    def is_marked_by(self, actor: Actor) -> bool:
        return MARKS_GIVE.permits(actor) and (
            actor.user_id in self.markers or self.is_editor or self.is_run_by(actor)
        )


@dataclass(frozen=True)
class MarkedItem:
    """One item of one script: what may be given, who has it open, and the `entry` as the API shows it."""

    script_id: UUID
    question_id: UUID
    batch_id: UUID
    path: str
    max_marks: int
    allow_half_marks: bool
    scheme_version: int
    claimed_by: UUID | None
    entry: dict[str, Any] | None

    @property
    def version(self) -> int:
        return self.entry["version"] if self.entry else 0


@dataclass(frozen=True)
class Mark:
    """What a marker gives an item."""

    marks: float | None
    state: MarkState
    points: list[int | str] = field(default_factory=list)
    comment: str | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)
    why: str | None = None

    def check(self, item: MarkedItem) -> None:
        """Raises BadMark, in words, where the mark does not fit the item."""
        if self.state == "awarded" and self.marks is None:
            raise BadMark(f"Give 0 to {item.max_marks} marks, or say that it was not attempted.")
        if self.state == "not_attempted" and self.marks is not None:
            raise BadMark("Not attempted carries no marks. To give 0 marks, award 0.")
        if self.state == "query" and not self.comment:
            raise BadMark("Say in a comment what a colleague should decide.")
        if self.marks is not None:
            self._check_marks(self.marks, item)

    def _check_marks(self, marks: float, item: MarkedItem) -> None:
        if not 0 <= marks <= item.max_marks:
            raise BadMark(f"Question {item.path} has 0 to {item.max_marks} marks.")
        if (marks * 2) % 1 or (marks % 1 and not item.allow_half_marks):
            steps = "whole or half marks" if item.allow_half_marks else "whole marks"
            raise BadMark(f"Question {item.path} is given in {steps}.")

    def is_repeated_by(self, entry: Mapping[str, Any] | None, marker_id: UUID, wanted: int) -> bool:
        """Whether saving this over version `wanted` made the entry: its answer was lost, it comes again."""
        return entry is not None and (
            (entry["version"], entry["marker_id"]) == (wanted + 1, str(marker_id))
            and all(
                entry[name] == getattr(self, name)
                for name in ("marks", "state", "points", "comment", "annotations")
            )
        )


@dataclass(frozen=True)
class Claim:
    id: UUID
    marker_id: UUID
    batch_id: UUID
    expires_at: datetime


@dataclass(frozen=True)
class AnswerKey:
    script_id: UUID
    question_id: UUID


@dataclass(frozen=True)
class Choice:
    """A multiple-choice item; `right`: the options its mark scheme calls so, none where it does not say."""

    question_id: UUID
    mark_scheme: Any

    @property
    def right(self) -> list[str]:
        return sorted(right_options(self.mark_scheme))


class MarkEntered(Event):
    """A mark was given to an item of a script, or changed; `subject_id` is the script."""


class ChoicesMarked(Event):
    """The machine marked multiple-choice answers of a batch; `facts` has how many."""


class ClaimHandedBack(Event):
    """A marker gave an answer back unmarked."""


def right_options(mark_scheme: Any) -> frozenset[str]:
    """The options that earn the marks: `{"correct": "B"}`, or a list; else what points with marks accept."""
    scheme = mark_scheme if isinstance(mark_scheme, dict) else {"points": mark_scheme}
    correct = scheme.get("correct")
    named = (
        correct if isinstance(correct, list) else [correct] if correct else _accepted(scheme.get("points"))
    )
    return frozenset(str(option).strip() for option in named)


def _accepted(points: Any) -> list[Any]:
    points = [p for p in points if isinstance(p, dict)] if isinstance(points, list) else []
    lists = [p.get("accept") for p in points if p.get("marks", 1)]
    return [option for accept in lists if isinstance(accept, list) for option in accept]
