"""The host of a worker whose page stands behind a bridge.

Law: the same functions as `web/border/host.js`. Clock, chance, network, console and locks are the worker's own, which
share the page's origin; cookies, localStorage, address and the page's life come through the mirror.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cioanalytics.bridge.link import Link
from cioanalytics.bridge.mirror import OUTBOX, is_identity
from cioanalytics.core.events.url import path_of

if TYPE_CHECKING:
    from cioanalytics.browser.host import Host
    from cioanalytics.core.ports import Json, JsonObject

type Receive = Callable[[str, int, str], str | None]


class BridgeHost:
    """The worker's own host, with the page's parts in their place."""

    def __init__(self, own: Host, link: Link, navigator: Any) -> None:
        self._own = own
        self._link = link
        self._navigator = navigator
        self._shown: JsonObject = {}
        self._left = False
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
        url = self._link.mirror.facts.get("url")
        return host_of(url) if isinstance(url, str) else ""

    def pageFacts(self) -> str:
        return json.dumps(self._facts())

    def _facts(self) -> JsonObject:
        """Give what the page is, as the page said last; its address only where it is known to be this worker's page."""
        told = self._link.mirror.facts
        around = self._navigator
        facts: JsonObject = {
            "userAgent": str(around.userAgent),
            "locale": str(around.language),
            "online": around.onLine is not False,
            "visible": told.get("visible") is not False,
            "prerendering": told.get("prerendering") is True,
        }
        if not self._link.certain:
            return facts
        url = told.get("url")
        for name in ("url", "title", "referrer", "canonical"):
            facts[name] = told.get(name)
        if isinstance(url, str):
            before, mark, rest = url.partition("#")
            facts["hash"] = mark + rest if rest else ""
            before, mark, rest = before.partition("?")
            facts["search"] = mark + rest if rest else ""
            facts["path"] = path_of(before, "")
        return facts

    def listen(self, receive: Receive) -> None:
        self._receive = receive
        self._own.listen(receive)

    def heard(self, news: JsonObject, first: bool) -> None:
        """Tell the client what its page said, once that stands in the mirror."""
        before, self._shown = self._shown, self._facts()
        if before.get("prerendering") and not self._shown["prerendering"]:
            self._tell("prerendered")
        if self._left and "joined" in news:
            self._left = False
            self._tell("show", persisted=True)
        if not self._left and before.get("visible", True) != self._shown["visible"]:
            self._tell("visible" if self._shown["visible"] else "hidden")
        local = news.get("local")
        told = local if isinstance(local, dict) else {}
        for key, text in told.items():
            if key.startswith(OUTBOX):
                self._tell("storage", key=key, size=len(text) if isinstance(text, str) else None)
        elsewhere = any(is_identity(key) for key in told)
        if first or elsewhere or "cookie" in news:
            self._tell("storage")

    def gone(self, *, handed_over: bool) -> None:
        """Tell the client that its page goes; and whether that one sends what there was to send."""
        self._left = True
        self._tell("left" if handed_over else "hide")

    def _tell(self, event: str, **more: Json) -> None:
        if self._receive is not None:
            self._receive("page", 0, json.dumps({"event": event, **more}))


def host_of(url: str) -> str:
    """Give the host of an address as the browser writes it, without its port."""
    rest = url.partition("//")[2].partition("/")[0].partition("?")[0].rpartition("@")[2]
    return rest.partition("]")[0] + "]" if rest.startswith("[") else rest.partition(":")[0]
