"""Which way up a picture of a page lies, by how surely a few of its runs of letters can be read."""

from dataclasses import dataclass
from statistics import fmean

import cv2
import numpy as np

from markroom.reading.geometry import Gray, as_gray
from markroom.reading.ocr.recognition import HEIGHT_PX, read_run
from markroom.reading.ocr.segments import Segment, find_segments
from markroom.reading.ocr.sheets import Sheet, lay_straight

WORDY_PX = 110  # width, as the model sees it, of a run of several letters
ENOUGH_PX = 300  # and of what of it is read
SAMPLE, FEWEST = 5, 3
CLEAR = 0.95  # mean confidence of a sample that is surely the right way up
LEAST = 0.8  # that another turn must have
BETTER = 0.08  # by which it must be surer


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """A sheet to be read and its runs of letters; `turn`: degrees clockwise by which it was turned."""

    sheet: Sheet
    segments: list[Segment]
    turn: int = 0


def lay_upright(gray: Gray, dpi: float) -> Upright:
    """The page laid straight, and turned before where it lay on its side or upside down.

    Where too little is written to tell, as it lies. About 0.1 s a page more than to lay it straight.
    """
    as_it_lies = _lay(gray, dpi, 0)
    sample = _sample(as_it_lies)
    upright = _certainty(sample)
    if upright >= CLEAR:
        return as_it_lies
    turns = {180: _certainty(_turned_round(sample))}
    if _runs_upward(as_it_lies.sheet):
        sample = _sample(_lay(gray, dpi, 90))
        turns |= {90: _certainty(sample), 270: _certainty(_turned_round(sample))}
    turn = max(turns, key=turns.__getitem__)
    return _lay(gray, dpi, turn) if turns[turn] > max(LEAST, upright + BETTER) else as_it_lies


def _lay(gray: Gray, dpi: float, turn: int) -> Upright:
    sheet = lay_straight(as_gray(np.ascontiguousarray(np.rot90(gray, -turn // 90))), dpi)
    return Upright(sheet, find_segments(sheet), turn)


def _runs_upward(sheet: Sheet) -> bool:
    """Whether the columns' sums of ink differ more than the rows': the lines of text lie across them."""
    ink = 255 - as_gray(cv2.resize(sheet.gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA))
    rows, columns = (np.diff(ink.sum(axis=axis, dtype=np.int64)) for axis in (1, 0))
    return bool((columns**2).sum() > (rows**2).sum())


def _sample(page: Upright) -> list[Gray]:
    """The beginnings of a few runs of several letters from all over the page; none where too few."""
    wordy = [segment.gray for segment in page.segments if _shown_px(segment.gray) > WORDY_PX]
    if len(wordy) < FEWEST:
        return []
    picked = np.linspace(0, len(wordy) - 1, min(SAMPLE, len(wordy))).round().astype(int)
    grays = (wordy[index] for index in picked.tolist())
    return [gray[:, : round(ENOUGH_PX * gray.shape[0] / HEIGHT_PX)] for gray in grays]


def _turned_round(sample: list[Gray]) -> list[Gray]:
    return [as_gray(np.ascontiguousarray(np.rot90(gray, 2))) for gray in sample]


def _certainty(sample: list[Gray]) -> float:
    return fmean(map(_read_latin, sample)) if sample else 0.0


def _shown_px(gray: Gray) -> float:
    """Width as the model sees it."""
    return float(gray.shape[1] * HEIGHT_PX / gray.shape[0])


def _read_latin(gray: Gray) -> float:
    """How surely it is read; letters the wrong way up are often taken for another script."""
    text, score = read_run(gray)
    latin = sum(letter.isascii() for letter in text)
    return score if latin > 0.8 * len(text) and len(text) > 1 else 0.0
