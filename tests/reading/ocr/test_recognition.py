"""D-01: words of pages without a text layer."""

import numpy as np
import pytest

from markroom.reading.ocr import lay_straight, lay_upright, recognise
from markroom.reading.ocr.segments import find_segments, word_columns
from markroom.reading.ocr.sheets import Sheet
from tests.reading.ocr.scanned import scan
from tests.reading.structure.drawn import HEIGHT, WIDTH, Paper

DPI = 150


def sheet_of(paper: Paper, **faults: float) -> Sheet:
    (picture,) = scan(paper.page().pdf(), DPI, **faults)
    return lay_straight(np.asarray(picture), DPI)


def some_text(paper: Paper) -> Paper:
    for y in range(100, 700, 40):
        paper.text(50, y, "(a)").text(80, y, "Describe a house with a roof and a door.").text(500, y, "[2]")
    return paper


def test_words_are_read_where_they_stand() -> None:
    words = recognise(
        sheet_of(Paper().text(50, 100, "1").text(80, 100, "Describe a house.").text(500, 130, "[3]"))
    )
    words.sort(key=lambda word: word.x0)
    assert [word.text for word in words] == ["1", "Describe", "a", "house.", "[3]"]
    label = words[0]
    assert label.x0 == pytest.approx(51 / WIDTH, abs=0.004)
    assert label.y0 == pytest.approx((100 - 8) / HEIGHT, abs=0.003)
    assert all(word.confidence > 0.9 for word in words)


@pytest.mark.parametrize("tilt", [-1.3, 0.8])
def test_a_tilted_noisy_page_is_laid_straight_and_read(tilt: float) -> None:
    sheet = sheet_of(some_text(Paper()), tilt=tilt, noise=9.0)
    assert sheet.tilt == pytest.approx(-tilt, abs=0.15)
    words = recognise(sheet)
    assert [word.text for word in words].count("house") == 15
    labels = [word.x0 for word in words if word.text == "(a)"]
    assert len(labels) == 15
    assert max(labels) - min(labels) < 0.004


def test_lines_frames_and_text_up_the_margin_are_not_letters() -> None:
    paper = Paper().box(60, 200, 300, 120).rule(60, 400, 500).text(80, 250, "window")
    for step, letter in enumerate("DONATEHEREHERE"):
        paper.text(570, 300 + 11 * step, letter)
    assert [word.text for word in recognise(sheet_of(paper))] == ["window"]


def test_a_crowded_picture_has_a_bounded_number_of_runs() -> None:
    speckled = np.where(np.random.default_rng(3).random((1700, 1200)) < 0.02, 0, 255).astype(np.uint8)
    speckled = np.kron(speckled[::8, ::8], np.ones((8, 8), np.uint8))
    assert len(find_segments(lay_straight(speckled, DPI))) <= 300


def test_words_are_parted_at_the_widest_gaps() -> None:
    ink = np.zeros((5, 40), bool)
    ink[:, [2, 3, 5, 6, 15, 16, 18, 30]] = True
    assert word_columns(ink, 3) == [(2, 7), (15, 19), (30, 31)]
    assert word_columns(np.zeros((5, 40), bool), 2) is None


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_laid_upright(turn: int) -> None:
    (picture,) = scan(some_text(Paper()).page().pdf(), DPI, noise=9.0)
    upright = lay_upright(np.asarray(picture.rotate(turn, expand=True)), DPI)
    assert upright.turn == turn
    assert upright.sheet.gray.shape == np.asarray(picture).shape


def test_a_label_stuck_to_its_text_is_a_word_of_its_own() -> None:
    words = recognise(sheet_of(Paper().text(100, 100, "(iii)Explain how a house is built.")))
    assert [word.text for word in words][:2] == ["(iii)", "Explain"]
    assert words[0].x1 < words[1].x0


def test_long_lines_are_read_whole() -> None:
    text = "Explain why the roof of a house is steeper where it snows, and what keeps a house warm in winter."
    words = recognise(sheet_of(Paper().text(30, 100, text)))
    assert " ".join(word.text for word in words) == text
