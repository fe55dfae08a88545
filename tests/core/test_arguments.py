"""The overloads of the public calls."""

from __future__ import annotations

import copy
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cioanalytics.core.errors import MissingEvent
from cioanalytics.core.events.arguments import (
    Argument,
    resolve_alias,
    resolve_event,
    resolve_group,
    resolve_identify,
    resolve_page,
)
from cioanalytics.core.ports import Json
from cioanalytics.core.unset import UNSET


def done() -> None:
    """Stand for a page's callback."""


def test_track_takes_name_properties_options_and_callback() -> None:
    call = resolve_event(["Bought", {"price": 5}, {"context": {"ip": "0.0.0.0"}}, done])
    assert (call.name, call.properties, call.options) == ("Bought", {"price": 5}, {"context": {"ip": "0.0.0.0"}})
    assert call.callback is done


@pytest.mark.parametrize("place", [1, 2, 3])
def test_track_finds_its_callback_in_any_later_place(place: int) -> None:
    args: list[Argument] = ["Bought", {}, {}, None]
    args[place] = done
    call = resolve_event(args[: place + 1])
    assert call.callback is done
    assert call.properties == {}
    assert call.options == {}


def test_a_fifth_argument_of_track_is_ignored() -> None:
    assert resolve_event(["Bought", {}, {}, None, done]).callback is None


def test_track_takes_an_event_object_with_options_after_it() -> None:
    call = resolve_event([{"event": "Bought", "properties": {"price": 5}}, {"anonymousId": "a"}, done])
    assert (call.name, call.properties, call.options) == ("Bought", {"price": 5}, {"anonymousId": "a"})
    assert call.callback is done


@pytest.mark.parametrize("name", [None, 5, "", UNSET, {}, {"event": ""}, {"event": 7}, ["x"], True])
def test_track_without_a_name_says_event_missing(name: Argument) -> None:
    with pytest.raises(MissingEvent, match=r"^Event missing$"):
        resolve_event([name, {}])


def test_properties_that_are_no_object_are_empty() -> None:
    wrong_ones: list[Argument] = ["text", 5, [1], None, True, UNSET]
    for wrong in wrong_ones:
        assert resolve_event(["e", wrong]).properties == {}


@pytest.mark.parametrize(
    ("args", "category", "name", "properties", "options"),
    [
        ([], None, None, {}, {}),
        (["Home"], None, "Home", {}, {}),
        (["Docs", "Home"], "Docs", "Home", {}, {}),
        (["", "Home"], "", "Home", {}, {}),
        (["Home", {"a": 1}], None, "Home", {"a": 1}, {}),
        ([{"a": 1}, {"page": {}}], None, None, {"a": 1}, {"page": {}}),
        ([None, {"a": 1}], None, None, {"a": 1}, {}),
        (["Docs", "Home", None, {"o": 1}], "Docs", "Home", {}, {"o": 1}),
        ([1], None, None, {}, {}),
    ],
)
def test_page_and_screen_shift_their_arguments(
    args: list[Argument], category: str | None, name: str | None, properties: Json, options: Json
) -> None:
    call = resolve_page([*args, done])
    assert (call.category, call.name, call.properties, call.options) == (category, name, properties, options)
    assert call.callback is done


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (5, "5"),
        (1.5, "1.5"),
        (2.0, "2"),
        (1e21, "1e+21"),
        (1.5e-7, "1.5e-7"),
        (0.00001, "0.00001"),
        (float("nan"), "NaN"),
        (-float("inf"), "-Infinity"),
        (2**53, "9007199254740992"),
        (10**400, "Infinity"),
    ],
)
def test_a_number_is_an_id_as_javascript_writes_it(value: float, text: str) -> None:
    assert resolve_identify([value], None).id == text
    assert resolve_group([value], None).id == text
    assert resolve_alias([value]).to == text


def test_an_undefined_option_is_none() -> None:
    call = resolve_identify(["jane", {"plan": "pro"}, {"shade": cast("Json", UNSET), "ios": True}], UNSET)
    assert call.options == {"ios": True}


def test_a_boolean_is_no_id() -> None:
    assert resolve_identify([True], "known").id == "known"
    assert resolve_alias([True]).to is True


def test_without_id_the_known_one_stands() -> None:
    call = resolve_identify([{"age": 5}], "known")
    assert (call.id, call.traits) == ("known", {"age": 5})


def test_null_takes_the_place_of_traits_only_where_an_id_is_known() -> None:
    known = resolve_identify([None, {"age": 5}, {"o": 1}], "known")
    assert (known.traits, known.options) == ({}, {"age": 5})
    unknown = resolve_identify([None, {"age": 5}, {"o": 1}], None)
    assert (unknown.id, unknown.traits, unknown.options) == (None, {"age": 5}, {"o": 1})


def test_identify_with_null_traits_keeps_the_options() -> None:
    call = resolve_identify(["u", None, {"anonymousId": "a"}, done], None)
    assert (call.id, call.traits, call.options) == ("u", {}, {"anonymousId": "a"})
    assert call.callback is done


def test_alias_reads_both_ids_options_and_callback() -> None:
    call = resolve_alias(["new", "old", {"o": 1}, done])
    assert (call.to, call.previous, call.options) == ("new", "old", {"o": 1})
    assert call.callback is done
    assert resolve_alias([]).to is UNSET
    assert resolve_alias(["new", {"o": 1}]).options == {"o": 1}
    assert resolve_alias(["new", 5]).previous == "5"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["event", "properties", "a"]), inner),
    max_leaves=6,
)


@given(st.lists(values | st.just(UNSET) | st.just(done), max_size=6), st.none() | st.text(max_size=3))
def test_no_arguments_make_a_call_fail_and_none_are_changed(args: list[Argument], known: str | None) -> None:
    before = copy.deepcopy([each for each in args if isinstance(each, (dict, list))])
    page = resolve_page(args)
    person = resolve_identify(args, known)
    alias = resolve_alias(args)
    for options in (page.options, person.options, alias.options, page.properties, person.traits):
        assert isinstance(options, dict)
    assert person.id is None or isinstance(person.id, str)
    try:
        assert resolve_event(args).name
    except MissingEvent:
        assert not args or not isinstance(args[0], str) or args[0] == ""
    # NaN differs from itself; texts tell no lies here.
    assert repr([each for each in args if isinstance(each, (dict, list))]) == repr(before)
