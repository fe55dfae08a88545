"""A host that runs the vendor's client, as far as its identity goes: its rules as `reference.md` measured them.

An id is read from localStorage, then from the cookie; what was found is written to both at each read, and gives the
cookie a new year. Nothing is read or made before a call asks for it. Its stale storage beats a newer cookie (D1).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from tests.core.identity_rig import Browser

ANONYMOUS: Final = "ajs_anonymous_id"
USER: Final = "ajs_user_id"
YEAR_S: Final = 365 * 86_400


class ReferenceHost:
    """One host; `mint` makes anonymous ids."""

    def __init__(self, browser: Browser, host: str, mint: Callable[[], str]) -> None:
        self.browser = browser
        self.host = host
        self.mint = mint

    def _read(self, key: str) -> str | None:
        stored = json.loads(self.browser.items(self.host).get(key, "null"))
        cookie = self.browser.jar.cookie(key)
        value = stored or (cookie.value if cookie else None)
        if value:
            self._write(key, value)
        else:
            self.browser.items(self.host)[key] = "null"
        return value or None

    def _write(self, key: str, value: str | None) -> None:
        rest = "; path=/; domain=example.test; max-age="
        self.browser.items(self.host)[key] = json.dumps(value)
        self.browser.set_cookie(key, value or "", self.host, f"{rest}{YEAR_S if value else 0}")

    def anonymous_id(self) -> str:
        """Read it; make one where there is none."""
        value = self._read(ANONYMOUS)
        if value is None:
            value = self.mint()
            self._write(ANONYMOUS, value)
        return value

    def user_id(self) -> str | None:
        return self._read(USER)

    def track(self) -> tuple[str, str | None]:
        """Make any event: it names both."""
        return self.anonymous_id(), self.user_id()

    def identify(self, user_id: str) -> None:
        if self.user_id() not in {None, user_id}:
            self._write(ANONYMOUS, None)
        self._write(USER, user_id)
        self.track()

    def override(self, anonymous_id: str) -> None:
        self._write(ANONYMOUS, anonymous_id)

    def reset(self) -> None:
        """Leave nothing; the next call makes an id."""
        for key in (ANONYMOUS, USER):
            self._write(key, None)
            del self.browser.items(self.host)[key]
