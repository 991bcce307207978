"""Tables of eval_detection.py beyond questions: areas, confidence, scans, mark schemes."""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from calibrate_confidence import cases, print_reliability
from worn_papers import scan

from markroom.reading.scheme import match, read_scheme
from markroom.reading.structure import detect
from markroom.reading.structure.confidence import weigh

SCANS = {
    "clean scans at 200 dpi": {"dpi": 200, "worst_tilt": 0.0, "grain": 0.0},
    "tilted, grainy scans at 150 dpi": {"dpi": 150, "worst_tilt": 1.2, "grain": 8.0},
}
AREAS = Path(__file__).parent / "response_areas.json"
UNSEEN_AREAS = AREAS.with_name("response_areas_unseen.json")
Row = dict[str, Any]


def overlap(a: Row, b: Row) -> float:
    """Intersection over union of two rectangles."""
    width = min(a["x"] + a["w"], b["x"] + b["w"]) - max(a["x"], b["x"])
    height = min(a["y"] + a["h"], b["y"] + b["h"]) - max(a["y"], b["y"])
    shared = max(width, 0) * max(height, 0)
    return float(shared / (a["w"] * a["h"] + b["w"] * b["h"] - shared))


def match_areas(wanted: list[Row], found: list[Row]) -> int:
    """How many wanted areas are met by one found of the same kind and question, half of both in common."""
    left, right = list(found), 0
    for area in wanted:
        alike = [
            other for other in left if (other["kind"], other["path"]) == (area["kind"], area["question"])
        ]
        best = max(alike, key=lambda other: overlap(other["bounds"], area), default=None)
        if best is not None and overlap(best["bounds"], area) >= 0.5:
            left.remove(best)
            right += 1
    return right


def print_areas(folder: Path) -> None:
    """On papers with known structure, and on others: known while the rules were made, and held out."""
    _print_areas("on papers with known structure", folder, json.loads(AREAS.read_text()))
    for half, papers in json.loads(UNSEEN_AREAS.read_text()).items():
        _print_areas(f"on other papers, {half}", folder / "unlabelled", papers)


def _print_areas(title: str, folder: Path, papers: dict[str, dict[str, list[Row]]]) -> None:
    print(f"\nresponse areas, drawn by hand {title}\n{'page':36} wanted found right")
    totals = np.zeros(3, int)
    for name, pages in papers.items():
        if not (paper := folder / f"{name}.pdf").exists():
            continue
        detected = detect(paper.read_bytes()).as_json()
        paths = {question["id"]: question["path"] for question in detected["questions"]}
        for page, wanted in pages.items():
            found = [
                area | {"path": paths.get(area["question_id"])}
                for area in detected["response_areas"]
                if area["page"] == int(page)
            ]
            row = np.array([len(wanted), len(found), match_areas(wanted, found)])
            totals += row
            print(f"{name[:28] + ' p. ' + page:36} {row[0]:6} {row[1]:5} {row[2]:5}")
    if totals.any():
        print(f"F1 at IoU 0.5: {2 * totals[2] / (totals[0] + totals[1]):.3f}")


def print_confidence(folder: Path) -> None:
    print("\nconfidence of questions, on the papers as printed and worn")
    found = list(cases(folder, []))
    if found:
        told = np.array([min(max(weigh(features), 0.02), 0.99) for _, _, features, _ in found])
        print_reliability(told, np.array([right for *_, right in found], float))


def print_scans(folder: Path, score: Any) -> None:
    """Of each paper as pictures, with seconds of processor time a page."""
    for kind, wear in SCANS.items():
        print(f"\n{kind:36}  label  place strict   marks total  s/page")
        rows = []
        for truth in sorted(folder.glob("*.json")):
            data = scan(truth.with_suffix(".pdf").read_bytes(), truth.stem, **wear)
            started = time.process_time()
            found = detect(data).as_json()
            seconds = (time.process_time() - started) / max(1, found["page_count"])
            row = score(json.loads(truth.read_text()), found)
            rows.append([row["label"], row["place"], row["strict"]])
            print(
                f"{truth.stem:36} {row['label']:6.3f} {row['place']:6.3f} {row['strict']:6.3f} "
                f"{row['marks']:>7} {row['total']:5} {seconds:6.2f}",
                flush=True,
            )
        if rows:
            means = " ".join(f"{mean:6.3f}" for mean in np.mean(rows, axis=0))
            print(f"{'mean of ' + str(len(rows)):36} {means}")


def print_schemes(folder: Path) -> None:
    schemes = sorted((folder / "mark-schemes").glob("*.pdf"))
    if schemes:
        print(f"\n{'mark schemes':36} items found adding up")
    totals = np.zeros(3, int)
    for path in schemes:
        questions = json.loads((folder / f"{path.stem}.json").read_text())["questions"]
        marks = {question["label"].replace("*", ""): question["max_marks"] for question in questions}
        above = {q["parent"] for q in questions if q["max_marks"]}
        items = {label: value for label, value in marks.items() if value and label not in above}
        laid = match(read_scheme(path.read_bytes()), marks).entries
        right = [p for p, value in items.items() if p in laid and (laid[p].worth == value or laid[p].correct)]
        row = np.array([len(items), sum(path in laid for path in items), len(right)])
        totals += row
        print(f"{path.stem:36} {row[0]:5} {row[1]:5} {row[2]:9}")
    if schemes:
        print(f"{'all':36} {totals[0]:5} {totals[1]:5} {totals[2]:9}")
