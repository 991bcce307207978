"""Reads a paper: pages → lines → labels and marks → tree → boundaries, areas, doubts."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from markroom.reading.structure import legibility
from markroom.reading.structure.allocation import allocate
from markroom.reading.structure.answer_doubts import find_answer_doubts, find_double_labels
from markroom.reading.structure.areas import AreaFinder
from markroom.reading.structure.confidence import Rating, find_doubts
from markroom.reading.structure.intake import GoOn, Intake, PagesRead, Progress
from markroom.reading.structure.labels import read_labels
from markroom.reading.structure.lines import Line, read_lines
from markroom.reading.structure.marks import read_marks
from markroom.reading.structure.model import Detection
from markroom.reading.structure.page import Page
from markroom.reading.structure.proposal import Proposal
from markroom.reading.structure.rubric import Rubric, read_rubric
from markroom.reading.structure.stems import follow_stems
from markroom.reading.structure.tilt import lay_back
from markroom.reading.structure.totals import read_marks_of_each, read_paper_total, says_one_mark_each
from markroom.reading.structure.tree import Node, Reader


def detect(
    data: bytes,
    on_page: Progress | None = None,
    go_on: GoOn | None = None,
    on_pages: PagesRead | None = None,
) -> Detection:
    """Propose questions, marks, boundaries and response areas of a paper: a PDF, PNG, JPEG or TIFF.

    The same bytes give the same answer, ids included. `on_page` is told pages done and pages in all;
    `go_on` is asked before each page without usable text, whose words must be recognised (seconds a page,
    not milliseconds); when it says no, the rest of them stay unread and are told. `on_pages` is shown the
    pages as they come, for `structure_so_far`. Raises pdf.Unreadable.
    """
    return structure(Intake(on_page, go_on, on_pages).read(data), make_seed(data))


def make_seed(data: bytes) -> str:
    """What makes the ids of a paper."""
    return sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """A paper's questions before they are put into rows."""

    lines: list[Line]
    nodes: list[Node]
    total: int | None  # printed for the paper
    rubric: Rubric


def structure(pages: Sequence[Page], seed: str = "") -> Detection:
    """The structure of pages already read, whatever read them; `seed` makes the ids."""
    reading = read_questions(pages)
    finder = AreaFinder(pages, reading.lines)
    answers = finder.find_all(reading.nodes)
    follow_stems(reading.nodes, reading.lines, answers)
    asked = {area.page for _, _, how in answers for area in how.areas}
    doubts = [*legibility.find_doubts(pages, asked)]
    doubts += find_doubts(reading.nodes, reading.total, reading.rubric)
    doubts += find_double_labels(reading.nodes, reading.lines)
    doubts += find_answer_doubts(pages, reading.lines, answers, finder.spaces)
    if not reading.nodes and len(doubts) == 0:
        doubts.append("No questions were found.")
    rating = Rating(reading.nodes, reading.total, reading.rubric)
    proposal = Proposal(seed, reading.nodes, answers, rating, reading.rubric)
    return lay_back(proposal.make(pages, reading.lines, reading.total, doubts), pages)


def structure_so_far(pages: Sequence[Page], seed: str = "") -> tuple[Detection, list[int]]:
    """The structure of pages while others are being read, and which pages it rests on.

    Those whose words are yet to be recognised count as empty. Ids are those of the whole wherever a label
    stays what it is; marks, confidences and doubts may be others when all is read.
    """
    waiting = set(legibility.find_illegible([page for page in pages if not page.read]))
    shown = [
        Page(page.number, page.width_mm, page.height_mm, ()) if page.number in waiting else page
        for page in pages
    ]
    return structure(shown, seed), [page.number for page in pages if page.number not in waiting]


def read_questions(pages: Sequence[Page]) -> Reading:
    """The tree of questions with their marks."""
    lines = read_lines(pages)
    marks = read_marks(lines)
    nodes = Reader(lines, read_labels(lines), marks).read()
    first = nodes[0].label.line if nodes else len(lines)
    total = read_paper_total(lines, first)
    one_each = says_one_mark_each(lines) or (not marks and len(nodes) == total)
    allocate(nodes, marks, one_each, read_marks_of_each(lines, nodes))
    return Reading(lines, nodes, total, read_rubric(lines, nodes))
