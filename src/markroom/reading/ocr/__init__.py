"""Words of pages that are only pictures."""

from markroom.reading.ocr.orientation import Upright, lay_upright
from markroom.reading.ocr.recognition import recognise
from markroom.reading.ocr.sheets import Sheet, lay_straight

__all__ = ["Sheet", "Upright", "lay_straight", "lay_upright", "recognise"]
