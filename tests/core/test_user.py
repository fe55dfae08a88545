"""User and group: what the seed says of ids and traits, call by call."""

from __future__ import annotations

from typing import cast

import pytest
from tests.core.identity_rig import UUID4, Browser, Tab

from cioanalytics.core.ports import Json
from cioanalytics.core.unset import UNSET


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def tab(browser: Browser) -> Tab:
    return browser.tab()


def test_the_anonymous_id_stands_without_any_call(tab: Tab) -> None:
    made = tab.cookie("ajs_anonymous_id")
    assert made is not None
    assert UUID4.fullmatch(made)
    assert tab.storage.items["ajs_anonymous_id"] == f'"{made}"'
    assert tab.anonymous_id == made


def test_the_first_identify_keeps_the_anonymous_id_and_another_changes_it(tab: Tab) -> None:
    first = tab.anonymous_id
    tab.user.identify("u1", {"name": "Jane"})
    assert tab.anonymous_id == first
    tab.user.identify("u1", {"plan": "pro"})
    assert (tab.anonymous_id, tab.user.traits()) == (first, {"name": "Jane", "plan": "pro"})
    tab.user.identify("u2", {"age": 3})
    assert (tab.user.id(), tab.user.traits()) == ("u2", {"age": 3})
    assert tab.anonymous_id != first


def test_traits_of_an_anonymous_visitor_merge_into_the_first_id(tab: Tab) -> None:
    tab.user.identify(None, {"a": 1})
    tab.user.identify("u1", {"b": 2})
    assert tab.user.traits() == {"a": 1, "b": 2}
    tab.user.identify("u2")
    assert tab.user.traits() == {}


def test_an_undefined_trait_takes_the_place_of_the_cached_one(tab: Tab) -> None:
    gone = cast("Json", UNSET)
    tab.user.identify("u1", {"name": "Jane", "plan": "pro"})
    tab.user.identify("u1", {"plan": gone, "new": gone})
    assert tab.user.traits() == {"name": "Jane"}
    tab.user.identify("u2", {"name": gone, "age": 3})
    assert tab.user.traits() == {"age": 3}


def test_identify_without_id_replaces_the_traits_of_a_known_one(tab: Tab) -> None:
    tab.user.identify("u1", {"a": 1})
    tab.user.identify(None, {"b": 2})
    assert (tab.user.id(), tab.user.traits()) == ("u1", {"b": 2})


@pytest.mark.parametrize("call", ["id", "identify", "logout", "reset"])
def test_calls_that_make_another_person_change_the_anonymous_id(tab: Tab, call: str) -> None:
    tab.user.id("u1")
    before = tab.anonymous_id
    {
        "id": lambda: tab.user.id("u2"),
        "identify": lambda: tab.user.identify("u2"),
        "logout": tab.user.logout,
        "reset": tab.user.reset,
    }[call]()
    assert "ajs_anonymous_id" not in tab.storage.items
    assert tab.anonymous_id != before
    assert UUID4.fullmatch(tab.anonymous_id)


@pytest.mark.parametrize("value", ["u1", None])
def test_the_same_id_or_none_keeps_the_anonymous_id(tab: Tab, value: Json) -> None:
    tab.user.id("u1")
    before = tab.anonymous_id
    assert tab.user.id(value) == value
    assert tab.anonymous_id == before


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (5, "5"),
        (1e5, "100000"),
        (1e21, "1e+21"),
        (0.5, "0.5"),
        (1.5e-7, "1.5e-7"),
        (123456789012345678901, "123456789012345680000"),
        (10**400, "Infinity"),
        (0, None),
        ("", None),
        (False, None),
        (None, None),
        (True, True),
        ([1], [1]),
        ("null", "null"),
        ("true", "true"),
        ('"q', '"q'),
        ("a;b\r\nc%", "a;b\r\nc%"),
        ("__proto__", "__proto__"),
        ("\ud800", "\ufffd"),
    ],
)
def test_ids_are_what_javascript_makes_of_them(browser: Browser, tab: Tab, given: Json, kept: Json) -> None:
    assert tab.user.id(given) == kept
    assert tab.user.id() == kept
    assert browser.tab().user.id() == kept


def test_an_object_is_an_id_on_its_page_and_none_at_the_next_visit(browser: Browser, tab: Tab) -> None:
    assert tab.user.id({"a": 1}) == {"a": 1}
    assert tab.user.id() == {"a": 1}
    # With it every event would be invalid, for ever.
    assert browser.tab().user.id() is None


@pytest.mark.parametrize("key", ["ajs_user_id", "ajs_anonymous_id", "ajs_group_id"])
def test_an_object_that_stands_for_an_id_is_as_good_as_none(browser: Browser, tab: Tab, key: str) -> None:
    tab.storage.items[key] = '{"id":"jane"}'
    tab.user.who()
    later = browser.tab()
    anonymous_id, user_id = later.user.who()
    assert isinstance(anonymous_id, str)
    assert user_id is None
    assert later.group.id() is None
    assert later.storage.items.get(key, '""').startswith('"')


def test_the_stores_hold_what_the_reference_writes(tab: Tab) -> None:
    tab.user.identify("a b", {"x": [1, "ж"]})
    tab.group.identify("g;1", {"seats": 5})
    assert tab.storage.items["ajs_user_id"] == '"a b"'
    assert tab.storage.items["ajs_user_traits"] == '{"x":[1,"ж"]}'
    assert tab.storage.items["ajs_group_id"] == '"g;1"'
    assert tab.storage.items["ajs_group_properties"] == '{"seats":5}'
    assert {cookie.name: cookie.value for cookie in tab.jar.jar.cookies()} == {
        "ajs_anonymous_id": tab.anonymous_id,
        "ajs_user_id": "a%20b",
        "ajs_group_id": "g%3B1",
    }
    tab.user.logout()
    assert "ajs_user_id" not in tab.storage.items
    assert tab.storage.items["ajs_user_traits"] == "{}"
    tab.user.reset()
    assert [key for key in tab.storage.items if key.startswith("ajs_user")] == []


def test_an_override_persists_and_null_clears_it_until_the_next_read(browser: Browser, tab: Tab) -> None:
    assert tab.user.anonymous_id("ABC-123-XYZ") == "ABC-123-XYZ"
    assert browser.tab().anonymous_id == "ABC-123-XYZ"
    assert tab.user.anonymous_id(7) == "7"
    assert tab.user.anonymous_id(None) is None
    assert tab.cookie("ajs_anonymous_id") is None
    assert UUID4.fullmatch(tab.anonymous_id)
    assert tab.user.anonymous_id("") is None


@pytest.mark.parametrize("empty", [{}, None])
def test_empty_traits_clear_the_cache(tab: Tab, empty: Json) -> None:
    for entity in (tab.user, tab.group):
        entity.traits({"a": 1})
        assert entity.traits(empty) == {}
        assert entity.traits() == {}
    assert tab.storage.items["ajs_user_traits"] == tab.storage.items["ajs_group_properties"] == "{}"


def test_traits_take_whatever_is_true_and_give_copies(tab: Tab) -> None:
    assert tab.user.traits("text") == "text"
    assert tab.user.traits(0) == "text"
    assert tab.user.traits([1]) == [1]
    given: Json = {"deep": {"a": 1}}
    tab.user.traits(given)
    read = tab.user.traits()
    assert isinstance(read, dict)
    read["deep"] = "changed by the page"
    assert tab.user.traits() == {"deep": {"a": 1}}


def test_the_group_is_apart_from_the_person(tab: Tab) -> None:
    tab.user.identify("u1", {"a": 1})
    before = tab.user.who()
    tab.group.identify("g1", {"b": 2})
    tab.group.identify("g2", {"c": 3})
    assert tab.group.anonymous_id() is UNSET
    assert tab.group.anonymous_id("other") is UNSET
    assert (tab.group.id(), tab.group.traits()) == ("g2", {"c": 3})
    tab.group.logout()
    tab.group.reset()
    assert (tab.group.id(), tab.group.traits()) == (None, {})
    assert (tab.user.who(), tab.user.traits()) == (before, {"a": 1})


def test_a_page_that_gives_a_group_option_keeps_the_groups_keys(browser: Browser) -> None:
    tab = browser.tab(group={})
    tab.group.id("g1")
    assert tab.cookie("ajs_group_id") == "g1"
    assert tab.user.id() is None
    assert tab.group.options == {
        "persist": True,
        "cookie": {"key": "ajs_group_id"},
        "localStorage": {"key": "ajs_group_properties"},
    }
    assert tab.user.options == {
        "persist": True,
        "cookie": {"key": "ajs_user_id", "oldKey": "ajs_user"},
        "localStorage": {"key": "ajs_user_traits"},
    }


def test_custom_keys(browser: Browser) -> None:
    tab = browser.tab(user={"cookie": {"key": "my id(1)"}, "localStorage": {"key": "my_traits"}})
    tab.user.identify("u1", {"a": 1})
    assert "my%20id%281%29=u1" in (tab.jar.read() or "")
    assert tab.storage.items["my id(1)"] == '"u1"'
    assert tab.storage.items["my_traits"] == '{"a":1}'
    assert browser.tab(user={"cookie": {"key": "my id(1)"}}).user.id() == "u1"


def test_a_disabled_user_has_no_ids(browser: Browser) -> None:
    tab = browser.tab(user={"disable": True})
    tab.user.identify("u1", {"a": 1})
    tab.user.logout()
    tab.user.reset()
    assert (tab.user.id("x"), tab.user.anonymous_id("y"), tab.user.traits({"a": 1})) == (None, None, UNSET)
    assert tab.user.who() == (None, None)
    assert (tab.storage.items, tab.jar.read()) == ({}, "")
    tab.group.identify("g1")
    assert tab.group.id() == "g1"


def test_without_persist_memory_works_and_nothing_is_stored(browser: Browser) -> None:
    tab = browser.tab(user={"persist": False})
    first = tab.anonymous_id
    tab.user.identify("u1", {"a": 1})
    tab.user.identify("u1", {"b": 1})
    assert (tab.user.id(), tab.user.traits(), tab.anonymous_id) == ("u1", {"a": 1, "b": 1}, first)
    assert (tab.storage.items, tab.jar.read()) == ({}, "")


def test_without_client_persistence_no_store_is_asked_at_all(browser: Browser) -> None:
    browser.items()["ajs_user_id"] = '"stored"'
    browser.set_cookie("ajs_user_id", "stored")
    tab = browser.tab(disableClientPersistence=True)
    assert tab.user.id() is None
    tab.user.identify("u1", {"a": 1})
    tab.group.identify("g1")
    tab.identity.refresh(None)
    tab.identity.reset()
    tab.identity.forget()
    tab.identity.before_leave()
    assert UUID4.fullmatch(tab.anonymous_id)
    assert tab.identity.explain()["cookieDomain"] is None
    assert tab.identity.cookie_domain() is None
    assert tab.user.options["persist"] is False
    assert (tab.storage.calls, tab.jar.reads, tab.jar.lines) == ([], 0, [])


def test_without_the_local_storage_fallback_old_values_are_neither_read_nor_touched(browser: Browser) -> None:
    browser.items().update({"ajs_user_id": '"old"', "ajs_user_traits": '{"old":1}'})
    before = dict(browser.items())
    tab = browser.tab(user={"localStorageFallbackDisabled": True})
    assert (tab.user.id(), tab.user.traits()) == (None, {})
    tab.user.identify("u1", {"a": 1})
    assert (tab.user.id(), tab.user.traits(), tab.cookie("ajs_user_id")) == ("u1", {"a": 1}, "u1")
    assert browser.items() == before
    assert browser.tab(user={"localStorageFallbackDisabled": True}).user.id() == "u1"


def test_load_and_save_are_there(tab: Tab) -> None:
    tab.user.id("u1")
    assert tab.user.load().id() == "u1"
    assert tab.user.save() is True


def test_ids_of_one_page_are_unrelated(tab: Tab) -> None:
    seen = [tab.anonymous_id]
    for _ in range(20):
        tab.user.reset()
        seen.append(tab.anonymous_id)
    assert len(set(seen)) == len(seen)
    assert tab.identity is not None
    chunks = [id_[start : start + 4] for id_ in seen for start in (0, 4, 24, 28, 32)]
    assert len(set(chunks)) > len(chunks) - 10
