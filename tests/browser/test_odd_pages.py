"""Pages that carry the script in another way than the guide says, or call its stub as nobody thought: they work too."""

from __future__ import annotations

import pytest

from tests.browser.clients import OURS, THEIRS, WRITE_KEY
from tests.browser.page_texts import snippet_page
from tests.browser.site import Site
from tests.browser.test_loader import own_lines
from tests.browser.visitor import Visitor
from tests.browser.visits import LOADED, Shop


def open_page(site: Site, visitor: Visitor, head: str) -> None:
    site.pages["/"] = f"<!doctype html><html lang='en'><head><title>T</title></head><body>{head}</body></html>"
    visitor.open(site.url("/"))
    visitor.wait_for(LOADED)


def sends(site: Site, visitor: Visitor) -> None:
    """Send an event, and find nothing on the console."""
    visitor.evaluate("() => cioanalytics.track('Seen')")
    site.event("track", "Seen")
    assert own_lines(visitor, "error", "warning", "uncaught") == []


def tag_of(site: Site, mode: str) -> str:
    attributes = f"data-write-key='{WRITE_KEY}' data-cdn-url='{site.url('')}'"
    return f"<script {mode} src='/dist/cioanalytics.js' {attributes}></script>"


@pytest.mark.parametrize("mode", ["", "defer", "type='module'"])
def test_the_tag_may_be_any_kind_of_script(site: Site, visitor: Visitor, mode: str) -> None:
    open_page(site, visitor, tag_of(site, mode))
    sends(site, visitor)


NAMED = pytest.mark.parametrize(
    "element",
    ["<form name='cioanalytics'></form>", "<div id='cioanalytics'></div>", "<iframe name='cioanalytics'></iframe>"],
    ids=["form", "id", "frame"],
)


@NAMED
def test_an_element_of_the_global_s_name_gives_way_to_the_tag(site: Site, visitor: Visitor, element: str) -> None:
    open_page(site, visitor, element + tag_of(site, "async"))
    sends(site, visitor)


@NAMED
def test_the_vendor_s_snippet_may_have_written_on_such_an_element(site: Site, visitor: Visitor, element: str) -> None:
    page = snippet_page(OURS, options={"cdnURL": site.url(""), "cookie": {"maxage": 30}})
    start = page.index("<script>")
    open_page(site, visitor, element + page[start : page.rindex("</script>") + len("</script>")])
    sends(site, visitor)
    (days,) = {round(found.days_left()) for found in visitor.cookies() if found.name == "ajs_anonymous_id"}
    assert days == 30


def test_a_queued_group_without_arguments_says_nothing(shop: Shop) -> None:
    shop.visit("cioanalytics.group(); cioanalytics.track('Last');")
    shop.site.event("track", "Last")
    assert [event["type"] for event in shop.site.events()] == ["track"]


@pytest.mark.differs("N14")
def test_a_queued_pageview_needs_no_address(shop: Shop) -> None:
    shop.visit("cioanalytics.pageview();")
    assert shop.site.event("page")["properties"]["path"] == "/"
    assert own_lines(shop.visitor, "error", "uncaught") == []


@pytest.mark.parametrize("first", ["the vendor's", "ours"])
def test_both_clients_may_be_on_a_page_and_know_the_same_person(site: Site, visitor: Visitor, first: str) -> None:
    theirs = snippet_page(THEIRS)
    start = theirs.index("<script>")
    scripts = [
        theirs[start : theirs.rindex("</script>") + len("</script>")],
        tag_of(site, "async data-global-key='ours'"),
    ]
    head = "".join(scripts if first == "the vendor's" else reversed(scripts))
    site.pages["/"] = f"<!doctype html><html lang='en'><head><title>T</title></head><body>{head}</body></html>"
    visitor.open(site.url("/"))
    visitor.wait_for("typeof window.ours?.user === 'function' && typeof window.cioanalytics?.user === 'function'")
    seen = visitor.evaluate("""async () => {
        await cioanalytics.identify('jane', {plan: 'basic'});
        const seen = [ours.user().id(), ours.user().traits().plan];
        await ours.identify('joe');
        return [...seen, cioanalytics.user().id(), cioanalytics.user().anonymousId() === ours.user().anonymousId()];
    }""")
    assert seen == ["jane", "basic", "joe", True]
