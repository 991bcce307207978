"""The pages of docs/reference say what the code says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_is_what_the_code_says() -> None:
    """In a process of its own: what other tests register must not stand on the pages."""
    check = [sys.executable, "-m", "docs.write_reference", "--check"]
    told = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
