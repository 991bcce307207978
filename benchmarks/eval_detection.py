"""Measures detection on papers with known structure, and on others by the totals printed on them.

usage: python benchmarks/eval_detection.py PAPERS_DIR [--scans]

PAPERS_DIR holds NAME.pdf with the truth in NAME.json (total_marks; questions with label, page, y, max_marks,
implicit); PAPERS_DIR/unlabelled holds papers without: what stands in some of them is kept in
paper_structures.json (questions as label, page, y, marks, implicit), read by people before anything was
detected there; of the others the printed total is compared. A question is right in label when its path is in
the truth; in place when also page and y (within 0.02) agree; strictly when the marks do, too.
Mark schemes lie in PAPERS_DIR/mark-schemes. With --scans pictures of the pages are read, too (minutes).
"""

import json
import multiprocessing
import re
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markroom.reading import pdf
from markroom.reading.structure import detect

Y_TOLERANCE = 0.02
LIMIT_SECONDS = 120
STRUCTURES = Path(__file__).parent / "paper_structures.json"


def read_paper(path: Path) -> dict[str, Any]:
    """Detection as JSON, with its processor seconds, peak memory, and PDFium's time to draw the pages."""
    data = path.read_bytes()
    started = time.process_time()
    try:
        found = detect(data).as_json()
    except pdf.Unreadable as error:
        return {"error": type(error).__name__}
    seconds = time.process_time() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.process_time()
    with pdf.open_pdf(data) as document:
        for number in range(1, len(document) + 1):
            pdf.load_page(document, number).render(scale=100 / 72)
    return found | {"seconds": seconds, "peak_mb": peak_mb, "render": time.process_time() - started}


def normal(label: str) -> str:
    return re.sub(r"[\s*]", "", label).lower()


def f1(right: int, found: int, wanted: int) -> float:
    return 2 * right / (found + wanted) if found + wanted else 1.0


def score(truth: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    wanted = {normal(q["label"]): q for q in truth["questions"] if not q.get("implicit")}
    implicit = {normal(q["label"]) for q in truth["questions"] if q.get("implicit")}
    places = {b["question_id"]: b for b in found["boundaries"]}
    questions = [q for q in found["questions"] if normal(q["path"]) not in implicit]
    labels = placed = strict = marked = 0
    for path, question in {normal(q["path"]): q for q in reversed(questions)}.items():
        true, at = wanted.get(path), places.get(question["id"], {"page": 0, "y": -9})
        if true is None:
            continue
        here = at["page"] == true["page"] and abs(at["y"] - true["y"]) <= Y_TOLERANCE
        right = true["max_marks"] in (None, question["max_marks"])
        labels, placed, strict = labels + 1, placed + here, strict + (here and right)
        marked += true["max_marks"] is not None and right
    counts = (len(questions), len(wanted))
    asked = sum(q["max_marks"] is not None for q in wanted.values())
    total = truth["total_marks"] in (None, found["total_marks"])
    return {
        "label": f1(labels, *counts), "place": f1(placed, *counts), "strict": f1(strict, *counts),
        "marks": f"{marked}/{asked}", "total": "ok" if total else "--",
    }  # fmt: skip


def items_sum(found: dict[str, Any]) -> int:
    """What a candidate can earn: the marks of questions none of whose descendants has any, a container's
    total else; of questions to choose among, those worth most."""
    parts: dict[str | None, list[dict[str, Any]]] = {}
    for question in found["questions"]:
        parts.setdefault(question["parent_id"], []).append(question)
    choices = [(choice["count"], set(choice["question_ids"])) for choice in found["choices"]]

    def earnable(parent: str | None) -> int:
        worths = {q["id"]: earnable(q["id"]) or q["max_marks"] or 0 for q in parts.get(parent, [])}
        left_out = 0
        for count, ids in choices:
            among = sorted(worth for id_, worth in worths.items() if id_ in ids)
            left_out += sum(among[: max(0, len(among) - count)])
        return sum(worths.values()) - left_out

    return earnable(None)


def read_all(papers: list[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for paper in papers:
            try:
                yield paper, pool.apply_async(read_paper, (paper,)).get(LIMIT_SECONDS)
            except multiprocessing.TimeoutError:
                yield paper, {"error": "ran away"}
                return


def print_scored(folder: Path) -> None:
    papers = [path for path in sorted(folder.glob("*.pdf")) if path.with_suffix(".json").exists()]
    print(f"{'paper':36}  label  place strict   marks total      s render    MB")
    rows = []
    for paper, found in read_all(papers):
        if "error" in found:
            print(f"{paper.stem:36} {found['error']}")
            rows.append({"label": 0.0, "place": 0.0, "strict": 0.0})
            continue
        row = score(json.loads(paper.with_suffix(".json").read_text()), found)
        rows.append(row)
        print(
            f"{paper.stem:36} {row['label']:6.3f} {row['place']:6.3f} {row['strict']:6.3f} {row['marks']:>7} "
            f"{row['total']:5} {found['seconds']:6.2f} {found['render']:6.2f} {found['peak_mb']:5.0f}"
        )
    print_means(rows)


def print_means(rows: list[dict[str, Any]]) -> None:
    means = (sum(row[key] for row in rows) / max(1, len(rows)) for key in ("label", "place", "strict"))
    worst = min((row["strict"] for row in rows), default=0.0)
    print(
        f"{'mean of ' + str(len(rows)):36} "
        + " ".join(f"{mean:6.3f}" for mean in means)
        + f", worst {worst:.3f}"
    )


def print_unlabelled(folder: Path) -> None:
    print(f"\n{'read by people':58} strict questions  sum total          s render    MB warnings")
    import eval_answers  # it imports what imports this module

    right = printed = 0
    detected = {}
    known, rows = dict(known_structures()), []
    for paper, found in read_all(sorted(folder.glob("*.pdf"))):
        name = paper.stem[:58]
        if "error" in found:
            print(f"{name:58} {found['error']}")
            continue
        detected[paper.stem] = found
        total, reached = found["total_marks"], items_sum(found)
        verdict = "" if total is None else "ok" if total == reached else "--"
        printed, right = printed + bool(verdict), right + (verdict == "ok")
        row = score(known[paper.stem], found) if paper.stem in known else None
        rows += [row] if row else []
        print(
            f"{name:58} {format(row['strict'], '.3f') if row else '':6} {len(found['questions']):9} "
            f"{reached:4} {total or '':>5} {verdict:3} "
            f"{found['seconds']:6.2f} {found['render']:6.2f} {found['peak_mb']:5.0f} {len(found['warnings'])}"
        )
    print(f"marks add up to the printed total on {right} of {printed}")
    eval_answers.print_answers(detected)
    print_means(rows)


def known_structures() -> Iterator[tuple[str, dict[str, Any]]]:
    keys = ("label", "page", "y", "max_marks", "implicit")
    for name, known in json.loads(STRUCTURES.read_text()).items():
        questions = [dict(zip(keys, question, strict=False)) for question in known["questions"]]
        yield name, {"total_marks": known["total"], "questions": questions}


def main() -> int:
    scans = "--scans" in sys.argv
    names = [argument for argument in sys.argv[1:] if argument != "--scans"]
    if len(names) != 1:
        print(__doc__)
        return 2
    import eval_tables  # it imports this module

    folder = Path(names[0])
    print_scored(folder)
    eval_tables.print_areas(folder)
    eval_tables.print_confidence(folder)
    eval_tables.print_schemes(folder)
    if (folder / "unlabelled").is_dir():
        print_unlabelled(folder / "unlabelled")
    if scans:  # last, as it takes memory that others started after it would count as theirs
        eval_tables.print_scans(folder, score)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
