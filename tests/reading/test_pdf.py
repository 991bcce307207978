import contextlib
import io
from collections.abc import Callable

import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from markroom.reading import pdf

A4 = (595.28, 841.89)


def draw(pages: int = 1, size: tuple[float, float] = A4, rotation: int = 0) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for page in range(1, pages + 1):
        canvas.drawString(72, size[1] - 72, f"Page {page}")
        canvas.rect(100, 100, 50, 50, fill=1)
        canvas.showPage()
    canvas.save()
    return rotate(out.getvalue(), rotation) if rotation else out.getvalue()


def rotate(data: bytes, degrees: int) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        for page in document.pages:
            page.rotate(degrees, relative=False)
        document.save(out)
    return out.getvalue()


def encrypt(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


def test_facts_are_page_count_and_sizes_as_seen() -> None:
    facts = pdf.inspect(draw(pages=3, rotation=90))
    assert facts.page_count == 3
    assert facts.page_sizes_mm[0] == pytest.approx((297, 210), abs=0.1)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", pdf.EmptyFile),
        (b"GIF89a not a paper", pdf.NotAPdf),
        (b"%PDF-1.7\nnothing follows", pdf.DamagedPdf),
        (encrypt(draw()), pdf.EncryptedPdf),
        (draw(size=(6000, 6000)), pdf.PageTooLarge),
    ],
)
def test_what_cannot_be_read_is_named(data: bytes, error: type[pdf.Unreadable]) -> None:
    """T-10: a clear error, never a crash."""
    with pytest.raises(error):
        pdf.inspect(data)


def test_a_file_with_too_many_pages_is_refused() -> None:
    with pytest.raises(pdf.TooManyPages):
        pdf.inspect(draw(pages=3), max_pages=2)


def test_every_error_tells_the_user_something() -> None:
    assert all(error.__doc__ for error in pdf.Unreadable.__subclasses__())


def test_a_rendered_page_is_gray_or_rgb_of_the_asked_size() -> None:
    gray, rgb = pdf.render(draw(), 1, 72), pdf.render(draw(), 1, 72, rgb=True)
    assert (gray.shape, gray.dtype) == ((842, 596), np.uint8)
    assert rgb.shape == (842, 596, 3)
    assert gray[842 - 125, 125] == 0
    assert gray[400, 400] == 255


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_words_stand_where_their_ink_is_rendered(rotation: int) -> None:
    """X-13: fractions from the top left of the page as seen."""
    data = draw(rotation=rotation)
    with pdf.open_pdf(data) as document:
        page = pdf.load_page(document, 1)
        words, image = pdf.read_words(page), pdf.render_page(page, 100)
    assert [word.text for word in words] == ["Page", "1"]
    height, width = image.shape
    for word in words:
        rows = slice(int(word.y0 * height), int(word.y1 * height) + 1)
        columns = slice(int(word.x0 * width), int(word.x1 * width) + 1)
        assert image[rows, columns].min() < 128


def read(canvas_steps: Callable[[Canvas], object]) -> list[pdf.Word]:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas_steps(canvas)
    canvas.save()
    with pdf.open_pdf(out.getvalue()) as document:
        return pdf.read_words(pdf.load_page(document, 1))


def write_in_two_sizes(canvas: Canvas) -> None:
    text = canvas.beginText(100, 500)
    text.setFont("Helvetica", 40)
    text.textOut("H")
    text.setFont("Helvetica", 10)
    text.textOut("ello")
    canvas.drawText(text)


def test_a_word_in_two_sizes_has_one_box_around_all_of_it() -> None:
    (word,) = read(write_in_two_sizes)
    assert word.text == "Hello"
    assert (word.y1 - word.y0) * A4[1] == pytest.approx(29, abs=1)  # of the larger letter
    assert (word.x1 - word.x0) * A4[0] == pytest.approx(41, abs=1)  # ink of all letters


def test_a_row_of_dots_is_one_word_cut_short_with_the_width_of_all() -> None:
    (word,) = read(lambda canvas: canvas.drawString(100, 500, "." * 60))
    assert word.text == "." * pdf.LEADER
    assert (word.x1 - word.x0) * A4[0] > 150


def write_sideways(canvas: Canvas) -> None:
    canvas.drawString(100, 500, "upright")
    canvas.rotate(90)
    canvas.drawString(100, -300, "sideways")


def test_text_along_the_margin_is_left_out() -> None:
    assert [word.text for word in read(write_sideways)] == ["upright"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_broken_file_is_refused_or_read_but_never_crashes(data: st.DataObject) -> None:
    whole = draw()
    cut = data.draw(st.integers(0, len(whole)))
    junk = data.draw(st.binary(max_size=40))
    with contextlib.suppress(pdf.Unreadable):
        assert pdf.inspect(whole[:cut] + junk + whole[cut + len(junk) :]).page_count >= 1
