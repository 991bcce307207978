"""Reads a paper: pages → lines → labels and marks → tree → boundaries, areas, warnings."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

from markroom.reading import pdf
from markroom.reading.structure.allocation import allocate
from markroom.reading.structure.labels import read_labels
from markroom.reading.structure.lines import read_lines
from markroom.reading.structure.marks import read_marks, read_paper_total, says_one_mark_each
from markroom.reading.structure.model import Boundary, Bounds, Detection, Question
from markroom.reading.structure.page import Page
from markroom.reading.structure.tree import Node, Reader

Progress = Callable[[int, int], None]


def detect(data: bytes, on_page: Progress | None = None) -> Detection:
    """Propose questions, marks, boundaries and response areas of a paper. Raises pdf.Unreadable.

    The same bytes give the same answer, ids included. `on_page` is told pages done and pages in all.
    """
    pages = list(read_pages(data, on_page))
    return structure(pages, sha256(data).hexdigest())


def read_pages(data: bytes, on_page: Progress | None = None) -> Iterator[Page]:
    with pdf.open_pdf(data) as document:
        for number in range(1, len(document) + 1):
            page = pdf.load_page(document, number)
            width, height = page.get_size()
            yield Page(
                number, width * pdf.MM_PER_POINT, height * pdf.MM_PER_POINT, tuple(pdf.read_words(page))
            )
            page.close()
            if on_page is not None:
                on_page(number, len(document))


def structure(pages: Sequence[Page], seed: str = "") -> Detection:
    """The structure of pages already read, whatever read them; `seed` makes the ids."""
    lines = read_lines(pages)
    marks = read_marks(lines)
    nodes = Reader(lines, read_labels(lines), marks).read()
    allocate(nodes, marks, says_one_mark_each(lines))
    questions = list(_questions(nodes, seed))
    return Detection(
        page_count=len(pages),
        total_marks=read_paper_total(lines),
        questions=tuple(question for question, _ in questions),
        response_areas=(),
        boundaries=tuple(_boundary(question, node, seed) for question, node in questions),
        warnings=(),
    )


def make_id(seed: str, *parts: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join([seed, *map(str, parts)])))


def _questions(nodes: Sequence[Node], seed: str) -> Iterator[tuple[Question, Node]]:
    order = 0

    def add(node: Node, parent: str | None) -> Iterator[tuple[Question, Node]]:
        nonlocal order
        id_ = make_id(seed, "question", node.path)
        label = node.path if parent is None else node.label.text
        yield Question(
            id_, parent, label, node.path, order, node.marks, None, None, bool(node.parts), 0.9
        ), node  # fmt: skip
        order += 1
        for part in node.parts:
            yield from add(part, id_)

    for node in nodes:
        yield from add(node, None)


def _boundary(question: Question, node: Node, seed: str) -> Boundary:
    label = node.label
    bounds = Bounds(label.x0, label.y0, label.x1 - label.x0, label.y1 - label.y0)
    id_ = make_id(seed, "boundary", question.path)
    return Boundary(id_, question.id, question.path, label.page, label.y0, bounds, 0.9)
