import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from markroom.reading.structure.bitmap import Bitmap

pictures = arrays.arrays(
    np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 140)), elements=st.integers(0, 1)
)


@given(pictures, st.integers(1, 20), st.integers(1, 8))
@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("grown", cv2.MORPH_DILATE),
        ("shrunk", cv2.MORPH_ERODE),
        ("opened", cv2.MORPH_OPEN),
        ("closed", cv2.MORPH_CLOSE),
    ],
)
def test_a_bitmap_changes_as_the_image_does_in_opencv(
    name: str, operation: int, picture: NDArray[np.uint8], width: int, height: int
) -> None:
    changed = getattr(Bitmap.of(picture), name)(width, height).pixels()
    assert np.array_equal(changed, cv2.morphologyEx(picture, operation, np.ones((height, width), np.uint8)))


@given(pictures)
def test_black_pixels_are_counted_in_every_row(picture: NDArray[np.uint8]) -> None:
    assert Bitmap.of(picture).black_per_row().tolist() == picture.sum(axis=1).tolist()


@given(pictures, st.data())
def test_bitmaps_join_and_take_away(picture: NDArray[np.uint8], data: st.DataObject) -> None:
    other = data.draw(arrays.arrays(np.uint8, picture.shape, elements=st.integers(0, 1)))
    one, two = Bitmap.of(picture), Bitmap.of(other)
    assert np.array_equal((one | two).pixels(), picture | other)
    assert np.array_equal((one - two).pixels(), picture & (1 - other))
