"""Foreign code in its corners: addresses, switches, dependencies, what is taken off again."""

from __future__ import annotations

from tests.browser.foreign_code import ACTIONS, BROWSER, integration_script, plugin_script, remote
from tests.parity.scenario import tell
from tests.parity.scenarios.device_mode import KNOWN, PATH, SEEN, SOON, TOLD, nice, pluck
from tests.parity.scenarios.npm_package import module
from tests.parity.scenarios.plugins import HEARS, register

READY = "A.ready().then((list) => list.length)"
SCRIPTS = (
    "[...document.scripts].map((one) => new URL(one.src || location.origin)).map((one) => one.pathname + one.search)"
    ".filter((path) => /actions|plugins/.test(path))"
)
ONLY = "{integrations: {All: false, 'Customer.io Data Pipelines': true"

SCENARIOS = (
    nice(
        "dependencies",
        TOLD,
        SCRIPTS,
        files={
            PATH: integration_script("nice-tool", "Nice Tool") + "window['nice-toolDeps'] = ['/extra.js'];",
            f"{ACTIONS}/extra.js.gz": "(window.told ||= []).push(['dependency']);",
        },
    ),
    nice("deregistered", SCRIPTS, "A.deregister('Nice Tool').then(() => 1)", SCRIPTS, SEEN, TOLD),
    nice(
        "an obfuscated address",
        SCRIPTS,
        TOLD,
        options="{obfuscate: true}",
        files={f"{ACTIONS}/bmljZS10b29s.js": integration_script("nice-tool", "Nice Tool")},
    ),
    tell(
        "a name with dot and blank",
        READY,
        SCRIPTS,
        TOLD,
        settings={"integrations": {"Foo.io Bar": BROWSER}},
        files={f"{ACTIONS}/fooio-bar.js": integration_script("fooio-bar", "Foo.io Bar")},
        **KNOWN,
    ),
    tell(
        "Iterable is never loaded",
        READY,
        SCRIPTS,
        settings={"integrations": {"Iterable": BROWSER}},
        files={f"{ACTIONS}/iterable.js": integration_script("iterable", "Iterable")},
        **KNOWN,
    ),
    pluck(
        "an obfuscated plugin",
        SCRIPTS,
        SEEN,
        TOLD,
        options="{obfuscate: true}",
        files={"/plugins/pluck/MQ/index.js": plugin_script("pluckPlugin", "Inner")},
    ),
    pluck("a remote plugin where all is off", SCRIPTS, SEEN, TOLD, options=ONLY + "}}"),
    pluck("a remote plugin where all but it is off", SCRIPTS, SEEN, TOLD, options=ONLY + ", Pluck: true}}"),
    pluck("the same by its creation name", SCRIPTS, SEEN, TOLD, options=ONLY + ", Made: true}}"),
    pluck("a remote before", SEEN, TOLD, kind="before", body="ctx.updateEvent('properties.b', 1);"),
    pluck("a remote after", SEEN, TOLD, kind="after"),
    pluck("a remote utility", SEEN, TOLD, kind="utility"),
    pluck(
        "a plan that switches a plugin's actions off",
        "A.track('Off')",
        "A.track('On')",
        TOLD,
        described=remote("Pluck", creation="Made", subscriptions=[{"partnerAction": "track"}]),
        more={
            "integrations": {"Pluck": {"a": 1}},
            "plan": {
                "track": {
                    "Off": {"enabled": True, "integrations": {"Pluck": False}},
                    "On": {"enabled": True, "integrations": {}},
                }
            },
        },
    ),
    module(
        "a class that the page brings",
        READY,
        "A.track('Seen', {n: 1})",
        SOON,
        "window.told",
        before=integration_script("nice-tool", "Nice Tool")
        + "window['nice-toolLoader'](); const Tool = window['nice-toolIntegration'];",
        load="classicIntegrations: [Tool]",
        settings={"integrations": {"Nice Tool": {"token": "t", "type": "browser"}}},
        **KNOWN,
    ),
    tell(
        "middleware changes ids and type",
        "A.addSourceMiddleware(({payload, next}) => { payload.obj.userId = 'mw'; payload.obj.anonymousId = 'mwa';"
        " payload.obj.type = 'track'; next(payload); }).then((client) => client === A)",
        SEEN,
        "[A.user().id(), A.user().anonymousId()]",
    ),
    tell(
        "middleware switches a destination off",
        register("D", "destination", HEARS),
        "A.addSourceMiddleware(({payload, next}) => { payload.obj.integrations = {All: true, D: false};"
        " next(payload); })",
        SEEN,
    ),
    tell(
        "a plugin switches all destinations off",
        register("D", "destination", HEARS),
        register("B", "before", "track: (ctx) => { ctx.updateEvent('integrations', {All: false}); return ctx; }"),
        SEEN,
    ),
    tell(
        "a plugin cannot switch on what is off",
        register(
            "B",
            "before",
            "track: (ctx) => { ctx.updateEvent('integrations.X.a', 1); ctx.updateEvent('integrations.Y', {b: 1});"
            " return ctx; }",
        ),
        "A.track('Seen', {}, {integrations: {X: false, Y: true}})",
    ),
    tell(
        "what is no plugin",
        "A.register({}).then(() => 'registered', () => 'rejected')",
        "A.register().then((ctx) => typeof ctx.log)",
        "A.deregister().then((ctx) => typeof ctx.log)",
    ),
)
