"""S-02: every scanned page has exactly one outcome."""

import cv2
import numpy as np
import pytest

from markroom.reading.geometry import Gray
from markroom.reading.pages import Placed, Reason, Unplaced, read_page
from markroom.reading.scans import ScanPage
from tests.reading.demo_scripts import BATCH, OTHER_BATCH, add_noise, pose, sheet, template, turn


def scanned(gray: Gray) -> ScanPage:
    return ScanPage(0, gray, 200.0)


def without_codes() -> Gray:
    image = sheet(3).copy()
    image[:250], image[-250:] = 255, 255
    return image


def foreign() -> Gray:
    image = np.full_like(sheet(3), 255)
    cv2.putText(image, "Dear parents", (300, 900), cv2.FONT_HERSHEY_SIMPLEX, 2, (0,), 3)
    return image


def over_another_page() -> Gray:
    """Page 5 with the codes of page 3 stuck on."""
    image = sheet(5).copy()
    image[:250], image[-250:] = sheet(3)[:250], sheet(3)[-250:]
    return image


def two_pages_at_once() -> Gray:
    image = sheet(3).copy()
    image[-250:] = sheet(4)[-250:]
    return image


def test_a_sheet_finds_its_script_and_page() -> None:
    scan, _ = pose(turn(sheet(3, script=2), 2), degrees=-1.4, bend_px=5)
    placed = read_page(scanned(add_noise(scan, 5)), BATCH, template())
    assert isinstance(placed, Placed)
    assert (placed.script_number, placed.page, placed.rotation) == (2, 3, 180)
    assert placed.residual_mm < 0.1
    assert placed.aligned.shape == template()[2].gray.shape


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        (without_codes, "no_code"),
        (foreign, "no_code"),
        (lambda: np.full((2339, 1654), 250, np.uint8), "blank"),
        (over_another_page, "unaligned"),
        (two_pages_at_once, "unaligned"),
    ],
)
def test_a_sheet_that_cannot_be_placed_has_its_reason(draw, reason: Reason) -> None:  # type: ignore[no-untyped-def]
    outcome = read_page(scanned(draw()), BATCH, template())
    assert isinstance(outcome, Unplaced)
    assert outcome.reason == reason


def test_a_sheet_of_another_batch_says_whose_it_is() -> None:
    outcome = read_page(scanned(sheet(3)), OTHER_BATCH, template())
    assert isinstance(outcome, Unplaced)
    assert outcome.reason == "other_batch"
    assert outcome.code is not None
    assert outcome.code.batch_id == BATCH


def test_a_page_the_paper_does_not_have_is_foreign() -> None:
    outcome = read_page(scanned(sheet(8)), BATCH, template()[:4])
    assert isinstance(outcome, Unplaced)
    assert outcome.reason == "foreign_code"


def test_a_damaged_page_keeps_its_error() -> None:
    outcome = read_page(ScanPage(4, None, 0.0, "broken off"), BATCH, template())
    assert outcome == Unplaced("damaged", "broken off")
