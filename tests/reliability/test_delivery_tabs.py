"""Tabs and keys: each event leaves through one tab, and what belongs to one write key stays with it (D6)."""

from __future__ import annotations

import pytest

from tests.browser.clients import THEIRS
from tests.browser.page_texts import blank_page, snippet_page
from tests.browser.visits import LOADED
from tests.reliability.harbour import LISTENER, OUTBOX, THEIRS_QUEUE, Outing, label


def leave_events(outing: Outing, names: list[str]) -> None:
    """Leave events of a visit behind: the collector refused them."""
    outing.harbour.down()
    outing.visit()
    outing.track(names)
    outing.tried(names[0])
    outing.crash()
    outing.leave()
    assert len(outing.stored()) == len(names)
    outing.harbour.up()


@pytest.mark.ours
@pytest.mark.parametrize("tabs", [3, pytest.param(10, marks=pytest.mark.long)])
def test_tabs_that_come_back_at_once_send_each_event_once(shore: Outing, tabs: int) -> None:
    names = [f"Event {number}" for number in range(8)]
    leave_events(shore, names)
    shore.harbour.attempts.clear()
    for _ in range(tabs - 1):
        shore.visitor.new_tab()
    pages = shore.visitor.context.pages[-tabs:]
    shore.harbour.pages["/tab"] = snippet_page(shore.client)
    for page in pages:
        page.goto(shore.harbour.url("/tab", shore.host), wait_until="commit")
    for number, page in enumerate(pages):
        page.wait_for_function(f"() => {LOADED}", timeout=shore.patience * 2000)
        page.evaluate("(name) => cioanalytics.track(name)", f"Tab {number}")
    shore.arrived_in_order(names)
    shore.arrived([f"Tab {number}" for number in range(tabs)])
    shore.nothing_kept()
    # Not even tried by two.
    assert [shore.harbour.tries(name) for name in names] == [1] * len(names)


@pytest.mark.ours
def test_a_tab_at_work_keeps_its_events_and_another_leaves_them_alone(shore: Outing) -> None:
    shore.harbour.down()
    shore.visit()
    shore.track(["One", "Two"])
    shore.tried("One")
    shore.visitor.new_tab()
    shore.visit(path="/second")
    shore.track(["Of the second"])
    shore.tried("Of the second")
    shore.harbour.up()
    shore.arrived(["One", "Two", "Of the second"])
    shore.nothing_kept()
    assert sorted(shore.harbour.taken()) == ["Of the second", "One", "Two"]


@pytest.mark.ours
def test_what_a_closed_tab_left_goes_out_with_the_next_page_of_an_open_one(shore: Outing) -> None:
    shore.visit()
    shore.visitor.new_tab()
    shore.harbour.down()
    shore.visit(path="/second")
    shore.track(["Left behind"])
    shore.tried("Left behind")
    closing = shore.visitor.page
    shore.visitor.to_tab(0)
    closing.close()
    shore.harbour.up()
    shore.visit("cioanalytics.track('Next');", path="/third")
    shore.arrived(["Left behind", "Next"])
    shore.nothing_kept()


@pytest.mark.ours
def test_the_bound_is_one_for_all_tabs_and_who_goes_over_it_tells(shore: Outing) -> None:
    """The oldest event gives way, though it is another tab's, and that tab never sends it."""
    options = f"{{outbox: {{events: 3}}, plugins: [{LISTENER}]}}"
    shore.visit(options=options)
    shore.visitor.new_tab()
    shore.visit(options=options, path="/second")
    shore.visitor.context.set_offline(True)
    shore.visitor.to_tab(0)
    shore.track(["One", "Two"])
    shore.visitor.to_tab(1)
    # A browser tells one tab's storage to another in its own time.
    kept = f"Object.keys(localStorage).filter((key) => key.startsWith('{OUTBOX}') && !key.endsWith(':lease')).length"
    shore.visitor.wait_for(f"{kept} === 2", timeout=shore.patience)
    shore.track(["Three", "Four"])
    reason = "The outbox is full (3 events, 1000000 bytes); its oldest event was dropped."
    shore.visitor.wait_for("failures.length", timeout=shore.patience)
    assert shore.visitor.evaluate("failures") == [["One", reason]]
    # The other tab may have written it once more before it heard.
    shore.visitor.wait_for(f"{kept} === 3", timeout=shore.patience)
    shore.visitor.to_tab(0)
    assert shore.visitor.evaluate("failures") == []
    shore.visitor.context.set_offline(False)
    shore.arrived(["Two", "Three", "Four"])
    shore.nothing_kept()
    assert shore.harbour.tries("One") == 0


@pytest.mark.ours
def test_two_write_keys_on_one_origin_never_mix(shore: Outing) -> None:
    shore.harbour.down()
    shore.visit(write_key="key-1")
    shore.track(["One of 1", "Two of 1"])
    shore.tried("One of 1")
    shore.close_tab()
    shore.visit(write_key="key-2", path="/second")
    shore.track(["One of 2"])
    shore.tried("One of 2")
    shore.close_tab()
    shore.harbour.up()
    shore.harbour.attempts.clear()
    shore.visit("cioanalytics.track('Two of 2');", write_key="key-2", path="/third")
    # The order of calls is a tab's own: what the other left may have to wait for the end of its lease.
    shore.arrived(["One of 2", "Two of 2"])
    shore.do("await cioanalytics.flush();")
    assert shore.harbour.tries("One of 1") == 0
    assert len(shore.stored(f"{OUTBOX}key-1:")) == 2
    shore.close_tab()
    shore.visit("cioanalytics.track('Three of 1');", write_key="key-1", path="/fourth")
    found = shore.arrived(["One of 1", "Two of 1", "Three of 1"])
    assert [label(event) for event in found if label(event) != "Three of 1"] == ["One of 1", "Two of 1"]
    by_key = {key: sorted(label(event) for event in shore.harbour.events(key)) for key in ("key-1", "key-2")}
    assert by_key == {"key-1": ["One of 1", "Three of 1", "Two of 1"], "key-2": ["One of 2", "Two of 2"]}


# What the vendor's client left


def leave_theirs(outing: Outing, names: list[str]) -> list[str]:
    """Let the vendor's own client leave events in its queue; give the keys."""
    outing.visit(client=THEIRS, path="/theirs")
    outing.visitor.context.set_offline(True)
    for name in names:
        outing.do(f"await cioanalytics.track('{name}');")
    outing.harbour.pages["/blank"] = blank_page()
    outing.visitor.context.set_offline(False)
    outing.leave()
    kept = outing.stored(THEIRS_QUEUE)
    assert any(key.endswith(":items") for key in kept), kept
    text = str(kept)
    assert all(name in text for name in names)
    return list(kept)


@pytest.mark.ours
def test_what_the_vendors_client_left_is_taken_over_and_sent_once(outing: Outing) -> None:
    names = ["Theirs 1", "Theirs 2", "Theirs 3"]
    leave_theirs(outing, names)
    outing.visit("cioanalytics.track('Ours');", path="/ours")
    found = outing.arrived([*names, "Ours"])
    assert all(event["context"]["page"]["path"] == "/theirs" for event in found if label(event) in names)
    outing.nothing_kept()
    assert not [key for key in outing.stored(THEIRS_QUEUE) if key.endswith((":items", ":seen", ":lock"))]
    outing.never_again(names)


@pytest.mark.ours
def test_several_tabs_take_the_vendors_queue_over_once(outing: Outing) -> None:
    names = ["Theirs 1", "Theirs 2"]
    leave_theirs(outing, names)
    outing.harbour.pages["/tab"] = snippet_page(outing.client)
    for _ in range(3):
        outing.visitor.new_tab()
    pages = outing.visitor.context.pages[-4:]
    for page in pages:
        page.goto(outing.harbour.url("/tab", outing.host), wait_until="commit")
    for page in pages:
        page.wait_for_function(f"() => {LOADED}", timeout=outing.patience * 1000)
    outing.arrived(names)
    outing.nothing_kept()
    assert [outing.harbour.tries(name) for name in names] == [1, 1]


@pytest.mark.ours
def test_a_second_write_key_at_work_leaves_the_vendors_queue_alone(outing: Outing) -> None:
    outing.visit(write_key="key-2")
    outing.close_tab()
    keys = leave_theirs(outing, ["Theirs"])
    outing.visit("cioanalytics.track('Ours');", path="/ours")
    outing.arrived(["Ours"])
    outing.do("await cioanalytics.flush();")
    assert outing.harbour.tries("Theirs") == 0
    assert set(keys) & set(outing.stored(THEIRS_QUEUE))
    assert "Theirs" in str(outing.stored(THEIRS_QUEUE))


@pytest.mark.ours
def test_the_vendors_lock_is_respected(outing: Outing) -> None:
    leave_theirs(outing, ["Theirs"])
    # One of their tabs is at its queue, and stays there.
    lock = """() => {
        for (const key of Object.keys(localStorage)) {
            if (key.startsWith('persisted-queue:v1:') && key.endsWith(':items')) {
                localStorage[key.replace(':items', ':lock')] = String(Date.now() + 3_600_000);
            }
        }
    }"""
    outing.visitor.evaluate(lock)
    outing.visit("cioanalytics.track('Ours');", path="/ours")
    outing.arrived(["Ours"])
    outing.do("await cioanalytics.flush();")
    assert outing.harbour.tries("Theirs") == 0
    assert "Theirs" in str(outing.stored(THEIRS_QUEUE))


@pytest.mark.ours
def test_a_page_that_moves_back_to_the_vendors_client_loses_nothing_after_flush(outing: Outing) -> None:
    outing.visit("cioanalytics.track('Ours');")
    outing.do("await cioanalytics.flush();")
    outing.visit("cioanalytics.track('Theirs');", client=THEIRS, path="/theirs")
    outing.arrived_in_order(["Ours", "Theirs"])
