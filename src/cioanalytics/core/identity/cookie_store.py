"""The id cookies of one page: read from one look at the jar, written with the site's attributes, and checked.

Law: a browser refuses cookies in silence, so each change is looked at once more. What could not be changed is reported
once and, while it stands there unchanged, not believed. Nothing here raises (D12).
"""

from __future__ import annotations

from cioanalytics.core.identity.cookie_domain import broadest_domain, domain_levels, probe
from cioanalytics.core.identity.cookies import LONG_AGO, CookieAttributes, cookie_line, encode_value, find_raw
from cioanalytics.core.ports import Ports
from cioanalytics.core.settings import CookieOptions

_DAY_MS = 86_400_000
# Browsers keep 4096 bytes of name and value; what is far beyond is not even encoded.
_TOO_LONG = 8192


class CookieStore:
    """The jar under the options `cookie`. `look` first; `check` after changes."""

    def __init__(self, options: CookieOptions, ports: Ports) -> None:
        self._options = options
        self._ports = ports
        self._text = ""
        self._now: float | None = None
        self._domain: str | None = None
        self._probed = False
        self._warned = False
        # Raw values which changes must lead to (None: no cookie); those the browser refused; those it does not let go.
        self._pending: dict[str, str | None] = {}
        self._refused: dict[str, str] = {}
        self._stuck: dict[str, str] = {}
        self._host_only: dict[str, str] = {}
        self._written: dict[str, float] = {}

    def look(self) -> None:
        """Read the jar once, for all that follows."""
        self._now = None
        self._probed = self._domain is not None
        self._read()

    def _read(self) -> None:
        text = self._ports.jar.read()
        if text is None:
            self._warn("cannot be read")
        self._text = text or ""

    def _warn(self, what: str) -> None:
        if not self._warned:
            self._warned = True
            self._ports.console.warn(
                f"cioanalytics: cookies {what} on this page (blocked, or the option cookie does not fit the address);"
                " ids are kept in localStorage, or in memory while the page lives."
            )

    def domain(self) -> str | None:
        """Give the domain for new cookies, None for this host alone. A failed probe is repeated at the next change."""
        given = self._options.domain
        if given is not None:
            return given or None
        if self._domain is None and not self._probed:
            self._probed = True
            hostname = self._ports.page.hostname()
            if domain_levels(hostname):
                self._domain = broadest_domain(hostname, self._ports.jar, self._ports.chance.hex(4))
            if self._domain is not None:
                self._move()
        return self._domain

    def _move(self) -> None:
        """Widen the cookies that were written while the probe failed, where nobody has changed them since."""
        moved, self._host_only = self._host_only, {}
        for key, text in moved.items():
            if self.raw(key) == encode_value(text):
                self._expire(key, None)
                self.put(key, text)

    def raws(self, key: str) -> list[str]:
        """List the undecoded values under a name, without one that could not be removed."""
        found = find_raw(self._text, key)
        stuck = self._stuck.get(key)
        return [raw for raw in found if raw != stuck] if stuck is not None else found

    def raw(self, key: str) -> str | None:
        """Give the undecoded value of the first cookie of a name."""
        found = self.raws(key)
        return found[0] if found else None

    def refuses(self, key: str) -> bool:
        """Tell whether the browser did not take the last value of a name."""
        return key in self._refused

    def works(self) -> bool:
        """Ask the browser, with a test cookie, whether it keeps cookies now."""
        return probe(self._ports.jar, self.domain(), self._ports.chance.hex(4))

    def expired(self, key: str) -> bool:
        """Tell whether the last cookie of a name has lived its time."""
        return self._time() >= self.written(key) + self._options.maxage * _DAY_MS

    def written(self, key: str) -> float:
        """Give the time (ms) at which this page last wrote a cookie; 0 when it did not."""
        return self._written.get(key, 0)

    def _time(self) -> float:
        if self._now is None:
            self._now = self._ports.clock.now()
        return self._now

    def _line(self, key: str, text: str, domain: str | None, expires: float, path: str | None = None) -> str:
        options = self._options
        attributes = CookieAttributes(path or options.path, options.same_site, expires, domain, options.secure)
        return cookie_line(key, text, attributes)

    def _write(self, key: str, text: str) -> None:
        domain = self.domain()
        self._written[key] = self._time()
        until = self._time() + self._options.maxage * _DAY_MS
        if domain is None and self._options.domain is None:
            self._host_only[key] = text
        self._ports.jar.write(self._line(key, text, domain, until))

    def put(self, key: str, text: str) -> None:
        """Write a cookie, to be checked."""
        self._refused.pop(key, None)
        self._stuck.pop(key, None)
        if len(text) > _TOO_LONG:
            self._refuse(key, text)
            self.drop(key)
            return
        self._write(key, text)
        self._pending[key] = encode_value(text)

    def renew(self, key: str, text: str) -> None:
        """Write a cookie that stands there with the same value, for its time; of several one remains."""
        if key in self._pending or key in self._refused:
            return
        if len(find_raw(self._text, key)) > 1:
            self.put(key, text)
        else:
            self._write(key, text)

    def drop(self, key: str) -> None:
        """Remove a cookie, to be checked."""
        self._host_only.pop(key, None)
        self._written.pop(key, None)
        # What this call has just written is not in the text that it looked at.
        just_written = self._pending.pop(key, None) is not None
        # One of another part of the site cannot be seen from here, but removed.
        hidden = self._options.path != "/"
        if just_written or hidden or find_raw(self._text, key):
            self._expire(key, self.domain())
            self._pending[key] = None

    def _expire(self, key: str, domain: str | None, path: str | None = None) -> None:
        self._ports.jar.write(self._line(key, "", domain, LONG_AGO, path))

    def check(self) -> None:
        """Look whether the browser did what `put` and `drop` asked; where not, try what else a script can do, once."""
        if not self._pending:
            return
        pending, self._pending = self._pending, {}
        self._read()
        failed = [key for key in pending if self._failed(key, pending[key])]
        for key in failed:
            found = find_raw(self._text, key)
            if found:
                # Cookies of the same name on a narrower domain or path stand before, or beside, the one that was meant.
                self._expire_others(key)
                if pending[key] not in found:
                    self._expire(key, self.domain())
        if failed:
            self._read()
        for key in failed:
            if self._failed(key, pending[key]):
                self._give_up(key, pending[key])

    def _failed(self, key: str, wanted: str | None) -> bool:
        return find_raw(self._text, key) != ([] if wanted is None else [wanted])

    def _give_up(self, key: str, wanted: str | None) -> None:
        found = find_raw(self._text, key)
        if wanted is not None:
            if found[:1] == [wanted]:
                return
            self._refuse(key, wanted)
        if found:
            self._stuck[key] = found[0]

    def _refuse(self, key: str, wanted: str) -> None:
        self._refused[key] = wanted
        self._warn(f"like {key} are not kept")

    def _expire_others(self, key: str) -> None:
        own = (self.domain(), self._options.path)
        page = self._ports.page
        paths = ["/"]
        for part in page.facts().path.split("/")[1:]:
            paths += [paths[-1].rstrip("/") + "/" + part, paths[-1].rstrip("/") + "/" + part + "/"]
        if self._options.path not in paths:
            paths.append(self._options.path)
        for domain in [None, *domain_levels(page.hostname())]:
            for path in paths:
                if (domain, path) != own:
                    self._expire(key, domain, path)
