"""The channel between worker and page, and the page's script as text.

Law: texts go over it and nothing else, so that a message means what JSON means on both sides.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from cioanalytics.texts import read_text

if TYPE_CHECKING:
    from cioanalytics.core.ports import JsonObject

CHANNEL: Final = "cioanalytics"
PAIRED: Final = "cio:"


class Channels:
    """The channels that this Python has made for its own page: nobody else knows their names."""

    own: str = ""


def page_script(channel: str | None = None) -> str:
    """Give the page's half of the bridge as JavaScript, to be run by the page of this worker.

    In a notebook: `display(Javascript(cioanalytics.page_script()))`, best before `load`. The channel has a random name,
    known here only, unless one is given.
    """
    if channel is None:
        Channels.own = Channels.own or f"cioanalytics:{os.urandom(8).hex()}"
        channel = Channels.own
    return f"window.cioChannel = {json.dumps(channel)}; {read_text('bridge/page.js')}\ndelete window.cioChannel;"


class Channel:
    """Ports under one ear: the common channel, the one of `page_script`, or what the app handed over."""

    def __init__(self, hear: Callable[[object], None]) -> None:
        from pyodide.ffi import create_proxy

        # Kept as long as the worker lives.
        self._ear = create_proxy(lambda event: hear(event.data))
        self._ports: list[Any] = []

    def open(self, name: str) -> None:
        """Open a channel by its name."""
        import js

        self.take(js.BroadcastChannel.new(name))

    def take(self, port: Any) -> None:
        """Speak over a port too."""
        port.onmessage = self._ear
        self._ports.append(port)

    def post(self, message: JsonObject) -> None:
        """Send one message; a port whose page is gone takes it for nothing."""
        text = json.dumps(message)
        for port in self._ports:
            port.postMessage(text)
