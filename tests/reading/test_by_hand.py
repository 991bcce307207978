"""A sheet whose codes are lost lies where its print says (S-03, S-05)."""

from dataclasses import dataclass, replace
from io import BytesIO
from uuid import UUID

import numpy as np
import pytest

from markroom.operation.demo.bad_scanner import NO_FAULTS, ScannedClass, demo_class
from markroom.operation.demo.paper import demo_paper
from markroom.reading.alignment import READ_DPI, TemplatePage, prepare_page
from markroom.reading.by_hand import lay_by_hand
from markroom.reading.geometry import MM_PER_INCH
from markroom.reading.pdf import inspect, render
from markroom.reading.printing import PagePlaces, PrintedScript, plan_codes, print_scripts
from markroom.reading.scans import Scan

FAULTS = replace(NO_FAULTS, upside_down_share=0.5)


@dataclass
class Laid:
    off_mm: float  # the farthest of four corners from where it is
    is_turned_right: bool


@pytest.fixture(scope="module")
def scanned() -> ScannedClass:
    printed, paper = BytesIO(), demo_paper()
    print_scripts(paper, UUID(int=1), [PrintedScript(1)], plan_codes(paper), printed)
    return demo_class(printed.getvalue(), 11, 1, FAULTS)


@pytest.fixture(scope="module")
def laid(scanned: ScannedClass) -> list[Laid]:
    width, height = inspect(demo_paper()).page_sizes_mm[0]
    corners = np.array([(20, 20), (width - 20, 20), (width - 20, height - 20), (20, height - 20)])
    found = []
    with Scan(scanned.pdf, "application/pdf") as scan:
        for index, sheet in enumerate(scanned.sheets):
            gray = scan.read_page(index).gray
            assert gray is not None
            alignment = lay_by_hand(gray, template_page(sheet.page or 0, width, height))
            seen = move(alignment.matrix, corners)
            true = move(np.array(sheet.template_to_scan), corners * READ_DPI / MM_PER_INCH)
            off_mm = np.hypot(*(seen - true).T).max() * MM_PER_INCH / READ_DPI
            found.append(Laid(float(off_mm), alignment.rotation == (180 if sheet.upside_down else 0)))
    return found


def template_page(page: int, width: float, height: float) -> TemplatePage:
    return prepare_page(render(demo_paper(), page, READ_DPI), PagePlaces(width, height, (), None))


def move(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    moved = np.c_[points, np.ones(len(points))] @ matrix.T
    return moved[:, :2] / moved[:, 2:]


def test_a_sheet_without_codes_is_turned_upright(laid: list[Laid]) -> None:
    assert all(one.is_turned_right for one in laid)


def test_a_sheet_without_codes_lies_within_a_millimetre_of_its_template_and_never_far(
    laid: list[Laid],
) -> None:
    assert np.median([one.off_mm for one in laid]) < 1
    assert max(one.off_mm for one in laid) < 3


def test_an_empty_sheet_is_simply_scaled() -> None:
    width, height = inspect(demo_paper()).page_sizes_mm[0]
    alignment = lay_by_hand(np.full((1000, 707), 255, np.uint8), template_page(2, width, height), 180)
    corner = move(alignment.matrix, np.array([(0.0, 0.0)]))
    assert alignment.rotation == 180
    assert np.allclose(corner, [(707, 1000)], atol=1)
