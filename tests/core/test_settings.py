"""Options of the page and settings of the project."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.fakes import FakeConsole

from cioanalytics.core.errors import MissingWriteKey
from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.settings import (
    PIPELINE,
    EntityOptions,
    Options,
    api_settings,
    event_host,
    read_load,
    read_options,
    read_project,
    settings_address,
    shown_entity,
)


def read(raw: Json) -> tuple[Options, list[str]]:
    console = FakeConsole()
    return read_options(raw, console), console.warnings


def test_nothing_given_is_all_defaults_and_silent() -> None:
    nothing: list[Json] = [None, {}, {"cookie": None, "user": {}}]
    for raw in nothing:
        assert read(raw) == (Options(), [])


def test_every_option_is_read() -> None:
    raw: JsonObject = {
        "cookie": {"maxage": 0.5, "domain": "example.test", "path": "/a", "sameSite": "strict", "secure": True},
        "user": {"disable": True, "cookie": {"key": "u", "oldKey": "old"}, "localStorage": {"key": "t"}},
        "group": {"persist": False, "localStorageFallbackDisabled": True},
        "identity": "lazy",
        "integrations": {"All": False},
        "useQueryString": {"uid": {"$regexp": ["^x", ""]}},
        "initialPageview": True,
        "retryQueue": False,
        "plan": {"track": {}},
        "disable": False,
        "globalAnalyticsKey": "cio",
        "conflict": "localStorage",
        "outbox": {"events": 5, "bytes": 10, "ageDays": 1.5},
        "maxEventBytes": 100,
        "obfuscate": True,
        "disableAutoISOConversion": True,
        "disableClientPersistence": False,
    }
    options, warnings = read(raw)
    assert warnings == []
    cookie = options.cookie
    assert (cookie.maxage, cookie.domain, cookie.path, cookie.same_site, cookie.secure) == (
        0.5,
        "example.test",
        "/a",
        "Strict",
        True,
    )
    assert options.user == EntityOptions(disable=True, cookie_key="u", cookie_old_key="old", local_storage_key="t")
    assert (options.identity, options.conflict, options.retry_queue) == ("lazy", "localStorage", False)
    assert (options.outbox.events, options.outbox.bytes, options.outbox.age_days) == (5, 10, 1.5)
    assert options.use_query_string == {"uid": {"$regexp": ["^x", ""]}}
    assert (options.global_analytics_key, options.max_event_bytes, options.plan) == ("cio", 100, {"track": {}})


def test_group_options_keep_the_default_keys_of_a_group() -> None:
    options, _ = read({"group": {"persist": False}})
    assert options.group.cookie_key == "ajs_group_id"
    assert options.group.local_storage_key == "ajs_group_properties"
    assert options.group.cookie_old_key == ""


@pytest.mark.parametrize("domain", [False, None, ""])
def test_a_cookie_for_this_host_only(domain: Json) -> None:
    options, warnings = read({"cookie": {"domain": domain}})
    assert options.cookie.domain is False
    assert warnings == []


def test_without_persistence_user_and_group_do_not_persist() -> None:
    options, _ = read({"disableClientPersistence": True, "user": {"persist": True}})
    assert not options.user.persist
    assert not options.group.persist


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ({"cookie": {"maxage": "1"}}, ['"cookie.maxage"', "a number of days"]),
        ({"cookie": {"maxage": True}}, ['"cookie.maxage"', "true"]),
        ({"cookie": {"maxage": -1}}, ['"cookie.maxage"', "0 or more"]),
        ({"cookie": {"domain": 5}}, ['"cookie.domain"']),
        ({"cookie": {"sameSite": "Lux"}}, ['"cookie.sameSite"', '"Lax" or "Strict" or "None"']),
        ({"cookie": 5}, ['"cookie"', "an object"]),
        ({"user": {"cookie": {"key": 5}}}, ['"user.cookie.key"', "the name of a cookie"]),
        ({"user": {"localStorage": "x"}}, ['"user.localStorage"']),
        ({"identity": "late"}, ['"identity"', '"eager" or "lazy"']),
        ({"conflict": 1}, ['"conflict"', '"cookie" or "localStorage"']),
        ({"initialPageview": "yes"}, ['"initialPageview"', "true or false"]),
        ({"retryQueue": 1}, ['"retryQueue"', "true or false"]),
        ({"useQueryString": "x"}, ['"useQueryString"', "true, false or an object"]),
        ({"integrations": []}, ['"integrations"', "an object"]),
        ({"outbox": {"events": "many"}}, ['"outbox.events"']),
        ({"nonsense": 1}, ['"nonsense"', "unknown", "initialPageview"]),
        ({"user": {"id": "x"}}, ['"user.id"', "unknown", "localStorageFallbackDisabled"]),
        ("text", ['"options"', "an object"]),
    ],
)
def test_a_wrong_option_is_named_once_and_its_default_used(raw: Json, named: list[str]) -> None:
    options, warnings = read(raw)
    assert options == Options()
    assert len(warnings) == 1
    for each in named:
        assert each in warnings[0]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["cookie", "user", "maxage", "domain", "key", "outbox", "events"]), inner)
    ),
    max_leaves=8,
)


@given(anything)
def test_no_options_make_it_fail_or_are_changed(raw: Json) -> None:
    before = copy.deepcopy(raw)
    options, _ = read(raw)
    assert options.cookie.maxage >= 0
    assert raw == before


def test_loading_settings_come_from_either_argument() -> None:
    console = FakeConsole()
    load = read_load({"writeKey": "k", "timeout": 50}, {"cdnURL": "https://cdn.example/", "timeout": 9}, console)
    assert (load.write_key, load.cdn_url, load.timeout) == ("k", "https://cdn.example", 50)
    assert settings_address(load.cdn_url, "k") == "https://cdn.example/v1/projects/k/settings"
    assert settings_address(None, "k") == "https://cdp.customer.io/v1/projects/k/settings"
    assert read_load({"writeKey": "k"}, None, console).timeout == 300
    assert console.warnings == []
    assert read_load({"writeKey": "k", "cdnURL": 5, "timeout": "x"}, None, console).cdn_url is None
    assert [text.split('"')[1] for text in console.warnings] == ["cdnURL", "timeout"]


def test_loading_settings_among_the_options_are_no_unknown_options() -> None:
    assert read({"cdnURL": "https://x", "cdnSettings": {}, "timeout": 1, "plugins": []})[1] == []


@pytest.mark.parametrize("settings", [None, {}, {"writeKey": ""}, {"writeKey": 5}, "key"])
def test_a_missing_write_key_is_said_clearly(settings: Json) -> None:
    with pytest.raises(MissingWriteKey, match="write key"):
        read_load(settings, {}, FakeConsole())


@pytest.mark.parametrize("answer", [None, "text", [], {}, {"integrations": None}, {"integrations": []}])
def test_a_malformed_answer_is_none(answer: Json) -> None:
    assert read_project(answer) is None


def test_a_project_keeps_what_is_well_formed() -> None:
    project = read_project(
        {
            "integrations": {"A": {"x": 1}, "B": None},
            "plan": {"track": {}},
            "remotePlugins": [{"name": "p"}, 5],
            "middlewareSettings": "x",
        }
    )
    assert project is not None
    assert project.integrations == {"A": {"x": 1}, "B": {}}
    assert project.plan == {"track": {}}
    assert project.remote_plugins == [{"name": "p"}]
    assert project.middleware_settings == {}


def pipeline(**settings: Json) -> JsonObject:
    return {"integrations": {PIPELINE: settings}}


def test_options_override_the_project() -> None:
    project = read_project(pipeline(apiKey="k", apiHost="a.example/v1", retryQueue=False))
    options, _ = read(pipeline(apiHost="b.example/v1", protocol="http"))
    api = api_settings(project, options)
    assert (api.api_key, api.api_host, api.protocol, api.retry_queue) == ("k", "b.example/v1", "http", False)
    assert api.raw == {"apiKey": "k", "apiHost": "b.example/v1", "protocol": "http", "retryQueue": False}
    assert api_settings(project, Options(retry_queue=True)).retry_queue


def test_the_vendors_defaults() -> None:
    api = api_settings(None, read({"integrations": {PIPELINE: True}})[0])
    assert (api.api_key, api.api_host, api.protocol, api.retry_queue) == (None, "cdp.customer.io/v1", "https", True)
    assert api.delivery_strategy == {}


@pytest.mark.parametrize(
    ("cdn", "last", "host"),
    [
        (None, None, "cdp.customer.io/v1"),
        ("https://cdp.customer.io", None, "cdp.customer.io/v1"),
        ("https://cdp-eu.customer.io/", None, "cdp-eu.customer.io/v1"),
        ("https://proxy.example.test", None, None),
        ("https://cdp.customer.io.evil.test", None, None),
        ("https://cdp.customer.io/proxied", None, None),
        ("https://proxy.example.test", "kept.example/v1", "kept.example/v1"),
        (None, "kept.example/v1", "kept.example/v1"),
    ],
)
def test_where_events_go_without_settings(cdn: str | None, last: str | None, host: str | None) -> None:
    assert event_host(None, Options(), cdn, last) == host


def test_a_host_of_the_options_counts_where_none_was_kept() -> None:
    options, _ = read(pipeline(apiHost="own.example/v1"))
    assert event_host(None, options, "https://proxy.example.test") == "own.example/v1"
    assert event_host(None, options, None, "kept.example/v1") == "kept.example/v1"
    project = read_project(pipeline(apiHost="told.example/v1"))
    assert event_host(project, Options(), "https://cdp-eu.customer.io") == "told.example/v1"


def test_options_are_shown_in_the_vendors_spelling() -> None:
    assert shown_entity(Options().user) == {
        "persist": True,
        "cookie": {"key": "ajs_user_id", "oldKey": "ajs_user"},
        "localStorage": {"key": "ajs_user_traits"},
    }
    assert shown_entity(Options().group) == {
        "persist": True,
        "cookie": {"key": "ajs_group_id"},
        "localStorage": {"key": "ajs_group_properties"},
    }
    assert shown_entity(read({"user": {"disable": True}})[0].user)["disable"] is True
