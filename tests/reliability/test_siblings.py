"""Hosts under one domain share cookies and nothing else: at its next visit each knows the same person (D1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.clients import THEIRS
from tests.reliability.case import Case

A, B = "a.example.test", "b.example.test"
JANE = "await cioanalytics.identify('jane', {plan: 'basic'}); await cioanalytics.group('acme', {seats: 3});"
SERVERS_OWN = "0e8b8e1c-3a3f-4c3e-9a53-5d9c0d1f2a3b"


def at(case: Case, host: str, calls: str = "", **page: Any) -> dict[str, Any]:
    """Visit a host, make calls there, and give who the visitor is then."""
    case.visit(host=host, **page)
    if calls:
        case.do(calls)
    return case.who()


@pytest.mark.differs("D1")
def test_a_login_as_another_person_is_followed_by_every_host(case: Case) -> None:
    jane = at(case, A, JANE)
    assert at(case, B)["userId"] == "jane"
    joe = case.do("await cioanalytics.identify('joe', {city: 'Paris'}); return cioanalytics.user().anonymousId();")
    back = at(case, A)
    assert (back["userId"], back["anonymousId"]) == ("joe", joe)
    assert joe != jane["anonymousId"]
    # The traits of the former person went with them; those of the new one are at the other host.
    assert back["userTraits"] in ({}, None)
    sent = case.track("At A")
    assert (sent["userId"], sent["anonymousId"]) == ("joe", joe)
    again = at(case, B)
    assert (again["userId"], again["anonymousId"], again["userTraits"]) == ("joe", joe, {"city": "Paris"})


@pytest.mark.differs("D1")
@pytest.mark.parametrize("call", ["reset()", "user().logout()"])
@pytest.mark.short("reset()")
def test_a_person_who_logged_out_on_one_host_comes_back_on_none(case: Case, call: str) -> None:
    jane = at(case, A, JANE)
    at(case, B)
    # The page is left in the same moment: no call makes the new id.
    case.do(f"cioanalytics.{call};")
    back = at(case, A)
    assert back["userId"] is None
    assert back["userTraits"] in ({}, None)
    assert back["anonymousId"] != jane["anonymousId"]
    sent = case.track("At A")
    assert (sent["userId"], sent["anonymousId"]) == (None, back["anonymousId"])
    assert jane["anonymousId"] not in str(case.visitor.local_storage())
    again = at(case, B)
    assert (again["userId"], again["anonymousId"]) == (None, back["anonymousId"])


def test_a_host_whose_storage_was_cleared_is_told_by_the_cookies(case: Case) -> None:
    jane = at(case, A, JANE)
    at(case, B)
    case.lose(storage=True, host=B)
    back = at(case, B)
    assert {key: back[key] for key in ("anonymousId", "userId", "groupId")} == {
        key: jane[key] for key in ("anonymousId", "userId", "groupId")
    }
    assert at(case, A) == jane


@pytest.mark.differs("D1")
def test_a_login_while_the_other_host_was_cleared_is_followed(case: Case) -> None:
    at(case, A, JANE)
    case.lose(storage=True, host=B)
    joe = at(case, B, "await cioanalytics.identify('joe');")
    back = at(case, A)
    assert (back["userId"], back["anonymousId"]) == ("joe", joe["anonymousId"])


@pytest.mark.differs("D1")
@pytest.mark.parametrize("domain", ["; Domain=example.test", ""], ids=["for all hosts", "for one host"])
@pytest.mark.short("for all hosts")
def test_an_id_that_the_server_sets_holds_on_every_host(case: Case, domain: str) -> None:
    at(case, A)
    at(case, B)
    case.site.set_cookies["/from-server"] = f"ajs_anonymous_id={SERVERS_OWN}; Path=/; Max-Age=31536000{domain}"
    assert at(case, A, path="/from-server")["anonymousId"] == SERVERS_OWN
    assert case.in_storage("ajs_anonymous_id") == SERVERS_OWN
    assert case.track("At A")["anonymousId"] == SERVERS_OWN
    assert at(case, B)["anonymousId"] == SERVERS_OWN
    assert case.in_cookie("ajs_anonymous_id") == SERVERS_OWN


@pytest.mark.parametrize("first", [A, B])
@pytest.mark.short("b.example.test")
def test_expired_cookies_come_back_from_whichever_host_is_seen_first(case: Case, first: str) -> None:
    jane = at(case, A, JANE)
    at(case, B)
    case.lose(cookies=True, host=B)
    second = B if first == A else A
    ids = ("anonymousId", "userId", "groupId")
    for host in (first, second):
        back = at(case, host)
        assert {key: back[key] for key in ids} == {key: jane[key] for key in ids}
    assert case.in_cookie("ajs_user_id") == "jane"


@pytest.mark.differs("D11")
def test_an_open_page_follows_a_sibling_at_its_next_call(case: Case) -> None:
    at(case, A, JANE)
    case.do("window.heard = []; cioanalytics.on('identity', (change) => heard.push(change));")
    case.visitor.new_tab()
    joe = at(case, B, "await cioanalytics.identify('joe');")
    case.visitor.to_tab(0)
    sent = case.track("At A")
    assert (sent["userId"], sent["anonymousId"]) == ("joe", joe["anonymousId"])
    assert case.visitor.evaluate("heard") == [
        {"anonymousId": joe["anonymousId"], "userId": "joe", "groupId": joe["groupId"]}
    ]
    told = case.visitor.evaluate("cioanalytics.user().explain()")
    assert told["userId"]["changed"]["why"] == "newer cookie of another host or the server"


@pytest.mark.ours
@pytest.mark.parametrize("call", ["reset()", "user().logout()"])
@pytest.mark.short("reset()")
def test_an_open_page_of_a_sibling_brings_nobody_back_who_has_just_logged_out(case: Case, call: str) -> None:
    jane = at(case, B, JANE)
    case.visitor.new_tab()
    at(case, A)
    case.do(f"cioanalytics.{call};")
    # The other page makes its next call at once, as one with a timer may: to it the cookies have expired.
    case.visitor.to_tab(0)
    case.track("At B")
    case.visitor.to_tab(1)
    case.visitor.wait_for("!/jane/.test(document.cookie) && /ajs_anonymous_id/.test(document.cookie)")
    found = [at(case, host) for host in (A, B)]
    assert [each["userId"] for each in found] == [None, None]
    assert jane["anonymousId"] != found[0]["anonymousId"] == found[1]["anonymousId"]


# One host still runs the vendor's client


@pytest.mark.ours
def test_a_login_on_a_host_that_runs_the_reference_is_followed(case: Case) -> None:
    at(case, A, JANE)
    joe = at(case, B, "await cioanalytics.identify('joe');", client=THEIRS)
    back = at(case, A)
    assert (back["userId"], back["anonymousId"]) == ("joe", joe["anonymousId"])


@pytest.mark.ours
def test_a_logout_on_a_host_that_runs_the_reference_is_followed(case: Case) -> None:
    jane = at(case, A, JANE)
    gone = at(case, B, "cioanalytics.reset(); await cioanalytics.track('At B');", client=THEIRS)
    back = at(case, A)
    assert (back["userId"], back["anonymousId"]) == (None, gone["anonymousId"])
    assert back["anonymousId"] != jane["anonymousId"]


@pytest.mark.ours
@pytest.mark.parametrize("first", [A, B])
@pytest.mark.short("b.example.test")
def test_expired_cookies_come_back_where_a_host_runs_the_reference(case: Case, first: str) -> None:
    jane = at(case, A, JANE)
    at(case, B, "cioanalytics.user().id();", client=THEIRS)
    case.lose(cookies=True, host=B)
    for host in (first, A):
        back = at(case, host, client=None if host == A else THEIRS)
        assert (back["userId"], back["anonymousId"]) == ("jane", jane["anonymousId"])
    assert case.in_cookie("ajs_user_id") == "jane"


@pytest.mark.ours
@pytest.mark.long
def test_the_option_conflict_lets_each_host_keep_its_own(case: Case) -> None:
    jane = at(case, A, JANE)
    at(case, B, "await cioanalytics.identify('joe');")
    back = at(case, A, options={"conflict": "localStorage"})
    assert (back["userId"], back["anonymousId"]) == ("jane", jane["anonymousId"])
    assert case.in_cookie("ajs_user_id") == "jane"
