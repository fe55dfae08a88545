"""Texts that are whole numbers, from stores and servers that may hold anything.

Law: what this takes, `int` takes too. `isdigit` alone lets "²" through, and thousands of digits.
"""

from __future__ import annotations


def is_whole(text: str, most: int = 15) -> bool:
    """Tell whether a text is a whole number of ASCII digits, not longer than `most`."""
    return 0 < len(text) <= most and all(char in "0123456789" for char in text)
