"""Identity: stores and their order, refresh, overrides, traits, legacy cookies, encodings, subdomains."""

from __future__ import annotations

from tests.parity.scenario import LOSE_BOTH, LOSE_COOKIES, LOSE_STORAGE, RELOAD, Reload, at_once, tell

IDS = "[A.user().id(), A.user().anonymousId(), A.user().traits(), A.group().id(), A.group().traits()]"
JANE = "A.identify('jane', {plan: 'basic'})"
ACME = "A.group('acme', {seats: 3})"

SCENARIOS = (
    tell("a visit without a call", differs="D15", where=r"0\.(cookies|storage).*", eager=False),
    tell("cookies expire", JANE, ACME, LOSE_COOKIES, IDS),
    tell("storage is cleared", JANE, ACME, LOSE_STORAGE, IDS),
    tell("both are cleared", JANE, ACME, LOSE_BOTH, IDS),
    tell("a subdomain", JANE, Reload(host="a.example.test"), IDS),
    tell("a public suffix of two parts", JANE, host="shop.example.co.uk"),
    tell("localhost", JANE, host="localhost"),
    tell("an IP address", JANE, host="127.0.0.1"),
    tell("a subdomain of localhost", JANE, host="app.localhost"),
    tell("logout", JANE, at_once("A.user().logout()"), IDS, RELOAD, IDS),
    tell("user().reset()", JANE, at_once("A.user().reset()"), IDS),
    tell("reset()", JANE, ACME, at_once("A.reset()"), RELOAD, IDS),
    tell("another identify", JANE, "A.identify('joe')", IDS),
    tell(
        "user().id",
        "A.user().id('jane')",
        "A.user().id('jane')",
        IDS,
        at_once("A.user().id('joe')"),
        IDS,
        "A.user().id(null)",
        IDS,
    ),
    tell(
        "ids that are no text", "A.user().id(5)", "A.user().id(0)", "A.user().id('')", at_once("A.user().id(true)"), IDS
    ),
    tell(
        "user().anonymousId",
        "A.user().anonymousId('mine')",
        at_once("A.user().anonymousId(null)"),
        "A.user().anonymousId(7)",
        IDS,
    ),
    tell(
        "user().traits",
        "A.user().traits({a: 1})",
        "A.user().traits()",
        "A.user().traits({})",
        "A.user().traits(null)",
        "A.user().traits()",
    ),
    tell("user().traits of other types", "A.user().traits('text')", "A.user().traits([1])", "A.user().traits()"),
    tell(
        "user().identify",
        "A.user().identify('jane', {a: 1})",
        "A.user().identify('jane', {b: 2})",
        at_once("A.user().identify('joe', {c: 3})"),
        IDS,
    ),
    tell("user().save and load", JANE, "A.user().save()", "A.user().load().id()"),
    tell("user().options", "A.user().options", "A.group().options"),
    tell(
        "group's own methods",
        "A.group().id('acme')",
        "A.group().traits({a: 1})",
        "A.group().identify('acme', {b: 2})",
        IDS,
        "A.group().logout()",
        "A.group().id()",
        "A.group().traits()",
        differs="D18",
        where=r"[567]\..*_anonymous_id.*",
    ),
    tell(
        "group().anonymousId",
        "A.group().anonymousId()",
        "A.group().anonymousId('g')",
        "A.user().anonymousId()",
        differs="D18",
        where=r"[123]\..*",
    ),
    tell("values in the jar", IDS, jar={"ajs_user_id": "%22jane%22", "ajs_group_id": "acme%20inc"}),
    tell("numbers in the jar", IDS, jar={"ajs_user_id": "1e5", "ajs_group_id": "42"}),
    tell("JSON in the jar", IDS, jar={"ajs_user_id": "true", "ajs_group_id": "%5B1%5D"}),
    tell("nothing in the jar", IDS, jar={"ajs_user_id": "null", "ajs_group_id": "0"}),
    tell("broken escapes in the jar", IDS, jar={"ajs_user_id": "foo%", "ajs_group_id": "a%zzb%20c"}),
    tell("lower case escapes in the jar", IDS, jar={"ajs_user_id": "%d0%96"}),
    tell("raw text in storage", IDS, stored={"ajs_user_id": "jane", "ajs_user_traits": '{"a":1}'}),
    tell(
        "broken traits in storage",
        IDS,
        stored={"ajs_user_id": '"jane"', "ajs_user_traits": '{"a":'},
        differs="N3",
        where=r"\d\.(answer|storage).*",
    ),
    tell(
        "the text null in storage",
        IDS,
        stored={"ajs_user_id": "null", "ajs_anonymous_id": "null", "ajs_user_traits": "null"},
        jar={"ajs_user_id": "jane"},
    ),
    tell(
        "storage wins over the jar",
        IDS,
        stored={"ajs_user_id": '"stored"', "ajs_anonymous_id": '"s"'},
        jar={"ajs_user_id": "cookie", "ajs_anonymous_id": "c"},
    ),
    tell("every character", "A.identify('# $&+/:<=>?@[]^`{|}()!*\\'~ \"%,;\\\\ é 日本')", RELOAD, IDS),
    tell("very long ids", "A.identify('x'.repeat(3000))", RELOAD, "A.user().id().length"),
    tell("legacy _sio", IDS, jar={"_sio": "legacy-anon----legacy-user"}, differs="D13", where=r".*_anonymous_id.*"),
    tell(
        "legacy ajs_user",
        IDS,
        jar={"ajs_user": "legacy"},
        differs="D13",
        where=r"1\.answer\.value\[3\]|.*ajs_user_id.*",
    ),
    tell(
        "a cookie set by others after load",
        "(document.cookie = 'ajs_user_id=joe; path=/; domain=example.test', A.user().id())",
        differs="D26",
        where=r".*days",
    ),
    tell(
        "a cookie deleted between two calls",
        JANE,
        "(document.cookie = 'ajs_user_id=; path=/; domain=example.test; max-age=0', A.user().id())",
    ),
    tell(
        "storage changed by others after load", JANE, "(localStorage.setItem('ajs_user_id', '\"joe\"'), A.user().id())"
    ),
)
