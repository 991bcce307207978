"""Gives printed marks to the questions they belong to."""

from collections.abc import Sequence

from markroom.reading.structure.marks import Mark
from markroom.reading.structure.tree import Node


def allocate(nodes: Sequence[Node], marks: Sequence[Mark], one_each: bool) -> None:
    """Sets marks on nodes: beside a label or behind its text, as a total, or shared by parts."""
    by_number = {node.label.value: node for node in nodes}
    printed: dict[str, list[Mark]] = {}
    for mark in marks:
        place = (mark.line, mark.x)
        node = _at(nodes, place)
        if mark.question is not None and (node is None or node.label.value != mark.question):
            node = by_number.get(mark.question)
        if node is None:
            continue
        if mark.is_total or _sums_up(mark, node, printed.setdefault(node.path, [])):
            _set_total(node if node.depth == 1 else _root(nodes, place), mark.value)
        else:
            _add(_owner(node, place), mark.value)
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


def _root(nodes: Sequence[Node], place: tuple[int, float]) -> Node | None:
    return _at(nodes, place)


def _owner(node: Node, place: tuple[int, float]) -> Node:
    """The innermost part begun before the place."""
    inner = _at(node.parts, place)
    return _owner(inner, place) if inner else node


def _add(node: Node, value: int) -> None:
    node.marks = value if node.marks is None else node.marks + value
    node.marks_from = "own"


def _set_total(node: Node | None, value: int) -> None:
    if node is not None:
        node.marks, node.marks_from = value, "total"


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
