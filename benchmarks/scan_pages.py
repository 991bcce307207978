"""How many scanned pages a second one core reads, beside the limit: decoding the same JPEGs and nothing else.

    .venv/bin/python benchmarks/scan_pages.py [PUPILS]

Prints each step for a demo class (A4 at 200 dpi, every fault of the bad scanner) and the share of the limit.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from uuid import UUID

import cv2
import numpy as np
import pikepdf

from markroom.operation.demo.bad_scanner import demo_class
from markroom.operation.demo.paper import demo_paper, demo_paper_truth
from markroom.reading import pdf
from markroom.reading.alignment import READ_DPI, TemplatePage, align, prepare_page, warp
from markroom.reading.bubbles import read_choice
from markroom.reading.codes import find_codes
from markroom.reading.crops import crop, encode_jpeg, is_blank
from markroom.reading.geometry import Bounds
from markroom.reading.pages import Placed, read_page
from markroom.reading.printing import PrintedScript, plan_codes, print_scripts
from markroom.reading.scans import Scan, ScanPage

BATCH = UUID(int=1)


class Clock:
    """CPU seconds by step, so that other work on the machine hardly counts."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    @contextmanager
    def time(self, step: str) -> Iterator[None]:
        start = time.process_time()
        yield
        self.seconds[step] += time.process_time() - start


def main(pupils: int) -> None:
    cv2.setNumThreads(1)
    paper, clock, out = demo_paper(), Clock(), BytesIO()
    with clock.time("plan"):
        places = plan_codes(paper)
    names = [PrintedScript(number, f"Pupil {number:02}") for number in range(1, pupils + 1)]
    with clock.time("print"):
        print_scripts(paper, BATCH, names, places, out)
    pages = enumerate(places.pages, start=1)
    template = [prepare_page(pdf.render(paper, number, READ_DPI), page) for number, page in pages]
    scanned = demo_class(out.getvalue(), 1, pupils)
    with pikepdf.open(BytesIO(scanned.pdf)) as document:
        jpegs = [page.Resources.XObject.Im0.read_raw_bytes() for page in document.pages]
    for data in jpegs:
        with clock.time("limit"):
            cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    residuals = read_all(scanned.pdf, template, clock)
    report(clock, len(jpegs), pupils * len(template), residuals)


def read_all(scan_file: bytes, template: list[TemplatePage], clock: Clock) -> list[float]:
    areas, residuals = demo_paper_truth()["response_areas"], []
    with Scan(scan_file, "application/pdf") as scan:
        for index in range(scan.page_count):
            with clock.time("decode"):
                page = scan.read_page(index)
            with clock.time("read_page"):
                reading = read_page(page, BATCH, template)
            if isinstance(reading, Placed):
                on_page = template[reading.page - 1]
                take_steps(page, on_page, clock)
                with clock.time("crops"):
                    cut(
                        reading.aligned,
                        on_page.gray,
                        [area for area in areas if area["page"] == reading.page],
                    )
                residuals.append(reading.residual_mm)
    return residuals


def take_steps(page: ScanPage, template: TemplatePage, clock: Clock) -> None:
    """What read_page is made of, once more."""
    assert page.gray is not None
    with clock.time("  codes"):
        found = find_codes(page.gray)
    with clock.time("  align"):
        alignment = align(page.gray, found, template)
    with clock.time("  warp"):
        warp(page.gray, alignment, template.places)


def cut(aligned: np.ndarray, template: np.ndarray, areas: list) -> None:  # type: ignore[type-arg]
    for area in areas:
        at = Bounds(**area["bounds"])
        encode_jpeg(crop(aligned, at))
        is_blank(crop(aligned, at), crop(template, at), READ_DPI)
        if area["kind"] == "mcq":
            options = [
                (option["label"], Bounds(**option["bounds"])) for option in area["response_form"]["options"]
            ]
            read_choice(aligned, template, options, READ_DPI, at)


def report(clock: Clock, sheets: int, printed: int, residuals: list[float]) -> None:
    for step in ("limit", "decode", "read_page", "  codes", "  align", "  warp", "crops"):
        print(f"{step:<12}{clock.seconds[step] / sheets * 1000:8.1f} ms a page")
    limit = sheets / clock.seconds["limit"]
    whole = sheets / sum(clock.seconds[step] for step in ("decode", "read_page", "crops"))
    print(f"\nlimit (decode JPEG only)   {limit:6.1f} pages/s")
    print(f"decode, place, crop, read  {whole:6.1f} pages/s on one core, {whole / limit:.0%} of the limit")
    print(
        f"residual mean {np.mean(residuals):.3f} mm, max {np.max(residuals):.3f} mm, {len(residuals)} pages"
    )
    print(f"print {printed} pages {clock.seconds['print']:.2f} s, plan {clock.seconds['plan']:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
