"""The broadest domain on which the browser keeps a cookie of this page.

Law: only the browser knows the public suffixes, so it is asked with a test cookie, from the broadest domain downwards
(reference). The cookie carries a token of its own: one that an older page left behind proves nothing.
"""

from __future__ import annotations

from cioanalytics.core.identity.cookies import LONG_AGO, CookieAttributes, cookie_line, find_raw
from cioanalytics.core.ports import Jar

PROBE_COOKIE = "__tld__"
_DIGITS = "0123456789"


def _is_address(hostname: str) -> bool:
    parts = hostname.split(".")
    if len(parts) != 4:
        return ":" in hostname
    for part in parts:
        for char in part:
            if char not in _DIGITS:
                return False
    return True


def domain_levels(hostname: str) -> list[str]:
    """List the domains that a host may set cookies for, broadest first; none for localhost and IP addresses."""
    if _is_address(hostname):
        return []
    parts = hostname.split(".")
    return [".".join(parts[start:]) for start in range(len(parts) - 2, -1, -1)]


def probe(jar: Jar, domain: str | None, token: str) -> bool:
    """Ask whether a cookie of a domain (None: of this host alone) is kept; nothing of it stays."""
    at = "." + domain if domain else None
    if not jar.write(cookie_line(PROBE_COOKIE, token, CookieAttributes(domain=at))):
        return False
    text = jar.read()
    if text is None or token not in find_raw(text, PROBE_COOKIE):
        return False
    jar.write(cookie_line(PROBE_COOKIE, "", CookieAttributes(domain=at, expires=LONG_AGO)))
    return True


def broadest_domain(hostname: str, jar: Jar, token: str) -> str | None:
    """Give the broadest domain that keeps a cookie, without a dot before it; None when none does."""
    for domain in domain_levels(hostname):
        if probe(jar, domain, token):
            return domain
    return None
