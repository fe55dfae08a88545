"""The emitter of the client and of its queue."""

from __future__ import annotations

from tests.core.fakes import FakeConsole

from cioanalytics.core.later import Later
from cioanalytics.core.pipeline.emitter import Emitter


def test_handlers_run_in_order_with_the_arguments() -> None:
    emitter, heard = Emitter(FakeConsole()), []
    emitter.on("track", lambda *args: heard.append(("a", args))).on("track", lambda *args: heard.append(("b", args)))
    emitter.emit("track", "name", {"x": 1})
    assert heard == [("a", ("name", {"x": 1})), ("b", ("name", {"x": 1}))]


def test_once_runs_once() -> None:
    emitter, heard = Emitter(FakeConsole()), []
    emitter.once("reset", lambda: heard.append("reset"))
    emitter.emit("reset").emit("reset")
    assert heard == ["reset"]


def test_off_takes_every_such_handler_away_but_none_of_once() -> None:
    emitter, heard = Emitter(FakeConsole()), []

    def handler() -> None:
        heard.append("called")

    emitter.on("page", handler).on("page", handler).once("page", handler)
    emitter.off("page", handler).emit("page").emit("page")
    assert heard == ["called"]


def test_off_of_an_unknown_event_is_fine() -> None:
    assert isinstance(Emitter(FakeConsole()).off("never", print), Emitter)


def test_a_throwing_handler_is_reported_once_and_the_others_run() -> None:
    console, heard = FakeConsole(), []
    emitter = Emitter(console)

    def throws() -> None:
        raise ValueError("handler broke")

    emitter.on("track", throws).on("track", lambda: heard.append("ran"))
    emitter.emit("track").emit("track")
    assert heard == ["ran", "ran"]
    assert len(console.errors) == 1
    assert "handler broke" in console.errors[0]
    assert '"track"' in console.errors[0]


def test_a_handler_whose_promise_fails_is_reported() -> None:
    console, promise = FakeConsole(), Later[None]()
    Emitter(console).on("track", lambda: promise).emit("track")
    promise.fail(ValueError("later broke"))
    assert "later broke" in console.errors[0]


def test_a_handler_that_comes_during_an_event_hears_the_next_one() -> None:
    emitter, heard = Emitter(FakeConsole()), []
    emitter.once("track", lambda: emitter.on("track", lambda: heard.append("new")))
    emitter.emit("track")
    assert heard == []
    emitter.emit("track")
    assert heard == ["new"]
