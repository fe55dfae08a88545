"""Where a Python app's client finds its page.

Law: the page's own window, where this thread has one; a window that is given, in a worker; else memory, said once.
Nothing is made before the options were read.
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
    "cioanalytics: there is no page here, so the identity lives in memory only;"
    " in a worker pass the page's window: load(..., window=pyscript.window)."
)


def start(
    write_key: str,
    window: Any,
    settings: dict[str, Json],
    options: dict[str, Any],
    began: Callable[[Analytics], None],
) -> None:
    """Make a client and let it begin; `began` runs when its identity stands, never where the options switch it off."""
    host, has_page = host_of(window)
    given = vendor_options(options)
    if not has_page:
        host.say("warn", MEMORY_ONLY)
        given["disableClientPersistence"] = True
    if isinstance(host, MemoryHost):
        # Nobody can be asked for the project's settings.
        none: Json = {"integrations": {}}
        settings = {**settings, "cdnSettings": settings.get("cdnSettings") or none}
    made = client_over(host, {"writeKey": write_key, "settings": settings, "options": given})
    if made is not None:
        client = made[0]
        when_shown(client, lambda: _go(client, began))


def _go(client: Analytics, began: Callable[[Analytics], None]) -> None:
    client.begin()
    began(client)
    client.start()


def host_of(window: Any) -> tuple[Host, bool]:
    """Give the host of a window, of this thread's page, or one in memory; and whether there is a page at all."""
    try:
        import js
    except ImportError:
        return cast("Host", MemoryHost()), False
    page = js.globalThis if window is None else window
    return cast("Host", _connect(js)(page)), getattr(page, "document", None) is not None


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
