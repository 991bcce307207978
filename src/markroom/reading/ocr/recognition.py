"""Reads the letters of a sheet by the recognition model (PP-OCR) that comes in the rapidocr wheel."""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import cv2
import numpy as np

from markroom.reading.geometry import Gray, as_gray
from markroom.reading.ocr.segments import Segment, find_segments, spread, word_columns
from markroom.reading.ocr.sheets import Sheet
from markroom.reading.pdf import Word

HEIGHT_PX = 48  # that the model takes; the time it needs grows with the width
LEAST_WIDTH_PX = 96  # narrower runs are padded to it
FEW_LETTERS_PX, FEW_LETTERS_WIDTH_PX = 64, 160  # a digit alone is read more surely with more room
LONG_PX, SQUEEZED, SURE = 400, 0.75, 0.93  # long runs are read narrowed; unless sure, in full again
READERS = min(2, os.cpu_count() or 1)  # runs read at a time; each takes 150 MB while it works
NEUTRAL = 127  # what the model pads with
LEAST_SCORE = 0.5  # below: a drawing taken for letters
NUMBERED = re.compile(r"^\W?\(|^\W*\w{1,4}[).:]|^\W?\d|[)\]}]\W?$")  # may begin with a label, end with marks
STUCK = re.compile(r"^(\W?\((?:[a-z]{1,4}|[A-Z]|\d{1,2})\))(?=\w)")  # a label on its text
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
            "Rec.rec_img_shape": [3, HEIGHT_PX, LEAST_WIDTH_PX],
        }
    )


def recognise(sheet: Sheet, segments: Sequence[Segment] | None = None) -> list[Word]:
    """The words of a sheet in fractions of it, with the model's confidence; about 15 ms a run of words."""
    runs = find_segments(sheet) if segments is None else segments
    _engine()  # made before several threads ask for it
    with ThreadPoolExecutor(READERS) as readers:
        return [word for words in readers.map(lambda run: list(_read(run, sheet)), runs) for word in words]


def read_run(gray: Gray) -> tuple[str, float]:
    """The text of one run of letters, and how sure the model is of it."""
    height, width = gray.shape
    shown = width * HEIGHT_PX / height
    if shown < FEW_LETTERS_PX:
        room = round(FEW_LETTERS_WIDTH_PX * height / HEIGHT_PX) - width
        return _ask(as_gray(np.pad(gray, ((0, 0), (0, room)), constant_values=NEUTRAL)))
    if shown > LONG_PX:
        narrow = cv2.resize(gray, (round(SQUEEZED * width), height), interpolation=cv2.INTER_AREA)
        text, score = _ask(as_gray(narrow))
        if score >= SURE and not NUMBERED.search(text):
            return text, score
    return _ask(gray)


def _ask(gray: Gray) -> tuple[str, float]:
    read = _engine()(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), use_det=False, use_cls=False)
    return (read.txts[0], float(read.scores[0])) if read.txts else ("", 0.0)


def _read(segment: Segment, sheet: Sheet) -> Iterator[Word]:
    text, score = read_run(segment.gray)
    if score < LEAST_SCORE:
        return
    text = STUCK.sub(r"\1 ", INSIDE.sub(r"\1\2", text))
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
            confidence=score,
        )
