"""Identity of a page as a whole: its beginning, other tabs and hosts, legacy cookies, reset, explain, forget."""

from __future__ import annotations

import json

import pytest
from tests.core.identity_rig import HOST, UUID4, Browser, Tab

from cioanalytics.core.ports import Json, JsonObject

A, B = "a.example.test", "b.example.test"


@pytest.fixture
def browser() -> Browser:
    return Browser()


def entry(tab: Tab, name: str) -> JsonObject:
    found = tab.identity.explain()[name]
    assert isinstance(found, dict)
    return found


# The beginning.


def test_a_lazy_page_stores_nothing_before_a_call_needs_an_id(browser: Browser) -> None:
    tab = browser.tab(identity="lazy")
    assert (tab.user.id(), tab.user.traits(), tab.group.id()) == (None, {}, None)
    tab.identity.refresh(None)
    tab.identity.explain()
    assert (browser.items(), tab.jar.lines) == ({}, [])
    tab.user.identify("u1")
    assert tab.cookie("ajs_user_id") == "u1"
    assert tab.cookie("ajs_anonymous_id") is None
    assert UUID4.fullmatch(tab.anonymous_id)


def test_a_lazy_page_reads_what_is_stored_and_leaves_it(browser: Browser) -> None:
    browser.tab().user.identify("u1", {"a": 1})
    browser.clear_cookies()
    tab = browser.tab(identity="lazy")
    assert (tab.user.id(), tab.user.traits()) == ("u1", {"a": 1})
    assert browser.jar.cookies() == []
    tab.user.who()
    assert {cookie.name for cookie in browser.jar.cookies()} == {"ajs_anonymous_id", "ajs_user_id"}


def test_an_override_on_a_lazy_page_makes_no_other_id(browser: Browser) -> None:
    tab = browser.tab(identity="lazy")
    tab.user.anonymous_id("mine")
    assert tab.ports.chance.asked.count(16) == 0  # type: ignore[attr-defined]
    assert tab.cookie("ajs_anonymous_id") == "mine"


# Visitors of the vendor's client.


def test_a_visitor_made_by_the_reference_is_known(browser: Browser) -> None:
    browser.items().update(
        {
            "ajs_anonymous_id": '"an"',
            "ajs_user_id": '"u1"',
            "ajs_group_id": "null",
            "ajs_user_traits": '{"a":1}',
            "ajs_group_properties": "{}",
        }
    )
    browser.set_cookie("ajs_anonymous_id", "an")
    browser.set_cookie("ajs_user_id", "u1")
    tab = browser.tab()
    assert (tab.user.who(), tab.user.traits(), tab.group.id()) == (("an", "u1"), {"a": 1}, None)
    own = {key: value for key, value in browser.items().items() if not key.startswith("cioanalytics:")}
    assert own["ajs_group_id"] == "null"
    assert set(own) == {"ajs_anonymous_id", "ajs_user_id", "ajs_group_id", "ajs_user_traits", "ajs_group_properties"}


# Legacy cookies (D13).


def test_legacy_cookies_are_taken_over_where_nothing_is_stored(browser: Browser) -> None:
    browser.set_cookie("ajs_user", "old")
    browser.set_cookie("_sio", "anon-1----old-user")
    tab = browser.tab()
    assert tab.user.who() == ("anon-1", "old")
    assert (tab.cookie("ajs_user_id"), tab.cookie("ajs_anonymous_id")) == ("old", "anon-1")
    assert tab.group.id() is None
    assert (entry(tab, "userId")["source"], entry(tab, "anonymousId")["source"]) == ("cookie", "cookie")


def test_a_legacy_object_gives_id_and_traits(browser: Browser) -> None:
    browser.set_cookie("ajs_user", "{%22id%22:7%2C%22traits%22:{%22a%22:1}}")
    tab = browser.tab()
    assert (tab.user.id(), tab.user.traits()) == ("7", {"a": 1})


def test_newer_ids_stand_above_legacy_cookies(browser: Browser) -> None:
    browser.tab().user.identify("new", {"n": 1})
    browser.set_cookie("ajs_user", "{%22id%22:%22old%22%2C%22traits%22:{%22a%22:1}}")
    browser.set_cookie("_sio", "anon-1----old")
    tab = browser.tab()
    assert (tab.user.id(), tab.user.traits()) == ("new", {"n": 1})
    assert tab.anonymous_id != "anon-1"


@pytest.mark.parametrize("way", ["reset", "logout"])
def test_legacy_cookies_do_not_bring_a_person_back(browser: Browser, way: str) -> None:
    browser.set_cookie("ajs_user", "old")
    browser.set_cookie("_sio", "anon-1----old")
    tab = browser.tab()
    if way == "reset":
        tab.identity.reset()
    else:
        tab.user.logout()
    assert tab.user.id() is None
    assert tab.anonymous_id != "anon-1"
    later = browser.tab()
    assert later.user.id() is None
    assert {cookie.name for cookie in browser.jar.cookies()} == {"ajs_anonymous_id"}


def test_old_key_names_another_legacy_cookie(browser: Browser) -> None:
    browser.set_cookie("my_old", "someone")
    browser.set_cookie("ajs_user", "not me")
    tab = browser.tab(user={"cookie": {"oldKey": "my_old"}})
    assert tab.user.id() == "someone"
    tab.identity.reset()
    assert {cookie.name for cookie in browser.jar.cookies()} == {"ajs_user"}


@pytest.mark.parametrize("raw", ["%E4", "----", "0", "[]", "{}", "{%22traits%22:5}"])
def test_a_broken_legacy_cookie_is_nothing(browser: Browser, raw: str) -> None:
    browser.set_cookie("_sio", raw)
    browser.set_cookie("ajs_user", raw.replace("----", ""))
    tab = browser.tab()
    assert UUID4.fullmatch(tab.anonymous_id)
    assert tab.user.id() in (None, [])


# Sibling hosts (D1).


def both(browser: Browser) -> tuple[Tab, Tab]:
    first = browser.tab(A)
    first.user.identify("u1", {"a": 1})
    first.group.identify("g1", {"g": 1})
    second = browser.tab(B)
    second.user.traits({"b": 1})
    assert second.user.who() == first.user.who()
    return first, second


def test_another_login_on_a_sibling_is_followed_in_an_open_page(browser: Browser) -> None:
    first, second = both(browser)
    first.user.identify("u2", {"c": 1})
    who = first.user.who()
    assert second.user.id() == "u2"
    assert (second.user.who(), second.user.traits()) == (who, {})
    assert second.changes == [{"anonymousId": who[0], "userId": "u2", "groupId": "g1"}]
    assert first.user.who() == who


def test_a_logout_on_a_sibling_is_followed_at_the_next_visit(browser: Browser) -> None:
    first, second = both(browser)
    old = first.anonymous_id
    first.identity.reset()
    first.identity.before_leave()
    assert first.cookie("ajs_anonymous_id") not in {None, old}
    for host in (B, A, B):
        tab = browser.tab(host)
        assert tab.user.who() == (first.cookie("ajs_anonymous_id"), None)
        assert (tab.user.traits(), tab.group.id(), tab.group.traits()) == ({}, None, {})
        assert tab.changes == []
    assert second.user.id() is None


def test_the_id_that_a_server_sets_wins(browser: Browser) -> None:
    both(browser)
    browser.set_cookie("ajs_anonymous_id", "server-made")
    for host in (A, B):
        assert browser.tab(host).user.who() == ("server-made", "u1")


def test_a_server_that_sets_it_for_one_host_wins_everywhere(browser: Browser) -> None:
    both(browser)
    browser.jar.store("ajs_anonymous_id=server-made; path=/", A, "/", https=True)
    for host in (A, B):
        assert browser.tab(host).user.who() == ("server-made", "u1")


@pytest.mark.parametrize("text", ["1e5", "1.0", "true", "[1]", '"q"', "null", "12345678901234567890"])
def test_an_id_that_reads_as_json_stays_what_it_is(browser: Browser, text: str) -> None:
    tab = browser.tab(A)
    tab.user.anonymous_id(text)
    tab.user.identify(text, {"plan": "basic"})
    for _ in range(2):
        tab = browser.tab(A)
        assert tab.user.who() == (text, text)
        assert tab.user.traits() == {"plan": "basic"}
        assert tab.cookie("ajs_anonymous_id") == text


def test_a_sibling_knows_an_id_with_more_digits_than_a_number_has(browser: Browser) -> None:
    browser.tab(A).user.identify("12345678901234567890")
    assert browser.tab(B).user.id() == "12345678901234567890"


def test_the_option_conflict_turns_it_off(browser: Browser) -> None:
    tab = browser.tab(A, conflict="localStorage")
    first = tab.anonymous_id
    browser.set_cookie("ajs_anonymous_id", "server-made")
    assert browser.tab(A, conflict="localStorage").anonymous_id == first
    assert "cioanalytics:seen" not in browser.items(A)


@pytest.mark.parametrize("back", ["call", "time", "leave"])
@pytest.mark.parametrize("seen", ["all", "user alone"])
@pytest.mark.parametrize("out", ["reset", "logout"])
def test_an_open_page_of_a_sibling_brings_back_nobody_who_left_a_moment_ago(
    browser: Browser, out: str, seen: str, back: str
) -> None:
    here, there = browser.tab(A), browser.tab(B)
    here.user.identify("jane")
    here.group.identify("acme")
    former = here.anonymous_id
    for page in (here, there):
        page.user.who()
    if out == "reset":
        here.identity.reset()
    else:
        here.user.logout()
    # The sibling has seen nothing of it: no cookie stands, as if it had expired.
    assert there.user.id() == "jane"
    if seen == "all":
        assert there.user.who() == (former, "jane")
    if back == "call":
        _, user = here.user.who()
        assert user is None
    elif back == "time":
        browser.clock.advance(1_000)
    else:
        here.identity.before_leave()
    for host in (A, B):
        page = browser.tab(host)
        assert page.user.id() is None
        assert page.anonymous_id != former
        assert page.group.id() == (None if out == "reset" else "acme")
    assert browser.tab(A).anonymous_id == browser.tab(B).anonymous_id


def test_a_sibling_that_was_in_the_middle_of_its_call_brings_nobody_back_either(browser: Browser) -> None:
    here, there = browser.tab(A), browser.tab(B)
    here.user.identify("jane")
    former, _ = there.user.who()
    here.identity.reset()
    browser.clock.advance(300)
    fresh = here.cookie("ajs_anonymous_id")
    assert fresh not in {None, former}
    # It saw no cookie, and writes them when the new one stands.
    browser.set_cookie("ajs_anonymous_id", str(former), B)
    browser.set_cookie("ajs_user_id", "jane", B)
    browser.clock.advance(1_000)
    for host in (A, B):
        assert browser.tab(host).user.who() == (fresh, None)


@pytest.mark.parametrize("host", [A, B])
@pytest.mark.parametrize("after", [0, 300])
def test_who_logs_in_again_at_once_stays(browser: Browser, host: str, after: int) -> None:
    tabs = {A: browser.tab(A), B: browser.tab(B)}
    tabs[A].user.identify("jane")
    tabs[B].user.who()
    tabs[A].identity.reset()
    if host == B:
        tabs[A].user.who()
    browser.clock.advance(after)
    tabs[host].user.identify("jane")
    tabs[host].user.who()
    browser.clock.advance(2_000)
    assert (browser.tab(A).user.id(), browser.tab(B).user.id()) == ("jane", "jane")


def test_an_expired_cookie_of_a_sibling_does_not_hide_the_person(browser: Browser) -> None:
    browser.tab(A).user.identify("u1")
    browser.clock.advance_days(366)
    new = browser.tab(B).anonymous_id
    tab = browser.tab(A)
    assert tab.user.id() == "u1"
    assert tab.anonymous_id != new


def test_a_login_is_seen_where_the_anonymous_id_stayed(browser: Browser) -> None:
    first, second = browser.tab(A), browser.tab(B)
    first.user.identify("u1")
    assert second.user.id() == "u1"


# Other tabs (D11).


def test_tabs_follow_each_other(browser: Browser) -> None:
    one, two = browser.tab(), browser.tab()
    one.user.identify("u1", {"a": 1})
    assert (two.user.who(), two.user.traits()) == (one.user.who(), {"a": 1})
    two.identity.refresh("ajs_user_id")
    browser.clock.advance(20)
    assert two.changes == [{"anonymousId": one.anonymous_id, "userId": "u1", "groupId": None}]
    one.identity.reset()
    two.identity.refresh("ajs_user_id")
    two.identity.refresh("ajs_anonymous_id")
    two.identity.refresh("ajs_user_traits")
    browser.clock.advance(20)
    assert two.changes[-1] == {"anonymousId": None, "userId": None, "groupId": None}
    assert (two.user.id(), two.user.traits()) == (None, {})
    assert two.anonymous_id == one.anonymous_id
    assert one.changes == []


def test_memory_of_a_tab_brings_nothing_back_that_another_removed_where_cookies_are_blocked(browser: Browser) -> None:
    one, two = browser.tab(begin=False), browser.tab(begin=False)
    for tab in (one, two):
        tab.jar.mode = "blocked"
        tab.identity.begin()
    one.user.identify("u1", {"a": 1})
    assert two.user.id() == "u1"
    one.identity.reset()
    for key in ("ajs_user_id", "ajs_anonymous_id", "ajs_user_traits"):
        two.identity.refresh(key)
    assert (two.user.id(), two.user.traits()) == (None, {})
    assert two.anonymous_id == one.anonymous_id


def test_a_tab_that_set_the_cookie_again_in_the_moment_of_a_reset_takes_it_back(browser: Browser) -> None:
    one, two = browser.tab(), browser.tab()
    one.user.identify("u1")
    two.user.who()
    before = dict(browser.items())
    one.identity.reset()
    after = dict(browser.items())
    # The other process still sees the old storage for a moment.
    browser.items().update(before)
    assert two.user.id() == "u1"
    browser.items().clear()
    browser.items().update(after)
    two.identity.refresh("ajs_user_id")
    assert two.user.id() is None
    assert one.user.id() is None


def test_foreign_keys_and_cleared_storage(browser: Browser) -> None:
    tab = browser.tab()
    tab.user.identify("u1")
    tab.identity.refresh("something")
    browser.clear_storage()
    tab.identity.refresh(None)
    assert tab.changes == []
    assert tab.user.id() == "u1"
    browser.clear_storage()
    browser.clear_cookies()
    tab.identity.refresh(None)
    browser.clock.advance(20)
    assert tab.changes == [{"anonymousId": None, "userId": None, "groupId": None}]


def test_page_code_is_not_told_of_half_a_change(browser: Browser) -> None:
    one, two = browser.tab(), browser.tab()
    one.user.identify("u1")
    two.user.who()
    kept = browser.items()["ajs_user_id"]
    one.identity.reset()
    # What the other process removed arrives key by key.
    browser.items()["ajs_user_id"] = kept
    two.identity.refresh("ajs_anonymous_id")
    browser.clock.advance(10)
    del browser.items()["ajs_user_id"]
    two.identity.refresh("ajs_user_id")
    browser.clock.advance(10)
    assert two.changes == [{"anonymousId": None, "userId": None, "groupId": None}]


# Reset.


def test_reset_clears_user_and_group_in_every_store(browser: Browser) -> None:
    tab = browser.tab()
    tab.user.identify("u1", {"a": 1})
    tab.group.identify("g1", {"b": 1})
    old = tab.anonymous_id
    tab.identity.reset()
    assert [key for key in browser.items() if key.startswith("ajs_")] == []
    assert browser.jar.cookies() == []
    browser.clock.advance(1000)
    assert UUID4.fullmatch(tab.cookie("ajs_anonymous_id") or "")
    assert tab.cookie("ajs_anonymous_id") != old
    assert old not in json.dumps(browser.items())


def test_no_timer_is_left_when_a_call_has_made_the_new_id(browser: Browser) -> None:
    tab = browser.tab()
    tab.identity.reset()
    made = tab.anonymous_id
    # What is left is the last look for who came back.
    assert browser.clock.pending == 1
    browser.clock.advance(2_000)
    assert browser.clock.pending == 0
    tab.identity.before_leave()
    assert tab.anonymous_id == made


def test_a_lazy_page_makes_no_id_after_a_reset(browser: Browser) -> None:
    tab = browser.tab(identity="lazy")
    tab.user.who()
    tab.identity.reset()
    browser.clock.advance(1000)
    tab.identity.before_leave()
    assert (browser.items(), browser.jar.cookies()) == ({}, [])


def test_reset_can_keep_the_anonymous_id(browser: Browser) -> None:
    tab = browser.tab()
    tab.user.identify("u1", {"a": 1})
    first = tab.anonymous_id
    for _ in range(2):
        tab.identity.reset(keep_anonymous_id=True)
        assert tab.user.who() == (first, None)
    assert len(tab.console.warnings) == 1
    assert browser.tab().user.who() == (first, None)


def test_no_warning_where_no_sibling_can_be(browser: Browser) -> None:
    tab = browser.tab("localhost")
    tab.identity.reset(keep_anonymous_id=True)
    assert tab.console.warnings == []


# Explain and forget (D14).


def test_explain_tells_where_an_id_came_from(browser: Browser) -> None:
    tab = browser.tab()
    made = tab.anonymous_id
    created = entry(tab, "anonymousId")
    assert created == {
        "value": made,
        "source": "localStorage",
        "stores": {"localStorage": made, "cookie": made, "memory": made},
        "changed": {"when": "2026-11-24T13:00:00.000Z", "why": "created"},
    }
    tab.user.identify("u1", {"a": 1})
    assert entry(tab, "userTraits")["stores"] == {"localStorage": {"a": 1}, "cookie": None, "memory": {"a": 1}}
    assert entry(tab, "groupId") == {
        "value": None,
        "source": None,
        "stores": {"localStorage": None, "cookie": None, "memory": None},
        "changed": None,
    }
    assert tab.user.explain() == tab.group.explain() == tab.identity.explain()
    assert tab.identity.explain()["cookieDomain"] == "example.test"
    later = browser.tab()
    assert entry(later, "userId")["changed"] is None
    browser.clear_storage()
    assert entry(browser.tab(), "userId")["source"] == "cookie"


def test_explain_changes_nothing(browser: Browser) -> None:
    tab = browser.tab()
    tab.user.identify("u1")
    browser.clear_cookies()
    tab.jar.lines.clear()
    tab.storage.calls.clear()
    assert entry(tab, "userId")["stores"] == {"localStorage": "u1", "cookie": None, "memory": "u1"}
    assert tab.jar.lines == []
    assert {kind for kind, _ in tab.storage.calls} == {"get"}


def test_forget_removes_and_lists_everything(browser: Browser) -> None:
    tab = browser.tab()
    tab.user.identify("u1", {"a": 1})
    tab.group.identify("g1", {"b": 1})
    browser.set_cookie("_sio", "x----y")
    browser.set_cookie("s%3Acontext.referrer", "{}")
    browser.jar.store("ajs_user_id=host; path=/", HOST, "/", https=True)
    browser.items().update({"cioanalytics:outbox:KEY:1": "{}", "page": "own"})
    tab.identity.reset()
    tab.user.identify("u2")
    tab.user.who()
    removed = tab.identity.forget()
    assert set(removed) == {
        "cookie ajs_anonymous_id",
        "cookie ajs_user_id",
        "cookie s:context.referrer",
        "localStorage ajs_anonymous_id",
        "localStorage ajs_user_id",
        "localStorage ajs_user_traits",
        "localStorage cioanalytics:seen",
        "localStorage cioanalytics:outbox:KEY:1",
    }
    browser.clock.advance(10_000)
    tab.identity.before_leave()
    tab.identity.refresh(None)
    assert (browser.items(), browser.jar.cookies()) == ({"page": "own"}, [])
    assert (tab.user.id(), tab.user.traits()) == (None, {})
    assert UUID4.fullmatch(tab.anonymous_id)


def test_forget_takes_the_cookie_of_this_host_alone_too(browser: Browser) -> None:
    tab = browser.tab()
    tab.user.id("u1")
    browser.jar.store("ajs_user_id=u1; path=/", HOST, "/", https=True)
    tab.identity.forget()
    assert browser.jar.cookies() == []


def test_forget_without_persistence(browser: Browser) -> None:
    tab = browser.tab(disableClientPersistence=True)
    tab.user.id("u1")
    assert tab.identity.forget() == ["memory anonymousId", "memory userId"]
    assert tab.user.id() is None


@pytest.mark.parametrize(
    "note",
    ["{", "[]", "{}", '{"anonymousId":1,"at":2}', '{"anonymousId":"x","at":true}', '{"anonymousId":"x","at":9e15}'],
)
def test_a_broken_note_is_none(browser: Browser, note: str) -> None:
    first = browser.tab().anonymous_id
    browser.items()["cioanalytics:seen"] = note
    browser.set_cookie("ajs_anonymous_id", "other")
    assert browser.tab().anonymous_id == first


@pytest.mark.parametrize(
    "hostile", [{"__proto__": {"x": 1}, "constructor": 1}, {"toString": "x"}, ["a"] * 1000, {"k" * 10_000: "v"}]
)
def test_hostile_traits_are_only_data(browser: Browser, hostile: Json) -> None:
    tab = browser.tab()
    tab.user.identify("u1", hostile)
    expected = hostile if isinstance(hostile, dict) else {}
    assert tab.user.traits() == expected
    assert browser.tab().user.traits() == expected


def test_who_comes_again_within_a_moment_stays_where_the_storage_is_lost() -> None:
    browser = Browser()
    tab = browser.tab()
    for person in ("jane", "joe", "jane"):
        tab.user.id(person)
    browser.clear_storage()
    browser.clock.advance(2)
    tab.identity.before_leave()
    assert tab.user.id() == "jane"
    assert browser.tab().user.id() == "jane"


def test_what_a_call_finds_gone_is_told_though_no_event_of_the_browser_comes() -> None:
    browser = Browser()
    one = browser.tab()
    one.user.identify("jane", {})
    two = browser.tab()
    one.identity.reset()
    assert two.user.id() is None
    assert [change["userId"] for change in two.changes] == [None]
    two.identity.refresh("ajs_user_id")
    two.identity.refresh(None)
    browser.clock.advance(20)
    assert len(two.changes) == 1
