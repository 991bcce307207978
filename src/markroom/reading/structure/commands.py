"""Words that tell a pupil what to do."""

import re
from collections.abc import Iterator

JOINED = r"(?:\b(?:and|then|or|there|also|hence|otherwise|should|must)|[,;:)•●]|fig(?:ure|\.)?\s*[\d.]+)\s+"
USED = r"\bus(?:e|ing)\b(?:[^.?]|\.\s?(?=\d))*\bto\s+"
LABELS = r"^\W*(?:\w{1,5}\W+){0,3}"
BEFORE = re.compile(rf"(?:{JOINED}|{USED}|{LABELS})$", re.IGNORECASE)
REACH = 120  # letters before a verb that are looked at


class Wording:
    """Patterns in lower case. Each begins with letters, and only where those stand it is tried: fast."""

    def __init__(self, *patterns: str) -> None:
        self._patterns = [(_letters(each), re.compile(rf"{each}(?![a-z])")) for each in patterns]

    def find(self, text: str) -> re.Match[str] | None:
        return next(self._all(text.lower()), None)

    def _all(self, lower: str) -> Iterator[re.Match[str]]:
        for letters, pattern in self._patterns:
            at = lower.find(letters)
            while at >= 0:
                if (found := pattern.match(lower, at)) and not lower[max(0, at - 1) : at].isalpha():
                    yield found
                at = lower.find(letters, at + 1)


class Command(Wording):
    """Verbs where they command: with a capital, behind the label, or behind words that join sentences.

    `how they construct` and `the programming construct` ask for no construction.
    """

    def find(self, text: str) -> re.Match[str] | None:
        return next((found for found in self._all(text.lower()) if _commands(text, found.start())), None)


def _letters(pattern: str) -> str:
    """Those it begins with for certain."""
    letters = re.match(r"[a-z =]+", pattern)
    assert letters, pattern
    return letters[0][:-1] if pattern[letters.end() :].startswith("?") else letters[0]


def _commands(text: str, begin: int) -> bool:
    return text[begin : begin + 1].isupper() or bool(BEFORE.search(text, max(0, begin - REACH), begin))
