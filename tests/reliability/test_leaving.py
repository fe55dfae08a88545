"""Leaving the page: what can go goes with keepalive below 64 KB, once; the rest is the next visit's (D7, D22)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser import chromium
from tests.browser.chromium import ChromiumVisitor
from tests.reliability.harbour import Harbour, Outing

# Requests outlive the page, so what is known of them must too: sessionStorage is the tab's.
WATCH_REQUESTS = """<script>
    (() => {
        const original = window.fetch;
        window.fetch = function (url, options = {}) {
            if (options.method?.toUpperCase() === 'POST') {
                const log = JSON.parse(sessionStorage.requests ?? '[]');
                const size = new TextEncoder().encode(options.body).length;
                const left = window.gone === true || document.visibilityState === 'hidden';
                const entry = {size, keepalive: options.keepalive === true, left, failed: false};
                log.push(entry);
                sessionStorage.requests = JSON.stringify(log);
                const number = log.length - 1;
                return original.call(this, url, options).catch((error) => {
                    const log = JSON.parse(sessionStorage.requests);
                    log[number].failed = true;
                    sessionStorage.requests = JSON.stringify(log);
                    throw error;
                });
            }
            return original.call(this, url, options);
        };
        addEventListener('pagehide', () => { window.gone = true; }, true);
    })();
</script>"""
# Headless Chromium hides no tab: the page is told as the browser would.
HIDE = """() => {
    Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => 'hidden'});
    document.dispatchEvent(new Event('visibilitychange'));
}"""
SHOW = """() => {
    delete document.visibilityState;
    document.dispatchEvent(new Event('visibilitychange'));
}"""
BATCHING = pytest.mark.parametrize("batching", [False, True], ids=["single", "batching"])
BUDGET = 65_536


def requests_of(outing: Outing) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(outing.visitor.evaluate("sessionStorage.requests ?? '[]'"))
    return found


def track_large(outing: Outing, names: list[str], size: int) -> None:
    outing.visitor.evaluate(
        "([names, size]) => { for (const name of names) cioanalytics.track(name, {text: 'x'.repeat(size)}); }",
        [names, size],
    )


@BATCHING
@pytest.mark.short("batching")
def test_a_tab_switch_sends_what_waits_once_and_the_page_goes_on_as_before(outing: Outing, batching: bool) -> None:
    if batching:
        outing.harbour.batching(10, 60_000)
    outing.visit(head=WATCH_REQUESTS)
    outing.track(["One", "Two"])
    outing.visitor.evaluate(HIDE)
    outing.arrived_in_order(["One", "Two"])
    outing.track(["While hidden"])
    outing.arrived(["While hidden"])
    outing.visitor.evaluate(SHOW)
    outing.track(["Three", "Four"])
    if batching:
        # Batching is still on: nothing leaves before the batch is full.
        outing.track([f"More {number}" for number in range(8)])
        outing.arrived([f"More {number}" for number in range(8)])
        assert outing.harbour.attempts[-1].names == ["Three", "Four", *(f"More {number}" for number in range(8))]
    outing.arrived_in_order(["One", "Two", "While hidden", "Three", "Four"])
    assert len(outing.harbour.taken()) == len(set(outing.harbour.taken()))
    outing.nothing_kept()
    requests = requests_of(outing)
    assert all(request["keepalive"] for request in requests if request["left"])
    assert any(request["left"] for request in requests)
    # In peace, requests are none that the browser counts.
    assert not any(request["keepalive"] for request in requests if not request["left"])


@pytest.mark.long
def test_many_tab_switches_send_nothing_twice(outing: Outing) -> None:
    outing.harbour.batching(10, 60_000)
    outing.visit()
    names = []
    for number in range(4):
        names.append(f"Shown {number}")
        outing.track(names[-1:])
        outing.visitor.evaluate(HIDE)
        names.append(f"Hidden {number}")
        outing.track(names[-1:])
        outing.visitor.evaluate(SHOW)
    outing.leave()
    outing.visit("cioanalytics.track('Next');", path="/next")
    outing.visitor.evaluate(HIDE)
    outing.arrived([*names, "Next"])
    assert sorted(outing.harbour.taken()) == sorted([*names, "Next"])


@pytest.mark.ours
@BATCHING
@pytest.mark.parametrize("end", ["hidden", "navigation"])
@pytest.mark.short("hidden-single", "navigation-batching")
def test_all_requests_of_a_leaving_page_share_one_budget_and_the_rest_waits(
    outing: Outing, batching: bool, end: str
) -> None:
    if batching:
        outing.harbour.batching(50, 60_000)
    outing.visit(head=WATCH_REQUESTS)
    # Answers are late: all that leaves is in flight together.
    outing.harbour.faults.next("/v1/", times=40, delay=1.5)
    names = [f"Event {number}" for number in range(12)]
    outing.harbour.pages["/blank"] = "<!doctype html><title>Blank</title>"
    track_large(outing, names, 9_000)
    if end == "hidden":
        outing.visitor.evaluate(HIDE)
    else:
        outing.leave()
    outing.harbour.until(lambda: len(outing.harbour.attempts) > 0, timeout=outing.patience, what="the farewell")
    requests = [request for request in requests_of(outing) if request["left"]]
    assert requests
    assert all(request["keepalive"] for request in requests)
    if end == "navigation":
        assert sum(request["size"] for request in requests) < BUDGET
        assert sum(request["size"] for request in requests) > BUDGET / 2
    outing.harbour.faults.clear()
    if end == "hidden":
        # The budget comes free with each answer: a page that is only hidden sends all.
        # Single events leave side by side then; a batch has its order.
        (outing.arrived_in_order if batching else outing.arrived)(names)
        assert not any(request["failed"] for request in requests_of(outing))
    outing.visit(path="/next")
    outing.arrived(names)
    outing.nothing_kept()


@pytest.mark.ours
def test_an_event_larger_than_the_budget_waits_for_the_next_visit(outing: Outing) -> None:
    outing.visit(head=WATCH_REQUESTS, options="{maxEventBytes: 200000}")
    outing.harbour.faults.next("/v1/", delay=1)
    track_large(outing, ["Huge"], 90_000)
    outing.track(["Small"])
    outing.leave()
    outing.visit(path="/next", options="{maxEventBytes: 200000}")
    outing.arrived(["Huge", "Small"])
    outing.nothing_kept()


# The back/forward cache


@pytest.fixture(scope="module")
def remembering(playwright_: Playwright) -> Iterator[Browser]:
    """Give a Chromium with its back/forward cache, which Playwright switches off."""
    browser = playwright_.chromium.launch(
        executable_path=chromium.executable(playwright_),
        args=chromium.FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@pytest.fixture
def walker(remembering: Browser, harbour: Harbour) -> Iterator[Outing]:
    person = ChromiumVisitor(remembering.new_context())
    yield Outing(harbour, person)
    person.close()


LOCKED = """navigator.locks.query().then(({held, pending}) =>
    pending.length === 0 && held.some(({name}) => name.startsWith('cioanalytics:')))"""
RETURN = "addEventListener('pageshow', (event) => { window.returned = event.persisted; });"


def freeze(walker: Outing) -> None:
    """Go to another page of the site; Chromium keeps the one that is left.

    Garbage is collected then, as it is sooner or later: a finalizer of a frozen page throws it out of the cache (reason
    JavaScriptExecution), and a client whose runtime has finalizers is what keeps the page out. So would a lock that
    comes to the frozen page; on a busy machine it is on its way for a while.
    """
    walker.visitor.wait_for(LOCKED, timeout=walker.patience)
    walker.leave()
    protocol = walker.visitor.context.new_cdp_session(walker.visitor.page)
    for _ in range(2):
        protocol.send("HeapProfiler.collectGarbage")
        walker.visitor.page.wait_for_timeout(150)


def come_back(walker: Outing) -> None:
    """Go back into the frozen page; Chromium says why there is none."""
    protocol = walker.visitor.context.new_cdp_session(walker.visitor.page)
    protocol.send("Page.enable")
    reasons: list[str] = []

    def not_used(told: dict[str, Any]) -> None:
        reasons.extend(each["reason"] for each in told["notRestoredExplanations"])

    protocol.on("Page.backForwardCacheNotUsed", not_used)
    walker.visitor.page.go_back(wait_until="commit")
    walker.visitor.wait_for("typeof window.returned === 'boolean'", timeout=walker.patience)
    assert walker.visitor.evaluate("window.returned"), f"the page was not kept: {reasons}"
    protocol.detach()


def go_and_come_back(walker: Outing) -> None:
    """Go to another page of the site and back into the frozen one."""
    freeze(walker)
    come_back(walker)


@BATCHING
@pytest.mark.short("single")
def test_a_page_out_of_the_back_forward_cache_goes_on_and_sends_nothing_twice(walker: Outing, batching: bool) -> None:
    if batching:
        walker.harbour.batching(10, 1_000)
    walker.visit(RETURN)
    walker.track(["One", "Two"])
    go_and_come_back(walker)
    walker.track(["Three"])
    walker.arrived(["One", "Two", "Three"])
    go_and_come_back(walker)
    walker.track(["Four"])
    found = walker.arrived(["One", "Two", "Three", "Four"])
    assert [event["context"]["page"]["path"] for event in found] == ["/"] * 4
    walker.nothing_kept()
    assert sorted(walker.harbour.taken()) == sorted(["One", "Two", "Three", "Four"])


def test_what_another_visit_sent_while_the_page_was_frozen_is_not_sent_again(walker: Outing) -> None:
    walker.harbour.down()
    walker.visit(RETURN)
    walker.track(["One", "Two"])
    walker.tried("One")
    freeze(walker)
    frozen = walker.visitor.page
    walker.visitor.new_tab()
    walker.harbour.up()
    walker.visit("cioanalytics.track('Of the second');", path="/second")
    walker.arrived(["One", "Two", "Of the second"])
    walker.nothing_kept()
    tries = {name: walker.harbour.tries(name) for name in ("One", "Two")}
    walker.visitor.page = frozen
    come_back(walker)
    walker.track(["Back"])
    walker.arrived(["Back"])
    assert {name: walker.harbour.tries(name) for name in ("One", "Two")} == tries
    walker.nothing_kept()


@pytest.mark.long
def test_what_waited_when_the_page_froze_leaves_when_it_comes_back(walker: Outing) -> None:
    walker.harbour.down()
    walker.visit(RETURN)
    walker.track(["One", "Two"])
    walker.tried("One")
    go_and_come_back(walker)
    walker.harbour.up()
    walker.arrived(["One", "Two"])
    walker.nothing_kept()
    walker.track(["Three"])
    walker.arrived(["Three"])


def test_a_page_left_with_a_request_in_flight_is_kept_and_sends_it_once(walker: Outing) -> None:
    walker.visit(RETURN)
    walker.harbour.faults.next("/v1/", delay=1)
    walker.track(["One", "Two"])
    walker.tried("One")
    go_and_come_back(walker)
    walker.track(["Three"])
    walker.arrived(["One", "Two", "Three"])
    walker.nothing_kept()
    assert sorted(set(walker.harbour.taken())) == ["One", "Three", "Two"]
