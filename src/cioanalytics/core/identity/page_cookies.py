"""Cookies beside those of identity: the ad's memory, which is ours, and the AMP id, which is only read.

Law: attributes are the vendor's whatever the cookie options say: a year, path `/`, SameSite=Lax, the broadest domain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cioanalytics.core.identity.cookies import CookieAttributes, cookie_line, find
from cioanalytics.core.ports import Ports

YEAR_MS: Final = 365 * 86_400_000


class PageCookies:
    """The jar, read and written by name. `domain` gives the broadest domain that the browser takes."""

    def __init__(self, ports: Ports, domain: Callable[[], str | None]) -> None:
        self._ports = ports
        self._domain = domain

    def get(self, name: str) -> str | None:
        """Give a value; None where there is none or it does not decode."""
        return find(self._ports.jar.read() or "", name)

    def put(self, name: str, value: str) -> None:
        """Set a cookie for a year."""
        expires = self._ports.clock.now() + YEAR_MS
        self._ports.jar.write(cookie_line(name, value, CookieAttributes("/", "Lax", expires, self._domain())))
