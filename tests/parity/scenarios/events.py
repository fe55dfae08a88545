"""What is in an event on the wire: types of values, page, campaign, ad ids, locale, `_metadata`."""

from __future__ import annotations

from tests.parity.scenario import RELOAD, Reload, at_once, tell

SENT = "A.track('Seen')"
# What listeners and promises get is JSON (D25); what is sent must be equal.
AS_JSON = r"\d+\.(log|answer).*"

SCENARIOS = (
    tell(
        "numbers",
        "A.track('Seen', {int: 1, float: 1.5, whole: 2.0, big: 1e21, small: 1e-7, minus: -0})",
        differs="D25",
        where=AS_JSON,
    ),
    tell(
        "numbers without a JSON form",
        "A.track('Seen', {nan: NaN, inf: Infinity, list: [NaN, undefined]})",
        differs="D25",
        where=AS_JSON,
    ),
    tell(
        "undefined and null",
        "A.track('Seen', {gone: undefined, none: null, list: [undefined, null], fn: () => 1})",
        differs="D25",
        where=AS_JSON,
    ),
    tell(
        "dates",
        "A.track('Seen', {when: new Date(0), list: [new Date(86400000)]})",
        differs="D25",
        where=AS_JSON,
    ),
    tell("Unicode", "A.track('Sëen 日本 🎉', {'ключ': 'значение', quote: '\"\\\\\\n\\u2028'})"),
    tell("booleans and empty things", "A.track('Seen', {yes: true, no: false, empty: '', list: [], object: {}})"),
    tell("nested values", "A.track('Seen', {a: {b: {c: {d: [1, {e: [[], [2]]}]}}}})"),
    tell("ISO texts stay", "A.track('Seen', {when: '2020-01-02T03:04:05.678Z', day: '2020-01-02'})"),
    tell(
        "timestamps of any type",
        "A.track('Seen', {}, {timestamp: '2020-01-02'})",
        "A.track('Seen', {}, {timestamp: 12})",
    ),
    tell("the page", SENT, title="Shoes", path="/shop/shoes?size=9#top"),
    tell("the page of a page call", "A.page()", title="Shoes", path="/shop/shoes?size=9#top"),
    tell(
        "canonical link",
        SENT,
        "A.page()",
        head="<link rel='canonical' href='http://example.test/shoes'>",
        path="/shop?x=1",
    ),
    tell(
        "canonical link with a query",
        SENT,
        head="<link rel='canonical' href='http://example.test/shoes?a=1'>",
        path="/s?x=1",
    ),
    tell("relative canonical link", SENT, head="<link rel='canonical' href='/shoes'>", path="/s?x=1"),
    tell("two canonical links", SENT, head="<link rel='canonical' href='/one'><link rel='canonical' href='/two'>"),
    tell("referrer", Reload(path="/second"), SENT, Reload(path="/third"), SENT),
    tell("own page fields", "A.track('Seen', {path: '/mine', referrer: 'r', search: '?s', title: 't', url: 'u'})"),
    tell(
        "context.page given",
        "A.track('Seen', {}, {context: {page: {path: '/given'}}})",
        "A.page({}, {page: {title: 'x'}})",
    ),
    tell(
        "campaign",
        SENT,
        "A.page()",
        path="/c?utm_source=mail&utm_medium=m&utm_campaign=n&utm_term=t&utm_content=c&utm_id=7",
    ),
    tell("campaign without value", SENT, path="/c?utm_source"),
    tell("campaign of nothing", SENT, path="/c?utm_"),
    tell("query without campaign", SENT, path="/c?x=1"),
    tell("campaign given", "A.track('Seen', {}, {campaign: {name: 'given'}})", path="/c?utm_source=mail"),
    tell("ad ids: millennial media", SENT, Reload(path="/later"), SENT, path="/c?urid=77"),
    tell("ad ids: dataxu", SENT, Reload(path="/later"), SENT, path="/c?btid=88"),
    tell("ad ids survive reset", SENT, at_once("A.reset()"), SENT, path="/c?btid=88"),
    tell(
        "locale, library and user agent given",
        "A.track('Seen', {}, {locale: 'xx', userAgent: 'mine', library: {name: 'mine'}})",
    ),
    tell("ip", "A.track('Seen', {}, {context: {ip: '0.0.0.0'}})", SENT),
    tell("AMP id", SENT, jar={"_ga": "amp-abc"}),
    tell("no AMP id", SENT, jar={"_ga": "GA1.2.3.4"}),
    tell("messageId in the options", "A.track('Seen', {}, {messageId: 'mine'})"),
    tell(
        "integrations of the call", "A.track('Seen', {}, {integrations: {All: true, Mixpanel: {id: 1}, Other: false}})"
    ),
    tell(
        "integrations at load and in the call",
        "A.track('Seen', {}, {integrations: {Other: false, Third: {a: 1}}})",
        options="{integrations: {Other: {id: 1}, Fourth: false}}",
    ),
    tell(
        "the caller's names in the context",
        "A.track('Seen', {}, {'app.name': 'x', 'app.version': 2, context: {app: {a: 1}}})",
    ),
    tell("after identify", "A.identify('jane', {plan: 'basic'})", SENT, RELOAD, SENT, "A.page()"),
    tell("after group", "A.group('acme', {seats: 3})", SENT),
    tell(
        "a page that moves in the tick of the call",
        "(window.p = A.track('Seen'), history.replaceState(null, '', '/moved?x=1'), document.title = 'Moved', p)",
        differs="D3",
        where=r"1\..*(page|campaign).*",
    ),
    tell("campaign of three letters", SENT, path="/c?utm"),
    tell(
        "campaign of strange names",
        SENT,
        path="/c?utm_source=a&utm_source=b&utm_=c&utm_x%20y=1&xutm_campaign=7&utm_campaign=%zz",
    ),
    tell(
        "ad ids without persistence",
        SENT,
        SENT,
        Reload(path="/later"),
        SENT,
        path="/c?btid=88",
        options="{disableClientPersistence: true}",
    ),
    tell("two ad ids", SENT, path="/c?btid=88&urid=9"),
    tell(
        "traits of many kinds",
        "A.identify('jane', {email: 'a@b.c', address: {city: 'R'}, createdAt: '2020-01-01', n: [1, {x: null}]})",
        "A.user().traits()",
    ),
    tell("a Date as timestamp", "A.track('Seen', {}, {timestamp: new Date(0)})", differs="D25", where=AS_JSON),
    tell(
        "undefined in the options",
        "A.track('Seen', {}, {a: undefined, context: {b: undefined}})",
        differs="D25",
        where=AS_JSON,
    ),
)
