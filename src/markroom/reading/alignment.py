"""Lays a scanned sheet over its template page.

The printed codes give a first projective map; patches of the template's print are then looked for around
where that map expects them, and the map is fitted again to where they were found (RANSAC). What is left
between map and patches is the residual: the map is always checked against the paper, not only the codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from markroom.reading.codes import FoundCode
from markroom.reading.geometry import MM_PER_INCH, Gray, Matrix, as_gray, px_from_mm
from markroom.reading.printing import PagePlaces

READ_DPI = 200.0
WORK_DPI = 100.0
MAX_RESIDUAL_MM = 0.6

Points = NDArray[np.float64]  # (n, 2) x, y

_WORK_MM = MM_PER_INCH / WORK_DPI
_PATCH_MM = 9.0
_GRID_MM = 26.0  # at most one patch from each square of this size
_MIN_STRENGTH = 1e-4  # of a patch's structure; below lies paper, shading and dust
_NEAR_MM, _DISTINCT = 0.8, 0.85  # correlation with its own surroundings a patch must stay under
_FINE_MM, _COARSE_MM = 2.0, 10.0  # how far from its expected place a patch is looked for
_MATCH = 0.55  # normalised correlation from which a patch counts as found
_INLIER_MM = 0.5
_MIN_PATCHES, _MIN_MATCHED_SHARE, _MIN_INLIER_SHARE = 4, 0.4, 0.6
_MIN_SPAN = 0.3  # share of the page a projective map must be held down on


class Unaligned(Exception):
    """The sheet does not lie on the template page well enough to be trusted."""


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """`matrix` maps mm from the template page's top left to pixels of the scan."""

    matrix: Matrix
    residual_mm: float  # root mean square over the matched patches; of the codes where a page has no print
    rotation: int  # 0, 90, 180 or 270: degrees clockwise the sheet lies turned in the scan


@dataclass(frozen=True, slots=True, eq=False)
class TemplatePage:
    """A template page made ready for alignment; make it once per batch with `prepare_page`."""

    places: PagePlaces
    gray: Gray  # the page at READ_DPI, in the shape `warp` gives a scan
    patches: tuple[Gray, ...]  # squares of print at WORK_DPI
    corners_px: Points  # (n, 2) their top left in the page at WORK_DPI


def prepare_page(gray: Gray, places: PagePlaces) -> TemplatePage:
    """`gray`: the whole template page without codes at any resolution."""
    full, page = (
        as_gray(cv2.resize(gray, _size_px(places, dpi), interpolation=cv2.INTER_AREA))
        for dpi in (READ_DPI, WORK_DPI)
    )
    corners = _pick_patches(page)
    side = round(_PATCH_MM / _WORK_MM)
    patches = tuple(page[y : y + side, x : x + side] for x, y in corners)
    return TemplatePage(places, full, patches, np.array(corners, float).reshape(-1, 2))


def _pick_patches(page: Gray) -> list[tuple[int, int]]:
    """In each square of a grid the patch with most two-way structure (Shi and Tomasi 1994), if it has any."""
    side, grid = round(_PATCH_MM / _WORK_MM), round(_GRID_MM / _WORK_MM)
    strength = cv2.cornerMinEigenVal(cv2.GaussianBlur(page, (0, 0), 1.2), 5)
    strength = cv2.boxFilter(strength, -1, (side, side), anchor=(0, 0), borderType=cv2.BORDER_ISOLATED)
    height, width = (length - side for length in page.shape)
    picked = []
    for top in range(0, height, grid):
        for left in range(0, width, grid):
            square = strength[top : min(top + grid, height), left : min(left + grid, width)]
            row, column = np.unravel_index(np.argmax(square), square.shape)
            corner = int(left + column), int(top + row)
            if square[row, column] > _MIN_STRENGTH and _is_distinct(page, corner, side):
                picked.append(corner)
    return picked


def _is_distinct(page: Gray, corner: tuple[int, int], side: int) -> bool:
    """Whether a patch looks unlike its own surroundings; dotted lines and grids repeat and would mislead."""
    reach, near = round(_FINE_MM / _WORK_MM), round(_NEAR_MM / _WORK_MM)
    x, y = corner
    padded = cv2.copyMakeBorder(page, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=(255,))
    around = padded[y : y + side + 2 * reach, x : x + side + 2 * reach]
    match = cv2.matchTemplate(around, page[y : y + side, x : x + side], cv2.TM_CCOEFF_NORMED)
    match[reach - near : reach + near + 1, reach - near : reach + near + 1] = 0
    return float(match.max()) < _DISTINCT


def align(gray: Gray, found: Sequence[FoundCode], template: TemplatePage) -> Alignment:
    """Where the template page lies in a scan. Codes of other pages must have been taken out of `found`.

    Raises Unaligned, with the reason for people, where the result cannot be trusted.
    """
    page_mm, scan_px = _code_points(found, template.places)
    matrix, residual_mm = _start(page_mm, scan_px, template.places)
    few = len(found) < 3
    if len(template.patches) >= _MIN_PATCHES:
        sheet = _shrink(gray, matrix, page_mm, scan_px)
        if few:
            matrix, _ = _refine(sheet, matrix, template, _COARSE_MM)
        matrix, residual_mm = _refine(sheet, matrix, template, _FINE_MM)
    elif few:
        raise Unaligned("too little is printed on this page to place it by fewer than three codes")
    if residual_mm > MAX_RESIDUAL_MM or not _is_sound(matrix, template.places):
        raise Unaligned(f"the sheet lies {residual_mm:.1f} mm off the template")
    return Alignment(matrix, residual_mm, _rotation(matrix))


def warp(gray: Gray, alignment: Alignment, places: PagePlaces, dpi: float = READ_DPI) -> Gray:
    """The scan in the template's frame: (height_mm, width_mm) at `dpi`, white outside the sheet."""
    matrix = alignment.matrix @ np.linalg.inv(px_from_mm(dpi))
    return _warp(gray, matrix, _size_px(places, dpi))


def _size_px(places: PagePlaces, dpi: float) -> tuple[int, int]:
    return round(places.width_mm / MM_PER_INCH * dpi), round(places.height_mm / MM_PER_INCH * dpi)


def _warp(gray: Gray, matrix: Matrix, size: tuple[int, int]) -> Gray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return as_gray(cv2.warpPerspective(gray, matrix, size, flags=flags, borderValue=(255,)))


# ── from the codes ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    small: Gray  # the scan at about WORK_DPI
    small_from_scan: Matrix
    page_mm: Points  # corners of the codes on the template page
    scan_px: Points  # and in the scan


def _shrink(gray: Gray, matrix: Matrix, page_mm: Points, scan_px: Points) -> _Sheet:
    scale = min(1.0, float(WORK_DPI / MM_PER_INCH / np.sqrt(abs(np.linalg.det(matrix[:2, :2])))))
    small = as_gray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    shift = scale / 2 - 0.5  # pixel centres are whole numbers on both sides
    return _Sheet(small, np.array([[scale, 0, shift], [0, scale, shift], [0, 0, 1]], float), page_mm, scan_px)


def _start(page_mm: Points, scan_px: Points, places: PagePlaces) -> tuple[Matrix, float]:
    """First map from the codes' corners and its residual in mm: projective from three codes on."""
    if not len(page_mm):
        raise Unaligned("no code was found on this sheet")
    matrix = _projective(page_mm, scan_px, 4.0) if len(page_mm) > 8 else _similar(page_mm, scan_px, 4.0)
    if matrix is None or not _is_sound(matrix, places):
        raise Unaligned("the codes do not lie where they were printed")
    back: Matrix = np.asarray(np.linalg.inv(matrix), np.float64)
    off = _map(back, scan_px) - page_mm
    return matrix, float(np.sqrt(np.mean(np.sum(off**2, axis=1))))


def _projective(source: Points, target: Points, reach_px: float) -> Matrix | None:
    found: Any = cv2.findHomography(source, target, cv2.RANSAC, reach_px)[0]
    return None if found is None else np.asarray(found, float)


def _affine(source: Points, target: Points, reach_px: float) -> Matrix | None:
    found: Any = cv2.estimateAffine2D(source, target, ransacReprojThreshold=reach_px)[0]
    return None if found is None else np.vstack([np.asarray(found, float), [0.0, 0.0, 1.0]])


def _similar(source: Points, target: Points, reach_px: float) -> Matrix | None:
    found: Any = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=reach_px)[0]
    return None if found is None else np.vstack([np.asarray(found, float), [0.0, 0.0, 1.0]])


def _code_points(found: Sequence[FoundCode], places: PagePlaces) -> tuple[Points, Points]:
    page_mm, scan_px = [], []
    for seen in found:
        if seen.code is None or seen.code.place >= len(places.codes):
            raise Unaligned("a code stands where none was printed")
        at = places.codes[seen.code.place]
        edges = [(at.x, at.y), (at.right, at.y), (at.right, at.bottom), (at.x, at.bottom)]
        page_mm += [(x * places.width_mm, y * places.height_mm) for x, y in edges]
        scan_px += seen.corners_px.tolist()
    return np.array(page_mm, float), np.array(scan_px, float)


def _is_sound(matrix: Matrix, places: PagePlaces) -> bool:
    """Whether a map keeps the sheet a sheet: not mirrored, no side or diagonal out of proportion."""
    width, height = places.width_mm, places.height_mm
    page = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    if not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 1e-9:
        return False
    sheet = _map(matrix, page)
    sides = np.roll(sheet, -1, 0) - sheet
    ahead = np.roll(sides, -1, 0)
    turns = sides[:, 0] * ahead[:, 1] - sides[:, 1] * ahead[:, 0]
    pairs = ((0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (1, 3))
    scales = [np.hypot(*(sheet[a] - sheet[b])) / np.hypot(*(page[a] - page[b])) for a, b in pairs]
    return bool((turns > 0).all() and max(scales) < 1.15 * min(scales))


def _map(matrix: Matrix, points: Points) -> Points:
    return np.asarray(cv2.perspectiveTransform(points[:, None], matrix), float)[:, 0]


def _rotation(matrix: Matrix) -> int:
    across = _map(matrix, np.array([(0, 0), (100, 0)], float))
    x, y = across[1] - across[0]
    return round(float(np.degrees(np.arctan2(y, x))) / 90) * 90 % 360


# ── from the print ────────────────────────────────────────────────────────────────────────────


def _refine(sheet: "_Sheet", matrix: Matrix, template: TemplatePage, reach_mm: float) -> tuple[Matrix, float]:
    """A better map from patches looked for up to `reach_mm` from their place, and its residual in mm."""
    pad = round(reach_mm / _WORK_MM)
    moved, scores = _find_patches(_view(sheet, matrix, template.places, pad), template, pad)
    matched = scores >= _MATCH
    if matched.sum() < max(_MIN_PATCHES, _MIN_MATCHED_SHARE * len(scores)):
        raise Unaligned("the sheet does not show what is printed on this page")
    page_px, seen_px = template.corners_px[matched], moved[matched]
    to_px = px_from_mm(WORK_DPI)
    page_px = np.vstack([page_px, _map(to_px, sheet.page_mm)])  # codes hold the map where little is printed
    seen_px = np.vstack([seen_px, _map(to_px @ np.linalg.inv(matrix), sheet.scan_px)])
    shift = _fit(page_px, seen_px, template.places, rigid=reach_mm > _FINE_MM)
    off_mm = np.hypot(*(_map(shift, template.corners_px[matched]) - moved[matched]).T) * _WORK_MM
    inliers = off_mm <= _INLIER_MM
    if inliers.sum() < max(_MIN_PATCHES, _MIN_INLIER_SHARE * len(inliers)):
        raise Unaligned("the sheet is bent or folded")
    refined = matrix @ np.linalg.inv(to_px) @ shift @ to_px
    return refined, float(np.sqrt(np.mean(off_mm[inliers] ** 2)))


def _fit(page_px: Points, seen_px: Points, places: PagePlaces, *, rigid: bool) -> Matrix:
    """A similarity where `rigid`; else projective, or affine where the points span too little."""
    span = cv2.contourArea(cv2.convexHull(page_px.astype(np.float32)))
    width, height = _size_px(places, WORK_DPI)
    reach_px = _INLIER_MM / _WORK_MM
    if rigid:
        found = _similar(page_px, seen_px, 2 * reach_px)
    elif span < _MIN_SPAN * width * height:
        found = _affine(page_px, seen_px, 2 * reach_px)
    else:
        found = _projective(page_px, seen_px, reach_px)
    if found is None:
        raise Unaligned("the sheet does not show what is printed on this page")
    return found


def _view(sheet: "_Sheet", matrix: Matrix, places: PagePlaces, pad: int) -> Gray:
    """The sheet in the template's frame at WORK_DPI with `pad` pixels more on every side."""
    width, height = _size_px(places, WORK_DPI)
    unpad = np.array([[1, 0, -pad], [0, 1, -pad], [0, 0, 1]], float)
    to_small = sheet.small_from_scan @ matrix @ np.linalg.inv(px_from_mm(WORK_DPI)) @ unpad
    return _warp(sheet.small, to_small, (width + 2 * pad, height + 2 * pad))


def _find_patches(view: Gray, template: TemplatePage, pad: int) -> tuple[Points, NDArray[np.float64]]:
    """Where each patch is seen (page pixels at WORK_DPI) and how well (normalised correlation)."""
    places, scores = [], []
    for patch, (x, y) in zip(template.patches, template.corners_px.astype(int), strict=True):
        side = len(patch) + 2 * pad
        match = cv2.matchTemplate(view[y : y + side, x : x + side], patch, cv2.TM_CCOEFF_NORMED)
        _, score, _, (column, row) = cv2.minMaxLoc(match)
        places.append((x - pad + _peak(match[row], column), y - pad + _peak(match[:, column], row)))
        scores.append(score)
    return np.array(places, float), np.array(scores, float)


def _peak(values: NDArray[Any], at: int) -> float:
    """The maximum's place between samples: the vertex of the parabola through three of them."""
    if not 0 < at < len(values) - 1:
        return float(at)
    before, top, after = (float(value) for value in values[at - 1 : at + 2])
    curve = before - 2 * top + after
    return at + (0.5 * (before - after) / curve if curve < 0 else 0.0)
