"""S-02: every page of a scan comes out, as an image or with its error."""

import io
import struct
import zlib

import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from markroom.reading.geometry import Gray
from markroom.reading.scans import MEDIA_TYPES, UnreadableScan, scan_pages

PDF, JPEG, PNG, TIFF = MEDIA_TYPES


def picture(seed: int = 0, size: tuple[int, int] = (1654, 2339)) -> Image.Image:
    shade = np.linspace(60 + seed, 240, size[0], dtype=np.float32)
    return Image.fromarray(np.tile(shade, (size[1], 1)).astype(np.uint8))


def jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def jpeg_pdf(*jpegs: bytes, size: tuple[int, int] = (1654, 2339), **entries: object) -> bytes:
    """A copier's PDF: each page one JPEG over the whole A4 page."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for data in jpegs:
            image = pikepdf.Stream(
                document,
                data,
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=size[0],
                Height=size[1],
                ColorSpace=pikepdf.Name.DeviceGray,
                BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode,
            )
            page = pikepdf.Dictionary(
                Type=pikepdf.Name.Page,
                MediaBox=[0, 0, 595.28, 841.89],
                Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=document.make_indirect(image))),
                Contents=document.make_stream(b"q 595.28 0 0 841.89 0 0 cm /Im0 Do Q"),
                **entries,  # type: ignore[arg-type]
            )
            document.pages.append(pikepdf.Page(page))
        document.save(out)
    return out.getvalue()


def images(data: bytes, media_type: str) -> list[Gray]:
    pages = list(scan_pages(data, media_type))
    assert [page.error for page in pages] == [None] * len(pages)
    return [page.gray for page in pages if page.gray is not None]


def test_a_copiers_jpeg_is_taken_as_it_is() -> None:
    data = jpeg(picture())
    (page,) = scan_pages(jpeg_pdf(data), PDF)
    assert page.gray is not None
    assert np.abs(page.gray.astype(int) - np.asarray(Image.open(io.BytesIO(data)))).max() <= 1
    assert page.dpi == pytest.approx(200, abs=0.5)


def test_a_page_turned_in_the_pdf_comes_as_it_is_seen() -> None:
    (page,) = images(jpeg_pdf(jpeg(picture()), Rotate=90), PDF)
    assert page.shape == (1654, 2339)
    assert page[100, 100] < page[1500, 100]


def test_a_page_with_more_than_a_picture_is_rendered() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595.28, 841.89))
    canvas.drawInlineImage(picture(), 0, 0, 595, 841)
    canvas.rect(100, 400, 200, 200, fill=1)
    canvas.save()
    (page,) = images(out.getvalue(), PDF)
    assert abs(page.shape[0] - 2339) <= 1
    assert page[1000, 500] < 20


def test_fine_scans_are_halved() -> None:
    size = (3308, 4678)
    (page,) = scan_pages(jpeg_pdf(jpeg(picture(size=size)), size=size), PDF)
    assert page.gray is not None
    assert page.gray.shape == (2339, 1654)
    assert page.dpi == pytest.approx(200, abs=0.5)


def test_a_broken_off_page_comes_with_its_error_and_the_others_are_read() -> None:
    whole = jpeg(picture())
    first, second, third = scan_pages(jpeg_pdf(whole, whole[: len(whole) // 2], whole), PDF)
    assert (first.error, third.error) == (None, None)
    assert second.gray is None
    assert second.error == "This page of the scan is damaged."


def test_pages_of_a_tiff_come_in_order() -> None:
    out = io.BytesIO()
    picture(0).save(out, "TIFF", save_all=True, append_images=[picture(60), picture(120)], dpi=(200, 200))
    assert [int(page[0, 0]) for page in images(out.getvalue(), TIFF)] == [60, 120, 180]


def test_black_and_white_fax_pages_are_read() -> None:
    out = io.BytesIO()
    picture().point(lambda value: 255 * (value > 150)).convert("1").save(out, "TIFF", compression="group4")
    (page,) = images(out.getvalue(), TIFF)
    assert set(np.unique(page)) == {0, 255}


@pytest.mark.parametrize(("media_type", "name"), [(JPEG, "JPEG"), (PNG, "PNG")])
def test_single_images_are_read(media_type: str, name: str) -> None:
    out = io.BytesIO()
    picture().convert("RGB").save(out, name)
    (page,) = images(out.getvalue(), media_type)
    assert page.shape == (2339, 1654)


def test_sixteen_bit_and_transparent_pictures_keep_their_paper_white() -> None:
    deep, clear = io.BytesIO(), io.BytesIO()
    Image.fromarray(np.full((100, 80), 65535, np.uint16)).save(deep, "PNG")
    Image.new("RGBA", (80, 100), (0, 0, 0, 0)).save(clear, "PNG")
    for out in (deep, clear):
        (page,) = images(out.getvalue(), PNG)
        assert page.min() == 255


def huge_png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def test_a_picture_far_too_large_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(UnreadableScan):
        list(scan_pages(huge_png(), PNG))


def test_a_jpeg_that_claims_to_be_huge_is_not_decoded() -> None:
    data = bytearray(jpeg(picture()))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 60_000, 60_000)
    (page,) = scan_pages(jpeg_pdf(bytes(data)), PDF)
    assert page.gray is None
    assert page.error


def test_other_kinds_of_file_are_refused() -> None:
    with pytest.raises(UnreadableScan):
        list(scan_pages(b"hello", "text/plain"))


@given(st.binary(max_size=400), st.sampled_from(MEDIA_TYPES))
@example(b"", PDF)
@example(b"%PDF-1.7\n%%EOF", PDF)
def test_rubbish_is_refused_in_words(data: bytes, media_type: str) -> None:
    with pytest.raises(UnreadableScan):
        list(scan_pages(data, media_type))


SMALL = jpeg_pdf(*[jpeg(picture(size=(165, 234)))] * 2, size=(165, 234))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(SMALL) - 1), st.binary(min_size=1, max_size=30))
def test_a_damaged_pdf_gives_pages_with_errors_or_is_refused(place: int, junk: bytes) -> None:
    """sec: no other error escapes, whatever bytes are broken."""
    data = SMALL[:place] + junk + SMALL[place + len(junk) :]
    try:
        pages = list(scan_pages(data, PDF))
    except UnreadableScan:
        return
    assert all((page.gray is None) == (page.error is not None) for page in pages)
