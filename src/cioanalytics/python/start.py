"""Where a Python app's client finds its page.

Law: a window that is given; else this thread's own page; else PyScript's window where it can be read; else the page
behind a bridge; else memory, said once. Nothing is made before the options were read and the page has answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from cioanalytics.browser.install import client_over, when_shown
from cioanalytics.python.memory import MemoryHost
from cioanalytics.python.plain import plain

if TYPE_CHECKING:
    from cioanalytics.browser.host import Host
    from cioanalytics.core.analytics import Analytics
    from cioanalytics.core.ports import Json, JsonObject

MEMORY_ONLY = (
    "cioanalytics: no page was found, so the identity lives in memory only. In a worker, put"
    ' <script src="…/cioanalytics-bridge.js"></script> on the page, or let the page run cioanalytics.page_script();'
    " or pass a window: load(..., window=pyscript.window)."
)


class Reach:
    """How a client has reached its page: `window`, `document`, `pyscript.window`, `bridge` or `memory`."""

    def __init__(self, how: str) -> None:
        self.how = how


class Beginning:
    """A client that is about to begin. `began` runs when its identity stands, never where it is switched off."""

    def __init__(
        self,
        write_key: str,
        settings: dict[str, Json],
        options: dict[str, Any],
        began: Callable[[Analytics], None],
    ) -> None:
        self.write_key = write_key
        self.options = vendor_options(options)
        self._settings = settings
        self._began = began

    def over(self, host: Host) -> Analytics | None:
        """Begin over a host."""
        made = client_over(host, {"writeKey": self.write_key, "settings": self._settings, "options": self.options})
        if made is None:
            return None
        client = made[0]
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


def start(beginning: Beginning, window: Any, bridge: Any) -> Reach:
    """Find the page, and begin: at once, or behind a bridge when the page has answered or its time is up."""
    try:
        import js
    except ImportError:
        beginning.over_memory(cast("Host", MemoryHost()))
        return Reach("memory")
    page, how = page_of(js, window) if bridge is None else (None, "bridge")
    if page is not None:
        beginning.over(_connect(js)(page))
        return Reach(how)
    own: Host = _connect(js)(js.globalThis)
    if bridge is not None or can_open(js):
        return over_bridge(beginning, own, bridge)
    beginning.over_memory(own)
    return Reach("memory")


def page_of(js: Any, window: Any) -> tuple[Any, str]:
    """Give the window that this thread can read at once, and how; None where there is none."""
    if window is not None:
        return window, "window"
    if getattr(js, "document", None) is not None:
        return js.globalThis, "document"
    try:
        from pyscript import window as theirs

        # Without the headers that make it synchronous it is an object that refuses.
        cast("object", theirs.document.cookie)
    except Exception:
        return None, ""
    return theirs, "pyscript.window"


def over_bridge(beginning: Beginning, own: Host, bridge: Any) -> Reach:
    """Begin once the page has answered over its bridge; in memory where none has, until one comes."""
    # Imported only now: who sits on the page's own thread does not pay for it.
    from cioanalytics.bridge.open import open_bridge

    return open_bridge(beginning, own, bridge, Reach("memory"), MEMORY_ONLY)


def can_open(js: Any) -> bool:
    """Tell whether this thread is a worker from which a page can be reached."""
    return getattr(js, "BroadcastChannel", None) is not None and getattr(js, "document", None) is None


def _connect(js: Any) -> Any:
    """Give the JavaScript side: the one that a script tag brought, else the wheel's own, run once."""
    known = js.Reflect.get(js.globalThis, getattr(js.Symbol, "for")("cioanalytics.connect"))
    if known is not None:
        return known
    from importlib.resources import files

    from pyodide.code import run_js

    text = files("cioanalytics.browser").joinpath("border.js").read_text("utf-8")
    try:
        return run_js(text).connect
    except Exception as error:
        raise RuntimeError(
            "the page's Content-Security-Policy forbids to run the JavaScript part of cioanalytics from text;"
            ' put <script src="…/cioanalytics-border.js"></script> on the page, which brings it'
        ) from error


# Options whose own keys are the vendor's words; the keys of all others are the app's (names of integrations, of
# events).
NESTED = ("cookie", "user", "group", "outbox")


def vendor_options(options: dict[str, Any]) -> JsonObject:
    """Give options as the vendor spells them."""
    return {
        camel(name): _camel_keys(plain(value, name)) if name in NESTED else plain(value, name)
        for name, value in options.items()
    }


def camel(name: str) -> str:
    """Give a Python name as the vendor spells it: `cdn_url` is `cdnURL`, `use_query_string` is `useQueryString`."""
    first, *rest = name.split("_")
    words = [word.upper() if word in ("url", "iso") else word[:1].upper() + word[1:] for word in rest]
    return first + "".join(words)


def _camel_keys(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    return {camel(name): _camel_keys(each) for name, each in value.items()}
