"""The client as a whole, over the fakes: calls, identity of the moment, settings, readiness."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.core.clients import make_client
from tests.core.fakes import FakeClock, FakeConsole, FakeJar, FakeNetwork, FakePage, FakeStorage, fake_ports

from cioanalytics.core.errors import EventTooLarge, MissingEvent
from cioanalytics.core.later import Later
from cioanalytics.core.moment import Moment
from cioanalytics.core.ports import Answer, PageFacts

if TYPE_CHECKING:
    from cioanalytics.core.analytics import Analytics
    from cioanalytics.core.pipeline.context import Context

SETTINGS = '{"integrations":{"Customer.io Data Pipelines":{"apiKey":"KEY","apiHost":"collector.test/v1"}}}'


class Visit:
    """One page with a client, and what a test looks at."""

    def __init__(self, settings: Answer | None = None, storage: FakeStorage | None = None, **options: Any) -> None:
        self.clock = FakeClock()
        self.answers = {"settings": settings or Answer(200, SETTINGS)}
        self.network = FakeNetwork(self._answer)
        self.console = FakeConsole()
        self.page = FakePage()
        self.storage = storage or FakeStorage()
        ports = fake_ports(
            clock=self.clock, network=self.network, console=self.console, page=self.page, storage=self.storage
        )
        self.client: Analytics = make_client(ports, options)

    def _answer(self, method: str, _url: str, _body: str | None) -> Answer:
        return self.answers["settings"] if method == "GET" else Answer(200)

    def begin(self) -> Visit:
        self.client.begin()
        self.client.start()
        self.clock.advance(1)
        return self

    def sent(self) -> list[dict[str, Any]]:
        self.clock.advance(1)
        return [cast("dict[str, Any]", request.json) for request in self.network.posts]


def test_the_anonymous_id_stands_before_settings_and_without_a_call() -> None:
    visit = Visit()
    visit.client.begin()
    assert visit.storage.get("ajs_anonymous_id") is not None
    assert visit.network.requests == []


def test_an_event_carries_the_identity_that_held_when_it_was_called() -> None:
    visit = Visit().begin()
    visit.client.track("before")
    visit.client.identify("jane")
    before, identify = visit.sent()
    assert before["userId"] is None
    assert identify["userId"] == "jane"
    assert before["anonymousId"] == identify["anonymousId"]


def test_a_call_of_an_earlier_moment_keeps_its_time_and_page() -> None:
    visit = Visit().begin()
    then = Moment(visit.clock.now() - 5000, PageFacts(url="https://shop.test/old", path="/old"))
    visit.client.at(then, lambda: visit.client.track("early"))
    (early,) = visit.sent()
    assert early["timestamp"] == visit.clock.iso(visit.clock.now() - 5001)[:19] + early["timestamp"][19:]
    assert early["context"]["page"]["path"] == "/old"


def test_events_wait_for_the_settings_in_their_order() -> None:
    visit = Visit()
    visit.client.begin()
    visit.client.track("a")
    visit.client.page("b")
    assert visit.sent() == []
    visit.client.start()
    visit.clock.advance(1)
    assert [event["type"] for event in visit.sent()] == ["track", "page"]


def test_failed_settings_are_told_once_and_events_leave_when_they_come() -> None:
    visit = Visit(Answer(503)).begin()
    visit.client.track("a")
    visit.clock.advance(1)
    assert visit.client.initialized
    assert len(visit.console.errors) == 1
    assert "503" in visit.console.errors[0]
    visit.answers["settings"] = Answer(200, SETTINGS)
    visit.clock.advance(120_000)
    assert [event["event"] for event in visit.sent()] == ["a"]
    assert len(visit.console.errors) == 1


def test_the_last_good_settings_are_remembered() -> None:
    storage = FakeStorage()
    Visit(storage=storage).begin()
    visit = Visit(Answer(0), storage=storage).begin()
    visit.client.track("a")
    assert [event["event"] for event in visit.sent()] == ["a"]


def test_settings_that_come_late_put_their_plan_in_the_place_of_the_remembered_one() -> None:
    def planned(name: str) -> str:
        return SETTINGS[:-2] + f',"Other":{{}}}},"plan":{{"track":{{"{name}":{{"enabled":false}}}}}}}}'

    storage = FakeStorage()
    Visit(Answer(200, planned("old")), storage=storage).begin()
    visit = Visit(Answer(503), storage=storage).begin()
    visit.client.track("old")
    assert [event["integrations"].get("All") for event in visit.sent()] == [False]
    visit.answers["settings"] = Answer(200, planned("new"))
    visit.clock.advance(120_000)
    visit.client.track("old")
    visit.client.track("new")
    assert [event["integrations"].get("All") for event in visit.sent()[-2:]] == [None, False]
    names = [each.name for each in visit.client.plugins.loaded()]
    assert names.count("Schema Filter") == 1


def test_track_without_a_name_fails_with_the_vendors_words() -> None:
    visit = Visit().begin()
    call = visit.client.track()
    assert isinstance(call.error, MissingEvent)
    assert str(call.error) == "Event missing"


def test_an_event_that_is_too_large_fails_names_its_fields_and_is_not_kept() -> None:
    visit = Visit().begin()
    call = visit.client.track("big", {"text": "x" * 40_000, "small": 1})
    assert isinstance(call.error, EventTooLarge)
    assert "properties.text" in str(call.error)
    visit.client.track("next")
    assert [event["event"] for event in visit.sent()] == ["next"]


@pytest.mark.parametrize("kind", ["track", "screen"])
def test_the_limit_is_that_of_the_body_to_the_byte(kind: str) -> None:
    def bodies(length: int, **options: Any) -> list[str]:
        visit = Visit(**options).begin()
        visit.page.now = PageFacts(url="https://shop.test/" + "p" * 500, path="/" + "p" * 500, title="Shop")
        getattr(visit.client, kind)("big", {"text": "x" * length})
        visit.clock.advance(1)
        return [request.body or "" for request in visit.network.posts]

    (body,) = bodies(1_000)
    size = len(body.encode())
    assert bodies(1_000, maxEventBytes=size) == [body]
    assert bodies(1_000, maxEventBytes=size - 1) == []


def test_a_callback_runs_after_the_timeout_and_the_promise_waits_for_it() -> None:
    visit = Visit().begin()
    seen: list[str] = []
    call = visit.client.track("a", lambda context: seen.append(context.event["event"]))
    visit.clock.advance(200)
    assert (seen, call.done) == ([], False)
    visit.clock.advance(200)
    assert (seen, call.done) == (["a"], True)


def test_ready_answers_once_settings_have_failed() -> None:
    visit = Visit(Answer(500))
    visit.client.begin()
    seen: list[object] = []
    visit.client.ready(seen.append)
    assert seen == []
    visit.client.start()
    visit.clock.advance(1)
    assert len(seen) == 1


def test_a_throwing_ready_callback_is_told_and_nothing_more() -> None:
    visit = Visit().begin()

    def broken(_: object) -> None:
        raise ValueError("mine")

    call = visit.client.ready(broken)
    visit.clock.advance(1)
    assert call.done
    assert call.error is None
    assert any("mine" in line for line in visit.console.errors)


def test_a_ready_callback_whose_promise_fails_is_told_too() -> None:
    visit = Visit().begin()
    promise: Later[None] = Later()
    call = visit.client.ready(lambda _: promise)
    visit.clock.advance(1)
    assert call.done
    promise.fail(ValueError("mine"))
    assert [line for line in visit.console.errors if "mine" in line] == ["cioanalytics: a ready callback failed: mine"]


def test_the_query_of_the_address_identifies_before_ready() -> None:
    visit = Visit()
    visit.page.change(
        search="?ajs_uid=jane&ajs_aid=abc&ajs_event=Clicked&ajs_prop_where=mail", url="https://shop.test/?x"
    )
    visit.begin()
    assert visit.client.user.id() == "jane"
    assert visit.client.user.anonymous_id() == "abc"
    assert [event["type"] for event in visit.sent()] == ["identify", "track"]


def test_an_event_of_an_offline_page_waits_though_no_event_told_so() -> None:
    visit = Visit().begin()
    visit.page.change(online=False)
    visit.client.track("a")
    assert visit.sent() == []
    visit.page.change(online=True)
    visit.client.track("b")
    assert [event["event"] for event in visit.sent()] == ["a", "b"]


class Refusal:
    name = "Refusal"
    type = "before"

    def track(self, context: Context) -> Context:
        raise ValueError(context.attempts)


def test_settings_without_a_queue_let_no_event_be_tried_again_nor_wait() -> None:
    visit = Visit(Answer(200, SETTINGS.replace('"apiHost"', '"retryQueue":false,"apiHost"'))).begin()
    visit.page.change(online=False)
    visit.client.track("a")
    visit.page.change(online=True)
    visit.client.register(Refusal())
    failed = visit.client.track("b")
    assert visit.sent() == []
    assert failed.value().attempts == 1
    assert failed.value().failed_delivery() is not None


def test_ready_gives_its_callback_what_json_can_say() -> None:
    visit = Visit().begin()
    seen: list[object] = []
    visit.client.ready(seen.append)
    visit.clock.advance(1)
    assert seen == [[None] * 3]


def test_reset_forgets_user_and_group_and_says_so() -> None:
    visit = Visit().begin()
    told: list[str] = []
    visit.client.emitter.on("reset", lambda: told.append("reset"))
    visit.client.identify("jane")
    visit.client.group_event("acme")
    first = visit.client.user.anonymous_id()
    visit.client.reset()
    assert (visit.client.user.id(), visit.client.group.id()) == (None, None)
    assert visit.client.user.anonymous_id() != first
    assert told == ["reset"]


def test_reset_keeps_the_anonymous_id_where_that_is_asked_for() -> None:
    visit = Visit().begin()
    visit.client.identify("jane")
    first = visit.client.user.anonymous_id()
    visit.client.reset({"keepAnonymousId": True})
    assert (visit.client.user.id(), visit.client.user.anonymous_id()) == (None, first)


@pytest.mark.parametrize("call", ["track", "page", "screen", "identify", "alias"])
def test_every_call_is_announced_after_its_delivery(call: str) -> None:
    visit = Visit().begin()
    seen: list[str] = []
    visit.client.emitter.on(call, lambda *_: seen.append(call))
    getattr(visit.client, call)("x")
    visit.clock.advance(1)
    assert seen == [call]


def test_without_client_persistence_the_whole_client_touches_no_store() -> None:
    visit = Visit(disableClientPersistence=True)
    jar = cast("FakeJar", visit.client.ports.jar)
    visit.begin()
    visit.client.page()
    visit.client.identify("jane")
    visit.client.track("a")
    assert [event["type"] for event in visit.sent()] == ["page", "identify", "track"]
    visit.client.reset()
    visit.client.page_changed({"event": "hide"})
    visit.client.forget()
    assert (visit.storage.calls, jar.reads, jar.lines) == ([], 0, [])


def test_an_event_leaves_nothing_that_only_a_garbage_collection_finds() -> None:
    visit = Visit().begin()

    def call() -> None:
        visit.client.track("Seen", {"n": 1})
        visit.client.identify("jane", {"plan": "basic"})
        visit.clock.advance(1)

    call()
    gc.collect()
    gc.disable()
    try:
        for _ in range(50):
            call()
        assert gc.collect() == 0
    finally:
        gc.enable()
