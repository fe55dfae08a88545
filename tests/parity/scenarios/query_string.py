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
)
