"""How events leave: one by one, in batches, offline, under another address."""

from __future__ import annotations

from tests.parity.scenario import tell

BATCHING = {"deliveryStrategy": {"strategy": "batching", "config": {"size": 3, "timeout": 300}}}
MANY = "Promise.all([1, 2, 3].map((n) => A.track('Seen', {n}))).then(() => 'all')"

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
)
