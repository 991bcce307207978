"""Draws exam pages in millimetres from the top left and keeps the truth of what was drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from markroom.operation.demo.mark_scheme import mark_scheme

WIDTH, HEIGHT = A4[0] / mm, A4[1] / mm
LEFT, RIGHT = 22.0, 186.0  # of the print area
INDENTS = {0: 22.0, 1: 30.0, 2: 38.0}  # of labels by depth
TEXT_INDENT = 8.0
LEADING = 5.6
LINE_STEP = 9.0  # between answer lines
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
SIZE = 11.0

_CAP = 0.73 * SIZE / mm  # height of a digit or bracket above its baseline
_NAMESPACE = uuid5(NAMESPACE_URL, "markroom demo paper")

Bounds = dict[str, float]


def bounds(x: float, y: float, w: float, h: float) -> Bounds:
    """Page fractions of a rectangle in mm."""
    return {
        "x": round(x / WIDTH, 5),
        "y": round(y / HEIGHT, 5),
        "w": round(w / WIDTH, 5),
        "h": round(h / HEIGHT, 5),
    }


def identify(kind: str, name: str) -> str:
    """The same UUID for the same thing in every run."""
    return str(uuid5(_NAMESPACE, f"{kind} {name}"))


@dataclass
class Truth:
    """What was drawn, in the shape a template takes."""

    questions: list[dict[str, Any]] = field(default_factory=list)
    response_areas: list[dict[str, Any]] = field(default_factory=list)
    boundaries: list[dict[str, Any]] = field(default_factory=list)


class ExamPages:
    """A paper being drawn; `y` is where the next line goes, moved on by everything that takes room."""

    def __init__(self, title: str, reference: str) -> None:
        self._file = BytesIO()
        self.canvas = Canvas(self._file, pagesize=A4, invariant=True, pageCompression=True)
        self.canvas.setTitle(title)
        self.reference = reference
        self.page, self.y = 1, 30.0
        self.truth = Truth()
        self._path = ""

    # ── pages ──

    def finish(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self._file.getvalue()

    def turn(self, *, numbered: bool = True) -> None:
        """Ends this page and begins the next one, with its number at the top and the reference below."""
        self.canvas.showPage()
        self.page, self.y = self.page + 1, 30.0
        if numbered:
            self.text(WIDTH / 2, 12, str(self.page), align="centre")
        self.text(WIDTH / 2, 288, self.reference, size=7, align="centre")

    # ── marks on paper ──

    def text(
        self, x: float, y: float, words: str, font: str = PLAIN, size: float = SIZE, align: str = "left"
    ) -> None:
        """One line with its baseline at y; x is its left end, right end or centre."""
        self.canvas.setFont(font, size)
        draw = {
            "left": self.canvas.drawString,
            "right": self.canvas.drawRightString,
            "centre": self.canvas.drawCentredString,
        }[align]
        draw(x * mm, (HEIGHT - y) * mm, words)

    def _text_with_powers(self, x: float, y: float, words: str) -> None:
        """Plain text in which ^ raises what follows."""
        line = self.canvas.beginText(x * mm, (HEIGHT - y) * mm)
        plain, _, power = words.partition("^")
        for part, size, rise in ((plain, SIZE, 0), (power, SIZE * 0.7, 4)):
            line.setFont(PLAIN, size)
            line.setRise(rise)
            line.textOut(part)
        line.setRise(0)  # it would outlive this text
        self.canvas.drawText(line)

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5, gray: float = 0.0) -> None:
        self.canvas.setLineWidth(width)
        self.canvas.setStrokeGray(gray)
        self.canvas.line(x0 * mm, (HEIGHT - y0) * mm, x1 * mm, (HEIGHT - y1) * mm)

    def box(
        self, x: float, y: float, w: float, h: float, width: float = 0.7, fill: float | None = None
    ) -> None:
        self.canvas.setLineWidth(width)
        self.canvas.setStrokeGray(0)
        if fill is not None:
            self.canvas.setFillGray(fill)
        self.canvas.rect(x * mm, (HEIGHT - y - h) * mm, w * mm, h * mm, stroke=1, fill=int(fill is not None))
        self.canvas.setFillGray(0)

    def paragraph(self, words: str, x: float = LEFT, right: float = RIGHT, font: str = PLAIN) -> None:
        """Wrapped lines; the last baseline stays where the marks may join it."""
        for line in simpleSplit(words, font, SIZE, (right - x) * mm):
            self.text(x, self.y, line, font)
            self.y += LEADING

    def gap(self, height: float) -> None:
        self.y += height

    # ── questions ──

    def question(
        self,
        path: str,
        words: str,
        marks: int | None = None,
        answer_type: str | None = None,
        *,
        total: int | None = None,
    ) -> None:
        """A label with its words and its marks, right-aligned on their own line; `total`: of a container."""
        label, parent, depth = _take_apart(path)
        x, top = INDENTS[depth], self.y
        self.text(x, top, label, BOLD)
        self._record(path, label, parent, top, total if marks is None else marks, answer_type, marks is None)
        self._path = path
        if words:
            self.paragraph(words, x + TEXT_INDENT)
        if marks is not None:
            self.text(RIGHT, self.y, f"[{marks} mark{'s' * (marks != 1)}]", BOLD, align="right")
            self.gap(LEADING)

    def container(self, path: str, words: str = "", total: int | None = None) -> None:
        """A question answered only in its parts; without words its first part stands on the same line."""
        self.question(path, words, total=total)
        self.gap(2 if words else 0)

    def _record(
        self,
        path: str,
        label: str,
        parent: str,
        baseline: float,
        marks: int | None,
        answer_type: str | None,
        is_container: bool,
    ) -> None:
        truth = self.truth
        truth.questions.append(
            {
                "id": identify("question", path),
                "parent_id": identify("question", parent) if parent else None,
                "label": label,
                "path": path,
                "order": len(truth.questions),
                "max_marks": marks,
                "answer_type": answer_type,
                "mcq_options": ["A", "B", "C", "D"] if answer_type == "mcq" else None,
                "mark_scheme": mark_scheme(path),
                "is_container": is_container,
                "source": "manual",
                "confirmed": True,
            }
        )
        truth.boundaries.append(
            {
                "id": identify("boundary", path),
                "question_id": identify("question", path),
                "label": path,
                "page": self.page,
                "y": round((baseline - _CAP) / HEIGHT, 5),
                "source": "manual",
                "confirmed": True,
            }
        )

    def total(self, path: str, marks: int) -> None:
        self.text(RIGHT, self.y, f"(Total for Question {path} is {marks} marks)", BOLD, align="right")
        self.gap(LEADING * 2)

    # ── where pupils write ──

    def area(
        self, x: float, y: float, w: float, h: float, kind: str = "answer", form: dict[str, Any] | None = None
    ) -> None:
        """Records a response area (mm) of the question drawn last."""
        on_cover = kind in {"name", "candidate_number"}
        self.truth.response_areas.append(
            {
                "id": identify("area", f"{kind} {self.page} {x} {y}"),
                "question_id": None if on_cover else identify("question", self._path),
                "page": self.page,
                "bounds": bounds(x, y, w, h),
                "kind": kind,
                "response_form": form,
                "source": "manual",
                "confirmed": True,
            }
        )

    def answer_lines(self, count: int, x: float = 38.0) -> None:
        """Ruled lines across the page."""
        top = self.y - LEADING / 2
        for _ in range(count):
            self.y += LINE_STEP
            self.line(x, self.y, RIGHT, self.y, 0.4, 0.45)
        self.area(x, top, RIGHT - x, self.y - top + 1.5, form={"lines": count})
        self.gap(LINE_STEP + 3)

    def working(self, height: float, unit: str = "", x: float = 38.0) -> None:
        """Room for working with an answer line and its unit at the lower right."""
        top = self.y - LEADING / 2
        self.y += height
        end = RIGHT - stringWidth(unit, PLAIN, SIZE) / mm - (2 if unit else 0)
        self.text(end - 66, self.y, "Answer", align="right")
        self.line(end - 64, self.y + 0.6, end, self.y + 0.6, 0.5)
        self.text(RIGHT, self.y, unit, align="right")
        self.area(x, top, RIGHT - x, self.y - top + 3, form={"working": True, "unit": unit or None})
        self.gap(LINE_STEP + 4)

    def options(self, choices: Sequence[str], x: float = 40.0, step: float = 8.5, side: float = 5.0) -> None:
        """Boxes A to D, each with its text."""
        top = self.y - 3
        boxes = []
        for label, words in zip("ABCD", choices, strict=True):
            self.text(x, self.y + 1, label, BOLD)
            self.box(x + 7, self.y - 2.6, side, side, 0.8)
            self._text_with_powers(x + 17, self.y + 1, words)
            boxes.append({"label": label, "bounds": bounds(x + 7, self.y - 2.6, side, side)})
            self.y += step
        self.area(x - 2, top - 1, 60, self.y - top - 2, "mcq", {"options": boxes})
        self.gap(4)

    def graph_grid(
        self, x: float, w: float, h: float, square: float = 10.0, fine: int = 5
    ) -> tuple[float, float]:
        """Graph paper; gives its top left corner."""
        top = self.y
        step = square / fine
        for i in range(round(w / step) + 1):
            self.line(x + i * step, top, x + i * step, top + h, 0.7 if i % fine == 0 else 0.25, 0.35)
        for i in range(round(h / step) + 1):
            self.line(x, top + i * step, x + w, top + i * step, 0.7 if i % fine == 0 else 0.25, 0.35)
        self.y = top + h + LEADING
        return x, top

    def table(
        self, x: float, widths: Sequence[float], rows: Sequence[Sequence[str]], height: float = 8.0
    ) -> None:
        """Ruled cells, the first row shaded as a heading."""
        for number, row in enumerate(rows):
            left = x
            for width, words in zip(widths, row, strict=True):
                self.box(left, self.y, width, height, fill=0.9 if number == 0 else None)
                font = BOLD if number == 0 else PLAIN
                self.text(left + width / 2, self.y + height / 2 + 1.3, words, font, 10, "centre")
                left += width
            self.y += height
        self.gap(LEADING)


def _take_apart(path: str) -> tuple[str, str, int]:
    """Printed label, parent's path and depth of `5`, `5(a)` or `5(a)(ii)`."""
    if "(" not in path:
        return path, "", 0
    cut = path.rindex("(")
    return path[cut:], path[:cut], path.count("(")
