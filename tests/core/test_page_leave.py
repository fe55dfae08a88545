"""A page that is hidden, left, and comes back (D7, D22)."""

from __future__ import annotations

from tests.core.pipeline_rig import HOST, KEY, Visit, silent

from cioanalytics.core.delivery.page_leave import KEEPALIVE_BYTES
from cioanalytics.core.delivery.strategy import Strategy
from cioanalytics.core.ports import Answer

BATCHING = Strategy(HOST, KEY, batching=True, size=100)


def test_a_visible_page_sends_without_keepalive() -> None:
    visit = Visit()
    visit.call("a")
    visit.run()
    assert [request.keepalive for request in visit.network.posts] == [False]


def test_a_call_in_the_last_task_of_the_page_leaves_with_keepalive() -> None:
    visit = Visit()
    visit.call("a")
    visit.close()
    assert [(request.keepalive, request.json["event"]) for request in visit.network.posts] == [(True, "a")]


def test_a_call_that_page_code_makes_while_it_goes_leaves_too() -> None:
    visit = Visit()
    visit.leaving.receive("hide")
    visit.call("goodbye")
    assert visit.sent == ["goodbye"]
    assert visit.network.posts[0].keepalive


def test_a_tab_switch_sends_the_buffer_once_and_batching_goes_on() -> None:
    visit = Visit(strategy=BATCHING)
    visit.call("a")
    visit.call("b")
    visit.run()
    for event in ("hidden", "visible", "hidden", "visible"):
        visit.leaving.receive(event)
    assert visit.sent == ["a+b"]
    visit.call("c")
    visit.call("d")
    visit.run(4_999)
    assert visit.sent == ["a+b"]
    visit.run(1)
    assert visit.sent == ["a+b", "c+d"]
    assert [request.keepalive for request in visit.network.posts] == [True, False]


def test_calls_that_wait_for_the_next_task_leave_in_one_batch_with_the_buffer() -> None:
    visit = Visit(strategy=BATCHING)
    visit.call("a")
    visit.run()
    visit.call("b")
    visit.call("c")
    visit.leaving.receive("hidden")
    assert visit.sent == ["a+b+c"]


def test_all_keepalive_bodies_in_flight_stay_below_the_browser_s_limit() -> None:
    visit = Visit(strategy=BATCHING, script=silent)
    for number in range(10):
        visit.call(f"e{number}", properties={"x": "y" * 20_000})
    visit.run()
    visit.close()
    assert sum(len((request.body or "").encode()) for request in visit.network.pending) <= KEEPALIVE_BYTES
    assert visit.sent == ["e0+e1+e2"]
    assert len(visit.kept) == 10


def test_single_events_share_the_budget_and_the_rest_stays() -> None:
    visit = Visit(script=silent)
    for number in range(10):
        visit.call(f"e{number}", properties={"x": "y" * 20_000})
    visit.leaving.receive("hidden")
    assert visit.sent == ["e0", "e1", "e2"]
    assert all(request.keepalive for request in visit.network.posts)
    visit.answer(0, 200)
    assert visit.sent == ["e0", "e1", "e2", "e3"]


def test_what_is_in_flight_is_not_sent_again_while_it_is() -> None:
    visit = Visit(script=silent)
    visit.call("a")
    visit.run()
    visit.leaving.receive("hidden")
    visit.leaving.receive("visible")
    assert visit.sent == ["a"]
    visit.answer(0, 200)
    visit.run(60_000)
    assert visit.sent == ["a"]


def test_a_hidden_page_tries_at_once_what_pauses() -> None:
    answers = [Answer(503), Answer(200)]
    visit = Visit(script=lambda *_: answers.pop(0))
    visit.call("a")
    visit.run()
    visit.leaving.receive("hidden")
    assert visit.sent == ["a", "a"]
    assert visit.kept == []


def test_the_back_forward_cache_brings_the_page_back_whole() -> None:
    visit = Visit(script=silent)
    visit.call("a")
    visit.run()
    visit.leaving.receive("hidden")
    visit.leaving.receive("hide")
    assert visit.locks.own == set()
    visit.leaving.receive("show")
    visit.leaving.receive("visible")
    visit.answer(0, 200)
    visit.call("b")
    visit.run()
    visit.answer(1, 200)
    assert visit.sent == ["a", "b"]
    assert visit.kept == []


def test_what_another_page_sent_meanwhile_is_not_sent_by_the_one_that_comes_back() -> None:
    first = Visit(script=lambda *_: Answer(500))
    first.call("a")
    first.run()
    first.leaving.receive("hidden")
    first.leaving.receive("hide")
    second = first.origin.visit()
    second.run()
    assert second.sent == ["a"]
    tried = len(first.sent)
    first.leaving.receive("show")
    first.leaving.receive("visible")
    first.run(120_000)
    assert len(first.sent) == tried
