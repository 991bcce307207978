"""Papers drawn for the tests."""

from __future__ import annotations

from io import BytesIO

import pikepdf
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas as Sheet

THINGS = ("house", "garden", "street", "bridge", "river", "school", "market")


def draw_paper(pages: int = 2, title: str = "Practice paper") -> bytes:
    """A PDF with one question a page, the same bytes for the same arguments."""
    out = BytesIO()
    sheet = Sheet(out, pagesize=A4, invariant=True)
    for page in range(1, pages + 1):
        sheet.setFont("Helvetica", 11)
        sheet.drawString(60, 790, title)
        sheet.drawString(60, 720, f"{page}.  Work out the value of {page} + {page}.")
        sheet.drawString(80, 690, "(a)  Show your working.")
        sheet.drawRightString(530, 690, "[2 marks]")
        sheet.drawString(80, 560, "(b)  Explain your answer.")
        sheet.drawRightString(530, 560, "[3 marks]")
        for line in range(4):
            sheet.line(80, 660 - 24 * line, 530, 660 - 24 * line)
            sheet.line(80, 530 - 24 * line, 530, 530 - 24 * line)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def draw_exam(pages: int) -> bytes:
    """Like it, for more pages: no two of them look alike, or their lines would pass for running heads."""
    out = BytesIO()
    sheet = Sheet(out, pagesize=A4, invariant=True)
    for page in range(1, pages + 1):
        thing, down = THINGS[page % len(THINGS)], 30 * (page % 4)
        sheet.setFont("Helvetica", 11)
        for label, x, top, words, marks in (
            (f"{page}.", 60, 740, f"Here is a figure of a {thing}.", ""),
            ("(a)", 80, 690, f"Draw what is behind the {thing}.", "[2 marks]"),
            ("(b)", 80, 470, f"Explain what a {thing} is made of.", "[3 marks]"),
        ):
            sheet.drawString(x, top - down, label)
            sheet.drawString(x + 30, top - down, words)
            sheet.drawRightString(530, top - down, marks)
            for line in range(4 if marks else 0):
                sheet.line(80, top - down - 40 - 24 * line, 530, top - down - 40 - 24 * line)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def encrypt(data: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="owner", user="secret"))
    return out.getvalue()


def draw_image(kind: str, width: int = 600, height: int = 850) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(out, kind, dpi=(150, 150))
    return out.getvalue()
