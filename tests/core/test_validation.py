"""Whether an event can be sent, and which of its parts are too big."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.fakes import JsonCodec

from cioanalytics.core.events.validation import body_bytes, check_size, largest_fields, validate
from cioanalytics.core.ports import JsonObject

GOOD: JsonObject = {"type": "track", "event": "e", "properties": {}, "anonymousId": "a"}


@pytest.mark.parametrize(
    ("change", "message", "field"),
    [
        ({"type": None}, "Event is not a string", "event"),
        ({"type": 5}, "Event is not a string", "event"),
        ({"event": 5}, "Event is not a string", "event"),
        ({"event": None}, "Event is not a string", "event"),
        ({"properties": "x"}, "properties is not an object", "properties"),
        ({"properties": None}, "properties is not an object", "properties"),
        ({"properties": []}, "properties is not an object", "properties"),
        ({"anonymousId": None}, "Missing userId or anonymousId", "userId"),
        ({"anonymousId": 5}, "Missing userId or anonymousId", "userId"),
        ({"userId": 5}, "Missing userId or anonymousId", "userId"),
        ({"type": "page", "properties": 1}, "properties is not an object", "properties"),
        ({"type": "identify", "properties": None, "traits": 1}, "properties is not an object", "properties"),
    ],
)
def test_the_words_and_fields_are_the_vendors(change: JsonObject, message: str, field: str) -> None:
    refused = validate({**GOOD, **change})
    assert refused is not None
    assert (refused.message, refused.field, refused.name) == (message, field, "Error")


@pytest.mark.parametrize(
    "event",
    [
        GOOD,
        {**GOOD, "event": ""},
        {**GOOD, "anonymousId": ""},
        {"type": "alias", "userId": "u"},
        {"type": "identify", "traits": {}, "userId": None, "anonymousId": "a"},
        {"type": "group", "traits": {}, "groupId": "g"},
        {"type": "alias", "previousId": "p"},
    ],
)
def test_good_events(event: JsonObject) -> None:
    assert validate(event) is None


@given(
    st.dictionaries(st.sampled_from(["type", "event", "properties", "userId"]), st.none() | st.text() | st.integers())
)
def test_no_event_makes_it_fail(event: JsonObject) -> None:
    refused = validate(event)
    assert refused is None or refused.field in {"event", "properties", "userId"}


def test_an_event_too_large_names_its_largest_fields() -> None:
    event: JsonObject = {**GOOD, "properties": {"big": "x" * 50, "small": 1, "wide": "ä" * 20}, "context": {}}
    dumps = JsonCodec().dumps
    assert largest_fields(event, dumps)[:2] == [("properties.big", 52), ("properties.wide", 42)]
    body = dumps(event)
    error = check_size(event, body, 100, dumps)
    assert error is not None
    assert (error.limit, error.size) == (100, len(dumps(event).encode()))
    assert "properties.big (52 bytes), properties.wide (42 bytes)" in error.message
    assert check_size(event, body, error.size, dumps) is None


def test_bytes_are_those_of_utf8() -> None:
    assert [body_bytes(text) for text in ("", "a", "ä", "€", "😀", "\ud800")] == [0, 1, 2, 3, 4, 3]
