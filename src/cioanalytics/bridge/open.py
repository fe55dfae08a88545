"""Opens the bridge of one client, and lets it begin.

Law: nothing is minted before the page has answered or its time is up. A page that comes later is taken then: its own
identity counts, and what this worker was told meanwhile is done once more on top of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from cioanalytics.bridge.channel import PAIRED, Channel, Channels
from cioanalytics.bridge.entries import entries_of
from cioanalytics.bridge.host import BridgeHost
from cioanalytics.bridge.link import Link
from cioanalytics.bridge.will import Will
from cioanalytics.core.settings import read_options
from cioanalytics.python.beginning import Reach

if TYPE_CHECKING:
    from cioanalytics.browser.host import Host
    from cioanalytics.core.analytics import Analytics
    from cioanalytics.core.ports import Json, JsonObject
    from cioanalytics.python.beginning import Beginning


def open_bridge(beginning: Beginning, own: Host, bridge: Any, how: str, warning: str) -> Reach:
    """Let a client begin behind a bridge. `bridge` is a channel's name or a port, `how` the way to a page it finds."""
    import js
    from pyodide.ffi import create_once_callable

    reach = Reach("memory")
    options = read_options(beginning.options, _Silent())
    worker = str(getattr(js, "name", "") or "")
    # A shared worker lives on without its page.
    dies = getattr(js, "DedicatedWorkerGlobalScope", None) is not None
    wills: list[Will] = []

    def after(ms: float, action: Callable[[], None]) -> None:
        js.setTimeout(create_once_callable(action), ms)

    def post(message: JsonObject) -> None:
        channel.post(message)

    link = Link(
        lambda: os.urandom(8).hex(),
        entries_of(options, beginning.write_key),
        post,
        after,
        lambda text: own.say("warn", text),
        exact=bridge is not None or bool(Channels.own),
        mate=worker.removeprefix(PAIRED) if worker.startswith(PAIRED) else "",
        tied=dies,
        probe=options.identity != "lazy" and not options.disable_client_persistence,
    )
    host = BridgeHost(own, link, js.navigator)
    channel = Channel(link.hear)
    if bridge is not None and not isinstance(bridge, str):
        channel.take(bridge)
    else:
        channel.open(bridge or Channels.best())
    if bridge is None:
        # The script may be run after all, where no page has answered.
        channel.open_late(lambda: not link.mirror.page)

    def ready(reached: bool) -> None:
        if reached:
            reach.how = how
        else:
            own.say("warn", warning)
        client = beginning.over(cast("Host", host))
        if client is not None:
            link.on_late = lambda: _again(client)
            if dies:
                wills.append(Will(client.delivery, link, lambda action: after(0, action), os.urandom(16).hex()))
                wills[0].renew()

    def news(message: JsonObject, first: bool) -> None:
        reach.how = how
        host.heard(message, first)
        if "joined" in message:
            for will in wills:
                will.renew()

    link.on_ready = ready
    link.on_news = news
    link.on_gone = lambda: host.gone(handed_over=bool(wills) and link.certain)
    link.start()
    return reach


def _again(client: Analytics) -> Callable[[], None]:
    """Take note of who this worker was told of; what is given puts them over the page's own identity."""
    people = [(each, each.id(), each.traits()) for each in (client.user, client.group)]

    def finish() -> None:
        for each, known, traits in people:
            if known and each.id() != known:
                each.identify(known, traits if isinstance(traits, dict) else {})

    return finish


class _Silent:
    """A console for options that will be read aloud later."""

    def warn(self, message: str) -> None:
        """Say nothing."""

    def error(self, message: str) -> None:
        """Say nothing."""

    def log(self, message: str) -> None:
        """Say nothing."""

    def table(self, rows: Json) -> None:
        """Say nothing."""
