"""Values that no JSON can carry, or that fight back, at every place where page code can put a value (D8).

Law: the call fails with an error that says which argument and why, or its value arrives cleaned as JSON cleans it; the
next call works, nothing is thrown into the page, and nobody's prototype has changed.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import OURS
from tests.browser.page_texts import snippet_page
from tests.browser.site import Site, wait_until
from tests.browser.visits import LOADED
from tests.reliability.case import LISTEN

MAKERS: Final = """<script>
    window.make = {
        cycle: () => { const one = {a: 1}; one.self = one; return one; },
        deepCycle: () => { const one = {a: [{b: {}}]}; one.a[0].b.c = one.a; return one; },
        getter: () => ({get bad() { throw new Error('getter says no'); }}),
        toJSON: () => ({toJSON() { throw new Error('toJSON says no'); }}),
        toJSONOther: () => ({toJSON: () => ({b: 2})}),
        revoked: () => { const {proxy, revoke} = Proxy.revocable({}, {}); revoke(); return proxy; },
        revokedFunction: () => { const {proxy, revoke} = Proxy.revocable(() => {}, {}); revoke(); return proxy; },
        traps: () => new Proxy({}, {ownKeys() { throw new Error('trap says no'); }}),
        observed: () => new Proxy({b: 2}, {}),
        bigint: () => 10n,
        symbol: () => Symbol('s'),
        element: () => document.body,
        reactive: () => { const one = document.createElement('p'); one.fiber = {node: one}; return one; },
        window: () => window,
        documentAll: () => document.all,
        deep: (levels = 5000) => { let one = {}; for (let n = 1; n < levels; n += 1) one = {a: one}; return one; },
        deepList: () => { let one = []; for (let n = 0; n < 5000; n += 1) one = [one]; return one; },
        proto: () => JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}'),
        sparse: () => { const one = [1]; one[3] = 4; return one; },
        endless: () => { const one = []; one.length = 4294967295; return one; },
        holder: () => Object.assign(Object.create(null), {b: 2}),
        map: () => new Map([[1, 2]]),
        date: () => new Date(Date.UTC(2026, 0, 1)),
        badDate: () => new Date(NaN),
        nan: () => NaN,
        text: () => 'a\\0b \\u2028 \\ud83e\\udd8a \\u540d',
        lone: () => 'a\\ud800b\\udc00',
        mark: () => ({$ref: 1}),
        otherMark: () => ({$json: {$ctx: {id: 'x'}}}),
        typed: () => new Uint8Array([1, 2]),
        rejecting: () => Promise.reject(new Error('nobody asked')),
    };
    for (const name of ['rejecting']) { const inner = make[name]; make[name] = () => { const one = inner(); one.catch(() => {}); return one; }; }
    window.outcome = async (action) => {
        try { const value = await action(); return ['done', value?.event?.type ?? value?.constructor?.name ?? null]; }
        catch (error) { return ['refused', String(error?.message ?? error)]; }
    };
</script>"""

# What JSON cannot write, and a word of the reason.
REFUSED: Final = {
    "cycle": "circular",
    "deepCycle": "circular",
    "getter": "getter says no",
    "toJSON": "toJSON says no",
    "revoked": "revoked",
    "traps": "trap says no",
    "bigint": "BigInt",
    "window": "",
    "reactive": "circular",
    "deep": "200 levels",
    "deepList": "200 levels",
}
# What JSON makes of a value within an object.
CLEANED: Final[dict[str, Any]] = {
    "toJSONOther": {"b": 2},
    "observed": {"b": 2},
    "element": {},
    "proto": {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}},
    "sparse": [1, None, None, 4],
    "holder": {"b": 2},
    "map": {},
    "date": "2026-01-01T00:00:00.000Z",
    "badDate": None,
    "nan": None,
    "text": "a\0b \u2028 \U0001f98a \u540d",
    "lone": "a\ud800b\udc00",
    "mark": {"$ref": 1},
    "otherMark": {"$json": {"$ctx": {"id": "x"}}},
    "typed": {"0": 1, "1": 2},
    "rejecting": {},
}


@dataclass
class Room:
    """One page for many calls."""

    site: Site
    visitor: ChromiumVisitor
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def outcome(self, call: str) -> tuple[str, str]:
        """Make a call: `done`, or `refused` with the error's message. What it throws into the page fails the test."""
        kind, message = self.visitor.evaluate(f"() => outcome(() => {call})")
        return kind, message

    def goes_on(self) -> None:
        """See that the next call works, and that nothing has changed but for what was asked."""
        name = f"After {next(self.numbers)}"
        assert self.outcome(f"cioanalytics.track('{name}', {{b: 2}})") == ("done", "track")
        assert self.arrived(name)["properties"] == {"b": 2}
        assert self.visitor.evaluate("[({}).polluted, [].polluted, Object.keys(Object.prototype).length]") == [
            None,
            None,
            0,
        ]
        assert self.visitor.evaluate("rejected") == []
        assert [line for line in self.visitor.console if line.level == "uncaught"] == []

    def arrived(self, name: str) -> dict[str, Any]:
        return self.site.event("track", name, timeout=30)

    def errors(self) -> list[str]:
        self.visitor.evaluate("0")
        return [line.text for line in self.visitor.console if line.level == "error"]


@pytest.fixture(scope="module")
def shared(chromium_: Browser, running_site: Site) -> Iterator[Room]:
    running_site.clear()
    visitor = ChromiumVisitor(chromium_.new_context())
    running_site.pages["/"] = snippet_page(OURS, head=LISTEN + MAKERS)
    visitor.open(running_site.url("/"))
    visitor.wait_for(LOADED, timeout=60)
    yield Room(running_site, visitor)
    visitor.close()
    running_site.clear()


@pytest.fixture
def room(shared: Room) -> Iterator[Room]:
    shared.visitor.console.clear()
    yield shared
    shared.goes_on()


PLACES: Final = {
    "properties": "cioanalytics.track('Strange', {{a: {0}}})",
    "all properties": "cioanalytics.track('Strange', {0})",
    "page properties": "cioanalytics.page('Strange', {{a: {0}}})",
    "traits": "cioanalytics.identify('jane', {{a: {0}}})",
    "group traits": "cioanalytics.group('acme', {{a: {0}}})",
    "context": "cioanalytics.track('Strange', {{}}, {{context: {{a: {0}}}}})",
    "integrations": "cioanalytics.track('Strange', {{}}, {{integrations: {{All: {0}}}}})",
    "options": "cioanalytics.track('Strange', {{}}, {0})",
    "alias options": "cioanalytics.alias('jane', 'joe', {{a: {0}}})",
}


@pytest.mark.parametrize("place", PLACES)
def test_what_json_cannot_write_fails_the_call(room: Room, place: str) -> None:
    for value, word in REFUSED.items():
        if value == "bigint" and place in {"all properties", "options"}:
            continue  # no object: it counts as not given
        kind, message = room.outcome(PLACES[place].format(f"make.{value}()"))
        assert (value, kind) == (value, "refused")
        assert "argument" in message
        assert word.lower() in message.lower()
    assert room.visitor.evaluate("Object.keys(cioanalytics.user().traits() ?? {}).length") == 0


@pytest.mark.parametrize("value", CLEANED)
def test_what_json_cleans_arrives_cleaned(room: Room, value: str) -> None:
    name = f"Clean {value}"
    made = f"make.{value}()"
    assert room.outcome(f"cioanalytics.track('{name}', {{a: {made}}}, {{context: {{a: {made}}}}})") == ("done", "track")
    sent = room.arrived(name)
    assert sent["properties"] == {"a": CLEANED[value]}
    assert sent["context"]["a"] == CLEANED[value]
    seen = room.visitor.evaluate(
        f"""() => {{
            cioanalytics.user().traits({{a: {made}}});
            const seen = [cioanalytics.user().traits(), JSON.parse(localStorage.ajs_user_traits)];
            cioanalytics.user().traits({{}});
            return JSON.stringify(seen);
        }}"""
    )
    assert json.loads(seen) == [{"a": CLEANED[value]}] * 2


def test_symbols_functions_and_nothing_are_left_out(room: Room) -> None:
    call = "cioanalytics.track('Left out', {a: make.symbol(), [Symbol()]: 1, f() {}, n: undefined, list: [make.symbol(), () => 1]})"
    assert room.outcome(call) == ("done", "track")
    assert room.arrived("Left out")["properties"] == {"list": [None, None]}


UNDEFINED_INSIDE = {
    "traits": ("cioanalytics.identify('jane', {gone: undefined, n: 1})", {"n": 1}),
    "traits of the user": ("Promise.resolve(cioanalytics.user().identify('jane', {gone: undefined, n: 1}))", {"n": 1}),
    "a list": ("cioanalytics.identify('jane', [undefined])", {}),
    "a text": ("cioanalytics.identify('jane', {gone: undefined, toJSON: () => 'text'})", {}),
    "another object": ("cioanalytics.identify('jane', {gone: undefined, toJSON: () => ({n: 1})})", {"n": 1}),
    "options": ("cioanalytics.identify('jane', {n: 1}, {gone: undefined})", {"n": 1}),
    "options of an alias": ("cioanalytics.alias('jane', 'joe', {gone: undefined})", {}),
    "an id": ("Promise.resolve(cioanalytics.user().id({gone: undefined}))", {}),
}


@pytest.mark.parametrize("place", UNDEFINED_INSIDE)
def test_undefined_inside_is_nowhere(room: Room, place: str) -> None:
    call, traits = UNDEFINED_INSIDE[place]
    room.visitor.evaluate("cioanalytics.user().traits({}) && 0")
    room.visitor.evaluate(f"{call}.catch(() => {{}})")
    assert room.visitor.evaluate("cioanalytics.user().traits()") == traits
    assert room.outcome("cioanalytics.track('After')") == ("done", "track")


def test_two_hundred_levels_arrive(room: Room) -> None:
    assert room.outcome("cioanalytics.track('Deep', make.deep(200))") == ("done", "track")
    levels, place = 0, room.arrived("Deep")["properties"]
    while place is not None:
        levels, place = levels + 1, place.get("a")
    assert levels == 200


@pytest.mark.parametrize(
    ("properties", "named"),
    [
        ("{small: 1, large: 'x'.repeat(33000), middle: 'y'.repeat(500)}", ["properties.large", "properties.middle"]),
        ("{list: Array.from({length: 20000}, (_, n) => n)}", ["properties.list"]),
        ("{wide: '\\u{1f98a}'.repeat(9000)}", ["properties.wide"]),
        ("{lone: '\\ud800'.repeat(12000)}", ["properties.lone"]),
        ("Object.fromEntries(Array.from({length: 5000}, (_, n) => [`key ${n}`, n]))", ["properties ("]),
    ],
)
def test_too_large_an_event_is_refused_by_its_largest_fields(room: Room, properties: str, named: list[str]) -> None:
    kind, message = room.outcome(f"cioanalytics.track('Large', {properties})")
    assert kind == "refused"
    assert [name for name in named if name not in message] == [], message
    assert "32768" in message.replace(",", "").replace(".", "")
    assert not [event for event in room.site.events() if event.get("event") == "Large"]
    assert not [key for key in room.visitor.local_storage() if "outbox" in key]


def test_an_array_without_end_is_refused_for_what_it_is(room: Room) -> None:
    kind, message = room.outcome(
        "cioanalytics.track('Endless', {a: make.sparse(), b: 'x'.repeat(2 ** 28), c: 'x'.repeat(2 ** 28)})"
    )
    assert kind == "refused"
    assert "levels" not in message


IDS: Final = (
    "symbol",
    "bigint",
    "cycle",
    "revoked",
    "getter",
    "deep",
    "element",
    "window",
    "text",
    "lone",
    "mark",
    "documentAll",
)


@pytest.mark.parametrize("value", IDS)
@pytest.mark.short(*(name for name in IDS if name != "mark"))
def test_strange_ids_end_nothing(room: Room, value: str) -> None:
    before = room.visitor.evaluate("cioanalytics.user().anonymousId()")
    for call in ("identify", "group", "alias", "track", "page"):
        kind, _ = room.outcome(f"cioanalytics.{call}(make.{value}())")
        assert kind in {"done", "refused"}
    thrown = room.visitor.evaluate(
        f"""() => {{
            const value = make.{value}();
            const user = cioanalytics.user(), group = cioanalytics.group();
            const calls = [
                () => cioanalytics.setAnonymousId(value), () => user.anonymousId(value), () => user.id(value), () => user.traits(value),
                () => user.identify(value, value), () => group.id(value), () => group.traits(value), () => cioanalytics.reset(value),
                () => cioanalytics.normalize(value), () => cioanalytics.timeout(value), () => cioanalytics.debug(value),
                () => cioanalytics.on(value, value), () => cioanalytics.once(value, value), () => cioanalytics.off(value, value),
                () => cioanalytics.emit(value, value), () => cioanalytics.storage.set(value, value), () => cioanalytics.storage.get(value),
            ];
            return calls.map((call, place) => {{ try {{ call(); return null; }} catch (error) {{ return `${{place}}: ${{error}}`; }} }})
                .filter(Boolean);
        }}"""
    )
    assert thrown == []
    room.visitor.evaluate(
        "(id) => { cioanalytics.debug(false); cioanalytics.timeout(300); cioanalytics.reset(); cioanalytics.setAnonymousId(id); }",
        before,
    )
    assert room.visitor.evaluate("cioanalytics.user().anonymousId()") == before


@pytest.mark.parametrize(
    "value", ["symbol", "bigint", "cycle", "revoked", "revokedFunction", "element", "mark", "nan", "holder"]
)
def test_strange_plugins_and_middleware_are_refused(room: Room, value: str) -> None:
    for call in (
        "register(@)",
        "register({name: @, type: 'before', load() {}, isLoaded: () => true})",
        "deregister(@)",
        "addSourceMiddleware(@)",
        "addDestinationMiddleware(@, @)",
        "ready(@)",
        "queryString(@)",
        "trackLink(@, 'x')",
        "trackForm(@, 'x')",
        "pageview(@)",
    ):
        if value == "revokedFunction" and "Middleware" in call:
            continue  # one that stays would stop each event, as it should
        kind, message = room.outcome(f"cioanalytics.{call}".replace("@", f"make.{value}()"))
        assert kind in {"done", "refused"}, (call, message)
    thrown = room.visitor.evaluate(
        f"""() => {{ try {{ cioanalytics.use(make.{value}()); return null; }} catch (error) {{ return String(error); }} }}"""
    )
    assert thrown is None


@pytest.mark.parametrize("value", [*REFUSED, "symbol", "proto", "lone", "mark", "typed", "text"])
def test_handlers_and_callbacks_get_what_json_carries(room: Room, value: str) -> None:
    room.visitor.evaluate(
        "() => { window.heard = []; window.hear = (...given) => { heard.push(JSON.stringify(given)); }; cioanalytics.on('strange', hear); }"
    )
    room.visitor.evaluate(f"() => {{ cioanalytics.emit('strange', make.{value}(), {{a: make.{value}()}}, 1); }}")
    heard = room.visitor.evaluate("() => { cioanalytics.off('strange', hear); return heard; }")
    if value in REFUSED:
        assert heard in ([], ["[{},{},1]"])
        assert len(room.errors()) == 1 or heard
    else:
        assert len(heard) == 1


@pytest.mark.parametrize("value", [*REFUSED, "symbol", "proto", "lone", "mark", "holder"])
def test_what_a_handler_or_callback_answers_is_nobodys(room: Room, value: str) -> None:
    name = f"Answered {value}"
    room.visitor.evaluate(f"() => {{ window.answer = () => make.{value}(); cioanalytics.on('track', answer); }}")
    outcome = room.outcome(f"cioanalytics.track('{name}', {{}}, {{}}, () => make.{value}())")
    room.visitor.evaluate("() => cioanalytics.off('track', answer)")
    assert outcome == ("done", "track")
    room.arrived(name)


CHANGES: Final = {
    **{
        name: f"ctx.event.properties.a = make.{name}();"
        for name in (*REFUSED, "symbol", "proto", "lone", "mark", "typed")
    },
    "no event": "ctx.event = null;",
    "an event of text": "ctx.event = 'x';",
    "an event of its own": "ctx.event = make.revoked();",
    "no type": "delete ctx.event.type;",
    "another type": "ctx.event.type = 'constructor';",
    "type of a kind": "ctx.event.type = {toString() { throw 1; }};",
    "no message id": "ctx.event.messageId = {};",
    "strange logs": "ctx.log(make.cycle(), make.bigint(), make.cycle());",
    "deep logs": "ctx.log('warn', 'x', {deep: make.deep()});",
    "logs of nothing": "ctx.logs().push(null, 5, {});",
    "strange metrics": "ctx.stats.increment(make.cycle(), make.bigint(), 5); ctx.stats.metrics.push(null);",
    "metrics of nothing": "ctx.stats.metrics = {length: 5};",
    "a forged path": "ctx.updateEvent('__proto__.polluted', 1); ctx.updateEvent('properties.constructor.prototype.polluted', 1);",
    "failed": "ctx.setFailedDelivery({reason: make.cycle()});",
    "thrown": "throw make.cycle();",
    "thrown revoked": "throw make.revoked();",
    "thrown nothing": "throw undefined;",
    "thrown strange": "throw {get message() { throw 1; }, name: 5};",
    "thrown deep": "throw Object.assign(new Error('x'), {cause: make.deep(), message: 'y'.repeat(1e6)});",
    "rejected": "return Promise.reject(make.cycle());",
    "answered deep": "return make.deep();",
    "answered event": "return {event: make.deep()};",
    "answered strange": "return {event: make.cycle(), id: 5n};",
    "answered revoked": "return make.revoked();",
    "answered thenable": "return {get then() { throw new Error('then says no'); }};",
    "never": "return {then() { throw new Error('then says no'); }};",
}


@pytest.mark.parametrize(
    ("change", "kind"),
    [(change, "enrichment") for change in CHANGES]
    + [
        (change, "destination")
        for change in ("cycle", "deep", "no event", "strange logs", "thrown deep", "answered deep")
    ],
)
def test_what_a_plugin_does_to_its_context_ends_no_other_event(room: Room, change: str, kind: str) -> None:
    """Plugins of these types cannot end an event: it leaves, changed by what can be sent, or as it was."""
    name = f"{change} {kind}"
    plugin = f"{{name: 'Strange', type: '{kind}', version: '1', isLoaded: () => true, load: async () => {{}}, track(ctx) {{ if (ctx.event.event !== {json.dumps(name)}) return ctx; {CHANGES[change]} return ctx; }}}}"
    assert room.outcome(f"cioanalytics.register({plugin})")[0] == "done"
    try:
        kind_of_end, message = room.outcome(f"cioanalytics.track({json.dumps(name)}, {{b: 2}})")
        assert kind_of_end == "done", message
        if change not in {"no type", "another type", "type of a kind"}:
            assert room.arrived(name)["properties"]["b"] == 2
    finally:
        room.outcome("cioanalytics.deregister('Strange')")


@pytest.mark.parametrize("change", [name for name in CHANGES if name != "never"])
def test_what_a_before_plugin_does_ends_at_most_its_own_event(room: Room, change: str) -> None:
    name = f"{change} before"
    plugin = f"{{name: 'Strange', type: 'before', version: '1', isLoaded: () => true, load: async () => {{}}, track(ctx) {{ if (ctx.event.event !== {json.dumps(name)}) return ctx; {CHANGES[change]} return ctx; }}}}"
    room.outcome(f"cioanalytics.register({plugin})")
    room.visitor.evaluate(
        f"() => {{ window.ended = outcome(() => cioanalytics.track({json.dumps(name)}, {{b: 2}})); }}"
    )
    room.goes_on()
    room.outcome("cioanalytics.deregister('Strange')")


@pytest.mark.parametrize("value", [*REFUSED, "symbol", "proto", "lone", "mark"])
def test_middleware_that_passes_strange_values_ends_no_other_event(room: Room, value: str) -> None:
    """A middleware stays for good; this one acts on one event only."""
    name = f"Passed {value}"
    call = f"""cioanalytics.addSourceMiddleware(({{payload, next}}) => {{
        if (payload.obj.event === '{name}') payload.obj.properties.a = make.{value}();
        next(payload);
    }})"""
    assert room.outcome(call)[0] == "done"
    room.visitor.evaluate(f"() => {{ window.ended = outcome(() => cioanalytics.track('{name}', {{b: 2}})); }}")
    room.goes_on()


def test_rubbish_for_push_is_told_and_ignored(room: Room) -> None:
    thrown = room.visitor.evaluate("""() => {
        const pushed = [['track'], ['track', make.cycle()], ['nothing', 1], ['constructor'], ['__proto__x', 1], ['toString']];
        return pushed.map((one) => { try { cioanalytics.push(one); return null; } catch (error) { return String(error); } })
            .filter(Boolean);
    }""")
    assert thrown == []


def test_strange_calls_of_the_stub_leave_the_others(site: Site, visitor: ChromiumVisitor) -> None:
    site.pages["/"] = snippet_page(
        OURS,
        """
        for (const value of Object.values(make)) {
            cioanalytics.track('Strange', value());
            cioanalytics.identify(undefined, {a: value()});
            cioanalytics.on(value(), value());
            cioanalytics.push(['register', value()]);
            cioanalytics.push([value(), value()]);
            cioanalytics.push(value());
        }
        cioanalytics.track('Good', {b: 2});
        """,
        before="delete make.endless;",
        head=LISTEN + MAKERS,
    )
    visitor.open(site.url("/"))
    visitor.wait_for(LOADED, timeout=60)
    assert site.event("track", "Good", timeout=30)["properties"] == {"b": 2}
    assert visitor.evaluate("({}).polluted") is None
    assert [line for line in visitor.console if line.level == "uncaught"] == []


@pytest.mark.parametrize(
    "options",
    [
        "make.cycle()",
        "{a: make.deep()}",
        "make.revoked()",
        "{user: make.proto()}",
        "5n",
        "{cookie: make.getter()}",
        "Symbol()",
    ],
)
@pytest.mark.short("make.cycle()", "{cookie: make.getter()}", "Symbol()")
def test_strange_options_are_said_and_the_page_goes_on(site: Site, visitor: ChromiumVisitor, options: str) -> None:
    site.pages["/"] = snippet_page(
        OURS, "cioanalytics.track('Good'); window.wentOn = true;", options=options, head=LISTEN + MAKERS
    )
    visitor.open(site.url("/"))
    visitor.wait_for("window.wentOn")

    def ended() -> Any:
        loaded = visitor.evaluate(LOADED)
        return loaded or [line for line in visitor.console if line.level == "error"]

    wait_until(ended, timeout=60, what="a client, or a word on why there is none")
    assert [line for line in visitor.console if line.level == "uncaught"] == []
    assert visitor.evaluate("rejected") == []


def test_stores_of_five_thousand_levels_end_nothing(site: Site, visitor: ChromiumVisitor) -> None:
    site.pages["/blank"] = "<!doctype html><title>Blank</title>"
    visitor.open(site.url("/blank"))
    visitor.evaluate("""() => {
        const deep = '['.repeat(5000) + ']'.repeat(5000);
        const open = '{"a":'.repeat(100000);
        for (const key of ['ajs_user_traits', 'ajs_user_id', 'ajs_anonymous_id', 'cioanalytics:settings:test-key'])
            localStorage.setItem(key, deep);
        for (const key of ['ajs_group_id', 'ajs_group_properties', 'cioanalytics:seen']) localStorage.setItem(key, open);
        localStorage.setItem('cioanalytics:outbox:test-key:0123456789abcdef:1', `{"v":1,"at":1,"stage":"wire","event":${deep}}`);
        localStorage.setItem('cioanalytics:outbox:test-key:0123456789abcdef:2', `{"v":1,"at":1,"stage":"wire","event":{"type":"track","a":${deep}}}`);
        localStorage.setItem('cioanalytics:kept:test-key:a:000001', `{"method":"track","args":[${deep}],"refs":[],"time":1,"page":{},"stores":{}}`);
        localStorage.setItem('cioanalytics:kept:test-key:a:end', '1');
        localStorage.setItem('persisted-queue:v1:test-key:items', deep);
        document.cookie = 'ajs_user=' + '%5B'.repeat(1200);
    }""")
    plain = site.settings
    site.settings = lambda key, host: plain(key, host) | {"middlewareSettings": nested(400)}
    site.pages["/"] = snippet_page(OURS, head=LISTEN + MAKERS)
    visitor.open(site.url("/"))
    visitor.wait_for(LOADED, timeout=60)
    visitor.evaluate("() => cioanalytics.track('Good')")
    site.event("track", "Good")
    assert [line.text for line in visitor.console if line.level == "uncaught"] == []


def nested(levels: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for _ in range(levels):
        made = {"a": made}
    return made
