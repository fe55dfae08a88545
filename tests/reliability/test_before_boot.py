"""Calls before the client runs: kept from the moment they are made, made once, in their order (D2, D3, D10, D20)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.page_texts import blank_page
from tests.reliability.harbour import KEPT, LISTENER, OUTBOX, Outing, label

PYTHON = "/dist/pyodide-"
CALLS = """
    for (const [method, ...args] of [
        ['setAnonymousId', 'visitor-1'],
        ['page', 'Home', {n: 1}],
        ['track', 'Before', {at: new Date(0)}],
        ['identify', 'jane', {plan: 'basic'}],
        ['track', 'After'],
        ['group', 'acme', {seats: 3}],
    ]) {
        // Beside our tag, which may come later, a page has an array.
        window.cioanalytics ??= [];
        if (cioanalytics[method]) cioanalytics[method](...args);
        else cioanalytics.push([method, ...args]);
    }
"""
# How long the page is held, and how often it comes to itself.
WATCH_TASKS = """<script>
    window.longest = [];
    window.beats = 0;
    new PerformanceObserver((list) => longest.push(...list.getEntries().map(({duration}) => duration)))
        .observe({type: 'longtask'});
    window.beat = () => { beats += 1; setTimeout(beat, 0); };
</script>"""


@pytest.fixture
def no_python(outing: Outing) -> Iterator[None]:
    """Hold Pyodide back: no client runs until the harbour is told to let it go."""
    never = threading.Event()
    outing.harbour.faults.next(PYTHON, times=1_000, until=never, dropped=True)
    yield
    outing.harbour.faults.clear()
    never.set()


def let_python_come(outing: Outing) -> None:
    outing.harbour.faults.clear()


def kept_is(outing: Outing, count: int) -> None:
    kept = f"key.startsWith('{KEPT}') && !key.endsWith(':end')"
    outing.visitor.wait_for(
        f"Object.keys(localStorage).filter((key) => {kept}).length === {count}",
        timeout=outing.patience,
    )


@pytest.mark.ours
@pytest.mark.parametrize(
    ("end", "tag"),
    [
        ("navigation", False),
        ("navigation", True),
        ("closed tab", False),
        ("crash", False),
        ("closed tab", True),
        ("crash", True),
    ],
)
@pytest.mark.usefixtures("no_python")
@pytest.mark.short("navigation-False", "navigation-True", "closed tab-False")
def test_who_leaves_while_python_loads_loses_nothing(outing: Outing, tag: bool, end: str) -> None:
    outing.visit(CALLS, path="/first", tag=tag, title="First", wait=False)
    kept_is(outing, 6)
    called = outing.visitor.evaluate("Date.now()")
    if end == "crash":
        outing.crash()
        # A page that could not say farewell is given two minutes.
        outing.harbour.pages["/blank"] = blank_page()
        outing.leave()
        outing.visitor.evaluate(f"""() => {{
            for (const [key, text] of Object.entries(localStorage)) {{
                if (!key.startsWith('{KEPT}')) continue;
                localStorage[key] = text.replace(/"time":(\\d+)/, (_, at) => `"time":${{at - 130000}}`);
            }}
        }}""")
        called -= 130_000
    elif end == "closed tab":
        outing.close_tab()
    else:
        outing.leave()
    let_python_come(outing)
    outing.visit("cioanalytics.track('Second');", path="/second", title="Second")
    found = outing.arrived_in_order(["Home", "Before", "identify", "After", "group", "Second"])
    assert [event["userId"] for event in found] == [None, None, "jane", "jane", "jane", "jane"]
    assert {event["anonymousId"] for event in found} == {"visitor-1"}
    assert [event["context"]["page"]["path"] for event in found] == ["/first"] * 5 + ["/second"]
    assert found[0]["context"]["page"]["title"] == "First"
    assert found[1]["properties"] == {"at": "1970-01-01T00:00:00.000Z"}
    times = [outing.do(f"return Date.parse('{event['timestamp']}');") for event in found]
    assert times == sorted(times)
    assert times[4] <= called < times[5]
    assert outing.do("return cioanalytics.user().id();") == "jane"
    outing.nothing_kept()
    outing.never_again(["Home", "Before", "After"])


@pytest.mark.ours
@pytest.mark.usefixtures("no_python")
def test_kept_calls_go_out_with_the_identity_of_then(outing: Outing) -> None:
    outing.visit("cioanalytics.track('Jane was here');", wait=False)
    kept_is(outing, 1)
    outing.leave()
    # Somebody else logs in before the next visit, by other means.
    outing.visitor.evaluate("""() => {
        localStorage.ajs_user_id = '"joe"';
        localStorage.ajs_anonymous_id = '"of-joe"';
    }""")
    let_python_come(outing)
    outing.visit("cioanalytics.track('Joe is here');", path="/second")
    then, now = outing.arrived_in_order(["Jane was here", "Joe is here"])
    assert (now["userId"], now["anonymousId"]) == ("joe", "of-joe")
    assert then["userId"] is None
    assert then["anonymousId"] != "of-joe"


@pytest.mark.ours
@pytest.mark.usefixtures("no_python")
def test_two_visits_that_ended_early_are_told_in_their_order(outing: Outing) -> None:
    for name in ("One", "Two"):
        outing.visit(f"cioanalytics.track('{name}');", path=f"/{name.lower()}", wait=False)
        outing.visitor.wait_for(f"Object.values(localStorage).some((text) => text.includes('\"{name}\"'))")
        outing.leave()
    let_python_come(outing)
    outing.visit("cioanalytics.track('Three');", path="/three")
    found = outing.arrived_in_order(["One", "Two", "Three"])
    assert [event["context"]["page"]["path"] for event in found] == ["/one", "/two", "/three"]


@pytest.mark.ours
def test_the_stub_that_page_code_kept_forwards_for_ever(outing: Outing) -> None:
    outing.visit("""
        window.kept = cioanalytics;
        const {track} = cioanalytics;
        window.trackOfThen = track;
        cioanalytics.track('Queued');
    """)
    assert outing.visitor.evaluate("kept !== cioanalytics")
    outing.do(
        "kept.track('Method'); trackOfThen('Function'); kept.push(['track', 'Pushed']); cioanalytics.track('Client');"
    )
    outing.arrived_in_order(["Queued", "Method", "Function", "Pushed", "Client"])
    assert outing.do("return kept.user().anonymousId() === cioanalytics.user().anonymousId();")


# Many calls

MANY = """for (let number = 0; number < {count}; number += 1) cioanalytics.track(`Event ${{number}}`);"""


def names_of(events: list[dict[str, Any]]) -> list[str]:
    return [label(event) for event in events]


@pytest.mark.ours
@pytest.mark.parametrize("count", [1_500, pytest.param(10_000, marks=pytest.mark.long)], ids=["1,500", "10,000"])
def test_queued_calls_above_the_bound_are_told_one_by_one_and_the_rest_arrives(outing: Outing, count: int) -> None:
    outing.harbour.batching(100, 1_000)
    outing.harbour.faults.next("/v1/projects", delay=3 if count < 5_000 else 0)
    outing.visit(MANY.format(count=count), options=f"{{plugins: [{LISTENER}]}}", head=WATCH_TASKS, wait=False)
    outing.visitor.wait_for("window.failures !== undefined", timeout=120)
    outing.harbour.until(lambda: f"Event {count - 1}" in outing.harbour.taken(), timeout=240, what="the last event")
    outing.nothing_kept()
    arrived = names_of(outing.harbour.events())
    dropped = [name for name, _ in outing.visitor.evaluate("failures")]
    assert dropped
    assert len(arrived) >= 1_000
    assert len(dropped) == len(set(dropped))
    assert set(dropped).isdisjoint(arrived)
    assert len(dropped) + len(arrived) == count
    order = {f"Event {number}": number for number in range(count)}
    assert [order[name] for name in arrived] == sorted(order[name] for name in arrived)


@pytest.mark.ours
@pytest.mark.parametrize("count", [1_500, pytest.param(10_000, marks=pytest.mark.long)], ids=["1,500", "10,000"])
def test_a_wider_outbox_takes_them_all_and_the_page_is_not_held(outing: Outing, count: int) -> None:
    outing.harbour.batching(200, 1_000)
    options = f"{{plugins: [{LISTENER}], outbox: {{events: 20000, bytes: 4e6}}}}"
    outing.visit(MANY.format(count=count), options=options, head=WATCH_TASKS, wait=False)
    # The loop above is the page's own task; what follows is ours.
    outing.visitor.wait_for("typeof window.cioanalytics?.user === 'function'", timeout=120)
    outing.visitor.evaluate("() => { longest.length = 0; beat(); }")
    outing.track(["Meanwhile"])
    # "Meanwhile" stands behind all others: until it is in the outbox the queued calls are being made.
    made = f"([key, text]) => key.startsWith('{OUTBOX}') && text.includes('Meanwhile')"
    outing.visitor.wait_for(f"Object.entries(localStorage).some({made})", timeout=240)
    beats = outing.visitor.evaluate("beats")
    outing.harbour.until(lambda: "Meanwhile" in outing.harbour.taken(), timeout=240, what="the last event")
    names = [*(f"Event {number}" for number in range(count)), "Meanwhile"]
    assert names_of(outing.harbour.events()) == names
    assert outing.visitor.evaluate("failures") == []
    outing.nothing_kept()
    assert beats >= count / 100, f"the page came to itself {beats} times"
    # A busy machine stretches tasks, and a few are long on a quiet one too; with one loop there was one of many seconds.
    tasks = sorted(outing.visitor.evaluate("longest"))
    held = [task for task in tasks if task >= 300]
    assert len(held) <= 5 + len(tasks) // 10, f"long tasks, in milliseconds: {tasks}"


@pytest.mark.ours
@pytest.mark.long
def test_a_call_of_now_sees_the_identity_that_queued_calls_made(outing: Outing) -> None:
    many = MANY.format(count=400)
    outing.visit(f"{many} cioanalytics.identify('jane'); cioanalytics.track('Of Jane');", wait=False)
    outing.visitor.wait_for("typeof window.cioanalytics?.user === 'function'", timeout=outing.patience)
    assert outing.do("cioanalytics.track('Now'); return cioanalytics.user().id();") == "jane"
    outing.do("cioanalytics.reset(); cioanalytics.track('Afterwards');")
    found = outing.arrived(["Of Jane", "Now", "Afterwards"])
    assert [(label(event), event["userId"]) for event in found] == [
        ("Of Jane", "jane"),
        ("Now", "jane"),
        ("Afterwards", None),
    ]
