"""Page code hears of ids that changed elsewhere: in another tab, or on a sibling host (D11).

Law: each change is told once; what this page did itself is no news to it.
"""

from __future__ import annotations

from collections.abc import Callable

from cioanalytics.core.identity.stores import Stores
from cioanalytics.core.ports import Clock, JsonObject

# Another tab's writes come one by one, and page code shall not be told of half a change.
DELAY_MS = 20


class Telling:
    """What page code knows of the ids. `on_change` hears of others."""

    def __init__(self, stores: Stores, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock
        self._timer: int | None = None
        self.on_change: Callable[[JsonObject], None] | None = None

    def known(self) -> None:
        """Take what stands now for known."""
        self._stores.announced = self._stores.values()

    def tell(self, ids: JsonObject) -> None:
        """Tell of ids."""
        self._stores.announced = ids
        if self.on_change is not None:
            self.on_change(dict(ids))

    def tell_what_differs(self, ids: JsonObject) -> None:
        """Tell of ids where they are others than the known ones."""
        if ids != self._stores.announced:
            self.tell(ids)

    def tell_soon(self) -> None:
        """Look a moment later what the stores hold, and tell of it where it is news."""
        if self._timer is None:
            self._timer = self._clock.after(DELAY_MS, self._look)

    def _look(self) -> None:
        self._timer = None
        self._stores.open(begin=False)
        ids = self._stores.found()
        self._stores.close()
        self.tell_what_differs(ids)
