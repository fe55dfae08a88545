"""The way of an event through the stages."""

from __future__ import annotations

import pytest
from tests.core.pipeline_rig import Visit, answered

from cioanalytics.core.errors import ContextCancelation
from cioanalytics.core.later import Later
from cioanalytics.core.pipeline.context import Context


class Step:
    """A plugin whose answer a test decides."""

    def __init__(self, name: str, type: str, action: object = None, order: list[str] | None = None) -> None:  # noqa: A002
        self.name = name
        self.type = type
        self.calls = 0
        self._action = action
        self._order = order if order is not None else []

    def track(self, context: Context) -> object:
        self.calls += 1
        self._order.append(self.name)
        if isinstance(self._action, Exception):
            raise self._action
        if callable(self._action):
            return self._action(context)
        return context

    identify = track


def add(visit: Visit, *plugins: object) -> None:
    for plugin in plugins:
        visit.plugins.register(visit.context("system"), plugin, None)  # type: ignore[arg-type]


def test_stages_come_in_their_order_whatever_the_order_of_registration() -> None:
    visit, order = Visit(), list[str]()
    for kind in ("after", "utility", "destination", "enrichment", "before"):
        add(visit, Step(kind, kind, order=order))
    answer = visit.call("a")
    visit.run()
    assert order == ["before", "enrichment", "destination", "after"]
    assert answer.value().event["event"] == "a"


def test_events_start_in_the_page_s_next_task() -> None:
    visit = Visit()
    plugin = Step("p", "before")
    add(visit, plugin)
    visit.call("a")
    assert plugin.calls == 0
    visit.run()
    assert plugin.calls == 1


def test_the_queue_tells_its_events_in_order() -> None:
    visit = Visit()
    add(visit, Step("p", "before"), Step("q", "enrichment"))
    visit.call("a")
    visit.run()
    assert [name for name, _ in visit.told] == [
        "message_enriched",
        "message_enriched",
        "message_delivered",
        "delivery_success",
    ]


def test_metrics_and_logs_tell_the_way() -> None:
    visit = Visit()
    add(visit, Step("p", "before"))
    answer = visit.call("a")
    visit.run()
    context = answer.value()
    assert [(metric.metric, metric.tags) for metric in context.stats.metrics] == [
        ("message_dispatched", []),
        ("plugin_time", ["plugin:p"]),
        ("message_delivered", []),
        ("plugin_time", ["plugin:Customer.io Data Pipelines"]),
        ("delivered", []),
    ]
    assert [line.message for line in context.logs()] == ["Dispatching", "plugin", "plugin", "Delivered"]
    assert context.attempts == 1


@pytest.mark.parametrize("action", [ValueError("no"), lambda _: None], ids=["throws", "gives no context"])
def test_a_before_plugin_that_fails_is_asked_four_times_then_the_event_is_given_up(action: object) -> None:
    visit = Visit()
    plugin = Step("p", "before", action)
    add(visit, plugin)
    answer = visit.call("a")
    visit.run(6_900)
    assert not answered(answer)
    visit.run(7_200)
    context = answer.value()
    assert plugin.calls == 4
    assert context.attempts == 4
    assert context.failed_delivery() is not None
    assert visit.sent == []
    assert visit.kept == []
    assert [name for name, _ in visit.told].count("delivery_failure") == 4


def test_a_before_plugin_that_recovers_lets_the_event_go() -> None:
    visit = Visit()
    failures = [ValueError("not yet")]

    def recover(context: Context) -> Context:
        if failures:
            raise failures.pop()
        return context

    add(visit, Step("p", "before", recover))
    answer = visit.call("a")
    visit.run(3_000)
    assert answer.value().failed_delivery() is None
    assert visit.sent == ["a"]
    assert ("flush", "a") in visit.told


def test_without_retry_queue_one_attempt_is_all() -> None:
    visit = Visit(max_attempts=1)
    plugin = Step("p", "before", ValueError("no"))
    add(visit, plugin)
    answer = visit.call("a")
    visit.run()
    assert answer.value().failed_delivery() is not None
    assert plugin.calls == 1


def test_a_cancelation_without_retry_drops_at_once() -> None:
    visit = Visit()
    reason = ContextCancelation(retry=False, reason="not this one", type="Mine")
    add(visit, Step("p", "before", reason))
    answer = visit.call("a")
    visit.run()
    assert answer.value().failed_delivery() == {"reason": reason}
    assert visit.kept == []


@pytest.mark.parametrize("kind", ["enrichment", "destination", "after"])
@pytest.mark.parametrize("action", [ValueError("no"), lambda _: None], ids=["throws", "gives no context"])
def test_others_than_before_cannot_end_an_event(kind: str, action: object) -> None:
    visit = Visit()
    add(visit, Step("p", kind, action))
    answer = visit.call("a")
    visit.run()
    assert answer.value().failed_delivery() is None
    assert visit.sent == ["a"]


@pytest.mark.parametrize("kind", ["enrichment", "destination"])
def test_a_plugin_that_hangs_holds_its_event_five_seconds_and_is_told_once(kind: str) -> None:
    visit = Visit()
    add(visit, Step("p", kind, lambda _: Later[object]()))
    visit.call("a")
    visit.call("b")
    visit.run(4_999)
    assert visit.sent == []
    visit.run(1)
    assert sorted(visit.sent) == ["a", "b"]
    assert len(visit.console.warnings) == 1


def test_a_before_plugin_may_take_its_time() -> None:
    visit, consent = Visit(), Later[object]()
    add(visit, Step("consent", "before", lambda _: consent))
    answer = visit.call("a")
    visit.run(60_000)
    assert visit.sent == []
    consent.settle(visit.context("a"))
    assert answer.done
    assert visit.sent == ["a"]


def test_destinations_run_beside_each_other() -> None:
    visit, slow, order = Visit(), Later[object](), list[str]()
    add(visit, Step("slow", "destination", lambda _: slow, order), Step("quick", "destination", None, order))
    visit.call("a")
    visit.run()
    assert order == ["slow", "quick"]


@pytest.mark.parametrize(
    ("integrations", "met"),
    [
        ({}, ["One", "Two", "collector"]),
        ({"One": False}, ["Two", "collector"]),
        ({"All": False}, ["collector"]),
        ({"All": False, "One": True}, ["One", "collector"]),
        ({"All": False, "One": {"id": 1}}, ["One", "collector"]),
        ({"Customer.io Data Pipelines": False}, ["One", "Two"]),
        ({"All": False, "Customer.io Data Pipelines": True}, ["collector"]),
    ],
)
def test_integrations_of_an_event_choose_who_gets_it(integrations: dict[str, object], met: list[str]) -> None:
    visit, order = Visit(), list[str]()
    add(visit, Step("One", "destination", order=order), Step("Two", "destination", order=order))
    visit.call("a", integrations=integrations)
    visit.run()
    assert order + ["collector" for _ in visit.sent] == met
    assert visit.kept == []


def test_a_before_plugin_may_switch_a_destination_off() -> None:
    visit, order = Visit(), list[str]()

    def switch(context: Context) -> Context:
        context.update_event("integrations.One", False)
        return context

    add(visit, Step("switch", "before", switch), Step("One", "destination", order=order))
    visit.call("a")
    visit.run()
    assert order == []
    assert visit.sent == ["a"]


def test_a_held_queue_starts_in_order_when_all_have_let_go() -> None:
    visit = Visit()
    visit.queue.hold()
    visit.queue.hold()
    visit.call("a")
    visit.call("b")
    visit.queue.release()
    visit.run(1_000)
    assert visit.sent == []
    visit.queue.release()
    visit.run()
    assert visit.sent == ["a", "b"]


def test_a_leaving_page_starts_events_at_once() -> None:
    visit = Visit()
    visit.call("a")
    visit.leaving.receive("hidden")
    visit.call("b")
    assert visit.sent == ["a", "b"]


def test_idle_comes_when_no_event_is_on_its_way() -> None:
    visit, slow = Visit(), Later[object]()
    add(visit, Step("slow", "before", lambda _: slow))
    assert visit.queue.idle().done
    visit.call("a")
    visit.run()
    idle = visit.queue.idle()
    assert not answered(idle)
    slow.settle(visit.context("a"))
    assert idle.done
    assert visit.queue.is_empty()


def test_a_burst_leaves_the_page_a_breath() -> None:
    visit = Visit()

    def take_time(context: Context) -> Context:
        visit.clock.advance(5)
        return context

    plugin = Step("p", "before", take_time)
    add(visit, plugin)
    for number in range(6):
        visit.call(f"e{number}")
    timers: list[int] = []
    visit.page_clock.after(0, lambda: timers.append(plugin.calls))
    visit.run()
    assert 0 < timers[0] < 6
    visit.run(100)
    assert plugin.calls == 6
