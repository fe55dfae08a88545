"""What goes to the collector, and what becomes of its answers (D4, D5, D21, D22)."""

from __future__ import annotations

import pytest
from tests.core.pipeline_rig import HOST, KEY, Visit, answered, failing, silent

from cioanalytics.core.delivery.strategy import Strategy, read_strategy
from cioanalytics.core.ports import Answer, JsonObject
from cioanalytics.core.settings.project import ApiSettings

BATCHING = Strategy(HOST, KEY, batching=True, size=3)


@pytest.mark.parametrize(
    ("kind", "path"),
    [("track", "t"), ("page", "p"), ("identify", "i"), ("group", "g"), ("alias", "a"), ("screen", "s")],
)
def test_each_type_has_its_address(kind: str, path: str) -> None:
    visit = Visit()
    visit.call("a", type=kind)
    visit.run()
    assert [request.url for request in visit.network.posts] == [f"{HOST}/{path}"]


def test_the_body_is_the_event_with_write_key_and_the_time_of_sending() -> None:
    visit = Visit()
    visit.delivery.configure(Strategy(HOST, "SOURCE"), lambda: {"bundled": ["Customer.io Data Pipelines"]})
    visit.call("a", properties={"x": "ü"}, traits={"no": 1}, timestamp="2026-01-01T00:00:00.000Z")
    visit.run(0)
    assert visit.network.posts[0].json == {
        "type": "track",
        "event": "a",
        "messageId": "id-a",
        "anonymousId": "anon",
        "userId": None,
        "properties": {"x": "ü"},
        "timestamp": "2026-01-01T00:00:00.000Z",
        "writeKey": "SOURCE",
        "sentAt": "2026-11-24T13:00:00.000Z",
        "_metadata": {"bundled": ["Customer.io Data Pipelines"]},
    }


def test_alias_goes_out_with_previous_id_and_user_id() -> None:
    visit = Visit()
    visit.call("a", type="alias", **{"from": "old", "to": "new"})
    visit.run()
    body = visit.network.posts[0].json
    assert (body["previousId"], body["userId"]) == ("old", "new")
    assert "from" not in body
    assert "to" not in body


def test_the_event_that_page_code_sees_has_none_of_it() -> None:
    visit = Visit()
    answer = visit.call("a")
    visit.run()
    assert sorted(answer.value().event) == ["anonymousId", "event", "messageId", "type"]


def test_a_call_is_answered_when_its_request_is() -> None:
    visit = Visit(script=silent)
    answer = visit.call("a")
    visit.run()
    assert not answered(answer)
    visit.answer(0, 200)
    assert answer.done
    assert visit.told[-1] == ("delivery_success", "a")


def test_events_leave_in_the_order_of_their_calls_one_after_the_other() -> None:
    visit = Visit(script=silent)
    for name in "abc":
        visit.call(name)
    visit.run()
    assert visit.sent == ["a"]
    visit.answer(0, 200)
    visit.answer(1, 204)
    visit.answer(2, 200)
    assert visit.sent == ["a", "b", "c"]


@pytest.mark.parametrize("status", [0, 408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_until_it_does(status: int) -> None:
    answers = [Answer(status), Answer(status), Answer(200)]
    visit = Visit(script=lambda *_: answers.pop(0))
    answer = visit.call("a")
    visit.run()
    assert answer.done
    assert answer.value().failed_delivery() is None
    assert ("delivery_success", "a") not in visit.told
    visit.run(10_000)
    assert visit.sent == ["a", "a", "a"]
    assert [request.json["messageId"] for request in visit.network.posts] == ["id-a"] * 3
    assert [name for name, _ in visit.told].count("delivery_success") == 1
    assert [name for name, _ in visit.told].count("delivery_retry") == 2
    assert visit.kept == []


def test_the_pauses_grow_and_have_an_end() -> None:
    visit = Visit(script=failing(503))
    visit.call("a")
    visit.run(1_000)
    assert 1 < len(visit.sent) <= 3
    visit.run(600_000)
    tried = len(visit.sent)
    visit.run(300_000)
    assert 8 <= len(visit.sent) - tried <= 21


def test_retry_after_is_obeyed() -> None:
    answers = [Answer(429, "", "120"), Answer(200)]
    visit = Visit(script=lambda *_: answers.pop(0))
    visit.call("a")
    visit.run(119_000)
    assert visit.sent == ["a"]
    visit.leaving.receive("hidden")
    assert visit.sent == ["a"]
    visit.run(1_000)
    assert visit.sent == ["a", "a"]


@pytest.mark.parametrize("header", ["315360000", "Fri, 24 Nov 2036 13:00:00 GMT"])
def test_a_server_that_asks_for_ten_years_gets_five_minutes(header: str) -> None:
    answers = [Answer(429, "", header), Answer(200)]
    visit = Visit(script=lambda *_: answers.pop(0))
    visit.call("a")
    visit.run(299_000)
    assert visit.sent == ["a"]
    visit.run(1_000)
    assert visit.sent == ["a", "a"]


@pytest.mark.parametrize("header", ["0", "Sat, 29 Feb 2020 00:00:00 GMT", "-5", "soon"])
def test_a_server_that_fails_and_asks_for_no_pause_is_not_asked_in_a_loop(header: str) -> None:
    visit = Visit(script=lambda *_: Answer(503, "", header))
    visit.call("a")
    visit.run(60_000)
    assert 4 <= len(visit.sent) <= 9


def test_a_network_that_comes_back_does_not_shorten_what_a_server_asked_for() -> None:
    answers = [Answer(429, "", "60"), Answer(200)]
    visit = Visit(script=lambda *_: answers.pop(0))
    visit.call("a")
    visit.run()
    for news in ("offline", "online"):
        visit.leaving.receive(news)
    visit.run(59_000)
    assert visit.sent == ["a"]
    visit.run(1_000)
    assert visit.sent == ["a", "a"]


def test_those_behind_a_failed_event_keep_their_places_and_their_calls_are_answered() -> None:
    answers = [Answer(500), Answer(200), Answer(200)]
    visit = Visit(script=lambda *_: answers.pop(0))
    calls = [visit.call(name) for name in "ab"]
    visit.run()
    assert [call.done for call in calls] == [True, True]
    assert visit.sent == ["a"]
    visit.run(1_000)
    assert visit.sent == ["a", "a", "b"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_a_refusal_drops_the_event_once_and_says_why(status: int) -> None:
    visit = Visit(script=failing(status))
    answer = visit.call("a")
    visit.run(60_000)
    assert visit.sent == ["a"]
    assert visit.failures == [f"a: The collector refused the event with status {status}."]
    assert ("delivery_success", "a") not in visit.told
    assert answer.value().failed_delivery() is not None
    assert visit.kept == []


def test_an_answer_that_never_comes_is_a_failed_try() -> None:
    visit = Visit(script=silent)
    answer = visit.call("a")
    visit.run(9_999)
    assert not answered(answer)
    visit.run(1)
    assert answer.done
    visit.run(1_000)
    assert visit.sent == ["a", "a"]
    visit.answer(1, 200)
    assert visit.kept == []


def test_an_acknowledgement_that_comes_late_ends_the_tries() -> None:
    visit = Visit(script=silent)
    visit.call("a")
    visit.run(10_000)
    visit.answer(0, 200)
    visit.run(60_000)
    assert visit.sent == ["a"]
    assert visit.kept == []
    assert visit.told[-1] == ("delivery_success", "a")


def test_offline_events_are_answered_at_once_and_leave_when_the_network_is_back() -> None:
    visit = Visit(online=False)
    answer = visit.call("a")
    visit.call("b")
    visit.run(60_000)
    assert answer.done
    assert visit.sent == []
    visit.leaving.receive("online")
    assert visit.sent == ["a", "b"]


def test_an_event_that_waits_out_a_lost_network_is_answered() -> None:
    visit = Visit(script=silent)
    visit.call("a")
    waiting = visit.call("b")
    visit.run()
    visit.leaving.receive("offline")
    assert waiting.done


def test_events_wait_for_an_address() -> None:
    visit = Visit(strategy=None)
    answer = visit.call("a")
    visit.run(60_000)
    assert answer.done
    assert visit.sent == []
    assert len(visit.kept) == 1
    visit.delivery.configure(Strategy(HOST, KEY))
    assert visit.sent == ["a"]


def test_a_batch_leaves_when_it_is_full() -> None:
    visit = Visit(strategy=BATCHING)
    calls = [visit.call(name) for name in "abc"]
    visit.run()
    assert all(call.done for call in calls)
    request = visit.network.posts[0]
    assert request.url == f"{HOST}/b"
    assert visit.sent == ["a+b+c"]
    assert sorted(request.json) == ["batch", "writeKey"]
    batch = request.json["batch"]
    assert isinstance(batch, list)
    assert isinstance(batch[0], dict)
    assert batch[0]["sentAt"] == "2026-11-24T13:00:00.000Z"
    assert batch[0]["writeKey"] == KEY


def test_a_batch_that_does_not_fill_leaves_after_its_time() -> None:
    visit = Visit(strategy=BATCHING)
    answer = visit.call("a")
    visit.run(4_999)
    assert answer.done
    assert visit.sent == []
    assert ("delivery_success", "a") not in visit.told
    visit.run(1)
    assert visit.sent == ["a"]
    assert ("delivery_success", "a") in visit.told


def test_no_batch_is_larger_than_the_collector_takes() -> None:
    visit = Visit(strategy=Strategy(HOST, KEY, batching=True, size=1000))
    for number in range(30):
        visit.call(f"e{number}", properties={"x": "ü" * 15_000})
    visit.run(5_000)
    assert sum(len(name.split("+")) for name in visit.sent) == 30
    assert all(len((request.body or "").encode()) < 500_000 for request in visit.network.posts)


def test_every_event_of_a_failed_batch_is_tried_again() -> None:
    answers = [Answer(500), Answer(200)]
    visit = Visit(strategy=BATCHING, script=lambda *_: answers.pop(0))
    for name in "abc":
        visit.call(name)
    visit.run(2_000)
    assert visit.sent == ["a+b+c", "a+b+c"]
    assert visit.kept == []


@pytest.mark.parametrize("status", [400, 413])
def test_a_refused_batch_is_split_until_the_bad_event_stands_alone(status: int) -> None:
    def judge(method: str, url: str, body: str | None) -> Answer:
        return Answer(status if '"event":"bad"' in (body or "") else 200)

    visit = Visit(strategy=Strategy(HOST, KEY, batching=True, size=5), script=judge)
    for name in ["a", "b", "bad", "c", "d"]:
        visit.call(name)
    visit.run(10_000)
    delivered = {name for kind, name in visit.told if kind == "delivery_success"}
    assert delivered == {"a", "b", "c", "d"}
    assert visit.failures == [f"bad: The collector refused the event with status {status}."]
    assert visit.kept == []


def test_another_refusal_drops_the_whole_batch() -> None:
    visit = Visit(strategy=BATCHING, script=failing(401))
    for name in "abc":
        visit.call(name)
    visit.run(60_000)
    assert visit.sent == ["a+b+c"]
    assert len(visit.failures) == 3


def test_without_retry_queue_a_failed_request_is_made_once_more() -> None:
    visit = Visit(strategy=Strategy(HOST, KEY, max_retries=1, stores=False), script=failing(0))
    visit.call("a")
    visit.run(120_000)
    assert visit.sent == ["a", "a"]
    assert visit.failures == ["a: The collector could not be reached in 2 tries."]
    assert visit.kept == []


def test_headers_and_keepalive_of_the_settings_are_used() -> None:
    visit = Visit(strategy=Strategy(HOST, KEY, keepalive=True, headers={"X-Site": "1"}))
    visit.call("a")
    visit.run()
    assert visit.network.posts[0].keepalive
    assert visit.network.posts[0].headers == {"X-Site": "1"}


def test_flush_sends_a_batch_now_and_ends_when_it_is_acknowledged() -> None:
    visit = Visit(strategy=BATCHING, script=silent)
    visit.call("a")
    visit.run()
    flushed = visit.delivery.flush()
    assert visit.sent == ["a"]
    assert not answered(flushed)
    visit.answer(0, 200)
    assert flushed.done


@pytest.mark.parametrize("status", [500, 404])
def test_flush_ends_when_an_event_has_to_wait_or_was_refused(status: int) -> None:
    visit = Visit(strategy=BATCHING, script=failing(status))
    visit.call("a")
    visit.run()
    assert visit.delivery.flush().done


def test_flush_of_nothing_and_flush_offline_end_at_once() -> None:
    visit = Visit(online=False)
    assert visit.delivery.flush().done
    visit.call("a")
    visit.run()
    assert visit.delivery.flush().done


def api(**delivery: object) -> ApiSettings:
    strategy: JsonObject = dict(delivery)  # type: ignore[arg-type]
    return ApiSettings("SOURCE", "ignored", "http", strategy, retry_queue=True, raw={})


def test_the_strategy_of_the_settings_is_read() -> None:
    config = {"size": 4, "timeout": 1000, "keepalive": True, "headers": {"a": "b"}, "maxRetries": 2}
    strategy = read_strategy(api(strategy="batching", config=config), "host.test/v1", KEY)
    assert strategy == Strategy(
        "http://host.test/v1",
        "SOURCE",
        batching=True,
        size=4,
        timeout=1000,
        keepalive=True,
        headers={"a": "b"},
        max_retries=2,
    )


@pytest.mark.parametrize("bad", ["ten", -1, True, None, [], float("nan")])
def test_sizes_and_times_that_make_no_sense_are_the_defaults(bad: object) -> None:
    config = {
        "size": bad,
        "timeout": bad,
        "maxRetries": bad,
        "headers": bad,
        "keepalive": bad if bad is not True else None,
    }
    strategy = read_strategy(api(strategy="batching", config=config), "h", KEY)
    assert (strategy.size, strategy.timeout, strategy.max_retries, strategy.headers) == (10, 5_000, None, {})
    assert not strategy.keepalive
