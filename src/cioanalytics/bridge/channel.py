"""The channel between worker and page, and the page's script as text.

Law: texts go over it and nothing else, so that a message means what JSON means on both sides.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from cioanalytics.texts import read_text

if TYPE_CHECKING:
    from cioanalytics.core.ports import JsonObject

CHANNEL: Final = "cioanalytics"
PAIRED: Final = "cio:"


class Channels:
    """The channels that this Python has given its page scripts for.

    Nobody else knows the name of `own`; `named` is one that the app chose, and others may know it. `waiting` hear of
    each script that is made.
    """

    own: str = ""
    named: str = ""
    waiting: ClassVar[list[Callable[[str], None]]] = []

    @classmethod
    def best(cls) -> str:
        """Give the channel on which a page is to be found."""
        return cls.own or cls.named or CHANNEL


def page_script(channel: str | None = None) -> str:
    """Give the page's half of the bridge as JavaScript, to be run by the page of this worker.

    In a notebook: `display(Javascript(cioanalytics.page_script()))`, best before `load`; a client without a page finds
    it then. The channel has a random name, known here only, unless one is given. Raises TypeError for a name that is
    no text.
    """
    if channel is None:
        channel = Channels.own = Channels.own or f"cioanalytics:{os.urandom(8).hex()}"
    elif not isinstance(cast("object", channel), str) or not channel:
        raise TypeError(f"channel: expected the name of a channel, a text, got {channel!r}")
    else:
        Channels.named = channel
    for each in Channels.waiting:
        each(channel)
    # A cell that is run again must not connect its page twice: it would hear itself.
    name, mark = json.dumps(channel), json.dumps(f"channel {channel}")
    return (
        f"if (!window.cioBridge?.[{mark}]) {{ window.cioChannel = {name}; {read_text('bridge/page.js')}\n"
        f"delete window.cioChannel; window.cioBridge[{mark}] = true; }}"
    )


class Channel:
    """Ports under one ear: the common channel, the one of `page_script`, or what the app handed over."""

    def __init__(self, hear: Callable[[object], None]) -> None:
        from pyodide.ffi import create_proxy

        # Kept as long as the worker lives.
        self._ear = create_proxy(lambda event: hear(event.data))
        self._ports: list[Any] = []
        self._names: list[str] = []

    def open(self, name: str) -> None:
        """Open a channel by its name, once."""
        import js

        if name not in self._names:
            self._names.append(name)
            self.take(js.BroadcastChannel.new(name))

    def open_late(self, wanted: Callable[[], bool]) -> None:
        """Open the channel of each script that is made from now on, where it is wanted then."""
        Channels.waiting.append(lambda name: self.open(name) if wanted() else None)

    def take(self, port: Any) -> None:
        """Speak over a port too."""
        port.onmessage = self._ear
        self._ports.append(port)

    def post(self, message: JsonObject) -> None:
        """Send one message; a port whose page is gone takes it for nothing."""
        text = json.dumps(message)
        for port in self._ports:
            port.postMessage(text)
