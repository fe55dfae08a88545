"""Calls with values that have no plain form, and the small print of contexts, callbacks and validation."""

from __future__ import annotations

from tests.parity.scenario import at_once, tell

AS_JSON = r"\d+\.(log|answer).*"
SOON = "new Promise((done) => setTimeout(done, 200))"

SCENARIOS = (
    tell(
        "a cycle",
        "(window.loop = {n: 1}, loop.self = loop, A.track('Seen', loop).then(() => 'resolved', (error) => error.name))",
    ),
    tell(
        "BigInt",
        "A.track('Seen', {n: 10n}).then(() => 'resolved', (error) => error.name)",
    ),
    tell(
        "boxed values",
        "A.track('Seen', {text: new String('x'), number: new Number(5), yes: new Boolean(false)})",
        differs="D25",
        where=r"1\..*",
    ),
    tell(
        "Map, Set and typed arrays",
        "A.track('Seen', {map: new Map([[1, 2]]), set: new Set([1]), bytes: new Uint8Array([1, 2])})",
        differs="D25",
        where=AS_JSON,
    ),
    tell(
        "own toJSON",
        "A.track('Seen', {x: {toJSON: () => ({a: 1})}, when: new Date(NaN)})",
        differs="D25",
        where=AS_JSON,
    ),
    tell(
        "getters and inherited members",
        "A.track('Seen', Object.create({inherited: 1}, {own: {get: () => 2, enumerable: true}, hidden: {value: 3}}))",
    ),
    tell(
        "symbols and functions as members",
        "A.track('Seen', {[Symbol('s')]: 1, fn() {}, none: undefined})",
        differs="D25",
        where=AS_JSON,
    ),
    tell("an error as a property", "A.track('Seen', {error: new Error('x')})", differs="D25", where=AS_JSON),
    tell("an element as a property", "A.track('Seen', {el: document.body.id})"),
    tell("a name of many characters", "A.track('x'.repeat(500))"),
    tell("names of Object's own members", "A.track('Seen', {constructor: 1, toString: 'x', hasOwnProperty: true})"),
    tell("dots in property names", "A.track('Seen', {'a.b': 1, 'c.d.e': {f: 2}})"),
    tell(
        "an event that is too long",
        "A.track('Long', {text: 'x'.repeat(40000)}).then(() => 'resolved', (error) => error.name)",
        differs="D8",
        where=r"1\..*",
        listen=False,
    ),
    tell(
        "undefined arguments",
        "A.track('Seen', undefined, undefined, (ctx) => seen('callback', ctx))",
        "A.page(undefined, 'Home')",
        "A.identify('jane', undefined, {shade: 'blue'})",
    ),
    tell("numeric anonymousId in the options", "A.track('Seen', {}, {anonymousId: 42})", "A.user().anonymousId()"),
    tell("identify with a number in the options' userId", "A.track('Seen', {}, {userId: 7})", "A.user().id()"),
    tell("null in the options", "A.track('Seen', {}, null)", "A.page('Home', null, null)"),
    tell("options with a messageId and a type", "A.track('Seen', {}, {messageId: 'm', type: 'page'})"),
    tell("context.traits", "A.track('Seen', {}, {context: {traits: {a: 1}}})", "A.track('Later')"),
    tell("context.anonymousId", "A.track('Seen', {}, {context: {anonymousId: 'x'}})"),
    tell("traits of identify in the options", "A.identify('jane', {a: 1}, {traits: {b: 2}})", "A.user().traits()"),
    tell("alias with a known person", "A.identify('jane')", "A.alias('joe')", "A.alias('joe', '')", "A.alias(42)"),
    tell("group of a number", "A.group(42, {a: 1})", "A.group().id()", "A.group(0)"),
    tell("group without an id", "A.group({a: 1})", "A.group('acme')", "A.group({b: 2})", "A.group().traits()"),
    tell("group()", "[typeof A.group().id, typeof A.group().traits, typeof A.group().anonymousId]"),
    tell(
        "page of an object as name", "A.page('Home', 'Inner')", "A.page('Cat', null)", "A.page('Cat', {n: 1}, {a: 1})"
    ),
    tell("page changes nothing of the caller's", "(window.given = {n: 1}, A.page('Home', given))", "window.given"),
    tell("screen of nothing", "A.screen()"),
    tell(
        "validation: fields",
        "A.track('Seen', 5)",
        "A.identify('jane', 'text')",
        "A.group('acme', 'text')",
        "A.page('Home', 'Inner', 'text')",
    ),
    tell("validation: no id", "A.track('Seen', {}, {anonymousId: ''})", "A.identify()", "A.group()?.id?.()"),
    tell(
        "failedDelivery's reason",
        "A.identify('jane', 5).then((ctx) => [ctx.failedDelivery()?.reason?.message ?? null,"
        " ctx.failedDelivery()?.reason?.field ?? null])",
    ),
    tell("callback of a failed event", "A.identify('jane', 5, (ctx) => seen('callback', ctx))", SOON),
    tell("a late callback of timeout 0", "A.timeout(0)", "A.track('Seen', () => seen('callback'))"),
    tell("callback that gives a promise", "A.track('Seen', {}, {}, async () => { await 0; seen('callback'); })"),
    tell(
        "callback's error is in the logs",
        "A.track('Seen', {}, {}, () => { throw new Error('mine') }).then((ctx) =>"
        " ctx.logs().map(({level, message}) => [level, message]))",
    ),
    tell("toJSON of a context", "A.track('Seen').then((ctx) => Object.keys(ctx.toJSON()).sort())"),
    tell("the context's id", "A.track('Seen').then((ctx) => [typeof ctx.id, ctx.id === ctx.event.messageId])"),
    tell(
        "event after updateEvent of the integrations",
        "A.track('Seen', {}, {integrations: {Off: false}}).then((ctx) =>"
        " [ctx.updateEvent('integrations.Off.x', 1), ctx.event.integrations])",
    ),
    tell(
        "setAnonymousId of other types",
        "A.setAnonymousId(5)",
        "A.setAnonymousId()",
        "A.setAnonymousId(null)",
        "A.user().anonymousId()",
    ),
    tell(
        "reset while a track is under way",
        "(window.p = A.track('Seen'), A.identify('jane'), A.reset(), p.then(() => [A.user().id(),"
        " typeof A.user().anonymousId()]))",
    ),
    tell(
        "identify, then reset, then identify",
        "A.identify('jane', {a: 1})",
        at_once("A.reset()"),
        "A.identify('jane', {b: 2})",
        "A.user().traits()",
    ),
    tell(
        "ids of one page are strangers",
        "(window.one = A.user().anonymousId().replaceAll('-', ''), A.reset(),"
        " window.two = A.user().anonymousId().replaceAll('-', ''),"
        " [1, 2, 3].some((bytes) => two.slice(0, 6) === one.slice(2 * bytes, 2 * bytes + 6)))",
        differs="D16",
        where=r"1\.answer.*",
    ),
    tell(
        "explain and forget",
        "[typeof A.user().explain, typeof A.forget, typeof A.flush]",
        differs="D14",
        where=r"1\.answer.*",
    ),
    tell(
        "group without an id in a known group",
        "A.group('acme', {a: 1})",
        "A.group(null, {b: 2}, {shade: 'blue'})",
        "A.group().traits()",
    ),
    tell(
        "a callback that never ends",
        "A.track('Seen', {}, {}, () => new Promise(() => 0)).then((ctx) =>"
        " ctx.logs().map(({level, message}) => [level, message]))",
    ),
    tell(
        "page of many arguments",
        "A.page('c', 'n', {p: 1}, {o: 1}, (ctx) => seen('callback', ctx))",
        "A.page('c', 'n', (ctx) => seen('callback', ctx))",
        "A.page('c', (ctx) => seen('callback', ctx))",
    ),
    tell(
        "page of other types",
        "A.page([])",
        "A.page(true, 'x')",
        "A.page('a', 5)",
        "A.page(undefined, undefined, {a: 1})",
    ),
    tell(
        "screen of many arguments",
        "A.screen('c', 'n', {p: 1}, {o: 1}, (ctx) => seen('callback', ctx))",
        "A.screen(null, 'n')",
        "A.screen('', '')",
    ),
    tell(
        "alias of many arguments",
        "A.alias('a', 'b', {o: 1}, (ctx) => seen('callback', ctx))",
        "A.alias('a', {o: 1})",
        "A.alias('a', null)",
        "A.alias(1, 2)",
    ),
    tell("alias of nothing, by a known person", "A.identify('jane')", "A.alias()"),
    tell(
        "integrations of other types",
        "A.track('Seen', {}, {integrations: []})",
        "A.track('Seen', {}, {integrations: null})",
        "A.track('Seen', {}, {integrations: true})",
    ),
)
