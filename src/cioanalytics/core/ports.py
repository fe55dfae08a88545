"""What the core asks of the outside.

Law: the core has no clock, no chance, no storage and no network of its own. Each comes through one small Protocol,
and no implementation of one ever raises: a refusal is a return value. Values that cross are text, numbers and `Json`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cioanalytics.core.later import Later

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
type JsonObject = dict[str, Json]


class Jar(Protocol):
    """The cookies of one page, as `document.cookie` shows them."""

    def read(self) -> str | None:
        """Give all cookies as one `a=1; b=2` text; `None` when the browser throws."""
        ...

    def write(self, line: str) -> bool:
        """Set one cookie from its line; False when the browser throws. A refused cookie is silent."""
        ...


class Storage(Protocol):
    """The localStorage of one page."""

    def get(self, key: str) -> str | None:
        """Give the text under a key; `None` when there is none or the storage does not work."""
        ...

    def set(self, key: str, value: str) -> bool:
        """Store a text; False when the storage is full, blocked or gone."""
        ...

    def remove(self, key: str) -> bool:
        """Remove a key; False when the storage does not work."""
        ...

    def keys(self) -> list[str] | None:
        """List all keys; `None` when the storage does not work."""
        ...


class Clock(Protocol):
    """Wall clock and timers."""

    def now(self) -> float:
        """Give milliseconds since 1970."""
        ...

    def iso(self, ms: float | None = None) -> str:
        """Give a time (now by default) as JavaScript's `toISOString` writes it: `2026-11-24T13:00:00.000Z`."""
        ...

    def after(self, ms: float, action: Callable[[], None]) -> int:
        """Run an action once after some milliseconds; the number cancels it."""
        ...

    def cancel(self, timer: int) -> None:
        """Forget a timer; unknown numbers are fine."""
        ...


class Chance(Protocol):
    """Random bits from the host's cryptographic source."""

    def hex(self, count: int) -> str:
        """Give `count` fresh random bytes as lower-case hex."""
        ...

    def fraction(self) -> float:
        """Give a random number in [0, 1), for jitter and sampling."""
        ...


class Codec(Protocol):
    """JSON text, as the page's own JSON reads and writes it."""

    def dumps(self, value: Json) -> str:
        """Write compact JSON without spaces, non-ASCII raw."""
        ...

    def loads(self, text: str) -> Json:
        """Read JSON; ValueError where the text is none."""
        ...


@dataclass(frozen=True)
class PageFacts:
    """What the page is at one moment; texts as the browser gives them, `None` where it has none."""

    url: str = ""
    path: str = ""
    search: str = ""
    hash: str = ""
    referrer: str = ""
    title: str = ""
    canonical: str | None = None
    base: str = ""
    user_agent: str = ""
    locale: str = ""
    visible: bool = True
    prerendering: bool = False
    online: bool = True
    client_hints: JsonObject | None = None


class Page(Protocol):
    """The page around the client."""

    def facts(self) -> PageFacts:
        """Look at the page now."""
        ...

    def hostname(self) -> str:
        """Give `location.hostname`."""
        ...

    def zone(self) -> str | None:
        """Give the IANA time zone name; asked lazily, since the first call of a page costs up to 370 ms."""
        ...


@dataclass(frozen=True)
class Answer:
    """What came back of a request. `status` 0: no answer (network error, timeout, offline)."""

    status: int
    text: str = ""
    retry_after: str = ""


class Network(Protocol):
    """Requests to the settings host and to the collector."""

    def get(self, url: str) -> Later[Answer]:
        """Fetch a text."""
        ...

    def post(self, url: str, body: str, *, keepalive: bool = False, headers: JsonObject | None = None) -> Later[Answer]:
        """Send a body as `text/plain`; a fetch that outlives the page where `keepalive`."""
        ...


class Console(Protocol):
    """The browser's console."""

    def warn(self, message: str) -> None:
        """Print a warning."""
        ...

    def error(self, message: str) -> None:
        """Print an error."""
        ...

    def log(self, message: str) -> None:
        """Print a line."""
        ...

    def table(self, rows: Json) -> None:
        """Print rows as a table."""
        ...


class Locks(Protocol):
    """Mutual exclusion between the tabs of one origin."""

    def acquire(self, name: str) -> Later[bool]:
        """Ask for a lock without waiting in line: True when it is ours, False when another tab has it."""
        ...

    def release(self, name: str) -> None:
        """Give it back; unknown names are fine."""
        ...


class Scripts(Protocol):
    """Foreign JavaScript that the settings name."""

    def load(self, url: str) -> Later[bool]:
        """Insert a script; True when it ran, False when it could not be had."""
        ...


class PublicCalls(Protocol):
    """The client's own public methods, through the object that the page may have changed."""

    def call(self, method: str, arguments: Sequence[Json]) -> None:
        """Call a public method by its JavaScript name; page code that replaced it is obeyed (reference)."""
        ...


@dataclass(frozen=True)
class Ports:
    """All that one client needs of its outside."""

    jar: Jar
    storage: Storage
    clock: Clock
    chance: Chance
    json: Codec
    page: Page
    network: Network
    console: Console
    locks: Locks
