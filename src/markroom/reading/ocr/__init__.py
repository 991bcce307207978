"""Words of pages that are only pictures."""

from markroom.reading.ocr.recognition import recognise
from markroom.reading.ocr.sheets import Sheet, lay_straight

__all__ = ["Sheet", "lay_straight", "recognise"]
