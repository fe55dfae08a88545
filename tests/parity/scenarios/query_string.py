"""Calls out of the address of the page."""

from __future__ import annotations

from tests.parity.scenario import tell

IDS = "[A.user().id(), A.user().anonymousId(), A.user().traits()]"

SCENARIOS = (
    tell("ajs_uid", IDS, path="/q?ajs_uid=jane"),
    tell("ajs_uid with traits", IDS, path="/q?ajs_uid=jane&ajs_trait_plan=basic&ajs_trait_city=R%C3%B6m"),
    tell("ajs_aid", IDS, path="/q?ajs_aid=mine", eager=False),
    tell("ajs_event", path="/q?ajs_event=Seen"),
    tell("ajs_event with properties", path="/q?ajs_event=Seen+it&ajs_prop_n=1&ajs_prop_b=true"),
    tell(
        "all at once", IDS, path="/q?ajs_aid=mine&ajs_uid=jane&ajs_event=Seen&ajs_prop_n=1&ajs_trait_a=b", eager=False
    ),
    tell(
        "address ahead of a queued page",
        IDS,
        path="/q?ajs_aid=mine&ajs_uid=jane&ajs_event=Seen",
        queued="cioanalytics.page('Home');",
        eager=False,
        listen=False,
    ),
    tell(
        "address ahead of a queued identify",
        IDS,
        path="/q?ajs_uid=jane",
        queued="cioanalytics.identify('joe');",
        listen=False,
    ),
    tell(
        "address behind a queued id",
        IDS,
        path="/q?ajs_aid=mine",
        queued="cioanalytics.page(); cioanalytics.setAnonymousId('first');",
        eager=False,
    ),
    tell("traits alone", IDS, path="/q?ajs_trait_plan=basic"),
    tell("duplicates and equals signs", IDS, path="/q?ajs_uid=one&ajs_uid=two=three=four"),
    tell("broken escapes", IDS, path="/q?ajs_uid=100%&ajs_trait_a=%zz"),
    tell("in the hash", IDS, path="/q#x?ajs_uid=jane"),
    tell("search before hash", IDS, path="/q?x=1#y?ajs_uid=jane"),
    tell("switched off", IDS, path="/q?ajs_uid=jane&ajs_event=Seen", options="{useQueryString: false}"),
    tell(
        "patterns",
        IDS,
        path="/q?ajs_uid=jane&ajs_aid=mine",
        options="{useQueryString: {uid: /^j/, aid: /^x/}}",
        eager=False,
    ),
    tell("the call", "A.queryString('?ajs_uid=joe&ajs_event=Asked').then(() => 'done')", IDS),
    tell("hostile names", IDS, path="/q?ajs_uid=jane&ajs_trait___proto__=x&ajs_trait_constructor=y"),
    tell(
        "patterns that are texts",
        IDS,
        path="/q?ajs_uid=jane&ajs_aid=mine",
        options="{useQueryString: {uid: '^j', aid: 'x'}}",
        eager=False,
        # The words of the error are those of the vendor's minified code.
        differs="D15",
        where=r"0\.(console|cookies|storage).*",
    ),
    tell(
        "values that page code must not run", IDS, path="/q?ajs_uid=%3Cscript%3E&ajs_trait_a=%00&ajs_aid=" + "x" * 500
    ),
    tell("empty values", IDS, path="/q?ajs_uid=&ajs_event=&ajs_aid="),
    tell("properties without an event", IDS, path="/q?ajs_prop_a=1"),
    tell(
        "names without values",
        IDS,
        path="/q?ajs_uid=jane&ajs_trait_flag&ajs_trait_=x&ajs_event=Seen&ajs_prop_flag",
        differs="D25",
        where=r"0\.log.*flag",
    ),
    tell("an event without a value", IDS, path="/q?ajs_event&ajs_uid"),
    tell("other letters", IDS, path="/q?ajs_uid=日本&ajs_trait_größe=ä&ajs_trait_x=%E9&ajs_event=S%C3%ABen"),
    tell("a hash of several marks", IDS, path="/q#a?b?ajs_uid=jane"),
    tell("a hash without a mark", IDS, path="/q#ajs_uid=jane"),
    tell("a hash after an empty search", IDS, path="/q?#/route?ajs_uid=jane&ajs_trait_a=b#c"),
    tell("names of other letters' case", IDS, path="/q?AJS_UID=jane&ajs_UID=joe&xajs_uid=jim&ajs_uid2=j"),
    tell("an identifier of a number, of null", IDS, path="/q?ajs_uid=0&ajs_aid=null", eager=False),
    tell("queried twice", "A.queryString('?ajs_event=One&ajs_aid=a')", "A.queryString('?ajs_event=Two')", IDS),
    tell("encoded names", IDS, path="/q?ajs%5Fuid=jane&ajs_trait_a%20b=1"),
    tell(
        "the call: bare, empty, in a hash",
        "A.queryString('ajs_uid=joe').then(() => 'done')",
        "A.queryString('').then((list) => list)",
        "A.queryString('#?ajs_uid=z').then((list) => list.length)",
        IDS,
    ),
    tell(
        "the call obeys replaced methods",
        "(A.identify = async (...all) => seen('identify', ...all), A.track = async (...all) => seen('track', ...all),"
        " A.setAnonymousId = (...all) => seen('anonymous', ...all), 0)",
        "A.queryString('?ajs_uid=joe&ajs_event=E&ajs_aid=x&ajs_prop_a=1&ajs_trait_b=2').then((list) => list.length)",
        IDS,
    ),
)
