"""What the vendor's client left in its own queue is taken over once, under its own lock."""

from __future__ import annotations

import json

import pytest
from tests.core.pipeline_rig import PATIENCE, Origin, Rename, silent


def vendor_queue(origin: Origin, name: str, *events: str) -> None:
    """Leave what the vendor's client leaves at page leave."""
    items = [
        {"id": f"ctx-{each}", "event": {"type": "track", "event": each, "messageId": f"ajs-next-{each}"}, "logs": []}
        for each in events
    ]
    origin.storage.items[f"persisted-queue:v1:{name}:items"] = json.dumps(items)
    origin.storage.items[f"persisted-queue:v1:{name}:seen"] = json.dumps({f"ctx-{each}": 1 for each in events})


THEIRS = "dest-Customer.io-Data-Pipelines"


def test_the_vendor_s_waiting_events_are_taken_over_and_sent_once() -> None:
    origin = Origin()
    vendor_queue(origin, "event-queue", "undone")
    vendor_queue(origin, THEIRS, "unsent")
    first = origin.visit()
    first.plugins.register(first.context("system"), Rename(), None)
    first.run(100)
    assert sorted(first.sent) == ["undone!", "unsent"]
    assert [key for key in origin.storage.items if key.startswith("persisted-queue")] == []
    second = origin.visit()
    second.run(PATIENCE)
    assert second.sent == []


def test_they_survive_a_crash_of_the_page_that_took_them() -> None:
    origin = Origin()
    vendor_queue(origin, THEIRS, "unsent")
    first = origin.visit(script=silent)
    first.run(100)
    first.crash()
    second = origin.visit()
    second.run(PATIENCE)
    assert second.sent == ["unsent"]
    assert [request.json["messageId"] for request in second.network.posts] == ["ajs-next-unsent"]


def test_the_vendor_s_lock_is_respected_until_it_ends() -> None:
    origin = Origin()
    vendor_queue(origin, THEIRS, "unsent")
    origin.storage.items[f"persisted-queue:v1:{THEIRS}:lock"] = str(int(origin.clock.time) + 80)
    visit = origin.visit()
    visit.run(80)
    assert visit.sent == []
    visit.run(90)
    assert visit.sent == ["unsent"]


def test_a_lock_that_stays_leaves_the_events_for_another_visit() -> None:
    origin = Origin()
    vendor_queue(origin, THEIRS, "unsent")
    origin.storage.items[f"persisted-queue:v1:{THEIRS}:lock"] = str(int(origin.clock.time) + 10_000_000)
    visit = origin.visit()
    visit.run(60_000)
    assert visit.sent == []
    assert f"persisted-queue:v1:{THEIRS}:items" in origin.storage.items


def test_with_a_second_write_key_at_work_the_vendor_s_queue_stays() -> None:
    origin = Origin()
    vendor_queue(origin, THEIRS, "unsent")
    origin.storage.items["cioanalytics:settings:OTHER"] = "{}"
    visit = origin.visit()
    visit.run(60_000)
    assert visit.sent == []


@pytest.mark.parametrize("text", ["", "{", "{}", "null", '[null, 5, {"event": 1}, {"event": {"type": ""}}]'])
def test_a_broken_queue_of_the_vendor_s_hurts_nobody(text: str) -> None:
    origin = Origin()
    origin.storage.items[f"persisted-queue:v1:{THEIRS}:items"] = text
    visit = origin.visit()
    visit.call("a")
    visit.run(1_000)
    assert visit.sent == ["a"]


@pytest.mark.parametrize("room", [0, 13 + len(f"persisted-queue:v1:{THEIRS}:lock")], ids=["none", "for their lock"])
def test_a_storage_that_is_too_full_for_a_lock_is_emptied_all_the_same(room: int) -> None:
    origin = Origin()
    vendor_queue(origin, THEIRS, "unsent")
    origin.storage.items["the page's"] = "x" * 1_000
    origin.storage.quota = sum(len(key) + len(value) for key, value in origin.storage.items.items()) + room
    first = origin.visit(script=silent)
    first.run(100)
    assert first.sent == ["unsent"]
    first.crash()
    second = origin.visit()
    second.run(PATIENCE)
    assert [key for key in origin.storage.items if key.startswith("persisted-queue")] == []


def test_what_a_storage_does_not_let_go_is_not_taken() -> None:
    origin = Origin()
    vendor_queue(origin, THEIRS, "unsent")
    origin.storage.mode = "stuck"
    visit = origin.visit()
    visit.run(1_000)
    assert visit.sent == []


def lock_of(origin: Origin) -> str | None:
    return origin.storage.items.get(f"persisted-queue:v1:{THEIRS}:lock")


@pytest.mark.parametrize("web_locks", [True, False], ids=["web locks", "lease"])
def test_of_tabs_that_begin_at_once_one_takes_over(web_locks: bool) -> None:
    origin = Origin(web_locks=web_locks)
    vendor_queue(origin, "event-queue", "undone")
    vendor_queue(origin, THEIRS, "unsent")
    tabs = [origin.visit() for _ in range(5)]
    origin.clock.advance(PATIENCE)
    assert sorted(name for tab in tabs for name in tab.sent) == ["undone", "unsent"]
    assert origin.storage.items == {}


@pytest.mark.parametrize("theirs", ["in the middle of it", "done with it"])
def test_a_tab_of_theirs_that_took_the_lock_at_the_same_moment_has_the_events(theirs: str) -> None:
    origin = Origin()
    vendor_queue(origin, THEIRS, "unsent")
    visit = origin.visit()
    ours = json.loads(lock_of(origin) or "null")
    # A lock that their client reads: a number, the moment at which it ends.
    assert 0 < ours - origin.clock.now() <= 51
    key = f"persisted-queue:v1:{THEIRS}"
    if theirs == "done with it":
        for end in ("items", "seen", "lock"):
            del origin.storage.items[f"{key}:{end}"]
    else:
        origin.storage.items[f"{key}:lock"] = str(int(origin.clock.now()) + 1_000_000)
    visit.run(PATIENCE)
    assert visit.sent == []
    assert (f"{key}:items" in origin.storage.items) == (theirs != "done with it")
    assert (lock_of(origin) is None) == (theirs == "done with it")


def test_a_slow_page_takes_over_when_nobody_else_did_meanwhile() -> None:
    origin = Origin()
    vendor_queue(origin, THEIRS, "unsent")
    visit = origin.visit(script=silent)
    # Ours has ended when the page, slow, looks at it again: nobody had it meanwhile.
    visit.page_clock.frozen = True
    visit.run(3_000)
    visit.page_clock.thaw()
    visit.run(10)
    assert visit.sent == ["unsent"]
    assert lock_of(origin) is None
