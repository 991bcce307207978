"""Printing a batch: where codes fit on each page of a paper, and the stamped scripts themselves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID

import cv2
import fontpkg  # type: ignore[import-untyped]
import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from markroom.reading import pdf as paper_pdf
from markroom.reading.codes import MODULES, PageCode, draw_code
from markroom.reading.geometry import MM_PER_INCH, Bounds

CODE_MM = 10.0  # 0.4 mm a module: 3 pixels at 200 dpi
LABEL_MM = (70.0, 3.2)

_PLAN_DPI = 50.0
_PLAN_MM = MM_PER_INCH / _PLAN_DPI
_QUIET_MM = 1.6  # four modules of the standard
_EDGE_MM = 5.0  # desktop printers leave a little over 4 mm white
_IDEAL_MM = 7.0  # from the edge: feeders cut a few mm off
_MARGIN_MM = 22.0  # codes and labels stay this near to an edge
_SMALLER_MM = (CODE_MM, 8.0)
_INK_BELOW = 250
_LABEL_DPI = 600
_POINTS_PER_MM = 72 / MM_PER_INCH


class NoRoomForCodes(Exception):
    """A page of this paper is too full: no free place for a page code was found."""

    def __init__(self, page: int) -> None:
        super().__init__(f"Page {page} of this paper has no free place for a page code.")
        self.page = page


@dataclass(frozen=True, slots=True)
class PagePlaces:
    """One page's size and where its codes (place 0, 1, …) and its label are printed."""

    width_mm: float
    height_mm: float
    codes: tuple[Bounds, ...]  # the symbols without quiet zone
    label: Bounds | None


@dataclass(frozen=True, slots=True)
class CodePlaces:
    """The places of a whole paper, page 1 first; stored with the batch as `to_json` gives it."""

    pages: tuple[PagePlaces, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CodePlaces":
        return cls(
            tuple(
                PagePlaces(
                    page["width_mm"],
                    page["height_mm"],
                    tuple(Bounds(**code) for code in page["codes"]),
                    Bounds(**page["label"]) if page["label"] else None,
                )
                for page in stored["pages"]
            )
        )


@dataclass(frozen=True, slots=True)
class PrintedScript:
    number: int
    name: str | None = None
    candidate_number: str | None = None


# ── planning ────────────────────────────────────────────────────────────────────────────────


def plan_codes(pdf: bytes, avoid: Mapping[int, Sequence[Bounds]] | None = None) -> CodePlaces:
    """Free places for up to four codes (one per corner, slid along the margins) and a label on every page.

    `avoid`: by 1-based page, areas to keep clear although nothing is printed there (response areas).
    Raises NoRoomForCodes where a page has none, pdf.Unreadable for a bad file.
    """
    pages = []
    with paper_pdf.open_pdf(pdf) as document:
        for page in range(1, len(document) + 1):
            gray = paper_pdf.render_page(paper_pdf.load_page(document, page), _PLAN_DPI)
            width_pt, height_pt = document.get_page_size(page - 1)
            taken = gray < _INK_BELOW
            for area in (avoid or {}).get(page, ()):
                taken[area.pixels(gray)] = True
            places = _plan_page(taken, width_pt / _POINTS_PER_MM, height_pt / _POINTS_PER_MM)
            if not places.codes:
                raise NoRoomForCodes(page)
            pages.append(places)
    return CodePlaces(tuple(pages))


def _plan_page(taken: NDArray[np.bool_], width_mm: float, height_mm: float) -> PagePlaces:
    """`taken`: the page at _PLAN_DPI, True where something is printed."""
    size_mm = np.array([width_mm, height_mm])
    codes = _plan_corners(taken, size_mm)
    label = None
    for code in codes:
        taken[code.grown(*(_QUIET_MM / size_mm)).pixels(taken)] = True
    corner = _find_free(taken, LABEL_MM, size_mm, target_mm=(width_mm / 2, _EDGE_MM))
    if corner is not None:
        label = _bounds(corner, LABEL_MM, size_mm)
    return PagePlaces(width_mm, height_mm, tuple(codes), label)


def _plan_corners(taken: NDArray[np.bool_], size_mm: NDArray[np.float64]) -> list[Bounds]:
    best: list[Bounds] = []
    for side_mm in _SMALLER_MM:
        inset = _IDEAL_MM + side_mm / 2
        codes = []
        for right, low in ((0, 0), (1, 0), (0, 1), (1, 1)):
            target = np.array([right, low]) * size_mm + np.where([right, low], -inset, inset)
            room = (side_mm + 2 * _QUIET_MM,) * 2
            corner = _find_free(_quarter(taken, right, low), room, size_mm, target)
            if corner is not None:
                codes.append(_bounds(corner + _QUIET_MM, (side_mm, side_mm), size_mm))
        if len(codes) > len(best):
            best = codes
        if len(best) == 4:
            break
    return best


def _quarter(taken: NDArray[np.bool_], right: int, low: int) -> NDArray[np.bool_]:
    """The same map with everything outside one quarter of the page taken."""
    height, width = taken.shape
    only = np.ones_like(taken)
    rows = slice(height // 2, None) if low else slice(None, height // 2)
    columns = slice(width // 2, None) if right else slice(None, width // 2)
    only[rows, columns] = taken[rows, columns]
    return only


def _find_free(
    taken: NDArray[np.bool_],
    room_mm: tuple[float, float],
    size_mm: NDArray[np.float64],
    target_mm: Sequence[float] | NDArray[np.float64],
) -> NDArray[np.float64] | None:
    """Top left (mm) of the free room in the margins whose centre is nearest to the target, or None."""
    columns, rows = (int(np.ceil(side / _PLAN_MM)) + 1 for side in room_mm)
    height, width = taken.shape
    if rows >= height or columns >= width:
        return None
    sums = cv2.integral(taken.astype(np.uint8))
    full = sums[rows:, columns:] - sums[:-rows, columns:] - sums[rows:, :-columns] + sums[:-rows, :-columns]
    y_mm, x_mm = np.mgrid[: full.shape[0], : full.shape[1]] * _PLAN_MM
    right_mm, bottom_mm = size_mm[0] - x_mm - room_mm[0], size_mm[1] - y_mm - room_mm[1]
    near = np.minimum.reduce([x_mm + room_mm[0], y_mm + room_mm[1], size_mm[0] - x_mm, size_mm[1] - y_mm])
    printable = np.minimum.reduce([x_mm, y_mm, right_mm, bottom_mm]) >= _EDGE_MM - _QUIET_MM
    free = (full == 0) & printable & (near <= _MARGIN_MM)
    if not free.any():
        return None
    away = np.hypot(x_mm + room_mm[0] / 2 - target_mm[0], y_mm + room_mm[1] / 2 - target_mm[1])
    row, column = np.unravel_index(np.argmin(np.where(free, away, np.inf)), away.shape)
    return np.array([column, row]) * _PLAN_MM + _PLAN_MM / 2


def _bounds(
    corner_mm: NDArray[np.float64], side_mm: tuple[float, float], size_mm: NDArray[np.float64]
) -> Bounds:
    return Bounds(*(corner_mm / size_mm).tolist(), *(np.array(side_mm) / size_mm).tolist())


# ── stamping ────────────────────────────────────────────────────────────────────────────────


def print_scripts(
    pdf: bytes,
    batch_id: UUID,
    scripts: Sequence[PrintedScript],
    places: CodePlaces,
    out: BinaryIO,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Writes all scripts as one PDF to `out`: every page of the paper once per script, with codes and label.

    The paper's pages are embedded once as form XObjects and shared: their content stays as it is and a script
    adds about 4 kB a page. `progress(done, total)` is called after each script. Raises ValueError where
    `places` is not of this paper, pdf.Unreadable for a bad file.
    """
    paper_pdf.inspect(pdf)
    with pikepdf.open(BytesIO(pdf)) as paper, pikepdf.new() as printed:
        if len(paper.pages) != len(places.pages):
            raise ValueError("the code places belong to another paper")
        forms = [printed.copy_foreign(form) for form in _page_forms(paper)]
        font = printed.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
        )
        for done, script in enumerate(scripts, start=1):
            label = _label_image(printed, script)
            for number, (form, page) in enumerate(zip(forms, places.pages, strict=True), start=1):
                code = PageCode(batch_id, script.number, number)
                _add_page(printed, form, label, font, page, code)
            if progress:
                progress(done, len(scripts))
        printed.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _page_forms(paper: pikepdf.Pdf) -> list[pikepdf.Object]:
    """Each page, upright, as a form XObject of what the screen shows: its crop box with annotations."""
    paper.flatten_annotations("print")
    for page in paper.pages:
        page.trimbox = page.cropbox
    return [page.as_form_xobject() for page in paper.pages]


def _add_page(
    printed: pikepdf.Pdf,
    form: pikepdf.Object,
    label: pikepdf.Object,
    font: pikepdf.Object,
    page: PagePlaces,
    code: PageCode,
) -> None:
    width, height = page.width_mm * _POINTS_PER_MM, page.height_mm * _POINTS_PER_MM
    x0, y0 = _upright_origin(form)
    content = [f"q 1 0 0 1 {-x0:.4f} {-y0:.4f} cm /Paper Do Q 0 g"]
    for place, bounds in enumerate(page.codes):
        symbol = draw_code(PageCode(code.batch_id, code.script_number, code.page, place))
        content.append(_code_content(symbol, bounds, width, height))
    if page.label:
        content.append(_label_content(page.label, width, height, f"{code.script_number}/{code.page}"))
    stream = printed.make_stream("\n".join(content).encode())
    resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(Paper=form, Label=label), Font=pikepdf.Dictionary(F=font)
    )
    entry = pikepdf.Dictionary(
        Type=pikepdf.Name.Page, MediaBox=[0, 0, width, height], Resources=resources, Contents=stream
    )
    printed.pages.append(pikepdf.Page(entry))


def _upright_origin(form: pikepdf.Object) -> tuple[float, float]:
    """Lower left of the form's box after its matrix."""
    left, bottom, right, top = (float(edge) for edge in form.BBox)
    a, b, c, d, e, f = (float(part) for part in form.get("/Matrix", [1, 0, 0, 1, 0, 0]))
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(xs), min(ys)


def _code_content(symbol: NDArray[np.bool_], bounds: Bounds, width: float, height: float) -> str:
    """One path of horizontal runs, filled at once so that no viewer shows seams."""
    runs = []
    for row, line in enumerate(symbol):
        edges = np.flatnonzero(np.diff(np.concatenate(([False], line, [False])).astype(np.int8))).tolist()
        runs += [
            f"{start} {row} {end - start} 1 re" for start, end in zip(edges[::2], edges[1::2], strict=True)
        ]
    step_x, step_y = bounds.w * width / MODULES, bounds.h * height / MODULES
    frame = f"{step_x:.5f} 0 0 {-step_y:.5f} {bounds.x * width:.4f} {(1 - bounds.y) * height:.4f} cm"
    return f"q {frame} {' '.join(runs)} f Q"


def _label_content(bounds: Bounds, width: float, height: float, sheet: str) -> str:
    """The script's label image and, right of it, script number/page for people's eyes."""
    x, y, w, h = bounds.x * width, (1 - bounds.bottom) * height, bounds.w * width, bounds.h * height
    names = f"q {w * 0.82:.3f} 0 0 {h:.3f} {x:.3f} {y:.3f} cm /Label Do Q"
    return f"{names} BT /F 7 Tf {x + w * 0.84:.3f} {y + h * 0.25:.3f} Td ({sheet}) Tj ET"


def _label_image(printed: pikepdf.Pdf, script: PrintedScript) -> pikepdf.Object:
    """Name and candidate number as a stencil: any script the font has, without embedding fonts."""
    size = round(LABEL_MM[0] * 0.82 / MM_PER_INCH * _LABEL_DPI), round(LABEL_MM[1] / MM_PER_INCH * _LABEL_DPI)
    image = Image.new("L", size, 255)
    text = "  ".join(part for part in (script.name, script.candidate_number) if part)
    font = ImageFont.truetype(str(fontpkg.path("noto-sans")), size=round(size[1] * 0.72))
    ImageDraw.Draw(image).text((size[0], size[1] / 2), text, font=font, fill=0, anchor="rm")
    bits = np.packbits(np.asarray(image) >= 128, axis=1)
    stencil = pikepdf.Stream(
        printed,
        bits.tobytes(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=size[0],
        Height=size[1],
        ImageMask=True,
        BitsPerComponent=1,
    )
    return printed.make_indirect(stencil)
