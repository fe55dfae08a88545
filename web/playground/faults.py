"""The troubles a network has, on order: for tests.

Law: a fault is used up by the requests it strikes, in the order in which faults were asked for; where none is left the
server answers as always. A fault may strike before the server saw the request, or after (`stored`): then the event is
kept and only the answer goes wrong, as when a connection breaks after delivery.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass
class Fault:
    """One trouble: `status` answered (None: the server's own answer), or the connection `dropped` without any."""

    path: str
    times: int
    status: int | None = None
    retry_after: str | None = None
    delay: float = 0.0
    until: threading.Event | None = None
    dropped: bool = False
    stored: bool = False


class Faults:
    """The troubles that wait for requests; ask for them from any thread."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def next(
        self,
        path: str,
        *,
        times: int = 1,
        status: int | None = None,
        retry_after: str | int | None = None,
        delay: float = 0.0,
        until: threading.Event | None = None,
        dropped: bool = False,
        stored: bool = False,
    ) -> Fault:
        """Strike the next `times` requests whose path begins with `path`.

        `delay` is in seconds; `until` holds the request back until the test sets it (30 seconds at most).
        """
        text = None if retry_after is None else str(retry_after)
        fault = Fault(path, times, status, text, delay, until, dropped, stored)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Take back all troubles that have not struck yet."""
        with self._lock:
            self._waiting.clear()

    def take(self, path: str) -> Fault | None:
        """Use up one strike of the first fault for `path`."""
        with self._lock:
            for fault in self._waiting:
                if path.startswith(fault.path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None


async def strike(fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request the faulty way."""
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.until is not None:
        await asyncio.to_thread(fault.until.wait, 30)
    if fault.status is None and not fault.dropped:
        await app(scope, receive, send)
        return
    if fault.stored:
        await app(scope, receive, _unheard)
    if fault.dropped:
        await _drop(receive, send)
        return
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
    if fault.retry_after is not None:
        headers["Retry-After"] = fault.retry_after
    await JSONResponse({"fault": fault.status}, fault.status or 500, headers)(scope, receive, send)


async def _unheard(_message: Message) -> None:
    return None


async def _drop(receive: Receive, send: Send) -> None:
    # ASGI has no word for it, so this reaches for uvicorn's own transport behind `send`.
    cycle: Any = getattr(send, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is None:
        raise ConnectionError("dropped on order")
    transport.abort()
    message: MutableMapping[str, Any] = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()
