"""The calls that make events.

Law: an event is made and accepted within its call, with the identity and the page of that moment (D3, D17); plugins see
it from the page's next task on, and not before the client has initialised.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from cioanalytics.core.events.arguments import (
    resolve_alias,
    resolve_event,
    resolve_group,
    resolve_identify,
    resolve_page,
)
from cioanalytics.core.events.factory import MESSAGE_PREFIX, EventFactory
from cioanalytics.core.events.validation import check_size
from cioanalytics.core.later import Later, spawn
from cioanalytics.core.moment import Moment
from cioanalytics.core.pipeline.callback import run_callback
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.ports import Json, JsonObject, Ports
from cioanalytics.core.unset import UNSET

if TYPE_CHECKING:
    from cioanalytics.core.delivery.dispatch import Delivery
    from cioanalytics.core.identity.identity import Identity
    from cioanalytics.core.pipeline.emitter import Emitter
    from cioanalytics.core.pipeline.queue import EventQueue
    from cioanalytics.core.pipeline.stages import Departure
    from cioanalytics.core.settings import Options

# Bytes that page and browser add to an event at most, as a rule.
ENRICHMENT_ROOM = 8_192


class Speaker:
    """Who makes a call: an identity, and the events in its name."""

    def __init__(self, identity: Identity, ports: Ports, options: Options) -> None:
        self.identity = identity
        self.user = identity.user
        self.group = identity.group
        self.factory = EventFactory(identity.user, ports.clock, ports.chance, options.integrations)


class EventCalls:
    """Makes events in the name of who speaks, and brings each on its way.

    `timeout` is how long a callback waits, in milliseconds; `initialised` settles when plugins are in place. `retries`
    is false where neither page nor settings let an event wait.
    """

    def __init__(
        self,
        options: Options,
        ports: Ports,
        identity: Identity,
        *,
        departure: Departure,
        delivery: Delivery,
        queue: EventQueue,
        emitter: Emitter,
        timeout: float,
    ) -> None:
        self.options = options
        self.ports = ports
        self.delivery = delivery
        self.queue = queue
        self.emitter = emitter
        self.timeout = timeout
        self.retries = options.retry_queue is not False
        self.debug = False
        self.initialised: Later[None] = Later()
        self.speaker = Speaker(identity, ports, options)
        self._departure = departure
        self._past: Moment | None = None

    def at(self, moment: Moment, call: Callable[[], object], identity: Identity | None = None) -> object:
        """Make a call as if at an earlier moment: one that was queued before the client was there (D3).

        `identity` is who spoke then, where that is not who is here now (D2).
        """
        present = self.speaker
        self._past = moment
        if identity is not None and identity is not self.speaker.identity:
            self.speaker = Speaker(identity, self.ports, self.options)
        try:
            return call()
        finally:
            self._past = None
            self.speaker = present

    def track(self, *arguments: object) -> Later[Context]:
        """Accept that something happened."""
        return spawn(self._track(arguments))

    async def _track(self, arguments: Sequence[object]) -> Context:
        call = resolve_event(cast("Sequence[Json]", arguments))
        moment = self._moment()
        event = self.speaker.factory.track(call.name, call.properties, call.options, moment.time)
        context = await self._dispatch(event, moment, call.callback)
        self.emitter.emit("track", call.name, context.event.get("properties", UNSET), UNSET)
        return context

    def page(self, *arguments: object) -> Later[Context]:
        """Accept that the page was seen."""
        return spawn(self._page("page", arguments))

    def screen(self, *arguments: object) -> Later[Context]:
        """Accept that a screen was seen."""
        return spawn(self._page("screen", arguments))

    async def _page(self, kind: str, arguments: Sequence[object]) -> Context:
        call = resolve_page(cast("Sequence[Json]", arguments))
        moment = self._moment()
        make = self.speaker.factory.page if kind == "page" else self.speaker.factory.screen
        event = make(call.category, call.name, call.properties, call.options, moment.time)
        context = await self._dispatch(event, moment, call.callback)
        self.emitter.emit(kind, call.category, call.name, context.event.get("properties", UNSET), UNSET)
        return context

    def identify(self, *arguments: object) -> Later[Context]:
        """Accept who the person is; the stores know it when this returns."""
        return spawn(self._identify(arguments))

    async def _identify(self, arguments: Sequence[object]) -> Context:
        user = self.speaker.user
        call = resolve_identify(cast("Sequence[Json]", arguments), user.id())
        user.identify(call.id, call.traits)
        moment = self._moment()
        event = self.speaker.factory.identify(user.id(), user.traits(), call.options, moment.time)
        context = await self._dispatch(event, moment, call.callback)
        told = context.event
        self.emitter.emit("identify", told.get("userId", UNSET), told.get("traits", UNSET), UNSET)
        return context

    def group_event(self, *arguments: object) -> Later[Context]:
        """Accept to which group the person belongs; the person stays who they are (D18)."""
        return spawn(self._group(arguments))

    async def _group(self, arguments: Sequence[object]) -> Context:
        group = self.speaker.group
        call = resolve_group(cast("Sequence[Json]", arguments), group.id())
        group.identify(call.id, call.traits)
        moment = self._moment()
        event = self.speaker.factory.group(group.id(), group.traits(), call.options, moment.time)
        context = await self._dispatch(event, moment, call.callback)
        told = context.event
        self.emitter.emit("group", told.get("groupId", UNSET), told.get("traits", UNSET), UNSET)
        return context

    def alias(self, *arguments: object) -> Later[Context]:
        """Accept that two ids are one person."""
        return spawn(self._alias(arguments))

    async def _alias(self, arguments: Sequence[object]) -> Context:
        call = resolve_alias(cast("Sequence[Json]", arguments))
        moment = self._moment()
        event = self.speaker.factory.alias(call.to, call.previous, call.options, moment.time)
        context = await self._dispatch(event, moment, call.callback)
        self.emitter.emit("alias", call.to, call.previous, UNSET)
        return context

    def _moment(self) -> Moment:
        return self._past or Moment(None, self.ports.page.facts())

    async def _dispatch(self, event: JsonObject, moment: Moment, callback: Callable[..., object] | None) -> Context:
        # Overrides in the call's options have been stored by now, so the identity is that of the event.
        anonymous_id, user_id = self.speaker.user.who()
        fixed = Moment(moment.time, moment.page, anonymous_id, user_id)
        if moment.digits:
            # Two tabs that make one kept call at the same instant make one event of it.
            event["messageId"] = MESSAGE_PREFIX + moment.digits
        context = Context(event, self.ports, fixed.to_json())
        if not self.retries and not moment.page.online:
            # Without a queue an offline event has no place to wait (reference: no callback either).
            return context
        if self._past is None:
            self.delivery.hear_online(online=moment.page.online)
        self.delivery.accept(context)
        self._refuse_too_large(context)
        await self.initialised
        self.emitter.emit("dispatch_start", context)
        start = self.ports.clock.now()
        await self.queue.dispatch(context)
        if callback is not None:
            await run_callback(context, callback, start, self.timeout, self.ports.clock)
        if self.debug:
            context.flush()
        return context

    def _refuse_too_large(self, context: Context) -> None:
        """Raise EventTooLarge where the body would be over the limit (D8); only a large event is written out for it."""
        limit, dumps = self.options.max_event_bytes, self.ports.json.dumps
        if self.delivery.size_of(context) < limit - ENRICHMENT_ROOM:
            return
        event = self._departure.foresee(context.event, context.facts)
        error = check_size(event, self.delivery.body(event), limit, dumps)
        if error is not None:
            self.delivery.finished(context)
            raise error
