"""What happens to pixels: functions for a process of their own, files and plain data in, plain data out."""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, overload
from uuid import UUID

import cv2
import numpy as np

from markroom.reading import pdf
from markroom.reading.alignment import READ_DPI, TemplatePage, Unaligned, align, prepare_page, warp
from markroom.reading.bubbles import read_choice
from markroom.reading.by_hand import lay_by_hand
from markroom.reading.codes import find_codes
from markroom.reading.crops import crop, encode_jpeg, is_blank
from markroom.reading.geometry import MM_PER_INCH, Bounds, Gray, as_gray
from markroom.reading.pages import Placed, Unplaced, read_page
from markroom.reading.printing import (
    CodePlaces,
    NoRoomForCodes,
    PagePlaces,
    PrintedScript,
    plan_codes,
    print_scripts,
)
from markroom.reading.scans import Scan, ScanPage
from markroom.scripts.areas import Area

_SHOWN_DPI = 150.0  # of sheets that lie nowhere yet
_ROUND_MM = 2.0  # a crop's image shows this much around its area: pens do not stop at lines


@dataclass(frozen=True, slots=True)
class CropSeen:
    area: Area
    image: bytes
    bounds: dict[str, float]  # what the image shows
    is_blank: bool
    ink_share: float


@dataclass(frozen=True, slots=True)
class ChoiceSeen:
    item_id: UUID
    choice: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """One scanned page after reading; `script_number` and `page` as far as its codes were read."""

    scan_page: int
    state: Literal["placed", "blank", "exception"]
    reason: str | None = None
    script_number: int | None = None
    page: int | None = None
    rotation: int = 0  # degrees clockwise to turn the sheet upright
    residual_mm: float | None = None
    image: bytes | None = None
    crops: Sequence[CropSeen] = ()
    choices: Sequence[ChoiceSeen] = ()


@dataclass(slots=True)
class Paper(Sequence[TemplatePage]):
    """The prepared pages of a paper, each loaded when it is first needed."""

    folder: Path
    _loaded: dict[int, TemplatePage] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(list(self.folder.glob("page-*")))

    @overload
    def __getitem__(self, index: int) -> TemplatePage: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TemplatePage]: ...
    def __getitem__(self, index: int | slice) -> TemplatePage | Sequence[TemplatePage]:
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        if index not in self._loaded:
            path = self.folder / f"page-{index}"
            self._loaded[index] = pickle.loads(path.read_bytes())  # noqa: S301 - written by this worker just now
        return self._loaded[index]


# ── before scanning ─────────────────────────────────────────────────────────────────────────────


def plan(paper: bytes, avoid: Mapping[int, Sequence[Bounds]]) -> dict[str, Any] | int:
    """Where the codes go, as stored with the batch; or the page that has no room. Raises pdf.Unreadable."""
    try:
        return plan_codes(paper, avoid).to_json()
    except NoRoomForCodes as error:
        return error.page


def print_batch(
    paper: bytes, batch_id: UUID, scripts: Sequence[PrintedScript], code_places: dict[str, Any], folder: Path
) -> None:
    """Writes the stamped scripts as one PDF to `folder`/printed, and how many are done to `folder`/done."""

    def count(done: int, _total: int) -> None:
        (folder / "done").write_text(str(done))

    with (folder / "printed").open("wb") as file:
        print_scripts(paper, batch_id, scripts, CodePlaces.from_json(code_places), file, count)


def count_pages(path: Path, media_type: str) -> int:
    """Pages of an uploaded scan. Raises UnreadableScan."""
    with Scan(path.read_bytes(), media_type) as scan:
        return scan.page_count


def prepare_paper(paper: bytes, code_places: dict[str, Any] | None, folder: Path) -> None:
    """Renders a paper's pages and makes them ready for alignment, each as a file in `folder` for `Paper`."""
    places = CodePlaces.from_json(code_places).pages if code_places else _places_without_codes(paper)
    with pdf.open_pdf(paper) as document:
        for index, page_places in enumerate(places):
            gray = pdf.render_page(pdf.load_page(document, index + 1), READ_DPI)
            (folder / f"page-{index}").write_bytes(pickle.dumps(prepare_page(gray, page_places)))


def _places_without_codes(paper: bytes) -> list[PagePlaces]:
    return [PagePlaces(width, height, (), None) for width, height in pdf.inspect(paper).page_sizes_mm]


# ── reading a scan ──────────────────────────────────────────────────────────────────────────────


def read_sheets(
    folder: Path,
    scan_path: Path,
    media_type: str,
    batch_id: UUID,
    pages: Sequence[int],
    areas: Sequence[Area],
) -> list[SheetSeen]:
    """The pages (1-based) of a scan file, each with exactly one outcome."""
    cv2.setNumThreads(1)  # there is a process for every core
    paper = Paper(folder)
    with Scan(scan_path.read_bytes(), media_type) as scan:
        return [_see(scan.read_page(number - 1), paper, batch_id, areas) for number in pages]


def _see(sheet: ScanPage, paper: Paper, batch_id: UUID, areas: Sequence[Area]) -> SheetSeen:
    reading = read_page(sheet, batch_id, paper)
    if isinstance(reading, Unplaced):
        return _set_aside(sheet, reading, batch_id)
    return see_page(sheet.index + 1, reading, paper[reading.page - 1].gray, areas)


def _set_aside(sheet: ScanPage, reading: Unplaced, batch_id: UUID) -> SheetSeen:
    ours = reading.code if reading.code and reading.code.batch_id == batch_id else None
    return SheetSeen(
        sheet.index + 1,
        "blank" if reading.reason == "blank" else "exception",
        None if reading.reason == "blank" else reading.reason,
        ours.script_number if ours else None,
        ours.page if ours else None,
        image=None if sheet.gray is None else shrink_to_jpeg(sheet.gray, sheet.dpi),
    )


def shrink_to_jpeg(gray: Gray, dpi: float) -> bytes:
    """A sheet as people look at it before it lies anywhere."""
    scale = min(1.0, _SHOWN_DPI / dpi, 3000 / max(gray.shape))
    return encode_jpeg(as_gray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)), 75)


def see_page(scan_page: int, placed: Placed, template: Gray, areas: Sequence[Area]) -> SheetSeen:
    """A placed sheet with the crops and choices of its page."""
    here = [area for area in areas if area.page == placed.page]
    return SheetSeen(
        scan_page,
        "placed",
        script_number=placed.script_number,
        page=placed.page,
        rotation=-placed.rotation % 360,
        residual_mm=None if math.isnan(placed.residual_mm) else round(placed.residual_mm, 3),
        image=encode_jpeg(placed.aligned),
        crops=[_crop(placed.aligned, template, area) for area in here],
        choices=list(_read_choices(placed.aligned, template, here)),
    )


def _crop(aligned: Gray, template: Gray, area: Area) -> CropSeen:
    bounds = Bounds(**area.bounds)
    ink = is_blank(crop(aligned, bounds), crop(template, bounds), READ_DPI)
    around = _ROUND_MM / MM_PER_INCH * READ_DPI
    shown = bounds.grown(around / aligned.shape[1], around / aligned.shape[0])
    box = {"x": shown.x, "y": shown.y, "w": shown.w, "h": shown.h}
    return CropSeen(area, encode_jpeg(crop(aligned, shown)), box, ink.blank, round(ink.ink_share, 5))


def _read_choices(aligned: Gray, template: Gray, areas: Sequence[Area]) -> Iterator[ChoiceSeen]:
    """One reading per item whose options are known by their boxes."""
    for item_id in dict.fromkeys(area.item_id for area in areas if area.options):
        options = [
            (label, Bounds(**box)) for area in areas if area.item_id == item_id for label, box in area.options
        ]
        reading = read_choice(aligned, template, options, READ_DPI)
        yield ChoiceSeen(item_id, reading.label, round(reading.confidence, 3))


# ── by a person's word ──────────────────────────────────────────────────────────────────────────


def place_sheet(
    folder: Path,
    scan_path: Path,
    media_type: str,
    scan_page: int,
    page: int,
    turned: int,
    areas: Sequence[Area],
) -> SheetSeen | None:
    """A scanned page laid over the page a person named, by its codes, else by the print; None: unreadable."""
    with Scan(scan_path.read_bytes(), media_type) as scan:
        sheet = scan.read_page(scan_page - 1)
    if sheet.gray is None:
        return None
    template = Paper(folder)[page - 1]
    found = [seen for seen in find_codes(sheet.gray) if seen.code and seen.code.page == page]
    try:
        alignment = align(sheet.gray, found, template)
    except Unaligned:
        alignment = lay_by_hand(sheet.gray, template, turned)
    aligned = warp(sheet.gray, alignment, template.places)
    placed = Placed(0, page, aligned, alignment.residual_mm, alignment.rotation, alignment)
    return replace(see_page(scan_page, placed, template.gray, areas), script_number=None)


def crop_again(folder: Path, images: Mapping[int, bytes], areas: Sequence[Area]) -> list[SheetSeen]:
    """The crops of placed pages (JPEG by page number) after areas moved; without their images."""
    paper, seen = Paper(folder), []
    for page, image in images.items():
        aligned, template = _decode(image), paper[page - 1].gray
        here = [area for area in areas if area.page == page]
        crops = [_crop(aligned, template, area) for area in here]
        choices = list(_read_choices(aligned, template, here))
        seen.append(SheetSeen(0, "placed", page=page, crops=crops, choices=choices))
    return seen


def _decode(image: bytes) -> Gray:
    gray = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert gray is not None, "an image of our own making"
    return as_gray(gray)


def show(image: bytes, turn: int, width: int | None, hidden: Sequence[dict[str, float]] = ()) -> bytes:
    """A stored sheet for the screen: `hidden` painted over, turned clockwise, shrunk to `width` pixels."""
    gray = _decode(image)
    for bounds in hidden:
        gray[Bounds(**bounds).pixels(gray)] = 235
    gray = as_gray(np.ascontiguousarray(np.rot90(gray, -turn // 90)))
    if width and width < gray.shape[1]:
        height = round(gray.shape[0] * width / gray.shape[1])
        gray = as_gray(cv2.resize(gray, (width, max(height, 1)), interpolation=cv2.INTER_AREA))
    return encode_jpeg(gray)
