"""How events leave: one by one, in batches, offline, under another address."""

from __future__ import annotations

from tests.parity.scenario import LEAVE, RELOAD, tell

BATCHING = {"deliveryStrategy": {"strategy": "batching", "config": {"size": 3, "timeout": 300}}}
LATER = "new Promise((done) => setTimeout(() => done('later'), 700))"
OFFLINE = (
    "Object.defineProperty(navigator, 'onLine', {value: false, configurable: true})"
    " && dispatchEvent(new Event('offline'))"
)
ONLINE = OFFLINE.replace("false", "true").replace("'offline'", "'online'")


def visibility(state: str) -> str:
    return (
        f"Object.defineProperty(document, 'visibilityState', {{value: '{state}', configurable: true}})"
        " && document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))"
    )


HIDDEN, VISIBLE = visibility("hidden"), visibility("visible")
GREAT = "Promise.all([1, 2, 3, 4, 5, 6].map((n) => A.track('Great', {n, text: 'x'.repeat(30000)}))).then(() => 'all')"
MANY = "Promise.all([1, 2, 3].map((n) => A.track('Seen', {n}))).then(() => 'all')"
# Tells how events are posted; what the client itself is made of is fetched too.
FETCH = (
    "window.fetch = ((fetch) => (url, given = {}) => { const {method, keepalive, headers} = given;"
    " if (method && method !== 'GET') seen('fetch', new URL(url, location).pathname, method, keepalive || null,"
    " headers ?? null); return fetch(url, given); })(window.fetch);"
)

SCENARIOS = (
    tell(
        "paths of the calls",
        "A.track('T')",
        "A.page('P')",
        "A.identify('I')",
        "A.group('G')",
        "A.alias('A')",
        "A.screen('S')",
    ),
    tell("a batch that is full", MANY, pipeline=BATCHING),
    tell(
        "a batch whose time has come",
        "A.track('One').then(() => new Promise((done) => setTimeout(done, 600))).then(() => 'ok')",
        pipeline=BATCHING,
    ),
    tell(
        "offline",
        "(Object.defineProperty(navigator, 'onLine', {value: false, configurable: true}),"
        " A.track('Seen').then((ctx) => [ctx.event.event, ctx.attempts]))",
    ),
    tell(
        "another apiHost path",
        "A.track('Seen')",
        options="{integrations: {'Customer.io Data Pipelines': {apiKey: 'other'}}}",
    ),
    tell(
        "keepalive",
        "A.track('Seen')",
        pipeline={"deliveryStrategy": {"strategy": "standard", "config": {"keepalive": True}}},
    ),
    tell(
        "a refused event counts as attempted", "A.track('Seen').then((ctx) => ctx.event.event)", faults={"/v1/t": 400}
    ),
    tell(
        "protocol and host of the settings", "A.track('Seen')", pipeline={"protocol": "http", "apiHost": "localhost/v1"}
    ),
    tell(
        "a full batch in its order",
        "Promise.all([A.track('One'), A.page('Two'), A.identify('three')]).then(() => 'all')",
        pipeline=BATCHING,
        differs="D17",
        where=r"1\.requests.*userId",
    ),
    tell(
        "a batch resolves when it is buffered",
        "A.track('One').then((ctx) => [ctx.event.event, ctx.failedDelivery() ?? null])",
        LATER,
        pipeline=BATCHING,
    ),
    tell(
        "two batches",
        "Promise.all([1, 2, 3, 4].map((n) => A.track('Seen', {n})))"
        ".then(() => new Promise((done) => setTimeout(() => done('later'), 900)))",
        pipeline=BATCHING,
        differs="D6",
        where=r"1\.log.*",
    ),
    tell(
        "a batch of one size by default",
        "Promise.all([...Array(11)].map((_, n) => A.track('Seen', {n}))).then(() => 'all')",
        pipeline={"deliveryStrategy": {"strategy": "batching"}},
        differs="D6",
        where=r"1\.log.*",
    ),
    tell(
        "a batch when the page is left",
        "A.track('One')",
        "A.track('Two')",
        LEAVE,
        pipeline={"deliveryStrategy": {"strategy": "batching", "config": {"size": 10, "timeout": 60000}}},
    ),
    tell(
        "a batch and a mere tab switch",
        "A.track('One')",
        HIDDEN,
        VISIBLE,
        "A.track('Two')",
        LATER,
        pipeline={"deliveryStrategy": {"strategy": "batching", "config": {"size": 10, "timeout": 400}}},
        differs="D7",
        where=r"[2345]\..*",
    ),
    tell(
        "a great batch when the page is left",
        GREAT,
        LEAVE,
        RELOAD,
        LATER,
        pipeline={"deliveryStrategy": {"strategy": "batching", "config": {"size": 10, "timeout": 60000}}},
        listen=False,
        differs="D22",
        where=r"[1234]\..*",
    ),
    tell(
        "offline, then another visit",
        OFFLINE,
        "A.track('Seen').then((ctx) => ctx.event.event)",
        LEAVE,
        RELOAD,
        LATER,
        differs="D6",
        where=r"[345]\..*",
        listen=False,
    ),
    tell(
        "offline without a queue",
        OFFLINE,
        "A.track('Seen').then((ctx) => ctx.event.event)",
        options="{retryQueue: false}",
        listen=False,
    ),
    tell(
        "offline where the settings know no queue",
        OFFLINE,
        "A.track('Seen', () => seen('called')).then((ctx) => ctx.event.event)",
        ONLINE,
        LATER,
        pipeline={"retryQueue": False},
        listen=False,
    ),
    tell(
        "online again",
        OFFLINE,
        "A.track('One').then((ctx) => ctx.event.event)",
        ONLINE,
        LATER,
        listen=False,
        differs="D6",
        where=r"[34]\.requests.*",
    ),
    tell(
        "the content type of each kind",
        "A.track('T')",
        "A.screen('S')",
        pipeline={"deliveryStrategy": {"strategy": "standard"}},
    ),
    tell("an unknown strategy", "A.track('T')", pipeline={"deliveryStrategy": {"strategy": "pigeon"}}),
    tell(
        "a refused event resolves",
        "A.track('Seen').then((ctx) => [ctx.event.event, ctx.attempts])",
        faults={"/v1/t": 404},
    ),
    tell(
        "two tracks in one tick",
        "Promise.all([A.track('One'), A.track('Two')]).then((all) => all.map((ctx) => ctx.event.event))",
    ),
    tell(
        "an event at the moment of leaving",
        "window.addEventListener('pagehide', () => A.track('Last'))",
        LEAVE,
        RELOAD,
        LATER,
        differs="D6",
        where=r"[23]\..*",
        listen=False,
    ),
    tell(
        "sentAt and timestamp",
        "A.track('Seen').then((ctx) => [typeof ctx.event.timestamp, ctx.event.sentAt ?? null])",
        differs="D25",
        where=r"1\.answer.*",
    ),
    tell(
        "what fetch is given",
        "A.track('Seen')",
        before=FETCH,
        listen=False,
        pipeline={"deliveryStrategy": {"strategy": "standard", "config": {"keepalive": True}}},
    ),
    tell("what fetch is given for a batch", MANY, before=FETCH, listen=False, pipeline=BATCHING),
)
