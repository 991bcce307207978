"""Text layers that hold glyph numbers instead of characters, of fonts without a map to characters."""

import re

# TrueType fonts have .notdef, .null and a return before the printable ASCII characters, in their order
# ("Macintosh standard order", OpenType specification, table 'post').
LETTERS = {number: number + 29 for number in range(3, 98)}
LINE_END = re.compile("\r\n")  # is PDFium's; either sign alone is a glyph


def as_letters(numbers: str) -> str:
    """What glyph numbers in the standard order say, in a text as long.

    White space is PDFium's, between words and lines; it hides the equals sign, whose number is a space.
    """
    return LINE_END.sub("  ", numbers).replace(" ", "\x03").translate(LETTERS)
