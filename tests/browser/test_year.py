"""A visitor who comes back: after a year by the browser's own clock, and after a cookie's two seconds.

Nothing here deletes a cookie. The browser drops it because its time has come, as it does for people.
"""

from __future__ import annotations

import json
import time

import pytest

from tests.browser.clients import Client
from tests.browser.rooms import Room
from tests.browser.site import Site, wait_until
from tests.browser.visitor import DAY, Traveller, cookie
from tests.browser.visits import Shop

pytestmark = pytest.mark.engines

TWO_SECONDS = 2 / DAY


@pytest.fixture
def home(site: Site, traveller: Traveller, client: Client) -> Shop:
    return Shop(site, traveller, client)


def become_jane(shop: Shop) -> dict[str, str]:
    shop.visit()
    shop.do("await cioanalytics.identify('jane', {plan: 'basic'}); await cioanalytics.group('acme', {seats: 3});")
    known: dict[str, str] = shop.ids()
    assert shop.in_cookies() == as_cookies(known)
    return known


def as_cookies(known: dict[str, str]) -> dict[str, str]:
    return {"ajs_anonymous_id": known["anonymousId"], "ajs_user_id": known["userId"], "ajs_group_id": known["groupId"]}


@pytest.mark.differs("D15")
def test_after_a_year_the_same_person_is_there_without_any_call(home: Shop, traveller: Traveller) -> None:
    known = become_jane(home)

    traveller.restart(364)
    home.leave()
    assert f"ajs_anonymous_id={known['anonymousId']}" in traveller.evaluate("document.cookie")
    assert "ajs_user_id=jane" in traveller.evaluate("document.cookie")

    traveller.restart(366)
    home.leave()
    assert traveller.evaluate("document.cookie") == ""
    assert traveller.cookies() == []
    assert json.loads(traveller.local_storage()["ajs_anonymous_id"]) == known["anonymousId"]
    home.visit()
    assert home.in_cookies() == as_cookies(known)
    found = cookie(traveller, "ajs_anonymous_id")
    assert found
    assert found.days_left(time.time() + 366 * DAY) == pytest.approx(365, abs=0.01)
    assert home.in_storage("ajs_user_traits") == {"plan": "basic"}
    assert home.in_storage("ajs_group_properties") == {"seats": 3}
    assert home.ids() == known

    traveller.restart(367)
    home.leave()
    assert home.in_cookies() == as_cookies(known)
    home.visit()
    assert home.ids() == known
    assert home.user_traits() == {"plan": "basic"}
    assert home.group_traits() == {"seats": 3}


def test_after_a_year_the_first_question_is_answered_with_the_old_ids(home: Shop, traveller: Traveller) -> None:
    known = become_jane(home)
    traveller.restart(366)
    home.leave()
    assert traveller.evaluate("document.cookie") == ""
    home.visit()
    assert home.ids() == known
    assert home.in_cookies() == as_cookies(known)
    home.do("await cioanalytics.track('Back');")
    sent = home.site.event("track", "Back")
    assert (sent["anonymousId"], sent["userId"]) == (known["anonymousId"], "jane")


def test_each_visit_makes_the_year_begin_anew(home: Shop, traveller: Traveller) -> None:
    known = become_jane(home)
    for days in (300, 600):
        traveller.restart(days)
        home.visit()
        assert home.ids() == known
        found = cookie(traveller, "ajs_user_id")
        assert found
        assert found.days_left(time.time() + days * DAY) == pytest.approx(365, abs=0.01)


def expire(shop: Shop) -> None:
    """Wait on a page without a client until the browser has dropped its cookies."""
    shop.leave()
    wait_until(lambda: shop.visitor.evaluate("document.cookie") == "", timeout=5, what="the cookies to expire")


@pytest.mark.smoke
@pytest.mark.differs("D15")
def test_a_cookie_of_two_seconds_comes_back_without_any_call(shop: Shop) -> None:
    short = {"cookie": {"maxage": TWO_SECONDS}}
    shop.visit("cioanalytics.identify('jane', {plan: 'basic'}); cioanalytics.group('acme', {seats: 3});", options=short)
    shop.site.event("identify")
    shop.site.event("group")
    anonymous = shop.in_storage("ajs_anonymous_id")
    expire(shop)
    shop.visit()
    assert shop.in_cookies() == {"ajs_anonymous_id": anonymous, "ajs_user_id": "jane", "ajs_group_id": "acme"}
    found = cookie(shop.visitor, "ajs_anonymous_id")
    assert found
    assert found.days_left() == pytest.approx(365, abs=0.01)
    assert shop.in_storage("ajs_user_traits") == {"plan": "basic"}
    assert shop.in_storage("ajs_group_properties") == {"seats": 3}


def test_a_cookie_of_two_seconds_and_lost_storage_make_another_person(shop: Shop) -> None:
    short = {"cookie": {"maxage": TWO_SECONDS}}
    shop.visit("cioanalytics.identify('jane');", options=short)
    shop.site.event("identify")
    before = shop.in_storage("ajs_anonymous_id")
    expire(shop)
    shop.visitor.clear_storage()
    shop.visit()
    after = shop.ids()
    assert after["anonymousId"] != before
    assert after["userId"] is None


def test_lost_storage_is_filled_by_the_cookie_and_then_outlives_it(shop: Shop) -> None:
    shop.visit()
    shop.do("await cioanalytics.identify('jane');")
    known = shop.ids()
    shop.lose(storage=True)
    shop.visit()
    assert shop.ids() == known
    shop.lose(cookies=True)
    shop.visit()
    assert shop.ids() == known
    assert shop.in_cookies()["ajs_user_id"] == "jane"


def test_the_cookie_fades_in_an_open_page_and_the_next_call_brings_it_back(shop: Shop) -> None:
    shop.visit("cioanalytics.identify('jane');", options={"cookie": {"maxage": TWO_SECONDS}})
    shop.site.event("identify")
    known = shop.ids()
    wait_until(lambda: shop.visitor.evaluate("document.cookie") == "", timeout=6, what="the cookies to expire")
    assert shop.ids() == known
    assert shop.in_cookies()["ajs_anonymous_id"] == known["anonymousId"]


def test_after_a_year_a_worker_knows_the_same_person_without_any_call(site: Site, traveller: Traveller) -> None:
    if traveller.engine.startswith("Firefox"):
        pytest.skip("the worker's year passes in Chromium; its two seconds in every engine")
    room = Room(site, traveller, "worker")
    room.visit()
    room.run("await cioanalytics.identify('jane', {'plan': 'basic'})\nawait cioanalytics.group('acme')\nNone")
    known = room.ids()
    room.holds(*known)

    traveller.restart(366)
    room.leave()
    assert traveller.evaluate("document.cookie") == ""
    assert json.loads(traveller.local_storage()["ajs_anonymous_id"]) == known[0]
    room.visit()
    assert room.ids() == known
    room.holds(*known)
    found = cookie(traveller, "ajs_anonymous_id")
    assert found
    assert found.days_left(time.time() + 366 * DAY) == pytest.approx(365, abs=0.01)
    room.run("await cioanalytics.track('Back')\nNone")
    sent = site.event("track", "Back")
    assert (sent["anonymousId"], sent["userId"]) == (known[0], "jane")
