"""Reads a paper: pages → lines → labels and marks → tree → boundaries, areas, doubts."""

import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

from markroom.reading import pdf
from markroom.reading.structure.allocation import allocate
from markroom.reading.structure.areas import AreaFinder, answered_nodes
from markroom.reading.structure.confidence import find_doubts
from markroom.reading.structure.drawings import DPI, find_drawings
from markroom.reading.structure.labels import read_labels
from markroom.reading.structure.legibility import find_unreadable
from markroom.reading.structure.lines import read_lines
from markroom.reading.structure.marks import read_marks, read_paper_total, says_one_mark_each
from markroom.reading.structure.model import Detection
from markroom.reading.structure.page import Page
from markroom.reading.structure.proposal import Proposal
from markroom.reading.structure.tree import Reader

Progress = Callable[[int, int], None]
CHOICE_OF_QUESTIONS = re.compile(
    r"answer\s+(?:any\s+)?(?:one|two|three|four|five|six|\d)\s+(?:question|of|out|from)|answer either",
    re.IGNORECASE,
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
    total = read_paper_total(lines)
    allocate(nodes, marks, says_one_mark_each(lines) or (not marks and len(nodes) == total))
    finder = AreaFinder(readable, lines)
    answers = [(owner, part, finder.find(part)) for owner, part in answered_nodes(nodes)]
    doubts += find_doubts(nodes, total, any(CHOICE_OF_QUESTIONS.search(line.text) for line in lines))
    if not nodes and len(doubts) == 0:
        doubts.append("No questions were found.")
    return Proposal(seed, nodes, answers).make(pages, lines, total, doubts)
