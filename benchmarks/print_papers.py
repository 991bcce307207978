"""Prints the papers of benchmarks/paper_styles: exam papers with invented questions, laid out as boards and
schools of the world do, each with its structure known.

A template has a head (`total:` or null, `style:`, `css:`), a line `---` and a body of HTML with a few signs:

    [[1(a)=3|(a)]]    prints `(a)`, the label of question 1(a) with 3 marks; `01,01.1=2` names two at once
    @2 [[…]] text %% [3]    a row at the second indent, its label hung out, its marks in a box of class `mk`
    {{lines 3}} {{dots 3}} {{leader 3}} {{gap 20}} {{box 40}} {{pb}} {{filler 2}} {{opts A. B.|one|two}}

Labels are printed as links, found in the file, and taken out again: their place is the ink of the text there.
"""

import io
import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pikepdf
import pypdfium2
from playwright.sync_api import sync_playwright

STYLES = Path(__file__).parent / "paper_styles"
HOST = "http://label.test/"
TEXT = """the river carries small stones along its bed and drops them where the current slows near
old bridges farmers watch water rise after rain people measure depth every morning with simple tools made of
wood while children walk beside fields"""
CSS = """
@page{size:A4;margin:20mm 18mm 22mm}*{box-sizing:border-box}body{font:11pt/1.35 'Liberation Serif';margin:0}
a{color:inherit;text-decoration:none}.r{position:relative;margin:2.2mm 0}.r:after{content:'';display:block}
.r:after{clear:both}
.r1{padding-left:10mm}.r2{padding-left:19mm}.r3{padding-left:28mm}.lab{position:absolute;left:0}.r2>.lab{left:10mm}
.r3>.lab{left:19mm}.mk{float:right;margin-left:4mm}.ln,.dt{border-bottom:.3mm solid #444;height:8.5mm}
.dt{border-bottom-style:dotted}.leader{overflow:hidden;white-space:nowrap;height:8mm;padding-top:3mm}
.box{border:.3mm solid #000;margin:2mm 0}.pb{break-before:page}table{border-collapse:collapse}
td,th{border:.25mm solid #000;padding:1mm 2mm}h1,h2,h3{margin:3mm 0}.c{text-align:center}.b{font-weight:bold}
.opt{margin:.6mm 0}.opt span{display:inline-block;width:8mm}
.code{font:9.5pt/1.3 'Liberation Mono';white-space:pre}
"""
PLAIN = {
    "lines": '<div class="ln"></div>',
    "dots": '<div class="dt"></div>',
    "leader": f'<div class="leader">{"." * 150}</div>',
}


def print_papers(styles: Path = STYLES) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Name, PDF and truth of every template, printed by the machine's Chromium."""
    program = os.environ.get("MARKROOM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("No Chromium on this machine: install it, or name it in MARKROOM_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for template in sorted(styles.glob("*.txt")):
            head, _, body = template.read_text(encoding="utf-8").partition("\n---\n")
            said = dict(re.findall(r"^(total|style|css): ?(.*)$", head, re.MULTILINE))
            html = _expand(body, random.Random(template.stem))
            page.set_content(f"<meta charset=utf-8><style>{CSS}{said.get('css', '')}</style>{html}")
            printed = page.pdf(prefer_css_page_size=True, print_background=True)
            data, questions = _locate(printed)
            total = None if said["total"] == "null" else int(said["total"])
            yield template.stem, data, {"style": said["style"], "total_marks": total, "questions": questions}
        browser.close()


def _expand(body: str, rnd: random.Random) -> str:
    text = re.sub(r"^@(\d)((?: *\[\[.*?\]\])*) *(.*)$", _row, body, flags=re.MULTILINE)
    text = re.sub(r"\{\{(\w+) ?([^}]*)\}\}", lambda match: _sign(match[1], match[2], rnd), text)
    link = rf'<a href="{HOST}%s">%s</a>'
    return re.sub(
        r"\[\[(.*?)\|(.*?)\]\]", lambda m: link % (quote(m[1], safe=""), m[2]), text, flags=re.DOTALL
    )


def _row(match: re.Match[str]) -> str:
    level, labels, rest = match.groups()
    text, _, mark = rest.partition("%%")
    label = f'<span class="lab">{labels}</span>' if labels.strip() else ""
    marks = f'<span class="mk">{mark.strip()}</span>' if mark else ""
    return f'<div class="r r{level}">{label}{text}{marks}</div>'


def _sign(name: str, said: str, rnd: random.Random) -> str:
    if name in PLAIN:
        return PLAIN[name] * int(said)
    if name == "opts":
        letters, *texts = said.split("|")
        options = zip(letters.split(), texts, strict=True)
        return "".join(f'<div class="opt"><span>{letter}</span>{text}</div>' for letter, text in options)
    if name == "filler":
        sentences = (" ".join(rnd.choices(TEXT.split(), k=rnd.randint(9, 17))) for _ in range(int(said)))
        return " ".join(f"{sentence.capitalize()}." for sentence in sentences)
    return {
        "gap": f'<div style="height:{said}mm"></div>',
        "box": f'<div class="box" style="height:{said}mm"></div>',
        "pb": '<div class="pb"></div>',
    }[name]


def _locate(data: bytes) -> tuple[bytes, list[dict[str, Any]]]:
    """The file without its links, and the questions they name where their ink begins."""
    file, document = pikepdf.open(io.BytesIO(data)), pypdfium2.PdfDocument(data)
    places: dict[str, tuple[int, float]] = {}
    for number, page in enumerate(file.pages, start=1):
        height = float(page.mediabox[3])
        text = document[number - 1].get_textpage()
        inks = [text.get_charbox(i) for i in range(text.count_chars()) if text.get_text_range(i, 1).strip()]
        for link in page.get("/Annots", []):
            name = unquote(str(link.A.URI).removeprefix(HOST))
            left, bottom, right, top = (float(side) for side in link.Rect)
            tops = [
                (height - y1) / height
                for x0, y0, x1, y1 in inks
                if left - 1 <= (x0 + x1) / 2 <= right + 1
                and bottom - 2 <= (y0 + y1) / 2 <= top + 2
                and y1 > y0
            ]
            places[name] = min(places.get(name, (number, 1.0)), (number, min(tops)))
        if "/Annots" in page:
            del page["/Annots"]
    out = io.BytesIO()
    file.save(out)
    return out.getvalue(), [row for name, place in places.items() for row in _rows(name, *place)]


def _rows(name: str, page: int, y: float) -> Iterator[dict[str, Any]]:
    for label in name.split(","):
        path, _, marks = label.partition("=")
        yield {"label": path, "page": page, "y": y, "max_marks": int(marks) if marks else None}
