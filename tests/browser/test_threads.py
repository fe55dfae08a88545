"""Sentences of the vendor's page on identities, said in Python on each thread that an app may have.

A thread starts its Python once; each sentence then begins with a person who has just been forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import engines
from tests.browser.engines import CHROMIUM, FIREFOX, WEBKIT
from tests.browser.rooms import REACHED, Room
from tests.browser.site import Site, wait_until
from tests.browser.visits import UUID4

CUSTOM = "ABC-123-XYZ"
PLACES = [
    (CHROMIUM, "page"),
    (CHROMIUM, "worker"),
    (CHROMIUM, "pyscript"),
    (CHROMIUM, "isolated"),
    (FIREFOX, "page"),
    (FIREFOX, "worker"),
    (WEBKIT, "page"),
    (WEBKIT, "worker"),
]

pytestmark = pytest.mark.parametrize(("engine", "thread"), PLACES, scope="module")


@pytest.fixture(scope="module")
def room(
    engine: str, thread: str, running_site: Site, everything: bool, request: pytest.FixtureRequest
) -> Iterator[Room]:
    if thread != "worker" and not everything:
        pytest.skip("Python on the page and in PyScript's worker says these sentences under --all")
    if reason := engines.why_not(engine):
        pytest.skip(reason)
    person = engines.new_visitor(engine, running_site, request)
    running_site.clear()
    made = Room(running_site, person, thread)
    made.visit()
    yield made
    person.close()
    running_site.clear()


@pytest.fixture
def nobody(room: Room, request: pytest.FixtureRequest) -> Room:
    """Give the room with a person who has just been forgotten."""
    request.node.user_properties.append(("browser", room.visitor.engine))
    room.run("cioanalytics.reset()\nawait cioanalytics.flush()")
    room.site.hits.clear()
    return room


def test_it_lives_on_the_pages_own_cookies(room: Room) -> None:
    assert room.run("user.explain()['reached']") == REACHED[room.thread]


def test_it_manages_identities_first_as_an_anonymous_id(nobody: Room) -> None:
    anonymous, *rest = nobody.ids()
    assert UUID4.fullmatch(anonymous or "")
    assert rest == [None, None]
    assert nobody.ids()[0] == anonymous
    nobody.holds(anonymous, None, None)


def test_when_you_identify_them_you_know_them_by_their_user_id(nobody: Room) -> None:
    anonymous, *_ = nobody.ids()
    nobody.run("await cioanalytics.identify('jane', {'plan': 'basic'})\nawait cioanalytics.group('acme')\nNone")
    assert nobody.ids() == [anonymous, "jane", "acme"]
    sent = nobody.site.event("identify")
    assert (sent["userId"], sent["anonymousId"], sent["traits"]) == ("jane", anonymous, {"plan": "basic"})
    nobody.holds(anonymous, "jane", "acme")
    assert nobody.in_storage("ajs_user_traits") == {"plan": "basic"}


def test_those_values_are_removed_when_a_person_logs_out_and_you_call_reset(nobody: Room) -> None:
    nobody.run(
        "await cioanalytics.identify('jane', {'plan': 'basic'})\nawait cioanalytics.group('acme', {'n': 1})\nNone"
    )
    before, *_ = nobody.ids()
    nobody.run("cioanalytics.reset()")
    after, *rest = nobody.ids()
    assert rest == [None, None]
    assert UUID4.fullmatch(after or "")
    assert after != before
    nobody.holds(after, None, None)
    assert not {"ajs_user_traits", "ajs_group_properties"} & nobody.visitor.local_storage().keys()
    assert str(before) not in str(nobody.visitor.local_storage())


def test_the_anonymous_id_changes_when_identify_is_called_with_a_different_user_id(nobody: Room) -> None:
    first, *_ = nobody.ids()
    for who in ("jane", "jane", "joe"):
        nobody.run(f"await cioanalytics.identify('{who}')\nNone")
    second, user, _ = nobody.ids()
    assert user == "joe"
    assert UUID4.fullmatch(second or "")
    assert [event["anonymousId"] for event in nobody.site.events()] == [first, first, second]
    assert second != first
    nobody.holds(second, "joe", None)


def test_you_can_override_the_anonymous_id(nobody: Room) -> None:
    assert nobody.run(f"cioanalytics.set_anonymous_id('{CUSTOM}')") == CUSTOM
    nobody.run("await cioanalytics.track('Seen')\nNone")
    assert nobody.site.event("track")["anonymousId"] == CUSTOM
    nobody.holds(CUSTOM, None, None)


@pytest.mark.parametrize(
    ("kind", "call"),
    [
        ("identify", f"identify('user_123', {{}}, {{'anonymousId': '{CUSTOM}'}})"),
        ("page", f"page({{}}, {{'anonymousId': '{CUSTOM}'}})"),
        ("track", f"track('Email Clicked', {{}}, {{'anonymousId': '{CUSTOM}'}})"),
    ],
)
def test_you_can_override_it_in_the_options_and_it_persists(nobody: Room, kind: str, call: str) -> None:
    nobody.run(f"await cioanalytics.{call}\nawait cioanalytics.track('Later')\nNone")
    assert nobody.site.event(kind)["anonymousId"] == nobody.site.event("track", "Later")["anonymousId"] == CUSTOM
    assert nobody.ids()[0] == CUSTOM


def test_traits_are_cached_and_an_empty_object_clears_them(nobody: Room) -> None:
    nobody.run("""
cioanalytics.identify('jane', {'plan': 'basic', 'age': 40})
cioanalytics.identify('jane', {'plan': 'pro'})
cioanalytics.group('acme', {'seats': 3})
None""")
    assert nobody.run("[user.traits(), group.traits()]") == [{"plan": "pro", "age": 40}, {"seats": 3}]
    nobody.run("cioanalytics.identify('joe', {'city': 'Paris'})\nNone")
    assert nobody.run("user.traits()") == {"city": "Paris"}
    wait_until(lambda: nobody.in_storage("ajs_user_traits") == {"city": "Paris"}, what="the traits of joe")
    assert nobody.run("[user.traits({}), group.traits({}), user.traits(), group.traits()]") == [{}] * 4
    wait_until(lambda: nobody.in_storage("ajs_user_traits") == {}, what="the traits to be cleared")


def test_traits_in_the_options_go_into_the_context_of_that_event_alone(nobody: Room) -> None:
    nobody.run(
        "await cioanalytics.track('One', {}, {'traits': {'plan': 'Paid'}})\nawait cioanalytics.track('Two')\nNone"
    )
    one, two = nobody.site.event("track", "One")["context"], nobody.site.event("track", "Two")["context"]
    assert one["traits"] == {"plan": "Paid"}
    assert "traits" not in two
    assert (two["page"]["path"], two["page"]["title"]) == ("/room", "Room")
    assert two["page"]["url"] == nobody.site.url("/room", nobody.host)
    assert two["userAgent"] == nobody.visitor.evaluate("navigator.userAgent")


def test_it_changes_when_they_clear_their_cookies_and_local_storage_in_an_open_page(nobody: Room) -> None:
    nobody.run("await cioanalytics.identify('jane')\nNone")
    before, *_ = nobody.ids()
    nobody.holds(before, "jane", None)
    nobody.visitor.expire_cookies()
    nobody.visitor.clear_storage()
    wait_until(lambda: nobody.ids()[:2] != [before, "jane"], what="Python to hear of it")
    after, *rest = nobody.ids()
    assert UUID4.fullmatch(after or "")
    assert after != before
    assert rest == [None, None]


def test_they_are_known_again_on_their_next_visit_by_whichever_store_is_left(nobody: Room) -> None:
    nobody.run("await cioanalytics.identify('jane', {'plan': 'basic'})\nawait cioanalytics.group('acme')\nNone")
    known = nobody.ids()
    nobody.holds(*known)
    nobody.leave()
    nobody.visitor.expire_cookies()
    assert nobody.visitor.evaluate("document.cookie") == ""
    nobody.visit()
    assert nobody.ids() == known
    nobody.holds(*known)
    assert nobody.run("user.traits()") == {"plan": "basic"}
    nobody.leave()
    nobody.visitor.expire_cookies()
    nobody.visitor.clear_storage()
    nobody.visit()
    after, *rest = nobody.ids()
    assert after != known[0]
    assert rest == [None, None]
