"""docs/reference/rules.md holds every id a test cites, and tests cite every rule that stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
ID = re.compile(r"\b(?:sec-[A-Z]\d{1,2}|[XIPJMTDSKRCGO]-\d{2})\b")
RULE = re.compile(rf"^- \*\*({ID.pattern})\*\*(.*(?:\n  .*)*)", re.MULTILINE)
WITHOUT_TEST = "(no test yet)"


def read_rules() -> dict[str, str]:
    """The text of each rule by its id."""
    rules = RULE.findall((ROOT / "docs/reference/rules.md").read_text(encoding="utf-8"))
    assert len(rules) == len({name for name, _ in rules}), "an id stands for one rule"
    return dict(rules)


def find_cited(files: Iterable[Path]) -> set[str]:
    return {name for file in files for name in ID.findall(file.read_text(encoding="utf-8"))}


def list_tests() -> list[Path]:
    tests = ROOT / "tests"
    found = (file for file in tests.rglob("*") if file.suffix in {".py", ".ts"})
    return [file for file in found if file.relative_to(tests).parts[0] != "docs"]


def test_every_cited_rule_exists() -> None:
    source = [*(ROOT / "src").rglob("*.py"), *(ROOT / "db").rglob("*.sql")]
    assert find_cited([*list_tests(), *source]) <= read_rules().keys()


def test_every_rule_is_proved_by_a_test_or_says_that_it_is_not() -> None:
    cited, rules = find_cited(list_tests()), read_rules()
    unproved = {name for name, text in rules.items() if text.rstrip().endswith(WITHOUT_TEST)}
    assert rules.keys() - cited == unproved
