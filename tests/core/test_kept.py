"""Calls of a visit that ended before its client ran (D2)."""

from __future__ import annotations

import json
from typing import Any

from tests.core.fakes import FakeStorage
from tests.core.test_analytics import Visit

from cioanalytics.browser.dispatch import table_of
from cioanalytics.core.kept import KeptCalls, stores_now

NOTHING = {"cookie": "", "local": {}}


def kept(method: str, *arguments: object, stores: object = NOTHING, time: int = 1_700_000_000_000) -> dict[str, Any]:
    return {
        "method": method,
        "args": list(arguments),
        "refs": [],
        "time": time,
        "page": {"path": "/left"},
        "stores": stores,
    }


def make(visit: Visit, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    client = visit.client
    left = KeptCalls(client, json.loads(json.dumps(calls)))
    client.begin()
    left.make(dict(table_of(client)), lambda arguments, _: arguments)  # type: ignore[arg-type, return-value]
    client.start()
    visit.clock.advance(1)
    return visit.sent()


def test_kept_calls_go_out_with_their_time_and_page_and_count_for_who_is_here() -> None:
    visit = Visit()
    track, identify = make(visit, [kept("track", "seen"), kept("identify", "jane")])
    assert track["timestamp"].startswith("2023-11-14T22:13:20")
    assert track["context"]["page"]["path"] == "/left"
    assert track["userId"] is None
    assert identify["userId"] == "jane"
    assert track["anonymousId"] == visit.client.user.anonymous_id()
    assert visit.client.user.id() == "jane"


def test_calls_of_another_person_go_out_as_that_person_and_change_nobody() -> None:
    omar = FakeStorage({"ajs_anonymous_id": '"omars"', "ajs_user_id": '"omar"'})
    visit = Visit(storage=omar)
    jane = {"cookie": "ajs_user_id=jane; ajs_anonymous_id=janes", "local": {}}
    calls = [
        kept("track", "seen", stores=jane),
        kept("identify", "jim", stores=jane),
        kept("track", "then", stores=jane),
    ]
    seen, identify, then = make(visit, calls)
    assert (seen["userId"], seen["anonymousId"]) == ("jane", "janes")
    assert identify["userId"] == "jim"
    assert then["userId"] == "jim"
    assert (visit.client.user.id(), visit.client.user.anonymous_id()) == ("omar", "omars")


def test_a_kept_reset_counts_while_nobody_else_was_here() -> None:
    storage = FakeStorage({"ajs_anonymous_id": '"janes"', "ajs_user_id": '"jane"'})
    visit = Visit(storage=storage)
    make(visit, [kept("reset", stores=stores_now(visit.client))])
    assert visit.client.user.id() is None


def test_two_tabs_that_make_one_kept_call_make_one_event() -> None:
    call = {**kept("track", "seen"), "id": "0123456789abcdef" * 2}
    (one,), (other,) = make(Visit(), [call]), make(Visit(), [call])
    assert one["messageId"] == other["messageId"] == "ajs-next-" + call["id"]


def test_broken_kept_calls_are_left_out() -> None:
    visit = Visit()
    broken: list[Any] = [None, 5, {"method": "nothing"}, {"method": "flush", "args": [1]}]
    (sent,) = make(visit, [*broken, {"method": "track", "args": ["x"], "time": True, "stores": 7}])
    assert sent["event"] == "x"
    assert [line for line in visit.console.warnings if "kept call" in line]
