"""Fits the weights of a question's confidence and shows how far it can be believed.

usage: python benchmarks/calibrate_confidence.py PAPERS_DIR [PAGES_DIR …]

PAPERS_DIR as for eval_detection.py. PAGES_DIR holds NAME.pkl with pages read from scans of the same papers.
Every question proposed on a paper, printed or worn (worn_papers.py), is one case: right when its label, place
and marks are. The table is made with weights fitted without the paper they are asked about.
"""

import json
import pickle
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from eval_detection import Y_TOLERANCE, normal
from worn_papers import wear

from markroom.reading.structure.confidence import Rating
from markroom.reading.structure.detection import read_questions
from markroom.reading.structure.intake import Intake
from markroom.reading.structure.page import Page

DOUBT, DOUBT_WEIGHT = 8, -0.5  # where it stands behind the bias
BINS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
Case = tuple[str, str, tuple[float, ...], bool]  # paper, how it was worn, features, right


def cases(folder: Path, scanned: Sequence[Path]) -> Iterator[Case]:
    for path in sorted(folder.glob("*.json")):
        truth = json.loads(path.read_text())
        pages = Intake().read(path.with_suffix(".pdf").read_bytes())
        for how, worn in wear(pages, path.stem):
            yield from judge(path.stem, how, worn, truth)
        for other in scanned:
            if (read := other / f"{path.stem}.pkl").exists():
                yield from judge(path.stem, f"scanned ({other.name})", pickle.loads(read.read_bytes()), truth)


def judge(name: str, how: str, pages: Sequence[Page], truth: dict[str, Any]) -> Iterator[Case]:
    wanted = {normal(q["label"]): q for q in truth["questions"]}
    reading = read_questions(pages)
    rating = Rating(reading.nodes, reading.total, reading.rubric)
    for root in reading.nodes:
        for node in root.walk():
            true = wanted.get(normal(node.path))
            if true and true.get("implicit"):
                continue
            label = node.label
            right = (
                true is not None
                and (true["page"], true["max_marks"] in (None, node.marks)) == (label.page, True)
                and abs(true["y"] - label.y0) <= Y_TOLERANCE
            )
            yield name, how, rating.features(node), right


def fit(features: np.ndarray, right: np.ndarray, weight: np.ndarray, ridge: float = 1.0) -> np.ndarray:
    """Logistic regression by Newton's method, bias first.

    The weight of a label's own doubt is held: wear calls doubtful also what it leaves as it is, so that
    nothing can be learned of it here.
    """
    x = np.column_stack([np.ones(len(features)), features])
    beta = np.zeros(x.shape[1])
    beta[DOUBT] = DOUBT_WEIGHT
    penalty = ridge * np.eye(x.shape[1])
    penalty[0, 0] = 1e-6
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (weight * (right - p)) - penalty @ beta
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + penalty
        free = np.arange(len(beta)) != DOUBT
        step = np.linalg.solve(hessian[np.ix_(free, free)], gradient[free])
        beta[free] += step
        if np.abs(step).max() < 1e-6:
            break
    return beta


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    found = list(cases(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]))
    papers = np.array([case[0] for case in found])
    ways = np.array([case[1] for case in found])
    features = np.array([case[2] for case in found])
    right = np.array([case[3] for case in found], float)
    weight = 1.0 / np.array([np.sum(papers == name) for name in papers]) * len(found) / len(set(papers))
    told = np.zeros(len(found))
    for name in sorted(set(papers)):
        beta = fit(features[papers != name], right[papers != name], weight[papers != name])
        told[papers == name] = 1 / (1 + np.exp(-(beta[0] + features[papers == name] @ beta[1:])))
    print_reliability(np.clip(told, 0.02, 0.99), right)
    for way in sorted(set(ways)):
        sure = (ways == way) & (told >= 0.9)
        print(
            f"{way:34} {np.sum(ways == way):5} cases, {right[ways == way].mean():.0%} right; "
            f"{sure.sum():5} said 0.9 and more, {right[sure].mean() if sure.any() else 0:.1%} of them right"
        )
    beta = fit(features, right, weight)
    print(f"BIAS = {beta[0]:.2f}\nWEIGHTS = ({', '.join(f'{value:.2f}' for value in beta[1:])})")
    return 0


def print_reliability(told: np.ndarray, right: np.ndarray) -> None:
    print("confidence    questions   said  right")
    for low, high in pairwise(BINS):
        inside = (told >= low) & (told < high) if high < 1 else told >= low
        if inside.any():
            said, true = told[inside].mean(), right[inside].mean()
            print(f"{low:.2f} to {high:.2f} {inside.sum():9} {said:9.2f} {true:6.2f}")
    sure = told >= 0.9
    print(f"0.9 and more: {sure.sum()} of {len(told)}, {right[sure].mean():.1%} right")


if __name__ == "__main__":
    raise SystemExit(main())
