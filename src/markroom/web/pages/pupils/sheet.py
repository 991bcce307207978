"""The sheet of sign-in codes, to be printed, cut up and handed out."""

from __future__ import annotations

import io
from collections.abc import Sequence

import fontpkg  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from markroom.institutes.pupils.model import IssuedCode

FONT = "noto-sans"
COLUMNS, ROWS = 2, 6
WIDTH, HEIGHT = A4[0] / COLUMNS, A4[1] / ROWS
INSET = 9 * mm


def draw_codes(codes: Sequence[IssuedCode], school: str, address: str) -> bytes:
    """A PDF with a card for each pupil, twelve on a page with lines to cut along."""
    pdfmetrics.registerFont(TTFont(FONT, str(fontpkg.path(FONT))))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle("Sign-in codes")
    for place, code in enumerate(codes):
        on_page = place % (COLUMNS * ROWS)
        if place and on_page == 0:
            canvas.showPage()
        row, column = divmod(on_page, COLUMNS)
        _draw_card(canvas, column * WIDTH, A4[1] - (row + 1) * HEIGHT, code, school, address)
    canvas.save()
    return out.getvalue()


def _draw_card(canvas: Canvas, x: float, y: float, code: IssuedCode, school: str, address: str) -> None:
    canvas.setStrokeGray(0.7)
    canvas.setDash(2, 3)
    canvas.rect(x, y, WIDTH, HEIGHT)
    until = f"{code.expires_at:%a} {code.expires_at.day} {code.expires_at:%b %Y}"
    lines = [
        (13, code.name),
        (9, school),
        (9, f"Go to {address} and enter this code:"),
        (17, code.code),
        (8, f"It works once, until {until}. Keep it to yourself."),
    ]
    top = y + HEIGHT - INSET
    for size, text in lines:
        top -= size * 1.5
        fitting = min(size, size * (WIDTH - 2 * INSET) / max(pdfmetrics.stringWidth(text, FONT, size), 1))
        canvas.setFont(FONT, fitting)
        canvas.drawString(x + INSET, top, text)
