"""The bounds of the outbox hold for all tabs of one write key together (D6)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.pipeline_rig import HOST, KEY, Origin, Visit, silent

from cioanalytics.core.delivery.strategy import Strategy
from cioanalytics.core.settings.options import OutboxOptions

THREE = OutboxOptions(events=3)


def named(failures: list[str]) -> list[str]:
    return [failure.partition(":")[0] for failure in failures]


def looks(visit: Visit) -> int:
    return sum(call == ("keys", "") for call in visit.storage.calls)


def online(*tabs: Visit) -> list[str]:
    """Let the tabs send, and give what was sent."""
    for tab in tabs:
        tab.delivery.configure(Strategy(HOST, KEY))
    tabs[0].run(200_000)
    return sorted(name for tab in tabs for name in tab.sent)


@pytest.mark.parametrize("news_after", [5, None], ids=["tabs hear of each other", "they do not"])
def test_the_event_after_the_thousandth_drops_the_oldest_of_another_tab(news_after: float | None) -> None:
    origin = Origin()
    origin.news_after = news_after
    first, second = origin.visit(strategy=None), origin.visit(strategy=None)
    names = [f"e{number:03}" for number in range(1_000)]
    for name in names:
        first.call(name)
    origin.clock.advance(1_000)
    assert first.failures == []
    second.call("one more")
    origin.clock.advance(10)
    assert first.failures == []
    assert second.failures == ["e000: The outbox is full (1000 events, 1000000 bytes); its oldest event was dropped."]
    assert len(first.kept) == 1_000


def test_the_tab_whose_event_was_dropped_never_sends_it() -> None:
    origin = Origin()
    first, second = origin.visit(strategy=None, bounds=THREE), origin.visit(strategy=None, bounds=THREE)
    waiting = first.call("a")
    first.call("b")
    origin.clock.advance(1_000)
    for name in "cd":
        second.call(name)
    origin.clock.advance(10)
    assert (named(first.failures), named(second.failures)) == ([], ["a"])
    assert waiting.done
    assert online(first, second) == ["b", "c", "d"]


def test_an_event_that_is_on_its_way_when_another_tab_drops_it_is_not_tried_again() -> None:
    origin = Origin()
    first, second = origin.visit(script=silent, bounds=THREE), origin.visit(strategy=None, bounds=THREE)
    first.call("a")
    origin.clock.advance(1_000)
    for name in "bcd":
        second.call(name)
    origin.clock.advance(10)
    assert named(second.failures) == ["a"]
    first.answer(0, 503)
    origin.clock.advance(60_000)
    assert first.sent == ["a"]
    assert first.delivery.waiting() == 0


def test_an_event_that_arrives_although_another_tab_dropped_it_is_told_as_delivered() -> None:
    origin = Origin()
    first, second = origin.visit(script=silent, bounds=THREE), origin.visit(strategy=None, bounds=THREE)
    first.call("a")
    origin.clock.advance(1_000)
    for name in "bcd":
        second.call(name)
    origin.clock.advance(10)
    first.answer(0, 200)
    assert (first.delivery.waiting(), first.failures) == (0, [])


def test_the_bytes_of_all_tabs_count_together() -> None:
    origin, bounds = Origin(), OutboxOptions(bytes=5_000)
    first, second = (origin.visit(strategy=None, bounds=bounds) for _ in range(2))
    for tab, names in ((first, "ab"), (second, "cd")):
        for name in names:
            tab.call(name, properties={"x": "y" * 1_500})
            origin.clock.advance(1)
        origin.clock.advance(1_000)
    assert (named(first.failures), named(second.failures)) == ([], ["a"])


def test_two_tabs_that_call_in_turn_keep_the_bound() -> None:
    origin = Origin()
    tabs = [origin.visit(strategy=None, bounds=THREE) for _ in range(2)]
    for number in range(20):
        tabs[number % 2].call(f"e{number:02}")
        origin.clock.advance(10)
        assert len(tabs[0].kept) <= 3
    assert sorted(named(tabs[0].failures) + named(tabs[1].failures)) == [f"e{number:02}" for number in range(17)]


def test_what_is_older_goes_first_although_it_was_taken_over_later() -> None:
    origin = Origin()
    dead = origin.visit(strategy=None, bounds=THREE)
    dead.call("old")
    origin.clock.advance(1_000)
    living = origin.visit(strategy=None, bounds=THREE)
    living.call("a")
    dead.crash()
    origin.clock.advance(20_000)
    for name in "bc":
        living.call(name)
    assert named(living.failures) == ["old"]


def test_another_write_key_has_bounds_of_its_own() -> None:
    origin = Origin()
    other, ours = (
        origin.visit(write_key="OTHER", strategy=None, bounds=THREE),
        origin.visit(strategy=None, bounds=THREE),
    )
    for tab in (other, ours):
        for name in "abc":
            tab.call(name)
        origin.clock.advance(1_000)
    assert other.failures == ours.failures == []


def test_the_storage_is_not_listed_for_each_event() -> None:
    origin = Origin()
    first, second = origin.visit(strategy=None), origin.visit(strategy=None)
    for number in range(300):
        first.call(f"e{number}")
    before = looks(second)
    for number in range(300):
        second.call(f"f{number}")
    assert looks(second) - before <= 1


def test_a_full_outbox_beside_a_quiet_tab_is_not_listed_for_each_event() -> None:
    origin, bounds = Origin(), OutboxOptions(events=50)
    first, second = (origin.visit(strategy=None, bounds=bounds) for _ in range(2))
    for number in range(25):
        first.call(f"e{number}")
    origin.clock.advance(1_000)
    before = looks(second)
    for number in range(300):
        second.call(f"f{number}")
    assert looks(second) - before <= 1
    assert len(second.failures) == 275


def test_an_entry_that_tells_no_moment_goes_first_and_is_told_of_by_nobody() -> None:
    origin = Origin()
    origin.storage.items[f"cioanalytics:outbox:{KEY}:{'a' * 16}:1"] = "rubbish"
    origin.held.add(f"cioanalytics:outbox:{KEY}:{'a' * 16}")
    visit = origin.visit(strategy=None, bounds=THREE)
    for name in "abc":
        visit.call(name)
    assert visit.failures == []
    assert len(visit.kept) == 3


def test_what_another_tab_forgets_is_forgotten_here() -> None:
    origin = Origin()
    first, second = origin.visit(strategy=None), origin.visit(strategy=None)
    first.call("a")
    origin.clock.advance(1_000)
    second.delivery.forget()
    origin.clock.advance(10)
    assert online(first, second) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 900), st.sampled_from([0, 1, 300, 3_000])),
        min_size=1,
        max_size=40,
    ),
    st.booleans(),
)
def test_nothing_is_lost_untold_and_the_bounds_hold(calls: list[tuple[int, int, int]], closes: bool) -> None:
    origin, bounds = Origin(), OutboxOptions(events=8, bytes=4_000)
    tabs = [origin.visit(strategy=None, bounds=bounds) for _ in range(3)]
    names = []
    for number, (tab, size, pause) in enumerate(calls):
        names.append(f"e{number:02}")
        tabs[tab].call(names[-1], properties={"x": "y" * size})
        origin.clock.advance(6 + pause)
        kept = [json.loads(origin.storage.items[key]) for key in tabs[0].kept]
        assert len(kept) <= 8
        assert sum(each["size"] for each in kept) <= 4_000
    told = [name for tab in tabs for name in named(tab.failures)]
    # The oldest went, each told of once.
    assert sorted(told) == names[: len(told)]
    if closes:
        tabs[1].close()
        tabs[1] = origin.visit(strategy=None, bounds=bounds)
    assert online(*tabs) == names[len(told) :]


@pytest.mark.parametrize("bounds", [OutboxOptions(events=0), OutboxOptions(bytes=100)], ids=["events", "bytes"])
def test_an_event_that_is_alone_too_much_has_its_try(bounds: OutboxOptions) -> None:
    visit = Visit(bounds=bounds)
    visit.call("a")
    visit.run()
    assert (visit.sent, visit.failures) == (["a"], [])
    for name in "bc":
        visit.call(name)
    assert named(visit.failures) == ["b"]
    visit.run()
    assert visit.sent == ["a", "c"]
