"""Settings that are slow, fail or make no sense: identity stands at once, and events wait for an address only (D4)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.visits import UUID4
from tests.reliability.harbour import OUTBOX, PIPELINE, Outing

SETTINGS = "/v1/projects"
# What a site gets that asks for settings in vain: by status, by nothing at all, by an answer that is none.
BAD: dict[str, Any] = {
    "500": {"status": 500},
    "404": {"status": 404},
    "connection reset": {"dropped": True},
}
MALFORMED: dict[str, Any] = {
    "no integrations": {"plan": {}},
    "integrations null": {"integrations": None},
    "a list": [],
    "a text": "settings",
    "null": None,
}


@pytest.fixture
def never() -> Iterator[threading.Event]:
    """Give what a server waits for in vain; it is let go at the end."""
    event = threading.Event()
    yield event
    event.set()


def host_option(outing: Outing) -> str:
    """Give options that name the host for events."""
    parts = outing.harbour.url("/v1", outing.host).split("://")
    return json.dumps({"integrations": {PIPELINE: {"apiHost": parts[1], "protocol": parts[0]}}})


def identity_stands(outing: Outing) -> None:
    """See that ids are there, whatever the settings do."""
    outing.visitor.wait_for("typeof window.cioanalytics?.user === 'function'", timeout=outing.patience)
    found = outing.visitor.evaluate("cioanalytics.user().anonymousId()")
    assert UUID4.fullmatch(found)
    assert json.loads(outing.visitor.local_storage()["ajs_anonymous_id"]) == found
    outing.do("cioanalytics.identify('jane', {plan: 'basic'});")
    assert outing.do("return [cioanalytics.user().id(), cioanalytics.user().traits()];") == ["jane", {"plan": "basic"}]


@pytest.mark.long
@pytest.mark.parametrize("fault", BAD.values(), ids=BAD)
def test_without_settings_identity_stands_at_once_and_events_wait_until_they_come(
    outing: Outing, fault: dict[str, Any]
) -> None:
    outing.harbour.faults.next(SETTINGS, times=3, **fault)
    outing.visit("cioanalytics.track('Queued');", wait=False)
    identity_stands(outing)
    # Settings are asked for again in the background, and then the events leave.
    outing.arrived_in_order(["Queued", "identify"])
    outing.nothing_kept()


@pytest.mark.ours
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(MALFORMED[name], id=name, marks=() if name == "no integrations" else (pytest.mark.long,))
        for name in MALFORMED
    ],
)
def test_settings_that_make_no_sense_are_asked_for_again(outing: Outing, answer: Any) -> None:
    outing.harbour.own_settings = lambda key, address: answer
    outing.visit("cioanalytics.track('Queued');", wait=False)
    identity_stands(outing)
    outing.visitor.wait_for("cioanalytics.initialized", timeout=outing.patience)
    assert outing.harbour.tries("Queued") == 0
    assert len(outing.stored()) == 2
    outing.harbour.own_settings = None
    outing.arrived_in_order(["Queued", "identify"])
    outing.nothing_kept()


@pytest.mark.ours
def test_slow_settings_hold_nothing_up_but_the_sending(outing: Outing) -> None:
    late = threading.Event()
    outing.harbour.faults.next(SETTINGS, until=late)
    outing.visit("cioanalytics.track('Queued');", wait=False)
    identity_stands(outing)
    assert len(outing.stored()) == 2
    late.set()
    outing.arrived_in_order(["Queued", "identify"])


@pytest.mark.ours
@pytest.mark.long
def test_settings_that_never_come_hold_events_with_a_known_host_for_five_seconds(
    outing: Outing, never: threading.Event
) -> None:
    outing.harbour.faults.next(SETTINGS, times=9, until=never, dropped=True)
    outing.visit("cioanalytics.track('Queued');", options=host_option(outing), wait=False)
    identity_stands(outing)
    outing.arrived_in_order(["Queued", "identify"])


@pytest.mark.ours
@pytest.mark.long
def test_settings_that_never_come_are_asked_for_again(outing: Outing, never: threading.Event) -> None:
    outing.harbour.faults.next(SETTINGS, times=1, until=never, dropped=True)
    outing.visit("cioanalytics.track('Queued');", wait=False)
    identity_stands(outing)
    outing.arrived_in_order(["Queued", "identify"])
    assert not never.is_set()


@pytest.mark.ours
def test_the_options_host_serves_while_settings_fail(outing: Outing) -> None:
    outing.harbour.faults.next(SETTINGS, times=1_000, status=500)
    outing.visit("cioanalytics.track('Queued');", options=host_option(outing))
    outing.do("await cioanalytics.track('Called');")
    outing.arrived_in_order(["Queued", "Called"])
    outing.nothing_kept()


@pytest.mark.ours
def test_the_last_good_settings_serve_while_new_ones_fail(outing: Outing) -> None:
    outing.visit()
    outing.close_tab()
    outing.harbour.faults.next(SETTINGS, times=1_000, status=500)
    outing.visit("cioanalytics.track('Remembered');", path="/second")
    outing.arrived(["Remembered"])
    outing.nothing_kept()
    # Also the visit after it, and none of it is another key's.
    outing.close_tab()
    outing.visit("cioanalytics.track('Of another');", path="/third", write_key="key-2")
    outing.do("await cioanalytics.flush();")
    assert outing.harbour.tries("Of another") == 0
    assert len(outing.stored(f"{OUTBOX}key-2:")) == 1


@pytest.mark.ours
def test_an_unknown_host_keeps_events_and_the_next_visit_with_settings_sends_them(outing: Outing) -> None:
    outing.harbour.faults.next(SETTINGS, times=1_000, status=500)
    outing.visit("cioanalytics.track('Kept');", path="/first")
    # The call is answered: it waits for nobody.
    outing.do("await cioanalytics.track('Kept too');")
    assert outing.harbour.attempts == []
    assert len(outing.stored()) == 2
    outing.close_tab()
    outing.harbour.faults.clear()
    outing.visit("cioanalytics.track('Now');", path="/second")
    found = outing.arrived_in_order(["Kept", "Kept too", "Now"])
    assert [event["context"]["page"]["path"] for event in found] == ["/first", "/first", "/second"]
    outing.nothing_kept()


@pytest.mark.ours
@pytest.mark.parametrize("region", [pytest.param("", id="US", marks=pytest.mark.long), pytest.param("-eu", id="EU")])
def test_where_the_settings_address_is_the_vendors_events_go_to_its_region(outing: Outing, region: str) -> None:
    vendor = f"https://cdp{region}.customer.io"
    sent: list[str] = []

    def vendors(route: Any) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            route.fulfill(status=200, json={}, headers={"access-control-allow-origin": "*"})
        else:
            route.fulfill(status=500, headers={"access-control-allow-origin": "*"})

    outing.visitor.context.route("https://*.customer.io/**", vendors)
    outing.visit("cioanalytics.track('Guessed');", options=json.dumps({"cdnURL": vendor}))
    outing.do("await cioanalytics.flush();")
    outing.nothing_kept()
    assert sent == [f"{vendor}/v1/t"]
    assert outing.harbour.attempts == []


@pytest.mark.ours
def test_an_integration_that_was_switched_off_stays_off(outing: Outing) -> None:
    outing.harbour.faults.next(SETTINGS, times=1_000, status=500)
    off = {"integrations": {PIPELINE: False}}
    outing.visit("cioanalytics.track('Off');", options=json.dumps(off))
    outing.do("await cioanalytics.track('Off too');")
    assert outing.harbour.attempts == []
    assert outing.stored() == {}


@pytest.mark.ours
@pytest.mark.long
def test_a_failed_look_is_told_once(outing: Outing) -> None:
    outing.harbour.faults.next(SETTINGS, times=3, status=500)
    outing.visit("cioanalytics.track('Queued');")
    outing.arrived(["Queued"])
    told = [line.text for line in outing.visitor.console if "settings could not be had" in line.text]
    assert len(told) == 1
