"""Events as they are made at the moment of a call."""

from __future__ import annotations

import copy
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.fakes import NOON, FakeChance, FakeClock
from tests.core.measured import CALLS, FACTS, FakePerson, argument

from cioanalytics.core.errors import MissingEvent
from cioanalytics.core.events.arguments import (
    resolve_alias,
    resolve_event,
    resolve_group,
    resolve_identify,
    resolve_page,
)
from cioanalytics.core.events.factory import EventFactory, fill_identity, split_options
from cioanalytics.core.events.page_context import enrich_page, page_context
from cioanalytics.core.events.validation import validate
from cioanalytics.core.events.values import with_path
from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.unset import UNSET, Unset

TIME = "2026-11-24T13:00:00.000Z"


def make(person: FakePerson | None = None, integrations: JsonObject | None = None) -> EventFactory:
    return EventFactory(person or FakePerson(), FakeClock(), FakeChance(), integrations or {})


def without_id(event: JsonObject) -> JsonObject:
    assert str(event["messageId"]).startswith("ajs-next-")
    return {name: value for name, value in event.items() if name != "messageId"}


def test_a_track_has_the_keys_of_the_vendor() -> None:
    assert without_id(make().track("e", {"a": 1}, {})) == {
        "type": "track",
        "event": "e",
        "properties": {"a": 1},
        "anonymousId": "anon",
        "timestamp": TIME,
        "context": {},
        "integrations": {},
    }


def test_the_other_types_have_theirs() -> None:
    base = {"anonymousId": "anon", "userId": "u", "timestamp": TIME, "context": {}, "integrations": {}}
    factory = make(FakePerson(user="u"))
    page = factory.page("c", "n", {"a": 1}, {})
    screen = factory.screen("c", "n", {"a": 1}, {})
    assert without_id(page) == {
        **base,
        "type": "page",
        "category": "c",
        "name": "n",
        "properties": {"a": 1, "category": "c"},
    }
    assert without_id(screen) == {**base, "type": "screen", "category": "c", "name": "n", "properties": {"a": 1}}
    assert without_id(factory.identify("u", {"t": 1}, {})) == {**base, "type": "identify", "traits": {"t": 1}}
    group = {**base, "type": "group", "groupId": None, "traits": {}}
    assert without_id(factory.group(None, {}, {})) == group
    assert without_id(factory.alias("to", "from", {})) == {
        **base,
        "type": "alias",
        "userId": "to",
        "previousId": "from",
    }


def test_a_disabled_user_leaves_no_traits_on_the_event() -> None:
    event = make(FakePerson(anonymous=None)).identify(None, UNSET, {})
    assert event["userId"] is None
    assert "traits" not in event
    assert "anonymousId" not in event


def test_message_ids_are_fresh_each_time() -> None:
    factory = make()
    ids = {str(factory.track("e", {}, {})["messageId"]) for _ in range(50)}
    assert len(ids) == 50
    assert all(len(each) == len("ajs-next-") + 32 for each in ids)


def test_the_time_of_a_call_that_waited_is_its_own() -> None:
    assert make().track("e", {}, {}, at=NOON - 1000)["timestamp"] == "2026-11-24T12:59:59.000Z"


@pytest.mark.parametrize("timestamp", ["2020-01-02", 12345, {"a": 1}, None, "nonsense", ""])
def test_a_given_timestamp_passes_through_untouched(timestamp: Json) -> None:
    assert make().track("e", {}, {"timestamp": timestamp})["timestamp"] == timestamp


def test_options_become_context_with_dots_as_paths() -> None:
    options: JsonObject = {"app.name": "X", "messageId": "m", "foo": {"x": 1}, "context": {"ip": "0.0.0.0"}}
    event = make().track("e", {}, options)
    assert event["context"] == {"ip": "0.0.0.0", "app": {"name": "X"}, "messageId": "m", "foo": {"x": 1}}


@pytest.mark.parametrize("first", [True, False])
def test_traits_of_the_options_win_over_those_of_their_context(first: bool) -> None:
    options: JsonObject = {"traits": {"a": 1}, "context": {"traits": {"b": 2}}}
    if not first:
        options = dict(reversed(options.items()))
    factory = make()
    assert factory.track("e", {}, options)["context"] == {"traits": {"a": 1}}
    assert factory.track("e", {}, {})["context"] == {}


def test_an_anonymous_id_of_the_options_persists_and_stays_raw_on_its_event() -> None:
    person = FakePerson()
    factory = make(person)
    assert factory.track("e", {}, {"anonymousId": 5})["anonymousId"] == 5
    assert person.anonymous == 5
    factory.page(None, None, {}, {"anonymousId": "abc"})
    assert factory.track("e", {}, {})["anonymousId"] == "abc"


def test_a_user_id_of_the_options_counts_for_one_event() -> None:
    person = FakePerson()
    factory = make(person)
    assert factory.track("e", {}, {"userId": "once"})["userId"] == "once"
    assert "userId" not in factory.track("e", {}, {})
    assert person.user is None


def test_other_switches_hold_from_the_next_event_on() -> None:
    factory = make(integrations={"Other": {"id": 1}, "Third": False})
    factory.switch({"Other": False, "Fourth": "x"})
    assert factory.track("Seen", {}, {})["integrations"] == {"Other": False, "Fourth": True}


def test_load_time_integrations_become_switches_and_those_of_the_call_stay() -> None:
    factory = make(integrations={"All": True, "A": {"key": 1}, "B": False, "C": 0, "D": {}})
    switched = {"All": True, "A": True, "B": False, "C": False, "D": True}
    assert factory.track("e", {}, {})["integrations"] == switched
    event = factory.track("e", {}, {"integrations": {"A": False, "B": {"id": 1}}})
    assert event["integrations"] == {**switched, "A": False, "B": {"id": 1}}


def test_the_wire_has_a_null_user_for_the_anonymous() -> None:
    filled = fill_identity(make().track("e", {}, {}), "anon", None)
    assert filled["userId"] is None
    assert filled["anonymousId"] == "anon"


def test_ids_set_to_nothing_are_filled_from_the_moment_of_the_call() -> None:
    event = make(FakePerson(user="u")).track("e", {}, {"userId": None, "anonymousId": ""})
    filled = fill_identity(event, "anon", "u")
    assert (filled["userId"], filled["anonymousId"]) == ("u", "anon")


@pytest.mark.parametrize(("user", "previous"), [("u", "u"), (None, "anon")])
def test_an_alias_follows_the_user_else_the_anonymous_id(user: Json, previous: str) -> None:
    event = make(FakePerson(user=user)).alias("to", None, {})
    assert "previousId" not in event
    assert fill_identity(event, "anon", user)["previousId"] == previous
    assert fill_identity(make().alias("to", "given", {}), "anon", user)["previousId"] == "given"


def entity(method: str, args: list[str], known: str | None, factory: EventFactory, person: FakePerson) -> JsonObject:
    if method == "identify":
        call = resolve_identify([argument(each) for each in args], known)
        person.user = call.id or known
        return factory.identify(person.user, call.traits, call.options)
    call = resolve_group([argument(each) for each in args], known)
    return factory.group(call.id or known, call.traits, call.options)


def ours(method: str, args: list[str], known: str | None) -> tuple[JsonObject, FakePerson]:
    person = FakePerson(user=known if method != "group" else None)
    factory = make(person)
    given_args = [argument(each) for each in args]
    while given_args and isinstance(given_args[-1], Unset):
        given_args.pop()
    result: JsonObject = {}
    if method in {"identify", "group"}:
        event = entity(method, args, known, factory, person)
        called = any(callable(each) for each in given_args)
    elif method == "track":
        track = resolve_event(given_args)
        event, called = factory.track(track.name, track.properties, track.options), track.callback is not None
    elif method == "alias":
        alias = resolve_alias(given_args)
        event, called = factory.alias(alias.to, alias.previous, alias.options), alias.callback is not None
    else:
        page = resolve_page(given_args)
        maker = factory.page if method == "page" else factory.screen
        event = maker(page.category, page.name, page.properties, page.options)
        called = page.callback is not None
    refused = validate(event)
    result["event"] = event if refused else enrich_page(event, FACTS)
    if refused:
        result["failed"] = [refused.message, refused.field]
    if called:
        result["called"] = True
    return result, person


def shown(event: JsonObject) -> JsonObject:
    """Write an event as the measurements are written."""
    facts = page_context(FACTS)
    result = {name: value for name, value in event.items() if name != "messageId"}
    if result["timestamp"] == TIME:
        result["timestamp"] = "NOW"
    context = dict(cast("JsonObject", result["context"]))
    if context.get("page") == facts:
        context["page"] = "PAGE"
    for name in ("locale", "campaign", "library", "userAgent"):
        context.pop(name, None)
    result["context"] = context
    properties = result.get("properties")
    if (
        result["type"] == "page"
        and isinstance(properties, dict)
        and all(properties.get(k) == v for k, v in facts.items())
    ):
        result["properties"] = {**{k: v for k, v in properties.items() if k not in facts}, "*": "PAGE"}
    return result


@pytest.mark.parametrize("method", ["track", "page", "screen", "identify", "group", "alias"])
def test_events_equal_what_the_vendors_client_makes_of_the_same_calls(method: str) -> None:
    rows = [row for row in CALLS if row[0] == method]
    assert len(rows) > 40
    for _, args, known, measured in rows:
        where = f"{method}({', '.join(args)}) known {known}"
        wire = measured.get("wire")
        expected = {name: value for name, value in measured.items() if name != "wire"}
        if "error" in expected:
            with pytest.raises(MissingEvent, match=f"^{expected['error']}$"):
                ours(method, args, known)
            continue
        result, person = ours(method, args, known)
        event = cast("JsonObject", result["event"])
        result["event"] = shown(event)
        assert result == expected, where
        if isinstance(wire, dict):
            filled = fill_identity(event, person.anonymous, person.user)
            assert {name: filled.get(name) for name in wire} == wire, where


keys = st.sampled_from(["context", "traits", "integrations", "a.b", "a", "list.0", "timestamp", "", ".", "__proto__.x"])
inner = (
    st.none() | st.text(max_size=3) | st.integers() | st.dictionaries(st.text(max_size=2), st.integers(), max_size=2)
)
options_of_all_kinds = st.dictionaries(keys, inner | st.lists(inner, max_size=2), max_size=5)


@given(options_of_all_kinds)
def test_no_options_make_it_fail_and_the_callers_objects_stay(options: JsonObject) -> None:
    before = copy.deepcopy(options)
    properties: JsonObject = {"a": {"b": 1}}
    factory = make()
    event = factory.page("c", "n", properties, options)
    enrich_page(event, FACTS)
    assert options == before
    assert properties == {"a": {"b": 1}}
    assert isinstance(event["context"], dict)


@pytest.mark.parametrize(
    ("start", "path", "result"),
    [
        ({}, "a.b.c", {"a": {"b": {"c": 1}}}),
        ({"a": {"x": 0}}, "a.b", {"a": {"x": 0, "b": 1}}),
        ({"a": "text"}, "a.b", {"a": {"b": 1}}),
        ({}, "list.1", {"list": [None, 1]}),
        ({}, "list.", {"list": []}),
        ({"list": [5]}, "list.0", {"list": [1]}),
        ({"list": [5]}, "list.name", {"list": [5]}),
        ({}, "list.99999999999", {"list": {"99999999999": 1}}),
        ({}, "__proto__.x", {}),
        ({}, "a.constructor.x", {"a": {}}),
    ],
)
def test_a_path_is_set_on_a_copy(start: JsonObject, path: str, result: JsonObject) -> None:
    before = copy.deepcopy(start)
    assert with_path(start, path, 1) == result
    assert start == before


def test_options_part_into_context_and_fields() -> None:
    context, fields = split_options({"userId": "u", "timestamp": 1, "integrations": {"A": True}, "x": 1})
    assert (context, fields) == ({"x": 1}, {"userId": "u", "timestamp": 1})


def test_normalize_completes_an_event_of_the_page() -> None:
    event = make().normalize({"type": "track", "event": "e", "integrations": {"A": {}}, "options": {"x": 1}})
    assert without_id(event) == {
        "type": "track",
        "event": "e",
        "timestamp": TIME,
        "context": {"x": 1},
        "integrations": {"A": True},
    }
