"""The pipeline: stages, what plugins may do to an event, the queue's own events, what is retried and what is not."""

from __future__ import annotations

from tests.parity.scenario import tell
from tests.parity.scenarios.plugins import HEARS, plugin, register

SEEN = "A.track('Seen', {n: 1})"
LOGS = "A.track('Seen').then((ctx) => ctx.logs().map(({level, message}) => [level, message]))"
METRICS = "A.track('Seen').then((ctx) => ctx.stats.metrics.map(({metric, type, tags}) => [metric, type, tags]))"
# Where an error on the console is the difference.
TOLD = r"\d+\.console.*"

SCENARIOS = (
    tell(
        "isLoaded is not asked",
        register(
            "E", "enrichment", "track: (ctx) => { ctx.event.properties.e = 1; return ctx; }, isLoaded: () => false"
        ),
        SEEN,
    ),
    tell(
        "the same name twice",
        register("E", "enrichment", "track: (ctx) => { seen('first'); return ctx; }"),
        register("E", "enrichment", "track: (ctx) => { seen('second'); return ctx; }"),
        SEEN,
        "A.deregister('E')",
        SEEN,
    ),
    tell("several at once", f"A.register({plugin('B', 'before', HEARS)}, {plugin('D', 'destination', HEARS)})", SEEN),
    tell(
        "order of registration within a type",
        *(
            register(name, "enrichment", f"track: (ctx) => {{ seen('{name}'); return ctx; }}")
            for name in ("second", "first")
        ),
        SEEN,
    ),
    tell(
        "register gives a context",
        f"A.register({plugin('E', 'enrichment', HEARS)}).then((ctx) => [typeof ctx.log, ctx.event.type])",
    ),
    tell(
        "deregister gives a context with a log",
        "A.deregister('nobody').then((ctx) => ctx.logs().map(({level, message}) => [level, message]))",
    ),
    tell(
        "load gets context and client",
        register(
            "E", "enrichment", HEARS, more="load: async (ctx, client) => seen('load', typeof ctx.log, client === A),"
        ).replace("load: () => Promise.resolve(seen('load E')), ", ""),
    ),
    tell(
        "an enrichment whose load rejects",
        "A.register({name: 'E', type: 'enrichment', version: '1', isLoaded: () => false, load: () =>"
        " Promise.reject(new Error('mine'))}).then(() => 'resolved', (error) => error.message)",
        SEEN,
    ),
    tell(
        "a destination whose load rejects",
        "A.register({name: 'D', type: 'destination', version: '1', isLoaded: () => false, load: () =>"
        " Promise.reject(new Error('mine')), track: (ctx) => { seen('track'); return ctx; }}).then(()"
        " => 'resolved', (error) => error.message)",
        SEEN,
        "A.queue.plugins.map(({name}) => name).sort()",
    ),
    tell(
        "unload is called",
        register("E", "enrichment", HEARS, more="unload: () => seen('unload'),"),
        "A.deregister('E')",
        "A.queue.plugins.some(({name}) => name === 'E')",
    ),
    tell(
        "an unload that fails keeps the plugin",
        register("E", "enrichment", HEARS, more="unload: () => Promise.reject(new Error('mine')),"),
        "A.deregister('E').then((ctx) => ctx.logs().map(({level, message}) => [level, message]))",
        "A.queue.plugins.some(({name}) => name === 'E')",
    ),
    tell(
        "a plugin whose ready rejects",
        register("D", "destination", HEARS, more="ready: () => Promise.reject(new Error('mine')),"),
        "A.ready(() => seen('ready')).then(() => 'fired', (error) => error.message)",
        differs="D9",
        where=r"2\..*",
    ),
    tell(
        "a plugin whose ready is late",
        register(
            "D",
            "destination",
            HEARS,
            more="ready: () => new Promise((done) => setTimeout(() => done(seen('its ready')), 200)),",
        ),
        "A.ready(() => seen('ready'))",
        differs="D25",
        where=r"2\.answer.*",
    ),
    tell(
        "a plugin with no method for the event",
        register("E", "enrichment", "page: (ctx) => { seen('page'); return ctx; }"),
        SEEN,
        "A.page('Home')",
    ),
    tell("a before that gives nothing", register("B", "before", "track: () => undefined"), SEEN),
    tell(
        "an enrichment that gives nothing",
        register("E", "enrichment", "track: (ctx) => { ctx.updateEvent('properties.e', 1); }"),
        SEEN,
    ),
    tell("a destination that gives nothing", register("D", "destination", "track: () => { seen('track'); }"), SEEN),
    tell("an after that gives nothing", register("Z", "after", "track: () => { seen('track'); }"), SEEN),
    tell(
        "an enrichment that rejects",
        register("E", "enrichment", "track: () => Promise.reject(new Error('mine'))"),
        LOGS,
    ),
    tell(
        "a destination that rejects",
        register("D", "destination", "track: () => Promise.reject(new Error('mine'))"),
        LOGS,
    ),
    tell(
        "a destination's changes",
        register("D", "destination", "track: (ctx) => { ctx.event.properties.d = 1; return ctx; }"),
        SEEN,
    ),
    tell(
        "an after's changes come too late",
        register("Z", "after", "track: (ctx) => { ctx.event.properties.z = 1; return ctx; }"),
        "A.track('Seen', {n: 1}).then((ctx) => ctx.event.event)",
        listen=False,
    ),
    tell(
        "a plugin changes the name",
        register("B", "before", "track: (ctx) => { ctx.updateEvent('event', 'Other'); return ctx; }"),
        SEEN,
    ),
    tell(
        "a plugin puts another event",
        register(
            "B",
            "before",
            "track: (ctx) => { ctx.event = {...ctx.event, event: 'Whole', properties: {whole: true}}; return ctx; }",
        ),
        SEEN,
    ),
    tell(
        "a plugin takes a property away",
        register("E", "enrichment", "track: (ctx) => { delete ctx.event.properties.n; return ctx; }"),
        "A.track('Seen', {n: 1, m: 2})",
    ),
    tell(
        "a plugin changes the ids",
        register(
            "E",
            "enrichment",
            "track: (ctx) => { ctx.event.userId = 'other'; ctx.event.anonymousId = 'also'; return ctx; }",
        ),
        SEEN,
        "A.user().id()",
    ),
    tell(
        "a plugin writes into the logs",
        register("E", "enrichment", "track: (ctx) => { ctx.log('warn', 'my word', {a: 1}); return ctx; }"),
        LOGS,
    ),
    tell(
        "a plugin counts",
        register("E", "enrichment", "track: (ctx) => { ctx.stats.increment('mine', 2, ['tag']); return ctx; }"),
        METRICS,
    ),
    tell(
        "a slow enrichment",
        register(
            "E",
            "enrichment",
            "track: async (ctx) => { await new Promise((done) => setTimeout(done, 150));"
            " ctx.event.properties.late = 1; return ctx; }",
        ),
        SEEN,
    ),
    tell(
        "two events behind a slow enrichment",
        register(
            "E",
            "enrichment",
            "track: async (ctx) => { await new Promise((done) => setTimeout(done, ctx.event.event ==="
            " 'One' ? 150 : 0)); return ctx; }",
        ),
        "Promise.all([A.track('One'), A.track('Two')]).then(() => 'all')",
    ),
    tell(
        "a slow destination delays the promise",
        register(
            "D",
            "destination",
            "track: (ctx) => new Promise((done) => setTimeout(() => { seen('done'); done(ctx); }, 150))",
        ),
        "A.track('Seen').then(() => seen('resolved'))",
    ),
    tell(
        "a plugin's alternative names",
        register("D", "destination", HEARS, more="alternativeNames: ['Else'],"),
        "A.track('Off', {}, {integrations: {Else: false}})",
        "A.track('Only', {}, {integrations: {All: false, Else: true}})",
    ),
    tell(
        "a plugin's own settings in the call",
        register("D", "destination", HEARS),
        "A.track('Seen', {}, {integrations: {All: false, D: {a: 1}}})",
    ),
    tell("metrics with a plugin", register("D", "destination", HEARS), METRICS),
    tell(
        "the queue's delivery events",
        "void A.queue.on('message_enriched', (ctx, plugin) => seen('enriched', plugin.name))",
        "void A.queue.on('message_delivered', (ctx) => seen('delivered', ctx.event.event))",
        "void A.queue.on('delivery_success', (ctx) => seen('success', ctx.event.event))",
        SEEN,
        listen=False,
    ),
    tell(
        "the queue's failure event",
        "void A.queue.on('delivery_failure', (ctx, error) => seen('failure', ctx.event.event, error?.message))",
        "A.identify('jane', 5)",
        listen=False,
    ),
    tell(
        "a refused event tells it",
        "A.on('delivery_failure', (ctx) => seen('failure', ctx.event.event)) && 0",
        SEEN,
        faults={"/v1/t": 400},
        differs="D5",
        where=r"2\..*",
    ),
    tell(
        "a listener that throws",
        "A.on('track', () => { throw new Error('mine') }) === A",
        "A.on('track', () => seen('second')) === A",
        SEEN,
        listen=False,
        differs="D21",
        where=r"3\..*",
    ),
    tell(
        "a listener of dispatch_start that throws",
        "A.on('dispatch_start', () => { throw new Error('mine') }) === A",
        SEEN,
        listen=False,
        differs="D21",
        where=r"2\..*",
    ),
    tell(
        "source middleware: two in their order",
        "A.addSourceMiddleware(({payload, next}) => { seen('one'); next(payload); })",
        "A.addSourceMiddleware(({payload, next}) => { seen('two'); next(payload); })",
        SEEN,
    ),
    tell(
        "source middleware throws",
        "A.addSourceMiddleware(() => { throw new Error('mine') })",
        "A.track('Seen')",
        differs="D21",
        where=TOLD,
    ),
    tell(
        "source middleware calls next too late",
        "A.addSourceMiddleware(({payload, next}) => { setTimeout(() => next(payload), 50); })",
        "A.track('Seen')",
    ),
    tell(
        "source middleware sees all kinds but screen",
        "A.addSourceMiddleware(({payload, next}) => { seen('mw', payload.obj.type); next(payload); })",
        "A.page('Home')",
        "A.identify('jane')",
        "A.group('acme')",
        "A.alias('joe')",
        "A.screen('S')",
    ),
    tell(
        "source middleware: the facade",
        "A.addSourceMiddleware(({payload, next}) => { seen('facade', payload.event(),"
        " payload.userId(), payload.properties(), payload.type()); next(payload); })",
        SEEN,
    ),
    tell(
        "a rejected event and the next",
        register("B", "before", "track: (ctx) => ctx.event.event === 'Bad' ? ctx.cancel() : ctx"),
        "(A.track('Bad'), A.track('Good').then((ctx) => ctx.event.event))",
    ),
    tell(
        "a before that always throws",
        # When each attempt comes is chance with both; what came is looked at when all is over.
        "(window.attempts = [], 0)",
        register("B", "before", "track: (ctx) => { attempts.push(ctx.attempts); throw new Error('mine'); }"),
        "(window.given = A.track('Seen'), 0)",
        *["new Promise((done) => setTimeout(done, 2300))"] * 6,
        "attempts",
        "given.then((ctx) => [ctx.attempts, ctx.failedDelivery()?.reason?.message,"
        " ctx.logs().map(({level, message}) => [level, message])])",
        listen=False,
        differs="D21",
        where=TOLD,
    ),
    tell(
        "a before that throws once",
        register("B", "before", "track: (ctx) => { if (ctx.attempts === 1) throw new Error('mine'); return ctx; }"),
        "(window.given = A.track('Seen'), A.queue.on('delivery_retry', (ctx) => seen('again', ctx.attempts)), 0)",
        *["new Promise((done) => setTimeout(done, 1200))"] * 2,
        "given.then((ctx) => [ctx.attempts, ctx.failedDelivery() ?? null])",
        differs="D21",
        where=TOLD,
    ),
    tell(
        "a before that throws, where nothing is tried again",
        register("B", "before", "track: (ctx) => { seen('attempt', ctx.attempts); throw new Error('mine'); }"),
        "A.queue.on('delivery_failure', (ctx, error) => seen('failed', error.message)) && 0",
        "A.track('Seen', (ctx) => seen('called', ctx.attempts)).then((ctx) => [ctx.attempts,"
        " ctx.failedDelivery().reason.message])",
        options="{retryQueue: false}",
        listen=False,
        differs="D21",
        where=TOLD,
    ),
    tell(
        "a before that throws, where the settings let nothing be tried again",
        register("B", "before", "track: (ctx) => { throw new Error('mine'); }"),
        "A.track('Seen').then((ctx) => [ctx.attempts, ctx.failedDelivery().reason.message])",
        pipeline={"retryQueue": False},
        listen=False,
        differs="D21",
        where=TOLD,
    ),
    tell(
        "an enrichment that cancels",
        register("E", "enrichment", "track: (ctx) => ctx.cancel()"),
        LOGS,
        "A.track('Seen')",
    ),
    tell("a destination that cancels", register("D", "destination", "track: (ctx) => ctx.cancel()"), LOGS),
    tell("an after that cancels", register("Z", "after", "track: async (ctx) => ctx.cancel()"), LOGS),
    tell(
        "an enrichment with a changed context",
        register(
            "E",
            "enrichment",
            "track: (ctx) => { ctx.log('info', 'mine'); ctx.stats.gauge('g', 1); ctx.event = {...ctx.event, event:"
            " 'Other'}; return ctx; }",
        ),
        LOGS,
        METRICS,
    ),
    tell(
        "plugins that come while events are under way",
        register("E", "enrichment", "track: async (ctx) => { await new Promise((done) => setTimeout(done, 100)); }"),
        f"Promise.all([A.track('One'), {register('D', 'destination', HEARS)}, A.track('Two')]).then(() => 'all')",
        "A.track('Three')",
        listen=False,
    ),
    tell(
        "a plugin that takes itself off",
        "A.register({name: 'E', type: 'enrichment', version: '1', isLoaded: () => true, load: async () => {},"
        " track: async (ctx) => { seen('track'); await A.deregister('E'); return ctx; }}).then(() => 1)",
        SEEN,
        SEEN,
    ),
    tell(
        "a plugin that calls the client",
        register(
            "D", "destination", "track: (ctx) => { if (ctx.event.event === 'Seen') A.track('Inner'); return ctx; }"
        ),
        "A.track('Seen').then(() => heard('on track'))",
        "new Promise((done) => setTimeout(done, 300))",
    ),
    tell(
        "a plugin whose methods need their own this",
        "(window.Mine = class { name = 'M'; type = 'enrichment'; version = '1'; #count = 0; isLoaded() { return true; }"
        " async load() { this.#count = 5; } track(ctx) { ctx.event.properties.count = this.#count++; return ctx; } },"
        " A.register(new Mine()).then(() => 1))",
        SEEN,
        SEEN,
    ),
    tell(
        "how many values the queue's events have",
        "(['flush', 'message_enriched', 'message_delivered', 'delivery_success', 'delivery_failure', 'delivery_retry']"
        ".forEach((name) => A.queue.on(name, (...all) => seen(name, all.length))), 0)",
        SEEN,
        "A.identify('jane', 5)",
        listen=False,
    ),
    tell(
        "metrics of an event whose plugin throws",
        register("E", "enrichment", "track: () => { throw new Error('mine') }"),
        METRICS,
    ),
    tell(
        "source middleware switches ours off",
        "A.addSourceMiddleware(({payload, integrations, next}) => { seen('given', integrations);"
        " payload.obj.integrations = {'Customer.io Data Pipelines': false}; next(payload); })",
        SEEN,
    ),
)
