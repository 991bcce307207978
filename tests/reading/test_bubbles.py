"""K-05: the machine reads a choice or says that it cannot; it never guesses."""

from collections.abc import Callable

import numpy as np
import pytest

from markroom.operation.demo.exam_page import HEIGHT, WIDTH
from markroom.operation.demo.handwriting import Hand, Pen
from markroom.operation.demo.paper import demo_paper_truth
from markroom.reading.bubbles import ChoiceReading, read_choice
from markroom.reading.geometry import Bounds, Gray
from tests.reading.demo_scripts import add_noise, template

Box = tuple[float, float, float, float]
AREA = next(area for area in demo_paper_truth()["response_areas"] if area["kind"] == "mcq")
OPTIONS = [(option["label"], Bounds(**option["bounds"])) for option in AREA["response_form"]["options"]]
BOXES: dict[str, Box] = {
    label: (at.x * WIDTH, at.y * HEIGHT, at.w * WIDTH, at.h * HEIGHT) for label, at in OPTIONS
}
MARKS: list[Callable[[Pen, Box], None]] = [Pen.cross, Pen.tick, Pen.fill, Pen.ring]


def read(draw: Callable[[Pen], None], ink: int = 50, pen_px: int = 3, seed: int = 0) -> ChoiceReading:
    page = template()[1].gray
    pen = Pen(page.shape, Hand("caveat", 6, 0.1, pen_px, ink, 1.0), np.random.default_rng(seed))
    draw(pen)
    scan: Gray = add_noise(np.roll(pen.press_on(page), (2, -2), (0, 1)), 6, seed)
    return read_choice(scan, page, OPTIONS, 200, Bounds(**AREA["bounds"]))


@pytest.mark.parametrize("label", "ABCD")
@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.__name__)
def test_every_usual_mark_is_read(mark: Callable[[Pen, Box], None], label: str) -> None:
    choice = read(lambda pen: mark(pen, BOXES[label]), seed=ord(label))
    assert choice.label == label
    assert choice.confidence >= 0.8


@pytest.mark.parametrize(("ink", "pen_px"), [(120, 2), (140, 3), (20, 5)])
def test_thin_pencil_and_thick_felt_are_read(ink: int, pen_px: int) -> None:
    assert read(lambda pen: pen.cross(BOXES["C"]), ink, pen_px).label == "C"


def test_nothing_marked_is_surely_nothing() -> None:
    choice = read(lambda _: None)
    assert choice.label is None
    assert choice.confidence > 0.9


def cross_two(pen: Pen) -> None:
    pen.cross(BOXES["A"])
    pen.cross(BOXES["C"])


def change_mind(pen: Pen) -> None:
    cross_two(pen)
    x, y, w, h = BOXES["A"]
    pen.stroke([(x - 3, y + h / 2), (x + w + 3, y + h / 2)])


def scribble_out(pen: Pen) -> None:
    x, y, w, h = BOXES["B"]
    for rise in np.arange(-1.6, h + 1.6, 0.35):
        pen.stroke([(x - 2, y + rise), (x + w + 2, y + rise + 0.2)])


def ring_the_letter(pen: Pen) -> None:
    x, y, w, h = BOXES["B"]
    pen.ring((x - 7, y, w, h))


def add_words(pen: Pen) -> None:
    x, y, _, h = BOXES["B"]
    pen.cross(BOXES["B"])
    pen.write("no, not this", x + 14, y + h)


@pytest.mark.parametrize("draw", [cross_two, change_mind, scribble_out, ring_the_letter, add_words])
def test_what_may_mean_two_things_goes_to_a_person(draw: Callable[[Pen], None]) -> None:
    choice = read(draw)
    assert choice.label is None
    assert choice.confidence < 0.5


def test_a_tiny_slip_beside_a_clear_cross_does_not_hide_it() -> None:
    def draw(pen: Pen) -> None:
        x, y, _, _ = BOXES["A"]
        pen.stroke([(x + 1, y + 1), (x + 1.6, y + 1.2)])
        pen.cross(BOXES["D"])

    choice = read(draw)
    assert choice.label == "D"
