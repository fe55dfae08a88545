"""From identity to a client that delivers: settings, plugins, the calls of the address.

Law: settings are asked for again until they come, and their absence stops nothing but what needs them (D4). Each plugin
that fails is told once, and the others are there all the same (D21). A destination that is slow to load delays only
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from cioanalytics.core.backoff import backoff
from cioanalytics.core.delivery.counts import Counts
from cioanalytics.core.delivery.strategy import read_strategy
from cioanalytics.core.errors import CioError
from cioanalytics.core.events.query_string import calls_of_query
from cioanalytics.core.later import Later, spawn
from cioanalytics.core.pipeline.context import system_context
from cioanalytics.core.pipeline.destinations import LateDestination, Rules
from cioanalytics.core.pipeline.foreign import Foreign
from cioanalytics.core.pipeline.integrations import metadata, pipeline_wanted
from cioanalytics.core.pipeline.remote_names import IN_APP, in_app_wanted
from cioanalytics.core.pipeline.routing import routing_of
from cioanalytics.core.pipeline.schema_filter import SchemaFilter, plan_of
from cioanalytics.core.pipeline.stages import EventValidation, PageEnrichment
from cioanalytics.core.pipeline.waiting import all_done, pause, within
from cioanalytics.core.settings import api_settings, event_host, read_project, settings_address

if TYPE_CHECKING:
    from cioanalytics.core.delivery.dispatch import Delivery
    from cioanalytics.core.pipeline.plugins import Plugin, Plugins
    from cioanalytics.core.ports import Answer, Json, Ports
    from cioanalytics.core.settings import LoadSettings, Options, ProjectSettings
    from cioanalytics.core.surroundings import Surroundings

# Milliseconds after which events stop waiting for slow settings and go on with what is known.
SETTINGS_KEYS: Final = "cioanalytics:settings:"
SETTINGS_TIME_LIMIT: Final = 5_000
# Between two tries, in milliseconds.
LONGEST_SETTINGS_PAUSE: Final = 60_000
# Events wait so long, in milliseconds, for the scripts of remote plugins and middleware, which may change them.
REMOTE_TIME_LIMIT: Final = 3_000
# And so long for destinations: one that cannot be had is named in the events' `_metadata` (reference), one that is slow
# delays only itself (D21).
DESTINATION_GRACE: Final = 500


class Loadable(Protocol):
    """What loading asks of the client that it brings to delivery."""

    version: str
    load_settings: LoadSettings
    options: Options
    ports: Ports
    around: Surroundings
    plugins: Plugins
    delivery: Delivery

    def add_source_middleware(self, function: Callable[..., object]) -> Later[Any]:
        """Let a function see each event before the plugins."""
        ...

    def allow_retries(self, allowed: bool) -> None:
        """Hear whether events may be tried again, and wait where there is no net."""
        ...

    def initialise(self, shown_settings: Json, shown_options: Json) -> None:
        """Hear that plugins are in place."""
        ...


class Loading:
    """Brings one client from identity to delivery. `page_plugins` are those of the options."""

    def __init__(self, client: Loadable) -> None:
        self._client = client
        self.page_plugins: list[Plugin] = []
        self._adopted: list[str] = []
        self._filter: Plugin | None = None
        self._address_read = False
        self._counts = Counts(client.ports, client.version)
        self._rules = Rules(count=self._counts.count)
        self.shown_settings: Json = {}
        self.shown_options: Json = {}

    def start(self) -> None:
        """Go; never fails."""
        way = spawn(self._run())

        def look() -> None:
            if way.error is not None:
                self._client.ports.console.error(f"cioanalytics: loading failed: {way.error}")

        way.when_done(look)

    async def _run(self) -> None:
        client = self._client
        own = [cast("Plugin", EventValidation()), cast("Plugin", PageEnrichment())]
        await self._register([*own, *self.page_plugins])
        first = spawn(self._first_look())
        try:
            project = await within(first, SETTINGS_TIME_LIMIT, client.ports.clock)
        except CioError:
            project = None
        if project is None:
            project = self._remembered()
            spawn(self._look_again(first))
        if project is not None:
            await self._adopt(project)
        self._open_delivery(project)
        for method, arguments in self.calls_of_address():
            client.around.call_public(method, arguments)
        client.initialise(self.shown_settings, self.shown_options)

    # -- settings

    async def _first_look(self) -> ProjectSettings | None:
        """Give the project's settings; None where the first try brought none, which is told once."""
        client = self._client
        load = client.load_settings
        if load.cdn_settings is not None:
            project = read_project(load.cdn_settings)
            if project is not None:
                return project
            client.ports.console.error(
                "cioanalytics: cdnSettings has no integrations; the project's own are asked for."
            )
        answer = await client.ports.network.get(self._address)
        project = self._read(answer)
        if project is None:
            why = f"status {answer.status}" if answer.status else "no answer"
            why = "no settings in the answer" if 200 <= answer.status < 300 else why
            client.ports.console.error(
                f"cioanalytics: settings could not be had ({why}) and are asked for again: {self._address}"
            )
        return project

    async def _look_again(self, first: Later[ProjectSettings | None]) -> None:
        """Ask until the settings come, then let them hold."""
        client = self._client
        project = await first
        tries = 0
        while project is None:
            tries += 1
            await pause(backoff(tries, client.ports.chance, most=LONGEST_SETTINGS_PAUSE), client.ports.clock)
            project = self._read(await client.ports.network.get(self._address))
        await self._adopt(project)
        self._open_delivery(project)

    @property
    def _address(self) -> str:
        load = self._client.load_settings
        return settings_address(load.cdn_url, load.write_key)

    def _read(self, answer: Answer) -> ProjectSettings | None:
        if not 200 <= answer.status < 300:
            return None
        try:
            project = read_project(self._client.ports.json.loads(answer.text))
        except ValueError:
            return None
        if project is not None:
            self._remember(answer.text)
        return project

    @property
    def _key(self) -> str:
        return f"{SETTINGS_KEYS}{self._client.load_settings.write_key}"

    def _remember(self, text: str) -> None:
        ports = self._client.ports
        if not self._client.options.disable_client_persistence and ports.storage.get(self._key) != text:
            ports.storage.set(self._key, text)

    def _remembered(self) -> ProjectSettings | None:
        if self._client.options.disable_client_persistence:
            return None
        try:
            return read_project(self._client.ports.json.loads(self._client.ports.storage.get(self._key) or ""))
        except ValueError:
            return None

    # -- plugins

    async def _adopt(self, project: ProjectSettings) -> None:
        """Let settings hold; foreign code that earlier ones brought is not loaded again."""
        client = self._client
        plan = plan_of(project, client.options.plan)
        code = client.around.code
        self._counts.configure(project.metrics)
        self._rules.plan, self._rules.routing = plan, routing_of(project, client.ports)
        foreign = None if code is None else Foreign(client, project, code, self._rules, self._adopted)
        destinations = self._start(foreign.destinations() if foreign else [])
        arrivals = foreign.arrivals() if foreign else []
        functions = foreign.middleware() if foreign else []
        await self._limited([*[each.plugins for each in arrivals], *functions], REMOTE_TIME_LIMIT)
        remote: list[Plugin] = []
        for each in arrivals:
            if each.plugins.done:
                remote.extend(each.plugins.value())
            else:
                self._start([cast("Plugin", LateDestination(each.name, each.own_name, each.plugins, client.plugins))])
        if self._filter is not None:
            # Settings that came late replace the remembered ones, and their plan the other.
            client.plugins.remove(self._filter)
        self._filter = None if plan is None else cast("Plugin", SchemaFilter(plan, project))
        await self._register([*remote, *([] if self._filter is None else [self._filter])])
        for function in functions:
            added = spawn(self._add(function))
            if function.done:
                await added
        await self._limited(destinations, DESTINATION_GRACE)
        self._miss_in_app(project)

    async def _add(self, function: Later[Callable[..., object] | None]) -> None:
        found = await function
        if found is not None:
            await self._client.add_source_middleware(found)

    async def _register(self, plugins: list[Plugin]) -> None:
        """Register plugins and wait until they are loaded, for destinations only a moment."""
        others = self._start([each for each in plugins if each.type != "destination"])
        destinations = self._start([each for each in plugins if each.type == "destination"])
        await all_done(others)
        await self._limited(destinations, DESTINATION_GRACE)

    def _start(self, plugins: list[Plugin]) -> list[Later[None]]:
        context = system_context(self._client.ports)
        started: list[Later[None]] = []
        for each in plugins:
            registration = self._client.plugins.register(context, each, self._client)
            self._tell_failure(each, registration)
            started.append(registration)
        return started

    def _tell_failure(self, plugin: Plugin, registration: Later[None]) -> None:
        def look() -> None:
            if registration.error is not None:
                self._client.ports.console.error(
                    f'cioanalytics: plugin "{plugin.name}" could not be loaded: {registration.error}'
                )

        registration.when_done(look)

    async def _limited(self, values: Sequence[Later[Any]], ms: float) -> None:
        """Wait for values, but not longer than some milliseconds."""
        try:
            await within(all_done(values), ms, self._client.ports.clock)
        except CioError:
            return

    def _miss_in_app(self, project: ProjectSettings) -> None:
        """Say it where in-app messages are asked for and nobody brought the vendor's plugin."""
        client = self._client
        loaded = client.plugins.loaded()
        names = [each.name for each in loaded]
        for each in loaded:
            names.extend(getattr(each, "alternative_names", None) or [])
        if in_app_wanted(project, client.options.integrations) and IN_APP not in names:
            client.ports.console.warn(
                f'cioanalytics: settings ask for "{IN_APP}", which is not part of this client:'
                " name its script in remotePlugins, or register() it."
            )

    def _open_delivery(self, project: ProjectSettings | None) -> None:
        """Say where events go, as far as it is known (D4)."""
        client = self._client
        options = client.options
        api = api_settings(project, options)
        client.allow_retries(api.retry_queue)
        if not pipeline_wanted(options.integrations):
            return
        delivery = client.delivery
        host = event_host(project, options, client.load_settings.cdn_url)
        if host is not None:
            strategy = read_strategy(api, host, client.load_settings.write_key)
            delivery.configure(strategy, lambda: metadata(project, api.raw, client.plugins.failed_initializations))
        if client.plugins.find(delivery.plugin.name) is None:
            client.plugins.register(system_context(client.ports), cast("Plugin", delivery.plugin), client)

    # -- calls of the address

    def calls_of_address(self) -> list[tuple[str, list[Json]]]:
        """Give the calls that the page's address asks for, once."""
        if self._address_read:
            return []
        self._address_read = True
        client = self._client
        facts = client.ports.page.facts()
        found = calls_of_query(facts.search, facts.hash, client.options.use_query_string, client.around.matches)
        if found.error is not None:
            client.ports.console.error(found.error)
        return found.calls
