"""Patterns of routing rules: `*`, `?`, `[a-z]`, `[^a-z]` and a backslash before what is meant itself.

Law: a pattern that cannot be read fits nothing.
"""

from __future__ import annotations


class GlobPart:
    """One character of a pattern: any text, any character, one of a set, or itself."""

    def __init__(self, kind: str, ranges: list[tuple[str, str]] | None = None, *, wanted: bool = True) -> None:
        self.kind = kind
        self.ranges = ranges or []
        self.wanted = wanted

    def fits(self, char: str) -> bool:
        """Tell whether a character is one of those meant."""
        if self.kind != "set":
            return True
        return any(low <= char <= high for low, high in self.ranges) is self.wanted


def glob_fits(pattern: str, text: str) -> bool:
    """Tell whether a whole text fits a pattern."""
    parts = _parts(pattern)
    if parts is None:
        return False
    at, place = 0, 0
    star, star_place = -1, 0
    while place < len(text):
        if at < len(parts) and parts[at].kind == "star":
            star, star_place = at, place
            at += 1
        elif at < len(parts) and parts[at].fits(text[place]):
            at += 1
            place += 1
        elif star >= 0:
            star_place += 1
            at, place = star + 1, star_place
        else:
            return False
    return all(part.kind == "star" for part in parts[at:])


def _parts(pattern: str) -> list[GlobPart] | None:
    parts: list[GlobPart] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            parts.append(GlobPart("star"))
        elif char == "?":
            parts.append(GlobPart("any"))
        elif char == "[":
            end, part = _set(pattern, at)
            if part is None:
                return None
            parts.append(part)
            at = end
        else:
            if char == "\\":
                if at == len(pattern):
                    return None
                char = pattern[at]
                at += 1
            parts.append(GlobPart("set", [(char, char)]))
    return parts


def _set(pattern: str, at: int) -> tuple[int, GlobPart | None]:
    """Read a set from behind its bracket; its end, and None where it is broken."""
    wanted = True
    if pattern[at : at + 1] == "^":
        wanted = False
        at += 1
    ranges: list[tuple[str, str]] = []
    while True:
        if pattern[at : at + 1] == "]" and ranges:
            return at + 1, GlobPart("set", ranges, wanted=wanted)
        at, low = _member(pattern, at)
        high = low
        if low and pattern[at : at + 1] == "-":
            at, high = _member(pattern, at + 1)
        if not low or not high:
            return at, None
        ranges.append((low, high))


def _member(pattern: str, at: int) -> tuple[int, str]:
    """Read one character of a set; "" where there is none."""
    if pattern[at : at + 1] in ("", "-", "]"):
        return at, ""
    if pattern[at] == "\\":
        at += 1
    char = pattern[at : at + 1]
    return at + 1, char
