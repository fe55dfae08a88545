"""The ports of the core over the one host object of a page.

Law: the border is text and small functions. Nothing here holds an object of the page; a refusal of the host (`null`,
`undefined`, `false`) becomes the port's own refusal, whatever the runtime makes of JavaScript's null.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from cioanalytics.browser.json_text import JsonText
from cioanalytics.core.later import Later, settled
from cioanalytics.core.moment import read_page_facts
from cioanalytics.core.ports import Answer, Json, JsonObject, PageFacts, Ports

# The request's own time limit: without one a server that accepts and never answers would hold an event for ever.
REQUEST_TIMEOUT_MS = 30_000


class Host(Protocol):
    """The JavaScript side (`web/border/host.js`): none of these ever throws; absence is null or undefined."""

    def cookieRead(self) -> str | None: ...
    def cookieWrite(self, line: str) -> bool: ...
    def storageGet(self, key: str) -> str | None: ...
    def storageSet(self, key: str, text: str) -> bool: ...
    def storageRemove(self, key: str) -> bool: ...
    def storageKeys(self) -> str | None: ...
    def now(self) -> float: ...
    def iso(self, ms: float) -> str: ...
    def after(self, ms: float, number: int) -> None: ...
    def cancel(self, number: int) -> None: ...
    def randomHex(self, count: int) -> str: ...
    def fraction(self) -> float: ...
    def hostname(self) -> str: ...
    def zone(self) -> str | None: ...
    def pageFacts(self) -> str: ...
    def request(self, number: int, method: str, url: str, body: str | None, options: str) -> None: ...
    def say(self, level: str, text: str) -> None: ...
    def invoke(self, reference: int, way: str, arguments: str, number: int) -> str: ...
    def describe(self, reference: int) -> str: ...
    def release(self, reference: int) -> None: ...
    def foreign(self, kind: str, text: str) -> int: ...
    def settle(self, number: int, ok: bool, text: str) -> None: ...
    def publish(self, name: str, state: str) -> None: ...
    def replay(self, order: str) -> None: ...
    def callPublic(self, method: str, arguments: str, number: int) -> str: ...
    def lock(self, number: int, name: str) -> None: ...
    def unlock(self, name: str) -> None: ...
    def script(self, number: int, url: str) -> None: ...
    def boot(self) -> str: ...
    def kept(self) -> str: ...
    def listen(self, receive: Callable[[str, int, str], str | None]) -> None: ...
    def matches(self, source: str, flags: str, text: str) -> bool: ...


class Border:
    """The host and the numbers under which its later answers come back."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._last = 0
        self._expected: dict[int, Callable[[str], None]] = {}

    def expect(self, action: Callable[[str], None]) -> int:
        """Give a fresh number; `action` runs once with the text that comes under it."""
        self._last += 1
        self._expected[self._last] = action
        return self._last

    def forget(self, number: int) -> None:
        """Expect nothing more under a number."""
        self._expected.pop(number, None)

    def arrived(self, number: int, text: str) -> None:
        """Hand a later answer to who expects it; a second one, or an unknown number, is nobody's."""
        action = self._expected.pop(number, None)
        if action is not None:
            action(text)


class PageJar:
    """`document.cookie`."""

    def __init__(self, host: Host) -> None:
        self._read = host.cookieRead
        self._write = host.cookieWrite

    def read(self) -> str | None:
        return _text(self._read())

    def write(self, line: str) -> bool:
        return self._write(line) is True


class PageStorage:
    """`window.localStorage`."""

    def __init__(self, host: Host) -> None:
        self._get = host.storageGet
        self._set = host.storageSet
        self._remove = host.storageRemove
        self._keys = host.storageKeys

    def get(self, key: str) -> str | None:
        return _text(self._get(key))

    def set(self, key: str, value: str) -> bool:
        return self._set(key, value) is True

    def remove(self, key: str) -> bool:
        return self._remove(key) is True

    def keys(self) -> list[str] | None:
        text = _text(self._keys())
        return None if text is None else list(json.loads(text))


class PageClock:
    """The page's clock and `setTimeout`."""

    def __init__(self, border: Border) -> None:
        self._border = border

    def now(self) -> float:
        return self._border.host.now()

    def iso(self, ms: float | None = None) -> str:
        host = self._border.host
        return host.iso(host.now() if ms is None else ms)

    def after(self, ms: float, action: Callable[[], None]) -> int:
        number = self._border.expect(lambda _: action())
        self._border.host.after(ms, number)
        return number

    def cancel(self, timer: int) -> None:
        self._border.forget(timer)
        self._border.host.cancel(timer)


class PageChance:
    """`crypto.getRandomValues`: fresh in every visitor's browser, which Python's own source in a snapshot is not."""

    def __init__(self, host: Host) -> None:
        self._hex = host.randomHex
        self._fraction = host.fraction

    def hex(self, count: int) -> str:
        return self._hex(count)

    def fraction(self) -> float:
        return self._fraction()


class PageView:
    """The facts of the page."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def facts(self) -> PageFacts:
        try:
            seen = json.loads(self._host.pageFacts())
        except ValueError:
            return PageFacts()
        return read_page_facts(seen)

    def hostname(self) -> str:
        return self._host.hostname()

    def zone(self) -> str | None:
        return _text(self._host.zone())


class PageNetwork:
    """`fetch`."""

    def __init__(self, border: Border) -> None:
        self._border = border

    def get(self, url: str) -> Later[Answer]:
        return self._request("GET", url, None, {})

    def post(self, url: str, body: str, *, keepalive: bool = False, headers: JsonObject | None = None) -> Later[Answer]:
        return self._request("POST", url, body, {"keepalive": keepalive, "headers": headers or {}})

    def _request(self, method: str, url: str, body: str | None, options: JsonObject) -> Later[Answer]:
        answer: Later[Answer] = Later()

        def arrived(text: str) -> None:
            try:
                status, body_text, retry_after = json.loads(text)
            except ValueError:
                status, body_text, retry_after = 0, "", ""
            answer.settle(Answer(int(status), str(body_text), str(retry_after)))

        number = self._border.expect(arrived)
        self._border.host.request(number, method, url, body, json.dumps({"timeout": REQUEST_TIMEOUT_MS, **options}))
        return answer


class PageConsole:
    """The page's console; every line says who speaks."""

    def __init__(self, host: Host) -> None:
        self._say = host.say

    def warn(self, message: str) -> None:
        self._say("warn", message)

    def error(self, message: str) -> None:
        self._say("error", message)

    def log(self, message: str) -> None:
        self._say("log", message)

    def table(self, rows: Json) -> None:
        self._say("table", json.dumps(rows))


class PageLocks:
    """Web Locks where the page has them; the host answers "1" at once where it has none, and the lease decides."""

    def __init__(self, border: Border) -> None:
        self._border = border

    def acquire(self, name: str) -> Later[bool]:
        got: Later[bool] = Later()
        number = self._border.expect(lambda text: got.settle(text == "1"))
        self._border.host.lock(number, name)
        return got

    def release(self, name: str) -> None:
        self._border.host.unlock(name)


class PageScripts:
    """Script elements."""

    def __init__(self, border: Border) -> None:
        self._border = border

    def load(self, url: str) -> Later[bool]:
        if not url:
            return settled(False)
        ran: Later[bool] = Later()
        number = self._border.expect(lambda text: ran.settle(text == "1"))
        self._border.host.script(number, url)
        return ran


def ports_over(border: Border) -> Ports:
    """Give the core's ports over one page."""
    host = border.host
    return Ports(
        jar=PageJar(host),
        storage=PageStorage(host),
        clock=PageClock(border),
        chance=PageChance(host),
        json=JsonText(),
        page=PageView(host),
        network=PageNetwork(border),
        console=PageConsole(host),
        locks=PageLocks(border),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
