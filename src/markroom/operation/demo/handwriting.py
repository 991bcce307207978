"""A pupil's pen: writes answers onto the page images of a printed script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import fontpkg  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from markroom.operation.demo.answers import Attempt, Choice, PupilAnswers
from markroom.operation.demo.exam_page import HEIGHT, LINE_STEP, WIDTH
from markroom.reading.geometry import MM_PER_INCH, Gray, as_gray

DPI = 200.0
_PX = DPI / MM_PER_INCH
_FONTS = {"caveat": 7.4, "kalam": 5.2, "indie-flower": 5.6, "shadows-into-light": 6.0}  # body height in mm
_SHIFT = 4  # fractional bits of OpenCV's drawing coordinates

Area = Mapping[str, Any]  # a response area as a template takes it


@dataclass(frozen=True, slots=True)
class Hand:
    """How one pupil writes."""

    font: str
    size_mm: float
    slant: float  # horizontal shift per height
    pen_px: int
    ink: int  # gray of the pen: 25 black gel, 120 pencil
    wobble: float


def choose_hand(seed: int, script_number: int) -> Hand:
    """The same hand for the same pupil on every page."""
    rng = np.random.default_rng([seed, script_number, 77])
    font = str(rng.choice(list(_FONTS)))
    return Hand(
        font,
        _FONTS[font] * float(rng.uniform(0.9, 1.15)),
        float(rng.uniform(-0.08, 0.3)),
        int(rng.integers(2, 5)),
        int(rng.choice([25, 40, 60, 75, 105])),
        float(rng.uniform(0.5, 1.4)),
    )


def write_page(
    printed: Gray, areas: Sequence[Area], paths: Mapping[str, str], answers: PupilAnswers, hand: Hand,
    rng: np.random.Generator, name: str, number: str,
) -> Gray:  # fmt: skip
    """A copy of one printed page at DPI with what the pupil writes on it.

    `areas`: the page's response areas; `paths`: question path by question id.
    """
    pen = Pen(printed.shape, hand, rng)
    done: dict[str, int] = {}
    for area in areas:
        x, y, w, h = _in_mm(area)
        path = paths.get(area["question_id"] or "", "")
        if area["kind"] == "name":
            _write_name(pen, name, x, y)
        elif area["kind"] == "candidate_number":
            for i, digit in enumerate(number[:4]):
                pen.write(digit, x + 8 * i + 2.5, y + 7)
        elif area["kind"] == "mcq" and path in answers.choices:
            _mark_choice(pen, answers.choices[path], area)
        elif path in answers.attempts:
            part = done.setdefault(path, 0)
            _write_attempt(pen, answers.attempts[path], area["response_form"] or {}, (x, y, w, h), part)
            done[path] += 1
    return pen.press_on(printed)


def _in_mm(area: Area) -> tuple[float, float, float, float]:
    place = area["bounds"]
    return place["x"] * WIDTH, place["y"] * HEIGHT, place["w"] * WIDTH, place["h"] * HEIGHT


def _write_name(pen: "Pen", name: str, x: float, y: float) -> None:
    forename, _, surname = name.rpartition(" ")
    pen.write(surname, x + 5, y + 7)
    pen.write(forename, x + 5, y + 19)


def _write_attempt(
    pen: "Pen", attempt: Attempt, form: Mapping[str, Any], place: tuple[float, float, float, float], part: int
) -> None:
    x, y, w, h = place
    if form.get("grid"):
        _draw_graph(pen, attempt, x + 11, y + 103)
    elif form.get("working"):
        step, top = 8.0, y + 7.0
        if attempt.crossed_out:
            end = pen.write(attempt.crossed_out, x + 6, top)
            pen.strike(x + 5, end, top - 1.6)
            top += step
        for i, line in enumerate(attempt.lines):
            pen.write(line, x + 6 + 3 * i, top + step * i)
        unit_mm = 2.2 * len(form.get("unit") or "")
        pen.write(attempt.final, x + w - 58 - unit_mm, y + h - 3.6)
    elif form.get("lines") == 1:
        pen.write(attempt.lines[min(part, len(attempt.lines) - 1)], x + 3, y + 2.8 + LINE_STEP - 0.8)
    else:
        for i, line in enumerate(pen.wrap(attempt.lines[0], w - 8)[: form.get("lines", 1)]):
            pen.write(line, x + 3, y + 2.8 + LINE_STEP * (i + 1) - 0.8)


def _draw_graph(pen: "Pen", attempt: Attempt, x0: float, y0: float) -> None:
    """Crosses at the table's points and, in better attempts, the line; the origin is (x0, y0)."""
    for force, extension in enumerate([1.9, 4.1, 6.0, 8.0, 9.1], start=1):
        x, y = x0 + 20 * force, y0 - 10 * extension
        pen.stroke([(x - 1.4, y - 1.4), (x + 1.4, y + 1.4)])
        pen.stroke([(x - 1.4, y + 1.4), (x + 1.4, y - 1.4)])
    if attempt.lines[0] == "full":
        pen.stroke([(x0, y0), (x0 + 20 * 4.8, y0 - 20 * 4.8)], wobble=0.2)
        pen.write("force / N", x0 + 42, y0 + 12)
        pen.write("ext / cm", x0 - 10, y0 - 103)


def _mark_choice(pen: "Pen", choice: Choice, area: Area) -> None:
    boxes = {option["label"]: _in_mm(option) for option in area["response_form"]["options"]}
    if choice.other and choice.mark in {"changed", "double"}:
        pen.cross(boxes[choice.other])
    if choice.other and choice.mark == "changed":
        x, y, w, h = boxes[choice.other]
        pen.stroke([(x - 2, y + h * 0.5), (x + w + 2, y + h * 0.45)])
    if choice.mark == "double":
        pen.cross(boxes[next(label for label in boxes if label != choice.other)])
    elif choice.mark and choice.label:
        draw = {"tick": pen.tick, "fill": pen.fill, "ring": pen.ring}.get(choice.mark, pen.cross)
        draw(boxes[choice.label])


class Pen:
    """Ink on one page; all places in mm from the top left."""

    def __init__(self, shape: tuple[int, ...], hand: Hand, rng: np.random.Generator) -> None:
        self._ink = np.zeros(shape, np.uint8)
        self._hand, self._rng = hand, rng
        self._font = _load_font(hand.font, round(hand.size_mm * _PX))

    def press_on(self, printed: Gray) -> Gray:
        """The page with the ink on it, darker where strokes press, never lighter than the print."""
        cover = cv2.GaussianBlur(self._ink, (3, 3), 0).astype(np.float32) / 255
        return as_gray(np.minimum(printed, 255 - cover * (255 - self._hand.ink)))

    def write(self, words: str, x: float, y: float) -> float:
        """One line with its baseline at y; gives the x where it ends."""
        if not words:
            return x
        size, length = round(self._hand.size_mm * _PX), self._font.getlength(words)
        line = Image.new("L", (int(length) + 3 * size, 3 * size), 0)
        draw, at = ImageDraw.Draw(line), float(size)
        drift = self._rng.normal(0, 0.012)
        for letter in words:
            rise = self._rng.normal(0, 0.025 * size * self._hand.wobble) + drift * (at - size)
            draw.text(
                (at, 2 * size + rise), letter, 255, font=self._font, anchor="ls", stroke_width=self._bold
            )
            at += self._font.getlength(letter) * (1 + self._rng.normal(0, 0.03))
        self._stamp(np.asarray(line), x * _PX - size, y * _PX - 2 * size, 2.0 * size)
        return x + (at - size) / _PX

    def wrap(self, words: str, width: float) -> list[str]:
        """The words broken into lines no wider than `width`."""
        lines = [""]
        for word in words.split():
            longer = f"{lines[-1]} {word}".strip()
            if self._font.getlength(longer) <= width * _PX * 0.95:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def stroke(self, points: Sequence[tuple[float, float]], wobble: float | None = None) -> None:
        """A line through the points, as unsteady as the hand."""
        waver = (self._hand.wobble if wobble is None else wobble) * 0.12
        corners = np.array(points, float)
        steps = np.linspace(0, len(corners) - 1, 6 * (len(corners) - 1) + 1)
        path = np.stack([np.interp(steps, range(len(corners)), corners[:, i]) for i in (0, 1)], axis=1)
        path += self._rng.normal(0, waver, path.shape) + self._rng.normal(0, waver * 2, (1, 2))
        pixels = np.round((path * _PX - 0.5) * 2**_SHIFT).astype(np.int32)
        cv2.polylines(self._ink, [pixels], False, (255,), self._hand.pen_px, cv2.LINE_AA, _SHIFT)

    def strike(self, x0: float, x1: float, y: float) -> None:
        for rise in (-0.4, 0.5):
            self.stroke([(x0, y + rise), ((x0 + x1) / 2, y), (x1, y + rise)])

    def cross(self, box: tuple[float, float, float, float]) -> None:
        x, y, w, h = box
        over = self._rng.uniform(-0.6, 1.0)
        self.stroke([(x - over, y - over), (x + w + over, y + h + over)])
        self.stroke([(x + w + over, y - over), (x - over, y + h + over)])

    def tick(self, box: tuple[float, float, float, float]) -> None:
        x, y, w, h = box
        self.stroke([(x + 0.15 * w, y + 0.5 * h), (x + 0.45 * w, y + 0.95 * h), (x + 1.25 * w, y - 0.25 * h)])

    def fill(self, box: tuple[float, float, float, float]) -> None:
        x, y, w, h = box
        lines = np.arange(y + 0.4, y + h - 0.2, 0.36)
        self.stroke([(x + (0.4 if i % 2 else w - 0.4), line) for i, line in enumerate(lines)])

    def ring(self, box: tuple[float, float, float, float]) -> None:
        x, y, w, h = box
        turn = np.linspace(0.3, 2 * np.pi + 0.5, 14)
        self.stroke([(x + w / 2 + 0.78 * w * np.cos(t), y + h / 2 + 0.78 * h * np.sin(t)) for t in turn])

    @property
    def _bold(self) -> int:
        return max(0, self._hand.pen_px - 3)

    def _stamp(self, line: NDArray[np.uint8], left: float, top: float, baseline: float) -> None:
        """Slants a written line about its baseline and lays it on the page; what leaves the page is lost."""
        height, width = self._ink.shape
        x, y = int(left), int(top)
        lean = np.array([[1, -self._hand.slant, self._hand.slant * baseline], [0, 1, 0]], float)
        leaning = cv2.warpAffine(line, lean, (line.shape[1], line.shape[0]))
        x0, y0 = max(x, 0), max(y, 0)
        part = leaning[y0 - y : max(height - y, 0), x0 - x : max(width - x, 0)]
        page = self._ink[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]]
        np.maximum(page, part, out=page)


@cache
def _load_font(family: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fontpkg.path(family)), size=size)
