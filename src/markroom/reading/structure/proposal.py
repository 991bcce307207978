"""Turns what was found into the rows of a template, with ids and confidences."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from markroom.reading.geometry import Bounds
from markroom.reading.structure import model
from markroom.reading.structure.areas import Answering, Area
from markroom.reading.structure.confidence import Rating
from markroom.reading.structure.fields import Field, find_fields
from markroom.reading.structure.lines import Line
from markroom.reading.structure.model import Boundary, Detection, Question, ResponseArea
from markroom.reading.structure.page import Box, Page
from markroom.reading.structure.rubric import Choice, Rubric
from markroom.reading.structure.tree import Node

Answered = tuple[Node, Node, Answering]  # whose area it is, the part it is found in, how it is answered


class Proposal:
    """`seed` makes the ids: the same paper gives the same ones."""

    def __init__(
        self,
        seed: str,
        nodes: Sequence[Node],
        answers: Sequence[Answered],
        rating: Rating,
        rubric: Rubric,
    ) -> None:
        self.seed, self.nodes, self.answers, self.rating = seed, nodes, answers, rating
        self.rubric = rubric
        self._ids: dict[str, str] = {}
        self.answering = {part.path: answering for _, part, answering in answers}

    def make(
        self, pages: Sequence[Page], lines: Sequence[Line], total: int | None, doubts: Sequence[str]
    ) -> Detection:
        rows = [row for node in self.nodes for row in self._rows(node, None)]
        questions = tuple(replace(question, order=order) for order, (question, _) in enumerate(rows))
        first = (self.nodes[0].label.page, self.nodes[0].label.line) if self.nodes else (1, len(lines))
        areas = [*self._fields(find_fields(pages, lines, first)), *self._areas()]
        return Detection(
            len(pages), total, questions, tuple(areas),
            tuple(self._boundary(question, node) for question, node in rows), tuple(doubts),
            tuple(self._choice(choice) for choice in self.rubric.choices),
        )  # fmt: skip

    def _id(self, *parts: object) -> str:
        name = "/".join(map(str, parts))
        if name not in self._ids:
            self._ids[name] = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.seed}/{name}"))
        return self._ids[name]

    def _rows(self, node: Node, parent: str | None) -> Iterator[tuple[Question, Node]]:
        answering = self.answering.get(node.path)
        yield (
            Question(
                id=self._id("question", node.path),
                parent_id=parent,
                label=node.label.text,
                path=node.path,
                order=0,
                max_marks=node.marks,
                answer_type=answering.answer_type if answering else None,
                mcq_options=answering.options or None if answering else None,
                is_container=bool(node.parts),
                confidence=self.rating.rate(node),
            ),
            node,
        )
        for part in node.parts:
            yield from self._rows(part, self._id("question", node.path))

    def _boundary(self, question: Question, node: Node) -> Boundary:
        label = node.label
        bounds = _bounds(Box(label.x0, label.y0, label.x1, label.y1))
        id_ = self._id("boundary", question.path)
        return Boundary(id_, question.id, question.path, label.page, label.y0, bounds, question.confidence)

    def _choice(self, choice: Choice) -> model.Choice:
        ids = tuple(self._id("question", node.path) for node in choice.questions)
        return model.Choice(ids, choice.count)

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
            yield ResponseArea(id_, None, field.page, _bounds(field.box), field.kind, form, field.confidence)


def _form(area: Area) -> dict[str, object] | None:
    if not area.options:
        return None
    bounds = ((option.label, option.box) for option in area.options)
    return {"options": [{"label": label, "bounds": asdict(_bounds(box))} for label, box in bounds]}


def _bounds(box: Box) -> Bounds:
    x0, y0 = min(max(box.x0, 0.0), 1.0), min(max(box.y0, 0.0), 1.0)
    return Bounds(x0, y0, min(box.x1, 1.0) - x0, min(box.y1, 1.0) - y0)
