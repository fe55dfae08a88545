"""Functions of the page between the call and the plugins, and before each destination.

Law: source middleware that ends without calling `next` drops the event at once; `next(null)` lets it through as it
was. Destination middleware works on a copy, and `next(null)`, or no `next`, drops it for that destination (reference).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from cioanalytics.core.errors import ContextCancelation
from cioanalytics.core.later import Later, settled, spawn
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.paths import copy_json
from cioanalytics.core.pipeline.waiting import as_later
from cioanalytics.core.ports import JsonObject

type NextEvent = Callable[[JsonObject | None], None]


class SourceMiddleware(Protocol):
    """A function between call and plugins; `name` is the function's own."""

    name: str

    def run(self, event: JsonObject, integrations: JsonObject) -> Later[JsonObject | None]:
        """Give the event to go on with; None: `next` was not called."""
        ...


class DestinationMiddleware(Protocol):
    """A function before one destination."""

    def run(self, event: JsonObject, integration: str) -> Later[JsonObject | None]:
        """Give the event to go on with; None: the destination does not get it."""
        ...


class PythonSourceMiddleware:
    """A Python function `fn(payload, next_)` as source middleware; it may answer with a Later."""

    def __init__(self, function: Callable[[JsonObject, NextEvent], object]) -> None:
        self.name = str(getattr(function, "__name__", ""))
        self._function = function

    def run(self, event: JsonObject, integrations: JsonObject) -> Later[JsonObject | None]:  # noqa: ARG002 - the page's functions get it
        """Run the function with a copy of the event."""
        return spawn(self._run(event))

    async def _run(self, event: JsonObject) -> JsonObject | None:
        passed = _Passed()
        await as_later(self._function(copied(event), passed.take))
        if not passed.called:
            return None
        return event if passed.event is None else passed.event


class PythonDestinationMiddleware:
    """A Python function `fn(payload, integration, next_)` as destination middleware."""

    def __init__(self, function: Callable[[JsonObject, str, NextEvent], object]) -> None:
        self._function = function

    def run(self, event: JsonObject, integration: str) -> Later[JsonObject | None]:
        """Run the function with a copy of the event."""
        return spawn(self._run(event, integration))

    async def _run(self, event: JsonObject, integration: str) -> JsonObject | None:
        passed = _Passed()
        await as_later(self._function(copied(event), integration, passed.take))
        return passed.event


class _Passed:
    """What a function gave to `next`."""

    def __init__(self) -> None:
        self.called = False
        self.event: JsonObject | None = None

    def take(self, event: JsonObject | None = None) -> None:
        self.called = True
        self.event = event


class SourceMiddlewarePlugin:
    """A source middleware in its place among the plugins. It has no `screen` (reference)."""

    type = "before"
    version = "0.1.0"

    def __init__(self, middleware: SourceMiddleware, destinations: Sequence[str] = ()) -> None:
        self.name = f"Source Middleware {middleware.name}"
        self._middleware = middleware
        self._integrations: JsonObject = dict.fromkeys(destinations, True)

    def track(self, context: Context) -> Later[Context]:
        """Let the middleware change or drop the event."""
        return spawn(self._apply(context))

    identify = page = group = alias = track

    async def _apply(self, context: Context) -> Context:
        event = await self._middleware.run(context.event, self._integrations)
        if event is None:
            raise ContextCancelation(
                retry=False, type="middleware_cancellation", reason="Middleware `next` function skipped"
            )
        context.event = event
        return context


def apply_destination_middleware(
    integration: str, event: JsonObject, middleware: Sequence[DestinationMiddleware]
) -> Later[JsonObject | None]:
    """Give the event as one destination is to get it; None: not at all."""
    if not middleware:
        return settled(copied(event))
    return spawn(_apply_all(integration, event, middleware))


async def _apply_all(
    integration: str, event: JsonObject, middleware: Sequence[DestinationMiddleware]
) -> JsonObject | None:
    current = copied(event)
    for each in middleware:
        answer = await each.run(current, integration)
        if answer is None:
            return None
        current = answer
    return current


def copied(event: JsonObject) -> JsonObject:
    """Copy an event to its leaves."""
    copy = copy_json(event)
    return copy if isinstance(copy, dict) else {}
