"""Settings of the CDN and options of the page: integrations, tracking plan, `_metadata`, the first page view."""

from __future__ import annotations

from tests.parity.scenario import tell

OTHER = {"Other": {"type": "server", "apiKey": "x"}}
PLAN = {
    "track": {
        "__default": {"enabled": True, "integrations": {}},
        "Blocked": {"enabled": False, "integrations": {}},
        "Partly": {"enabled": True, "integrations": {"Other": False}},
    }
}
NAMES = "A.queue.plugins.map(({name}) => name)"

SCENARIOS = (
    tell(
        "bundled and unbundled",
        "A.track('Seen')",
        settings={
            "integrations": {
                "Bundled": {"type": "server", "bundlingStatus": "bundled", "maybeBundledConfigIds": ["one"]},
                "Unbundled": {"bundlingStatus": "unbundled"},
            }
        },
    ),
    tell("unbundledIntegrations", "A.track('Seen')", pipeline={"unbundledIntegrations": ["One", "Two"]}),
    tell("maybeBundledConfigIds", "A.track('Seen')", pipeline={"maybeBundledConfigIds": {"X": ["one"]}}),
    tell(
        "tracking plan",
        "A.track('Seen')",
        "A.track('Blocked')",
        "A.track('Partly')",
        settings={"plan": PLAN, "integrations": OTHER},
    ),
    tell(
        "tracking plan that blocks the unplanned",
        "A.track('Seen')",
        settings={"plan": {"track": {"__default": {"enabled": False}}}, "integrations": OTHER},
    ),
    tell(
        "plan in the options",
        "A.track('Blocked')",
        options="{plan: {track: {Blocked: {enabled: false, integrations: {}}}}}",
    ),
    tell("initialPageview", options="{initialPageview: true}"),
    tell("integrations at load: all false", "A.track('Seen')", options="{integrations: {All: false}}"),
    tell(
        "integrations at load: all false but ours",
        "A.track('Seen')",
        options="{integrations: {All: false, 'Customer.io Data Pipelines': true}}",
    ),
    tell(
        "integrations at load: ours false",
        "A.track('Seen')",
        options="{integrations: {'Customer.io Data Pipelines': false}}",
    ),
    tell(
        "integrations at load: our apiKey",
        "A.track('Seen')",
        options="{integrations: {'Customer.io Data Pipelines': {apiKey: 'k2'}}}",
    ),
    tell("cookie options", "A.identify('jane')", options="{cookie: {maxage: 7, path: '/home', sameSite: 'Strict'}}"),
    tell("cookie domain", "A.identify('jane')", options="{cookie: {domain: 'a.example.test'}}", host="a.example.test"),
    tell("cookie domain false", "A.identify('jane')", options="{cookie: {domain: false}}", host="a.example.test"),
    tell(
        "own keys",
        "A.identify('jane', {a: 1})",
        options="{user: {cookie: {key: 'my_user'}, localStorage: {key: 'ajs_my_traits'}}}",
    ),
    tell(
        "user persist false",
        "A.identify('jane', {a: 1})",
        "A.user().id()",
        options="{user: {persist: false}}",
        eager=False,
    ),
    tell(
        "user disable",
        "A.identify('jane', {a: 1})",
        "A.user().id()",
        "A.track('Seen')",
        differs="D25",
        where=r".*event\.traits",
        options="{user: {disable: true}}",
        eager=False,
    ),
    tell(
        "group disable",
        "A.group('acme', {a: 1})",
        "A.group().id()",
        differs="D25",
        where=r".*event\.traits",
        options="{group: {disable: true}}",
    ),
    tell(
        "disableClientPersistence",
        "A.identify('jane', {a: 1})",
        "A.user().id()",
        options="{disableClientPersistence: true}",
    ),
    tell(
        "localStorageFallbackDisabled",
        "A.identify('jane', {a: 1})",
        "A.user().id()",
        options="{user: {localStorageFallbackDisabled: true}}",
    ),
    tell("a plan beside one integration", "A.track('Blocked')", "A.track('Other')", settings={"plan": PLAN}),
    tell("plugins where all are off", NAMES, options="{integrations: {All: false}}"),
    tell("plugins where ours is off", NAMES, options="{integrations: {'Customer.io Data Pipelines': false}}"),
    tell(
        "plugins where all but ours are off",
        NAMES,
        options="{integrations: {All: false, 'Customer.io Data Pipelines': true}}",
    ),
    tell(
        "user disable, and a group",
        "A.group('acme', {a: 1})",
        "A.alias('x')",
        "A.page('P')",
        options="{user: {disable: true}}",
        eager=False,
    ),
)
