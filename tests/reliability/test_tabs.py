"""Tabs of one site: what one did, the others follow without reload, and no memory brings back what is gone (D11)."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from tests.browser.site import wait_until
from tests.reliability.case import Case

# The anonymous id is not compared: what becomes of it is the client's business.
KEYS = ["ajs_user_id", "ajs_group_id", "ajs_user_traits", "ajs_group_properties"]
STORED = f"() => JSON.stringify({KEYS}.map((key) => localStorage[key]))"
LISTEN = "window.heard = []; cioanalytics.on('identity', (change) => heard.push(change));"


def two_tabs(case: Case, calls: str = "await cioanalytics.identify('jane', {plan: 'basic'});") -> None:
    """Open a tab where somebody logs in, and a second one that knows it; the second is in front."""
    case.visit()
    case.do(f"{calls} {LISTEN}")
    case.visitor.new_tab()
    case.visit()
    case.do(f"{LISTEN} cioanalytics.user().id(); cioanalytics.user().traits(); cioanalytics.group().id();")


def elsewhere(case: Case, calls: str) -> None:
    """Make calls in the first tab and come back to the second, when the browser has brought the storage there."""
    case.visitor.to_tab(0)
    case.do(calls)
    there = case.visitor.evaluate(STORED)
    case.visitor.to_tab(1)
    # Tabs that live in processes of their own see each other's localStorage a moment later.
    case.visitor.wait_for(f"({STORED})() === {json.dumps(there)}", timeout=case.patience)


def heard(case: Case, user_id: str | None) -> None:
    """Wait until the tab in front has heard of a user id, and see that it heard of each change once."""
    case.visitor.wait_for(
        f"heard.length && (heard.at(-1).userId ?? null) === {'null' if user_id is None else repr(user_id)}",
        timeout=case.patience,
    )
    told = case.visitor.evaluate("heard.map((change) => JSON.stringify(change))")
    assert all(one != other for one, other in pairwise(told)), told


def assert_tabs_agree(case: Case) -> None:
    """See that both tabs know the same visitor, whichever made the id (both, where they did it in one moment)."""

    def ids_of(number: int) -> str:
        case.visitor.to_tab(number)
        return str(case.ids())

    wait_until(lambda: ids_of(0) == ids_of(1), timeout=case.patience, what="the tabs to agree")


@pytest.mark.differs("D11")
def test_a_login_is_told_to_the_other_tab_which_speaks_in_its_name(case: Case) -> None:
    two_tabs(case, "await cioanalytics.page();")
    before = case.ids()["anonymousId"]
    elsewhere(case, "await cioanalytics.identify('jane', {plan: 'basic'});")
    heard(case, "jane")
    assert case.who() == {
        "anonymousId": before,
        "userId": "jane",
        "groupId": None,
        "userTraits": {"plan": "basic"},
        "groupTraits": {},
    }
    sent = case.track("Second tab")
    assert (sent["userId"], sent["anonymousId"]) == ("jane", before)
    # Who made the change is not told of it.
    case.visitor.to_tab(0)
    assert case.visitor.evaluate("heard") == []


def test_another_login_is_seen_without_an_event_in_between(case: Case) -> None:
    two_tabs(case)
    before = case.ids()["anonymousId"]
    elsewhere(case, "await cioanalytics.identify('joe', {city: 'Paris'});")
    sent = case.track("Second tab")
    now = case.who()
    assert (sent["userId"], sent["anonymousId"]) == ("joe", now["anonymousId"])
    assert now["anonymousId"] != before
    assert (now["userId"], now["userTraits"]) == ("joe", {"city": "Paris"})


@pytest.mark.differs("D11")
@pytest.mark.parametrize("call", ["reset()", "user().logout()", "user().reset()"])
@pytest.mark.short("reset()")
def test_no_memory_brings_back_who_logged_out_in_another_tab(case: Case, call: str) -> None:
    two_tabs(case)
    before = case.ids()["anonymousId"]
    elsewhere(case, f"cioanalytics.{call};")
    assert case.do("return [cioanalytics.user().id() ?? null, cioanalytics.user().traits() ?? {}];") == [None, {}]
    sent = case.track("Second tab")
    assert sent["userId"] is None
    assert sent["anonymousId"] != before
    heard(case, None)
    case.visitor.to_tab(0)
    first = case.track("First tab")
    assert first["userId"] is None
    assert first["anonymousId"] != before
    assert_tabs_agree(case)
    kept = str(case.visitor.local_storage()) + str(case.in_cookies())
    assert before not in kept
    assert "jane" not in kept


@pytest.mark.differs("D11")
def test_reads_in_the_very_moment_of_a_logout_bring_nobody_back(case: Case) -> None:
    two_tabs(case)
    before = case.ids()["anonymousId"]
    case.visitor.to_tab(0)
    case.do("cioanalytics.reset();")
    case.visitor.to_tab(1)
    # The storage may still be the old one here, while the cookies are gone already.
    case.do("for (let turn = 0; turn < 20; turn++) cioanalytics.user().id();")
    heard(case, None)
    assert case.do("return [cioanalytics.user().id() ?? null, cioanalytics.user().traits() ?? {}];") == [None, {}]
    second = case.track("Second tab")
    case.visitor.to_tab(0)
    first = case.track("First tab")
    assert first["userId"] is second["userId"] is None
    assert before not in {first["anonymousId"], second["anonymousId"]}
    assert_tabs_agree(case)
    kept = str(case.visitor.local_storage()) + str(case.in_cookies())
    assert before not in kept
    assert "jane" not in kept


@pytest.mark.long
def test_the_first_call_after_a_logout_elsewhere_may_be_any(case: Case) -> None:
    two_tabs(case)
    elsewhere(case, "cioanalytics.reset();")
    # Traits that another tab took away are not merged into those of whoever comes next.
    case.do("await cioanalytics.identify('joe', {city: 'Paris'});")
    now = case.who()
    assert (now["userId"], now["userTraits"]) == ("joe", {"city": "Paris"})
    sent = case.site.events()[-1]
    assert (sent["userId"], sent["traits"]) == ("joe", {"city": "Paris"})


@pytest.mark.parametrize("call", ["setAnonymousId('mine')", "user().anonymousId('mine')"])
@pytest.mark.short("setAnonymousId('mine')")
def test_an_override_in_one_tab_is_the_others_too(case: Case, call: str) -> None:
    two_tabs(case)
    elsewhere(case, f"cioanalytics.{call};")
    sent = case.track("Second tab")
    assert (sent["anonymousId"], sent["userId"]) == ("mine", "jane")
    assert case.ids()["anonymousId"] == "mine"


def test_a_group_and_traits_are_the_others_too(case: Case) -> None:
    two_tabs(case)
    elsewhere(case, "await cioanalytics.group('acme', {seats: 3}); cioanalytics.user().traits({plan: 'pro'});")
    now = case.who()
    assert (now["groupId"], now["groupTraits"], now["userTraits"]) == ("acme", {"seats": 3}, {"plan": "pro"})


@pytest.mark.differs("D24")
def test_storage_and_cookies_that_are_cleared_in_one_tab_are_gone_in_the_other(case: Case) -> None:
    two_tabs(case)
    before = case.ids()["anonymousId"]
    case.visitor.to_tab(0)
    case.visitor.expire_cookies()
    case.visitor.clear_storage()
    case.visitor.to_tab(1)
    # A tab hears of another's storage a little later; until then it looks as if only the cookies had expired.
    gone = "!(document.cookie + JSON.stringify(localStorage)).includes('jane')"
    case.visitor.wait_for(gone, timeout=case.patience)
    sent = case.track("Second tab")
    assert sent["userId"] is None
    assert sent["anonymousId"] != before
    heard(case, None)


@pytest.mark.ours
def test_forget_in_one_tab_is_forgotten_in_the_other(case: Case) -> None:
    two_tabs(case)
    before = case.ids()["anonymousId"]
    elsewhere(case, "await cioanalytics.forget();")
    heard(case, None)
    sent = case.track("Second tab")
    assert sent["userId"] is None
    assert sent["anonymousId"] != before


@pytest.mark.differs("D11")
def test_where_cookies_are_dropped_a_logout_is_followed_through_storage_alone(case: Case) -> None:
    dropped = "<script>Object.defineProperty(Document.prototype, 'cookie', {get: () => '', set() {}});</script>"
    case.visit(head=dropped)
    case.do(f"await cioanalytics.identify('jane'); {LISTEN}")
    case.visitor.new_tab()
    case.visit(head=dropped)
    case.do(f"cioanalytics.user().id(); {LISTEN}")
    before = case.ids()["anonymousId"]
    elsewhere(case, "cioanalytics.reset();")
    heard(case, None)
    sent = case.track("Second tab")
    assert sent["userId"] is None
    assert sent["anonymousId"] != before


@pytest.mark.ours
def test_a_tab_is_told_each_change_with_all_three_ids(case: Case) -> None:
    two_tabs(case, "await cioanalytics.page();")
    elsewhere(case, "await cioanalytics.identify('jane');")
    heard(case, "jane")
    elsewhere(case, "await cioanalytics.group('acme'); cioanalytics.setAnonymousId('mine');")
    case.visitor.wait_for("heard.at(-1).anonymousId === 'mine'", timeout=case.patience)
    told = case.visitor.evaluate("heard")
    assert told[-1] == {"anonymousId": "mine", "userId": "jane", "groupId": "acme"}
    assert len(told) <= 3
