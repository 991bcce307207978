"""Feeds damaged and twisted files to everything that reads a stranger's bytes, and says what came of it.

usage: python -m benchmarks.fuzz_files FOLDER [SECONDS [SEED]]

Every input must end in an answer or in one of the errors a teacher is told, within the seconds and the memory
the application gives it. Whatever ends otherwise (another exception, a signal, no end) is kept in FOLDER.
"""

from __future__ import annotations

import io
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pikepdf
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from markroom.exam_templates.errors import UnreadableTemplate
from markroom.exam_templates.exchange.actions import read_template
from markroom.files.imaging import find_media_type, read_page_sizes, render_jpeg
from markroom.operation.demo.paper import demo_paper
from markroom.reading.pdf import Unreadable
from markroom.reading.structure import detect
from markroom.scripts.sheets import plan

SECONDS_EACH, MEMORY_MB, INPUTS_A_CHILD = 60, 2048, 40
EXPECTED = (Unreadable, UnreadableTemplate, MemoryError)
TOKENS = [
    b"<<",
    b">>",
    b"/Length 99999999",
    b"/Kids[1 0 R]",
    b"/Count -1",
    b"/FlateDecode",
    b"0 R",
    b"stream",
    b"endobj",
    b"%PDF-1.7",
    b"\xff\xd8\xff",
    b"\x00" * 16,
    b"\xff" * 16,
    b"9" * 40,
    b"-1",
    b"1e308",
]


def seeds() -> list[bytes]:
    """A paper as it is and with its streams laid open, scans of it, and pictures in every form."""
    paper = demo_paper()
    opened = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        del pdf.pages[3:]
        pdf.save(opened, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
    page = Image.open(io.BytesIO(render_jpeg(opened.getvalue(), "application/pdf", 1, 640)))
    pictures = []
    for kind, how in (("PNG", {}), ("JPEG", {}), ("TIFF", {"compression": "tiff_lzw"}), ("PDF", {})):
        out = io.BytesIO()
        page.save(out, kind, **how)
        pictures.append(out.getvalue())
    return [paper, opened.getvalue(), *pictures]


def damage(data: bytes, dice: random.Random) -> bytes:
    """The file after a few accidents."""
    twisted = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16, 64))):
        at = dice.randrange(len(twisted) or 1)
        size = dice.choice((1, 4, 64, 1024))
        match dice.randrange(6):
            case 0:
                twisted[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del twisted[at : at + size]
            case 2:
                twisted[at:at] = twisted[at : at + size]
            case 3:
                twisted[at:at] = dice.choice(TOKENS)
            case 4:
                twisted[at : at + size] = bytes(reversed(twisted[at : at + size]))
            case _:
                twisted = twisted[: at + 1] if dice.random() < 0.1 else twisted
    return bytes(twisted)


def read_everything(data: bytes, path: Path) -> str:
    """What the application would do with an upload. Raises what it meets."""
    kind = find_media_type(data[:1024])
    if kind is None:
        return "refused by its first bytes"
    pages = len(read_page_sizes(str(path), kind))
    render_jpeg(data, kind, min(pages, 2), 640)
    detect(data, go_on=lambda: False)  # text is not recognised: the pictures are decoded all the same
    if kind == "application/pdf":
        plan(data, {})
    return "read"


def outcome_of(work: Callable[[], str]) -> str:
    try:
        return work()
    except EXPECTED as error:
        return f"refused: {type(error).__name__}"
    except Exception as error:  # noqa: BLE001 - what this program is looking for
        traceback.print_exc()
        return f"WRONG: {type(error).__name__}"


def run_some(files: list[bytes], seed: int, folder: Path) -> Counter[str]:
    """Some inputs in a process of their own, whose death is their outcome."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        limit = used + MEMORY_MB * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        dice = random.Random(seed)
        for n in range(INPUTS_A_CHILD):
            data, path = damage(dice.choice(files), dice), folder / f"{seed}-{n}"
            path.write_bytes(data)
            signal.alarm(SECONDS_EACH)
            said = outcome_of(lambda d=data, p=path: read_everything(d, p))  # type: ignore[misc]
            if data.startswith((b"PK", b"{")):
                said = outcome_of(lambda d=data: str(read_template(d) and "read"))  # type: ignore[misc]
            signal.alarm(0)
            os.write(theirs, f"{said}\n".encode())
            if not said.startswith("WRONG"):
                path.unlink()
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as told:
        counts = Counter(line.strip() for line in told)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        counts[f"WRONG: {signal.Signals(os.WTERMSIG(status)).name}"] += 1
    return counts


def main() -> None:
    folder, seconds = Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 60
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    folder.mkdir(parents=True, exist_ok=True)
    os.nice(19)
    with get_context("spawn").Pool(1) as elsewhere:  # a process that has drawn cannot be forked safely
        files = elsewhere.apply(seeds)
    counts, seed, began = Counter[str](), first, time.monotonic()
    while time.monotonic() - began < seconds:
        counts += run_some(files, seed, folder)
        seed += 1
        if seed % 25 == 0:
            print(f"{time.monotonic() - began:6.0f} s, seed {seed}: {dict(counts)}", flush=True)
    print(f"{counts.total()} inputs in {time.monotonic() - began:.0f} s: {dict(counts.most_common())}")
    sys.exit(any(outcome.startswith("WRONG") for outcome in counts))


if __name__ == "__main__":
    main()
