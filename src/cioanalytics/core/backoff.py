"""Pauses between tries.

Law: each pause is about twice the last, with chance in it, so that many pages do not come back in step. What a server
asks for in `Retry-After` may make it longer, five minutes at most: nobody is silenced for ever by one answer.
"""

from __future__ import annotations

from typing import Final

from cioanalytics.core.digits import is_whole
from cioanalytics.core.ports import Chance

# Milliseconds.
LONGEST_ASKED: Final = 300_000.0
MONTHS: Final = "janfebmaraprmayjunjulaugsepoctnovdec"


def backoff(attempt: int, chance: Chance, *, least: float = 500, most: float | None = None) -> float:
    """Give the milliseconds before the try after `attempt` (reference: 500 ms times 2^attempt, times 1 to 2)."""
    pause = (1 + chance.fraction()) * least * (1 << min(attempt, 30))
    return pause if most is None else min(pause, most)


def retry_after(header: str, now: float) -> float | None:
    """Give the milliseconds that a `Retry-After` header asks for, within bounds; None where it cannot be read."""
    text = header.strip()
    if is_whole(text, 400):
        return min(float(int(text[:9])) * 1000, LONGEST_ASKED)
    at = _http_date(text)
    return None if at is None else min(max(0.0, at - now), LONGEST_ASKED)


def _http_date(text: str) -> float | None:
    """Read `Wed, 21 Oct 2026 07:28:00 GMT` as milliseconds since 1970."""
    parts = text.split()
    if len(parts) != 6 or len(parts[2]) != 3:
        return None
    month = MONTHS.find(parts[2].lower())
    clock = parts[4].split(":")
    numbers = [parts[1], parts[3], *clock]
    if month < 0 or month % 3 or len(clock) != 3 or not all(is_whole(each, 4) for each in numbers):
        return None
    day, year, hours, minutes, seconds = (int(each) for each in numbers)
    # Years begin in March here, so that the leap day is the last of one.
    moved = month // 3 + 1
    year, moved = (year - 1, moved + 9) if moved <= 2 else (year, moved - 3)
    days = 365 * year + year // 4 - year // 100 + year // 400 + (153 * moved + 2) // 5 + day - 1 - 719_468
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000.0
