"""The hall: one client, its rooms, and the public calls.

Law: a call starts at once. Nothing here raises but the caller's own mistakes, and those fail the call's promise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from cioanalytics.core.calls import EventCalls
from cioanalytics.core.delivery.dispatch import Delivery
from cioanalytics.core.errors import CioError
from cioanalytics.core.events.query_string import calls_of_text
from cioanalytics.core.identity.identity import Identity
from cioanalytics.core.identity.page_cookies import PageCookies
from cioanalytics.core.later import Later, settled, spawn
from cioanalytics.core.loading import Loading
from cioanalytics.core.pipeline.context import Context, system_context
from cioanalytics.core.pipeline.emitter import Emitter
from cioanalytics.core.pipeline.late_events import LateEvents
from cioanalytics.core.pipeline.middleware import (
    PythonDestinationMiddleware,
    PythonSourceMiddleware,
    SourceMiddlewarePlugin,
)
from cioanalytics.core.pipeline.plugins import Plugins
from cioanalytics.core.pipeline.queue import MAX_ATTEMPTS, EventQueue
from cioanalytics.core.pipeline.stages import Departure
from cioanalytics.core.pipeline.waiting import within
from cioanalytics.core.ports import Json, JsonObject, Ports
from cioanalytics.core.unset import UNSET, Unset

if TYPE_CHECKING:
    from cioanalytics.core.moment import Moment
    from cioanalytics.core.pipeline.plugins import Plugin
    from cioanalytics.core.settings import LoadSettings, Options
    from cioanalytics.core.surroundings import Surroundings

# Milliseconds after which `ready` answers, whatever plugins do (behaviour.md, section 2).
READY_TIME_LIMIT = 10_000


class Analytics:
    """One client. `web/surface/names.js` and `browser/dispatch.py` give its calls their JavaScript names."""

    def __init__(self, load: LoadSettings, options: Options, ports: Ports, around: Surroundings, version: str) -> None:
        self.load_settings = load
        self.options = options
        self.ports = ports
        self.version = version
        self.around = around
        self.initialized = False
        # Whether the page view of `initialPageview` stood among the calls of the page already.
        self.page_view_made = False
        self.identity = Identity(options, ports)
        self.user = self.identity.user
        self.group = self.identity.group
        self.emitter = Emitter(ports.console)
        self.queue_emitter = Emitter(ports.console)
        persist = not options.disable_client_persistence
        late = LateEvents(load.write_key, ports, age_days=options.outbox.age_days, persist=persist)
        self.plugins = Plugins(ports, late)
        cookies = None if options.disable_client_persistence else PageCookies(ports, self.identity.cookie_domain)
        departure = Departure(version, cookies, ports.json)
        self.delivery = Delivery(
            load.write_key,
            ports,
            options.outbox,
            self.queue_emitter,
            departure.complete,
            persist=persist,
        )
        self.queue = EventQueue(ports, self.plugins, self.queue_emitter, self.delivery)
        self.calls = EventCalls(
            options,
            ports,
            self.identity,
            departure=departure,
            delivery=self.delivery,
            queue=self.queue,
            emitter=self.emitter,
            timeout=load.timeout,
        )
        self.loading = Loading(self)
        self.identity.telling.on_change = self._identity_changed
        self.on_shown: Callable[[], None] | None = None

    # -- the life of the client

    def begin(self) -> None:
        """Let identity stand: ids are brought back or made, before any plugin and without any call (D15)."""
        self.identity.begin()

    def start(self) -> None:
        """Go for the settings; events that were accepted meanwhile are dispatched when they have come or failed."""
        facts = self.ports.page.facts()
        self.queue.hold()
        self.delivery.start(self._resume, online=facts.online, visible=facts.visible)
        self.loading.start()

    def rest(self) -> None:
        """Stand without settings and without delivery: plugins of page code get the events, nobody else."""
        self.queue.hold()
        self.initialise({}, {})

    def _resume(self, context: Context, stage: str) -> object:
        return self.queue.dispatch(context, stage)

    def initialise(self, shown_settings: Json, shown_options: Json) -> None:
        """Tell that plugins are in place, and let events go."""
        self.initialized = True
        self.emitter.emit("initialize", shown_settings, shown_options)
        if self.options.initial_pageview and not self.page_view_made:
            self.around.call_public("page", [])
        self.queue.release()
        self.calls.initialised.settle(None)

    def allow_retries(self, allowed: bool) -> None:
        """Say whether events may be tried again, and wait where there is no net (`retryQueue`)."""
        self.calls.retries = allowed
        self.queue.max_attempts = MAX_ATTEMPTS if allowed else 1

    def _identity_changed(self, change: JsonObject) -> None:
        self.emitter.emit("identity", change)

    # -- calls that make events

    def at(self, moment: Moment, call: Callable[[], object], identity: Identity | None = None) -> object:
        """Make a call as if at an earlier moment: one that was queued before the client was there (D3).

        `identity` is who spoke then, where that is not who is here now (D2).
        """
        return self.calls.at(moment, call, identity)

    def track(self, *arguments: object) -> Later[Context]:
        """Accept that something happened."""
        return self.calls.track(*arguments)

    def page(self, *arguments: object) -> Later[Context]:
        """Accept that the page was seen."""
        return self.calls.page(*arguments)

    def screen(self, *arguments: object) -> Later[Context]:
        """Accept that a screen was seen."""
        return self.calls.screen(*arguments)

    def identify(self, *arguments: object) -> Later[Context]:
        """Accept who the person is; the stores know it when this returns."""
        return self.calls.identify(*arguments)

    def group_event(self, *arguments: object) -> Later[Context]:
        """Accept to which group the person belongs; the person stays who they are (D18)."""
        return self.calls.group_event(*arguments)

    def alias(self, *arguments: object) -> Later[Context]:
        """Accept that two ids are one person."""
        return self.calls.alias(*arguments)

    # -- who it is

    def reset(self, options: Json | Unset = UNSET) -> None:
        """Forget user and group in every store; `{"keepAnonymousId": true}` keeps the anonymous id on this origin."""
        keep = isinstance(options, dict) and options.get("keepAnonymousId") is True
        self.calls.speaker.identity.reset(keep_anonymous_id=keep)
        self.emitter.emit("reset")

    def set_anonymous_id(self, value: Json | Unset = UNSET) -> Json | Unset:
        """Set the anonymous id; it persists."""
        return self.calls.speaker.user.anonymous_id(value)

    def forget(self) -> Later[list[str]]:
        """Remove all that this client keeps of the person (D14)."""
        return settled([*self.identity.forget(), *self.delivery.forget()])

    # -- plugins

    def register(self, *plugins: Plugin) -> Later[Context]:
        """Add plugins."""
        return spawn(self._register(plugins))

    async def _register(self, plugins: Sequence[Plugin]) -> Context:
        for each in plugins:
            if not hasattr(each, "name") or not hasattr(each, "type"):
                raise CioError("register: a plugin is an object with a name and a type")
        context = system_context(self.ports)
        for waiting in [self.plugins.register(context, each, self) for each in plugins]:
            await waiting
        return context

    def deregister(self, *names: str) -> Later[Context]:
        """Remove plugins by name."""
        return spawn(self._deregister(names))

    async def _deregister(self, names: Sequence[str]) -> Context:
        context = system_context(self.ports)
        for waiting in [self.plugins.deregister(context, each, self) for each in names]:
            await waiting
        return context

    def add_source_middleware(self, function: Callable[..., object]) -> Later[Analytics]:
        """Let a function see each event before the plugins."""
        return spawn(self._add_source_middleware(function))

    async def _add_source_middleware(self, function: Callable[..., object]) -> Analytics:
        if not callable(function):
            raise CioError("addSourceMiddleware: the middleware is not a function")
        middleware = self.around.source_middleware(function) or PythonSourceMiddleware(function)
        names = [each.name for each in self.plugins.loaded() if each.type == "destination"]
        await self.register(cast("Plugin", SourceMiddlewarePlugin(middleware, names)))
        return self

    def add_destination_middleware(self, integration: str, *functions: Callable[..., object]) -> Later[Analytics]:
        """Let functions see each event before one destination gets it."""
        _check_functions(integration, functions)
        made = [self.around.destination_middleware(each) or PythonDestinationMiddleware(each) for each in functions]
        self.plugins.add_destination_middleware(integration, made)
        return settled(self)

    # -- the rest

    def ready(self, callback: object = UNSET) -> Later[list[object]]:
        """Wait until settings have come or failed and each plugin is ready or has failed; 10 s at most (D9)."""
        if not isinstance(callback, Unset) and not callable(callback):
            failed: Later[list[object]] = Later()
            failed.fail(CioError("ready: the callback is not a function"))
            return failed
        return spawn(self._ready(callback if callable(callback) else None))

    async def _ready(self, callback: Callable[..., object] | None) -> list[object]:
        await self.calls.initialised
        try:
            answers = await within(self.plugins.ready(), READY_TIME_LIMIT, self.ports.clock)
        except CioError:
            answers = []
        if callback is not None:
            try:
                # Undefined has no place inside of JSON.
                outcome = callback([None if isinstance(each, Unset) else each for each in answers])
            except Exception as error:
                self._callback_failed(error)
            else:
                if isinstance(outcome, Later):
                    outcome.when_done(lambda: self._callback_failed(outcome.error))
        return answers

    def _callback_failed(self, error: BaseException | None) -> None:
        if error is not None:
            self.ports.console.error(f"cioanalytics: a ready callback failed: {error}")

    def when_ready(self) -> Later[Analytics]:
        """Give the client once it is ready."""
        return spawn(self._when_ready())

    async def _when_ready(self) -> Analytics:
        await self.ready()
        return self

    def query_string(self, query: str | Unset = UNSET) -> Later[list[object]]:
        """Make the calls that the `ajs_` parameters of a query ask for: of the page's own where it is empty."""
        return settled([]) if isinstance(query, Unset) else spawn(self._query_string(query))

    async def _query_string(self, query: str) -> list[object]:
        search = self.ports.page.facts().search
        found = calls_of_text(query, search, self.options.use_query_string, self.around.matches)
        made = [(method, self.around.call_public(method, arguments)) for method, arguments in found.calls]
        if found.error is not None:
            self.ports.console.error(found.error)
        return [await answer for method, answer in made if method != "setAnonymousId"]

    def flush(self) -> Later[None]:
        """Wait until all that is queued was sent or given up."""
        return spawn(self._flush())

    async def _flush(self) -> None:
        await self.calls.initialised
        await self.queue.idle()
        await self.delivery.flush()

    def normalize(self, message: Json) -> JsonObject:
        """Complete an event that page code made itself (deprecated)."""
        return self.calls.speaker.factory.normalize(message if isinstance(message, dict) else {})

    def shown_plugins(self) -> list[Json]:
        """Give name, type and version of each loaded plugin, in order."""
        return [
            {"name": each.name, "type": each.type, "version": str(getattr(each, "version", ""))}
            for each in self.plugins.loaded()
        ]

    def debug(self, on: Json | Unset = UNSET) -> None:
        """Print log and metrics of each event on the console."""
        self.calls.debug = bool(on)

    def set_timeout(self, milliseconds: Json | Unset = UNSET) -> None:
        """Set how long a callback waits for its event's delivery, in milliseconds."""
        if isinstance(milliseconds, int | float) and not isinstance(milliseconds, bool):
            self.calls.timeout = milliseconds

    def set_switches(self, integrations: JsonObject) -> None:
        """Set which integrations the events from now on name, beside what each call says."""
        self.calls.speaker.factory.switch(integrations)

    def page_changed(self, change: JsonObject) -> None:
        """Hear what happened to the page: `hide`, `hidden`, `visible`, `show`, `online`, `offline`, `storage`.

        `left` is a `hide` of a page that has taken over what there was to send.
        """
        event, key = change.get("event"), change.get("key")
        if event == "prerendered":
            shown, self.on_shown = self.on_shown, None
            if shown is not None:
                shown()
        elif event == "storage":
            self.identity.refresh(key if isinstance(key, str) else None)
            size = change.get("size")
            if isinstance(key, str):
                self.delivery.hear_storage(key, size if isinstance(size, int) else None)
        elif event in ("hide", "hidden", "left"):
            # What the page did in its last task must not wait for one that never comes.
            self.queue.at_once = True
            if event != "left":
                self.delivery.hide(self.queue.start_all)
            if event != "hidden":
                self.identity.before_leave()
                self.plugins.leave()
                self.delivery.leave()
        elif event in ("show", "visible"):
            self.queue.at_once = False
            if event == "show" and change.get("persisted") is True:
                self.delivery.come_back()
                self.plugins.come_back()
                self.identity.refresh(None)
            self.delivery.show()
        elif event == "online":
            self.delivery.go_online()
        elif event == "offline":
            self.delivery.go_offline()


def _check_functions(integration: object, functions: Sequence[object]) -> None:
    if not isinstance(integration, str) or not all(callable(each) for each in functions):
        raise CioError("addDestinationMiddleware: the name of a destination, and functions, are its arguments")
