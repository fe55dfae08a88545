"""The host where there is no page: plain CPython, as in an app's own tests.

Law: the same functions as `web/border/host.js`. Time and chance are real, nothing is stored and nothing is sent. Timers
run where an asyncio loop does: what was begun without one, or in one that has ended, goes on in the next.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, TimerHandle
    from collections.abc import Callable


class MemoryHost:
    """A host without a page."""

    def __init__(self) -> None:
        self._receive: Callable[[str, int, str], str | None] = _nobody
        self._loop: AbstractEventLoop | None = None
        # What is due, by topic and number: at which moment, and the text that goes with it.
        self._due: dict[tuple[str, int], tuple[float, str]] = {}
        self._timers: dict[tuple[str, int], TimerHandle] = {}

    def listen(self, receive: Callable[[str, int, str], str | None]) -> None:
        """Hear of timers and answers through one function."""
        self._receive = receive

    def cookieRead(self) -> str | None:
        return ""

    def cookieWrite(self, line: str) -> bool:
        return False

    def storageGet(self, key: str) -> str | None:
        return None

    def storageSet(self, key: str, text: str) -> bool:
        return False

    def storageRemove(self, key: str) -> bool:
        return False

    def storageKeys(self) -> str | None:
        return None

    def now(self) -> float:
        return time.time() * 1000

    def iso(self, ms: float) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + f".{int(ms) % 1000:03}Z"

    def after(self, ms: float, number: int) -> None:
        self._soon(ms, number, "timer", "")

    def cancel(self, number: int) -> None:
        self._due.pop(("timer", number), None)
        timer = self._timers.pop(("timer", number), None)
        if timer is not None:
            timer.cancel()

    def wake(self) -> None:
        """Let what is due go on in the event loop that runs now."""
        import asyncio

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if loop is not self._loop:
            self._loop = loop
            self._timers.clear()
        for key, (moment, _) in self._due.items():
            if key not in self._timers:
                self._timers[key] = loop.call_later(max(0.0, moment - time.monotonic()), self._tell, key)

    def _soon(self, ms: float, number: int, topic: str, text: str) -> None:
        self._due[topic, number] = (time.monotonic() + ms / 1000, text)
        self.wake()

    def _tell(self, key: tuple[str, int]) -> None:
        self._timers.pop(key, None)
        due = self._due.pop(key, None)
        if due is not None:
            self._receive(*key, due[1])

    def randomHex(self, count: int) -> str:
        return os.urandom(count).hex()

    def fraction(self) -> float:
        return int.from_bytes(os.urandom(6)) / (1 << 48)

    def hostname(self) -> str:
        return ""

    def zone(self) -> str | None:
        return None

    def pageFacts(self) -> str:
        return "{}"

    def matches(self, source: str, flags: str, text: str) -> bool:
        return False

    def request(self, number: int, method: str, url: str, body: str | None, options: str) -> None:
        self._soon(0, number, "answer", '[0,"",""]')

    def say(self, level: str, text: str) -> None:
        sys.stderr.write(text + "\n")

    def lock(self, number: int, name: str) -> None:
        self._soon(0, number, "lock", "1")

    def unlock(self, name: str) -> None:
        """Locks are only between pages."""

    def script(self, number: int, url: str) -> None:
        self._soon(0, number, "script", "")

    def foreign(self, kind: str, text: str) -> int:
        return 0

    def invoke(self, reference: int, way: str, arguments: str, number: int) -> str:
        return '{"value":null}'

    def describe(self, reference: int) -> str:
        return "{}"

    def release(self, reference: int) -> None:
        """Nothing of a page is held."""

    def settle(self, number: int, ok: bool, text: str) -> None:
        """No page waits for a promise."""

    def publish(self, name: str, state: str) -> None:
        """No window has a global."""

    def replay(self, order: str) -> None:
        """No stub has calls."""

    def callPublic(self, method: str, arguments: str, number: int) -> str:
        return '{"value":null}'

    def kept(self) -> str:
        return "[]"

    def boot(self) -> str:
        return ""


def _nobody(topic: str, number: int, text: str) -> str | None:
    return None
