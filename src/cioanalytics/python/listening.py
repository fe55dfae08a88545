"""Handlers of the client's events, and of what became of the events that it sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from cioanalytics.python.app_code import AppFunction, Show
from cioanalytics.python.given import given_function, given_name

if TYPE_CHECKING:
    from cioanalytics.core.analytics import Analytics
    from cioanalytics.core.pipeline.emitter import Emitter

type Handler = Callable[..., object]
type Do = Callable[[str, Callable[[Analytics], object]], None]


class Listening:
    """One emitter's handlers.

    `do` makes a call now or once the client has started; `show` gives values as the app knows them.
    """

    def __init__(self, do: Do, emitter: Callable[[Analytics], Emitter], show: Show) -> None:
        self._calls = do
        self._emitter = emitter
        self._shown = show

    def on(self, event: str, handler: Handler) -> Self:
        """Call a handler at each event of this name: `track`, `identify`, `page`, `identity`, `reset`."""
        name, function = self._handler(event, handler)
        self._calls("on", lambda it: self._emitter(it).on(name, function))
        return self

    def once(self, event: str, handler: Handler) -> Self:
        """Call a handler at the next event of this name."""
        name, function = self._handler(event, handler)
        self._calls("once", lambda it: self._emitter(it).once(name, function))
        return self

    def off(self, event: str, handler: Handler) -> Self:
        """Call a handler no more."""
        name, function = self._handler(event, handler)
        self._calls("off", lambda it: self._emitter(it).off(name, function))
        return self

    def _handler(self, event: object, handler: Handler) -> tuple[str, AppFunction]:
        name = given_name(event, "event", "the name of an event")
        return name, AppFunction(given_function(handler, "handler"), self._shown)


class Queue(Listening):
    """The events on their way. Handlers hear what becomes of each, also after its call has been answered.

    `delivery_success(context)`, `delivery_retry(context)`, `delivery_failure(context, reason)`.
    """

    def __init__(self, do: Do, show: Show) -> None:
        super().__init__(do, lambda it: it.queue_emitter, show)
