"""A copier at its worst: scans a class set with every fault a school sees, and knows what it did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

import cv2
import numpy as np
import pikepdf
import zxingcpp

from markroom.operation.demo.answers import PupilAnswers, choose_answers
from markroom.operation.demo.handwriting import DPI, choose_hand, write_page
from markroom.operation.demo.paper import PAGE_COUNT, demo_paper_truth
from markroom.reading.codes import find_codes
from markroom.reading.crops import encode_jpeg
from markroom.reading.geometry import Gray, Matrix, as_gray
from markroom.reading.pdf import load_page, open_pdf, render_page

Kind = Literal["page", "duplicate", "blank", "foreign", "codeless"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet side in the feeder; `draw` makes its image at DPI when its turn comes."""

    script_number: int
    page: int
    draw: Callable[[], Gray]


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong; numbers are sheets of the whole scan unless they say otherwise."""

    missing: int = 1
    duplicates: int = 1
    blanks: int = 1
    foreign: int = 1
    codeless: int = 1  # all codes damaged
    lost_code_share: float = 0.1  # of sheets with one code damaged
    upside_down_share: float = 0.15
    shuffle_reach: int = 6  # no sheet leaves its place by more
    turn_degrees: float = 2.0
    skew_px: float = 5.0
    noise: float = 4.0
    jpeg_quality: int = 75


NO_FAULTS = Faults(
    missing=0,
    duplicates=0,
    blanks=0,
    foreign=0,
    codeless=0,
    lost_code_share=0,
    upside_down_share=0,
    shuffle_reach=0,
)


@dataclass(frozen=True, slots=True)
class ScannedSheet:
    """What one page of the scan really is."""

    kind: Kind
    script_number: int | None
    page: int | None
    upside_down: bool
    template_to_scan: tuple[tuple[float, ...], ...]  # projective map, pixels at DPI to pixels of the scan


@dataclass(frozen=True, slots=True)
class ScannedClass:
    pdf: bytes
    sheets: tuple[ScannedSheet, ...]  # in the order of the scan's pages
    missing: tuple[tuple[int, int], ...]  # (script number, page) never scanned
    answers: dict[int, PupilAnswers]  # by script number


def demo_class(
    printed: bytes, seed: int, pupils: int = 30, faults: Faults | None = None, first: int = 1
) -> ScannedClass:
    """A whole class sits the demo paper: its printed scripts are filled in and scanned badly.

    `printed`: what print_scripts wrote for the demo paper and scripts 1..pupils in order. `first`: the number
    of the pupil who wrote script 1, as they write it.
    """
    truth = demo_paper_truth()
    paths = {question["id"]: question["path"] for question in truth["questions"]}
    answers = {number: choose_answers(seed, number) for number in range(1, pupils + 1)}

    def draw(number: int, page: int) -> Gray:
        with open_pdf(printed, max_pages=100_000) as document:
            image = render_page(load_page(document, (number - 1) * PAGE_COUNT + page), DPI)
        areas = [area for area in truth["response_areas"] if area["page"] == page]
        rng = np.random.default_rng([seed, number, page])
        hand = choose_hand(seed, number)
        pupil = first - 1 + number
        return write_page(
            image, areas, paths, answers[number], hand, rng, f"Pupil {pupil:02}", f"{1000 + pupil}"
        )

    sheets = [
        Sheet(number, page, lambda number=number, page=page: draw(number, page))  # type: ignore[misc]
        for number in range(1, pupils + 1)
        for page in range(1, PAGE_COUNT + 1)
    ]
    scanned = scan(sheets, seed, faults or Faults())
    return ScannedClass(scanned.pdf, scanned.sheets, scanned.missing, answers)


def scan(sheets: Sequence[Sheet], seed: int, faults: Faults) -> ScannedClass:
    """A PDF of one JPEG a page, made sheet by sheet, and what each page is; the same for the same seed."""
    rng = np.random.default_rng([seed, 4711])
    order, missing = _plan(sheets, rng, faults)
    noise = rng.normal(0, faults.noise, (512, 512)).astype(np.float32)
    truths: list[ScannedSheet] = []
    with pikepdf.new() as pdf:
        for kind, sheet in order:
            image = _lay(kind, sheet, rng, faults)
            copied, matrix, turned = _copy(image, noise, rng, faults)
            _append(pdf, copied, faults.jpeg_quality)
            known = sheet if kind in {"page", "duplicate", "codeless"} else None
            rows = tuple(tuple(row) for row in matrix.tolist())
            number, page = (known.script_number, known.page) if known else (None, None)
            truths.append(ScannedSheet(kind, number, page, turned, rows))
        out = BytesIO()
        pdf.save(out, static_id=True)
    return ScannedClass(out.getvalue(), tuple(truths), missing, {})


def _plan(
    sheets: Sequence[Sheet], rng: np.random.Generator, faults: Faults
) -> tuple[list[tuple[Kind, Sheet]], tuple[tuple[int, int], ...]]:
    """Which sheet is scanned when, as what; and which are forgotten."""
    picks = [int(i) for i in rng.permutation(len(sheets))]
    gone = set(picks[: faults.missing])
    codeless = set(picks[faults.missing : faults.missing + faults.codeless])
    twice = set(picks[-faults.duplicates :]) if faults.duplicates else set()
    order: list[tuple[float, Kind, Sheet]] = []
    for i, sheet in enumerate(sheets):
        if i not in gone:
            order.append(
                (i + rng.uniform(0, faults.shuffle_reach), "codeless" if i in codeless else "page", sheet)
            )
        if i in twice - gone - codeless:
            order.append((i + faults.shuffle_reach + 1.0, "duplicate", sheet))
    extra: list[Kind] = [*["blank"] * faults.blanks, *["foreign"] * faults.foreign]  # type: ignore[list-item]
    order += [(rng.uniform(0, len(sheets)), kind, sheets[0]) for kind in extra]
    order.sort(key=lambda entry: entry[0])
    missing = tuple((sheets[i].script_number, sheets[i].page) for i in sorted(gone))
    return [(kind, sheet) for _, kind, sheet in order], missing


def _lay(kind: Kind, sheet: Sheet, rng: np.random.Generator, faults: Faults) -> Gray:
    """What lies on the glass."""
    if kind == "blank":
        return np.full_like(sheet.draw(), 255)
    if kind == "foreign":
        return _foreign_sheet(sheet.draw().shape[:2])
    image = sheet.draw()
    if kind == "codeless":
        return _damage(image, rng, count=None)
    return _damage(image, rng, count=1) if rng.random() < faults.lost_code_share else image


def _foreign_sheet(shape: tuple[int, int]) -> Gray:
    """A letter that slipped into the pile, with a code of its own."""
    page = np.full(shape, 255, np.uint8)
    lines = [
        "Dear parents and carers,",
        "",
        "the school trip leaves at eight o'clock.",
        "Please bring a packed lunch.",
    ]
    for i, line in enumerate(lines):
        cv2.putText(page, line, (200, 400 + 60 * i), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20,), 2, cv2.LINE_AA)
    code = zxingcpp.create_barcode("https://school.example/trip", zxingcpp.BarcodeFormat.QRCode)
    symbol = np.array(code.to_image(scale=6, add_quiet_zones=False), dtype=np.uint8)
    page[800 : 800 + len(symbol), 200 : 200 + len(symbol)] = symbol
    return page


def _damage(image: Gray, rng: np.random.Generator, count: int | None) -> Gray:
    """Scribbles over some (None: all) of the page's codes."""
    found = [code for code in find_codes(image) if code.code]
    image = image.copy()
    for code in found if count is None else found[:count]:
        (left, top), (right, low) = code.corners_px.min(0), code.corners_px.max(0)
        zigzag = np.linspace(top, low, 14)
        points = [(left - 5 if i % 2 else right + 5, y + rng.normal(0, 2)) for i, y in enumerate(zigzag)]
        cv2.polylines(image, [np.array(points, np.int32)], False, (30,), 5, cv2.LINE_AA)
    return image


def _copy(
    image: Gray, noise: np.ndarray, rng: np.random.Generator, faults: Faults
) -> tuple[Gray, Matrix, bool]:
    """Turned, skewed, shaded and noisy, with the map from the page's pixels to the copy's."""
    matrix, turned = _pose(image.shape, rng, faults)
    height, width = image.shape
    copied = cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(252,))
    slope = np.linspace(rng.uniform(0.93, 1.0), rng.uniform(0.93, 1.0), width, dtype=np.float32)
    copied = copied * slope - rng.uniform(0, 12)
    shift = rng.integers(0, 512, 2)
    tiles = np.tile(np.roll(noise, tuple(shift), (0, 1)), (height // 512 + 1, width // 512 + 1))
    copied += tiles[:height, :width]
    return as_gray(np.clip(copied, 0, 255).astype(np.uint8)), matrix, turned


def _pose(shape: tuple[int, ...], rng: np.random.Generator, faults: Faults) -> tuple[Matrix, bool]:
    height, width = shape
    scale = rng.uniform(0.975, 1.0)
    matrix = np.eye(3)
    matrix[:2] = cv2.getRotationMatrix2D(
        (width / 2, height / 2), rng.uniform(-1, 1) * faults.turn_degrees, scale
    )
    matrix[:2, 2] += rng.uniform(-10, 10, 2)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    bent = corners + rng.uniform(-1, 1, (4, 2)).astype(np.float32) * faults.skew_px
    matrix = np.asarray(cv2.getPerspectiveTransform(corners, bent.astype(np.float32)), float) @ matrix
    turned = bool(rng.random() < faults.upside_down_share)
    if turned:
        matrix = np.array([[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]], float) @ matrix
    return matrix, turned


def _append(pdf: pikepdf.Pdf, image: Gray, quality: int) -> None:
    """One more page that is nothing but a JPEG, as copiers write them."""
    height, width = image.shape
    jpeg = pikepdf.Stream(pdf, encode_jpeg(image, quality))
    jpeg.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    box = [0, 0, width * 72 / DPI, height * 72 / DPI]
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=box,
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(jpeg))),
        Contents=pdf.make_stream(f"q {box[2]:.4f} 0 0 {box[3]:.4f} 0 0 cm /Im0 Do Q".encode()),
    )
    pdf.pages.append(pikepdf.Page(page))
