"""What page code reads of a context."""

from __future__ import annotations

import pytest
from tests.core.fakes import FakeConsole, fake_ports

from cioanalytics.core.errors import ContextCancelation, ValidationError
from cioanalytics.core.pipeline.context import Context, system_context
from cioanalytics.core.ports import JsonObject


def make(**event: object) -> Context:
    given: JsonObject = {"type": "track", "event": "a"}
    given.update(event)  # type: ignore[arg-type]
    return Context(given, fake_ports())


def test_the_id_is_a_uuid_and_stays() -> None:
    context = make()
    parts = context.id.split("-")
    assert [len(part) for part in parts] == [8, 4, 4, 4, 12]
    assert parts[2][0] == "4"
    assert parts[3][0] in "89ab"
    assert context.id == context.id


def test_is_same_goes_by_the_id() -> None:
    ports = fake_ports()
    context = Context({"type": "track"}, ports)
    assert context.is_same(Context({"type": "page"}, ports, id=context.id))
    assert not context.is_same(Context({"type": "track"}, ports))


def test_it_shows_which_event_it_is() -> None:
    assert repr(Context({"type": "track", "messageId": "m-1"}, fake_ports())) == "<Context track m-1>"


def test_update_event_writes_dotted_paths() -> None:
    context = make(properties={"a": 1})
    context.update_event("properties.b.c", 2)
    context.update_event("context.list.0", "x")
    assert context.event["properties"] == {"a": 1, "b": {"c": 2}}
    assert context.event["context"] == {"list": ["x"]}


def test_update_event_leaves_a_switched_off_integration_off() -> None:
    context = make(integrations={"Other": False, "Third": True})
    context.update_event("integrations.Other", {"on": True})
    context.update_event("integrations.Third", {"on": True})
    assert context.event["integrations"] == {"Other": False, "Third": {"on": True}}


def test_update_event_pollutes_nothing() -> None:
    context = make()
    context.update_event("__proto__.polluted", 1)
    context.update_event("a.constructor.prototype.x", 1)
    assert context.event == {"type": "track", "event": "a"}


def test_cancel_raises_what_it_is_given_or_a_cancelation_that_may_be_retried() -> None:
    with pytest.raises(ValueError, match="mine"):
        make().cancel(ValueError("mine"))
    with pytest.raises(ContextCancelation) as caught:
        make().cancel()
    assert caught.value.retry
    assert caught.value.reason == "Context Cancel"


def test_a_failed_delivery_has_its_reason() -> None:
    context = make()
    assert context.failed_delivery() is None
    reason = ValidationError("Event is not a string", "event")
    context.set_failed_delivery(reason)
    assert context.failed_delivery() == {"reason": reason}
    assert context.snapshot()["failedDelivery"] == {
        "reason": {"$error": {"name": "Error", "message": "Event is not a string", "field": "event"}}
    }


def test_to_json_has_id_event_logs_and_metrics() -> None:
    context = make()
    context.log("warn", "careful", {"plugin": "p", "error": ContextCancelation(retry=False, reason="no", type="T")})
    context.stats.increment("things", 2, ["tag:x"])
    context.stats.gauge("time", 5)
    told = context.to_json()
    assert list(told) == ["id", "event", "logs", "metrics"]
    cancelation = {"name": "ContextCancelation", "message": "no", "reason": "no", "retry": False, "type": "T"}
    assert told["logs"] == [
        {
            "level": "warn",
            "message": "careful",
            "time": "2026-11-24T13:00:00.000Z",
            "extras": {"plugin": "p", "error": {"$error": cancelation}},
        }
    ]
    assert told["metrics"] == [
        {"metric": "things", "value": 2, "type": "counter", "tags": ["tag:x"], "timestamp": 1_795_525_200_000.0},
        {"metric": "time", "value": 5, "type": "gauge", "tags": [], "timestamp": 1_795_525_200_000.0},
    ]


def test_flush_prints_and_empties() -> None:
    console = FakeConsole()
    context = Context({"type": "track"}, fake_ports(console=console))
    context.log("debug", "one")
    context.log("debug", "two")
    context.stats.increment("things", 1, ["a", "b"])
    context.flush()
    assert len(console.tables) == 2
    logs, metrics = console.tables
    assert isinstance(logs, dict)
    assert [line["message"] for line in logs.values() if isinstance(line, dict)] == ["one", "two"]
    assert isinstance(metrics, list)
    assert isinstance(metrics[0], dict)
    assert metrics[0]["tags"] == "a,b"
    assert context.logs() == []
    assert context.stats.metrics == []


def test_the_system_context_is_a_track_of_the_system() -> None:
    assert system_context(fake_ports()).event == {"type": "track", "event": "system"}
