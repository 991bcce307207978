"""The points of a mark scheme, read from its pages."""

from markroom.reading.scheme.matching import Match, match
from markroom.reading.scheme.model import Entry, Point, Scheme
from markroom.reading.scheme.scheme import read_scheme, scheme

__all__ = ["Entry", "Match", "Point", "Scheme", "match", "read_scheme", "scheme"]
