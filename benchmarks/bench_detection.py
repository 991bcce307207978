"""Detection beside PDFium drawing the same pages at 100 dpi, in time and processor time; peak memory.

usage: python benchmarks/bench_detection.py [PAPERS_DIR]

Without a folder it measures a paper drawn for the tests. A round draws and detects; the median ratio of the
rounds is printed, so that other work on the machine meets both alike. Detection looks for drawings on one
core while it reads text on another: where both are free it takes less time than processor time, which is
that of all threads together. OpenCV has one thread, as in the job that detects. Pages whose text must be
recognised are not read here: `make eval` tells their time apart.
"""

import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import cv2

from markroom.reading import pdf
from markroom.reading.structure import detect

sys.path.insert(0, str(Path(__file__).parents[1]))  # `make bench` runs this file by its path
from tests.papers import draw_paper

ROUNDS = 7
LIMIT = 3.0


def draw(data: bytes) -> None:
    with pdf.open_pdf(data) as document:
        for number in range(1, len(document) + 1):
            page = pdf.load_page(document, number)
            page.render(scale=100 / 72)
            page.close()


class Spent(NamedTuple):
    """Seconds, by the clock and of the processor."""

    time: float
    processor: float


def spend(function: Callable[..., object], *args: object, **named: object) -> Spent:
    time_began, processor_began = time.perf_counter(), time.process_time()
    function(*args, **named)
    return Spent(time.perf_counter() - time_began, time.process_time() - processor_began)


class Measured(NamedTuple):
    """Medians; the ratios are of detecting to drawing."""

    time_ratio: float
    processor_ratio: float
    detected: float
    drawn: float
    peak_mb: float


def measure(data: bytes) -> Measured:
    cv2.setNumThreads(1)
    draw(data)
    detect(data, go_on=lambda: False)
    rounds = [(spend(draw, data), spend(detect, data, go_on=lambda: False)) for _ in range(ROUNDS)]
    return Measured(
        statistics.median(detected.time / drawn.time for drawn, detected in rounds),
        statistics.median(detected.processor / drawn.processor for drawn, detected in rounds),
        statistics.median(detected.time for _, detected in rounds),
        statistics.median(drawn.time for drawn, _ in rounds),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def main() -> int:
    papers = {"drawn for the tests": draw_paper(12)}
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        found = [*folder.glob("*.pdf"), *folder.glob("unlabelled/*.pdf")]
        papers = {path.stem: path.read_bytes() for path in sorted(found)}
    print(f"{'paper':60}  time  processor   detect   draw     MB")
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        measured = []
        for name, data in papers.items():
            measured.append(one := pool.apply(measure, (data,)))
            print(
                f"{name[:60]:60} {one.time_ratio:5.2f} {one.processor_ratio:10.2f}"
                f" {one.detected:7.3f}s {one.drawn:6.3f}s {one.peak_mb:6.0f}"
            )
    tell("time", [one.time_ratio for one in measured])
    tell("processor time", [one.processor_ratio for one in measured])
    return 0


def tell(what: str, ratios: list[float]) -> None:
    over = sum(ratio > LIMIT for ratio in ratios)
    middle = statistics.median(ratios)
    print(f"{what}: median {middle:.2f}, worst {max(ratios):.2f}, over {LIMIT:.0f}: {over} of {len(ratios)}")


if __name__ == "__main__":
    raise SystemExit(main())
