"""What stands in the jar and in storage, and in which words the options ask for it: odd values, odd attributes."""

from __future__ import annotations

from typing import Any

from tests.parity.scenario import LOSE_STORAGE, RELOAD, Scenario, Step, at_once, tell

IDS = "[A.user().id(), A.user().anonymousId(), A.user().traits(), A.group().id(), A.group().traits()]"
JANE = "A.identify('jane', {plan: 'basic'})"
WARNED = r"0\.console.*"


def cookies(name: str, **jar: str) -> Scenario:
    """Tell of cookies that are there before the client comes, raw."""
    return tell(name, IDS, JANE, RELOAD, IDS, jar=jar)


def asked(name: str, options: str, *steps: Step, **rest: Any) -> Scenario:
    return tell(name, JANE, IDS, *steps, options=f"{{cookie: {options}}}", host="a.example.test", **rest)


def stored(name: str, **texts: str) -> Scenario:
    entries = {f"ajs_{entry}": text for entry, text in texts.items()}
    return tell(name, IDS, "A.track('Seen')", IDS, stored=entries)


SCENARIOS = (
    cookies("a foreign cookie whose name is no text", **{"%A1": "foo", "ajs_group_id": "acme"}),
    cookies("foreign cookies whose values are no texts", invalid="%A1", other="%", ajs_group_id="acme"),
    cookies("quotes around a value", ajs_group_id='"acme inc"', ajs_anonymous_id="%22anon%22"),
    cookies("signs of equality in a value", ajs_group_id="a=b==", ajs_anonymous_id="x=1"),
    cookies("good and broken escapes", ajs_group_id="foo%bar%22baz%qux", ajs_anonymous_id="%E9t%C3%A9"),
    cookies("names that are encoded", **{"ajs%5Fgroup%5Fid": "acme", "ajs_anonymous_i%64": "anon"}),
    cookies("plus signs, and escapes of escapes", ajs_group_id="a+b%2Bc", ajs_anonymous_id="%2522x%2522"),
    cookies("numbers of many forms", ajs_group_id="007", ajs_anonymous_id="-1.50"),
    tell(
        "an empty cookie, and one of blanks",
        IDS,
        JANE,
        IDS,
        before="document.cookie = 'ajs_group_id=; domain=example.test'; document.cookie = 'ajs_anonymous_id=  ;"
        " domain=example.test'; document.cookie = '=nameless'; document.cookie = 'bare';",
    ),
    tell(
        "ids of hard characters",
        "A.identify('a\\nb\\tc\\u0000d\\u007f')",
        IDS,
        at_once("A.user().id('👩‍👩‍👧 𝒳')"),
        RELOAD,
        IDS,
        LOSE_STORAGE,
        IDS,
    ),
    tell(
        "ids that look like something else",
        *(at_once(f"A.user().id({text!r})") for text in ("undefined", '"x"', '{"a":1}', "[1]", "%41", "a%20b", "01")),
        RELOAD,
        IDS,
    ),
    tell("an id that looks like JSON comes back out of the jar", "A.identify('01')", LOSE_STORAGE, IDS),
    asked("a life of none", "{maxage: 0}", differs="D12", where=r"\d\.console.*"),
    asked("a life that is over", "{maxage: -1}", RELOAD, IDS, differs="N12", where=r"\d\.(console|cookies).*"),
    asked("a life beyond what browsers grant", "{maxage: 10000}"),
    asked("a path without a slash", "{path: 'home'}"),
    asked("an empty path", "{path: ''}", differs="N12", where=WARNED),
    asked("a path with more in it", "{path: '/home; secure; max-age=5'}"),
    asked("a domain with a dot", "{domain: '.example.test'}"),
    asked("an empty domain", "{domain: ''}"),
    asked("SameSite in small letters", "{sameSite: 'strict'}"),
    asked("SameSite that says nothing", "{sameSite: ''}", differs="N12", where=WARNED),
    asked("secure that says nothing", "{secure: false}"),
    asked(
        "attributes that nobody knows",
        "{partitioned: true, httpOnly: true, expires: 3}",
        differs="N12",
        where=WARNED,
    ),
    stored("ids that are texts of numbers", user_id="42", anonymous_id="1e3", group_id='"07"'),
    stored("ids that say nothing", user_id='""', anonymous_id="0", group_id="false"),
    stored("ids that are no JSON", user_id="NaN", anonymous_id="undefined", group_id="{broken"),
    stored("ids that are lists", user_id="true", group_id="[1]"),
    stored("traits that say nothing", user_traits="", group_properties="null"),
    stored("traits that are no objects", user_traits='"text"', group_properties="[1]"),
    tell(
        "what is read is a copy",
        JANE,
        "(A.user().traits().mine = 1, A.user().traits())",
        "(A.group().traits().mine = 1, A.group().traits())",
    ),
    tell(
        "what is given is taken as it is then",
        "(window.given = {n: 1}, window.sent = A.identify('jane', given), given.n = 2, sent)",
        "(window.given = {n: 1}, A.user().traits(given), given.n = 2, A.user().traits())",
        "(window.given = {n: 1, deep: {m: 1}}, window.sent = A.page('Home', given), given.n = 2, given.more = 3, sent)",
    ),
    tell(
        "what a track is given is taken as it is then",
        "(window.given = {n: 1}, window.sent = A.track('Seen', given), given.n = 2, sent)",
        differs="D25",
        where=r"1\.(answer|log|requests).*\.n",
    ),
)
