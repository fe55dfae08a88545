"""Storage and cookies as hostile pages and browsers have them: scripts that break them, at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Fault:
    """What is broken, by which script, and which stores one warning each is due for."""

    name: str
    script: str
    warned: tuple[str, ...]

    def __str__(self) -> str:
        return self.name.replace(" ", "-")

    @property
    def head(self) -> str:
        return f"<script>{{ {self.script} }}</script>"


def _local(descriptor: str) -> str:
    # WebKit's inline caches keep the old value of a property of the window that was defined anew (so the page's own code
    # that ran before still has the storage) until one is deleted there.
    return f"""Object.defineProperty(window, 'localStorage', {{configurable: true, {descriptor}}});
        window.ofNobody = 1;
        delete window.ofNobody;"""


def _throws(method: str) -> str:
    return f"Storage.prototype.{method} = () => {{ throw new DOMException('no', 'QuotaExceededError'); }};"


def _cookie(descriptor: str) -> str:
    return f"Object.defineProperty(Document.prototype, 'cookie', {{configurable: true, {descriptor}}});"


NO_STORAGE: Final = _local("get() { throw new DOMException('denied', 'SecurityError'); }")
NO_COOKIES: Final = _cookie("get: () => '', set() {}")
# To the last byte: by halves, down to one character.
FULL: Final = """
    let size = 4 * 1024 * 1024;
    for (let number = 0; size >= 1;) {
        try { localStorage.setItem(`page-own-${number++}`, 'x'.repeat(size)); } catch { size = Math.floor(size / 2); }
    }
"""

STORAGE: Final = (
    Fault("localStorage null", _local("value: null"), ("localStorage",)),
    Fault("localStorage undefined", _local("value: undefined"), ("localStorage",)),
    Fault("localStorage throws on access", NO_STORAGE, ("localStorage",)),
    Fault("setItem throws", _throws("setItem"), ("localStorage",)),
    Fault("getItem throws", _throws("getItem"), ("localStorage",)),
    Fault(
        "every method throws",
        "".join(_throws(method) for method in ("getItem", "setItem", "removeItem", "key", "clear")),
        ("localStorage",),
    ),
    Fault("full to the last byte", FULL, ("localStorage",)),
)
COOKIES: Final = (
    Fault(
        "cookies throw",
        _cookie("get() { throw new DOMException('no', 'SecurityError'); }, set() { throw new DOMException('no'); }"),
        ("cookies",),
    ),
    Fault(
        "cookies cannot be read",
        _cookie("get() { throw new DOMException('no', 'SecurityError'); }, set() {}"),
        ("cookies",),
    ),
    Fault("cookies are dropped in silence", NO_COOKIES, ("cookies",)),
)
BOTH: Final = (
    Fault("both gone", NO_STORAGE + NO_COOKIES, ("localStorage", "cookies")),
    Fault("full and without cookies", FULL + NO_COOKIES, ("localStorage", "cookies")),
)
EVERY: Final = (*STORAGE, *COOKIES, *BOTH)
