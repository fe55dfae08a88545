"""Where a Python app's client finds its page.

Law: a window that is given; else this thread's own page; else PyScript's window where it can be read; else the page
behind a bridge; else memory, said once. A worker uses a window only to lay its own bridge. Nothing is made before the
options were read and the page has answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from cioanalytics.python.beginning import MEMORY_ONLY, Beginning, Reach
from cioanalytics.python.memory import MemoryHost
from cioanalytics.texts import read_text

if TYPE_CHECKING:
    from cioanalytics.browser.host import Host


def start(beginning: Beginning, window: Any, bridge: Any) -> Reach:
    """Find the page, and begin: at once, or behind a bridge when the page has answered or its time is up."""
    try:
        import js
    except ImportError:
        host = MemoryHost()
        beginning.over_memory(cast("Host", host))
        return Reach("memory", host.wake)
    page, how = page_of(js, window) if bridge is None else (None, "bridge")
    if page is not None and not _in_worker(js):
        if getattr(page, "document", None) is None:
            raise TypeError(f"window: expected the window of a page, got {page}")
        beginning.over(_connect(js)(page))
        return Reach(how)
    own: Host = _connect(js)(js.globalThis)
    if page is not None and not lay_bridge(page):
        how = "bridge"
    if page is not None or bridge is not None or can_open(js):
        return over_bridge(beginning, own, bridge, how or "bridge")
    beginning.over_memory(own)
    return Reach("memory")


def page_of(js: Any, window: Any) -> tuple[Any, str]:
    """Give the window that this thread can read at once, and how; None where there is none."""
    if window is not None:
        return window, "window"
    if not _in_worker(js) and getattr(js, "document", None) is not None:
        return js.globalThis, "document"
    try:
        from pyscript import window as theirs

        # Without the headers that make it synchronous it is an object that refuses.
        cast("object", theirs.document.cookie)
    except Exception:
        return None, ""
    return theirs, "pyscript.window"


def lay_bridge(page: Any) -> bool:
    """Lay a bridge to a page that a worker can reach: each single look at it takes milliseconds, over and over.

    False where the page forbids code out of text; then only a script tag of its own helps.
    """
    from cioanalytics.bridge.channel import Channels, page_script

    if Channels.own:
        return True
    try:
        page.eval(page_script())
    except Exception:
        Channels.own = ""
    return bool(Channels.own)


def over_bridge(beginning: Beginning, own: Host, bridge: Any, how: str) -> Reach:
    """Begin once the page has answered over its bridge; in memory where none has, until one comes."""
    # Imported only now: who sits on the page's own thread does not pay for it.
    from cioanalytics.bridge.open import open_bridge

    return open_bridge(beginning, own, bridge, how, MEMORY_ONLY)


def can_open(js: Any) -> bool:
    """Tell whether this thread is a worker from which a page can be reached."""
    return getattr(js, "BroadcastChannel", None) is not None and _in_worker(js)


def _in_worker(js: Any) -> bool:
    # Not asked by `document`: PyScript puts its page's into an isolated worker, without all the rest.
    return getattr(js, "WorkerGlobalScope", None) is not None


def _connect(js: Any) -> Any:
    """Give the JavaScript side: the one that a script tag brought, else the wheel's own, run once."""
    known = js.Reflect.get(js.globalThis, getattr(js.Symbol, "for")("cioanalytics.connect"))
    if known is not None:
        return known
    from pyodide.code import run_js

    try:
        return run_js(read_text("browser/border.js")).connect
    except Exception as error:
        raise RuntimeError(
            "the page's Content-Security-Policy forbids to run the JavaScript part of cioanalytics from text;"
            ' put <script src="…/cioanalytics-border.js"></script> on the page, which brings it'
        ) from error
