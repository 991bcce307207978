"""Gives printed marks to the questions they belong to."""

from collections.abc import Iterable, Sequence

from markroom.reading.structure.marks import Mark
from markroom.reading.structure.tree import Node

HEADED = 0.04  # of the page's width between a label and the marks of its heading


def allocate(
    nodes: Sequence[Node], marks: Sequence[Mark], one_each: bool, of_each: Iterable[tuple[Node, int]] = ()
) -> None:
    """Sets marks on nodes: beside a label or behind its text, as a total, or shared by parts.

    `one_each`: every answer has one; `of_each`: questions and what they are said to have.
    """
    by_number = {node.label.value: node for node in nodes}
    printed: dict[str, list[Mark]] = {}
    own: dict[int, tuple[Node, list[Mark]]] = {}
    totals: list[tuple[Node, int]] = []
    for mark in marks:
        place = (mark.line, mark.x)
        node = _at(nodes, place)
        if mark.question is not None and (node is None or node.label.value != mark.question):
            node = by_number.get(mark.question)
        if node is None:
            continue
        if mark.is_total or _sums_up(mark, node, printed.setdefault(node.path, [])):
            totals.append((node, mark.value))
        else:
            owner = _owner(node, place)
            own.setdefault(id(owner), (owner, []))[1].append(mark)
    for owner, printed_in in own.values():
        owner.marks, owner.marks_from = _sum(owner, printed_in), "own"
    for node, total in totals:
        node.marks, node.marks_from = total, "total"
    for node, value in of_each:
        if all(part.marks is None for part in node.walk()):
            node.marks, node.marks_from = value, "rule"
    for node in nodes:
        _share(node)
        if one_each and node.marks is None and not node.parts:
            node.marks, node.marks_from = 1, "rule"


def _sums_up(mark: Mark, node: Node, before: list[Mark]) -> bool:
    """In another bracket than the question's marks so far and their sum: `(3)`, `(2)`, `[5]`."""
    sums_up = len(before) > 1 and all(mark.form != other.form for other in before)
    sums_up = sums_up and bool(node.parts) and sum(other.value for other in before) == mark.value
    before.append(mark)
    return sums_up


def _at(nodes: Sequence[Node], place: tuple[int, float]) -> Node | None:
    return next((node for node in nodes if node.start <= place < node.end), None)


def _owner(node: Node, place: tuple[int, float]) -> Node:
    """The innermost part begun before the place."""
    inner = _at(node.parts, place)
    return _owner(inner, place) if inner else node


def _sum(node: Node, marks: Sequence[Mark]) -> int:
    """What is printed in a question, but not over again what its heading says: `Question 4 [13 marks]`."""
    label, first, below = node.label, marks[0], sum(mark.value for mark in marks[1:])
    close = first.x - label.x1 < HEADED or label.style == "Q"
    if first.line == label.line and close and not node.parts and below <= first.value:
        return first.value
    return first.value + below


def _share(node: Node) -> None:
    """Marks printed only behind the last of several parts are shared by all of them."""
    for part in node.parts:
        _share(part)
    leaves = [part for part in node.parts if not part.parts]
    if len(node.parts) < 2 or len(leaves) != len(node.parts) or node.marks_from == "own":
        return
    *others, last = leaves
    if last.marks is not None and all(part.marks is None for part in others):
        if node.marks is None:
            node.marks, node.marks_from = last.marks, "shared"
            last.marks, last.marks_from = None, ""
        elif node.marks == last.marks:
            last.marks, last.marks_from = None, ""
