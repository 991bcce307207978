"""Reads the letters of a sheet by the recognition model (PP-OCR) that comes in the rapidocr wheel."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import cv2
import numpy as np

from markroom.reading.ocr.segments import Segment, find_segments, spread, word_columns
from markroom.reading.ocr.sheets import Sheet
from markroom.reading.pdf import Word

LEAST_SCORE = 0.5  # below: a drawing taken for letters
INSIDE = re.compile(r"([\[(])\s+|\s+([\])])")  # white space seen between a bracket and what it holds
STROKES = frozenset(("I", "l", "|"))  # alone, a stroke is a number
FRAMES = frozenset("☐□口")


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR  # slow to import, and 150 MB while it works

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_det": False,
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        }
    )


def recognise(sheet: Sheet) -> list[Word]:
    """The words of a sheet in fractions of it, with the model's confidence; about 15 ms a run of words."""
    return [word for segment in find_segments(sheet) for word in _read(segment, sheet)]


def _read(segment: Segment, sheet: Sheet) -> Iterator[Word]:
    read = _engine()(cv2.cvtColor(segment.gray, cv2.COLOR_GRAY2BGR), use_det=False, use_cls=False)
    if not read.txts or read.scores[0] < LEAST_SCORE:
        return
    text = INSIDE.sub(r"\1\2", read.txts[0])
    text = "1" if text in STROKES else text
    words = [word for word in text.split() if not FRAMES.issuperset(word)]
    if not words:
        return
    height, width = sheet.gray.shape
    columns = word_columns(segment.ink, len(words)) or list(spread(segment.ink.shape[1], words))
    for text, (left, right) in zip(words, columns, strict=True):
        rows = np.flatnonzero(segment.ink[:, left:right].any(axis=1))
        top, bottom = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, segment.ink.shape[0])
        yield Word(
            text,
            (segment.x + left) / width,
            (segment.y + top) / height,
            (segment.x + right) / width,
            (segment.y + bottom) / height,
            confidence=float(read.scores[0]),
        )
