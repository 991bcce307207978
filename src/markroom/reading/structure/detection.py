"""Reads a paper: pages → lines → labels and marks → tree → boundaries, areas, doubts."""

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

from markroom.reading import pdf
from markroom.reading.structure.allocation import allocate
from markroom.reading.structure.areas import Answering, Area, AreaFinder, answered_nodes
from markroom.reading.structure.confidence import find_doubts, marks_are_usual, rate
from markroom.reading.structure.drawings import DPI, find_drawings
from markroom.reading.structure.fields import Field, find_fields
from markroom.reading.structure.labels import read_labels
from markroom.reading.structure.legibility import find_unreadable
from markroom.reading.structure.lines import Line, read_lines
from markroom.reading.structure.marks import read_marks, read_paper_total, says_one_mark_each
from markroom.reading.structure.model import Boundary, Bounds, Detection, Question, ResponseArea
from markroom.reading.structure.page import Box, Page
from markroom.reading.structure.tree import Node, Reader

Progress = Callable[[int, int], None]
CHOICE_OF_QUESTIONS = re.compile(
    r"answer\s+(?:any\s+)?(?:one|two|three|four|five|six|\d)\s+(?:question|of|out|from)|answer either", re.IGNORECASE
)


def detect(data: bytes, on_page: Progress | None = None) -> Detection:
    """Propose questions, marks, boundaries and response areas of a paper. Raises pdf.Unreadable.

    The same bytes give the same answer, ids included. `on_page` is told pages done and pages in all.
    """
    return structure(list(read_pages(data, on_page)), sha256(data).hexdigest())


def read_pages(data: bytes, on_page: Progress | None = None) -> Iterator[Page]:
    with pdf.open_pdf(data) as document:
        for number in range(1, len(document) + 1):
            page = pdf.load_page(document, number)
            width, height = (points * pdf.MM_PER_POINT for points in page.get_size())
            drawn = find_drawings(pdf.render_page(page, DPI))
            words = tuple(pdf.read_words(page))
            page.close()
            yield Page(number, width, height, words, drawn.rules, drawn.boxes, drawn.blanks, drawn.ink)
            if on_page is not None:
                on_page(number, len(document))


def structure(pages: Sequence[Page], seed: str = "") -> Detection:
    """The structure of pages already read, whatever read them; `seed` makes the ids."""
    readable, doubts = find_unreadable(pages)
    lines = read_lines(readable)
    marks = read_marks(lines)
    nodes = Reader(lines, read_labels(lines), marks).read()
    allocate(nodes, marks, says_one_mark_each(lines))
    finder = AreaFinder(readable, lines)
    answers = [(owner, part, finder.find(part)) for owner, part in answered_nodes(nodes)]
    total = read_paper_total(lines)
    doubts += find_doubts(nodes, total, any(CHOICE_OF_QUESTIONS.search(line.text) for line in lines))
    if not nodes and len(doubts) == 0:
        doubts.append("No questions were found.")
    return _Proposal(seed, nodes, answers).make(pages, lines, total, doubts)


class _Proposal:
    """Turns what was found into rows with ids and confidences."""

    def __init__(self, seed: str, nodes: Sequence[Node], answers: Sequence[tuple[Node, Node, Answering]]) -> None:
        self.seed, self.nodes, self.answers = seed, nodes, answers
        self.answering = {part.path: answering for _, part, answering in answers}
        self.usual = marks_are_usual(nodes)

    def make(
        self, pages: Sequence[Page], lines: Sequence[Line], total: int | None, doubts: Sequence[str]
    ) -> Detection:
        rows = [row for node in self.nodes for row in self._rows(node, None, 1.0)]
        questions = [question for question, _ in rows]
        numbered = [Question(**{**_fields(q), "order": order}) for order, q in enumerate(questions)]
        first = (self.nodes[0].label.page, self.nodes[0].label.line) if self.nodes else (1, len(lines))
        areas = [*self._fields(find_fields(pages, lines, first)), *self._areas()]
        return Detection(
            len(pages), total, tuple(numbered), tuple(areas),
            tuple(self._boundary(question, node) for question, node in rows), tuple(doubts),
        )  # fmt: skip

    def _id(self, *parts: object) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join([self.seed, *map(str, parts)])))

    def _rows(self, node: Node, parent: str | None, above: float) -> Iterator[tuple[Question, Node]]:
        confidence = rate(node, self.usual, above)
        answering = self.answering.get(node.path)
        yield Question(
            id=self._id("question", node.path),
            parent_id=parent,
            label=node.label.text if parent else node.path,
            path=node.path,
            order=0,
            max_marks=node.marks,
            answer_type=answering.answer_type if answering else None,
            mcq_options=answering.options or None if answering else None,
            is_container=bool(node.parts),
            confidence=confidence,
        ), node
        for part in node.parts:
            yield from self._rows(part, self._id("question", node.path), confidence)

    def _boundary(self, question: Question, node: Node) -> Boundary:
        label = node.label
        bounds = _bounds(Box(label.x0, label.y0, label.x1, label.y1))
        id_ = self._id("boundary", question.path)
        return Boundary(id_, question.id, question.path, label.page, label.y0, bounds, question.confidence)

    def _areas(self) -> Iterator[ResponseArea]:
        for owner, part, answering in self.answers:
            for index, area in enumerate(answering.areas):
                id_ = self._id("area", part.path, index)
                owner_id = self._id("question", owner.path)
                yield ResponseArea(
                    id_, owner_id, area.page, _bounds(area.box), area.kind, _form(area), area.confidence
                )

    def _fields(self, fields: Sequence[Field]) -> Iterator[ResponseArea]:
        for index, field in enumerate(fields):
            form = {"field": field.purpose} | ({"cells": field.cells} if field.cells else {})
            id_ = self._id("field", field.purpose, index)
            yield ResponseArea(id_, None, field.page, _bounds(field.box), field.kind, form, 0.8)


def _fields(question: Question) -> dict[str, object]:
    return {name: getattr(question, name) for name in Question.__dataclass_fields__}


def _form(area: Area) -> dict[str, object] | None:
    if not area.options:
        return None
    bounds = ((option.label, option.box) for option in area.options)
    return {"options": [{"label": label, "bounds": vars_of(box)} for label, box in bounds]}


def vars_of(box: Box) -> dict[str, float]:
    bounds = _bounds(box)
    return {"x": bounds.x, "y": bounds.y, "w": bounds.w, "h": bounds.h}


def _bounds(box: Box) -> Bounds:
    x0, y0 = min(max(box.x0, 0.0), 1.0), min(max(box.y0, 0.0), 1.0)
    return Bounds(x0, y0, min(box.x1, 1.0) - x0, min(box.y1, 1.0) - y0)
