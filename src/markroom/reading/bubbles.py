"""Multiple choice: which option carries the pen's mark."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from markroom.reading.crops import crop, find_ink
from markroom.reading.geometry import Bounds, Gray

_EMPTY, _MARKED = 0.015, 0.04  # share of an option's surroundings that ink covers
_REACH = 0.4  # a cross or ring spills this much of the option's size over its edge
_SOLID, _SPILT = 0.55, 0.25  # a mark this dense inside and outside is a scribble, perhaps a deletion
_SURE, _DOUBTFUL = 0.5, 0.3


@dataclass(frozen=True, slots=True)
class ChoiceReading:
    """`label` None with high confidence: nothing is marked; with low confidence: a person must look."""

    label: str | None
    confidence: float  # 0..1 that `label` is what the pupil meant
    inks: dict[str, float]  # by option, share of its surroundings covered by ink


def read_choice(
    aligned: Gray, template: Gray, options: Sequence[tuple[str, Bounds]], dpi: float
) -> ChoiceReading:
    """Reads crosses, ticks, rings and fillings from a whole aligned page.

    `aligned` and `template`: (h, w) of the same page and shape at `dpi`; options: label and bounds of the
    box, circle or letter in page fractions. Two marks, or one that may be a deletion, give no label.
    """
    reaches = [_reach(bounds, [other for _, other in options]) for _, bounds in options]
    area = _union(reaches)
    ink = find_ink(crop(aligned, area), crop(template, area), dpi)
    page = np.zeros(aligned.shape, dtype=bool)
    page[area.pixels(page)] = ink
    inks = {label: _share(page, reach) for (label, _), reach in zip(options, reaches, strict=True)}
    scribbled = {
        label
        for (label, bounds), reach in zip(options, reaches, strict=True)
        if _share(page, bounds) > _SOLID and _spilt(page, bounds, reach) > _SPILT
    }
    return _decide(inks, scribbled)


def _decide(inks: dict[str, float], scribbled: set[str]) -> ChoiceReading:
    (label, most), *others = sorted(inks.items(), key=lambda item: -item[1])
    second = others[0][1] if others else 0.0
    if most < _EMPTY:
        return ChoiceReading(None, 1 - 0.5 * most / _EMPTY, inks)
    if most < _MARKED or label in scribbled or second >= _MARKED or second > 0.5 * most:
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


def _share(page: NDArray[np.bool_], bounds: Bounds) -> float:
    return float(page[bounds.pixels(page)].mean())


def _spilt(page: NDArray[np.bool_], bounds: Bounds, reach: Bounds) -> float:
    """Share of the ring between an option and its reach that ink covers."""
    inside, whole = page[bounds.pixels(page)], page[reach.pixels(page)]
    ring = whole.size - inside.size
    return float(whole.sum() - inside.sum()) / ring if ring > 0 else 0.0
