"""The structure of an exam paper, read from its pages."""

from markroom.reading.structure.detection import detect, make_seed, structure, structure_so_far
from markroom.reading.structure.model import Boundary, Detection, Question, ResponseArea

__all__ = [
    "Boundary",
    "Detection",
    "Question",
    "ResponseArea",
    "detect",
    "make_seed",
    "structure",
    "structure_so_far",
]
