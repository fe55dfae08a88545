"""What a worker leaves to its page: after each change the page has the requests for all that is not acknowledged."""

from __future__ import annotations

import json
from typing import Any

from tests.core.pipeline_rig import HOST, KEY, Origin, Visit, failing, silent

from cioanalytics.bridge.entries import entries_of
from cioanalytics.bridge.will import Will
from cioanalytics.core.delivery.page_leave import KEEPALIVE_BYTES
from cioanalytics.core.delivery.strategy import Strategy
from cioanalytics.core.settings import read_options

MARK = "d41d8cd98f00b204"


class FakeLink:
    """A link to a page that only remembers."""

    certain = True

    def __init__(self) -> None:
        self.wills: list[Any] = []
        self.leases: list[str] = []

    def bequeath(self, requests: list[Any], lease: str) -> None:
        self.wills.append(requests)
        self.leases.append(lease)

    def names(self) -> list[str]:
        """Name the events of the last will, as the page would send them now."""
        names = []
        for _, _, parts, _ in self.wills[-1]:
            body = json.loads("2026-01-01T00:00:00.000Z".join(parts))
            for event in body.get("batch", [body]):
                assert event["sentAt"] == "2026-01-01T00:00:00.000Z"
                assert event["writeKey"] == KEY
                names.append(event["event"])
        return names


def make(visit: Visit) -> FakeLink:
    link = FakeLink()
    will = Will(visit.delivery, link, lambda action: visit.clock.after(0, action), MARK)  # type: ignore[arg-type]
    will.renew()
    visit.run()
    return link


def test_it_holds_all_that_is_not_acknowledged_and_nothing_else() -> None:
    visit = Visit(script=silent)
    link = make(visit)
    assert link.wills == []
    for name in ("One", "Two", "Three"):
        visit.call(name)
    visit.run()
    assert visit.sent == ["One"]
    assert link.names() == ["One", "Two", "Three"]
    address, options, _, keys = link.wills[-1][0]
    assert (address, options["method"], options["keepalive"]) == (f"{HOST}/t", "post", True)
    assert keys == visit.kept[:1]
    visit.answer(0, 200)
    visit.run()
    assert link.names() == ["Two", "Three"]
    visit.answer(1, 200)
    visit.answer(2, 200)
    visit.run()
    assert link.wills[-1] == []


def test_it_names_the_lease_whose_end_frees_the_events_for_the_next_page() -> None:
    origin = Origin(web_locks=False)
    visit = origin.visit(script=silent)
    link = make(visit)
    visit.call("One")
    visit.run(5_000)
    lease = link.leases[-1]
    assert lease in origin.storage.items
    visit.crash()
    # As the page does when it goes.
    origin.storage.set(lease, "1:0")
    later = origin.visit()
    later.run(1_300)
    assert later.sent == ["One"]
    assert lease not in origin.storage.items


def test_what_waits_for_the_network_or_after_a_failure_is_in_it() -> None:
    visit = Visit(script=failing(503))
    link = make(visit)
    visit.call("Failed")
    visit.run()
    assert link.names() == ["Failed"]


def test_a_batch_stays_one_request_with_the_headers_of_the_settings() -> None:
    visit = Visit(script=silent, strategy=Strategy(HOST, KEY, batching=True, headers={"X-Own": "1"}))
    link = make(visit)
    for name in ("One", "Two"):
        visit.call(name)
    visit.run()
    ((address, options, _, keys),) = link.wills[-1]
    assert link.names() == ["One", "Two"]
    assert address == f"{HOST}/b"
    assert options["headers"] == {"Content-Type": "text/plain", "X-Own": "1"}
    assert len(keys) == 2


def test_it_is_never_larger_than_what_a_page_that_goes_may_send() -> None:
    visit = Visit(script=silent)
    link = make(visit)
    for number in range(20):
        visit.call(f"Large {number}", properties={"text": "é" * 3_000})
    visit.run()
    total = sum(len("".join(parts).encode()) for _, _, parts, _ in link.wills[-1])
    assert 50_000 < total <= KEEPALIVE_BYTES


def test_events_behind_what_fits_do_not_send_it_again() -> None:
    visit = Visit(script=silent)
    link = make(visit)
    for number in range(20):
        visit.call(f"Large {number}", properties={"text": "x" * 6_000})
        visit.run()
    made = len(link.wills)
    for number in range(20):
        visit.call(f"Small {number}")
        visit.run()
    assert len(link.wills) == made


def test_a_worker_that_lives_on_leaves_nothing() -> None:
    visit = Visit(script=silent)
    link = make(visit)
    link.certain = False
    visit.call("One")
    visit.run()
    assert link.wills == []


def test_what_the_page_has_brought_is_not_sent_again() -> None:
    visit = Visit(Origin(), script=silent)
    for name in ("One", "Two", "Three"):
        visit.call(name)
    visit.run()
    two = visit.kept[1]
    visit.storage.remove(two)
    visit.delivery.hear_storage(two, None)
    visit.answer(0, 200)
    visit.run()
    assert visit.sent == ["One", "Three"]


def test_the_entries_of_a_client_are_those_that_its_settings_name() -> None:
    options = read_options({"user": {"cookie": {"key": "my id"}}}, Visit().console)
    names = entries_of(options, "KEY")
    assert {"ajs_anonymous_id", "my%20id", "ajs_user_traits", "cioanalytics:settings:KEY", "_ga"} <= set(names)
    assert {each for each in names if each.endswith("*")} == {
        f"cioanalytics:{kind}:KEY:*" for kind in ("kept", "late", "outbox")
    }
    assert entries_of(read_options({"disableClientPersistence": True}, Visit().console), "KEY") == []
