"""The way of an event: before, enrichment, destinations, after.

Law: a call only accepts; plugins run in the page's next task, events in the order of their calls, each by itself. An
event that a `before` plugin stops is tried again three times with growing pauses, then given up (reference).
"""

from __future__ import annotations

from typing import Final, Protocol

from cioanalytics.core.backoff import backoff
from cioanalytics.core.errors import ContextCancelation
from cioanalytics.core.later import Later, spawn
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.emitter import Emitter
from cioanalytics.core.pipeline.plugins import Plugins
from cioanalytics.core.pipeline.waiting import all_done, pause
from cioanalytics.core.ports import Ports

# Milliseconds after which the starting of many events at once leaves the page a breath.
SLICE: Final = 12

# How often the `before` plugins of an event are tried, unless `retryQueue` is off.
MAX_ATTEMPTS: Final = 4

ACCEPTED: Final = "accepted"
ENRICHED: Final = "enriched"


class Keeper(Protocol):
    """Who keeps events across pages, and hears how far each has come."""

    def enriched(self, context: Context, *, destinations: bool) -> None:
        """Hear that `before` and `enrichment` are done; `destinations`: some are still to be called."""
        ...

    def finished(self, context: Context) -> None:
        """Hear that all stages are done, or that the event was given up."""
        ...


class EventQueue:
    """Takes events through the plugins; `emitter` has the events of `analytics.queue`."""

    def __init__(
        self, ports: Ports, plugins: Plugins, emitter: Emitter, keeper: Keeper, *, max_attempts: int = MAX_ATTEMPTS
    ) -> None:
        self._ports = ports
        self._keeper = keeper
        self._starting: list[_Start] = []
        self._timer = 0
        self._held = 0
        self._running = 0
        self._idle: list[Later[None]] = []
        self.plugins = plugins
        self.emitter = emitter
        self.max_attempts = max_attempts
        self.at_once = False

    def hold(self) -> None:
        """Let events wait until `release` was called as often."""
        self._held += 1

    def release(self) -> None:
        """End one hold."""
        self._held -= 1
        self._schedule()

    def dispatch(self, context: Context, stage: str = ACCEPTED) -> Later[Context]:
        """Take an event through all stages, or through those after `enriched`.

        The answer comes when its first delivery attempt has ended, and is never an error: see `failed_delivery`.
        """
        context.log("debug", "Dispatching")
        context.stats.increment("message_dispatched")
        context.attempts = 1
        start = _Start(context, stage)
        self._starting.append(start)
        self._running += 1
        if self.at_once and not self._held:
            self.start_all()
        else:
            self._schedule()
        return start.done

    def start_all(self) -> None:
        """Start what waits for the page's next task now; the page is leaving."""
        if self._timer:
            self._ports.clock.cancel(self._timer)
            self._timer = 0
        while self._starting and not self._held:
            self._start(self._starting.pop(0))

    def idle(self) -> Later[None]:
        """Give a value that is there when no event is on its way through the plugins."""
        quiet: Later[None] = Later()
        if self._running:
            self._idle.append(quiet)
        else:
            quiet.settle(None)
        return quiet

    def is_empty(self) -> bool:
        """Tell whether no event is on its way through the plugins."""
        return self._running == 0

    def _schedule(self) -> None:
        if self._starting and not self._held and not self._timer:
            self._timer = self._ports.clock.after(0, self._run_slice)

    def _run_slice(self) -> None:
        self._timer = 0
        end = self._ports.clock.now() + SLICE
        while self._starting and not self._held:
            self._start(self._starting.pop(0))
            if self._ports.clock.now() >= end:
                break
        self._schedule()

    def _start(self, start: _Start) -> None:
        way = spawn(self._tries(start.context, start.stage))

        def ended() -> None:
            self._running -= 1
            if way.error is not None:
                # No plugin's fault: it would be lost silently otherwise.
                self._ports.console.error(f"cioanalytics: an event failed: {way.error}")
                start.context.set_failed_delivery(way.error)
                self._keeper.finished(start.context)
            start.done.settle(start.context)
            if not self._running:
                idle, self._idle = self._idle, []
                for each in idle:
                    each.settle(None)

        way.when_done(ended)

    async def _tries(self, context: Context, stage: str) -> None:
        while True:
            try:
                await self._deliver(context, stage)
            except Exception as error:
                if self._may_retry(error, context):
                    await pause(backoff(context.attempts, self._ports.chance), self._ports.clock)
                    context.attempts += 1
                    continue
                context.set_failed_delivery(error)
            self._keeper.finished(context)
            if context.attempts > 1:
                self.emitter.emit("flush", context, context.failed_delivery() is None)
            return

    def _may_retry(self, error: Exception, context: Context) -> bool:
        if isinstance(error, ContextCancelation) and not error.retry:
            return False
        return context.attempts < self.max_attempts

    async def _deliver(self, context: Context, stage: str) -> None:
        start = self._ports.clock.now()
        try:
            await self._stages(context, stage)
        except Exception as error:
            context.log("error", "Failed to deliver", error)
            self.emitter.emit("delivery_failure", context, error)
            context.stats.increment("delivery_failed")
            raise
        if context.failed_delivery() is not None:
            return
        # An event that still waits for the collector is told of when it was acknowledged (D5).
        if not context.pending:
            self.emitter.emit("delivery_success", context)
        context.stats.gauge("delivered", self._ports.clock.now() - start)
        context.log("debug", "Delivered", context.event)

    async def _stages(self, context: Context, stage: str) -> None:
        if context.attempts > 1:
            self.emitter.emit("delivery_retry", context)
        if stage == ACCEPTED:
            await self._before(context)
        # `before` and `enrichment` may have changed the integrations.
        stages = self.plugins.stages(context)
        if stage == ACCEPTED:
            self._keeper.enriched(context, destinations=bool(stages.destination))
        await self._together([self.plugins.attempt(context, seat) for seat in stages.destination])
        context.stats.increment("message_delivered")
        self.emitter.emit("message_delivered", context)
        await self._together([self.plugins.attempt(context, seat) for seat in stages.after])

    async def _before(self, context: Context) -> None:
        stages = self.plugins.stages(context)
        for seat in stages.before:
            answer = await self.plugins.attempt(context, seat)
            if not isinstance(answer, Context):
                context.log("debug", "Context canceled")
                context.stats.increment("context_canceled")
                context.cancel(answer if isinstance(answer, Exception) else None)
            self.emitter.emit("message_enriched", context, seat.plugin)
        for seat in stages.enrichment:
            await self.plugins.attempt(context, seat)
            self.emitter.emit("message_enriched", context, seat.plugin)

    async def _together(self, attempts: list[Later[object]]) -> None:
        await all_done(attempts)
        for each in attempts:
            each.value()


class _Start:
    def __init__(self, context: Context, stage: str) -> None:
        self.context = context
        self.stage = stage
        self.done: Later[Context] = Later()
