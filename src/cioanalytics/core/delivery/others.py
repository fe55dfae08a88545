"""What other tabs keep under the same write key, as far as the common bounds have to know it.

Law: the storage is listed only now and then, and before anything is dropped for what stood there; between two looks
each news of another tab counts as one event more, so that no bound is passed unseen. Each text is read once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cioanalytics.core.digits import is_whole
from cioanalytics.core.ports import Storage

# Milliseconds after which a look is old.
FRESH: Final = 250.0
# Characters at the beginning of a kept event's text among which its moment and its weight stand.
HEAD: Final = 100


class Leftover:
    """A stored event of another page. `at` and `weight` are what its text tells, once they were asked for."""

    def __init__(self, key: str, tab: str, number: int) -> None:
        self.key = key
        self.tab = tab
        self.number = number
        self.at = 0.0
        self.weight = -1


class Others:
    """The kept events of other tabs; `listed` gives them, with a walk over the whole storage."""

    def __init__(self, storage: Storage, listed: Callable[[], list[Leftover]]) -> None:
        self._storage = storage
        self._listed = listed
        self._known: dict[str, Leftover] = {}
        self._by_age: list[Leftover] = []
        self._looked: float | None = None
        self._news = 0
        self._news_bytes = 0
        self._bytes = 0

    def count(self) -> int:
        """Count their events: at least as many as there are."""
        return len(self._known) + self._news

    def bytes(self) -> int:
        """Count their bytes: at least as many as there are."""
        return self._bytes + self._news_bytes

    def heard(self, size: int) -> None:
        """Hear that another tab wrote an event of so many characters, a new one or one we know."""
        self._news += 1
        self._news_bytes += size

    def is_stale(self, now: float) -> bool:
        """Tell whether the last look is old."""
        return self._looked is None or not 0 <= now - self._looked < FRESH

    def is_guess(self) -> bool:
        """Tell whether there were news since the last look."""
        return self._news > 0

    def look(self, now: float) -> None:
        """List what there is."""
        before = self._known
        self._known = {}
        self._bytes = self._news = self._news_bytes = 0
        self._looked = now
        for each in self._listed():
            known = before.get(each.key) or self._weighed(each)
            self._known[known.key] = known
            self._bytes += known.weight
        self._by_age = sorted(self._known.values(), key=lambda each: (each.at, each.tab, each.number), reverse=True)

    def oldest(self) -> Leftover | None:
        """Give the oldest of them."""
        while self._by_age and self._by_age[-1].key not in self._known:
            self._by_age.pop()
        return self._by_age[-1] if self._by_age else None

    def gone(self, key: str) -> None:
        """Count one no more."""
        known = self._known.pop(key, None)
        if known is not None:
            self._bytes -= known.weight

    def _weighed(self, each: Leftover) -> Leftover:
        text = self._storage.get(each.key) or ""
        at, size = _number(text, '"at":'), _number(text, '"size":')
        each.at = float(at)
        each.weight = size or len(text)
        return each


def _number(text: str, name: str) -> int:
    told = text[:HEAD].partition(name)[2].partition(",")[0]
    return int(told) if is_whole(told) else 0
