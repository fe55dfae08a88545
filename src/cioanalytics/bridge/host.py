"""The host of a worker whose page stands behind a bridge.

Law: the same functions as `web/host.js`. Clock, chance, network, console and locks are the worker's own, which share
the page's origin; cookies, localStorage, address and the page's life come through the mirror.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from cioanalytics.bridge.link import Link
from cioanalytics.bridge.mirror import OUTBOX

if TYPE_CHECKING:
    from cioanalytics.browser.host import Host
    from cioanalytics.core.ports import JsonObject

# What is true of one tab only.
ADDRESS: Final = ("url", "path", "search", "hash", "referrer", "title", "canonical")

type Receive = Callable[[str, int, str], str | None]


class BridgeHost:
    """The worker's own host, with the page's parts in their place."""

    def __init__(self, own: Host, link: Link) -> None:
        self._own = own
        self._link = link
        self._receive: Receive | None = None
        mirror = link.mirror
        self.cookieRead = mirror.cookie
        self.cookieWrite = mirror.set_cookie
        self.storageGet = mirror.get_item
        self.storageSet = mirror.set_item
        self.storageRemove = mirror.remove_item

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def storageKeys(self) -> str | None:
        keys = self._link.mirror.keys()
        return None if keys is None else json.dumps(keys)

    def hostname(self) -> str:
        return self._link.mirror.host

    def pageFacts(self) -> str:
        facts = dict(self._link.mirror.facts)
        if not self._link.certain:
            for name in ADDRESS:
                facts.pop(name, None)
        return json.dumps(facts)

    def listen(self, receive: Receive) -> None:
        self._receive = receive
        self._own.listen(receive)

    def heard(self, news: JsonObject, first: bool) -> None:
        """Tell the client what its page said, once that stands in the mirror."""
        event = news.get("event")
        if event is not None:
            self._tell({"event": event})
        local = news.get("local")
        elsewhere = isinstance(local, dict) and any(not key.startswith(OUTBOX) for key in local)
        if first or elsewhere or "cookie" in news:
            self._tell({"event": "storage"})

    def _tell(self, event: JsonObject) -> None:
        if self._receive is not None:
            self._receive("page", 0, json.dumps(event))
