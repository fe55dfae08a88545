"""Foreign code from its address to the events it gets, with the page's side played by fakes."""

from __future__ import annotations

from collections.abc import Callable

from tests.core.clients import KEY, make_client
from tests.core.fakes import FakeClock, FakeConsole, FakeNetwork, FakeStorage, fake_ports

from cioanalytics.core.analytics import Analytics
from cioanalytics.core.later import Later, settled
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.plugins import Plugin
from cioanalytics.core.ports import Answer, Json, JsonObject

BROWSER: JsonObject = {"type": "browser"}
RULE: JsonObject = {"matchers": [{"type": "all"}], "transformers": [[{"type": "drop"}]]}


class Inside:
    """A plugin that foreign code made; `load` may be slow."""

    version = "1"

    def __init__(self, name: str, type: str = "destination", load: Later[None] | None = None) -> None:  # noqa: A002
        self.name = name
        self.type = type
        self.seen: list[str] = []
        self._load = load

    def load(self, context: Context, analytics: object) -> Later[None] | None:
        return self._load

    def track(self, context: Context) -> Context:
        self.seen.append(str(context.event["event"]))
        context.stats.increment("inside", 1)
        return context


class Code:
    """The page: what lies at addresses, and what scripts leave behind."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.scripts: dict[str, Later[bool]] = {}
        self.factories: dict[str, Later[list[Plugin]]] = {}
        self.functions: dict[str, Callable[..., object]] = {}
        self.made: list[JsonObject] = []
        self.insides: dict[str, Inside] = {}

    def script(self, url: str) -> Later[bool]:
        self.asked.append(url)
        return self.scripts.get(url) or settled(False)

    def factory(self, name: str, settings: JsonObject, integration: str) -> Later[list[Plugin]] | None:
        return self.factories.get(name)

    def function(self, name: str) -> Callable[..., object] | None:
        return self.functions.get(name)

    def given_integrations(self) -> list[str]:
        return []

    def integration(self, told: JsonObject) -> Plugin | None:
        self.made.append(told)
        return self.insides[str(told["name"])]


class Visit:
    """A page whose settings name foreign code."""

    def __init__(
        self, code: Code, options: JsonObject | None = None, storage: FakeStorage | None = None, **project: Json
    ) -> None:
        self.clock = FakeClock()
        self.storage = storage or FakeStorage()
        self.console = FakeConsole()
        self.network = FakeNetwork()
        pipeline: JsonObject = {"apiKey": KEY, "apiHost": "collector.test/v1"}
        integrations = project.pop("integrations", {})
        assert isinstance(integrations, dict)
        settings: JsonObject = {
            "integrations": {"Customer.io Data Pipelines": pipeline, **integrations},
            **project,
        }
        ports = fake_ports(clock=self.clock, console=self.console, network=self.network, storage=self.storage)
        self.client: Analytics = make_client(ports, options, {"cdnURL": "https://cdn.test", "cdnSettings": settings})
        self.client.around.code = code  # type: ignore[misc]
        self.client.begin()
        self.client.start()

    @property
    def sent(self) -> list[str]:
        return [str(each.json["event"]) for each in self.network.posts]

    def run(self, ms: float = 0) -> None:
        self.clock.advance(ms)


def described(name: str = "P") -> Json:
    return [{"name": name, "creationName": "Made", "url": f"https://cdp.customer.io/{name}/f.js", "libraryName": "lib"}]


def test_an_integration_is_made_with_all_that_it_needs() -> None:
    code = Code()
    code.insides["Tool"] = Inside("Tool")
    visit = Visit(code, {"obfuscate": True}, integrations={"Tool": {**BROWSER, "key": "k"}})
    visit.client.track("Seen")
    visit.run(1)
    assert code.made == [
        {
            "name": "Tool",
            "version": "latest",
            "settings": {"type": "browser", "key": "k"},
            "base": "https://cdn.test/v1/analytics-js/actions",
            "obfuscate": True,
            "disableAutoISOConversion": False,
            "given": False,
        }
    ]
    assert code.insides["Tool"].seen == ["Seen"]


def test_what_an_integration_counts_belongs_to_the_call() -> None:
    code = Code()
    code.insides["Tool"] = Inside("Tool")
    visit = Visit(code, integrations={"Tool": BROWSER})
    call = visit.client.track("Seen")
    visit.run(1)
    assert "inside" in [each.metric for each in call.value().stats.metrics]


def test_a_slow_integration_delays_others_a_moment_and_ready_until_it_is_there() -> None:
    code, load = Code(), Later[None]()
    code.insides["Tool"] = Inside("Tool", load=load)
    visit = Visit(code, integrations={"Tool": BROWSER})
    visit.client.track("Seen")
    ready = visit.client.ready()
    visit.run(600)
    assert visit.sent == ["Seen"]
    assert not ready.done
    load.settle(None)
    assert code.insides["Tool"].seen == ["Seen"]
    assert ready.done


class Holding(Inside):
    """An integration that is loaded and not ready: it holds its events."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.held: list[JsonObject] = []

    def track(self, context: Context) -> Context:
        self.held.append(context.event)
        return context

    def held_events(self) -> list[JsonObject]:
        return self.held

    def forget_events(self) -> None:
        self.held = []


def late_keys(storage: FakeStorage) -> list[str]:
    return [key for key in storage.items if key.startswith("cioanalytics:late:")]


def test_an_integration_that_was_slow_when_the_page_was_left_gets_its_events_on_the_next_visit_once() -> None:
    code, storage = Code(), FakeStorage()
    code.insides["Tool"] = Inside("Tool", load=Later())
    visit = Visit(code, storage=storage, integrations={"Tool": BROWSER})
    visit.client.track("Early")
    visit.run(600)
    visit.client.page_changed({"event": "hide", "persisted": False})
    assert visit.sent == ["Early"]
    code.insides["Tool"] = inside = Inside("Tool")
    again = Visit(code, storage=storage, integrations={"Tool": BROWSER})
    again.run(1)
    assert inside.seen == ["Early"]
    assert again.sent == []
    assert late_keys(storage) == []


def test_events_that_an_integration_holds_meet_its_middleware_once() -> None:
    code, storage = Code(), FakeStorage()
    code.insides["Tool"] = Holding("Tool")
    runs: list[str] = []

    def add_middleware(visit: Visit) -> None:
        def middleware(payload: JsonObject, _name: str, go_on: Callable[[JsonObject], None]) -> None:
            runs.append(str(payload["event"]))
            go_on(payload)

        visit.client.add_destination_middleware("Tool", middleware)

    visit = Visit(code, storage=storage, integrations={"Tool": BROWSER})
    add_middleware(visit)
    visit.client.track("Early")
    visit.run(1)
    visit.client.page_changed({"event": "hide", "persisted": False})
    code.insides["Tool"] = inside = Inside("Tool")
    add_middleware(Visit(code, storage=storage, integrations={"Tool": BROWSER}))
    assert inside.seen == ["Early"]
    assert runs == ["Early"]


def test_a_page_that_comes_back_goes_on_with_what_nobody_else_has_had() -> None:
    code, storage, load = Code(), FakeStorage(), Later[None]()
    code.insides["Tool"] = inside = Inside("Tool", load=load)
    visit = Visit(code, storage=storage, integrations={"Tool": BROWSER})
    visit.client.track("One")
    visit.run(600)
    visit.client.page_changed({"event": "hide", "persisted": True})
    visit.client.page_changed({"event": "show", "persisted": True})
    assert late_keys(storage) == []
    visit.client.page_changed({"event": "hide", "persisted": True})
    code.insides["Tool"] = other = Inside("Tool")
    Visit(code, storage=storage, integrations={"Tool": BROWSER}).run(1)
    visit.client.page_changed({"event": "show", "persisted": True})
    load.settle(None)
    assert (inside.seen, other.seen) == ([], ["One"])


def test_nothing_is_kept_for_a_slow_integration_without_client_persistence() -> None:
    code, storage = Code(), FakeStorage()
    code.insides["Tool"] = Inside("Tool", load=Later())
    visit = Visit(code, {"disableClientPersistence": True}, storage, integrations={"Tool": BROWSER})
    visit.client.track("Early")
    visit.run(600)
    visit.client.page_changed({"event": "hide", "persisted": False})
    assert storage.items == {}


def test_what_was_kept_too_long_or_is_broken_is_forgotten() -> None:
    code, storage = Code(), FakeStorage()
    code.insides["Tool"] = inside = Inside("Tool")
    rows = '"rows":[{"event":{"type":"track","event":"Old"},"held":false}]'
    storage.items[f"cioanalytics:late:{KEY}:00000000:Tool"] = f'{{"at":1,{rows}}}'
    storage.items[f"cioanalytics:late:{KEY}:00000001:Tool"] = "{"
    storage.items[f"cioanalytics:late:{KEY}:00000002:Other"] = "{}"
    Visit(code, storage=storage, integrations={"Tool": BROWSER}).run(1)
    assert inside.seen == []
    assert late_keys(storage) == [f"cioanalytics:late:{KEY}:00000002:Other"]


def test_a_script_that_hangs_is_given_up_after_ten_seconds() -> None:
    code = Code()
    code.insides["Tool"] = Inside("Tool", load=Later())
    visit = Visit(code, integrations={"Tool": BROWSER})
    ready = visit.client.ready()
    visit.run(10_600)
    assert ready.done
    assert visit.console.warnings == ["Tool Error: Promise timed out"]
    visit.client.track("Seen")
    visit.run(1)
    body = visit.network.posts[0].json
    metadata = body["_metadata"]
    assert isinstance(metadata, dict)
    assert metadata["failedInitializations"] == ["Tool"]


def test_a_remote_plugin_that_is_late_gets_the_events_of_its_destinations_and_joins_with_the_others() -> None:
    code, script = Code(), Later[bool]()
    destination, enrichment = Inside("Inner"), Inside("Other", "enrichment")
    code.scripts["https://cdn.test/P/f.js"] = script
    code.factories["lib"] = settled([destination, enrichment])
    visit = Visit(code, remotePlugins=described())
    visit.client.track("Early")
    visit.client.track("Off", {}, {"integrations": {"Made": False}})
    visit.run(2_900)
    assert visit.sent == []
    visit.run(200)
    assert visit.sent == ["Early", "Off"]
    script.settle(True)
    assert (destination.seen, enrichment.seen) == (["Early"], [])
    visit.client.track("Late")
    visit.run(1)
    assert (destination.seen, enrichment.seen) == (["Early", "Late"], ["Late"])


def test_a_late_remote_plugin_without_destinations_leaves_no_trace_of_its_stand_in() -> None:
    code, script = Code(), Later[bool]()
    code.scripts["https://cdn.test/P/f.js"] = script
    code.factories["lib"] = settled([Inside("Other", "enrichment")])
    visit = Visit(code, remotePlugins=described())
    visit.run(3_100)
    script.settle(True)
    types = [each.type for each in visit.client.plugins.loaded() if each.name == "Made"]
    assert types == ["enrichment"]


def test_a_remote_script_that_comes_after_it_was_given_up_does_nothing() -> None:
    code, script, inside = Code(), Later[bool](), Inside("Inner")
    code.scripts["https://cdn.test/P/f.js"] = script
    code.factories["lib"] = settled([inside])
    visit = Visit(code, remotePlugins=described())
    visit.client.track("Seen")
    visit.run(20_000)
    script.settle(True)
    visit.client.track("Late")
    visit.run(1)
    assert inside.seen == []
    assert visit.sent == ["Seen", "Late"]
    assert len(visit.console.warnings) == 1


def test_a_factory_that_fails_or_is_missing_is_one_warning() -> None:
    for factory in (None, Later[list[Plugin]]()):
        code = Code()
        code.scripts["https://cdn.test/P/f.js"] = settled(True)
        if factory is not None:
            factory.fail(ValueError("mine"))
            code.factories["lib"] = factory
        visit = Visit(code, remotePlugins=described())
        visit.client.track("Seen")
        visit.run(1)
        assert visit.sent == ["Seen"]
        assert [each[:29] for each in visit.console.warnings] == ["Failed to load Remote Plugin "]


def test_an_obfuscated_plugin_is_looked_for_at_both_addresses() -> None:
    code = Code()
    Visit(code, {"obfuscate": True}, remotePlugins=described("abc"))
    assert code.asked == ["https://cdn.test/YWJj/f.js", "https://cdn.test/abc/f.js"]


def test_routing_rules_stand_before_destinations_of_their_name() -> None:
    code, inside = Code(), Inside("Inner")
    code.scripts["https://cdn.test/P/f.js"] = settled(True)
    code.factories["lib"] = settled([inside])
    code.insides["Tool"] = Inside("Tool")
    rules: Json = [{**RULE, "destinationName": "Made"}]
    visit = Visit(
        code, integrations={"Tool": BROWSER}, remotePlugins=described(), middlewareSettings={"routingRules": rules}
    )
    visit.client.track("Seen")
    visit.run(1)
    assert (inside.seen, code.insides["Tool"].seen, visit.sent) == ([], ["Seen"], ["Seen"])


def test_a_plan_that_blocks_an_event_outweighs_the_call_s_wish() -> None:
    code = Code()
    code.insides["Tool"] = Inside("Tool")
    plan: Json = {
        "track": {"Blocked": {"enabled": False}, "Partly": {"enabled": True, "integrations": {"Tool": False}}}
    }
    visit = Visit(code, integrations={"Tool": BROWSER}, plan=plan)
    for name in ("Blocked", "Partly", "Free"):
        visit.client.track(name, {}, {"integrations": {"Tool": True}})
    visit.run(1)
    assert code.insides["Tool"].seen == ["Free"]
    assert visit.sent == ["Blocked", "Partly", "Free"]


def test_remote_middleware_sees_events_and_a_missing_one_is_told() -> None:
    code = Code()
    folder = "https://cdn.test/v1/analytics-js/actions/middleware"
    code.scripts[f"{folder}/tidy/latest/tidy.js.gz"] = settled(True)

    def tidy(payload: JsonObject, next_: Callable[[JsonObject], None]) -> None:
        payload["event"] = "Tidy"
        next_(payload)

    code.functions["tidyMiddleware"] = tidy
    visit = Visit(code, enabledMiddleware={"@segment/tidy": True, "gone": True})
    visit.client.track("Seen")
    visit.run(1)
    assert visit.sent == ["Tidy"]
    assert [each for each in visit.console.warnings if '"gone"' in each] == visit.console.warnings


def test_in_app_messages_that_nobody_brought_are_told_of() -> None:
    visit = Visit(Code(), integrations={"Customer.io In-App Plugin": {"siteId": "s"}})
    assert len([each for each in visit.console.warnings if "In-App" in each]) == 1
    code = Code()
    code.scripts["https://cdn.test/P/f.js"] = settled(True)
    code.factories["lib"] = settled([Inside("Customer.io In-App Plugin", "before")])
    brought = Visit(code, integrations={"Customer.io In-App Plugin": {"siteId": "s"}}, remotePlugins=described())
    assert brought.console.warnings == []


class Counting(Inside):
    """An integration that counts as device-mode ones do."""

    def load(self, context: Context, analytics: object) -> None:
        self._tell(context, "analytics_js.integration.invoke", "initialize")

    def track(self, context: Context) -> Context:
        self._tell(context, "analytics_js.integration.invoke", "track")
        context.stats.increment("own", 1, [f"integration_name:{self.name}"])
        if context.event["event"] == "Bad":
            self._tell(context, "analytics_js.integration.invoke.error", "track")
            raise ValueError
        return context

    def _tell(self, context: Context, metric: str, method: str) -> None:
        context.stats.increment(metric, 1, [f"method:{method}", f"integration_name:{self.name}"])


def counted(visit: Visit) -> list[list[str]]:
    found = [request.json["series"] for request in visit.network.posts if request.url == "https://counts.test/v1/m"]
    return [[f"{each['metric'][31:]} {each['tags']['method']}" for each in series] for series in found]  # type: ignore[index, call-overload, union-attr]


def test_counts_of_integrations_leave_as_the_settings_say_and_errors_at_once() -> None:
    code = Code()
    code.insides["Tool"] = Counting("Tool")
    metrics: JsonObject = {"host": "counts.test/v1", "sampleRate": 1, "flushTimer": 1000}
    visit = Visit(code, integrations={"Tool": BROWSER}, metrics=metrics)
    visit.client.track("Seen")
    visit.run(900)
    assert counted(visit) == []
    visit.run(200)
    assert counted(visit) == [[" initialize", " track"]]
    visit.client.track("Bad")
    visit.run(1)
    assert counted(visit)[1:] == [[" track", ".error track"]]


def test_without_a_word_of_the_settings_nothing_is_counted() -> None:
    told: list[JsonObject] = [{}, {"host": "counts.test/v1", "sampleRate": 0}]
    for metrics in told:
        code = Code()
        code.insides["Tool"] = Counting("Tool")
        visit = Visit(code, integrations={"Tool": BROWSER}, metrics=metrics)
        visit.client.track("Bad")
        visit.run(60_000)
        assert {request.url for request in visit.network.posts} == {"https://collector.test/v1/t"}


def test_counts_that_cannot_be_sent_end_the_counting() -> None:
    code = Code()
    code.insides["Tool"] = Counting("Tool")
    visit = Visit(code, integrations={"Tool": BROWSER}, metrics={"host": "counts.test/v1", "flushTimer": 100})
    visit.network.script = lambda _method, url, _body: Answer(0 if url.endswith("/m") else 200)
    visit.client.track("Seen")
    visit.run(200)
    visit.client.track("Again")
    visit.run(60_000)
    assert len(counted(visit)) == 1
    assert len(visit.console.errors) == 1
