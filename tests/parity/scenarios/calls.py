"""Calls and their overloads, callbacks, promises of contexts, errors of validation."""

from __future__ import annotations

from tests.parity.scenario import RELOAD, at_once, tell

JANE = "A.identify('jane', {plan: 'basic'})"

SCENARIOS = (
    tell("track: name", "A.track('Seen')"),
    tell("track: name, properties", "A.track('Seen', {n: 1, deep: {list: [1, 'two', null]}})"),
    tell(
        "track: options", "A.track('Seen', {}, {integrations: {Other: false}, timestamp: '2020-01-02T03:04:05.678Z'})"
    ),
    tell(
        "track: options go into the context", "A.track('Seen', {}, {shade: 'blue', 'app.name': 'x', context: {a: 1}})"
    ),
    tell("track: callback at the end", "A.track('Seen', {n: 1}, {}, (ctx) => seen('callback', ctx))"),
    tell("track: callback in the second place", "A.track('Seen', (ctx) => seen('callback', ctx))"),
    tell("track: callback in the third place", "A.track('Seen', {n: 1}, (ctx) => seen('callback', ctx))"),
    tell("track: an event object", "A.track({event: 'Seen', properties: {n: 1}}, {shade: 'blue'})"),
    tell("track: without a name", "A.track()", "A.track('')", "A.track(null, {n: 1})", "A.track(42)"),
    tell("track: properties that are none", "A.track('Seen', 'text')", "A.track('Seen', null)", "A.track('Seen', [1])"),
    tell("track: callback's error stays inside", "A.track('Seen', {}, {}, () => { throw new Error('mine') })"),
    tell("timeout: the callback waits for it", "A.timeout(50)", "A.track('Seen', {}, {}, () => seen('callback'))"),
    tell("page: nothing", "A.page()"),
    tell("page: name", "A.page('Home')"),
    tell("page: category, name", "A.page('Docs', 'Home')"),
    tell("page: name, properties", "A.page('Home', {n: 1})"),
    tell("page: category, name, properties, options", "A.page('Docs', 'Home', {n: 1}, {shade: 'blue'})"),
    tell("page: properties, options", "A.page({n: 1}, {shade: 'blue'})"),
    tell("page: null, properties", "A.page(null, {n: 1})", "A.page(null, 'Home')", "A.page('', 'Home')"),
    tell("page: callback", "A.page('Home', (ctx) => seen('callback', ctx))", "A.page((ctx) => seen('callback', ctx))"),
    tell("page: a number", "A.page(1)"),
    tell("page: an undefined property", "A.page('Home', {title: undefined, n: 1})", differs="N14"),
    tell("page: own fields in the properties", "A.page({path: '/mine', title: 'Mine', url: 'http://mine.test/mine'})"),
    tell("screen: overloads", "A.screen('S')", "A.screen('Cat', 'S', {n: 1})", "A.screen({n: 1})"),
    tell("identify: id", "A.identify('jane')"),
    tell("identify: id, traits", JANE, "A.user().traits()"),
    tell("identify: traits alone", "A.identify({plan: 'basic'})", "A.user().id()", "A.user().traits()"),
    tell(
        "identify: an undefined trait",
        JANE,
        "A.identify('jane', {plan: undefined, b: {c: undefined}})",
        "A.user().traits()",
        "A.identify('joe', {plan: undefined})",
        "A.user().traits()",
        "A.identify({plan: 1})",
        "A.identify({plan: undefined})",
        "A.user().traits()",
    ),
    tell(
        "group: an undefined trait",
        "A.group('acme', {plan: 'basic', seats: 3})",
        "A.group('acme', {plan: undefined})",
        "A.group().traits()",
    ),
    tell("identify: options", "A.identify('jane', {}, {anonymousId: 'mine', shade: 'blue'})", "A.user().anonymousId()"),
    tell("identify: null traits, options", JANE, "A.identify('jane', null, {shade: 'blue'})"),
    tell("identify: null with a known id", JANE, "A.identify(null, {age: 40}, {shade: 'blue'})"),
    tell("identify: numbers", "A.identify(42)", "A.identify(0)", "A.identify(NaN)", "A.user().id()"),
    tell("identify: callback", "A.identify('jane', {plan: 'basic'}, {}, (ctx) => seen('callback', ctx))"),
    tell("identify: callback after the id", "A.identify('jane', (ctx) => seen('callback', ctx))"),
    tell(
        "identify: merges and replaces traits",
        JANE,
        "A.identify('jane', {age: 40})",
        "A.identify('joe', {b: 1})",
        "A.user().traits()",
    ),
    tell("identify: another id without traits empties them", JANE, "A.identify('joe')", "A.user().traits()"),
    tell("group: id", "A.group('acme')", "A.group().id()"),
    tell("group: id, traits", "A.group('acme', {seats: 3})", "A.group().traits()"),
    tell(
        "group: merges and replaces",
        "A.group('acme', {seats: 3})",
        "A.group('acme', {city: 'Rome'})",
        "A.group('other', {b: 1})",
        "A.group().traits()",
    ),
    tell("group: null traits", "A.group('acme', {seats: 3})", "A.group(null, {city: 'Rome'})"),
    tell("group: callback", "A.group('acme', {}, {}, (ctx) => seen('callback', ctx))"),
    tell("alias: to", JANE, "A.alias('joe')"),
    tell("alias: to, from", "A.alias('joe', 'jane')", "A.alias('joe', 'jane', {shade: 'blue'})"),
    tell("alias: anonymous", "A.alias('joe')"),
    tell("alias: nothing", "A.alias()", differs="D25", where=r".*event\.userId"),
    tell("alias: callback", "A.alias('joe', (ctx) => seen('callback', ctx))"),
    tell(
        "anonymousId in the options persists",
        "A.track('Seen', {}, {anonymousId: 'mine'})",
        "A.track('Later')",
        RELOAD,
        "A.user().anonymousId()",
    ),
    tell(
        "userId in the options counts once",
        "A.track('Seen', {}, {userId: 'other'})",
        "A.track('Later')",
        "A.user().id()",
    ),
    tell(
        "traits in the options count once",
        JANE,
        "A.track('Seen', {}, {traits: {a: 1}, context: {traits: {b: 2}}})",
        "A.track('Later')",
    ),
    tell(
        "reset",
        JANE,
        "A.group('acme', {seats: 3})",
        at_once("A.reset()"),
        "A.user().id()",
        "A.group().id()",
        "A.track('After')",
    ),
    tell(
        "setAnonymousId",
        "A.setAnonymousId('mine')",
        "A.track('Seen')",
        "A.setAnonymousId('')",
        "A.user().anonymousId()",
    ),
    tell(
        "calls in one tick keep their order",
        "Promise.all([A.identify('jane'), A.track('One'), A.group('acme'), A.track('Two')]).then(() => 'all')",
    ),
    tell(
        "the context's methods",
        "A.track('Seen').then((ctx) => [typeof ctx.id, ctx.attempts, ctx.isSame(ctx),"
        " typeof ctx.cancel, typeof ctx.log, typeof ctx.updateEvent, Object.keys(ctx.toJSON()).sort()])",
    ),
    tell("the context's event can be changed", "A.track('Seen').then((ctx) => ctx.updateEvent('properties.n', 2))"),
    tell(
        "stats of a delivered event", "A.track('Seen').then((ctx) => ctx.stats.metrics.map((m) => [m.metric, m.type]))"
    ),
    tell(
        "logs of a delivered event",
        "A.track('Seen').then((ctx) => ctx.logs().map((line) => line.message))",
    ),
    tell(
        "queued: each call",
        queued="""
        cioanalytics.page('Home'); cioanalytics.track('Seen', {n: 1}); cioanalytics.ready(() => seen('ready'));
    """,
    ),
    tell(
        "queued: setAnonymousId comes first",
        "A.user().anonymousId()",
        queued="""
        cioanalytics.track('Seen'); cioanalytics.setAnonymousId('mine'); cioanalytics.track('Later');
    """,
        eager=False,
    ),
    tell(
        "queued: calls of several methods keep their order",
        listen=False,
        queued="""
        cioanalytics.on('dispatch_start', (ctx) => seen('sent', ctx.event.event || ctx.event.name));
        cioanalytics.track('t1'); cioanalytics.page('p1'); cioanalytics.track('t2'); cioanalytics.page('p2');
    """,
        differs="D20",
        where=r"0\.log.*",
    ),
    tell(
        "timeout: a long one",
        "(window.began = Date.now(), A.timeout(800),"
        " A.track('Seen', {}, {}, () => seen('late', Date.now() - began > 780)))",
    ),
)
