"""Plugins of foreign code, with what stands before them: tracking plan, routing rules, destination middleware.

Law: a destination gets a copy of the event, made by its middleware; what it changes there is nobody else's. A remote
plugin of another type works on the event itself (reference).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from cioanalytics.core.errors import ContextCancelation
from cioanalytics.core.later import Later, spawn
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.middleware import DestinationMiddleware, apply_destination_middleware
from cioanalytics.core.pipeline.plugins import Plugin, Plugins, method_of
from cioanalytics.core.pipeline.routing import Routing
from cioanalytics.core.pipeline.schema_filter import plan_allows
from cioanalytics.core.pipeline.waiting import all_done, as_later
from cioanalytics.core.ports import JsonObject, Ports
from cioanalytics.core.settings.project import PIPELINE


class Rules:
    """What the settings say of the way to destinations: the tracking plan's `track` part, the routing, the counting.

    Settings that come late put theirs in the place of the remembered ones.
    """

    def __init__(
        self,
        plan: JsonObject | None = None,
        routing: Routing | None = None,
        count: Callable[[str, list[str]], None] | None = None,
    ) -> None:
        self.plan = plan
        self.routing = routing
        self.count = count


class ForeignPlugin:
    """A plugin around one that foreign code made."""

    takes_middleware = True

    def __init__(self, name: str, inner: Plugin, plugins: Plugins, ports: Ports, rules: Rules) -> None:
        self.name = name
        self.type = inner.type
        self.alternative_names: list[str] = []
        self._inner = inner
        self._plugins = plugins
        self._ports = ports
        self._rules = rules

    def load(self, context: Context, analytics: object) -> object:
        """Load what is inside."""
        load = getattr(self._inner, "load", None)
        return None if load is None else load(context, analytics)

    def ready(self) -> object:
        """Give the inner plugin's own answer."""
        ready = getattr(self._inner, "ready", None)
        return None if ready is None else ready()

    def unload(self, context: Context, analytics: object) -> object:
        """Unload what is inside."""
        unload = getattr(self._inner, "unload", None)
        return None if unload is None else unload(context, analytics)

    def _transformed(self, event: JsonObject) -> Later[JsonObject | None]:
        """Give the event as the middleware leaves it; rules of the project stand before functions of the page."""
        middleware = self._plugins.destination_middleware(self.name)
        routing = self._rules.routing
        if routing is not None and routing.concerns(self.name):
            middleware = [routing, *middleware]
        return apply_destination_middleware(self.name, event, cast("list[DestinationMiddleware]", middleware))


class RemoteDestination(ForeignPlugin):
    """A remote plugin under its creation name; its own name is the alternative one."""

    version = "1.0.0"

    def __init__(self, name: str, inner: Plugin, plugins: Plugins, ports: Ports, rules: Rules) -> None:
        super().__init__(name, inner, plugins, ports, rules)
        self.alternative_names = [inner.name]

    def track(self, context: Context) -> Later[Context]:
        """Hand an event on."""
        return spawn(self._send(context))

    identify = page = group = alias = screen = track

    async def _send(self, context: Context) -> Context:
        method = method_of(self._inner, str(context.event.get("type")))
        if method is None:
            return context
        if self.type != "destination":
            await as_later(method(context))
            return context
        event = await self._transformed(context.event)
        if event is None:
            raise ContextCancelation(retry=False, reason="dropped by destination middleware")
        await as_later(method(Context(event, self._ports, context.facts)))
        return context


class DeviceDestination(ForeignPlugin):
    """A device-mode integration; it has no `screen` (reference)."""

    def __init__(self, inner: Plugin, plugins: Plugins, ports: Ports, rules: Rules) -> None:
        super().__init__(inner.name, inner, plugins, ports, rules)
        self.version = str(getattr(inner, "version", ""))

    def track(self, context: Context) -> Later[Context]:
        """Hand an event on, unless the plan or the middleware keeps it."""
        return spawn(self._send(context))

    identify = page = group = alias = track

    def held_events(self) -> list[JsonObject]:
        """Give the events that the integration was not ready for."""
        held = getattr(self._inner, "held_events", None)
        return [] if held is None else cast("list[JsonObject]", held())

    def hand_over(self, context: Context) -> object:
        """Give the integration an event of an earlier page."""
        method = method_of(self._inner, str(context.event.get("type")))
        return None if method is None else method(context)

    def forget_events(self) -> None:
        """Let the integration forget what it was not ready for."""
        forget = getattr(self._inner, "forget_events", None)
        if forget is not None:
            forget()

    async def _send(self, context: Context) -> Context:
        self._obey_plan(context)
        event = await self._transformed(context.event)
        method = method_of(self._inner, str(context.event.get("type")))
        if event is None or method is None:
            return context
        own = Context(event, self._ports, context.facts)
        try:
            await as_later(method(own))
        finally:
            self._count(own)
            # What the integration counts and logs belongs to the call.
            context.stats.metrics.extend(own.stats.metrics)
            context.logs().extend(own.logs())
        return context

    def load(self, context: Context, analytics: object) -> Later[None]:
        """Load what is inside."""
        return spawn(self._load(context, analytics))

    async def _load(self, context: Context, analytics: object) -> None:
        try:
            await as_later(super().load(context, analytics))
        finally:
            self._count(context)

    def _count(self, context: Context) -> None:
        """Pass the counts of this integration on."""
        own = f"integration_name:{self.name}"
        for each in context.stats.metrics:
            if self._rules.count is not None and each.kind == "counter" and own in each.tags:
                self._rules.count(each.metric, each.tags)

    def _obey_plan(self, context: Context) -> None:
        name = context.event.get("event")
        plan = self._rules.plan
        if plan is None or not isinstance(name, str) or not name:
            return
        planned = plan.get(name)
        told = context.event.get("integrations")
        switches: JsonObject = dict(told) if isinstance(told, dict) else {}
        of_plan = planned.get("integrations") if isinstance(planned, dict) else None
        if not plan_allows(plan, planned):
            context.update_event("integrations", {**switches, "All": False, PIPELINE: True})
            raise self._dropped(name)
        if not isinstance(of_plan, dict):
            return
        context.update_event("integrations", {**switches, **of_plan})
        if isinstance(planned, dict) and planned.get("enabled") and of_plan.get(self.name) is False:
            raise self._dropped(name)

    def _dropped(self, name: str) -> ContextCancelation:
        reason = f"Event {name} disabled for integration {self.name} in tracking plan"
        return ContextCancelation(retry=False, reason=reason, type="Dropped by plan")


class LateDestination:
    """Stands for a remote plugin whose script is slow: keeps the events that its destinations are to get (D21).

    Plugins of other types join the others when they come; where no destination comes, this one goes.
    """

    type = "destination"
    version = "1.0.0"
    takes_middleware = True

    def __init__(self, name: str, own_name: str, arrival: Later[list[Plugin]], plugins: Plugins) -> None:
        self.name = name
        self.alternative_names = [own_name]
        self._arrival = arrival
        self._plugins = plugins
        self._arrived: list[Plugin] = []

    def load(self, context: Context, analytics: object) -> Later[None]:
        """Wait for the script, then load what it brought."""
        return spawn(self._load(context, analytics))

    async def _load(self, context: Context, analytics: object) -> None:
        came = await self._arrival
        if not self._plugins.holds(self):
            # Too late: it was given up.
            return
        loads: list[Later[object]] = []
        for each in came:
            if each.type == "destination":
                self._arrived.append(each)
                loads.append(_loading(each, context, analytics))
            else:
                await self._plugins.register(context, each, analytics)
        if not self._arrived:
            self._plugins.remove(self)
        await all_done(loads)
        for load in loads:
            load.value()

    def ready(self) -> Later[None]:
        """Wait for each of them."""
        return spawn(self._ready())

    async def _ready(self) -> None:
        for each in self._arrived:
            ready = getattr(each, "ready", None)
            if ready is not None:
                await as_later(ready())

    def track(self, context: Context) -> Later[Context]:
        """Hand an event to each of them."""
        return spawn(self._send(context))

    identify = page = group = alias = screen = track

    async def _send(self, context: Context) -> Context:
        kind = str(context.event.get("type"))
        methods = [method_of(each, kind) for each in self._arrived]
        answers = [as_later(method(context)) for method in methods if method is not None]
        await all_done(answers)
        for each in answers:
            each.value()
        return context


def _loading(plugin: Plugin, context: Context, analytics: object) -> Later[object]:
    load = getattr(plugin, "load", None)
    return as_later(None if load is None else load(context, analytics))
