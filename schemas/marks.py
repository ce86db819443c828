"""Marks that stand on a letter (accents, vowel points, vowel signs), counted before anything else is done with a text.

Normalising sorts each run of them, which takes the square of its length: of ten thousand, more than a second.
"""

import unicodedata
from itertools import groupby
from typing import Final

# UAX #15 section 13, UAX15-D3: text is stream-safe when no run is longer. It counts what is left after NFKD; we count
# all of category M before it, which are those that it counts, what decomposes into two of them, and some more.
STREAM_SAFE_MARKS: Final = 30
# In a name or on a line: Vietnamese needs two on a letter, pointed Hebrew and Arabic four, Burmese and Tibetan seven.
MARKS_ON_A_LINE: Final = 8


def longest_run_of_marks(text: str) -> int:
    """Return how many marks follow each other where most do. It takes one pass."""
    if text.isascii():
        return 0
    marks = {character for character in set(text) if unicodedata.category(character)[0] == "M"}
    if not marks:
        return 0
    runs = groupby(text, marks.__contains__)
    return max(sum(1 for _ in run) for is_run, run in runs if is_run)
