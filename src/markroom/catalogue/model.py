"""The words of the boards' exams."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from markroom.institutes.model import STAFF
from markroom.kit.actor import Permission
from markroom.kit.errors import Conflict, Invalid

NAMESPACE = uuid5(NAMESPACE_URL, "markroom:catalogue")


def make_id(*key: str) -> UUID:
    """The id that follows from a row's kind and the boards' own codes, the same on every server."""
    return uuid5(NAMESPACE, "\0".join(part.strip().casefold() for part in key))


@dataclass(frozen=True)
class Board:
    id: UUID
    code: str
    name: str


@dataclass(frozen=True)
class Specification:
    id: UUID
    code: str
    title: str
    subject: str
    board: str
    qualification: str
    first_exam_year: int | None
    last_exam_year: int | None


@dataclass(frozen=True)
class Paper:
    """`weight`: per cent of the qualification. What a board's document leaves open is None."""

    id: UUID
    code: str
    title: str
    tier: str | None
    minutes: int | None
    marks: int | None
    weight: float | None
    specification_id: UUID
    specification: str
    subject: str
    board: str
    qualification: str


@dataclass(frozen=True)
class Objective:
    """An assessment objective; its share of the qualification lies between the two weights, in per cent."""

    id: UUID
    specification_id: UUID
    code: str
    description: str
    weight_from: float | None
    weight_to: float | None


@dataclass(frozen=True)
class SpecPoint:
    id: UUID
    specification_id: UUID
    parent_id: UUID | None
    ref: str
    title: str


@dataclass(frozen=True)
class Reference:
    """What a question can refer to: a spec point or an assessment objective, by its code."""

    value: str
    label: str


def split_refs(spec_ref: str | None) -> list[str]:
    """The references of a question: `4.1.2, AO2` names two."""
    return [part for each in (spec_ref or "").split(",") if (part := each.strip())]


READ = Permission("catalogue.read", STAFF, meaning="Look up boards, papers and spec points")


class ExamMismatch(Invalid):
    """This code is not that of the exam."""


class CatalogueInvalid(Invalid):
    """The catalogue's files have mistakes. Nothing was loaded."""


class CatalogueVersionTaken(Conflict):
    """A catalogue of this version was loaded with other content. Choose another version."""
