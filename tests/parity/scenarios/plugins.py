"""Plugins of all types, source and destination middleware, integrations switches."""

from __future__ import annotations

from tests.parity.scenario import at_once, tell


def plugin(name: str, kind: str, methods: str, *, more: str = "") -> str:
    """Write a plugin in JavaScript."""
    return (
        f"{{name: '{name}', type: '{kind}', version: '1.0.0', isLoaded: () => true, "
        f"load: () => Promise.resolve(seen('load {name}')), {more} {methods}}}"
    )


def register(name: str, kind: str, methods: str, *, more: str = "") -> str:
    return f"A.register({plugin(name, kind, methods, more=more)})"


ADDS = "track: (ctx) => { seen('track', ctx); ctx.event.properties.added = true; return ctx; }"
HEARS = "track: (ctx) => { seen('track', ctx); return ctx; }"

SCENARIOS = (
    tell("before changes the event", register("B", "before", ADDS), "A.track('Seen', {n: 1})"),
    tell("enrichment changes the event", register("E", "enrichment", ADDS), "A.track('Seen', {n: 1})"),
    tell("destination hears the event", register("D", "destination", HEARS), "A.track('Seen', {n: 1})"),
    tell("after hears the event", register("Z", "after", HEARS), "A.track('Seen', {n: 1})"),
    tell("utility hears nothing", register("U", "utility", HEARS), "A.track('Seen', {n: 1})"),
    tell(
        "order of the types",
        *(
            register(kind, kind, f"track: (ctx) => {{ seen('{kind}'); return ctx; }}")
            for kind in ("after", "destination", "enrichment", "before")
        ),
        "A.track('Seen')",
    ),
    tell(
        "each method",
        register(
            "D",
            "destination",
            ", ".join(
                f"{kind}: (ctx) => {{ seen('{kind}', ctx.event.type); return ctx; }}"
                for kind in ("track", "page", "identify", "group", "alias", "screen")
            ),
        ),
        "A.track('Seen')",
        "A.page('Home')",
        "A.identify('jane')",
        "A.group('acme')",
        "A.alias('joe')",
        "A.screen('S')",
    ),
    tell(
        "promises of plugins",
        register("E", "enrichment", "track: async (ctx) => { ctx.updateEvent('properties.late', 1); return ctx; }"),
        "A.track('Seen')",
    ),
    tell("deregister", register("E", "enrichment", ADDS), "A.deregister('E')", "A.track('Seen')"),
    tell("deregister: unknown", "A.deregister('nobody').then(() => 'done')"),
    tell(
        "an enrichment throws",
        register("E", "enrichment", "track: () => { throw new Error('mine') }"),
        "A.track('Seen')",
    ),
    tell(
        "a destination throws",
        register("D", "destination", "track: () => { throw new Error('mine') }"),
        "A.track('Seen')",
    ),
    tell("an after throws", register("Z", "after", "track: () => { throw new Error('mine') }"), "A.track('Seen')"),
    tell("a before cancels", register("B", "before", "track: (ctx) => ctx.cancel()"), "A.track('Seen')"),
    tell(
        "a destination switched off in the call",
        register("D", "destination", HEARS),
        "A.track('Seen', {}, {integrations: {D: false}})",
    ),
    tell(
        "all switched off in the call but one",
        register("D", "destination", HEARS),
        register("F", "destination", HEARS),
        "A.track('Seen', {}, {integrations: {All: false, D: true}})",
    ),
    tell(
        "all switched off in the call",
        register("D", "destination", HEARS),
        "A.track('Seen', {}, {integrations: {All: false}})",
    ),
    tell(
        "our own pipeline switched off in the call",
        "A.track('Seen', {}, {integrations: {'Customer.io Data Pipelines': false}})",
    ),
    tell(
        "source middleware changes",
        "A.addSourceMiddleware(({payload, next}) => { payload.obj.properties.mw = 1; next(payload); })",
        "A.track('Seen')",
    ),
    tell("source middleware drops", "A.addSourceMiddleware(() => seen('mw'))", "A.track('Seen')"),
    tell("source middleware passes null", "A.addSourceMiddleware(({next}) => next(null))", "A.track('Seen')"),
    tell(
        "async source middleware",
        "A.addSourceMiddleware(async ({payload, next}) => { await 0; next(payload); })",
        "A.track('Seen')",
    ),
    tell(
        "source middleware sees the page",
        "A.addSourceMiddleware(({payload, integrations, next}) => {"
        " seen('mw', Object.keys(payload.obj.context).sort(), integrations); next(payload); })",
        "A.track('Seen')",
    ),
    tell(
        "queued source middleware",
        queued="""
        cioanalytics.track('Seen');
        cioanalytics.addSourceMiddleware(({payload, next}) => { payload.obj.properties = {mw: 1}; next(payload); });
    """,
    ),
    tell(
        "destination middleware needs an action destination",
        register("D", "destination", HEARS),
        "A.addDestinationMiddleware('D', ({next}) => next(null)).then(() => 'added', () => 'rejected')",
        differs="D21",
        where=r"2\.answer.*",
    ),
    tell("names of the registered plugins", "A.queue.plugins.map((plugin) => [plugin.name, plugin.type]).sort()"),
    tell(
        "an in-app plugin's shape, registered",
        register(
            "Customer.io In-App Plugin",
            "before",
            "identify: (ctx) => { seen('identify', ctx.event.userId); return ctx; },"
            " page: (ctx) => { seen('page', ctx.event.name); return ctx; }",
        ).replace(
            "load: () => Promise.resolve(seen('load Customer.io In-App Plugin'))",
            "load: async (ctx, client) => { client.inbox = (...topics) => ({topics, total: async () => 2});"
            " client.embed = (place) => `in ${place}`; client.on('reset', () => seen('reset heard')); }",
        ),
        "A.identify('jane')",
        "A.page('Home')",
        "A.inbox('news').topics",
        "A.inbox().total()",
        "A.embed('#corner')",
        at_once("A.reset()"),
    ),
)
