"""Routing rules: conditions, patterns, and what rules do to events. The values were compared with the vendor's own."""

from __future__ import annotations

import json

import pytest
from tests.core.fakes import JsonCodec, fake_ports
from tests.core.pipeline_rig import Visit

from cioanalytics.core.errors import CioError
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.destinations import RemoteDestination, Rules
from cioanalytics.core.pipeline.glob import glob_fits
from cioanalytics.core.pipeline.matchers import matcher_fits
from cioanalytics.core.pipeline.routing import Routing, routing_of
from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.settings.project import read_project

EVENT: JsonObject = {
    "type": "track",
    "event": "Order Done",
    "properties": {
        "total": 12.5,
        "one": 1,
        "yes": True,
        "list": [1, 2],
        "none": None,
        "smile": "\U0001f600",
        "items": [{"k": 1, "l": 2}, {"k": 3}],
    },
}


def fits(condition: Json) -> bool:
    return matcher_fits({"type": "fql", "ir": json.dumps(condition)}, EVENT, JsonCodec())


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (["=", "event", {"value": "Order Done"}], True),
        (["!=", "event", {"value": "Order Done"}], False),
        (["=", "properties.one", {"value": True}], False),
        (["=", "properties.none", {"value": None}], True),
        (["=", "properties.list", {"value": [1, 2]}], True),
        (["=", "missing", "missing.too"], True),
        (["=", "missing", {"value": None}], False),
        (["=", ["lowercase", "event"], {"value": "order done"}], True),
        (["=", ["typeof", "properties.total"], {"value": "number"}], True),
        (["=", ["typeof", "missing"], {"value": "undefined"}], True),
        (["=", ["length", "properties.list"], {"value": 2}], True),
        (["=", ["length", "properties.none"], {"value": 0}], True),
        (["=", ["length", "missing"], ["length", "missing"]], False),
        (["or", ["length", "missing"]], False),
        (["!", ["length", "event"]], False),
        (["=", ["length", "properties.smile"], {"value": 2}], True),
        ([">", "properties.total", {"value": 12}], True),
        ([">=", "properties.total", {"value": 12.5}], True),
        (["<", "properties.total", {"value": "99"}], False),
        (["<=", "properties.yes", {"value": 5}], False),
        (["in", "properties.one", [{"value": 3}, {"value": 1}]], True),
        (["in", "properties.one", [{"value": True}]], False),
        (["contains", "event", {"value": "Done"}], True),
        (["contains", "properties.one", {"value": "1"}], False),
        (["match", "event", {"value": "O* D?ne"}], True),
        (["and", ["=", "type", {"value": "track"}], ["!", ["=", "event", {"value": "x"}]]], True),
        (["or", ["=", "type", {"value": "page"}], ["=", "event", {"value": "Order Done"}]], True),
        (["or"], False),
        ("properties.yes", True),
        ("properties.one", False),
        (["=", "properties.items.1.k", {"value": 3}], True),
    ],
)
def test_conditions(condition: Json, expected: bool) -> None:
    assert fits(condition) is expected


@pytest.mark.parametrize(
    "matcher", [None, {}, {"type": "sql"}, {"type": "fql", "ir": "{"}, {"type": "fql", "ir": '["odd", 1]'}]
)
def test_a_condition_that_cannot_be_read_is_an_error(matcher: Json) -> None:
    with pytest.raises(CioError):
        matcher_fits(matcher, EVENT, JsonCodec())


def test_a_bottomless_condition_is_an_error() -> None:
    condition: Json = ["=", "type", {"value": "track"}]
    for _ in range(200):
        condition = ["!", condition]
    with pytest.raises(CioError, match="too deeply"):
        fits(condition)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "", True),
        ("a*c", "abbc", True),
        ("a*c", "abbd", False),
        ("*b*b*", "abab", True),
        ("?", "", False),
        ("[a-c]x", "bx", True),
        ("[^a-c]x", "bx", False),
        ("[^a-c]x", "dx", True),
        ("\\*", "*", True),
        ("\\*", "a", False),
        ("[", "[", False),
        ("[]a]", "]", False),
        ("a\\", "a", False),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_patterns(pattern: str, text: str, expected: bool) -> None:
    assert glob_fits(pattern, text) is expected


def routed(*steps: Json, rule: JsonObject | None = None) -> JsonObject | None:
    told: JsonObject = {"destinationName": "D", "matchers": [{"type": "all"}], "transformers": [list(steps)]}
    told.update(rule or {})
    return Routing([told], fake_ports()).run(EVENT, "D").value()


def properties(event: JsonObject | None) -> JsonObject:
    assert event is not None
    found = event["properties"]
    assert isinstance(found, dict)
    return found


def test_a_rule_may_drop_an_event() -> None:
    assert routed({"type": "drop"}) is None


def test_a_rule_of_another_destination_or_condition_does_nothing() -> None:
    drop: list[Json] = [{"type": "drop"}]
    assert routed(*drop, rule={"destinationName": "Other"}) == EVENT
    never: JsonObject = {"matchers": [{"type": "fql", "ir": '["=", "type", {"value": "page"}]'}]}
    assert routed(*drop, rule=never) == EVENT
    nameless = Routing([{"matchers": [{"type": "all"}], "transformers": [drop]}], fake_ports())
    assert nameless.run(EVENT, "D").value() is None
    assert not nameless.concerns("D")


def test_properties_are_dropped_and_allowed_and_the_page_s_event_stays() -> None:
    dropped = routed(
        {"type": "drop_properties", "config": {"drop": {"properties": ["total", "yes"], "properties.items": ["k"]}}}
    )
    assert properties(dropped)["items"] == [{"l": 2}, {}]
    assert "total" not in properties(dropped)
    allowed = routed(
        {"type": "allow_properties", "config": {"allow": {"properties": ["one"], "": ["type", "properties"]}}}
    )
    assert allowed == {"type": "track", "properties": {"one": 1}}
    assert properties(EVENT)["total"] == 12.5


def test_properties_are_copied_moved_set_and_made_text() -> None:
    event = routed(
        {
            "type": "map_properties",
            "config": {
                "map": {
                    "properties.copied": {"copy": "event"},
                    "properties.moved": {"move": "properties.total"},
                    "properties.fixed": {"set": {"a": 1}},
                    "properties.one": {"to_string": True},
                    "properties.gone": {"to_string": True},
                    "event.deep": {"set": 1},
                }
            },
        }
    )
    found = properties(event)
    assert (found["copied"], found["moved"], found["fixed"]) == ("Order Done", 12.5, {"a": 1})
    assert (found["one"], found["gone"]) == ("1", "undefined")
    assert "total" not in found
    assert event is not None
    assert event["event"] == "Order Done"


@pytest.mark.parametrize(("percent", "passes"), [(0, False), (1, True), ("half", False)])
def test_a_sample_of_all_or_nothing(percent: Json, passes: bool) -> None:
    assert (routed({"type": "sample_event", "config": {"sample": {"percent": percent}}}) is not None) is passes


def test_a_sample_takes_its_share() -> None:
    ports = fake_ports()
    step: Json = {"type": "sample_event", "config": {"sample": {"percent": 0.3}}}
    routing = Routing([{"destinationName": "D", "matchers": [{"type": "all"}], "transformers": [[step]]}], ports)
    taken = sum(routing.run(EVENT, "D").value() is not None for _ in range(1000))
    assert 240 < taken < 360


def test_rules_stand_before_a_remote_destination_and_a_broken_one_stops_only_it() -> None:
    class Action:
        name = "Inner"
        type = "destination"

        def __init__(self) -> None:
            self.seen: list[str] = []

        def track(self, context: Context) -> Context:
            self.seen.append(str(context.event["event"]))
            return context

    rule: JsonObject = {
        "destinationName": "Remote",
        "matchers": [{"type": "fql", "ir": '["=", "event", {"value": "secret"}]'}],
        "transformers": [[{"type": "drop"}]],
    }
    broken: JsonObject = {"destinationName": "Broken", "matchers": [{"type": "odd"}], "transformers": [[]]}
    project = read_project({"integrations": {}, "middlewareSettings": {"routingRules": [rule, broken]}})
    assert project is not None
    visit, good, bad = Visit(), Action(), Action()
    routing = routing_of(project, visit.ports)
    for name, action in (("Remote", good), ("Broken", bad)):
        plugin = RemoteDestination(name, action, visit.plugins, visit.ports, Rules(routing=routing))
        visit.plugins.register(visit.context("system"), plugin, None)
    visit.call("secret")
    visit.call("open")
    visit.run()
    assert (good.seen, bad.seen, visit.sent) == (["open"], [], ["secret", "open"])


def test_a_project_without_rules_has_no_routing() -> None:
    project = read_project({"integrations": {}, "middlewareSettings": {"routingRules": []}})
    assert project is not None
    assert routing_of(project, fake_ports()) is None
