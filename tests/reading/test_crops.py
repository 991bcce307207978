import io

import cv2
import numpy as np
import pytest
from PIL import Image

from markroom.reading.crops import crop, encode_jpeg, is_blank, is_blank_sheet
from markroom.reading.geometry import Bounds, Gray
from tests.reading.demo_scripts import add_noise

DPI = 200.0


def ruled() -> Gray:
    """A printed answer space: five ruled lines and a shaded cell."""
    space = np.full((500, 1200), 255, np.uint8)
    space[80::90, 40:-40] = 120
    space[300:380, 200:500] = 215
    return space


def scanned(space: Gray, shift_px: int = 2) -> Gray:
    return add_noise(np.roll(space, shift_px, axis=(0, 1)), 6)


def write(space: Gray, ink: int = 60) -> Gray:
    written = space.copy()
    cv2.putText(written, "42", (600, 200), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (ink,), 3, cv2.LINE_AA)
    return written


def test_a_crop_is_the_part_inside_its_bounds() -> None:
    page = np.arange(100 * 50, dtype=np.uint32).reshape(100, 50).astype(np.uint8)
    assert (crop(page, Bounds(0.2, 0.1, 0.5, 0.3)) == page[10:40, 10:35]).all()


@pytest.mark.parametrize("bounds", [Bounds(0.99, 0.99, 0.5, 0.5), Bounds(0, 0, 0, 0), Bounds(1, 1, 0, 0)])
def test_bounds_at_the_edge_still_give_pixels(bounds: Bounds) -> None:
    assert crop(np.zeros((100, 50), np.uint8), bounds).size > 0


def test_printed_lines_that_lie_a_little_off_are_no_ink() -> None:
    assert is_blank(scanned(ruled()), ruled(), DPI).blank


@pytest.mark.parametrize("ink", [20, 90, 140])
def test_writing_is_ink_even_in_pencil(ink: int) -> None:
    answer = is_blank(scanned(write(ruled(), ink)), ruled(), DPI)
    assert not answer.blank
    assert 0.001 < answer.ink_share < 0.05


def test_writing_on_a_shaded_cell_is_ink() -> None:
    written = ruled()
    cv2.line(written, (250, 310), (400, 370), (70,), 4)
    assert not is_blank(scanned(written), ruled(), DPI).blank


def test_a_single_stroke_is_an_answer() -> None:
    written = ruled()
    cv2.line(written, (700, 120), (700, 155), (60,), 3)
    assert not is_blank(scanned(written), ruled(), DPI).blank


def test_dust_and_uneven_light_are_no_answer() -> None:
    dusty = ruled()
    for x in range(100, 1100, 200):
        dusty[140:142, x : x + 2] = 0
    light = np.linspace(0.5, 1.0, dusty.shape[1])
    assert is_blank((scanned(dusty) * light).astype(np.uint8), ruled(), DPI).blank


def test_gray_paper_beside_white_correction_fluid_is_no_answer() -> None:
    gray = (ruled() * 0.68).astype(np.uint8)
    gray[100:160, 700:900] = 250
    assert is_blank(scanned(gray), ruled(), DPI).blank


def test_empty_sheets_are_blank_whatever_the_copier_adds() -> None:
    paper = np.full((2339, 1654), 245, np.uint8)
    paper[:30] = 40  # a shadow at the edge
    assert is_blank_sheet(add_noise(paper, 6), DPI)


def test_a_sheet_with_one_written_word_is_not_blank() -> None:
    paper = np.full((2339, 1654), 245, np.uint8)
    cv2.putText(paper, "see page 3", (300, 900), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (110,), 3, cv2.LINE_AA)
    assert not is_blank_sheet(add_noise(paper, 6), DPI)


def test_an_encoded_crop_opens_as_the_same_picture() -> None:
    picture = write(ruled())
    opened = np.asarray(Image.open(io.BytesIO(encode_jpeg(picture, 90))))
    assert np.abs(opened.astype(int) - picture).mean() < 2
