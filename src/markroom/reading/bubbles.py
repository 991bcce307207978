"""Multiple choice: which option carries the pen's mark."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from markroom.reading.crops import crop, find_ink
from markroom.reading.geometry import MM_PER_INCH, Bounds, Gray

_EMPTY, _MARKED = 0.015, 0.04  # share of an option's surroundings that ink covers
_REACH = 0.4  # a cross or ring spills this much of the option's size over its edge
_SOLID, _SPILT = 0.55, 0.25  # a mark this dense inside and outside is a scribble, perhaps a deletion
_STRAY = 0.25
_SURE, _DOUBTFUL = 0.5, 0.3
_NOTE_MM2, _WORDS_MM2 = (
    0.8,
    6.0,
)  # ink beside the options: a mark beside empty boxes, words beside a marked one


@dataclass(frozen=True, slots=True)
class ChoiceReading:
    """`label` None with high confidence: nothing is marked; with low confidence: a person must look."""

    label: str | None
    confidence: float  # 0..1 that `label` is what the pupil meant
    inks: dict[str, float]  # by option, share of its surroundings covered by ink


def read_choice(
    aligned: Gray,
    template: Gray,
    options: Sequence[tuple[str, Bounds]],
    dpi: float,
    area: Bounds | None = None,
) -> ChoiceReading:
    """Reads crosses, ticks, rings and fillings from a whole aligned page.

    `aligned` and `template`: (h, w) of the same page and shape at `dpi`; options: label and bounds of the
    box, circle or letter in page fractions; `area`: the whole response area, in which other writing raises
    doubt. Two marks, or one that may be a deletion, give no label.
    """
    reaches = [_reach(bounds, [other for _, other in options]) for _, bounds in options]
    whole = _union([*reaches, area] if area else reaches)
    page = np.zeros(aligned.shape, dtype=bool)
    page[whole.pixels(page)] = find_ink(crop(aligned, whole), crop(template, whole), dpi)
    inks = dict(zip((label for label, _ in options), _ink_shares(page, reaches), strict=True))
    scribbled = {
        label
        for (label, bounds), reach in zip(options, reaches, strict=True)
        if page[bounds.pixels(page)].mean() > _SOLID and _spilt(page, bounds, reach) > _SPILT
    }
    for reach in reaches:
        page[reach.pixels(page)] = False
    elsewhere_mm2 = float(page.sum()) * (MM_PER_INCH / dpi) ** 2
    return _decide(inks, scribbled, elsewhere_mm2)


def _ink_shares(page: NDArray[np.bool_], reaches: Sequence[Bounds]) -> list[float]:
    """Ink in each reach; a stroke that lies mostly in one and only strays into another counts for the one."""
    count, strokes = cv2.connectedComponents(page.astype(np.uint8), connectivity=8)
    parts = [strokes[reach.pixels(page)] for reach in reaches]
    inks = np.stack([np.bincount(part.ravel(), minlength=count)[1:] for part in parts])
    inks[inks < _STRAY * inks.max(axis=0, initial=0)] = 0
    return [float(ink.sum()) / part.size for ink, part in zip(inks, parts, strict=True)]


def _decide(inks: dict[str, float], scribbled: set[str], elsewhere_mm2: float) -> ChoiceReading:
    (label, most), *others = sorted(inks.items(), key=lambda item: -item[1])
    second = others[0][1] if others else 0.0
    if most < _EMPTY and elsewhere_mm2 < _NOTE_MM2:
        return ChoiceReading(None, 1 - 0.5 * most / _EMPTY, inks)
    if (
        most < _MARKED
        or label in scribbled
        or second >= _MARKED
        or second > 0.5 * most
        or elsewhere_mm2 > _WORDS_MM2
    ):
        return ChoiceReading(None, _DOUBTFUL, inks)
    doubt = max(0.0, second - _EMPTY / 2) / _MARKED
    return ChoiceReading(label, max(_SURE, 1 - doubt), inks)


def _reach(bounds: Bounds, options: Sequence[Bounds]) -> Bounds:
    """Where a mark meant for an option lies: its bounds grown, but at most half way to its neighbours."""
    grow_x, grow_y = _REACH * bounds.w, _REACH * bounds.h
    for other in options:
        across = max(other.x - bounds.right, bounds.x - other.right)
        down = max(other.y - bounds.bottom, bounds.y - other.bottom)
        if other != bounds and max(across, down) >= 0:
            if across >= down:
                grow_x = min(grow_x, across / 2)
            else:
                grow_y = min(grow_y, down / 2)
    return bounds.grown(grow_x, grow_y)


def _union(areas: Sequence[Bounds]) -> Bounds:
    x, y = min(area.x for area in areas), min(area.y for area in areas)
    return Bounds(x, y, max(area.right for area in areas) - x, max(area.bottom for area in areas) - y)


def _spilt(page: NDArray[np.bool_], bounds: Bounds, reach: Bounds) -> float:
    """Share of the ring between an option and its reach that ink covers."""
    inside, whole = page[bounds.pixels(page)], page[reach.pixels(page)]
    ring = whole.size - inside.size
    return float(whole.sum() - inside.sum()) / ring if ring > 0 else 0.0
