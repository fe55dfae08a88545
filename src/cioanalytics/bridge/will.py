"""What a worker leaves to its page: the requests that the page makes when it goes, since the worker goes with it.

Law: the page always has what was not acknowledged, as far as the browser lets a page that goes send it. Only a worker
that dies with that very page makes a will; any other one sends for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cioanalytics.core.delivery.page_leave import KEEPALIVE_BYTES

if TYPE_CHECKING:
    from cioanalytics.bridge.link import Link
    from cioanalytics.core.delivery.dispatch import Delivery
    from cioanalytics.core.delivery.outbox import Entry
    from cioanalytics.core.ports import Json


class Will:
    """One client's. `soon` runs an action when Python has come to rest; `mark` is a text that stands in no event."""

    def __init__(self, delivery: Delivery, link: Link, soon: Callable[[Callable[[], None]], object], mark: str) -> None:
        self._delivery = delivery
        self._link = link
        self._soon = soon
        self._mark = mark
        self._told: tuple[list[list[int]], str] = ([], "")
        self._due = False
        delivery.on_line(self._changed)

    def renew(self) -> None:
        """Make it anew, with a page that has heard nothing of it."""
        self._told = ([], "")
        self._changed()

    def _changed(self) -> None:
        if not self._due:
            self._due = True
            self._soon(self._tell)

    def _tell(self) -> None:
        self._due = False
        groups = self._delivery.unacknowledged(KEEPALIVE_BYTES) if self._link.certain else []
        lease = self._delivery.lease() if self._link.certain else ""
        now = ([[entry.number for entry in group] for group in groups], lease)
        if now != self._told:
            self._told = now
            self._link.bequeath([self._bequest(group) for group in groups], lease)

    def _bequest(self, group: list[Entry]) -> Json:
        address, body, headers = self._delivery.request(group, self._mark)
        options: Json = {"method": "post", "keepalive": True, "headers": {"Content-Type": "text/plain", **headers}}
        parts: list[Json] = [*body.split(self._mark)]
        keys: list[Json] = [entry.key for entry in group if entry.key]
        return [address, options, parts, keys]
