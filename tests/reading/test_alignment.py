"""S-04: pages are laid over the template, checked against what is printed there."""

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from markroom.operation.demo.paper import demo_paper
from markroom.reading import pdf
from markroom.reading.alignment import READ_DPI, Alignment, Unaligned, align, prepare_page, warp
from markroom.reading.codes import find_codes
from markroom.reading.geometry import Gray, Matrix
from tests.reading.demo_scripts import add_noise, places, pose, sheet, template, turn

PAGE_MM = np.array([(x, y) for x in (10, 60, 105, 150, 200) for y in (10, 80, 150, 220, 287)], float)


def lay(scan: Gray, page: int, codes: int = 4) -> Alignment:
    found = sorted((code for code in find_codes(scan) if code.code), key=lambda code: code.code.place)  # type: ignore[union-attr]
    return align(scan, found[:codes], template()[page - 1])


def error_mm(alignment: Alignment, truth: Matrix) -> float:
    """The largest distance on the page between where a point lies and where it was thought to lie."""
    seen = [cv2.perspectiveTransform(PAGE_MM[:, None], matrix)[:, 0] for matrix in (alignment.matrix, truth)]
    return float(np.hypot(*(seen[0] - seen[1]).T).max() * 25.4 / READ_DPI)


@pytest.mark.parametrize("codes", [4, 3, 2, 1])
@pytest.mark.parametrize("page", [2, 3, 5])
def test_a_bad_scan_is_laid_to_a_third_of_a_millimetre_with_any_number_of_codes(
    page: int, codes: int
) -> None:
    scan, truth = pose(sheet(page), degrees=1.6, bend_px=6, seed=page)
    alignment = lay(add_noise(scan, 6), page, codes)
    assert error_mm(alignment, truth) < 0.33
    assert alignment.residual_mm < 0.1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.floats(-2, 2), st.floats(0, 8), st.integers(0, 1000))
def test_any_usual_pose_is_undone(degrees: float, bend_px: float, seed: int) -> None:
    scan, truth = pose(sheet(4), degrees, bend_px, seed)
    assert error_mm(lay(scan, 4), truth) < 0.33


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_the_turn_of_the_sheet_is_told(quarters: int) -> None:
    assert lay(turn(sheet(3), quarters), 3).rotation == 90 * quarters


def test_the_warped_scan_lies_on_the_template() -> None:
    scan, _ = pose(turn(sheet(3), 2), degrees=1.2, bend_px=5)
    warped = warp(scan, lay(scan, 3), places().pages[2])
    original = template()[2].gray
    assert warped.shape == original.shape
    middle = (slice(300, -300), slice(100, -100))
    printed = original[middle] < 100
    assert (warped[middle] < 160)[printed].mean() > 0.95


def test_another_page_under_the_codes_is_not_trusted() -> None:
    """A code proves nothing when something else is printed on the sheet."""
    with pytest.raises(Unaligned, match="does not show what is printed"):
        align(sheet(5), [code for code in find_codes(sheet(5)) if code.code], template()[2])


def test_a_torn_and_taped_sheet_is_not_trusted() -> None:
    torn = sheet(3).copy()
    torn[1100:] = np.roll(torn[1100:], 24, axis=1)
    found = [code for code in find_codes(torn) if code.code and code.code.place < 2]
    with pytest.raises(Unaligned):
        align(torn, found, template()[2])


def test_a_sheet_without_codes_is_not_trusted() -> None:
    with pytest.raises(Unaligned, match="no code"):
        align(sheet(3), [], template()[2])


def test_a_mirrored_sheet_is_not_trusted() -> None:
    mirrored = np.ascontiguousarray(sheet(3)[:, ::-1])
    found = find_codes(sheet(3))
    swapped = [
        type(code)(code.text, code.code, np.array([1653, 0]) + code.corners_px * [-1, 1]) for code in found
    ]
    with pytest.raises(Unaligned, match="do not lie"):
        align(mirrored, swapped, template()[2])


def test_a_page_without_print_is_laid_by_its_codes_alone() -> None:
    white = np.full_like(pdf.render(demo_paper(), 3, READ_DPI), 255)
    empty = prepare_page(white, places().pages[2])
    scan, truth = pose(sheet(3), degrees=-1.5, bend_px=4)
    codes = [code for code in find_codes(scan) if code.code]
    assert error_mm(align(scan, codes, empty), truth) < 0.4
    with pytest.raises(Unaligned, match="too little is printed"):
        align(scan, codes[:2], empty)
