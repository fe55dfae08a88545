"""What settings bring from the page's side: device mode, remote plugins and middleware, routing rules."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import OURS
from tests.browser.foreign_code import ACTIONS, BROWSER, integration_script, plugin_script, remote, serve, settle
from tests.browser.site import Site, wait_until
from tests.browser.visits import UUID4, Shop

READY = "await cioanalytics.ready();"


def told(shop: Shop, *kinds: str) -> list[Any]:
    """Give what foreign code saw, of some kinds."""
    seen: list[Any] = shop.visitor.evaluate("() => window.told ?? []")
    return [each for each in seen if not kinds or each[0] in kinds]


def hears(shop: Shop, kind: str, count: int = 1) -> list[Any]:
    """Wait until foreign code has seen something, and give it."""
    wait_until(lambda: len(told(shop, kind)) >= count, what=f"{count} {kind}, told: {told(shop)}")
    return told(shop, kind)


def warnings(shop: Shop) -> list[str]:
    # The console is read while the driver speaks with the page.
    shop.visitor.evaluate("new Promise((done) => setTimeout(done))")
    return [line.text for line in shop.visitor.console if line.level in {"warning", "error", "uncaught"}]


def nice(shop: Shop, *, settings: dict[str, Any] | None = None, **script: Any) -> None:
    """Serve a device-mode integration that the settings name."""
    serve(shop.site, f"{ACTIONS}/nice-tool.js", integration_script("nice-tool", "Nice Tool", **script))
    settle(shop.site, integrations={"Nice Tool": BROWSER | {"token": "t"} | (settings or {})})


# Device mode


def test_an_integration_is_made_with_its_settings_and_gets_each_kind_of_event(shop: Shop) -> None:
    nice(shop)
    shop.visit()
    shop.do(READY)
    shop.do("""
        await cioanalytics.track('Seen', {n: 1});
        await cioanalytics.page('Home');
        await cioanalytics.identify('jane', {plan: 'pro'});
        await cioanalytics.group('acme');
        await cioanalytics.alias('joe');
        await cioanalytics.screen('Start');
    """)
    assert hears(shop, "alias") == [["alias", "Nice Tool", "joe"]]
    [[_, _, options, _]] = told(shop, "constructed")
    # The settings' `type` of every project would hide the integration's own (reference).
    assert options == {"bundlingStatus": "bundled", "token": "t"}
    assert told(shop, "track") == [["track", "Nice Tool", "Seen", {"n": 1}, "track"]]
    assert told(shop, "page") == [["page", "Nice Tool", "Home"]]
    assert told(shop, "identify") == [["identify", "Nice Tool", "jane", {"plan": "pro", "id": "jane"}]]
    assert told(shop, "group") == [["group", "Nice Tool", "acme"]]
    assert len(told(shop)) == 7


@pytest.mark.differs("D15")
def test_the_anonymous_id_stands_in_both_stores_before_an_integration_runs(shop: Shop) -> None:
    nice(shop)
    shop.visit()
    [[_, _, _, stores]] = hears(shop, "constructed")
    assert UUID4.fullmatch(stores["cookie"])
    assert stores["storage"] == f'"{stores["cookie"]}"'
    assert told(shop, "initialize") == [["initialize", "Nice Tool", stores["cookie"]]]


def test_the_page_s_own_settings_override_the_project_s_and_may_be_functions(shop: Shop) -> None:
    nice(shop, initialize="this.options.hook('called');")
    shop.visit(options="{integrations: {'Nice Tool': {token: 'own', hook: (word) => (window.hooked = word)}}}")
    [[_, _, options, _]] = hears(shop, "constructed")
    assert options["token"] == "own"
    shop.do(READY)
    assert shop.visitor.evaluate("window.hooked") == "called"


def test_dependencies_are_loaded_first(shop: Shop) -> None:
    nice(shop, initialize="(window.told ||= []).push(['dependency', window.dependency]);")
    path = f"{ACTIONS}/nice-tool.js"
    kind, text = shop.site.files[path]
    shop.site.files[path] = (kind, text.replace('Deps"] = []', 'Deps"] = ["/deps/one.js"]'))
    serve(shop.site, f"{ACTIONS}/deps/one.js.gz", "window.dependency = 'here';")
    shop.visit()
    assert hears(shop, "dependency") == [["dependency", "here"]]


def test_the_version_of_the_settings_is_asked_for(shop: Shop) -> None:
    nice(shop, settings={"versionSettings": {"version": "2.0", "override": "2.1"}})
    shop.visit()
    hears(shop, "initialize")
    address = shop.visitor.evaluate("() => [...document.scripts].find((one) => one.src.includes('nice-tool')).src")
    assert address.endswith("/v1/analytics-js/actions/nice-tool.js?version=2.1")


def test_an_obfuscated_address_is_asked_for(shop: Shop) -> None:
    settle(shop.site, integrations={"Nice Tool": BROWSER})
    hidden = base64.b64encode(b"nice-tool").decode().rstrip("=")
    serve(shop.site, f"{ACTIONS}/{hidden}.js", integration_script("nice-tool", "Nice Tool"))
    shop.visit(options={"obfuscate": True})
    hears(shop, "initialize")


def test_an_integration_may_be_a_function_that_leaves_its_class_beside_itself(shop: Shop) -> None:
    nice(
        shop,
        more="""
        const Inner = Integration;
        const plugin = (analytics) => { plugin.known = typeof analytics.user().anonymousId(); };
        plugin.Integration = Inner;
        window["nice-toolIntegration"] = plugin;
        return;
    """,
    )
    shop.visit()
    hears(shop, "initialize")


def test_the_page_may_bring_the_class_of_an_integration(site: Site, visitor: ChromiumVisitor) -> None:
    # The vendor's snippet ignores the option, which its npm package knows.
    shop = Shop(site, visitor, OURS)
    script = integration_script("nice-tool", "Nice Tool")
    settle(site, integrations={"Nice Tool": {"type": "server", "token": "t"}})
    own = 'window["nice-toolLoader"]();'
    shop.visit(
        head=f"<script>{script}{own}</script>", options='{classicIntegrations: [window["nice-toolIntegration"]]}'
    )
    shop.do(READY)
    shop.do("await cioanalytics.track('Seen');")
    assert [each[2] for each in hears(shop, "track")] == ["Seen"]
    assert told(shop, "constructed")[0][2] == {"type": "server", "token": "t"}
    assert not [path for path in site.fetched if "nice-tool" in path]


def test_events_wait_until_the_integration_is_ready(shop: Shop) -> None:
    nice(shop, ready=False)
    shop.visit()
    hears(shop, "initialize")
    shop.do("cioanalytics.track('Early'); cioanalytics.track('Second');")
    shop.site.event("track", "Second")
    assert told(shop, "track") == []
    shop.do("window.become();")
    assert [each[2] for each in hears(shop, "track", 2)] == ["Early", "Second"]


@pytest.mark.parametrize(
    ("options", "loaded"),
    [
        ({"integrations": {"Nice Tool": False}}, False),
        ({"integrations": {"All": False, "Customer.io Data Pipelines": True}}, False),
        ({"integrations": {"All": False, "Customer.io Data Pipelines": True, "Nice Tool": True}}, True),
        ({"integrations": {"All": True}}, True),
    ],
    ids=["off by name", "all off", "all off but this", "all on"],
)
def test_integrations_at_load_switch(shop: Shop, options: dict[str, Any], loaded: bool) -> None:
    nice(shop)
    shop.visit(options=options)
    shop.do(READY)
    shop.do("await cioanalytics.track('Seen');")
    if loaded:
        hears(shop, "track")
    assert bool(told(shop)) is loaded


def test_integrations_of_a_call_switch(shop: Shop) -> None:
    nice(shop)
    shop.visit()
    shop.do(READY)
    shop.do("""
        await cioanalytics.track('Off', {}, {integrations: {'Nice Tool': false}});
        await cioanalytics.track('All off', {}, {integrations: {All: false}});
        await cioanalytics.track('Only', {}, {integrations: {All: false, 'Nice Tool': true}});
        await cioanalytics.track('On');
    """)
    assert [each[2] for each in hears(shop, "track", 2)] == ["Only", "On"]
    assert [each["event"] for each in shop.site.events()] == ["Off", "All off", "Only", "On"]


@pytest.mark.parametrize(
    "settings",
    [
        {"type": "server"},
        {"bundlingStatus": "unbundled"},
        {"type": "server", "versionSettings": {"componentTypes": []}},
    ],
    ids=["server", "unbundled", "no browser component"],
)
def test_what_is_not_of_the_browser_is_not_loaded(shop: Shop, settings: dict[str, Any]) -> None:
    nice(shop, settings=settings)
    shop.visit()
    shop.do(READY)
    assert told(shop) == []
    assert not [path for path in shop.site.fetched if "nice-tool" in path]


def test_a_missing_script_is_one_warning_and_named_in_the_metadata(shop: Shop) -> None:
    settle(shop.site, integrations={"Nice Tool": BROWSER})
    shop.visit("cioanalytics.track('Seen');")
    event = shop.site.event("track", "Seen")
    assert event["_metadata"]["failedInitializations"] == ["Nice Tool"]
    assert event["_metadata"]["bundled"] == ["Customer.io Data Pipelines", "Nice Tool"]
    named = [text for text in warnings(shop) if text.startswith("Nice Tool")]
    assert len(named) == 1
    assert "Failed to load" in named[0]


@pytest.mark.parametrize("text", ["this is no script", "throw new Error('broken')", "window.other = 1"])
def test_a_broken_script_stops_nothing(shop: Shop, text: str) -> None:
    settle(shop.site, integrations={"Nice Tool": BROWSER})
    serve(shop.site, f"{ACTIONS}/nice-tool.js", text)
    shop.visit("cioanalytics.track('Seen');")
    event = shop.site.event("track", "Seen")
    assert event["_metadata"]["failedInitializations"] == ["Nice Tool"]
    shop.do(READY)


def test_an_integration_that_throws_at_initialize_is_left_out(shop: Shop) -> None:
    nice(shop, initialize="throw new Error('not today');")
    shop.visit("cioanalytics.track('Seen');")
    shop.site.event("track", "Seen")
    assert told(shop, "track") == []
    assert len([text for text in warnings(shop) if "not today" in text]) == 1
    shop.do(READY)


def test_an_integration_that_throws_at_an_event_keeps_only_its_own_from_it(shop: Shop) -> None:
    nice(shop, more="Integration.prototype.track = () => { throw new Error('mine'); };")
    shop.visit()
    shop.do(READY)
    lines = shop.do("""
        const context = await cioanalytics.track('Seen');
        return context.logs().filter((line) => line.level === 'error').map((line) => line.message);
    """)
    assert lines == ["plugin Error"]
    shop.site.event("track", "Seen")


@pytest.mark.differs("D21")
def test_a_script_that_hangs_delays_nobody_else(shop: Shop) -> None:
    nice(shop)
    serve(shop.site, f"{ACTIONS}/quick.js", integration_script("quick", "Quick"))
    settle(shop.site, integrations={"Nice Tool": BROWSER, "Quick": BROWSER})
    shop.site.delays[f"{ACTIONS}/nice-tool.js"] = 6
    shop.visit("cioanalytics.track('Seen');")
    shop.site.event("track", "Seen")
    assert [each[1] for each in hears(shop, "track")] == ["Quick"]
    assert [path for path in shop.site.fetched if "nice-tool" in path]
    # It gets its events when it comes, and `ready` has waited for it.
    shop.do(READY)
    assert [each[1] for each in hears(shop, "track", 2)] == ["Quick", "Nice Tool"]


def test_the_tracking_plan_keeps_events_from_an_integration(shop: Shop) -> None:
    nice(shop)
    plan = {
        "track": {
            "__default": {"enabled": True, "integrations": {}},
            "Blocked": {"enabled": False, "integrations": {}},
            "Partly": {"enabled": True, "integrations": {"Nice Tool": False}},
            "Planned": {"enabled": True, "integrations": {}},
        }
    }
    settle(shop.site, integrations={"Nice Tool": BROWSER}, plan=plan)
    shop.visit()
    shop.do(READY)
    shop.do("""
        await cioanalytics.track('Blocked');
        await cioanalytics.track('Blocked', {}, {integrations: {'Nice Tool': true}});
        await cioanalytics.track('Partly');
        await cioanalytics.track('Planned');
        await cioanalytics.track('Unplanned');
    """)
    assert [each[2] for each in hears(shop, "track", 2)] == ["Planned", "Unplanned"]
    assert [each["event"] for each in shop.site.events()] == ["Blocked", "Blocked", "Partly", "Planned", "Unplanned"]


def test_destination_middleware_stands_before_an_integration(shop: Shop) -> None:
    nice(shop)
    shop.visit()
    shop.do(READY)
    shop.do("""
        await cioanalytics.addDestinationMiddleware('nice tool', ({payload, integration, next}) => {
            if (payload.obj.event === 'Dropped') return next(null);
            payload.obj.properties = {by: integration};
            next(payload);
        });
        await cioanalytics.track('Dropped');
        await cioanalytics.track('Seen', {n: 1});
    """)
    assert hears(shop, "track") == [["track", "Nice Tool", "Seen", {"by": "Nice Tool"}, "track"]]
    assert shop.site.event("track", "Seen")["properties"] == {"n": 1}


def test_routing_rules_drop_and_change_for_one_destination(shop: Shop) -> None:
    nice(shop)
    rules = [
        {
            "destinationName": "Nice Tool",
            "scope": "destinations",
            "target_type": "workspace::project::destination::config",
            "matchers": [{"type": "fql", "ir": '["=", "event", {"value": "Secret"}]'}],
            "transformers": [[{"type": "drop"}]],
        },
        {
            "destinationName": "Nice Tool",
            "matchers": [{"type": "fql", "ir": '[">", "properties.price", {"value": 10}]'}],
            "transformers": [[{"type": "drop_properties", "config": {"drop": {"properties": ["price"]}}}]],
        },
    ]
    settle(shop.site, integrations={"Nice Tool": BROWSER}, middlewareSettings={"routingRules": rules})
    shop.visit()
    shop.do(READY)
    shop.do("""
        await cioanalytics.track('Secret');
        await cioanalytics.track('Cheap', {price: 3});
        await cioanalytics.track('Dear', {price: 30, size: 'L'});
    """)
    seen = [(each[2], each[3]) for each in hears(shop, "track", 2)]
    assert seen == [("Cheap", {"price": 3}), ("Dear", {"size": "L"})]
    assert [each["properties"] for each in shop.site.events()] == [{}, {"price": 3}, {"price": 30, "size": "L"}]


def test_dates_of_events_are_dates_in_an_integration(shop: Shop) -> None:
    nice(
        shop,
        more="""
        Integration.prototype.track = function (facade) {
            const {at} = facade.properties();
            (window.told ||= []).push(['date', Object.prototype.toString.call(at), new Date(at).toISOString()]);
        };
    """,
    )
    shop.visit()
    shop.do(READY)
    shop.do("await cioanalytics.track('Seen', {at: new Date(0)});")
    assert hears(shop, "date") == [["date", "[object Date]", "1970-01-01T00:00:00.000Z"]]


# Remote plugins


def pluck(shop: Shop, name: str = "Pluck", script: str = "", **plugin: Any) -> None:
    """Serve a remote plugin that the settings name."""
    serve(
        shop.site,
        f"/plugins/{name.lower()}/1/index.js",
        script or plugin_script(f"{name.lower()}Plugin", "Inner", **plugin),
    )
    settle(shop.site, remotePlugins=[remote(name, creation="Made", token="t")])


def test_a_remote_plugin_comes_from_our_cdn_with_its_settings(shop: Shop) -> None:
    pluck(shop)
    shop.visit("cioanalytics.track('Seen', {n: 1});")
    assert hears(shop, "plugin track") == [["plugin track", "Seen", {"n": 1}]]
    [[_, settings, _]] = told(shop, "factory")
    assert settings == {"token": "t"}
    plugins = shop.do("return cioanalytics.queue.plugins.map(({name, type, version}) => [name, type, version]);")
    assert ["Made", "destination", "1.0.0"] in plugins


@pytest.mark.differs("D15")
def test_the_anonymous_id_stands_in_both_stores_before_a_remote_plugin_runs(shop: Shop) -> None:
    pluck(shop)
    shop.visit()
    [[_, _, stores]] = hears(shop, "factory")
    assert UUID4.fullmatch(stores["cookie"])
    assert stores["storage"] == f'"{stores["cookie"]}"'


def test_settings_of_the_integration_and_of_the_page_reach_the_factory(shop: Shop) -> None:
    pluck(shop)
    settle(
        shop.site,
        integrations={"Pluck": {"color": "red", "size": 1}},
        remotePlugins=[remote("Pluck", token="t", color="blue")],
    )
    shop.visit(options="{integrations: {Pluck: {size: 2, hear: () => 1}}}")
    [[_, settings, _]] = hears(shop, "factory")
    assert {**settings, "hear": None} == {"token": "t", "color": "red", "size": 2, "hear": None}
    given = shop.visitor.evaluate("() => typeof window.told.find(([kind]) => kind === 'factory')[1].hear")
    assert given == "function"


@pytest.mark.parametrize("name", ["Pluck", "Made"])
def test_a_remote_plugin_is_switched_off_at_load_by_either_name(shop: Shop, name: str) -> None:
    pluck(shop)
    shop.visit(options={"integrations": {name: False}})
    shop.do(READY)
    assert told(shop) == []
    assert not [path for path in shop.site.fetched if "/plugins/" in path]


def test_a_remote_plugin_is_switched_per_call_by_creation_name_and_by_its_own(shop: Shop) -> None:
    pluck(shop)
    shop.visit()
    shop.do("""
        await cioanalytics.track('A', {}, {integrations: {Made: false}});
        await cioanalytics.track('B', {}, {integrations: {Inner: false}});
        await cioanalytics.track('C', {}, {integrations: {All: false, Inner: true}});
        await cioanalytics.track('D', {}, {integrations: {All: false}});
    """)
    assert [each[1] for each in hears(shop, "plugin track")] == ["C"]


def test_what_a_remote_destination_changes_is_its_own(shop: Shop) -> None:
    pluck(shop, body="ctx.event.properties.mine = true;")
    shop.visit("cioanalytics.track('Seen', {n: 1});")
    hears(shop, "plugin track")
    assert shop.site.event("track", "Seen")["properties"] == {"n": 1}


@pytest.mark.parametrize("kind", ["before", "enrichment"])
def test_a_remote_plugin_of_another_type_changes_the_event(shop: Shop, kind: str) -> None:
    pluck(shop, kind=kind, body="ctx.event.properties.mine = true;")
    shop.visit("cioanalytics.track('Seen', {n: 1});")
    assert shop.site.event("track", "Seen")["properties"] == {"n": 1, "mine": True}


def test_a_factory_may_give_several_plugins_later(shop: Shop) -> None:
    one = plugin_script("pluckPlugin", "Inner")
    pluck(
        shop,
        script=one
        + """
        const first = window.pluckPlugin;
        const second = (settings) => ({...first(settings), name: "Second", type: "enrichment"});
        window.pluckPlugin = async (settings) => [first(settings), second(settings)];
    """,
    )
    shop.visit("cioanalytics.track('Seen');")
    hears(shop, "plugin track", 2)
    plugins = shop.do(
        "return cioanalytics.queue.plugins.filter(({name}) => name === 'Made').map(({type}) => type).sort();"
    )
    assert plugins == ["destination", "enrichment"]


def test_an_obfuscated_remote_plugin_has_its_plain_address_as_second_try(shop: Shop) -> None:
    pluck(shop)
    hidden = base64.b64encode(b"1").decode().rstrip("=")
    shop.visit("cioanalytics.track('Seen');", options={"obfuscate": True})
    hears(shop, "plugin track")
    tried = [path for path in shop.site.fetched if "plugins" in path]
    assert tried[0] == f"/plugins/pluck/{hidden}/index.js".replace("/1/", f"/{hidden}/")
    assert tried[-1] == "/plugins/pluck/1/index.js"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("window.pluckPlugin = () => { throw new Error('mine'); };", id="throws"),
        pytest.param("window.pluckPlugin = async () => { throw new Error('mine'); };", id="rejects"),
        pytest.param("window.pluckPlugin = () => ({name: 'x', type: 'destination'});", id="is no plugin"),
    ],
)
def test_a_broken_factory_is_one_warning(shop: Shop, script: str) -> None:
    pluck(shop, script=script)
    shop.visit("cioanalytics.track('Seen');")
    shop.site.event("track", "Seen")
    assert len([text for text in warnings(shop) if text.startswith("Failed to load Remote Plugin")]) == 1
    shop.do(READY)


def test_a_missing_remote_plugin_is_one_warning(shop: Shop) -> None:
    settle(shop.site, remotePlugins=[remote("Pluck"), remote("Other")])
    serve(shop.site, "/plugins/other/1/index.js", plugin_script("otherPlugin", "Inner"))
    shop.visit("cioanalytics.track('Seen');")
    hears(shop, "plugin track")
    assert len([text for text in warnings(shop) if text.startswith("Failed to load Remote Plugin")]) == 1


@pytest.mark.differs("D21")
@pytest.mark.parametrize(
    ("kind", "load"),
    [("enrichment", "throw new Error('mine');"), ("before", "await Promise.reject(new Error('mine'));")],
)
def test_a_remote_plugin_that_cannot_load_is_told_once_and_stops_nothing(shop: Shop, kind: str, load: str) -> None:
    pluck(shop, kind=kind, load=load)
    shop.visit("cioanalytics.track('Seen');", wait=False)
    shop.site.event("track", "Seen", timeout=5)
    assert len([text for text in warnings(shop) if "mine" in text]) == 1


@pytest.mark.differs("D21")
def test_a_remote_script_that_hangs_delays_others_a_moment_and_gets_its_events(shop: Shop) -> None:
    pluck(shop)
    shop.site.delays["/plugins/pluck"] = 8
    shop.visit("cioanalytics.track('Seen');")
    shop.site.event("track", "Seen")
    assert told(shop) == []
    shop.do("window.isReady = false; cioanalytics.ready().then(() => { window.isReady = true; });")
    assert shop.visitor.evaluate("window.isReady") is False
    assert hears(shop, "plugin track") == [["plugin track", "Seen", {}]]
    shop.visitor.wait_for("window.isReady")


def test_routing_rules_go_by_the_creation_name_and_keep_the_event_for_others(shop: Shop) -> None:
    pluck(shop)
    rule = {"destinationName": "Made", "matchers": [{"type": "all"}], "transformers": [[{"type": "drop"}]]}
    settle(shop.site, remotePlugins=[remote("Pluck", creation="Made")], middlewareSettings={"routingRules": [rule]})
    shop.visit()
    logged = shop.do("""
        const context = await cioanalytics.track('Seen');
        return context.logs().filter((line) => line.level === 'warn').map((line) => line.message);
    """)
    assert logged == ["plugin Error"]
    assert told(shop, "plugin track") == []
    shop.site.event("track", "Seen")


def test_destination_middleware_goes_by_the_creation_name(shop: Shop) -> None:
    pluck(shop)
    shop.visit()
    shop.do("""
        await cioanalytics.addDestinationMiddleware('Made', ({payload, next}) => {
            payload.obj.properties.added = true;
            next(payload);
        });
        await cioanalytics.track('Seen', {n: 1});
    """)
    assert hears(shop, "plugin track") == [["plugin track", "Seen", {"n": 1, "added": True}]]
    assert shop.site.event("track", "Seen")["properties"] == {"n": 1}


# Remote middleware


def test_remote_middleware_changes_events_before_the_plugins(shop: Shop) -> None:
    settle(shop.site, enabledMiddleware={"@segment/tidy": True, "off": False})
    serve(
        shop.site,
        f"{ACTIONS}/middleware/tidy/latest/tidy.js.gz",
        "window.tidyMiddleware = ({payload, next}) => { payload.obj.properties.tidy = true; next(payload); };",
    )
    shop.visit("cioanalytics.track('Seen', {n: 1});")
    assert shop.site.event("track", "Seen")["properties"] == {"n": 1, "tidy": True}
    assert not [path for path in shop.site.fetched if "/off/" in path]


@pytest.mark.parametrize("text", [None, "nothing here", "window.other = 1"], ids=["missing", "broken", "empty"])
def test_remote_middleware_that_cannot_be_had_stops_nothing(shop: Shop, text: str | None) -> None:
    settle(shop.site, enabledMiddleware={"tidy": True})
    if text is not None:
        serve(shop.site, f"{ACTIONS}/middleware/tidy/latest/tidy.js.gz", text)
    shop.visit("cioanalytics.track('Seen');")
    shop.site.event("track", "Seen")


# In-app messages: a plugin of the shape of the vendor's

IN_APP = """
window.inAppPlugin = function (settings) {
  let instance;
  let loaded = false;
  return {
    name: "Customer.io In-App Plugin", type: "before", version: "0.0.1",
    isLoaded: () => loaded,
    load: async (ctx, analytics) => {
      instance = analytics;
      (window.told ||= []).push(["in-app", settings.siteId, analytics.user().anonymousId(), typeof settings.events]);
      analytics.on("reset", () => window.told.push(["reset", analytics.user().id()]));
      const opened = (id) => instance.track("Report Delivery Event", {deliveryId: id});
      analytics.inbox = (...topics) => ({topics, opened});
      analytics.embed = (place) => `in ${place}`;
      loaded = true;
    },
    identify: async (ctx) => { window.told.push(["identified", instance.user().id()]); return ctx; },
    page: (ctx) => { window.told.push(["route", ctx.event.properties.name]); return ctx; },
    unload: () => { window.told.push(["unloaded"]); },
  };
};
"""


def use_in_app(shop: Shop) -> None:
    assert shop.do("return cioanalytics.inbox('news').topics;") == ["news"]
    assert shop.do("return cioanalytics.embed('#corner');") == "in #corner"
    shop.do("await cioanalytics.identify('jane'); await cioanalytics.page('Home');")
    shop.do("await cioanalytics.inbox().opened('d1'); cioanalytics.reset();")
    assert told(shop, "identified") == [["identified", "jane"]]
    assert told(shop, "route") == [["route", "Home"]]
    assert told(shop, "reset") == [["reset", None]]
    assert shop.site.event("track", "Report Delivery Event")["properties"] == {"deliveryId": "d1"}


def test_an_in_app_plugin_comes_through_the_settings(shop: Shop) -> None:
    serve(shop.site, "/plugins/in-app/1/index.js", IN_APP)
    described = remote(
        "Customer.io In-App Plugin", url="https://cdp.customer.io/plugins/in-app/1/index.js", siteId="site"
    )
    settle(shop.site, remotePlugins=[described | {"libraryName": "inAppPlugin"}])
    shop.visit()
    [[_, site_id, anonymous_id, _]] = hears(shop, "in-app")
    assert site_id == "site"
    assert UUID4.fullmatch(anonymous_id)
    use_in_app(shop)


def test_an_in_app_plugin_comes_through_register(shop: Shop) -> None:
    shop.visit(head=f"<script>{IN_APP}</script>")
    shop.do("await cioanalytics.register(inAppPlugin({siteId: 'site', events: () => 1}));")
    assert [each[3] for each in told(shop, "in-app")] == ["function"]
    use_in_app(shop)
    shop.do("await cioanalytics.deregister('Customer.io In-App Plugin');")
    assert told(shop, "unloaded") == [["unloaded"]]
