"""A client that is about to begin, whichever way it has to its page.

Law: a client begins once. Where there is no page that is said once, with the remedy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cioanalytics.browser.install import client_over, when_shown
from cioanalytics.python.around import AppSurroundings
from cioanalytics.python.memory import MemoryHost
from cioanalytics.python.options import vendor_options

if TYPE_CHECKING:
    from cioanalytics.browser.host import Host
    from cioanalytics.core.analytics import Analytics
    from cioanalytics.core.ports import Json

MEMORY_ONLY = (
    "cioanalytics: no page was found, so the identity lives in memory only. In a worker, put"
    ' <script src="…/cioanalytics-bridge.js"></script> on the page, or let the page run cioanalytics.page_script();'
    " or pass a window: load(..., window=pyscript.window)."
)


class Reach:
    """How a client has reached its page: `window`, `document`, `pyscript.window`, `bridge` or `memory`.

    `wake` is called by who waits for the client: where there is no page, its time passes in an event loop of the app.
    """

    def __init__(self, how: str, wake: Callable[[], None] | None = None) -> None:
        self.how = how
        self.wake = wake


class Beginning:
    """A client that is about to begin. `began` runs when its identity stands, with None where it is switched off."""

    def __init__(
        self,
        write_key: str,
        settings: dict[str, Json],
        options: dict[str, Any],
        began: Callable[[Analytics | None], None],
    ) -> None:
        self.write_key = write_key
        self.options = vendor_options(options)
        self._settings = settings
        self._began = began

    def over(self, host: Host) -> Analytics | None:
        """Begin over a host."""
        made = client_over(host, {"writeKey": self.write_key, "settings": self._settings, "options": self.options})
        if made is None:
            self._began(None)
            return None
        client = made[0]
        client.around = AppSurroundings(client)
        when_shown(client, lambda: self._go(client))
        return client

    def over_memory(self, host: Host) -> None:
        """Begin where there is no page."""
        host.say("warn", MEMORY_ONLY)
        self.options["disableClientPersistence"] = True
        if isinstance(host, MemoryHost):
            # Nobody can be asked for the project's settings.
            none: Json = {"integrations": {}}
            self._settings = {**self._settings, "cdnSettings": self._settings.get("cdnSettings") or none}
        self.over(host)

    def _go(self, client: Analytics) -> None:
        client.begin()
        self._began(client)
        client.start()
