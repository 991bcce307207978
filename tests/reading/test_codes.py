from dataclasses import replace
from uuid import UUID

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from markroom.reading.codes import (
    MAX_PAGE,
    MAX_PLACES,
    MAX_SCRIPT_NUMBER,
    MODULES,
    PageCode,
    decode_code,
    draw_code,
    encode_code,
    find_codes,
)
from tests.reading.demo_scripts import BATCH, add_noise, pose, sheet, turn

page_codes = st.builds(
    PageCode,
    st.uuids(),
    st.integers(1, MAX_SCRIPT_NUMBER),
    st.integers(1, MAX_PAGE),
    st.integers(0, MAX_PLACES - 1),
)
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@given(page_codes)
def test_a_code_says_the_whole_batch_script_page_and_place_again(code: PageCode) -> None:
    read = decode_code(encode_code(code))
    assert read == code
    assert read is not None
    assert read.place == code.place


@given(page_codes)
def test_a_code_fits_the_smallest_symbol(code: PageCode) -> None:
    assert draw_code(code).shape == (MODULES, MODULES)


@given(st.text())
def test_any_text_is_foreign(text: str) -> None:
    assert decode_code(text) is None


@given(st.text(DIGITS, min_size=36, max_size=36))
def test_a_text_of_our_shape_decodes_only_if_we_would_write_it(digits: str) -> None:
    code = decode_code("MK" + digits)
    assert code is None or encode_code(code) == "MK" + digits


@given(page_codes, st.integers(0, 37), st.sampled_from(DIGITS))
def test_a_misread_digit_is_noticed(code: PageCode, place: int, digit: str) -> None:
    text = encode_code(code)
    misread = text[:place] + digit + text[place + 1 :]
    assert decode_code(misread) == (code if misread == text else None)


@pytest.mark.parametrize(
    "wrong", [{"script_number": 0}, {"script_number": 70_000}, {"page": 0}, {"page": 5000}]
)
def test_numbers_out_of_range_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="out of range"):
        encode_code(replace(PageCode(BATCH, 1, 1), **wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_four_codes_are_found_however_the_sheet_lies(quarters: int) -> None:
    found = find_codes(turn(sheet(3), quarters))
    assert {code.code for code in found} == {PageCode(BATCH, 1, 3)}
    assert sorted(code.code.place for code in found if code.code) == [0, 1, 2, 3]


def test_corners_turn_with_the_sheet() -> None:
    """The first corner is the symbol's own top left, wherever that lies in the scan."""
    upright, turned = find_codes(sheet(3)), find_codes(turn(sheet(3), 2))
    at = {code.code.place: code.corners_px for code in upright if code.code}
    height, width = sheet(3).shape
    for code in turned:
        assert code.code is not None
        expected = np.array([width - 1, height - 1]) - at[code.code.place]
        assert np.abs(code.corners_px - expected).max() <= 1.5


@pytest.mark.parametrize("seed", range(5))
def test_codes_are_found_on_a_skewed_noisy_sheet(seed: int) -> None:
    skewed, _ = pose(sheet(4), degrees=1.8 * (-1) ** seed, bend_px=8, seed=seed)
    assert len(find_codes(add_noise(skewed, 12, seed))) == 4


def test_codes_are_found_when_the_lens_is_out_of_focus() -> None:
    blurred = np.asarray(cv2.GaussianBlur(sheet(4), (0, 0), 1.8), np.uint8)
    assert {code.code for code in find_codes(blurred)} == {PageCode(BATCH, 1, 4)}


def test_three_codes_remain_when_one_is_destroyed() -> None:
    image = sheet(2).copy()
    image[:250, :250] = 0
    assert sorted(code.code.place for code in find_codes(image) if code.code) == [1, 2, 3]


def test_foreign_codes_are_reported_as_foreign() -> None:
    image = np.full((600, 600), 255, np.uint8)
    symbol = zxingcpp.create_barcode("https://school.example", zxingcpp.BarcodeFormat.QRCode)
    drawn = np.array(symbol.to_image(scale=6), dtype=np.uint8)
    image[100 : 100 + len(drawn), 100 : 100 + len(drawn)] = drawn
    (found,) = find_codes(image)
    assert (found.text, found.code) == ("https://school.example", None)


def test_white_paper_has_no_codes() -> None:
    assert find_codes(np.full((2339, 1654), 255, np.uint8)) == []


def test_batches_that_share_their_first_bytes_stay_apart() -> None:
    near = UUID(int=BATCH.int ^ 1)
    assert decode_code(encode_code(PageCode(near, 1, 1))) != PageCode(BATCH, 1, 1)
