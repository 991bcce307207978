"""Measures detection on printed papers of many styles, with invented questions and known structure.

usage: python benchmarks/eval_styles.py [FOLDER]

FOLDER keeps the papers as NAME.pdf and NAME.json.
"""

import json
import sys
from pathlib import Path

from eval_detection import score
from print_papers import print_papers

from markroom.reading.structure import detect


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print(f"{'style':20}  label  place strict   marks total")
    rows = []
    for name, data, truth in print_papers():
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.pdf").write_bytes(data)
            (folder / f"{name}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1))
        row = score(truth, detect(data).as_json())
        rows.append(row)
        print(
            f"{name:20} {row['label']:6.3f} {row['place']:6.3f} {row['strict']:6.3f} {row['marks']:>7} "
            f"{row['total']:5} {truth['style']}"
        )
    means = (sum(row[key] for row in rows) / max(1, len(rows)) for key in ("label", "place", "strict"))
    print(f"{'mean of ' + str(len(rows)):20} " + " ".join(f"{mean:6.3f}" for mean in means))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
