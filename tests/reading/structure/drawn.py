"""Papers drawn for the tests."""

import io
from collections.abc import Iterable

from reportlab.pdfgen.canvas import Canvas

from markroom.reading.structure import Detection, ResponseArea, detect

WIDTH, HEIGHT = 595.28, 841.89  # A4 in points
LABEL, PART, SUBPART, TEXT, MARK = 50, 75, 100, 130, 500  # where they begin


class Paper:
    """A canvas whose y grows downward in points."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, pagesize=(WIDTH, HEIGHT), invariant=True)
        self._canvas.setFont("Helvetica", 11)

    def text(self, x: float, y: float, text: str, font: str = "Helvetica", size: float = 11) -> "Paper":
        self._canvas.setFont(font, size)
        self._canvas.drawString(x, HEIGHT - y, text)
        return self

    def rule(self, x: float, y: float, to: float, dotted: bool = False) -> "Paper":
        self._canvas.setLineWidth(0.6)
        self._canvas.setDash(*([0.6, 1.8] if dotted else []))
        self._canvas.line(x, HEIGHT - y, to, HEIGHT - y)
        self._canvas.setDash()
        return self

    def box(self, x: float, y: float, width: float, height: float) -> "Paper":
        self._canvas.setLineWidth(0.8)
        self._canvas.rect(x, HEIGHT - y - height, width, height)
        return self

    def page(self) -> "Paper":
        self._canvas.showPage()
        return self

    def pdf(self) -> bytes:
        self._canvas.save()
        return self._out.getvalue()


def cover(paper: Paper, total: int) -> Paper:
    paper.text(50, 100, "Certificate in Drawing").text(50, 160, f"The total mark for this paper is {total}.")
    return paper.text(50, 180, "Answer all questions.").page()


def ask(
    paper: Paper, y: float, labels: Iterable[tuple[float, str]], text: str, mark: str | None = None
) -> Paper:
    """A question with its labels, a line of text, its mark and two lines to answer on; 90 points high."""
    for x, label in labels:
        paper.text(x, y, label)
    paper.text(TEXT, y, text)
    if mark:
        paper.text(MARK, y + 16, mark)
    return paper.rule(TEXT, y + 45, 540).rule(TEXT, y + 70, 540)


def areas_of(found: Detection, path: str) -> list[ResponseArea]:
    question = next(question for question in found.questions if question.path == path)
    return [area for area in found.response_areas if area.question_id == question.id]


def two(paper: Paper) -> Detection:
    """The paper's first question followed by a second one at 600 points."""
    return detect(ask(paper, 600, [(LABEL, "2")], "Explain what a house is.", "[2]").page().pdf())
