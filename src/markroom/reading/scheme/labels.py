"""Question labels in the first column of a scheme, where only what changes is printed."""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r"\d{1,2}(?:\.\d{1,2})*|[a-z]+")
ROMAN = re.compile(r"(?:i{1,3}|iv|vi{0,3}|ix|xi{0,2})$")
NOT_LABELS = re.compile(r"question|number|total|cont\w*|^q\b", re.IGNORECASE)


@dataclass(slots=True)
class Numbering:
    """Remembers number, letter and numeral, so that `(ii)` below `3(a)(i)` is 3(a)(ii)."""

    parts: list[str] = field(default_factory=list)

    def read(self, text: str) -> str | None:
        """The full label that a printed one stands for; None where it is none."""
        tokens = TOKEN.findall(NOT_LABELS.sub(" ", text).lower())
        if not tokens or len(tokens) > 4 or any(len(token) > 5 for token in tokens):
            return None
        parts = list(self.parts)
        if len(tokens) == 2 and parts[:1] == tokens[:1] and len(parts) >= 2 and ROMAN.fullmatch(tokens[1]):
            tokens = tokens[1:]  # the number said again before a numeral, the letter not
        for token in tokens:
            level = self._level(token, parts)
            if level is None or level > len(parts):
                return None
            parts = [*parts[:level], token]
        self.parts = parts
        return self.path

    @property
    def path(self) -> str:
        number, *others = self.parts
        return number + "".join(f"({part})" for part in others)

    def _level(self, token: str, parts: list[str]) -> int | None:
        if token[0].isdigit():
            return 0
        numeral = ROMAN.fullmatch(token) and len(parts) >= 2
        follows = len(parts) >= 2 and len(token) == 1 and ord(token) == ord(parts[1][0]) + 1
        if numeral and not (len(parts) == 2 and follows):
            return 2
        return 1 if len(token) == 1 or ROMAN.fullmatch(token) else None
