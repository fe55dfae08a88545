"""The plugins of one client, and the calls to their methods.

Law: plugins run in the order in which they loaded. A destination that is slow to load keeps its own events waiting and
nobody else's (D21). What a plugin throws is noted in the context's log; only `before` plugins can end an event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, cast

from cioanalytics.core.errors import CioError, ContextCancelation, ValidationError, error_line
from cioanalytics.core.later import Later, spawn
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.integrations import is_wanted
from cioanalytics.core.pipeline.late_events import LateEvents
from cioanalytics.core.pipeline.waiting import all_done, as_later, within
from cioanalytics.core.ports import JsonObject, Ports
from cioanalytics.core.unset import UNSET

# Milliseconds that a plugin may take to load, or to become ready (reference).
LOAD_TIME_LIMIT: Final = 10_000
# Milliseconds that others wait for an event method; `before` plugins, which may ask a person, have no limit (D21). A
# destination that took longer once is not waited for again.
CALL_TIME_LIMIT: Final = 5_000
# Events that wait for one destination to load; the oldest go first.
WAITING_EVENTS: Final = 1_000


class Plugin(Protocol):
    """A plugin, written in Python or standing for one of the page.

    `type` is before, enrichment, destination, after or utility. All else may be missing: `version`,
    `alternative_names`, `is_loaded()`, `load(context, analytics)`, `ready()`, `unload(context, analytics)` and the
    event methods `track identify page screen group alias(context)`. An answer may be a Later; an event method answers
    with the context, or with nothing.
    """

    name: str
    type: str


class Holder(Protocol):
    """A destination that holds events itself until what it stands for is ready."""

    def held_events(self) -> list[JsonObject]:
        """Give the events that it holds, as the middleware left them."""
        ...

    def hand_over(self, context: Context) -> object:
        """Give it an event that the middleware has seen already."""
        ...

    def forget_events(self) -> None:
        """Let it forget what it holds."""
        ...


class Seat:
    """A registered plugin: loaded, or a destination whose events wait."""

    def __init__(self, plugin: Plugin, *, loaded: bool) -> None:
        self.plugin = plugin
        self.loaded = loaded
        self.slow = False
        self.told = False
        self.waiting: list[Context] = []


@dataclass
class Stages:
    """The plugins that one event meets."""

    before: list[Seat] = field(default_factory=list)
    enrichment: list[Seat] = field(default_factory=list)
    destination: list[Seat] = field(default_factory=list)
    after: list[Seat] = field(default_factory=list)


class Plugins:
    """The register of plugins. `failed_initializations` names the destinations that could not be loaded."""

    def __init__(self, ports: Ports, late: LateEvents | None = None) -> None:
        self._ports = ports
        self._late = late
        self._seats: list[Seat] = []
        self._middleware: dict[str, list[object]] = {}
        self._loading: list[Later[None]] = []
        self.failed_initializations: list[str] = []

    def loaded(self) -> list[Plugin]:
        """Give the plugins that events meet, in order."""
        return [seat.plugin for seat in self._seats if seat.loaded]

    def find(self, name: str) -> Plugin | None:
        """Give the first plugin of a name."""
        for seat in self._seats:
            if seat.plugin.name == name:
                return seat.plugin
        return None

    def holds(self, plugin: Plugin) -> bool:
        """Tell whether this very plugin is registered, loaded or not."""
        return any(seat.plugin is plugin for seat in self._seats)

    def remove(self, plugin: Plugin) -> None:
        """Take this very plugin away, without a word to it."""
        self._seats = [seat for seat in self._seats if seat.plugin is not plugin]

    def register(self, context: Context, plugin: Plugin, analytics: object) -> Later[None]:
        """Load a plugin; it takes part from then on. Fails where a plugin that is no destination does not load."""
        registration = spawn(self._register(context, plugin, analytics))
        if plugin.type == "destination" and not registration.done:
            self._loading.append(registration)
            registration.when_done(lambda: self._loading.remove(registration))
        return registration

    async def _register(self, context: Context, plugin: Plugin, analytics: object) -> None:
        seat = Seat(plugin, loaded=False)
        is_destination = plugin.type == "destination"
        if is_destination:
            self._seats.append(seat)
        try:
            load = getattr(plugin, "load", None)
            if load is not None:
                await within(as_later(load(context, analytics)), LOAD_TIME_LIMIT, self._ports.clock)
        except Exception as error:
            if not is_destination:
                raise
            self._seats = [each for each in self._seats if each is not seat]
            self.failed_initializations.append(plugin.name)
            self._ports.console.warn(f"{plugin.name} {error_line(error)}")
            context.log("warn", "Failed to load destination", {"plugin": plugin.name, "error": error})
            return
        seat.loaded = True
        if not is_destination:
            self._seats.append(seat)
        if is_destination and self._late is not None:
            for event, held in self._late.take(plugin.name):
                holder = _holder(plugin)
                if held and holder is not None:
                    holder.hand_over(event)
                else:
                    self.attempt(event, seat)
        waiting, seat.waiting = seat.waiting, []
        for each in waiting:
            self.attempt(each, seat)

    def leave(self) -> None:
        """Keep what destinations have not had yet: the page goes."""
        for seat in self._seats:
            if self._late is not None and seat.plugin.type == "destination":
                holder = _holder(seat.plugin)
                held = [] if holder is None else holder.held_events()
                self._late.keep(seat.plugin.name, [each.event for each in seat.waiting], held)

    def come_back(self) -> None:
        """Go on with what was kept, where no other page has had it meanwhile."""
        for seat in self._seats:
            if self._late is not None and not self._late.take_back(seat.plugin.name):
                seat.waiting = []
                holder = _holder(seat.plugin)
                if holder is not None:
                    holder.forget_events()

    def deregister(self, context: Context, name: str, analytics: object) -> Later[None]:
        """Remove all plugins of a name; one whose `unload` fails stays (reference)."""
        return spawn(self._deregister(context, name, analytics))

    async def _deregister(self, context: Context, name: str, analytics: object) -> None:
        plugin = self.find(name)
        if plugin is None:
            context.log("warn", f"plugin {name} not found")
            return
        try:
            unload = getattr(plugin, "unload", None)
            if unload is not None:
                await as_later(unload(context, analytics))
        except Exception as error:
            context.log("warn", "Failed to unload destination", {"plugin": name, "error": error})
            return
        self._seats = [each for each in self._seats if each.plugin.name != name]

    def ready(self) -> Later[list[object]]:
        """Give each plugin's `ready` answer; a failing one is told on the console, a hanging one is left (D9).

        Destinations that are loading now are waited for, until they have loaded or failed.
        """
        return spawn(self._ready())

    async def _ready(self) -> list[object]:
        await all_done(list(self._loading))
        answers = [spawn(self._ready_of(seat.plugin)) for seat in list(self._seats) if seat.loaded]
        await all_done([*answers])
        return [each.value() for each in answers]

    async def _ready_of(self, plugin: Plugin) -> object:
        try:
            ready = getattr(plugin, "ready", None)
            return UNSET if ready is None else await within(as_later(ready()), LOAD_TIME_LIMIT, self._ports.clock)
        except Exception as error:
            self._ports.console.error(f'cioanalytics: plugin "{plugin.name}" did not become ready: {error}')
            return None

    def stages(self, context: Context) -> Stages:
        """Give the plugins that this event's integrations let it meet."""
        stages = Stages()
        rooms: dict[str, list[Seat]] = {
            "before": stages.before,
            "enrichment": stages.enrichment,
            "destination": stages.destination,
            "after": stages.after,
        }
        switches = context.event.get("integrations")
        for seat in self._seats:
            plugin = seat.plugin
            room = rooms.get(plugin.type)
            if room is None:
                continue
            names: list[str] = list(getattr(plugin, "alternative_names", None) or [])
            if is_wanted(plugin.name, names, plugin.type, switches if isinstance(switches, dict) else {}):
                room.append(seat)
        return stages

    def attempt(self, context: Context, seat: Seat) -> Later[object]:
        """Call the event's method: the context, an error that was noted, or what else the plugin gave.

        Raises only a ContextCancelation of source middleware.
        """
        return spawn(self._attempt(context, seat))

    async def _attempt(self, context: Context, seat: Seat) -> object:
        plugin = seat.plugin
        if not seat.loaded:
            seat.waiting.append(context)
            del seat.waiting[:-WAITING_EVENTS]
            return context
        context.log("debug", "plugin", {"plugin": plugin.name})
        method = method_of(plugin, str(context.event.get("type")))
        if method is None:
            return context
        clock = self._ports.clock
        start = clock.now()
        tags = [f"plugin:{plugin.name}"]
        limit = None if plugin.type == "before" else getattr(plugin, "time_limit", CALL_TIME_LIMIT)
        if seat.slow and plugin.type != "enrichment":
            # It has had its chance; what it does with this event changes nothing for the others.
            limit = 0
        try:
            answer = await self._limited(seat, as_later(method(context)), limit)
        except ContextCancelation as error:
            if error.type == "middleware_cancellation":
                raise
            context.log("warn", error.type, {"plugin": plugin.name, "error": error})
            return error
        except Exception as error:
            context.log("error", "plugin Error", {"plugin": plugin.name, "error": error})
            context.stats.increment("plugin_error", 1, tags)
            if plugin.type == "before" and not seat.told and not isinstance(error, ValidationError):
                # It holds its events back, and nobody may ever look at their logs.
                seat.told = True
                self._ports.console.error(
                    f'cioanalytics: plugin "{plugin.name.strip()}" failed, which holds events back: {error}'
                )
            return error
        context.stats.gauge("plugin_time", clock.now() - start, tags)
        return answer

    def _limited(self, seat: Seat, answer: Later[object], limit: float | None) -> Later[object]:
        limited = within(answer, limit, self._ports.clock)

        def look() -> None:
            if limited.error is not None and not answer.done and not seat.slow:
                seat.slow = True
                self._ports.console.warn(
                    f'cioanalytics: plugin "{seat.plugin.name}" did not answer in {limit} ms; events go on without it.'
                )

        limited.when_done(look)
        return limited

    def add_destination_middleware(self, integration: str, functions: list[object]) -> None:
        """Put middleware before a destination, also before one that comes later; names in any case.

        Raises where a plugin of this name takes none (reference).
        """
        for plugin in self.loaded():
            if plugin.name.lower() == integration.lower() and not hasattr(plugin, "takes_middleware"):
                error = CioError("destination.addMiddleware is not a function")
                error.name = "TypeError"
                raise error
        self._middleware.setdefault(integration.lower(), []).extend(functions)

    def destination_middleware(self, integration: str) -> list[object]:
        """Give the middleware before a destination."""
        return list(self._middleware.get(integration.lower()) or [])


def _holder(plugin: Plugin) -> Holder | None:
    return cast("Holder", plugin) if hasattr(plugin, "hand_over") else None


def method_of(plugin: Plugin, event_type: str) -> Callable[[Context], object] | None:
    """Give a plugin's method for a type of event; None where it has none."""
    if event_type not in ("track", "identify", "page", "screen", "group", "alias"):
        return None
    method: Callable[[Context], object] | None = getattr(plugin, event_type, None)
    return method
