"""An outbox that survives: whatever network, tab and collector do, an accepted event is delivered (D5, D6, D22)."""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.bench.soak import soak
from tests.reliability.harbour import LISTENER, OUTBOX, Attempt, Outing

# What strikes a request: by which the collector may have the event, or not.
FAULTS: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "503": {"status": 503},
    "408": {"status": 408},
    "425": {"status": 425},
    "429 with Retry-After": {"status": 429, "retry_after": 1},
    "connection reset": {"dropped": True},
    "connection reset after delivery": {"dropped": True, "stored": True},
    "500 after delivery": {"status": 500, "stored": True},
}
# Accepted, acknowledged


@pytest.mark.ours
def test_an_accepted_event_is_in_the_storage_before_the_next_task_and_leaves_when_acknowledged(outing: Outing) -> None:
    outing.visit()
    hold = outing.harbour.faults.next("/v1/t", delay=0.5)
    kept = outing.visitor.evaluate(f"""() => {{
        cioanalytics.track('Bought', {{n: 1}});
        return Object.keys(localStorage).filter((key) => key.startsWith('{OUTBOX}')).map((key) => localStorage[key]);
    }}""")
    assert [('"Bought"' in text, '"anonymousId"' in text) for text in kept] == [(True, True)]
    outing.tried("Bought")
    # On its way is not there: it stays until the answer.
    assert len(outing.stored()) == 1
    assert hold.times == 0
    outing.arrived(["Bought"])
    outing.nothing_kept()


@pytest.mark.ours
@pytest.mark.parametrize("calls", ["cioanalytics.track('Queued');", ""], ids=["queued", "called"])
@pytest.mark.short("queued")
def test_time_page_and_identity_are_those_of_the_call_whenever_it_is_sent(outing: Outing, calls: str) -> None:
    outing.harbour.down()
    outing.visit(calls, path="/first", title="First")
    if not calls:
        outing.track(["Queued"])
    before = outing.visitor.evaluate("[Date.now(), cioanalytics.user().anonymousId()]")
    outing.tried("Queued")
    outing.do("cioanalytics.identify('jane');")
    outing.close_tab()
    outing.harbour.up()
    outing.visit(path="/second", title="Second")
    event = outing.arrived(["Queued"])[0]
    assert event["context"]["page"]["path"] == "/first"
    assert event["context"]["page"]["title"] == "First"
    assert (event["anonymousId"], event["userId"]) == (before[1], None)
    assert event["timestamp"] <= event["sentAt"]
    assert outing.do(f"return Date.parse('{event['timestamp']}');") <= before[0]


# The network


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.short("503", "429 with Retry-After", "connection reset after delivery")
def test_one_fault_delays_the_line_and_loses_nothing(outing: Outing, fault: dict[str, Any]) -> None:
    outing.visit()
    outing.harbour.faults.next("/v1/t", **fault)
    names = ["One", "Two", "Three"]
    outing.track(names)
    outing.arrived_in_order(names)
    # The browser itself tries once more, at once, after 408 and after a reset of a connection that it had used before.
    if not (fault.get("dropped") or fault.get("status") == 408):
        assert [outing.harbour.tries(name) for name in names] == [2, 1, 1]
        times = [attempt.at for attempt in outing.harbour.attempts if "One" in attempt.names]
        assert times[1] - times[0] >= (1 if "retry_after" in fault else 0.4)
    outing.nothing_kept()
    outing.never_again(names)


@pytest.mark.ours
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.short("503")
def test_a_failed_batch_is_tried_again_whole(outing: Outing, fault: dict[str, Any]) -> None:
    outing.harbour.batching(3, 300)
    outing.visit()
    outing.harbour.faults.next("/v1/b", **fault)
    names = ["One", "Two", "Three", "Four"]
    outing.track(names)
    outing.arrived_in_order(names)
    batches = [attempt.names for attempt in outing.harbour.attempts if attempt.path == "/v1/b"]
    assert batches == [*[names[:3]] * (len(batches) - 1), names[3:]]
    assert len(batches) > 2
    outing.nothing_kept()


@pytest.mark.long
def test_an_answer_that_never_comes_is_waited_for_ten_seconds_and_no_longer(outing: Outing) -> None:
    outing.visit()
    never = threading.Event()
    try:
        outing.harbour.faults.next("/v1/t", until=never, dropped=True)
        outing.track(["One", "Two"])
        outing.arrived_in_order(["One", "Two"])
    finally:
        never.set()
    times = [attempt.at for attempt in outing.harbour.attempts if "One" in attempt.names]
    assert 9 < times[1] - times[0] < 15
    outing.nothing_kept()


@pytest.mark.ours
@pytest.mark.parametrize("body", ["new ReadableStream()", "new ReadableStream({start: (it) => it.error(1)})"])
def test_a_status_acknowledges_whatever_becomes_of_the_body(outing: Outing, body: str) -> None:
    head = f"""<script>
        const original = window.fetch;
        window.fetch = async (url, options) => {{
            const answer = await original(url, options);
            return options?.body ? new Response({body}, {{status: answer.status}}) : answer;
        }};
    </script>"""
    outing.visit("cioanalytics.track('Queued');", head=head)
    outing.do("await cioanalytics.track('Called');")
    outing.arrived_in_order(["Queued", "Called"])
    outing.nothing_kept()
    assert [outing.harbour.tries(name) for name in ("Queued", "Called")] == [1, 1]


@pytest.mark.ours
@pytest.mark.long
def test_a_long_failure_loses_nothing_and_keeps_the_order(outing: Outing) -> None:
    outing.visit()
    outing.harbour.down(500)
    names = [f"Event {number}" for number in range(12)]
    outing.track(names)
    outing.tried("Event 0", 4)
    outing.harbour.up()
    outing.arrived_in_order(names)
    # Pauses grow: four tries took 0.5 + 1 + 2 seconds at least.
    times = [attempt.at for attempt in outing.harbour.attempts if "Event 0" in attempt.names]
    assert times[3] - times[0] > 3.4


def test_offline_events_leave_when_the_network_is_back(outing: Outing) -> None:
    outing.visit()
    outing.visitor.context.set_offline(True)
    outing.do("await cioanalytics.track('One'); await cioanalytics.track('Two');")
    assert outing.harbour.tries("One") == 0
    outing.visitor.context.set_offline(False)
    outing.arrived_in_order(["One", "Two"])
    assert outing.harbour.tries("One") == 1


def test_offline_events_of_a_closed_tab_leave_at_the_next_visit(outing: Outing) -> None:
    outing.visit()
    outing.visitor.context.set_offline(True)
    outing.do("await cioanalytics.track('One'); await cioanalytics.track('Two');")
    outing.close_tab()
    outing.visitor.context.set_offline(False)
    outing.visit("cioanalytics.track('Three');")
    outing.arrived_in_order(["One", "Two", "Three"])
    outing.never_again(["One", "Two", "Three"])


# The page's end


@pytest.mark.parametrize("state", ["waiting", "on their way", "just called"])
@pytest.mark.short("just called")
def test_a_tab_that_crashes_loses_nothing(outing: Outing, state: str) -> None:
    outing.visit()
    names = ["One", "Two", "Three"]
    if state == "on their way":
        outing.harbour.faults.next("/v1/t", delay=3, dropped=True)
    else:
        outing.harbour.down()
    outing.track(names)
    if state != "just called":
        outing.tried("One")
    outing.crash()
    outing.harbour.up()
    outing.visit(path="/next")
    outing.arrived_in_order(names)
    outing.nothing_kept()
    outing.never_again(names)


@pytest.mark.parametrize("batching", [False, True], ids=["single", "batching"])
@pytest.mark.short("single")
def test_a_tab_that_is_closed_at_once_loses_nothing(outing: Outing, batching: bool) -> None:
    if batching:
        outing.harbour.batching()
    outing.visit()
    names = ["One", "Two", "Three"]
    outing.track(names)
    outing.close_tab()
    outing.visit("cioanalytics.track('Next');", path="/next")
    outing.arrived([*names, "Next"])
    outing.never_again(names)


@pytest.mark.parametrize("batching", [False, True], ids=["single", "batching"])
@pytest.mark.short("single")
def test_a_navigation_in_the_task_of_the_call_loses_nothing(outing: Outing, batching: bool) -> None:
    if batching:
        outing.harbour.batching()
    outing.visit()
    outing.harbour.pages["/blank"] = "<!doctype html><title>Blank</title>"
    names = ["One", "Two", "Three"]
    with outing.visitor.page.expect_navigation():
        outing.visitor.evaluate(
            """(names) => {
            for (const name of names) cioanalytics.track(name);
            location.href = '/blank';
        }""",
            names,
        )
    outing.visit("cioanalytics.track('Next');", path="/next")
    outing.arrived([*names, "Next"])
    outing.nothing_kept()
    outing.never_again(names)


# Refused for good


@pytest.mark.ours
@pytest.mark.parametrize("status", [404, 401, 422, 413])
@pytest.mark.short("404")
def test_another_4xx_drops_the_event_once_and_says_why(outing: Outing, status: int) -> None:
    outing.visit(options=f"{{plugins: [{LISTENER}]}}")
    outing.harbour.judge = lambda attempt: status if "Bad" in attempt.names else None
    outing.track(["Before", "Bad", "After"])
    outing.arrived_in_order(["Before", "After"])
    outing.nothing_kept()
    (failure,) = outing.visitor.evaluate("failures")
    assert failure[0] == "Bad"
    assert str(status) in failure[1]
    outing.never_again(["Bad"])
    assert outing.harbour.tries("Bad") == 1


@pytest.mark.ours
@pytest.mark.parametrize("status", [400, 413])
@pytest.mark.short("413")
def test_a_refused_batch_is_split_until_the_bad_event_stands_alone(outing: Outing, status: int) -> None:
    outing.harbour.batching(5, 300)
    outing.visit(options=f"{{plugins: [{LISTENER}]}}")
    outing.harbour.judge = lambda attempt: status if "Bad" in attempt.names else None
    names = ["One", "Two", "Three", "Four"]
    outing.track(["One", "Two", "Bad", "Three", "Four"])
    outing.arrived_in_order(names)
    outing.nothing_kept()
    assert [name for name, _ in outing.visitor.evaluate("failures")] == ["Bad"]
    assert outing.harbour.attempts[-1].names != ["Bad"] or len(outing.harbour.attempts) > 2
    outing.never_again(["Bad", *names])


@pytest.mark.ours
def test_a_batch_that_is_too_large_for_the_collector_arrives_in_parts(outing: Outing) -> None:
    outing.harbour.batching(8, 300)
    outing.visit()
    outing.harbour.judge = lambda attempt: 413 if len(attempt.events) > 2 else None
    names = [f"Event {number}" for number in range(8)]
    outing.track(names)
    outing.arrived_in_order(names)
    outing.nothing_kept()


@pytest.mark.ours
def test_a_batch_that_is_refused_for_good_drops_all_its_events_once(outing: Outing) -> None:
    outing.harbour.batching(3, 300)
    outing.visit(options=f"{{plugins: [{LISTENER}]}}")
    outing.harbour.judge = lambda attempt: 403 if "Bad" in attempt.names else None
    outing.track(["Bad", "Two", "Three", "Four"])
    outing.arrived(["Four"])
    outing.nothing_kept()
    assert [name for name, _ in outing.visitor.evaluate("failures")] == ["Bad", "Two", "Three"]


# Bounds


@pytest.mark.ours
@pytest.mark.parametrize("bound", ["{events: 3}", "{bytes: 5000}"], ids=["events", "bytes"])
@pytest.mark.short("events")
def test_the_oldest_give_way_to_a_bound_and_each_is_told(outing: Outing, bound: str) -> None:
    outing.harbour.down()
    outing.visit(options=f"{{plugins: [{LISTENER}], outbox: {bound}}}")
    names = [f"Event {number}" for number in range(7)]
    padding = "x".ljust(1000, "x")
    outing.visitor.evaluate(
        "([names, padding]) => { for (const name of names) cioanalytics.track(name, {padding}); }", [names, padding]
    )
    outing.visitor.wait_for("failures.length >= 3", timeout=outing.patience)
    dropped = [name for name, _ in outing.visitor.evaluate("failures")]
    assert dropped == names[: len(dropped)]
    assert "outbox is full" in outing.visitor.evaluate("failures[0][1]")
    outing.harbour.up()
    outing.arrived_in_order(names[len(dropped) :])
    assert outing.visitor.evaluate("failures.length") == len(dropped)


@pytest.mark.ours
def test_what_waited_too_long_is_given_up_at_the_next_visit_and_told(outing: Outing) -> None:
    outing.harbour.down()
    outing.visit()
    outing.track(["Old", "Young"])
    outing.tried("Old")
    outing.leave()
    # Thirty-one days pass for the first.
    outing.visitor.evaluate(f"""() => {{
        for (const [key, text] of Object.entries(localStorage)) {{
            if (!key.startsWith('{OUTBOX}') || !text.includes('"Old"')) continue;
            localStorage[key] = text.replace(/"at":(\\d+)/, (_, at) => `"at":${{at - 31 * 86400000}}`);
        }}
    }}""")
    outing.harbour.up()
    tries = outing.harbour.tries("Old")
    outing.visit(options=f"{{plugins: [{LISTENER}]}}", path="/next")
    outing.arrived(["Young"])
    outing.visitor.wait_for("failures.length === 1", timeout=outing.patience)
    assert outing.visitor.evaluate("failures")[0][0] == "Old"
    assert outing.harbour.tries("Old") == tries
    outing.nothing_kept()


@pytest.mark.ours
def test_a_full_outbox_survives_the_visit_without_loss(outing: Outing) -> None:
    # What the plugins add to an event must not push others over the bound at the next visit.
    outing.harbour.down()
    outing.visit(options=f"{{plugins: [{LISTENER}], outbox: {{bytes: 9000}}}}")
    names = [f"Event {number}" for number in range(20)]
    outing.track(names)
    wired = 'Object.values(localStorage).filter((text) => text.includes(\'"stage":"wire"\')).length'
    outing.visitor.wait_for(f"{wired} >= {len(names)} || failures.length > 0", timeout=outing.patience)
    dropped = [name for name, _ in outing.visitor.evaluate("failures")]
    # Without a farewell, whose requests would leave side by side.
    outing.crash()
    outing.harbour.up()
    outing.visit(options=f"{{plugins: [{LISTENER}], outbox: {{bytes: 9000}}}}", path="/next")
    outing.arrived_in_order(names[len(dropped) :])
    assert outing.visitor.evaluate("failures") == []


# In order


@pytest.mark.ours
@pytest.mark.long
@pytest.mark.parametrize("batching", [False, True], ids=["single", "batching"])
def test_many_events_against_a_moody_collector_arrive_in_order(outing: Outing, batching: bool) -> None:
    chance = random.Random(7)

    def judge(attempt: Attempt) -> int | None:
        return chance.choice([500, 503, 429]) if chance.random() < 0.25 else None

    if batching:
        outing.harbour.batching(4, 200)
    outing.visit()
    outing.harbour.judge = judge
    names = [f"Event {number}" for number in range(24)]
    for at in range(0, 24, 6):
        outing.track(names[at : at + 6])
    outing.arrived_in_order(names)
    assert sorted(outing.harbour.taken()) == sorted(names)
    outing.nothing_kept()


@pytest.mark.ours
@pytest.mark.long
def test_ten_thousand_events_through_a_failing_collector_leave_nothing_behind(
    chromium_: Browser, outing: Outing
) -> None:
    told: list[str] = []
    result = soak(chromium_, outing.harbour, 10_000, say=told.append)
    assert result.wrong == [], "\n".join(told)
