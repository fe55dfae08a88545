"""Named events and the handlers that page code puts on them.

Law: handlers run in the order in which they came, each of them whatever the others do. A handler that throws, or whose
promise fails, is told once on the console and goes on being called (D21).
"""

from __future__ import annotations

from collections.abc import Callable

from cioanalytics.core.errors import CioError
from cioanalytics.core.later import Later
from cioanalytics.core.ports import Console

type EventHandler = Callable[..., object]


class Emitter:
    """The events of the client, or of its queue."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._handlers: dict[str, list[_Handler]] = {}

    def on(self, event: str, handler: EventHandler) -> Emitter:
        """Call a handler at each event of this name."""
        _check("on", event, handler)
        self._handlers.setdefault(event, []).append(_Handler(handler, once=False))
        return self

    def once(self, event: str, handler: EventHandler) -> Emitter:
        """Call a handler at the next event of this name only."""
        _check("once", event, handler)
        self._handlers.setdefault(event, []).append(_Handler(handler, once=True))
        return self

    def off(self, event: str, handler: EventHandler) -> Emitter:
        """Take a handler away. One that came by `once` stays (reference)."""
        known = self._handlers.get(event) if _is_name(event) else None
        if known:
            self._handlers[event] = [each for each in known if each.once or each.action != handler]
        return self

    def emit(self, event: str, *arguments: object) -> Emitter:
        """Run the handlers of an event; those that come or go meanwhile count from the next one on."""
        if not _is_name(event):
            return self
        for each in list(self._handlers.get(event) or []):
            if each.once:
                self._forget(event, each)
            try:
                outcome = each.action(*arguments)
            except Exception as error:
                self._report(event, each, error)
                continue
            if isinstance(outcome, Later):
                self._watch(event, each, outcome)
        return self

    def _forget(self, event: str, handler: _Handler) -> None:
        self._handlers[event] = [each for each in self._handlers.get(event) or [] if each is not handler]

    def _watch(self, event: str, handler: _Handler, outcome: Later[object]) -> None:
        def look() -> None:
            if outcome.error is not None:
                self._report(event, handler, outcome.error)

        outcome.when_done(look)

    def _report(self, event: str, handler: _Handler, error: BaseException) -> None:
        if not handler.reported:
            handler.reported = True
            self._console.error(f'cioanalytics: a handler of "{event}" failed: {error}')


def _is_name(event: object) -> bool:
    return isinstance(event, str)


def _check(method: str, event: object, handler: object) -> None:
    """Raise where page code gave something else: it would fail at each event otherwise."""
    if not isinstance(event, str) or not callable(handler):
        raise CioError(f"{method}: an event's name and a function are its arguments")


class _Handler:
    def __init__(self, action: EventHandler, *, once: bool) -> None:
        self.action = action
        self.once = once
        self.reported = False
