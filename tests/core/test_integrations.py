"""Which integrations take part, and what the collector is told of them."""

from __future__ import annotations

import pytest

from cioanalytics.core.pipeline.integrations import (
    destination_wanted,
    event_switches,
    installable,
    integration_settings,
    metadata,
    pipeline_wanted,
    remote_plugin_wanted,
)
from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.settings.project import PIPELINE, ProjectSettings, read_project


def project(integrations: JsonObject) -> ProjectSettings:
    found = read_project({"integrations": integrations})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("at_load", "wanted"),
    [
        ({}, True),
        ({"All": True}, True),
        ({"All": False}, False),
        ({PIPELINE: False}, False),
        ({"All": False, PIPELINE: True}, True),
        ({"All": False, PIPELINE: {"apiHost": "x"}}, True),
        ({"All": True, PIPELINE: False}, False),
    ],
)
def test_options_of_the_load_can_keep_everything_from_the_collector(at_load: JsonObject, wanted: bool) -> None:
    assert pipeline_wanted(at_load) is wanted


def test_switches_of_the_load_become_booleans_and_those_of_the_call_stay() -> None:
    at_load: JsonObject = {"A": {"id": 1}, "B": False, "C": 0, "D": "x", "E": []}
    at_call: JsonObject = {"B": {"session": 1}, "F": None}
    assert event_switches(at_load, at_call) == {
        "A": True,
        "B": {"session": 1},
        "C": False,
        "D": True,
        "E": True,
        "F": None,
    }
    assert event_switches(at_load, None)["A"] is True


@pytest.mark.parametrize(
    ("at_load", "wanted"),
    [({}, True), ({"X": False}, False), ({"All": False}, False), ({"All": False, "X": True}, True)],
)
def test_options_of_the_load_choose_destinations(at_load: JsonObject, wanted: bool) -> None:
    assert destination_wanted("X", at_load) is wanted
    assert remote_plugin_wanted("X", "Created", at_load) is wanted


def test_either_name_of_a_remote_plugin_counts() -> None:
    assert not remote_plugin_wanted("X", "Created", {"Created": False})
    assert remote_plugin_wanted("X", "Created", {"All": False, "Created": True})


def test_objects_of_the_page_override_the_project_s_settings() -> None:
    merged = integration_settings(
        project({"A": {"x": 1, "y": 2}, "B": {"z": 3}}), {"A": {"y": 5}, "B": True, "C": {"never": 1}}
    )
    assert merged == {"A": {"x": 1, "y": 5}, "B": {"z": 3}}


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("A", {"type": "browser"}, True),
        ("A", {"type": "server"}, False),
        ("A", {"versionSettings": {"componentTypes": ["browser", "ios"]}}, True),
        ("A", {"versionSettings": {"componentTypes": ["ios"]}}, False),
        ("A", {"type": "browser", "bundlingStatus": "unbundled"}, False),
        ("A", {"type": "browser", "bundlingStatus": "bundled"}, True),
        ("Iterable", {"type": "browser"}, False),
        (PIPELINE, {"type": "browser"}, False),
        ("A", {"versionSettings": "odd"}, False),
    ],
)
def test_device_mode_integrations_are_told_from_others(name: str, settings: JsonObject, expected: bool) -> None:
    assert installable(name, settings) is expected


def test_metadata_tells_bundled_and_unbundled_in_javascript_s_order() -> None:
    told = metadata(
        project(
            {
                "zeta": {"bundlingStatus": "bundled"},
                PIPELINE: {},
                "Off": {"bundlingStatus": "unbundled"},
                "Plain": {"type": "browser"},
            }
        ),
        {
            "unbundledIntegrations": ["Cloud", "Off", 5],
            "maybeBundledConfigIds": {"zeta": ["z1", "z2"], PIPELINE: ["c"], "Off": ["no"]},
        },
        [],
    )
    assert told == {"bundled": [PIPELINE, "zeta"], "unbundled": ["Cloud", "Off"], "bundledIds": ["c", "z1", "z2"]}


@pytest.mark.parametrize(("failed", "expected"), [([], None), (["A"], {"failedInitializations": ["A"]})])
def test_without_bundled_metadata_only_failures_are_told(failed: list[str], expected: Json) -> None:
    assert metadata(project({PIPELINE: {}}), {"addBundledMetadata": False}, failed) == expected


def test_failures_stand_beside_the_rest_and_no_project_is_fine() -> None:
    assert metadata(None, {}, ["A"]) == {
        "failedInitializations": ["A"],
        "bundled": [],
        "unbundled": [],
        "bundledIds": [],
    }
