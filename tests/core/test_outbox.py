"""Kept events: across pages, between tabs, within bounds (D6)."""

from __future__ import annotations

import json

import pytest
from tests.core.pipeline_rig import HOST, KEY, PATIENCE, Origin, Rename, Visit, failing, silent

from cioanalytics.core.delivery.strategy import Strategy
from cioanalytics.core.later import Later
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.ports import Answer
from cioanalytics.core.settings.options import OutboxOptions

BOTH = pytest.mark.parametrize("web_locks", [True, False], ids=["web locks", "lease"])


def test_an_accepted_event_is_stored_within_its_call() -> None:
    visit = Visit(script=silent)
    visit.call("a")
    assert len(visit.kept) == 1
    kept = json.loads(visit.storage.items[visit.kept[0]])
    assert kept["event"]["event"] == "a"
    assert kept["stage"] == "accepted"


def test_it_is_replaced_by_what_goes_on_the_wire_and_removed_when_acknowledged() -> None:
    visit = Visit(script=silent)
    visit.plugins.register(visit.context("system"), Rename(), None)
    visit.call("a")
    visit.run()
    kept = json.loads(visit.storage.items[visit.kept[0]])
    assert (kept["stage"], kept["event"]["event"]) == ("wire", "a!")
    visit.answer(0, 200)
    assert visit.kept == []


def test_an_event_that_ends_before_the_collector_leaves_nothing() -> None:
    visit = Visit(pipeline=False)
    visit.call("a")
    visit.run()
    assert visit.kept == []


@BOTH
def test_the_next_visit_sends_what_a_crash_left_with_the_same_message_id(web_locks: bool) -> None:
    origin = Origin(web_locks=web_locks)
    first = origin.visit(script=silent)
    first.call("a")
    first.call("b")
    first.run()
    first.crash()
    second = origin.visit()
    second.run(PATIENCE)
    assert second.sent == ["a", "b"]
    assert [request.json["messageId"] for request in second.network.posts] == ["id-a", "id-b"]
    assert second.kept == []


@BOTH
def test_the_next_visit_sends_at_once_what_a_closed_page_left_and_before_its_own(web_locks: bool) -> None:
    origin = Origin(web_locks=web_locks)
    first = origin.visit(script=failing(0))
    for name in "abc":
        first.call(name)
    first.run(5_000)
    first.close()
    second = origin.visit()
    second.call("d")
    # A lease has to stand for a moment before it counts.
    second.run(1_000 if web_locks else 1_500)
    assert second.sent == ["a", "b", "c", "d"]


def test_stages_that_were_done_are_not_done_again() -> None:
    origin = Origin()
    first = origin.visit(strategy=None)
    first.plugins.register(first.context("system"), Rename(), None)
    first.call("a")
    first.run()
    first.call("b")
    first.crash()
    second = origin.visit(strategy=None)
    second.plugins.register(second.context("system"), Rename(), None)
    second.run()
    second.delivery.configure(Strategy(HOST, KEY))
    assert sorted(second.sent) == ["a!", "b!"]


def test_a_page_that_dies_between_enrichment_and_destinations_is_gone_on_from_there() -> None:
    class Destination:
        name = "Dest"
        type = "destination"

        def __init__(self, answer: object = None) -> None:
            self.seen: list[str] = []
            self.answer = answer

        def track(self, context: Context) -> object:
            self.seen.append(str(context.event["event"]))
            return self.answer or context

    origin = Origin()
    first, hanging = origin.visit(), Destination(Later[object]())
    for plugin in (Rename(), hanging):
        first.plugins.register(first.context("system"), plugin, None)
    first.call("a")
    first.run()
    first.crash()
    second, again = origin.visit(), Destination()
    for each in (Rename(), again):
        second.plugins.register(second.context("system"), each, None)
    second.run()
    assert (hanging.seen, again.seen, second.sent) == (["a!"], ["a!"], ["a!"])


@BOTH
def test_a_living_tab_s_events_are_its_own(web_locks: bool) -> None:
    origin = Origin(web_locks=web_locks)
    first = origin.visit(script=failing(0))
    first.call("a")
    first.run(3_000)
    second = origin.visit()
    origin.clock.advance(120_000)
    assert second.sent == []
    assert len(first.kept) == 1


@BOTH
def test_ten_tabs_that_come_at_once_send_each_event_once(web_locks: bool) -> None:
    origin = Origin(web_locks=web_locks)
    first = origin.visit(script=failing(0))
    for number in range(12):
        first.call(f"e{number}")
    first.run(5_000)
    first.crash()
    tabs = [origin.visit() for _ in range(10)]
    origin.clock.advance(2 * PATIENCE)
    sent = [name for tab in tabs for name in tab.sent]
    assert sorted(sent) == sorted(f"e{number}" for number in range(12))
    assert first.kept == []


def test_a_frozen_tab_that_lost_its_lease_sends_nothing_that_another_has_sent() -> None:
    origin = Origin(web_locks=False)
    frozen = origin.visit(script=failing(0))
    frozen.call("a")
    frozen.run(1_000)
    frozen.page_clock.alive = False
    other = origin.visit()
    origin.clock.advance(2 * PATIENCE)
    assert other.sent == ["a"]
    tried = len(frozen.sent)
    frozen.page_clock.alive = True
    frozen.leaving.receive("online")
    frozen.call("b")
    origin.clock.advance(10_000)
    assert [name for name in frozen.sent[tried:] if name == "a"] == []


def test_two_write_keys_on_one_origin_never_mix() -> None:
    origin = Origin()
    for key in ("ONE", "ONE:1", "TWO"):
        page = origin.visit(write_key=key, script=failing(0))
        page.call(f"of {key}")
        page.run(100)
        page.crash()
    one, longer, two = (origin.visit(write_key=key) for key in ("ONE", "ONE:1", "TWO"))
    origin.clock.advance(PATIENCE)
    assert (one.sent, longer.sent, two.sent) == (["of ONE"], ["of ONE:1"], ["of TWO"])


def test_too_many_events_drop_the_oldest_and_tell_of_each() -> None:
    visit = Visit(strategy=None, bounds=OutboxOptions(events=3))
    for name in "abcde":
        visit.call(name)
    assert [failure[:1] for failure in visit.failures] == ["a", "b"]
    assert len(visit.kept) == 3
    visit.run()
    visit.delivery.configure(Strategy(HOST, KEY))
    assert visit.sent == ["c", "d", "e"]


def test_too_many_bytes_drop_the_oldest() -> None:
    visit = Visit(strategy=None, bounds=OutboxOptions(bytes=5_000))
    for name in "abcdef":
        visit.call(name, properties={"x": "y" * 1_500})
    assert [failure[:1] for failure in visit.failures] == ["a", "b", "c"]
    assert sum(len(visit.storage.items[key]) for key in visit.kept) < 6_000


def test_what_plugins_add_pushes_no_event_out_now_or_at_the_next_visit() -> None:
    origin, bounds = Origin(), OutboxOptions(bytes=1_000)
    visit = origin.visit(script=failing(503), bounds=bounds)
    names = [f"e{number}" for number in range(10)]
    for name in names:
        context = visit.context(name)
        visit.delivery.accept(context)
        # An enrichment that is larger than the bound.
        context.event["context"] = {"text": "x" * 1_500}
        visit.queue.dispatch(context)
        visit.run(0)
    assert visit.failures == []
    visit.crash()
    after = origin.visit(bounds=bounds)
    after.run(1_000)
    assert after.failures == []
    assert after.sent == names


def test_dropping_the_oldest_passes_over_what_is_on_its_way() -> None:
    visit = Visit(script=silent, bounds=OutboxOptions(events=3))
    for number in range(6):
        visit.call(f"e{number}")
        visit.run(0)
    assert visit.sent == ["e0"]
    assert [failure.partition(":")[0] for failure in visit.failures] == ["e1", "e2", "e3"]
    visit.answer(0, 200)
    assert visit.sent == ["e0", "e4"]


def test_events_older_than_the_bound_are_dropped_by_the_next_visit() -> None:
    origin = Origin()
    first = origin.visit(strategy=None)
    first.call("a")
    first.run()
    first.crash()
    origin.clock.advance_days(29)
    second = origin.visit(strategy=None)
    second.call("b")
    second.run()
    second.crash()
    origin.clock.advance_days(2)
    third = origin.visit()
    third.run()
    assert third.sent == ["b"]
    assert third.failures == ["a: The event waited longer than 30 days."]


def test_without_persistence_storage_and_locks_are_not_touched() -> None:
    visit = Visit(persist=False, script=failing(0))
    visit.call("a")
    visit.run(10_000)
    visit.close()
    assert visit.storage.calls == []
    assert visit.locks.own == set()
    assert len(visit.sent) > 1


@pytest.mark.parametrize("mode", ["throws", "null", "full"])
def test_a_storage_that_does_not_work_loses_nothing_while_the_page_lives(mode: str) -> None:
    origin = Origin()
    origin.storage.mode = mode
    answers = [Answer(503), Answer(200), Answer(200)]
    visit = origin.visit(script=lambda *_: answers.pop(0))
    calls = [visit.call(name) for name in "ab"]
    visit.run(2_000)
    assert visit.sent == ["a", "a", "b"]
    assert all(call.value().failed_delivery() is None for call in calls)
    assert visit.console.errors == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{",
        "[]",
        '{"v":1,"at":1,"stage":"wire","event":null}',
        '{"v":1,"at":"now","stage":"wire","event":{"type":"track"}}',
        '{"v":1,"at":1,"stage":"sent","event":{"type":"track"}}',
        '{"v":1,"at":1,"stage":"wire","event":{"event":"a"}}',
        '{"v":1,"at":1e999,"stage":"wire","event":{"type":"track"}}',
        '{"v":1,"at":-1e999,"stage":"wire","event":{"type":"track"}}',
    ],
)
def test_broken_entries_are_removed_and_hurt_nobody(text: str) -> None:
    origin = Origin()
    origin.storage.items[f"cioanalytics:outbox:{KEY}:{'a' * 16}:1"] = text
    visit = origin.visit()
    visit.call("b")
    visit.run(PATIENCE)
    assert visit.sent == ["b"]
    assert visit.kept == []


def test_forget_removes_all_of_this_write_key_and_nothing_else() -> None:
    origin = Origin()
    origin.storage.items["theirs"] = "1"
    for key in (KEY, "OTHER"):
        page = origin.visit(write_key=key, strategy=None)
        page.call("a")
        page.crash()
    visit = origin.visit(strategy=None)
    answer = visit.call("b")
    visit.run()
    removed = visit.delivery.forget()
    assert len(removed) == 2
    assert answer.done
    assert sorted(origin.storage.items)[1:] == ["theirs"]
    visit.delivery.configure(Strategy(HOST, KEY))
    visit.run(10_000)
    assert visit.sent == []


def test_a_hundred_events_through_a_failing_collector_arrive_once_and_leave_nothing() -> None:
    acknowledged: list[str] = []
    tries = 0

    def judge(method: str, url: str, body: str | None) -> Answer:
        nonlocal tries
        tries += 1
        if tries % 5 == 0:
            return Answer(503)
        acknowledged.append(json.loads(body or "{}")["event"])
        return Answer(200)

    visit = Visit(script=judge)
    for number in range(100):
        visit.call(f"e{number}")
    visit.run(300_000)
    assert acknowledged == [f"e{number}" for number in range(100)]
    assert visit.kept == []
    assert visit.delivery.waiting() == 0


@pytest.mark.parametrize("mode", ["throws", "null", "full"])
def test_without_web_locks_a_storage_that_does_not_work_stops_nothing(mode: str) -> None:
    origin = Origin(web_locks=False)
    origin.storage.mode = mode
    answers = [Answer(503), Answer(200), Answer(200)]
    visit = origin.visit(script=lambda *_: answers.pop(0))
    for name in "ab":
        visit.call(name)
    visit.run(60_000)
    assert visit.sent == ["a", "a", "b"]


def test_an_idle_page_keeps_no_lease() -> None:
    visit = Origin(web_locks=False).visit()
    visit.call("a")
    visit.run(60_000)
    assert visit.sent == ["a"]
    assert visit.storage.items == {}
    assert visit.clock.pending == 0


def test_a_storage_that_forgets_in_silence_stops_nothing() -> None:
    origin = Origin(web_locks=False)
    origin.storage.set = lambda key, value: True  # type: ignore[method-assign]
    visit = origin.visit()
    for name in "ab":
        visit.call(name)
        visit.run(10_000)
    assert visit.sent == ["a", "b"]


@pytest.mark.parametrize("mode", ["throws", "null"])
def test_a_storage_that_breaks_under_a_lease_stops_nothing(mode: str) -> None:
    origin = Origin(web_locks=False)
    visit = origin.visit()
    visit.call("a")
    visit.call("b")
    # The events wait under a lease when the page takes the storage away.
    origin.storage.mode = mode
    visit.call("c")
    visit.run(10_000)
    assert visit.sent == ["a", "b", "c"]


def test_where_no_lease_can_be_written_two_tabs_send_no_event_twice() -> None:
    origin = Origin(web_locks=False)
    first = origin.visit(script=silent)
    first.call("a")
    origin.storage.mode = "full"
    first.run(30_000)
    second = origin.visit()
    second.run(60_000)
    assert second.sent == []
    # There is room again: what the living page has is its own still.
    origin.storage.mode = "works"
    first.run(10_000)
    third = origin.visit()
    third.run(10_000)
    assert second.sent == third.sent == []
    assert set(first.sent) == {"a"}


def test_what_a_dead_page_left_in_a_storage_without_room_leaves_when_there_is_some() -> None:
    origin = Origin(web_locks=False)
    first = origin.visit(script=silent)
    first.call("a")
    first.close()
    origin.storage.mode = "full"
    second = origin.visit()
    second.call("b")
    second.run(30_000)
    assert second.sent == ["b"]
    origin.storage.mode = "works"
    second.run(30_000)
    assert second.sent == ["b", "a"]


def test_the_lease_of_a_page_that_died_long_ago_is_swept_away() -> None:
    origin = Origin(web_locks=False)
    origin.storage.items["cioanalytics:outbox:KEY:0123456789abcdef:lease"] = f"{int(origin.clock.now()) - 60_000}:x"
    origin.storage.items["cioanalytics:outbox:KEY2:0123456789abcdef:lease"] = "1:x"
    living = f"{int(origin.clock.now()) + 1_000}:fedcba9876543210"
    origin.storage.items["cioanalytics:outbox:KEY:fedcba9876543210:lease"] = living
    origin.visit().run(5)
    assert sorted(origin.storage.items) == [
        "cioanalytics:outbox:KEY2:0123456789abcdef:lease",
        "cioanalytics:outbox:KEY:fedcba9876543210:lease",
    ]


def test_a_lease_of_a_clock_that_went_far_ahead_keeps_nobody_waiting_and_is_swept_away() -> None:
    origin = Origin(web_locks=False)
    first = origin.visit(script=failing(0))
    first.call("a")
    first.run(1_000)
    first.crash()
    (lease,) = (key for key in origin.storage.items if key.endswith(":lease"))
    end, _, holder = origin.storage.items[lease].partition(":")
    origin.storage.items[lease] = f"{int(end) + 365 * 86_400_000}:{holder}"
    second = origin.visit()
    second.run(10_000)
    assert second.sent == ["a"]
    assert origin.storage.items == {}


@BOTH
def test_what_a_clock_that_went_ahead_left_is_sent_when_it_is_set_back(web_locks: bool) -> None:
    origin = Origin(web_locks=web_locks)
    first = origin.visit(script=failing(0))
    first.call("a")
    first.close()
    (key,) = origin.storage.items
    head, at, rest = origin.storage.items[key].partition(f'"at":{int(origin.clock.now())}')
    assert at
    origin.storage.items[key] = f'{head}"at":{int(origin.clock.now()) + 365 * 86_400_000}{rest}'
    second = origin.visit()
    second.run(10_000)
    assert second.sent == ["a"]
    assert origin.storage.items == {}


def test_a_page_that_goes_before_it_knows_how_turns_are_taken_asks_anew_when_it_is_back() -> None:
    origin = Origin(slow_locks=True)
    first = origin.visit(script=silent)
    first.call("a")
    first.freeze()
    second = origin.visit()
    second.run(60_000)
    assert second.sent == ["a"]
    first.thaw()
    first.run(60_000)
    first.call("b")
    first.run(10_000)
    # By the same means as others: a lock, not a lease.
    assert [key for key in origin.storage.items if key.endswith(":lease")] == []
    assert first.sent.count("a") <= 1
    assert "b" in first.sent


@pytest.mark.parametrize("web_locks", [True, False], ids=["web locks", "lease"])
@pytest.mark.parametrize("number", ["²", "9" * 5_000, "", "-1", "lease:1"])
def test_keys_and_leases_that_no_client_wrote_hurt_nobody(web_locks: bool, number: str) -> None:
    origin = Origin(web_locks=web_locks)
    tab = f"cioanalytics:outbox:{KEY}:{'a' * 16}"
    origin.storage.items[f"{tab}:{number}"] = '{"v":1,"at":1,"stage":"wire","event":{"type":"track"}}'
    origin.storage.items[f"{tab}:lease"] = f"{number}:somebody"
    origin.storage.items[f"{tab}:7"] = '{"v":1,"at":²,"stage":"wire"'
    visit = origin.visit()
    visit.call("b")
    visit.run(PATIENCE)
    assert visit.sent == ["b"]
    assert f"{tab}:7" not in origin.storage.items


@pytest.mark.parametrize("header", ["²", "9" * 5_000, "Tue, 24 Nov ²026 13:00:30 GMT"])
def test_a_retry_after_that_is_no_number_is_a_pause_like_any_other(header: str) -> None:
    answers = [Answer(503, "", header), Answer(200)]
    visit = Visit(script=lambda *_: answers.pop(0))
    visit.call("a")
    visit.run(PATIENCE)
    assert visit.sent == ["a", "a"]
