"""Workers of all kinds, and what may become of their pages: nothing that was written or called is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Playwright

from tests.browser import chromium
from tests.browser.chromium import ChromiumVisitor
from tests.browser.page_texts import blank_page
from tests.browser.site import Site, wait_until
from tests.browser.test_bridge import IDS, LOAD, Workshop
from tests.browser.visitor import Visitor

READY: Final = f"{LOAD}\nawait cioanalytics.ready()\n{IDS}"
SHARED: Final = "shared: true"


@pytest.fixture
def workshop(site: Site, visitor: Visitor) -> Workshop:
    return Workshop(site, visitor)


def second(workshop: Workshop, python: str) -> Any:
    """Run Python in a second worker of the page in front."""
    return json.loads(workshop.visitor.evaluate("(code) => (window.second ??= hire())(code)", python))


def names(site: Site) -> list[str]:
    return sorted(event["event"] for event in site.events() if event["type"] == "track")


def test_several_workers_of_one_page_know_one_visitor_and_their_page(workshop: Workshop) -> None:
    site = workshop.site
    workshop.visit()
    anonymous, *_ = workshop.run(READY)
    assert second(workshop, READY) == [anonymous, None, {}, "bridge"]
    workshop.run("await cioanalytics.identify('jane', {'plan': 'basic'})\nawait cioanalytics.track('One')\nNone")
    wait_until(lambda: second(workshop, IDS)[:3] == [anonymous, "jane", {"plan": "basic"}], what="the second to hear")
    second(workshop, "await cioanalytics.track('Two')\nNone")
    second(workshop, "cioanalytics.reset()\nNone")
    wait_until(lambda: workshop.run(IDS)[1] is None, what="the first to hear")
    assert workshop.run(IDS)[0] == second(workshop, IDS)[0] != anonymous
    for name in ("One", "Two"):
        sent = site.event("track", name)
        assert (sent["anonymousId"], sent["userId"], sent["context"]["page"]["path"]) == (anonymous, "jane", "/worker")


def test_a_closed_tab_sends_what_several_workers_had_to_send_once_each(
    workshop: Workshop, visitor: ChromiumVisitor
) -> None:
    site = workshop.site
    site.pages["/away"] = blank_page()
    workshop.visit()
    workshop.run(READY)
    second(workshop, READY)
    visitor.new_tab()
    visitor.open(site.url("/away"))
    visitor.to_tab(0)
    site.faults["/v1/t"] = 503
    workshop.run("cioanalytics.track('One')\nNone")
    second(workshop, "cioanalytics.track('Two')\nNone")
    site.until(lambda: names(site) == ["One", "Two"], what="both to be refused")
    unsent = "len(cioanalytics._client._analytics.delivery.unacknowledged(9_000))"
    wait_until(lambda: workshop.run(unsent) == second(workshop, unsent) == 1, what="both to wait")
    site.faults.clear()
    site.hits.clear()
    visitor.page.close(run_before_unload=True)
    site.until(lambda: names(site) == ["One", "Two"], what="both, of the closed tab")


def test_a_shared_worker_lives_on_whichever_of_its_pages_is_left(workshop: Workshop, visitor: ChromiumVisitor) -> None:
    site = workshop.site
    workshop.visit(path="/one", options=SHARED)
    anonymous, *known = workshop.run(READY)
    assert known == [None, {}, "bridge"]
    visitor.new_tab()
    workshop.visit(path="/two", options=SHARED)
    assert workshop.run(IDS)[0] == anonymous, "one worker, one Python"
    visitor.context.pages[0].close(run_before_unload=True)
    workshop.run("await cioanalytics.identify('jane')\nawait cioanalytics.track('Left')\nNone")
    assert workshop.run(IDS)[:2] == [anonymous, "jane"]
    wait_until(lambda: workshop.jar().get("ajs_user_id") == "jane", what="the cookie, by the page that is left")
    assert site.event("track", "Left")["anonymousId"] == anonymous


def test_a_worker_that_outlives_its_pages_navigation_loses_nothing(
    workshop: Workshop, visitor: ChromiumVisitor
) -> None:
    site = workshop.site
    site.pages["/away"] = blank_page()
    workshop.visit(options=SHARED)
    anonymous, *_ = workshop.run(READY)
    # A page without a bridge, which keeps the worker alive.
    visitor.new_tab()
    workshop.visit(head="", path="/holder", options=SHARED)
    visitor.to_tab(0)
    visitor.open(site.url("/away"))
    visitor.to_tab(1)
    workshop.run("cioanalytics.identify('jane', {'plan': 'basic'})\ncioanalytics.track('Between')\nNone")
    assert workshop.run(IDS)[:3] == [anonymous, "jane", {"plan": "basic"}]
    visitor.to_tab(0)
    workshop.visit(options=SHARED, path="/next")
    wait_until(lambda: workshop.jar().get("ajs_user_id") == "jane", what="what was written meanwhile")
    assert workshop.jar()["ajs_anonymous_id"] == anonymous
    assert json.loads(visitor.local_storage()["ajs_user_traits"]) == {"plan": "basic"}
    workshop.run("await cioanalytics.track('After')\nNone")
    site.event("track", "After")
    assert names(site) == ["After", "Between"]
    assert {event["anonymousId"] for event in site.events()} == {anonymous}
    wait_until(
        lambda: not [key for key in visitor.local_storage() if key.startswith("cioanalytics:outbox:")],
        what="nothing to be left to send",
    )


def test_a_busy_worker_has_written_before_it_is_done_and_hears_what_happened_then(workshop: Workshop) -> None:
    visitor = workshop.visitor
    workshop.visit()
    anonymous, *_ = workshop.run(READY)
    visitor.evaluate(
        "(code) => { window.busy = true; void python(code).then(() => { window.busy = false; }); }",
        """
import time
cioanalytics.identify("jane")
cioanalytics.track("Busy")
end = time.monotonic() + 3
while time.monotonic() < end:
    pass
None""",
    )
    visitor.wait_for("document.cookie.includes('ajs_user_id=jane')", timeout=3)
    assert visitor.evaluate("busy"), "the page has it while the worker is still busy"
    visitor.evaluate("""() => {
        document.cookie = "ajs_user_id=joe; domain=.example.test; path=/";
        localStorage.setItem("ajs_user_id", '"joe"');
    }""")
    assert visitor.evaluate("busy")
    wait_until(lambda: workshop.run(IDS)[:2] == [anonymous, "joe"], what="the worker to hear what happened meanwhile")
    assert workshop.site.event("track", "Busy")["userId"] == "jane"
    assert workshop.jar()["ajs_user_id"] == "joe"


def test_a_busy_page_that_goes_at_once_has_all_that_its_worker_wrote(workshop: Workshop) -> None:
    site, visitor = workshop.site, workshop.visitor
    workshop.visit()
    anonymous, *_ = workshop.run(READY)
    site.pages["/away"] = blank_page()
    visitor.evaluate(
        """(code) => {
            void python(code);
            setTimeout(() => {
                const end = performance.now() + 1500;
                while (performance.now() < end);
                location.href = "/away";
            });
        }""",
        "cioanalytics.identify('jane')\ncioanalytics.track('Busy')\nNone",
    )
    visitor.wait_for("location.pathname === '/away' && document.readyState === 'complete'")
    assert (workshop.jar()["ajs_anonymous_id"], workshop.jar()["ajs_user_id"]) == (anonymous, "jane")
    sent = site.event("track", "Busy")
    assert (sent["anonymousId"], sent["userId"]) == (anonymous, "jane")


def test_what_a_page_could_not_send_as_it_went_is_free_for_the_next_one_at_once(workshop: Workshop) -> None:
    site, visitor = workshop.site, workshop.visitor
    workshop.visit()
    workshop.run(READY)
    site.pages["/away"] = blank_page()
    site.faults["/v1/t"] = 503
    workshop.run("cioanalytics.track('Kept')\nNone")
    site.until(lambda: names(site) == ["Kept"], what="the first try")
    leases = "Object.entries({ ...localStorage }).filter(([key]) => key.endsWith(':lease')).map((each) => each[1])"
    (lease,) = visitor.evaluate(leases)
    now = visitor.evaluate("Date.now()")
    assert int(lease.partition(":")[0]) > now + 5_000, "a worker that lives keeps others from its events"
    visitor.open(site.url("/away"))
    (lease,) = visitor.evaluate(leases)
    assert int(lease.partition(":")[0]) < now
    site.faults.clear()
    site.hits.clear()
    workshop.visit()
    workshop.run(READY)
    site.event("track", "Kept")
    wait_until(lambda: not visitor.evaluate(leases), what="no lease to be left")


@pytest.fixture
def rested(site: Site, playwright_: Playwright) -> Iterator[Workshop]:
    """Give a workshop in a Chromium that keeps pages in its back/forward cache."""
    browser = playwright_.chromium.launch(
        executable_path=chromium.executable(playwright_),
        args=chromium.FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield Workshop(site, ChromiumVisitor(browser.new_context()))
    browser.close()


HELD: Final = "(async () => (await navigator.locks?.query())?.held.map(({ name }) => name) ?? [])()"


@pytest.mark.parametrize("host", ["example.test", "localhost"], ids=["lease", "web lock"])
def test_a_page_in_the_back_forward_cache_comes_back_with_its_worker(rested: Workshop, host: str) -> None:
    site, visitor = rested.site, rested.visitor
    site.caching = "no-cache"
    site.pages["/away"] = blank_page()
    rested.visit(host=host)
    anonymous, *_ = rested.run(READY)
    if host == "localhost":
        wait_until(lambda: visitor.evaluate(HELD), what="the worker to hold its lock")
    visitor.evaluate("() => { addEventListener('pageshow', ({ persisted }) => { window.returned = persisted; }); }")
    visitor.open(site.url("/away", host))
    # A lock that somebody asks for, or looks for, would throw the page out that has it.
    assert visitor.evaluate(HELD) == []
    visitor.evaluate(
        """(domain) => {
            document.cookie = `ajs_user_id=joe; path=/${domain}`;
            localStorage.setItem("ajs_user_id", '"joe"');
            history.back();
        }""",
        "" if host == "localhost" else f"; domain=.{host}",
    )
    visitor.wait_for("window.returned === true")
    wait_until(lambda: rested.run("user.id()") == "joe", what="the worker to hear what happened meanwhile")
    rested.run("await cioanalytics.track('Back')\nNone")
    sent = site.event("track", "Back")
    assert (sent["userId"], sent["anonymousId"]) == ("joe", anonymous)
    assert sent["context"]["page"]["path"] == "/worker"
    if host == "localhost":
        wait_until(lambda: visitor.evaluate(HELD), what="the worker to hold its lock again")


def test_what_other_tabs_say_does_not_throw_a_resting_page_out_of_the_cache(rested: Workshop) -> None:
    site, visitor = rested.site, rested.visitor
    site.caching = "no-cache"
    site.pages["/away"] = blank_page()
    rested.visit(host="example.test")
    rested.run(READY)
    visitor.evaluate("() => { addEventListener('pageshow', ({ persisted }) => { window.returned = persisted; }); }")
    visitor.open(site.url("/away", "example.test"))
    visitor.new_tab()
    rested.visit(host="example.test", path="/two")
    rested.run(f"{READY}\nawait cioanalytics.identify('joe')\nNone")
    visitor.to_tab(0)
    visitor.evaluate("() => { setTimeout(() => history.back()); }")
    visitor.wait_for("window.returned === true")
    wait_until(lambda: rested.run("user.id()") == "joe", what="the worker to hear what happened meanwhile")
    rested.run("cioanalytics.user().identify('jane')\nNone")
    visitor.to_tab(1)
    wait_until(lambda: rested.run("user.id()") == "jane", what="the other tab to hear of it")
