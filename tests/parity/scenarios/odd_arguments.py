"""Arguments beyond those that count, and of kinds that nobody foresaw: methods as listeners, in a `map`."""

from __future__ import annotations

from tests.parity.scenario import at_once, tell

IDS = "[A.user().id(), A.user().traits(), A.group().id(), A.group().traits()]"
JANE = "A.identify('jane', {plan: 'basic'})"
SEEN = "A.track('Seen')"
BUTTON = "<button id='go' type='button'>go</button>"
CLICK = "document.querySelector('#go').click()"


def listener(method: str) -> str:
    return f"document.querySelector('#go').addEventListener('click', {method})"


SCENARIOS = (
    tell("reset as a listener", JANE, listener("A.reset"), at_once(CLICK), IDS, body=BUTTON),
    tell("logout as a listener", JANE, listener("A.user().logout"), at_once(CLICK), IDS, body=BUTTON),
    tell("a person's reset as a listener", JANE, listener("A.user().reset"), at_once(CLICK), IDS, body=BUTTON),
    tell("track as a listener", listener("A.track"), CLICK, body=BUTTON),
    tell("page as a listener", listener("A.page"), CLICK, body=BUTTON),
    tell(
        "reset with an event of a library",
        JANE,
        at_once("A.reset((window.loop = {type: 'click', target: document.body, handle: {}}, loop.self = loop))"),
        IDS,
    ),
    tell(
        "methods of the person in a map",
        "['one', 'one'].map(A.user().id)",
        "[{a: 1}].map(A.user().traits)",
        "['mine'].map(A.user().anonymousId)",
        "['yours'].map(A.setAnonymousId)",
        IDS,
    ),
    tell("methods of the group in a map", "['acme'].map(A.group().id)", "[{a: 1}].map(A.group().traits)", IDS),
    tell(
        "arguments beyond those that count",
        "A.user().identify('jane', {a: 1}, {b: 2}, () => 0)",
        "A.group().identify('acme', {a: 1}, {b: 2}, () => 0)",
        "A.user().save(1)",
        "A.user().load(1).id()",
        "A.on('track', (name) => seen('heard', name), 5) === A",
        "A.off('track', () => 0, 5) === A",
        "A.track('Seen', {n: 1}, {shade: 'blue'}, () => seen('called'), {m: 2}, 'more')",
        IDS,
    ),
    tell("NaN is no id of the person", "A.user().id(NaN)", "A.user().identify(NaN, {a: 1})", "A.group().id(NaN)", IDS),
    tell("more numbers", "A.identify(1.5)", "A.group(1e21)", "A.alias(-0.5, 1e-7)", "A.alias({}, 1, 2.5)", IDS),
    tell("emit of nothing", "A.emit() === A", "A.queue.emit() === A.queue"),
    tell(
        "a query of other kinds",
        "A.queryString(new URL('/x?ajs_event=Asked', location)).then((list) => list.length)",
        "A.queryString(location).then((list) => list.length)",
        "A.queryString({}).then((list) => list.length)",
        "A.queryString(null).then((list) => list.length)",
        "A.queryString(5).then((list) => list.length)",
        "A.queryString().then((list) => list.length)",
        path="/q?ajs_prop_a=1&ajs_event=Seen",
    ),
    tell(
        "a path that ends with a dot",
        "A.track('Seen', {}, {'a.': 1, '.': 2, 'b..c': 3, '.d': 4})",
        "A.track('Seen').then((ctx) => (ctx.updateEvent('properties.x.', 1), ctx.event.properties))",
    ),
    tell(
        "frozen objects",
        "A.track('Seen', Object.freeze({n: 1}), Object.freeze({shade: 'blue'}))",
        "A.identify('jane', Object.freeze({n: 1}))",
        "A.page('Home', Object.freeze({n: 1}))",
        IDS,
    ),
    tell(
        "objects of a class",
        "(window.Thing = class { n = 1; get m() { return 2; } f() {} }, A.track('Seen', new Thing()))",
        "A.identify('jane', new Thing())",
        "A.page(new Thing())",
        "A.track(new Thing()).catch((error) => error.message)",
        IDS,
    ),
    tell(
        "objects without a prototype",
        "A.track('Seen', Object.assign(Object.create(null), {n: 1}))",
        "A.identify('jane', Object.create(null))",
    ),
    tell(
        "functions that are classes or async",
        "A.track('Seen', async (ctx) => seen('called', ctx.event.event))",
        "A.track('Seen', class Never {})",
        "A.track('Seen', {}, {}, async () => { throw new Error('mine'); })",
        "A.track('Seen', () => seen('first'), () => seen('second'))",
    ),
    tell(
        "queued calls with more than they take",
        # Whether they are made before or after the page has loaded is chance with both.
        "(async () => { while (!(window.heard_ && window.called && window.isReady)) await"
        " new Promise((done) => setTimeout(done, 10)); return [heard_, called, isReady]; })()",
        IDS,
        listen=False,
        queued="cioanalytics.setAnonymousId('mine', 1, 2);"
        " cioanalytics.on('track', (name) => { window.heard_ = name; }, 5);"
        " cioanalytics.track('Seen', {n: 1}, {}, () => { window.called = true; }, 'more'); cioanalytics.ready(() =>"
        " { window.isReady = true; }, 5);",
    ),
    tell(
        "a group of many forms",
        "A.group(undefined, null, () => seen('called'))",
        "A.group('acme', null, null, () => seen('called'))",
        "A.group(null)",
        "A.group({})",
        "A.group([])",
        IDS,
    ),
)
