"""D-01: a text layer of glyph numbers is read, not recognised."""

from io import BytesIO
from pathlib import Path

import pikepdf
import reportlab
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name

from markroom.reading.structure import detect
from markroom.reading.structure.glyphs import as_letters

from .drawn import HEIGHT, LABEL, PART, TEXT, WIDTH

FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
ROWS = (
    (LABEL, 80, "1"), (TEXT, 80, "Here is a figure of a house that stands alone near some trees."),
    (PART, 120, "(a)"), (TEXT, 120, "Draw its roof as seen from the north."), (500, 140, "[3]"),
    (PART, 260, "(b)"), (TEXT, 260, "Draw its door and the stones that lead to it."), (500, 280, "[2]"),
    (LABEL, 400, "2"), (TEXT, 400, "Explain what such houses were, where they stood"),
    (TEXT, 412, "and whom they kept warm through many winters."), (500, 430, "[9]"),
)  # fmt: skip


def draw_glyphs() -> bytes:
    """The rows on a page, in a font without a map to characters."""
    document = pikepdf.new()
    descriptor = document.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor, FontName=Name("/AAAAAA+Vera"), Flags=4,
            FontBBox=Array([0, -200, 1000, 900]),
            ItalicAngle=0, Ascent=900, Descent=-200, CapHeight=700, StemV=80,
            FontFile2=document.make_stream(FONT.read_bytes()),
        )
    )  # fmt: skip
    wide = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/AAAAAA+Vera"), FontDescriptor=descriptor,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        CIDToGIDMap=Name.Identity, DW=580,
    )  # fmt: skip
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/AAAAAA+Vera"), Encoding=Name("/Identity-H"),
        DescendantFonts=Array([document.make_indirect(wide)]),
    )  # fmt: skip
    shows = (
        f"1 0 0 1 {x} {HEIGHT - y} Tm <{''.join(f'{ord(letter) - 29:04x}' for letter in text)}> Tj"
        for x, y, text in ROWS
    )
    page = document.add_blank_page(page_size=(WIDTH, HEIGHT))
    page.Resources = Dictionary(Font=Dictionary(F=document.make_indirect(font)))
    page.Contents = document.make_stream(f"BT /F 8 Tf {' '.join(shows)} ET".encode())
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_layer_of_glyph_numbers_is_read_without_looking_at_the_picture() -> None:
    asked: list[int] = []
    found = detect(draw_glyphs(), go_on=lambda: bool(asked.append(1)))  # type: ignore[func-returns-value]
    assert [(question.path, question.max_marks) for question in found.questions] == [
        ("1", None),
        ("1(a)", 3),
        ("1(b)", 2),
        ("2", 9),
    ]
    assert asked == []


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="=")))
def test_glyph_numbers_in_the_standard_order_say_letters(text: str) -> None:
    numbers = "".join(chr(ord(letter) - 29) for letter in text)
    assert "\r\n" in numbers or as_letters(numbers) == text


@given(st.text())
def test_letters_stand_where_their_glyph_numbers_stood(numbers: str) -> None:
    assert len(as_letters(numbers)) == len(numbers)
