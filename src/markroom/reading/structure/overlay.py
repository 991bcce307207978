"""The paper with what was found drawn over it."""

import io

from pikepdf import Page as PdfPage
from pikepdf import Pdf, Rectangle
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from markroom.reading import pdf
from markroom.reading.geometry import Bounds
from markroom.reading.structure.model import Detection

BOUNDARY = Color(0.8, 0.1, 0.1)
COLOURS = {"answer": Color(0.1, 0.5, 0.2), "mcq": Color(0.1, 0.3, 0.8)}
FIELD = Color(0.6, 0.3, 0.6)


def draw(data: bytes, detection: Detection) -> bytes:
    """The same pages. Cuts red, answers green, choices blue, fields purple. Raises pdf.Unreadable."""
    facts = pdf.inspect(data)
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(data)) as paper, Pdf.open(io.BytesIO(_sheets(facts, detection))) as sheets:
        for page, sheet in zip(paper.pages, sheets.pages, strict=True):
            _lay_over(page, sheet)
        paper.save(out)
    return out.getvalue()


def _lay_over(page: PdfPage, sheet: PdfPage) -> None:
    page.add_overlay(sheet, Rectangle(page.cropbox))


def _sheets(facts: pdf.PdfFacts, detection: Detection) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    for number, (width_mm, height_mm) in enumerate(facts.page_sizes_mm, start=1):
        sheet = _Sheet(canvas, width_mm / pdf.MM_PER_POINT, height_mm / pdf.MM_PER_POINT)
        sheet.show(number, detection)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Sheet:
    def __init__(self, canvas: Canvas, width: float, height: float) -> None:
        self.canvas, self.width, self.height = canvas, width, height
        canvas.setPageSize((width, height))
        canvas.setFont("Helvetica", 7)

    def show(self, number: int, detection: Detection) -> None:
        paths = {question.id: question for question in detection.questions}
        for area in (area for area in detection.response_areas if area.page == number):
            colour = COLOURS.get(area.kind, FIELD)
            question = paths.get(area.question_id or "")
            self._frame(area.bounds, colour, question.path if question else area.kind)
            for option in (area.response_form or {}).get("options", []):
                self._frame(Bounds(**option["bounds"]), colour, "")
        for boundary in (boundary for boundary in detection.boundaries if boundary.page == number):
            question = paths[boundary.question_id]
            marks = "" if question.max_marks is None else f" [{question.max_marks}]"
            self._cut(boundary.y, boundary.bounds, f"{question.path}{marks} {question.confidence:.0%}")

    def _frame(self, bounds: Bounds, colour: Color, text: str) -> None:
        self.canvas.setStrokeColor(colour)
        self.canvas.setFillColor(colour)
        top = self.height * (1 - bounds.y)
        self.canvas.rect(bounds.x * self.width, top - bounds.h * self.height, bounds.w * self.width,
                         bounds.h * self.height)  # fmt: skip
        self.canvas.drawRightString((bounds.x + bounds.w) * self.width - 2, top - 7, text)

    def _cut(self, y: float, label: Bounds | None, text: str) -> None:
        self.canvas.setStrokeColor(BOUNDARY)
        self.canvas.setFillColor(BOUNDARY)
        level = self.height * (1 - y)
        x = label.x * self.width if label else 0.0
        self.canvas.line(max(x - 12, 0), level + 1, self.width, level + 1)
        self.canvas.drawRightString(self.width - 2, level + 2, text)
