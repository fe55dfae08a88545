"""Projects of odd forms: what settings and options together make of integrations, plans, middleware and remote code."""

from __future__ import annotations

from tests.browser.foreign_code import ACTIONS, BROWSER, integration_script
from tests.parity.scenario import tell
from tests.parity.scenarios.device_mode import DROP, KNOWN, PATH, SEEN, SOON, TIDY, TOLD, nice, pluck, rules

SCRIPTS = (
    "[...document.scripts].map((one) => new URL(one.src || location.origin).pathname)"
    ".filter((path) => /actions/.test(path))"
)
MIDDLEWARE = "A.addDestinationMiddleware('Nice Tool', "

SCENARIOS = (
    nice("a type of its own", TOLD, tool={"type": "custom", "versionSettings": {"componentTypes": ["browser"]}}),
    nice(
        "componentTypes and unbundled",
        SCRIPTS,
        SEEN,
        TOLD,
        tool={"bundlingStatus": "unbundled", "versionSettings": {"componentTypes": ["browser"]}},
    ),
    nice(
        "componentTypes of the server", SCRIPTS, tool={"type": "x", "versionSettings": {"componentTypes": ["server"]}}
    ),
    nice(
        "an integration that assumes a page view",
        "A.page('Home')",
        TOLD,
        script={"more": "Integration.prototype._assumesPageview = true;"},
    ),
    nice(
        "two middlewares in their order, the first late",
        MIDDLEWARE + "async ({payload, next}) => { await 0; payload.obj.properties.one = 1; next(payload); },"
        " ({payload, next}) => { payload.obj.properties.two = payload.obj.properties.one + 1; next(payload); })",
        SEEN,
        TOLD,
    ),
    nice(
        "a middleware that never calls next, or throws",
        MIDDLEWARE + "({payload, next}) => { if (payload.obj.event === 'Thrown') throw new Error('mine');"
        " if (payload.obj.event !== 'Stopped') next(payload); })",
        "A.track('Stopped')",
        "A.track('Thrown').then((ctx) => ctx.logs().map(({level, message}) => [level, message]))",
        SEEN,
        TOLD,
    ),
    nice(
        "a middleware that goes on with something else",
        MIDDLEWARE + "({payload, next}) => { next(null); next(payload); })",
        MIDDLEWARE + "({payload, next}) => next({obj: {...payload.obj, event: 'Other', properties: {own: 1}}}))",
        SEEN,
        TOLD,
    ),
    nice(
        "a rule and a middleware",
        MIDDLEWARE + "({payload, next}) => { seen('middleware', payload.obj.event); next(payload); })",
        SEEN,
        "A.track('Other')",
        TOLD,
        settings=rules("Nice Tool", '["=", "event", {"value": "Seen"}]', DROP),
    ),
    nice(
        "a plan that knows few events",
        "A.track('Planned')",
        "A.track('Unplanned')",
        "A.page('Planned')",
        "A.identify('jane')",
        TOLD,
        settings={
            "plan": {
                "track": {
                    "__default": {"enabled": False, "integrations": {}},
                    "Planned": {"enabled": True, "integrations": {"Nice Tool": True, "Other": False}},
                }
            }
        },
    ),
    nice(
        "a plan of odd words",
        "A.track('One')",
        "A.track('Two')",
        "A.track('toString')",
        TOLD,
        settings={
            "plan": {
                "track": {
                    "One": {"enabled": "no", "integrations": {"Nice Tool": {"a": 1}}},
                    "Two": {"integrations": {"Nice Tool": False}},
                },
                "identify": {"__default": {"enabled": False}},
            }
        },
    ),
    nice(
        "options for an integration in many forms",
        TOLD,
        "A.track('Seen')",
        options="{integrations: {'Nice Tool': {token: null, nested: {a: 1}, list: [1]}, Unknown: {a: 1}, 'Other One':"
        " null}}",
    ),
    nice("true for an integration", TOLD, "A.track('Seen')", options="{integrations: {'Nice Tool': true, All: true}}"),
    nice(
        "nothing for an integration", TOLD, "A.track('Seen')", options="{integrations: {'Nice Tool': null, All: false}}"
    ),
    tell(
        "an integration that only the options know",
        SCRIPTS,
        "A.track('Seen')",
        options="{integrations: {'Nice Tool': {token: 't', type: 'browser'}}}",
        files={PATH: integration_script("nice-tool", "Nice Tool")},
        **KNOWN,
    ),
    tell(
        "two integrations, one of which is missing",
        "A.ready().then((list) => list.length)",
        "A.queue.failedInitializations",
        SEEN,
        TOLD,
        settings={"integrations": {"Nice Tool": BROWSER, "Gone Tool": BROWSER}},
        files={PATH: integration_script("nice-tool", "Nice Tool")},
        **KNOWN,
    ),
    tell(
        "obfuscated remote middleware",
        SEEN,
        SCRIPTS,
        options="{obfuscate: true}",
        settings={"enabledMiddleware": {"@segment/tidy": True}},
        files={f"{ACTIONS}/middleware/dGlkeQ/latest/dGlkeQ.js.gz": TIDY},
        **KNOWN,
    ),
    tell(
        "two remote middlewares",
        SEEN,
        settings={"enabledMiddleware": {"tidy": True, "@segment/neat": True, "never": False}},
        files={
            f"{ACTIONS}/middleware/tidy/latest/tidy.js.gz": TIDY,
            f"{ACTIONS}/middleware/neat/latest/neat.js.gz": TIDY.replace("tidy", "neat"),
        },
        **KNOWN,
    ),
    pluck(
        "a remote plugin with middleware that drops",
        "A.addDestinationMiddleware('MADE', ({payload, next}) => next(payload.obj.event === 'Seen' ? null : payload))",
        SEEN,
        "A.track('Other')",
        TOLD,
    ),
    pluck(
        "a remote enrichment, and middleware for it",
        "A.addDestinationMiddleware('Made', ({next}) => next(null)).then(() => 'added')",
        SEEN,
        TOLD,
        kind="enrichment",
        body="ctx.event.properties.mine = true;",
    ),
    pluck(
        "a rule for a remote enrichment",
        SEEN,
        TOLD,
        kind="enrichment",
        more=rules("Made", '["=", "type", {"value": "track"}]', DROP),
    ),
    pluck(
        "a remote plugin that is taken off",
        "A.deregister('Made').then(() => 1)",
        SEEN,
        TOLD,
        "A.queue.plugins.map(({name}) => name).sort()",
    ),
    pluck(
        "options in many forms for a remote plugin", SOON, TOLD, options="{integrations: {Pluck: [1], Made: {b: 2}}}"
    ),
    tell(
        "switches that page code sets on the client",
        "(A.integrations.Other = false, A.track('Seen'))",
        "(A.integrations = {Third: {a: 1}}, A.track('Seen'))",
        options="{integrations: {Other: true}}",
    ),
    tell(
        "a timeout that page code sets on the client",
        "(A.settings.timeout = 5, window.began = Date.now(), A.track('Seen', () => seen('soon', Date.now() - began <"
        " 1900)))",
        listen=False,
        options="{timeout: 2000}",
    ),
    tell(
        "plugins for video players",
        "Object.keys(A.plugins ?? {}).length > 0",
        settings={"legacyVideoPluginsEnabled": True},
        differs="N13",
        where=r"1\.answer.*",
    ),
)
