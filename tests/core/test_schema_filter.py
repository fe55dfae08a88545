"""The tracking plan."""

from __future__ import annotations

import pytest
from tests.core.pipeline_rig import Visit

from cioanalytics.core.pipeline.schema_filter import SchemaFilter, plan_of
from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.settings.project import PIPELINE, ProjectSettings, read_project

BLOCKED: JsonObject = {"All": False, PIPELINE: True}


def project(**raw: Json) -> ProjectSettings:
    told: JsonObject = {"integrations": {PIPELINE: {}, "Other": {}}}
    told.update(raw)
    found = read_project(told)
    assert found is not None
    return found


def filtered(plan: JsonObject, name: str, settings: ProjectSettings | None = None, **event: object) -> Json:
    visit = Visit()
    visit.plugins.register(visit.context("system"), SchemaFilter(plan, settings or project()), None)
    answer = visit.call(name, **event)
    visit.run()
    assert visit.sent == [name]
    return answer.value().event.get("integrations")


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({"a": {"enabled": False}}, BLOCKED),
        ({"a": {"enabled": True}}, {}),
        ({"a": {"enabled": True, "integrations": {"Other": False}}}, {"Other": False}),
        ({"a": {"integrations": {"Other": False}}}, {"Other": False}),
        ({"b": {"enabled": False}}, {}),
        ({"__default": {"enabled": False}}, BLOCKED),
        ({"__default": {"enabled": False}, "a": {"enabled": True}}, {}),
        ({"__default": {"enabled": True}, "a": {"enabled": False}}, BLOCKED),
        ({"a": None}, {}),
        ({"a": "odd", "__default": "odd"}, {}),
    ],
)
def test_a_plan_decides_which_integrations_an_event_reaches(plan: JsonObject, expected: JsonObject) -> None:
    assert filtered(plan, "a") == expected


def test_a_blocked_event_keeps_its_own_switches_beside() -> None:
    assert filtered({"a": {"enabled": False}}, "a", integrations={"Other": {"x": 1}}) == {"Other": {"x": 1}, **BLOCKED}


def test_a_page_and_a_screen_without_event_name_pass() -> None:
    plan: JsonObject = {"__default": {"enabled": False}}
    visit = Visit()
    visit.plugins.register(visit.context("system"), SchemaFilter(plan, project()), None)
    answer = visit.queue.dispatch(visit.context("", type="page"))
    visit.run()
    assert "integrations" not in answer.value().event


def test_actions_of_a_disabled_integration_are_switched_off_too() -> None:
    settings = project(
        remotePlugins=[
            {
                "name": "Other (Actions)",
                "settings": {"subscriptions": [{"partnerAction": "send"}, {"partnerAction": "set"}]},
            },
            {"name": "Elsewhere", "settings": {"subscriptions": [{"partnerAction": "send"}]}},
            {"name": "Other Two", "settings": None},
        ]
    )
    assert filtered({"a": {"enabled": True, "integrations": {"Other": False}}}, "a", settings) == {
        "Other": False,
        "Other (Actions) send": False,
        "Other (Actions) set": False,
    }


def test_the_project_s_plan_counts_only_beside_more_than_one_integration() -> None:
    track: JsonObject = {"a": {"enabled": False}}
    own: JsonObject = {"track": {"b": {"enabled": False}}}
    alone = project(plan={"track": track}, integrations={PIPELINE: {}})
    assert plan_of(alone, None) is None
    assert plan_of(alone, own) == own["track"]
    assert plan_of(project(plan={"track": track}), own) == track
    assert plan_of(project(), own) == own["track"]
    assert plan_of(project(plan={"track": "odd"}), None) is None
