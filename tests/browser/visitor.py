"""What a test can do in the name of a visitor, whatever the browser.

A `Visitor` is one person with one browser profile: its own cookies, its own localStorage, one tab at a time in front.
Firefox and WebKitGTK stand behind the same Protocol. Cookies are judged by the browser's own jar, not by
`document.cookie`, where the driver can look into it.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote

DAY = 86_400


@dataclass(frozen=True)
class Cookie:
    """One cookie of the browser's jar. `expires` is seconds since 1970, -1 for a session cookie."""

    name: str
    value: str
    domain: str
    path: str
    expires: float
    same_site: str
    secure: bool
    http_only: bool

    def days_left(self, now: float | None = None) -> float:
        return (self.expires - (time.time() if now is None else now)) / DAY


@dataclass(frozen=True)
class ConsoleLine:
    """One line that the page wrote on its console; uncaught errors have the level `uncaught`."""

    level: str
    text: str


class ScriptError(RuntimeError):
    """What a script of a test threw in the page."""


class Visitor(Protocol):
    """One person in one browser."""

    @property
    def engine(self) -> str:
        """Name the browser, with its version."""
        ...

    @property
    def console(self) -> list[ConsoleLine]:
        """The console of the tab in front, since the tab was opened."""
        ...

    def open(self, url: str) -> None:
        """Go to an address in the tab in front and wait for its load event."""
        ...

    def reload(self) -> None: ...

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """Run JavaScript, an expression or a function of one argument, and give what it (or its promise) gives."""
        ...

    def wait_for(self, script: str, *, timeout: float = 20) -> None:
        """Wait until a JavaScript expression is true in the page."""
        ...

    def cookies(self) -> list[Cookie]:
        """Look into the browser's cookie jar, all hosts."""
        ...

    def set_cookie(self, name: str, value: str, host: str) -> None:
        """Put a host-wide cookie into the jar, as another script or the server would have."""
        ...

    def expire_cookies(self) -> None:
        """Take all cookies away, as if their time had come."""
        ...

    def local_storage(self) -> dict[str, str]:
        """Read the localStorage of the page in front."""
        ...

    def clear_storage(self) -> None:
        """Clear the localStorage of the page in front."""
        ...

    def new_tab(self) -> None:
        """Open a further tab of the same person and put it in front."""
        ...

    def to_tab(self, number: int) -> None:
        """Put a tab in front, 0 for the first that was opened."""
        ...

    def close(self) -> None: ...


class Traveller(Visitor, Protocol):
    """A visitor whose browser can be closed and started again at another time."""

    def restart(self, shift_days: float) -> None:
        """Close the browser and start it again with the same profile, so many days after today."""
        ...


def cookie(visitor: Visitor, name: str) -> Cookie | None:
    """Find the one cookie of a name; two of one name are a fault of the client."""
    found = [cookie for cookie in visitor.cookies() if cookie.name == name]
    assert len(found) <= 1, f"the jar holds {len(found)} cookies called {name}: {found}"
    return found[0] if found else None


def cookie_value(visitor: Visitor, name: str) -> str | None:
    found = cookie(visitor, name)
    return found.value if found else None


# For drivers that carry texts


def asked(script: str, argument: Any) -> str:
    """Make of a script, an expression or a function, the expression of a promise of its value as JSON."""
    return f"""(async (given) => {{
        const it = ({script}
        );
        return JSON.stringify(typeof it === "function" ? await it(given) : await it);
    }})({json.dumps(argument)})"""


def told(text: str | None) -> Any:
    """Read what `asked` gave; undefined is None."""
    return None if text is None else json.loads(text)


def wait_until_true(
    visitor: Visitor, script: str, timeout: float, *, passing: type[Exception], every: float = 0.03
) -> None:
    """Ask again and again; `passing` is what the driver raises while the page is going to another."""
    end = time.monotonic() + timeout
    while True:
        try:
            if visitor.evaluate(f"!!({script})"):
                return
        except passing:
            if time.monotonic() > end:
                raise
        if time.monotonic() > end:
            message = f"waited {timeout} s for {script}"
            raise TimeoutError(message)
        time.sleep(every)


class Stores:
    """What the browser of one's `visitor` holds, read as an app would."""

    visitor: Visitor

    def in_cookie(self, name: str) -> str | None:
        value = cookie_value(self.visitor, name)
        return None if value is None else unquote(value)

    def in_storage(self, key: str) -> Any:
        text = self.visitor.local_storage().get(key)
        return None if text is None else json.loads(text)
