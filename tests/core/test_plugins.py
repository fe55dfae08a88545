"""Registering plugins, and what they may do to each other."""

from __future__ import annotations

import pytest
from tests.core.pipeline_rig import Visit

from cioanalytics.core.errors import CioError
from cioanalytics.core.later import Later
from cioanalytics.core.pipeline.context import Context


class Recorder:
    """A plugin that remembers the events it met."""

    version = "1.0.0"

    def __init__(self, name: str, type: str = "enrichment", load: Later[None] | None = None) -> None:  # noqa: A002
        self.name = name
        self.type = type
        self.seen: list[str] = []
        self._load = load
        self.unloaded = 0

    def load(self, context: Context, analytics: object) -> Later[None] | None:
        return self._load

    def unload(self, context: Context, analytics: object) -> None:
        self.unloaded += 1

    def track(self, context: Context) -> Context:
        self.seen.append(str(context.event["event"]))
        return context


def register(visit: Visit, plugin: object) -> Later[None]:
    return visit.plugins.register(visit.context("system"), plugin, None)  # type: ignore[arg-type]


def test_a_plugin_sees_events_from_its_registration_to_its_removal() -> None:
    visit, plugin = Visit(), Recorder("p")
    register(visit, plugin)
    visit.call("a")
    visit.run()
    visit.plugins.deregister(visit.context("system"), "p", None)
    visit.call("b")
    visit.run()
    assert plugin.seen == ["a"]
    assert plugin.unloaded == 1


def test_a_plugin_registered_in_the_task_of_a_call_sees_its_event() -> None:
    visit, plugin = Visit(), Recorder("p")
    visit.call("a")
    register(visit, plugin)
    visit.run()
    assert plugin.seen == ["a"]


def test_two_of_one_name_both_run_and_both_go() -> None:
    visit, one, two = Visit(), Recorder("same"), Recorder("same")
    register(visit, one)
    register(visit, two)
    visit.call("a")
    visit.run()
    visit.plugins.deregister(visit.context("system"), "same", None)
    visit.call("b")
    visit.run()
    assert (one.seen, two.seen) == (["a"], ["a"])
    assert (one.unloaded, two.unloaded) == (1, 0)


def test_an_unknown_name_is_a_line_of_the_log() -> None:
    visit = Visit()
    context = visit.context("system")
    visit.plugins.deregister(context, "nobody", None)
    assert [(line.level, line.message) for line in context.logs()] == [("warn", "plugin nobody not found")]


def test_a_failing_unload_keeps_the_plugin() -> None:
    class Clinging(Recorder):
        def unload(self, context: Context, analytics: object) -> None:
            raise ValueError("I stay")

    visit, plugin = Visit(), Clinging("p")
    context = visit.context("system")
    register(visit, plugin)
    visit.plugins.deregister(context, "p", None)
    assert context.logs()[-1].message == "Failed to unload destination"
    assert visit.plugins.find("p") is plugin


def test_a_rejected_load_of_another_than_a_destination_fails_the_registration() -> None:
    visit, load = Visit(), Later[None]()
    registered = register(visit, Recorder("p", load=load))
    load.fail(ValueError("cannot"))
    with pytest.raises(ValueError, match="cannot"):
        registered.value()
    assert visit.plugins.find("p") is None


def test_a_destination_that_does_not_load_is_told_once_and_named() -> None:
    visit, load = Visit(), Later[None]()
    registered = register(visit, Recorder("Dest", "destination", load))
    load.fail(ValueError("no script"))
    assert registered.value() is None
    assert visit.plugins.failed_initializations == ["Dest"]
    assert visit.console.warnings == ["Dest Error: no script"]


def test_a_load_that_never_ends_fails_after_ten_seconds() -> None:
    visit = Visit()
    registered = register(visit, Recorder("p", load=Later()))
    visit.run(9_999)
    assert not registered.done
    visit.run(1)
    with pytest.raises(CioError, match="Promise timed out"):
        registered.value()


def test_a_slow_destination_delays_only_itself() -> None:
    visit, load = Visit(), Later[None]()
    slow, quick = Recorder("Slow", "destination", load), Recorder("Quick", "destination")
    register(visit, slow)
    register(visit, quick)
    visit.call("a")
    visit.run()
    visit.call("b")
    visit.run()
    assert (slow.seen, quick.seen, visit.sent) == ([], ["a", "b"], ["a", "b"])
    load.settle(None)
    assert slow.seen == ["a", "b"]


def test_ready_gives_all_answers_and_a_failing_or_hanging_one_only_itself() -> None:
    class Answering(Recorder):
        def __init__(self, name: str, answer: object) -> None:
            super().__init__(name)
            self.answer = answer

        def ready(self) -> object:
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

    visit = Visit(pipeline=False)
    for plugin in (Answering("a", 1), Answering("b", ValueError("bad")), Answering("c", Later[None]())):
        register(visit, plugin)
    ready = visit.plugins.ready()
    assert not ready.done
    visit.run(10_000)
    assert ready.value() == [1, None, None]
    assert len(visit.console.errors) == 2


def test_destination_middleware_of_a_plain_plugin_is_an_error_and_of_an_unknown_one_waits() -> None:
    visit = Visit()
    register(visit, Recorder("Plain", "destination"))
    with pytest.raises(CioError, match="addMiddleware is not a function"):
        visit.plugins.add_destination_middleware("plain", [print])
    visit.plugins.add_destination_middleware("Later One", [print])
    assert visit.plugins.destination_middleware("LATER ONE") == [print]
