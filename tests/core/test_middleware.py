"""Functions of the page before the plugins and before each destination."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.core.pipeline_rig import Visit, answered

from cioanalytics.core.errors import ContextCancelation
from cioanalytics.core.later import Later, spawn
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.pipeline.destinations import RemoteDestination, Rules
from cioanalytics.core.pipeline.middleware import (
    NextEvent,
    PythonDestinationMiddleware,
    PythonSourceMiddleware,
    SourceMiddlewarePlugin,
)
from cioanalytics.core.ports import JsonObject

type Source = Callable[[JsonObject, NextEvent], object]


def with_source(function: Source) -> Visit:
    visit = Visit()
    plugin = SourceMiddlewarePlugin(PythonSourceMiddleware(function))
    visit.plugins.register(visit.context("system"), plugin, None)
    return visit


def sent(visit: Visit) -> list[JsonObject]:
    return [request.json for request in visit.network.posts]


def test_source_middleware_changes_the_event() -> None:
    def change(payload: JsonObject, next_: NextEvent) -> None:
        payload["properties"] = {"added": True}
        next_(payload)

    visit = with_source(change)
    answer = visit.call("a")
    visit.run()
    assert sent(visit)[0]["properties"] == {"added": True}
    assert answer.value().event["properties"] == {"added": True}


def test_a_change_that_is_not_passed_on_is_none() -> None:
    def change(payload: JsonObject, next_: NextEvent) -> None:
        payload["event"] = "changed"
        next_(None)

    visit = with_source(change)
    visit.call("a")
    visit.run()
    assert visit.sent == ["a"]


def test_source_middleware_that_never_calls_next_drops_the_event_at_once() -> None:
    visit = with_source(lambda _payload, _next: None)
    answer = visit.call("a")
    visit.run()
    failed = answer.value().failed_delivery()
    assert failed is not None
    reason = failed["reason"]
    assert isinstance(reason, ContextCancelation)
    assert (reason.type, reason.retry) == ("middleware_cancellation", False)
    assert reason.reason == "Middleware `next` function skipped"
    assert visit.sent == []
    assert visit.kept == []


def test_it_may_call_next_until_its_promise_ends() -> None:
    gate: Later[None] = Later()

    def later(payload: JsonObject, next_: NextEvent) -> Later[None]:
        async def work() -> None:
            await gate
            next_(payload)

        return spawn(work())

    visit = with_source(later)
    answer = visit.call("a")
    visit.run(60_000)
    assert not answered(answer)
    gate.settle(None)
    assert visit.sent == ["a"]


def test_one_that_throws_is_a_failing_before_plugin() -> None:
    def throws(payload: JsonObject, next_: NextEvent) -> None:
        raise ValueError("broken middleware")

    visit = with_source(throws)
    answer = visit.call("a")
    visit.run(60_000)
    assert answer.value().failed_delivery() is not None
    assert answer.value().attempts == 4


def test_a_screen_passes_source_middleware_untouched() -> None:
    visit = with_source(lambda _payload, _next: None)
    visit.call("a", type="screen")
    visit.run()
    assert visit.sent == ["a"]


class Action:
    """A remote plugin's inside."""

    def __init__(self, type: str = "destination") -> None:  # noqa: A002
        self.name = "Inner Name"
        self.type = type
        self.seen: list[JsonObject] = []

    def track(self, context: Context) -> Context:
        self.seen.append(context.event)
        context.event["touched"] = True
        return context


def remote(visit: Visit, action: Action) -> RemoteDestination:
    plugin = RemoteDestination("Remote", action, visit.plugins, visit.ports, Rules())
    visit.plugins.register(visit.context("system"), plugin, None)
    return plugin


def test_destination_middleware_changes_only_the_destination_s_copy() -> None:
    def change(payload: JsonObject, integration: str, next_: NextEvent) -> None:
        payload["event"] = f"for {integration}"
        next_(payload)

    visit, action = Visit(), Action()
    remote(visit, action)
    visit.plugins.add_destination_middleware("remote", [PythonDestinationMiddleware(change)])
    answer = visit.call("a")
    visit.run()
    assert [event["event"] for event in action.seen] == ["for Remote"]
    assert visit.sent == ["a"]
    assert "touched" not in answer.value().event


@pytest.mark.parametrize("passes", [True, False], ids=["next(null)", "no next"])
def test_destination_middleware_drops_for_that_destination_only(passes: bool) -> None:
    def drop(payload: JsonObject, integration: str, next_: NextEvent) -> None:
        if passes:
            next_(None)

    visit, action = Visit(), Action()
    remote(visit, action)
    visit.plugins.add_destination_middleware("Remote", [PythonDestinationMiddleware(drop)])
    answer = visit.call("a")
    visit.run()
    assert action.seen == []
    assert visit.sent == ["a"]
    assert answer.value().failed_delivery() is None


def test_a_remote_plugin_is_switched_by_either_of_its_names() -> None:
    visit, action = Visit(), Action()
    remote(visit, action)
    visit.call("a", integrations={"Inner Name": False})
    visit.call("b", integrations={"Remote": False})
    visit.call("c", integrations={"All": False, "Inner Name": True})
    visit.run()
    assert [event["event"] for event in action.seen] == ["c"]


def test_a_remote_plugin_of_another_type_may_change_the_event() -> None:
    visit, action = Visit(), Action("enrichment")
    remote(visit, action)
    answer = visit.call("a")
    visit.run()
    assert answer.value().event["touched"] is True


def test_a_method_the_plugin_does_not_have_is_nothing() -> None:
    visit, action = Visit(), Action()
    remote(visit, action)
    answer = visit.call("a", type="page")
    visit.run()
    assert action.seen == []
    assert [line.message for line in answer.value().logs() if line.level == "error"] == []
