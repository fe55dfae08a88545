"""Plugins and middleware that are written in JavaScript, as the core sees them.

Law: they get the event's values as JSON gives them, and what they change in `ctx.event` is taken over after their
stage, also where they threw (D25). A method that the page's object does not have is absent here too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from cioanalytics.browser.page_objects import PageObject, thrown
from cioanalytics.core.errors import CioError
from cioanalytics.core.later import Later, spawn
from cioanalytics.core.pipeline.context import Context, Metric

if TYPE_CHECKING:
    from collections.abc import Callable

    from cioanalytics.browser.host import Border
    from cioanalytics.browser.page_objects import Given
    from cioanalytics.core.ports import JsonObject

type Write = Callable[[list[Given]], str]

EVENT_METHODS = ("track", "identify", "page", "screen", "group", "alias")


class PagePlugin(PageObject):
    """A plugin of the page under its number."""

    def __init__(self, border: Border, reference: int, write: Write) -> None:
        super().__init__(border, reference)
        self._write = write
        told = cast("dict[str, Any]", json.loads(border.host.describe(reference)))
        self.name = str(told.get("name", ""))
        self.type = str(told.get("type", ""))
        self.version = str(told.get("version") or "")
        names = told.get("alternativeNames")
        self.alternative_names: list[str] = [str(each) for each in names] if isinstance(names, list) else []
        methods = told.get("methods") or []
        # The register asks by attribute whether a plugin has a method.
        for method in EVENT_METHODS:
            if method in methods:
                setattr(self, method, self._event_method(method))
        for method in ("unload", "ready"):
            if method in methods:
                setattr(self, method, self._other_method(method))
        # One without `load` is no plugin (reference).
        self.load = self._load if "load" in methods else _no_load
        if "addMiddleware" in methods:
            self.takes_middleware = True

    def held_events(self) -> list[JsonObject]:
        """Give the events that a device-mode integration was not ready for; no other plugin has such."""
        text = self.invoke("plugin.heldEvents", [], self._write)
        found = json.loads(text) if isinstance(text, str) else []
        return found if isinstance(found, list) else []

    def forget_events(self) -> None:
        """Let a device-mode integration forget what it was not ready for."""
        self.invoke("plugin.forgetEvents", [], self._write)

    def _event_method(self, method: str) -> Callable[[Context], Later[object]]:
        def run(context: Context) -> Later[object]:
            return _run_in_page(self, method, context, self._write)

        return run

    def _load(self, context: Context, analytics: object) -> Later[None]:
        return spawn(self._load_in_page(context, analytics))

    async def _load_in_page(self, context: Context, analytics: object) -> None:
        text = await self.invoke_text("plugin.load", [context, analytics], self._write)
        answer = cast("dict[str, Any]", json.loads(text))
        told = answer.get("ctx")
        if isinstance(told, dict):
            # What it logged and counted; the event is no event.
            take_over(context, {**told, "event": None})
        if "error" in answer:
            raise thrown(answer["error"])

    def _other_method(self, method: str) -> Callable[..., object]:
        def run(*arguments: Given) -> object:
            return self.invoke(f"plugin.{method}", list(arguments), self._write)

        return run


def _no_load(*_: object) -> None:
    raise CioError("register: a plugin has a function load")


def _run_in_page(plugin: PagePlugin, method: str, context: Context, write: Write) -> Later[object]:
    """Give the context where the plugin gave one back, None where it gave nothing; raises what it threw."""
    return spawn(_event_in_page(plugin, method, context, write))


async def _event_in_page(plugin: PagePlugin, method: str, context: Context, write: Write) -> object:
    answer = cast("dict[str, Any]", json.loads(await plugin.invoke_text(f"plugin.{method}", [context], write)))
    returned = answer.get("value")
    for snapshot in (answer.get("ctx"), returned):
        if isinstance(snapshot, dict):
            take_over(context, snapshot)
    if "error" in answer:
        raise thrown(answer["error"])
    return context if isinstance(returned, dict) else None


def take_over(context: Context, snapshot: dict[str, Any]) -> None:
    """Give a context what page code made of its snapshot: the event, lines it logged, metrics it counted."""
    event = snapshot.get("event")
    if isinstance(event, dict):
        context.event = event
    lines, metrics = snapshot.get("logs"), snapshot.get("stats")
    if isinstance(lines, list):
        for line in lines[len(context.logs()) :]:
            context.log(str(line.get("level", "debug")), str(line.get("message", "")), line.get("extras"))
    if isinstance(metrics, list):
        for each in metrics[len(context.stats.metrics) :]:
            context.stats.metrics.append(
                Metric(
                    str(each.get("metric", "")),
                    each.get("value", 0),
                    str(each.get("type", "counter")),
                    list(each.get("tags") or []),
                    each.get("timestamp", 0),
                )
            )


class PageSourceMiddleware:
    """A function of the page between call and plugins."""

    def __init__(self, function: PageObject, write: Write, name: str = "") -> None:
        self.name = name
        self._function = function
        self._write = write

    def run(self, event: JsonObject, integrations: JsonObject) -> Later[JsonObject | None]:
        """Give the event to go on with; None where `next` was not called."""
        return spawn(_middleware(self._function, "source", [event, integrations], self._write))


class PageDestinationMiddleware:
    """A function of the page before one destination."""

    def __init__(self, function: PageObject, write: Write) -> None:
        self._function = function
        self._write = write

    def run(self, event: JsonObject, integration: str) -> Later[JsonObject | None]:
        """Give the event to go on with; None: the destination does not get it."""
        return spawn(_middleware(self._function, "destination", [integration, event], self._write))


async def _middleware(function: PageObject, way: str, arguments: list[Given], write: Write) -> JsonObject | None:
    text = await function.invoke_text(way, arguments, write)
    answer = cast("dict[str, Any]", json.loads(text))
    if "error" in answer:
        raise thrown(answer["error"])
    event = answer.get("event")
    return event if isinstance(event, dict) else None
