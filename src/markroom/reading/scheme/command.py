"""Mark schemes on the command line."""

import json
import sys
from pathlib import Path

from markroom.reading.scheme.scheme import read_scheme


def run(path: Path, json_out: str | None = None) -> None:
    """Read a scheme and write what was found; `-` prints only the JSON. Raises pdf.Unreadable, OSError."""
    found = read_scheme(path.read_bytes())
    text = json.dumps(found.as_json(), ensure_ascii=False, indent=1) + "\n"
    if json_out == "-":
        sys.stdout.write(text)
        return
    if json_out:
        Path(json_out).write_text(text, encoding="utf-8")
    points = sum(len(entry.points) for entry in found.entries)
    sys.stdout.write(f"{found.page_count} pages, {len(found.entries)} questions, {points} points\n")
    sys.stdout.writelines(f"warning: {warning}\n" for warning in found.warnings)
