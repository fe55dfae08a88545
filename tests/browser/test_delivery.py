"""Delivery as each engine does it: every event once, whatever the page or the collector does (D5, D6, D7).

The long list of faults is tests/reliability's, in Chromium; here stands what rests on the engine itself: fetch with
keepalive, the events of a page that goes, streams, storage before the next task, turns among tabs.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.clients import OURS, WRITE_KEY
from tests.browser.site import Settings, Site, default_settings, wait_until
from tests.browser.visitor import Visitor
from tests.browser.visits import Shop

pytestmark = pytest.mark.engines

PATIENCE = 60
OUTBOX = f"cioanalytics:outbox:{WRITE_KEY}"


@pytest.fixture
def shop(site: Site, visitor: Visitor) -> Shop:
    return Shop(site, visitor, OURS)


def batching(size: int, timeout: int) -> Any:
    def settings(key: str, host: str) -> Settings:
        made = default_settings(key, host)
        config = {"size": size, "timeout": timeout}
        made["integrations"]["Customer.io Data Pipelines"]["deliveryStrategy"] = {
            "strategy": "batching",
            "config": config,
        }
        return made

    return settings


def track(shop: Shop, *names: str) -> None:
    """Make the calls without waiting for what becomes of them."""
    shop.visitor.evaluate(
        "(names) => names.forEach((name) => void cioanalytics.track(name).catch(() => 0))", list(names)
    )


def names_of(shop: Shop) -> list[str]:
    """Give the names of what the collector took: what it refused is asked for by `shop.site.hits`."""
    return [event.get("event") or event["type"] for event in shop.site.events()]


def all_came(shop: Shop, *names: str) -> None:
    shop.site.until(lambda: set(names) <= set(names_of(shop)), timeout=PATIENCE, what=", ".join(names))


def nothing_waits(shop: Shop) -> None:
    """Wait until the outbox is empty: each event was acknowledged."""
    wait_until(lambda: not waiting(shop), timeout=PATIENCE, what="an empty outbox")


def waiting(shop: Shop) -> list[str]:
    return [
        text for key, text in shop.visitor.local_storage().items() if key.startswith(OUTBOX) and '"messageId"' in text
    ]


@pytest.mark.smoke
def test_each_kind_of_call_arrives_once_at_its_address(shop: Shop) -> None:
    shop.visit()
    shop.do("""
        cioanalytics.track('Bought', {price: 2.5, name: 'Ä 🎈'});
        cioanalytics.page('Home');
        cioanalytics.identify('jane', {plan: 'basic'});
        cioanalytics.group('acme', {seats: 3});
        await cioanalytics.alias('janet');
    """)
    paths = ["/v1/t", "/v1/p", "/v1/i", "/v1/g", "/v1/a"]
    shop.site.until(lambda: len(shop.site.hits) >= len(paths), timeout=PATIENCE)
    nothing_waits(shop)
    assert [hit.path for hit in shop.site.hits] == paths
    assert shop.site.event("track")["properties"] == {"price": 2.5, "name": "Ä 🎈"}
    assert len({event["messageId"] for event in shop.site.events()}) == len(paths)


def test_a_batch_leaves_when_it_is_full_and_when_its_time_has_come(shop: Shop) -> None:
    shop.site.settings = batching(3, 500)
    shop.visit()
    track(shop, "One", "Two", "Three", "Four")
    all_came(shop, "Four")
    nothing_waits(shop)
    sizes = [[event["event"] for event in hit.body["batch"]] for hit in shop.site.hits]
    assert sizes == [["One", "Two", "Three"], ["Four"]]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_what_the_collector_cannot_take_now_it_takes_later(shop: Shop, status: int) -> None:
    shop.visit()
    shop.site.faults["/v1/t"] = status
    track(shop, "One", "Two")
    shop.site.until(lambda: len(shop.site.hits) >= 2, timeout=PATIENCE)
    refused = len(shop.site.hits)
    shop.site.faults.clear()
    nothing_waits(shop)
    taken = [hit.body["event"] for hit in shop.site.hits[refused:]]
    assert {"One", "Two"} == set(names_of(shop))
    assert taken.count("Two") <= 1
    assert taken[-1] == "Two"


def test_what_the_collector_refuses_for_good_is_asked_once(shop: Shop) -> None:
    shop.visit()
    shop.site.faults["/v1/t"] = 404
    track(shop, "Bad")
    shop.site.until(lambda: len(shop.site.hits) == 1, timeout=PATIENCE)
    nothing_waits(shop)
    shop.site.faults.clear()
    track(shop, "Good")
    all_came(shop, "Good")
    assert names_of(shop) == ["Bad", "Good"]


@pytest.mark.smoke
def test_an_event_is_kept_before_the_next_task_and_goes_out_at_the_next_visit(shop: Shop) -> None:
    shop.visit(path="/first", title="First")
    shop.site.faults["/v1/t"] = 503
    kept = shop.visitor.evaluate("""() => {
        void cioanalytics.track('Kept').catch(() => 0);
        return Object.values(localStorage).join();
    }""")
    assert '"Kept"' in kept
    shop.site.until(lambda: len(shop.site.hits) >= 1, timeout=PATIENCE)
    shop.leave()
    assert len(waiting(shop)) >= 1
    refused = len(shop.site.hits)
    shop.site.faults.clear()
    shop.visit(path="/second", title="Second")
    nothing_waits(shop)
    (taken,) = [hit.body for hit in shop.site.hits[refused:]]
    assert taken["event"] == "Kept"
    assert taken["context"]["page"]["path"] == "/first"


@pytest.mark.parametrize("batches", [False, True], ids=["single", "batching"])
def test_a_navigation_in_the_task_of_the_call_loses_nothing(shop: Shop, batches: bool) -> None:
    if batches:
        shop.site.settings = batching(10, 5000)
    shop.visit()
    shop.site.pages["/gone"] = "<!doctype html><title>Gone</title>"
    shop.visitor.evaluate("""() => {
        for (const name of ['One', 'Two', 'Three']) void cioanalytics.track(name).catch(() => 0);
        location.href = '/gone';
    }""")
    shop.visitor.wait_for("document.title === 'Gone'")
    shop.visit("cioanalytics.track('Next');", path="/next")
    all_came(shop, "One", "Two", "Three", "Next")
    nothing_waits(shop)
    # What left with the page may not have been acknowledged to it: once per message id is the law.
    ids = {(event["messageId"], event["event"]) for event in shop.site.events()}
    assert len(ids) == 4


def test_a_batch_leaves_with_its_page(shop: Shop) -> None:
    shop.site.settings = batching(10, 60_000)
    shop.visit()
    track(shop, "One", "Two")
    shop.leave()
    all_came(shop, "One", "Two")
    assert len(shop.site.hits) == 1
    shop.visit("cioanalytics.track('Next'); cioanalytics.flush?.();", path="/next")
    assert len({event["messageId"] for event in shop.site.events() if event["event"] in {"One", "Two"}}) == 2


def test_two_tabs_that_come_back_send_each_event_once(shop: Shop) -> None:
    shop.visit()
    shop.site.faults["/v1/t"] = 503
    track(shop, "One", "Two", "Three")
    shop.site.until(lambda: len(shop.site.hits) >= 1, timeout=PATIENCE)
    shop.leave()
    shop.site.faults.clear()
    shop.visit(path="/one", wait=False)
    shop.visitor.new_tab()
    shop.visit(path="/two")
    nothing_waits(shop)
    # The farewell of the page that was left is none of theirs, and may arrive late.
    of_tabs = [hit for hit in shop.site.hits if hit.headers["referer"].endswith(("/one", "/two"))]
    assert sorted(hit.body["event"] for hit in of_tabs) == ["One", "Three", "Two"]


def test_calls_before_the_boot_go_out_at_the_next_visit_with_their_page(shop: Shop) -> None:
    shop.site.delays["/dist/pyodide-"] = 4
    shop.visit("cioanalytics.track('Early'); cioanalytics.page('Shop');", path="/early", wait=False)
    shop.visitor.wait_for(f"Object.keys(localStorage).some((key) => key.startsWith('cioanalytics:kept:{WRITE_KEY}'))")
    shop.leave()
    assert shop.site.hits == []
    shop.site.delays.clear()
    shop.visit(path="/later")
    all_came(shop, "Early", "page")
    nothing_waits(shop)
    assert names_of(shop) == ["Early", "page"]
    assert {event["context"]["page"]["path"] for event in shop.site.events()} == {"/early"}


def test_the_start_is_the_fast_one(shop: Shop) -> None:
    """A snapshot that an engine cannot take would be covered up by the full start."""
    shop.visit()
    fetched = [path for path in shop.site.fetched if path.startswith("/dist/")]
    assert any("snapshot-" in path for path in fetched)
    assert not any("/pyodide/" in path or path.endswith((".zip", ".whl")) for path in fetched), fetched
