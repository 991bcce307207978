"""Black and white images with 64 pixels in a number: morphology by rectangles, many pixels at a stroke."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from markroom.reading.geometry import Gray

WORD = np.uint64(64)
BELOW = 8  # white rows under an image; a rectangle is at most that high, and at most a word wide

Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Which pixels of an image are black.

    Rectangles lie as OpenCV lays them, those of even sides around the pixel at the right and below their
    middle; what of them reaches beyond the image is left out.
    """

    words: Words  # (height + BELOW, words a row): leftmost pixel lowest, a white word or more at the right
    height: int
    width: int

    @classmethod
    def of(cls, black: ArrayLike) -> "Bitmap":
        """From an array of truth values, (height, width)."""
        pixels = np.asarray(black)
        height, width = pixels.shape
        packed = np.packbits(pixels, axis=1, bitorder="little")
        words = np.zeros((height + BELOW, width // 64 + 2), "<u8")
        words.view(np.uint8)[:height, : packed.shape[1]] = packed
        return cls(words.astype(np.uint64, copy=False), height, width)

    def pixels(self, rows: slice | NDArray[np.intp] = slice(None)) -> Gray:
        """Some or all rows, 1 where black, (rows, width)."""
        chosen = self.words[: self.height][rows].astype("<u8", copy=False)
        return np.unpackbits(chosen.view(np.uint8), axis=1, count=self.width, bitorder="little")

    def black_per_row(self) -> NDArray[np.intp]:
        black: NDArray[np.intp] = np.bitwise_count(self.words[: self.height]).sum(axis=1, dtype=np.intp)
        return black

    def __or__(self, other: "Bitmap") -> "Bitmap":
        return self._with(self.words | other.words)

    def __sub__(self, other: "Bitmap") -> "Bitmap":
        return self._with(self.words & ~other.words)

    def grown(self, width: int, height: int) -> "Bitmap":
        """Black where a rectangle around the pixel meets black (dilated)."""
        words = _spread_down(_spread_right(self.words, width), height)
        return self._with(words & _everything(self.height, self.width).words)

    def shrunk(self, width: int, height: int) -> "Bitmap":
        """Black where a rectangle around the pixel is all black (eroded)."""
        everything = _everything(self.height, self.width)
        return everything - (everything - self).grown(width, height)

    def opened(self, width: int, height: int) -> "Bitmap":
        return self.shrunk(width, height).grown(width, height)

    def closed(self, width: int, height: int) -> "Bitmap":
        return self.grown(width, height).shrunk(width, height)

    def _with(self, words: Words) -> "Bitmap":
        return Bitmap(words, self.height, self.width)


@lru_cache(maxsize=4)
def _everything(height: int, width: int) -> Bitmap:
    return Bitmap.of(np.ones((height, width), np.bool_))


def _steps(count: int) -> Iterator[int]:
    """How far to move a row of `count` copies on each time: 1, 2, 4 … and what is left."""
    done = 1
    while done < count:
        yield min(done, count - done)
        done *= 2


def _spread_right(words: Words, count: int) -> Words:
    """Each bit joined with `count - 1` beside it: half of them on its left, of an odd number one more."""
    row = words.ravel()  # what leaves a row at its end comes into the margin of the next one's
    for step in map(np.uint64, _steps(count)):
        moved = row << step
        moved[1:] |= row[:-1] >> (WORD - step)
        row = np.bitwise_or(row, moved, out=moved)
    if back := np.uint64((count - 1) // 2):
        moved = row >> back
        moved[:-1] |= row[1:] << (WORD - back)
        row = moved
    return row.reshape(words.shape)


def _spread_down(rows: Words, count: int) -> Words:
    for step in _steps(count):
        joined = rows.copy()
        joined[step:] |= rows[:-step]
        rows = joined
    return np.roll(rows, -((count - 1) // 2), axis=0)
