"""What events tell of their page."""

from __future__ import annotations

from typing import cast

import pytest
from tests.core.fakes import JsonCodec
from tests.core.measured import PAGES, MeasuredPage, facts_of

from cioanalytics.core.events.page_context import AdMemory, amp_id, enrich_context, enrich_page, page_context
from cioanalytics.core.events.url import path_of
from cioanalytics.core.moment import Moment, read_moment
from cioanalytics.core.ports import JsonObject, PageFacts


class FakeCookies:
    """Cookies of a page by name; counts what is written."""

    def __init__(self, values: dict[str, str] | None = None) -> None:
        self.values = values or {}
        self.writes: list[str] = []

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def put(self, name: str, value: str) -> None:
        self.writes.append(value)
        self.values[name] = value


def measured_events() -> list[JsonObject]:
    """Give the four events that were sent from each measured page."""
    given: JsonObject = {"title": "T2", "search": None, "url": "u"}
    page: JsonObject = {"title": "mine", "url": "", "path": 5, "extra": 1, "category": "C"}
    context: JsonObject = {
        "page": {"url": "given", "more": 1},
        "userAgent": "X",
        "locale": None,
        "library": "lib",
        "campaign": {},
        "referrer": {"id": "r", "z": 1},
    }
    return [
        {"type": "track", "properties": {}, "context": {}},
        {"type": "page", "category": "C", "name": "N", "properties": page, "context": {}},
        {"type": "track", "properties": given, "context": context},
        {"type": "screen", "name": "s", "properties": {}, "context": {}},
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page['facts']['search']} {page['facts']['canonical']}")
def test_properties_and_context_equal_the_vendors(page: MeasuredPage) -> None:
    facts = facts_of(page)
    ads = AdMemory(FakeCookies(), JsonCodec())
    rows = zip(measured_events(), page["properties"], page["wire"], strict=True)
    for event, properties, wire in rows:
        enriched = enrich_page(event, facts)
        assert enriched["properties"] == properties
        sent = cast("JsonObject", enrich_context(enriched, facts, "1.0", ads.ad(facts.search), None)["context"])
        assert sent.pop("userAgent") == "UA"
        if isinstance(sent["library"], dict):
            assert sent.pop("library") == {"name": "cioanalytics", "version": "1.0"}
        assert sent == wire


def test_a_screen_gets_no_page() -> None:
    assert enrich_page({"type": "screen", "context": {}}, PageFacts(url="https://a.example/")) == {
        "type": "screen",
        "context": {},
    }


def test_a_canonical_link_gives_url_and_path_as_it_is_written() -> None:
    facts = PageFacts(url="https://a.example/x/y?q=1#h", path="/x/y", search="?q=1", canonical="../b c")
    page = page_context(facts)
    assert (page["url"], page["path"]) == ("../b c?q=1", "/b%20c")


def test_a_canonical_link_is_read_against_the_page_s_base() -> None:
    facts = PageFacts(url="https://a.example/x/y", path="/x/y", canonical="b", base="https://a.example/shop/deep/")
    told = read_moment(Moment(None, facts).to_json()).page
    assert (page_context(told)["url"], page_context(told)["path"]) == ("b", "/shop/deep/b")


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("https://b.example/c/d?x#y", "/c/d"),
        ("https://b.example", "/"),
        ("//b.example/p", "/p"),
        ("/abs", "/abs"),
        ("rel", "/one/two/rel"),
        ("./rel/../other", "/one/two/other"),
        ("../../../up", "/up"),
        ("?q", "/one/two/three"),
        ("a|b ä", "/one/two/a%7Cb%20%C3%A4"),
        ("mailto:me", "/me"),
        ("https:/same", "/same"),
        ("http:/other/host", "/host"),
        ("\\back\\slash", "/back/slash"),
        (" \t/tr\nim ", "/trim"),
    ],
)
def test_paths_of_links_are_those_of_the_browser(link: str, path: str) -> None:
    assert path_of(link, "https://site.example/one/two/three?q=1#h") == path


def test_nothing_of_the_event_is_changed() -> None:
    event: JsonObject = {"type": "page", "name": "n", "properties": {}, "context": {"page": {}, "referrer": {}}}
    facts = PageFacts(url="https://a.example/?btid=1", search="?btid=1")
    enrich_context(enrich_page(event, facts), facts, "1", {"id": "1", "type": "dataxu"}, "amp-1")
    assert event == {"type": "page", "name": "n", "properties": {}, "context": {"page": {}, "referrer": {}}}


def test_user_agent_is_always_ours_and_given_context_stands() -> None:
    facts = PageFacts(user_agent="UA", locale="de-DE", search="?utm_source=x")
    given: JsonObject = {"userAgent": "mine", "locale": "fr", "library": {"name": "l"}, "campaign": {"name": "c"}}
    sent = enrich_context({"type": "track", "context": given}, facts, "1", None, "amp-9")["context"]
    assert sent == {**given, "userAgent": "UA", "amp": {"id": "amp-9"}}


def test_an_ad_is_remembered_and_sent_on_later_pages() -> None:
    cookies = FakeCookies()
    assert AdMemory(cookies, JsonCodec()).ad("?btid=77") == {"id": "77", "type": "dataxu"}
    assert cookies.values == {"s:context.referrer": '{"id":"77","type":"dataxu"}'}
    later = AdMemory(cookies, JsonCodec())
    assert later.ad("") == {"id": "77", "type": "dataxu"}
    assert later.ad("") == {"id": "77", "type": "dataxu"}
    # Renewed once on each page (D26).
    assert len(cookies.writes) == 2


def test_a_new_ad_replaces_the_old() -> None:
    cookies = FakeCookies({"s:context.referrer": '{"id":"77","type":"dataxu"}'})
    assert AdMemory(cookies, JsonCodec()).ad("?urid=9") == {"id": "9", "type": "millennial-media"}
    assert cookies.values["s:context.referrer"] == '{"id":"9","type":"millennial-media"}'


@pytest.mark.parametrize("broken", ["", "{", "5", "null", "[1]", '"text"', "{}"])
def test_a_broken_memory_is_none(broken: str) -> None:
    cookies = FakeCookies({"s:context.referrer": broken})
    assert AdMemory(cookies, JsonCodec()).ad("?x=1") is None
    assert cookies.writes == []


def test_cookieless_an_ad_is_sent_once_and_never_kept() -> None:
    ads = AdMemory(None, JsonCodec())
    assert ads.ad("?urid=9") == {"id": "9", "type": "millennial-media"}
    assert ads.ad("") is None


@pytest.mark.parametrize(("value", "found"), [("amp-abc", "amp-abc"), ("GA1.2.3", None), ("xamp", None), ("", None)])
def test_an_amp_id_begins_with_amp(value: str, found: str | None) -> None:
    assert amp_id(FakeCookies({"_ga": value})) == found
