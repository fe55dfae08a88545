"""Who waits until all that is kept was sent.

Law: an answer comes once each event that was kept at the question was sent, given up, or has to wait for later; what is
accepted after the question is none of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from cioanalytics.core.delivery.outbox import Entry
from cioanalytics.core.later import Later, settled


class Flush:
    """One who waits, and the numbers of the events that are waited for."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.done: Later[None] = Later()
        self.waiting = dict.fromkeys(numbers, True)


class Flushes:
    """All who wait."""

    def __init__(self) -> None:
        self._open: list[Flush] = []

    def begin(self, entries: Sequence[Entry]) -> Later[None]:
        """Wait for events; the answer is there at once where there are none."""
        if not entries:
            return settled(None)
        flush = Flush([entry.number for entry in entries])
        self._open.append(flush)
        return flush.done

    def over(self, entries: Sequence[Entry]) -> None:
        """Wait no more for these events."""
        for flush in self._open:
            for entry in entries:
                flush.waiting.pop(entry.number, None)
        ended = [flush for flush in self._open if not flush.waiting]
        self._open = [flush for flush in self._open if flush.waiting]
        for flush in ended:
            flush.done.settle(None)
