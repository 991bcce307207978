"""The words of results: what a script got, how a question went, and giving results out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from markroom.institutes.model import STAFF
from markroom.kit.actor import Permission
from markroom.kit.errors import Forbidden
from markroom.kit.events import Event
from markroom.results.statistics import Distribution, describe_totals, measure_alpha, measure_facility

CellState = Literal["awarded", "not_attempted", "query", "unmarked", "missing"]


class NotReleaser(Forbidden):
    """Only the person who made this batch, or a head of the school, can release its results."""


RESULTS_RELEASE = Permission(
    "results.release",
    STAFF,
    NotReleaser,
    meaning="Release and withdraw the results of a batch, close and reopen it: its maker and heads",
)


class ResultsReleased(Event):
    """The results of a batch were given out; `facts` has embargo_until."""


class ResultsWithdrawn(Event):
    """The results of a batch were taken back."""


@dataclass(frozen=True)
class Item:
    question_id: str
    path: str
    max_marks: int


@dataclass(frozen=True)
class Container:
    """A question with parts; `item_ids` are the items below it."""

    question_id: str
    path: str
    max_marks: int | None
    item_ids: list[str]


@dataclass(frozen=True)
class Cell:
    """What one script has for one item; `missing`: its pages are not in. Awarded, not attempted count."""

    marks: float | None
    state: CellState

    @property
    def counted(self) -> float | None:
        """The marks that count: not attempted earns 0; None where nothing is decided."""
        return {"awarded": self.marks, "not_attempted": 0.0}.get(self.state)


@dataclass(frozen=True)
class SatScript:
    """A script with its cells by item; items without a cell are missing."""

    script_id: str
    script_number: int
    name: str | None
    number: str | None
    state: str
    cells: dict[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """The marks of one batch as they stand."""

    items: list[Item]
    containers: list[Container]
    scripts: list[SatScript]

    @property
    def max_total(self) -> int:
        return sum(item.max_marks for item in self.items)


@dataclass(frozen=True)
class ScriptResult:
    script: SatScript
    total: float | None
    by_item: dict[str, Cell]
    by_container: dict[str, float | None]
    is_final: bool  # every item of it is awarded or not attempted


@dataclass(frozen=True)
class ItemResult:
    item: Item
    mean: float | None
    facility: float | None
    states: dict[CellState, int]


@dataclass(frozen=True)
class Results:
    sheet: Sheet
    scripts: list[ScriptResult]
    items: list[ItemResult]
    totals: Distribution  # of the final scripts
    alpha: float | None


@dataclass(frozen=True)
class Release:
    id: UUID
    released_at: datetime
    embargo_until: datetime | None


MISSING = Cell(None, "missing")


def add_up(sheet: Sheet) -> Results:
    """Totals by script and container, and how each item went; None where no mark is given yet."""
    scripts = [_add_script(sheet, script) for script in sheet.scripts]
    present = [result for result in scripts if result.script.state != "absent"]
    final = [result for result in present if result.is_final]
    rows = [[result.by_item[item.question_id].counted for item in sheet.items] for result in present]
    totals = describe_totals([result.total for result in final if result.total is not None], sheet.max_total)
    return Results(
        sheet, scripts, [_add_item(item, present) for item in sheet.items], totals, measure_alpha(rows)
    )


def _add_script(sheet: Sheet, script: SatScript) -> ScriptResult:
    cells = {item.question_id: script.cells.get(item.question_id, MISSING) for item in sheet.items}
    by_container = {c.question_id: _sum([cells[i] for i in c.item_ids]) for c in sheet.containers}
    is_final = all(cell.counted is not None for cell in cells.values())
    return ScriptResult(script, _sum(list(cells.values())), cells, by_container, is_final)


def _sum(cells: list[Cell]) -> float | None:
    counted = [cell.counted for cell in cells if cell.counted is not None]
    return sum(counted) if counted else None


def _add_item(item: Item, present: list[ScriptResult]) -> ItemResult:
    cells = [result.by_item[item.question_id] for result in present]
    marks = [cell.counted for cell in cells]
    states: dict[CellState, int] = {}
    for cell in cells:
        states[cell.state] = states.get(cell.state, 0) + 1
    facility = measure_facility(marks, item.max_marks)
    return ItemResult(item, None if facility is None else facility * item.max_marks, facility, states)


def read_sheet(document: dict[str, Any]) -> Sheet:
    """A sheet from the JSON the database makes of it."""
    return Sheet(
        [Item(**item) for item in document["items"]],
        [Container(**container) for container in document["containers"]],
        [
            SatScript(**{**s, "cells": {q: Cell(*cell) for q, cell in s["cells"].items()}})
            for s in document["scripts"]
        ],
    )
