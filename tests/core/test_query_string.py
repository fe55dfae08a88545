"""Calls that an address asks for."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cioanalytics.core.events.query_string import calls_of_query, calls_of_text, parse_query
from cioanalytics.core.events.url import graceful_decode, percent_decode, percent_encode, search_of
from cioanalytics.core.ports import Json, JsonObject


def matches(pattern: Json, text: str) -> bool:
    assert isinstance(pattern, dict)
    parts = pattern["$regexp"]
    assert isinstance(parts, list)
    return re.search(str(parts[0]), text) is not None


def calls(search: str, page_hash: str = "", *, use: bool | JsonObject = True) -> list[tuple[str, list[Json]]]:
    result = calls_of_query(search, page_hash, use, matches)
    assert result.error is None
    return result.calls


def test_all_parameters_in_their_order() -> None:
    search = "?ajs_uid=u&ajs_event=E&ajs_trait_a=1&ajs_prop_b=2=3&ajs_trait_c+d=x+y&ajs_trait_n&ajs_aid=A"
    assert calls(search) == [
        ("setAnonymousId", ["A"]),
        ("identify", ["u", {"a": "1", "c+d": "x y"}]),
        ("track", ["E", {"b": "2"}]),
    ]


@pytest.mark.parametrize(
    ("search", "page_hash", "expected"),
    [
        ("", "", []),
        ("?x=1", "", []),
        ("?ajs_aid=A&ajs_aid=B&ajs_trait_x=1", "", [("setAnonymousId", ["B"])]),
        ("", "#x?ajs_uid=hash", [("identify", ["hash", {}])]),
        ("", "#a?b?ajs_uid=two", [("identify", ["two", {}])]),
        ("", "#ajs_uid=hash", []),
        ("?z=1", "#q?ajs_uid=hash", []),
        ("?ajs_uid=u", "#x?ajs_event=e", [("identify", ["u", {}])]),
        ("?ajs_uid=%zz+a&ajs_event=", "", [("identify", ["%zz+a", {}])]),
        ("?ajs_uid=%0A&ajs_event=%41", "", [("track", ["A", {}])]),
        ("?ajs_prop_a=1&ajs_trait_b=2", "", []),
        ("?ajs_event=e%2Bf&ajs_prop_%61=1&ajs_prop_=5", "", [("track", ["e+f", {"%61": "1", "": "5"}])]),
        ("?ajs_uid&ajs_aid=", "", []),
    ],
)
def test_values_as_the_vendor_reads_them(search: str, page_hash: str, expected: list[tuple[str, list[Json]]]) -> None:
    assert calls(search, page_hash) == expected


def test_a_pattern_drops_only_what_does_not_match() -> None:
    search = "?ajs_uid=u1&ajs_aid=a1&ajs_event=e"
    pattern: JsonObject = {"$regexp": ["^x", ""]}
    event: tuple[str, list[Json]] = ("track", ["e", {}])
    assert calls(search, use={"uid": pattern}) == [("setAnonymousId", ["a1"]), event]
    assert calls(search, use={"aid": pattern}) == [("identify", ["u1", {}]), event]
    assert len(calls(search, use={"aid": {"$regexp": ["^a", ""]}})) == 3
    assert calls(search, use=False) == []


@pytest.mark.parametrize("pattern", ["u1", None, 5, {}])
def test_a_pattern_that_is_none_is_told_and_ends_the_rest(pattern: Json) -> None:
    result = calls_of_query("?ajs_uid=u1&ajs_aid=a1&ajs_event=e", "", {"uid": pattern}, matches)
    assert result.calls == [("setAnonymousId", ["a1"])]
    assert result.error == "cioanalytics: useQueryString.uid must be a regular expression."
    # The parameter of the other pattern is not there: nothing to tell (reference).
    assert calls_of_query("?ajs_uid=u1", "", {"aid": pattern}, matches).error is None


def test_the_public_call_reads_links() -> None:
    expected = [("identify", ["u", {}])]
    assert calls_of_text("?ajs_uid=u", "", True, matches).calls == expected
    assert calls_of_text("https://x.example/p?ajs_uid=u#h", "", True, matches).calls == expected
    assert calls_of_text("#h", "?ajs_uid=u", True, matches).calls == expected
    assert calls_of_text("ajs_uid=u", "?ajs_uid=v", True, matches).calls == []


def test_hostile_names_are_plain_names() -> None:
    assert calls("?ajs_event=e&ajs_prop___proto__=1") == [("track", ["e", {}])]
    assert parse_query("?__proto__=x&constructor") == {"__proto__": "x", "constructor": None}


@given(st.text(alphabet="?&=#ajs_uid%+04fäé\ud83d\0 ", max_size=40), st.text(max_size=10))
def test_no_text_makes_it_fail(search: str, page_hash: str) -> None:
    for method, args in calls(search + "&ajs_event=e", page_hash):
        assert method in {"setAnonymousId", "identify", "track"}
        assert all(args[:1])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_that_was_encoded_is_read_back(text: str) -> None:
    assert percent_decode(quote(text, safe="")) == text
    assert graceful_decode(quote(text, safe="")) == text
    assert unquote(percent_encode(text, "%")) == text


@pytest.mark.parametrize("broken", ["%", "%4", "%zz", "%ff", "%C3", "%C3%28", "%ED%A0%80", "a%20%"])
def test_a_broken_escape_keeps_the_whole_text(broken: str) -> None:
    assert percent_decode(broken) is None
    assert graceful_decode(f"x+{broken}") == f"x+{broken}"


@pytest.mark.parametrize(
    ("link", "search"),
    [("?a b'\"<", "?a%20b%27%22%3C"), ("?ä", "?%C3%A4"), ("p?", ""), ("", "?page"), ("#?x", "?page"), ("/p", "")],
)
def test_queries_of_links_are_those_of_the_browser(link: str, search: str) -> None:
    assert search_of(link, "?page") == search
