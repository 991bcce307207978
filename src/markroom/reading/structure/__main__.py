"""python -m markroom.reading.structure PAPER.pdf [--json FILE|-] [--overlay FILE.pdf]"""

import argparse
import sys
from pathlib import Path

from markroom.reading.pdf import Unreadable
from markroom.reading.structure.command import run


def main() -> int:
    parser = argparse.ArgumentParser(description="Propose the questions of an exam paper.")
    parser.add_argument("paper", type=Path)
    parser.add_argument("--json", metavar="FILE|-")
    parser.add_argument("--overlay", type=Path, metavar="FILE.pdf")
    options = parser.parse_args()
    try:
        run(options.paper, options.json, options.overlay)
    except Unreadable as error:
        sys.stderr.write(f"{error.__doc__}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
