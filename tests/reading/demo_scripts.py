"""The demo paper printed, posed and scanned, made once for all tests of reading."""

from functools import cache
from io import BytesIO
from uuid import UUID

import cv2
import numpy as np

from markroom.operation.demo.paper import PAGE_COUNT, demo_paper
from markroom.reading import pdf
from markroom.reading.alignment import READ_DPI, TemplatePage, prepare_page
from markroom.reading.geometry import Gray, Matrix, as_gray, px_from_mm
from markroom.reading.printing import CodePlaces, PrintedScript, plan_codes, print_scripts

BATCH = UUID("018f4d1e-0000-7000-8000-0000000000aa")
OTHER_BATCH = UUID("018f4d1e-0000-7000-8000-0000000000bb")


@cache
def places() -> CodePlaces:
    return plan_codes(demo_paper())


@cache
def template() -> tuple[TemplatePage, ...]:
    pages = enumerate(places().pages, start=1)
    return tuple(prepare_page(pdf.render(demo_paper(), number, READ_DPI), page) for number, page in pages)


@cache
def printed(scripts: int = 3) -> bytes:
    out = BytesIO()
    names = [
        PrintedScript(number, f"Pupil {number:02}", str(1000 + number)) for number in range(1, scripts + 1)
    ]
    print_scripts(demo_paper(), BATCH, names, places(), out)
    return out.getvalue()


@cache
def sheet(page: int, script: int = 1) -> Gray:
    """A printed page at READ_DPI as it leaves the printer."""
    return pdf.render(printed(), (script - 1) * PAGE_COUNT + page, READ_DPI)


def pose(image: Gray, degrees: float = 0.0, bend_px: float = 0.0, seed: int = 0) -> tuple[Gray, Matrix]:
    """The image turned about its middle and bent at its corners, and the map (page mm to scan pixels)."""
    height, width = image.shape
    rng = np.random.default_rng(seed)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    bent = corners + rng.uniform(-bend_px, bend_px, (4, 2)).astype(np.float32)
    matrix = np.eye(3)
    matrix[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix = np.asarray(cv2.getPerspectiveTransform(corners, bent), float) @ matrix
    posed = cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(250,))
    return as_gray(posed), matrix @ px_from_mm(READ_DPI)


def turn(image: Gray, quarters: int) -> Gray:
    """Turned clockwise by quarters."""
    return np.ascontiguousarray(np.rot90(image, -quarters))


def add_noise(image: Gray, spread: float, seed: int = 0) -> Gray:
    noisy = image + np.random.default_rng(seed).normal(0, spread, image.shape)
    return as_gray(np.clip(noisy, 0, 255).astype(np.uint8))
