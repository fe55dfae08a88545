"""The outside of one client, without a browser: every port as a small plain class.

Law: a fake behaves as the browser does where a person could see the difference (cookie rules, quotas, time), records
what was asked of it, and fails only when a test tells it to.
"""

from __future__ import annotations

import dataclasses
import json
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cioanalytics.core.later import Later, settled
from cioanalytics.core.ports import Answer, Json, JsonObject, PageFacts, Ports

NOON = 1_795_525_200_000.0  # 2026-11-24T13:00:00Z
DAY = 86_400_000.0
# What a browser's public suffix list says, as far as tests need it; a single label is always a suffix.
PUBLIC_SUFFIXES = frozenset({"co.uk", "github.io", "com.au"})


class FakeClock:
    """A clock that stands until it is advanced."""

    def __init__(self, now: float = NOON) -> None:
        self.time = now
        self._timers: dict[int, tuple[float, Callable[[], None]]] = {}
        self._last = 0

    def now(self) -> float:
        return self.time

    def iso(self, ms: float | None = None) -> str:
        moment = datetime.fromtimestamp((self.time if ms is None else ms) / 1000, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def after(self, ms: float, action: Callable[[], None]) -> int:
        self._last += 1
        self._timers[self._last] = (self.time + max(ms, 0), action)
        return self._last

    def cancel(self, timer: int) -> None:
        self._timers.pop(timer, None)

    @property
    def pending(self) -> int:
        """Count the timers that have not run."""
        return len(self._timers)

    def advance(self, ms: float) -> None:
        """Let time pass; timers run in their order, each at its own time, those they start included."""
        end = self.time + ms
        while due := [(at, number) for number, (at, _) in self._timers.items() if at <= end]:
            at, number = min(due)
            self.time = max(self.time, at)
            _, action = self._timers.pop(number)
            action()
        self.time = end

    def close_pages(self) -> None:
        """Let all pages be gone: no timer of theirs runs any more."""
        self._timers.clear()

    def advance_days(self, days: float) -> None:
        """Let days pass."""
        self.advance(days * DAY)


@dataclass
class Cookie:
    """One cookie in a browser's jar."""

    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    expires: float | None
    same_site: str
    secure: bool
    created: int


def _domain_matches(host: str, domain: str) -> bool:
    return host == domain or (host.endswith("." + domain) and not host.replace(".", "").isdigit())


class CookieJar:
    """The cookies of one browser, for all its hosts. `at(host)` gives the port of a page on that host."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self._cookies: dict[tuple[str, str, str], Cookie] = {}
        self._created = 0

    def at(self, hostname: str, path: str = "/", *, https: bool = True) -> FakeJar:
        """Give `document.cookie` of a page."""
        return FakeJar(self, hostname, path, https=https)

    def cookies(self, name: str | None = None) -> list[Cookie]:
        """List what is alive, oldest first."""
        now = self.clock.time
        self._cookies = {k: c for k, c in self._cookies.items() if c.expires is None or c.expires > now}
        alive = sorted(self._cookies.values(), key=lambda cookie: cookie.created)
        return [cookie for cookie in alive if name is None or cookie.name == name]

    def cookie(self, name: str) -> Cookie | None:
        """Give the one cookie of a name; an error when there are two."""
        found = self.cookies(name)
        if len(found) > 1:
            raise AssertionError(f"more than one cookie {name}: {found}")
        return found[0] if found else None

    def clear(self) -> None:
        """Do what a person does who deletes all cookies."""
        self._cookies = {}

    def store(self, line: str, host: str, default_path: str, *, https: bool) -> None:
        """Take a `name=value; attributes` line as RFC 6265bis and Chromium do; refuse in silence."""
        pair, *rest = line.split(";")
        if any(ord(char) < 32 and char != "\t" for char in line):
            return
        name, mark, value = pair.partition("=")
        name, value = (name.strip(), value.strip()) if mark else ("", pair.strip())
        if len(name.encode("utf-8", "replace")) + len(value.encode("utf-8", "replace")) > 4096 or not (name or value):
            return
        attributes: dict[str, str] = {}
        for part in rest:
            key, _, text = part.partition("=")
            attributes[key.strip().lower()] = text.strip()
        domain = attributes.get("domain", "").lower().removeprefix(".")
        host_only = not domain or (domain == host and (domain in PUBLIC_SUFFIXES or "." not in domain))
        if not host_only and (not _domain_matches(host, domain) or domain in PUBLIC_SUFFIXES or "." not in domain):
            return
        secure = "secure" in attributes
        same_site = attributes.get("samesite", "").capitalize() or "Lax"
        if (secure and not https) or (same_site == "None" and not secure):
            return
        path = attributes.get("path", "")
        path = path if path.startswith("/") else default_path
        place = host if host_only else domain
        # A host-only cookie and a domain cookie of the same host are two cookies.
        key_of = (name, ("=" if host_only else ".") + place, path)
        self.cookies()
        old = self._cookies.pop(key_of, None)
        expires = self._expiry(attributes)
        if expires is not None and expires <= self.clock.time:
            return
        self._created += 1
        created = old.created if old else self._created
        self._cookies[key_of] = Cookie(name, value, place, host_only, path, expires, same_site, secure, created)

    def _expiry(self, attributes: dict[str, str]) -> float | None:
        limit = self.clock.time + 400 * DAY
        if "max-age" in attributes:
            return min(self.clock.time + float(attributes["max-age"]) * 1000, limit)
        if attributes.get("expires"):
            try:
                return min(parsedate_to_datetime(attributes["expires"]).timestamp() * 1000, limit)
            except ValueError:
                return None
        return None

    def text(self, host: str, path: str, *, https: bool) -> str:
        """Give what `document.cookie` reads: longer paths first, then older ones."""
        seen = [
            cookie
            for cookie in self.cookies()
            if (cookie.domain == host if cookie.host_only else _domain_matches(host, cookie.domain))
            and (path == cookie.path or path.startswith(cookie.path.rstrip("/") + "/"))
            and (https or not cookie.secure)
        ]
        seen.sort(key=lambda cookie: (-len(cookie.path), cookie.created))
        return "; ".join(f"{cookie.name}={cookie.value}" if cookie.name else cookie.value for cookie in seen)


class FakeJar:
    """`document.cookie` of one page.

    mode: "works", "throws", "blocked" (drops all, shows nothing), "drops" (shows all, keeps nothing new).
    """

    def __init__(self, jar: CookieJar, hostname: str, path: str = "/", *, https: bool = True) -> None:
        self.jar = jar
        self.hostname = hostname
        self.path = path
        self.https = https
        self.mode = "works"
        self.reads = 0
        self.lines: list[str] = []

    def read(self) -> str | None:
        self.reads += 1
        if self.mode == "throws":
            return None
        if self.mode == "blocked":
            return ""
        return self.jar.text(self.hostname, self.path, https=self.https)

    def write(self, line: str) -> bool:
        self.lines.append(line)
        if self.mode == "throws":
            return False
        if self.mode == "works":
            self.jar.store(line, self.hostname, self.path, https=self.https)
        return True


class FakeStorage:
    """localStorage of one origin.

    mode: "works", "throws" (every access), "full" (setItem throws), "null" (there is none), "forgets" (setItem does
    nothing), "stuck" (it can be read and no more).
    """

    def __init__(self, items: dict[str, str] | None = None, quota: int = 5_000_000) -> None:
        self.items: dict[str, str] = items if items is not None else {}
        self.quota = quota
        self.mode = "works"
        self.calls: list[tuple[str, str]] = []

    def get(self, key: str) -> str | None:
        self.calls.append(("get", key))
        return self.items.get(key) if self.mode in {"works", "full", "forgets", "stuck"} else None

    def set(self, key: str, value: str) -> bool:
        self.calls.append(("set", key))
        if self.mode == "forgets":
            return True
        used = sum(len(k) + len(v) for k, v in self.items.items() if k != key)
        if self.mode != "works" or used + len(key) + len(value) > self.quota:
            return False
        self.items[key] = value
        return True

    def remove(self, key: str) -> bool:
        self.calls.append(("remove", key))
        if self.mode in {"throws", "null", "stuck"}:
            return False
        self.items.pop(key, None)
        return True

    def keys(self) -> list[str] | None:
        self.calls.append(("keys", ""))
        return None if self.mode in {"throws", "null"} else list(self.items)


class FakeChance:
    """Bits that are random enough to differ and the same in every run."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self.asked: list[int] = []

    def hex(self, count: int) -> str:
        self.asked.append(count)
        return self._random.randbytes(count).hex()

    def fraction(self) -> float:
        return self._random.random()


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")


def _as_json_stringify(value: object) -> object:
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e21 else value
    if isinstance(value, dict):
        return {key: _as_json_stringify(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json_stringify(member) for member in value]
    return value


class JsonCodec:
    """The page's JSON, over Python's: no NaN, lone surrogates escaped, whole floats written as integers."""

    def dumps(self, value: Json) -> str:
        text = json.dumps(_as_json_stringify(value), ensure_ascii=False, separators=(",", ":"))
        return "".join(f"\\u{ord(char):04x}" if 0xD800 <= ord(char) < 0xE000 else char for char in text)

    def loads(self, text: str) -> Json:
        # As the page's codec does it; in Pyodide Python's own reader would end the runtime.
        if text.startswith("[" * 500):
            raise ValueError("nested too deeply")
        loaded: Json = json.loads(text, parse_constant=_refuse_constant)
        return loaded


@dataclass
class FakePage:
    """A page whose facts a test may replace."""

    host: str = "www.example.test"
    now: PageFacts = field(
        default_factory=lambda: PageFacts(
            url="https://www.example.test/shop/item?color=red",
            path="/shop/item",
            search="?color=red",
            referrer="https://search.example/",
            title="An item",
            user_agent="Mozilla/5.0 (Fake)",
            locale="en-GB",
        )
    )
    time_zone: str | None = "Europe/Berlin"

    def facts(self) -> PageFacts:
        return self.now

    def change(self, **changes: object) -> None:
        """Navigate, hide, go offline: replace single facts."""
        self.now = dataclasses.replace(self.now, **changes)  # type: ignore[arg-type]

    def hostname(self) -> str:
        return self.host

    def zone(self) -> str | None:
        return self.time_zone


@dataclass(frozen=True)
class Request:
    """One request that the client made."""

    method: str
    url: str
    body: str | None
    keepalive: bool
    headers: JsonObject
    later: Later[Answer]

    @property
    def json(self) -> JsonObject:
        """Read the body."""
        loaded: JsonObject = json.loads(self.body or "{}")
        return loaded


type Answers = Callable[[str, str, str | None], Answer | None]


class FakeNetwork:
    """Records requests. Without a script every request gets 200 `{}`; a script answers `None` to leave one pending."""

    def __init__(self, script: Answers | None = None) -> None:
        self.requests: list[Request] = []
        self.script: Answers = script or (lambda _method, _url, _body: Answer(200, "{}"))

    def get(self, url: str) -> Later[Answer]:
        return self._ask("GET", url, None, keepalive=False, headers={})

    def post(self, url: str, body: str, *, keepalive: bool = False, headers: JsonObject | None = None) -> Later[Answer]:
        return self._ask("POST", url, body, keepalive=keepalive, headers=headers or {})

    def _ask(self, method: str, url: str, body: str | None, *, keepalive: bool, headers: JsonObject) -> Later[Answer]:
        answer = self.script(method, url, body)
        later: Later[Answer] = Later() if answer is None else settled(answer)
        self.requests.append(Request(method, url, body, keepalive, headers, later))
        return later

    @property
    def posts(self) -> list[Request]:
        """List the requests with a body."""
        return [request for request in self.requests if request.method == "POST"]

    @property
    def pending(self) -> list[Request]:
        """List what is not answered yet; `request.later.settle(Answer(…))` answers."""
        return [request for request in self.requests if not request.later.done]


class FakeConsole:
    """A console that remembers."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.errors: list[str] = []
        self.logs: list[str] = []
        self.tables: list[Json] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def error(self, message: str) -> None:
        self.errors.append(message)

    def log(self, message: str) -> None:
        self.logs.append(message)

    def table(self, rows: Json) -> None:
        self.tables.append(rows)


class FakeLocks:
    """Locks between tabs: give the tabs of one origin the same `held`."""

    def __init__(self, held: set[str] | None = None) -> None:
        self.held = held if held is not None else set()
        self._own: set[str] = set()

    def acquire(self, name: str) -> Later[bool]:
        if name in self.held and name not in self._own:
            return settled(False)
        self.held.add(name)
        self._own.add(name)
        return settled(True)

    def release(self, name: str) -> None:
        if name in self._own:
            self._own.discard(name)
            self.held.discard(name)


class FakeScripts:
    """Foreign scripts: those named in `missing` cannot be had."""

    def __init__(self, missing: Sequence[str] = ()) -> None:
        self.missing = set(missing)
        self.loaded: list[str] = []

    def load(self, url: str) -> Later[bool]:
        self.loaded.append(url)
        return settled(url not in self.missing)


class FakePublicCalls:
    """The public methods as the page sees them; remembers what went through them."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[Json]]] = []

    def call(self, method: str, arguments: Sequence[Json]) -> None:
        self.calls.append((method, list(arguments)))


def fake_ports(
    *,
    clock: FakeClock | None = None,
    jar: FakeJar | None = None,
    storage: FakeStorage | None = None,
    chance: FakeChance | None = None,
    codec: JsonCodec | None = None,
    page: FakePage | None = None,
    network: FakeNetwork | None = None,
    console: FakeConsole | None = None,
    locks: FakeLocks | None = None,
) -> Ports:
    """Make the ports of one page; what is not given is new, on `www.example.test`."""
    page = page or FakePage()
    clock = clock or (jar.jar.clock if jar else FakeClock())
    return Ports(
        jar=jar or CookieJar(clock).at(page.host),
        storage=storage or FakeStorage(),
        clock=clock,
        chance=chance or FakeChance(),
        json=codec or JsonCodec(),
        page=page,
        network=network or FakeNetwork(),
        console=console or FakeConsole(),
        locks=locks or FakeLocks(),
    )
