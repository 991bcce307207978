"""Detection beside PDFium drawing the same pages at 100 dpi, in processor time; peak memory of a paper.

usage: python benchmarks/bench_detection.py [PAPERS_DIR]

Without a folder it measures a paper drawn for the tests. A round draws and detects; the median ratio of the
rounds is printed, so that other work on the machine meets both alike. The seconds are those of all threads
together, as on one core; where two are free detection waits less, for it looks for drawings beside reading
text. OpenCV has one thread, as in the job that detects. Pages whose text must be recognised are not read
here: `make eval` tells their time apart.
"""

import multiprocessing
import resource
import statistics
import sys
import time
from pathlib import Path

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


def seconds(function, *args: object, **named: object) -> float:
    started = time.process_time()
    function(*args, **named)
    return time.process_time() - started


def measure(data: bytes) -> tuple[float, float, float, float]:
    """Ratio, seconds to detect and to draw (medians), and the peak of this process in MB."""
    cv2.setNumThreads(1)
    draw(data)
    detect(data, go_on=lambda: False)
    rounds = [(seconds(draw, data), seconds(detect, data, go_on=lambda: False)) for _ in range(ROUNDS)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    drawn, detected = (statistics.median(times) for times in zip(*rounds, strict=True))
    return statistics.median(b / a for a, b in rounds), detected, drawn, peak


def main() -> int:
    papers = {"drawn for the tests": draw_paper(12)}
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        found = [*folder.glob("*.pdf"), *folder.glob("unlabelled/*.pdf")]
        papers = {path.stem: path.read_bytes() for path in sorted(found)}
    print(f"{'paper':60} ratio   detect   draw     MB")
    ratios = []
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for name, data in papers.items():
            ratio, detected, drawn, peak = pool.apply(measure, (data,))
            ratios.append(ratio)
            print(f"{name[:60]:60} {ratio:5.2f} {detected:7.3f}s {drawn:6.3f}s {peak:6.0f}")
    over = sum(ratio > LIMIT for ratio in ratios)
    middle = statistics.median(ratios)
    print(f"median {middle:.2f}, worst {max(ratios):.2f}, over {LIMIT:.0f}: {over} of {len(ratios)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
