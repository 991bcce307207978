"""Where text stands on a sheet: runs of letters without a wide gap."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from markroom.reading.geometry import Gray, as_gray
from markroom.reading.ocr.sheets import INK, Sheet

RULE_MM = 8.0  # longer strokes are drawn, not written
LETTER_MM = (0.9, 14.0)  # heights of what may be a letter
LINE_MM = 1.15  # least height of a run: the dots of letters make one of their own
FRAME_MM = 3.5  # sides of a box
HOLLOW = 0.25  # share of its rectangle that a frame inks
STROKE_MM = 0.9
GAP_MM = 1.9  # of white between two runs of letters
STACK_MM, STACKED = 5.0, 4  # width of a column of single letters, and how many make one
MOST = 300  # runs a page

Frame = list[int]  # x, y, width, height


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A run of letters cut out of a sheet, in pixels; `ink` is true where a stroke is."""

    x: int
    y: int
    gray: Gray
    ink: NDArray[np.bool_]


def find_segments(sheet: Sheet) -> list[Segment]:
    """From top to bottom, without rules and frames; at most MOST, the tallest first to go."""
    ink = (sheet.gray < INK).astype(np.uint8)
    drawn = _drawn(ink, sheet)
    letters = _letters(ink & (1 - drawn), drawn, sheet)
    joined = cv2.dilate(letters, np.ones((1, sheet.px(GAP_MM)), np.uint8))
    _, _, frames, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
    bare = as_gray(np.where(drawn > 0, 255, sheet.gray))
    tall = [frame[:4] for frame in frames[1:].tolist() if frame[3] >= sheet.px(LINE_MM)]
    upright = _without_stacks(tall, sheet)
    found = [_cut(frame, bare, letters, sheet) for frame in upright]
    return sorted(sorted(found, key=lambda segment: segment.gray.shape[0])[:MOST], key=lambda s: s.y)


def _drawn(ink: Gray, sheet: Sheet) -> Gray:
    """Rules, sides of tables, axes."""
    reach = sheet.px(RULE_MM)
    across, along = np.ones((1, 3), np.uint8), np.ones((3, 1), np.uint8)  # a turned stroke has steps
    level = cv2.morphologyEx(cv2.dilate(ink, along), cv2.MORPH_OPEN, np.ones((1, reach), np.uint8))
    steep = cv2.morphologyEx(cv2.dilate(ink, across), cv2.MORPH_OPEN, np.ones((reach, 1), np.uint8))
    return as_gray(cv2.dilate(cv2.bitwise_or(level, steep), np.ones((3, 3), np.uint8)))


def _letters(ink: Gray, drawn: Gray, sheet: Sheet) -> Gray:
    """The connected strokes that are of a letter's size, neither dots nor frames nor sides of boxes."""
    whole = cv2.dilate(ink, np.ones((3, 3), np.uint8))  # thin strokes break
    _, parts, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    least, most = (sheet.px(mm) for mm in LETTER_MM)
    side = sheet.px(FRAME_MM)
    frame = (width > side) & (height > side) & (area < HOLLOW * width * height)
    kept = (height >= least) & (height <= most) & (width <= 2 * most) & ~frame
    side_of_box = np.zeros_like(kept)
    side_of_box[np.unique(parts[drawn > 0])] = True
    kept &= ~(side_of_box & (width < sheet.px(STROKE_MM)))
    kept[0] = False
    return as_gray(cv2.bitwise_and(as_gray(kept[parts]), ink))


def _without_stacks(frames: list[Frame], sheet: Sheet) -> list[Frame]:
    """Without letters right below one another in a narrow column, as of text that runs up the margin."""
    narrow, below = sheet.px(STACK_MM + GAP_MM), sheet.px(1.4)
    stacks: list[list[Frame]] = []
    for frame in sorted((f for f in frames if f[2] <= narrow), key=lambda f: f[1]):
        for stack in stacks:
            last = stack[-1]
            if _in_column(frame, last, sheet) and frame[1] - (last[1] + last[3]) < below:
                stack.append(frame)
                break
        else:
            stacks.append([frame])
    columns = [stack[len(stack) // 2] for stack in stacks if len(stack) >= STACKED]
    return [f for f in frames if f[2] > narrow or not any(_in_column(f, other, sheet) for other in columns)]


def _in_column(frame: Frame, other: Frame, sheet: Sheet) -> bool:
    return abs((2 * frame[0] + frame[2]) - (2 * other[0] + other[2])) < 2 * sheet.px(1.2)


def _cut(frame: Frame, gray: Gray, letters: Gray, sheet: Sheet) -> Segment:
    x, y, width, height = frame
    beyond = sheet.px(GAP_MM) // 2
    inked = np.flatnonzero(letters[y : y + height, x : x + width].any(axis=0))
    left, right = x + int(inked[0]), x + int(inked[-1]) + 1
    aside, above = min(beyond, sheet.px(0.9)), sheet.px(0.6)
    rows = slice(max(y - above, 0), y + height + above)
    columns = slice(max(left - aside, 0), right + aside)
    return Segment(columns.start, rows.start, gray[rows, columns], gray[rows, columns] < INK)


def word_columns(ink: NDArray[np.bool_], words: int) -> list[tuple[int, int]] | None:
    """First and last column (exclusive) of each of so many words, parted at the widest gaps."""
    inked = np.flatnonzero(ink.any(axis=0))
    if not inked.size:
        return None
    gaps = np.diff(inked)
    if words - 1 > int((gaps > 1).sum()):
        return None
    widest = np.sort(np.argsort(gaps, kind="stable")[::-1][: words - 1])
    starts = [int(inked[0]), *(int(inked[i + 1]) for i in widest)]
    ends = [*(int(inked[i]) + 1 for i in widest), int(inked[-1]) + 1]
    return list(zip(starts, ends, strict=True))


def spread(width: int, words: list[str]) -> Iterator[tuple[int, int]]:
    """Columns in proportion to the letters, where no gaps are seen."""
    letters = sum(map(len, words)) + len(words) - 1
    begin = 0
    for word in words:
        yield width * begin // letters, max(width * (begin + len(word)) // letters, 1)
        begin += len(word) + 1
