"""Foreign code that the settings name: device-mode integrations, remote plugins and middleware, routing rules."""

from __future__ import annotations

from typing import Any

from tests.browser.foreign_code import ACTIONS, BROWSER, integration_script, plugin_script, remote
from tests.parity.scenario import LEAVE, RELOAD, Scenario, Step, tell

# In the list that `ready` gives, the vendor's pipeline comes last; ours does not wait for foreign code.
READY = "A.ready().then((list) => list.length)"
SOON = "new Promise((done) => setTimeout(done, 250))"
TOLD = f"{SOON}.then(() => window.told ?? [])"
PATH = f"{ACTIONS}/nice-tool.js"
KNOWN = {"jar": {"ajs_anonymous_id": "known"}, "stored": {"ajs_anonymous_id": '"known"'}}


def nice(
    name: str, *steps: Step, tool: dict[str, Any] | None = None, script: dict[str, Any] | None = None, **rest: Any
) -> Scenario:
    """Tell a story with one integration of the browser; the visitor is known, so that its script meets the same ids."""
    settings = rest.pop("settings", {})
    settings |= {
        "integrations": {"Nice Tool": BROWSER | {"token": "t"} | (tool or {})} | settings.get("integrations", {})
    }
    files = {PATH: integration_script("nice-tool", "Nice Tool", **(script or {}))} | rest.pop("files", {})
    return tell(name, READY, *steps, settings=settings, files=files, **KNOWN, **rest)


def pluck(
    name: str,
    *steps: Step,
    script: str = "",
    described: dict[str, Any] | None = None,
    more: dict[str, Any] | None = None,
    kind: str = "destination",
    body: str = "",
    **rest: Any,
) -> Scenario:
    """Tell a story with one remote plugin."""
    settings = {"remotePlugins": [described or remote("Pluck", creation="Made", token="t")]} | (more or {})
    files = {"/plugins/pluck/1/index.js": script or plugin_script("pluckPlugin", "Inner", kind=kind, body=body)}
    return tell(name, *steps, settings=settings, files=files | rest.pop("files", {}), **KNOWN, **rest)


def rules(destination: str, ir: str, *transformers: dict[str, Any]) -> dict[str, Any]:
    rule = {
        "destinationName": destination,
        "matchers": [{"type": "fql", "ir": ir}],
        "transformers": [list(transformers)],
    }
    return {"middlewareSettings": {"routingRules": [rule]}}


DROP = {"type": "drop"}
SEEN = "A.track('Seen', {n: 1, price: 30, size: 'L'})"
TIDY = "window.tidyMiddleware = ({payload, next}) => { payload.obj.properties.tidy = true; next(payload); };"
# Takes the counts; who counts is left out, since a library names itself.
COUNTS = """window.fetch = ((fetch) => (url, given) => {
    if (!String(url).endsWith('/m')) return fetch(url, given);
    for (const {tags: {library, library_version, ...tags}, ...count} of JSON.parse(given.body).series) {
        seen('counted', String(url), given.method.toLowerCase(), count, tags);
    }
    return Promise.resolve(new Response('{}'));
})(window.fetch);"""

SCENARIOS = (
    nice("the order of ready's list", "A.ready()", differs="D21", where=r"2\.answer.*"),
    nice(
        "an integration gets each kind of event",
        SEEN,
        "A.page('Home')",
        "A.identify('jane', {plan: 'pro'})",
        "A.group('acme')",
        "A.alias('joe')",
        "A.screen('S')",
        TOLD,
    ),
    nice("its settings", TOLD, tool={"versionSettings": {"version": "2.0", "override": "2.1"}}),
    nice("its settings in the options", TOLD, options="{integrations: {'Nice Tool': {token: 'own', more: 1}}}"),
    nice(
        "its address",
        "[...document.scripts].map((one) => [new URL(one.src || location.origin).pathname, new"
        " URL(one.src || location.origin).search]).filter(([path]) => path.includes('nice'))",
    ),
    nice(
        "its address with a version",
        "[...document.scripts].map((one) => new URL(one.src || location.origin)).filter((one) =>"
        " one.pathname.includes('nice')).map((one) => one.search)",
        tool={"versionSettings": {"version": "2.0"}},
    ),
    nice("switched off at load", SEEN, TOLD, options="{integrations: {'Nice Tool': false}}"),
    nice("all off at load", SEEN, TOLD, options="{integrations: {All: false, 'Customer.io Data Pipelines': true}}"),
    nice(
        "all off at load but this",
        SEEN,
        TOLD,
        options="{integrations: {All: false, 'Customer.io Data Pipelines': true, 'Nice Tool': true}}",
    ),
    nice(
        "switched off in the call",
        "A.track('Off', {}, {integrations: {'Nice Tool': false}})",
        "A.track('All', {}, {integrations: {All: false}})",
        "A.track('Only', {}, {integrations: {All: false, 'Nice Tool': true}})",
        TOLD,
    ),
    nice("of the server", SEEN, TOLD, tool={"type": "server"}),
    nice("unbundled", SEEN, TOLD, tool={"bundlingStatus": "unbundled"}),
    nice("componentTypes", SEEN, TOLD, tool={"type": "server", "versionSettings": {"componentTypes": ["browser"]}}),
    nice(
        "an event it throws at",
        "A.track('Seen').then((ctx) => ctx.logs().map(({level, message}) => [level, message]))",
        TOLD,
        script={"more": "Integration.prototype.track = () => { throw new Error('mine'); };"},
    ),
    nice("it is among the plugins", "A.queue.plugins.map(({name, type}) => [name, type]).sort()"),
    nice(
        "the plan keeps events from it",
        "A.track('Blocked')",
        "A.track('Partly')",
        "A.track('Planned')",
        "A.track('Unplanned')",
        TOLD,
        settings={
            "plan": {
                "track": {
                    "__default": {"enabled": True, "integrations": {}},
                    "Blocked": {"enabled": False, "integrations": {}},
                    "Partly": {"enabled": True, "integrations": {"Nice Tool": False}},
                    "Planned": {"enabled": True, "integrations": {}},
                }
            }
        },
    ),
    nice(
        "a plan without integrations",
        "A.track('Planned')",
        TOLD,
        settings={"plan": {"track": {"Planned": {"enabled": True}}}},
        differs="D21",
        where=r"(2|3)\..*",
    ),
    nice(
        "destination middleware changes and drops",
        "A.addDestinationMiddleware('nice tool', ({payload, integration, next}) => { seen('mw',"
        " integration, payload.obj.event); if (payload.obj.event === 'Dropped') return next(null);"
        " payload.obj.properties = {mw: 1}; next(payload); })",
        "A.track('Dropped')",
        SEEN,
        TOLD,
    ),
    nice(
        "a rule drops",
        SEEN,
        "A.track('Other')",
        TOLD,
        settings=rules("Nice Tool", '["=", "event", {"value": "Seen"}]', DROP),
    ),
    nice(
        "a rule drops properties",
        SEEN,
        TOLD,
        settings=rules(
            "Nice Tool",
            '[">", "properties.price", {"value": 10}]',
            {"type": "drop_properties", "config": {"drop": {"properties": ["price"]}}},
        ),
    ),
    nice(
        "a rule allows properties",
        SEEN,
        TOLD,
        settings=rules(
            "Nice Tool",
            '["=", "type", {"value": "track"}]',
            {"type": "allow_properties", "config": {"allow": {"properties": ["size"]}}},
        ),
    ),
    nice(
        "a rule hashes properties",
        SEEN,
        TOLD,
        settings=rules(
            "Nice Tool",
            '["=", "type", {"value": "track"}]',
            {"type": "hash_properties", "config": {"hash": {"properties": {"size": "hidden"}}}},
        ),
    ),
    nice("a rule for nobody", SEEN, TOLD, settings=rules("Other", '["=", "type", {"value": "track"}]', DROP)),
    tell(
        "an integration that is missing", "A.ready()", SEEN, settings={"integrations": {"Nice Tool": BROWSER}}, **KNOWN
    ),
    pluck("a remote plugin", SEEN, TOLD, "A.queue.plugins.map(({name, type}) => [name, type]).sort()"),
    pluck("a remote enrichment", SEEN, TOLD, kind="enrichment", body="ctx.event.properties.mine = true;"),
    pluck("a remote destination's changes are its own", SEEN, TOLD, body="ctx.event.properties.mine = true;"),
    pluck(
        "its settings, those of the integration and the page's",
        TOLD,
        options="{integrations: {Pluck: {size: 2}}}",
        more={"integrations": {"Pluck": {"color": "red", "size": 1}}},
    ),
    pluck("a remote plugin switched off by its name", SEEN, TOLD, options="{integrations: {Pluck: false}}"),
    pluck("a remote plugin switched off by its creation name", SEEN, TOLD, options="{integrations: {Made: false}}"),
    pluck(
        "switched by the call",
        "A.track('A', {}, {integrations: {Made: false}})",
        "A.track('B', {}, {integrations: {Inner: false}})",
        "A.track('C', {}, {integrations: {All: false, Inner: true}})",
        "A.track('D', {}, {integrations: {All: false}})",
        TOLD,
    ),
    pluck("a factory that throws", SEEN, TOLD, script="window.pluckPlugin = () => { throw new Error('mine'); };"),
    pluck(
        "a factory that gives no plugin",
        SEEN,
        TOLD,
        script="window.pluckPlugin = () => ({name: 'x', type: 'destination'});",
    ),
    pluck("a factory that is missing", SEEN, TOLD, script="window.other = 1;", differs="D21", where=r"0\.console.*"),
    pluck(
        "a factory that gives several",
        SEEN,
        TOLD,
        script=plugin_script("pluckPlugin", "Inner")
        + "const one = window.pluckPlugin; window.pluckPlugin = async (s) => [one(s), {...one(s), name:"
        " 'Second', type: 'enrichment'}];",
    ),
    pluck(
        "a rule for a remote plugin",
        SEEN,
        "A.track('Other')",
        TOLD,
        more=rules("Made", '["=", "event", {"value": "Seen"}]', DROP),
    ),
    pluck(
        "destination middleware of a remote plugin",
        "A.addDestinationMiddleware('Made', ({payload, next}) => { payload.obj.properties.mw = 1; next(payload); })",
        SEEN,
        TOLD,
    ),
    pluck(
        "an in-app plugin's shape",
        "A.inbox('news')",
        "A.embed('#corner')",
        script="window.pluckPlugin = () => { let ready = false; return {name: 'Pluck', type: 'before',"
        " version: '1', isLoaded: () => ready, load: async (ctx, analytics) => { analytics.inbox ="
        " (...topics) => ({topics}); analytics.embed = (place) => `in ${place}`; ready = true; },"
        " identify: (ctx) => ctx}; };",
    ),
    tell(
        "remote middleware",
        SEEN,
        settings={"enabledMiddleware": {"@segment/tidy": True, "off": False}},
        files={f"{ACTIONS}/middleware/tidy/latest/tidy.js.gz": TIDY},
        **KNOWN,
    ),
    tell(
        "remote middleware that is missing",
        SEEN,
        settings={"enabledMiddleware": {"tidy": True}},
        **KNOWN,
        differs="D21",
        where=r"0\.console.*",
    ),
    tell(
        "an integration that was not ready when the page was left",
        "A.track('Early', {n: 1}).then((ctx) => ctx.event.event)",
        LEAVE,
        RELOAD,
        *["new Promise((done) => setTimeout(done, 2300))"] * 3,
        "window.told.filter(([what]) => what === 'track')",
        settings={"integrations": {"Nice Tool": BROWSER}},
        files={
            PATH: integration_script(
                "nice-tool",
                "Nice Tool",
                ready=False,
                initialize="if (sessionStorage.getItem('again')) setTimeout(() => this.emit('ready'));"
                " sessionStorage.setItem('again', '1');",
            )
        },
        # It is the place where the events are kept that differs.
        differs="D6",
        where=r"\d\.storage.*",
        **KNOWN,
    ),
    nice(
        "counts of what an integration is asked for",
        SEEN,
        "new Promise((done) => setTimeout(done, 600))",
        settings={"metrics": {"host": "counts.test/v1", "flushTimer": 200, "sampleRate": 1}},
        before=COUNTS,
    ),
    nice(
        "counts that nobody asked for",
        "A.track('Seen').then(() => 'resolved')",
        settings={"metrics": None},
        script={"more": "Integration.prototype.track = () => { throw new Error('mine'); };"},
        before=COUNTS,
        differs="N8",
        where=r"\d\.log.*",
    ),
    tell(
        "in-app messages that the settings ask for",
        "A.track('Seen')",
        settings={"integrations": {"Customer.io In-App Plugin": {"siteId": "s"}}},
        differs="N7",
        where=r"\d\.(console|storage).*",
        **KNOWN,
    ),
    tell(
        "in-app messages that are switched off",
        "A.track('Seen')",
        settings={"integrations": {"Customer.io In-App Plugin": {"siteId": "s", "enabled": False}}},
        **KNOWN,
    ),
)
