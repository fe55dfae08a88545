"""Which foreign code settings name, and at what addresses."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cioanalytics.core.errors import CioError
from cioanalytics.core.pipeline.remote_names import (
    IN_APP,
    actions_address,
    device_integrations,
    hidden_name,
    in_app_wanted,
    integration_version,
    middleware_address,
    middleware_names,
    plugin_addresses,
    remote_plugins,
)
from cioanalytics.core.ports import JsonObject
from cioanalytics.core.settings import ProjectSettings, read_project

BROWSER: JsonObject = {"type": "browser"}


def project(**parts: object) -> ProjectSettings:
    made = read_project({"integrations": {}, **parts})  # type: ignore[dict-item]
    assert made is not None
    return made


def test_the_folder_of_actions_is_the_page_s_own_or_the_vendor_s() -> None:
    assert actions_address("https://proxy.test/cdn") == "https://proxy.test/cdn/v1/analytics-js/actions"
    assert actions_address(None) == "https://cdp.customer.io/v1/analytics-js/actions"


@pytest.mark.parametrize(
    ("versions", "version"),
    [
        ({"override": "3", "version": "2"}, "3"),
        ({"version": "2"}, "2"),
        ({"override": None, "version": "2"}, "2"),
        ({}, "latest"),
        (None, "latest"),
    ],
)
def test_the_version_of_an_integration(versions: JsonObject | None, version: str) -> None:
    assert integration_version({"versionSettings": versions}) == version


def test_device_integrations_are_those_of_the_browser_that_load_lets_in() -> None:
    of = project(
        integrations={
            "One": BROWSER,
            "Two": {"type": "server"},
            "Three": {"versionSettings": {"componentTypes": ["browser"]}},
            "Four": {"type": "browser", "bundlingStatus": "unbundled"},
            "Iterable": BROWSER,
            "Customer.io Data Pipelines": BROWSER,
        }
    )

    def names(at_load: JsonObject) -> list[str]:
        return [each.name for each in device_integrations(of, at_load, [])]

    assert names({}) == ["One", "Three"]
    assert names({"One": False}) == ["Three"]
    assert names({"All": False}) == []
    assert names({"All": False, "One": {"key": 1}}) == ["One"]


def test_a_class_that_the_page_gives_needs_settings_of_somebody() -> None:
    of = project(integrations={"Known": {"type": "server", "key": "k"}})
    found = device_integrations(of, {"Own": {"key": "o"}}, ["Known", "Own", "Nobody"])
    # Only settings that the project knows are overridden (reference).
    assert [(each.name, each.settings, each.given) for each in found] == [
        ("Known", {"type": "server", "key": "k"}, True),
        ("Own", {}, True),
    ]


def test_settings_of_a_remote_plugin_are_its_own_the_project_s_and_the_page_s() -> None:
    told: JsonObject = {"name": "P", "creationName": "C", "url": "u", "libraryName": "l", "settings": {"a": 1, "b": 1}}
    of = project(integrations={"P": {"b": 2, "c": 2}}, remotePlugins=[told])
    [found] = remote_plugins(of, {"P": {"c": 3}})
    assert (found.name, found.creation_name, found.url, found.library_name) == ("P", "C", "u", "l")
    assert found.settings == {"a": 1, "b": 2, "c": 3}
    assert found.overridden
    [plain] = remote_plugins(project(remotePlugins=[told]), {"P": {"c": 3}})
    assert (plain.settings, plain.overridden) == ({"a": 1, "b": 1}, False)


@pytest.mark.parametrize(
    ("at_load", "wanted"),
    [
        ({}, True),
        ({"P": False}, False),
        ({"C": False}, False),
        ({"All": False}, False),
        ({"All": False, "C": True}, True),
        ({"All": False, "P": {}}, True),
        ({"P": True, "C": False}, False),
    ],
)
def test_either_name_of_a_remote_plugin_switches(at_load: JsonObject, wanted: bool) -> None:
    of = project(remotePlugins=[{"name": "P", "creationName": "C"}])
    assert bool(remote_plugins(of, at_load)) is wanted


def test_a_remote_plugin_without_a_creation_name_goes_by_its_name() -> None:
    [found] = remote_plugins(project(remotePlugins=[{"name": "P", "url": 7}]), {})
    assert (found.creation_name, found.url) == ("P", "")


def test_the_vendor_s_cdn_is_replaced_by_the_page_s() -> None:
    url = "https://cdp.customer.io/next/actions/tool/1a/file.js"
    assert plugin_addresses(url, "https://cdn.test", obfuscate=False) == [
        "https://cdn.test/next/actions/tool/1a/file.js"
    ]
    assert plugin_addresses(url, None, obfuscate=False) == [url]
    foreign = "https://else.test/tool/file.js"
    assert plugin_addresses(foreign, "https://cdn.test", obfuscate=False) == [foreign]


def test_an_obfuscated_folder_has_the_plain_one_as_second_try() -> None:
    url = "https://cdp.customer.io/next/actions/tool/1a/file.js"
    assert plugin_addresses(url, "https://cdn.test", obfuscate=True) == [
        "https://cdn.test/next/actions/tool/MWE/file.js",
        "https://cdn.test/next/actions/tool/1a/file.js",
    ]
    assert plugin_addresses("file.js", None, obfuscate=True) == ["file.js"]


def test_middleware_is_what_is_switched_on_without_its_namespace() -> None:
    of = project(enabledMiddleware={"@segment/tidy": True, "off": False, "plain": 1})
    assert middleware_names(of) == ["tidy", "plain"]
    folder = "https://cdn.test/v1/analytics-js/actions/middleware"
    assert middleware_address("tidy", "https://cdn.test", obfuscate=False) == f"{folder}/tidy/latest/tidy.js.gz"
    assert middleware_address("tidy", "https://cdn.test", obfuscate=True) == f"{folder}/dGlkeQ/latest/dGlkeQ.js.gz"


@given(some.text(some.characters(max_codepoint=0xFF)))
def test_a_hidden_name_is_base64_without_padding(name: str) -> None:
    assert hidden_name(name) == base64.b64encode(name.encode("latin-1")).decode().rstrip("=")


def test_a_name_beyond_latin_1_cannot_be_hidden() -> None:
    with pytest.raises(CioError, match="Latin1"):
        hidden_name("name €")


@pytest.mark.parametrize(
    ("of_project", "at_load", "wanted"),
    [
        ({}, {}, False),
        ({IN_APP: {"siteId": "s"}}, {}, True),
        ({}, {IN_APP: {"siteId": "s"}}, True),
        ({IN_APP: {"siteId": "s"}}, {IN_APP: False}, True),
        ({IN_APP: {"siteId": "s"}}, {IN_APP: {"enabled": False}}, False),
        ({}, {IN_APP: False}, False),
    ],
)
def test_in_app_messages_are_asked_for_by_settings_or_options(
    of_project: JsonObject, at_load: JsonObject, wanted: bool
) -> None:
    assert in_app_wanted(project(integrations=of_project), at_load) is wanted
