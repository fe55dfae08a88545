"""The stores: their order, what is written when, and what happens when one of them fails."""

from __future__ import annotations

import pytest
from tests.core.fakes import DAY, NOON
from tests.core.identity_rig import UUID4, Browser, Tab

from cioanalytics.core.ports import Json, PageFacts


@pytest.fixture
def browser() -> Browser:
    return Browser()


def known(browser: Browser, cookie: Json = None) -> Tab:
    tab = browser.tab(cookie=cookie)
    tab.user.identify("u1", {"a": 1})
    tab.group.identify("g1", {"b": 2})
    return tab


def test_an_expired_cookie_comes_back_from_local_storage_at_the_next_visit(browser: Browser) -> None:
    first = known(browser).anonymous_id
    browser.clock.advance_days(366)
    assert browser.jar.cookies() == []
    tab = browser.tab()
    assert {c.name: c.value for c in browser.jar.cookies()} == {
        "ajs_anonymous_id": first,
        "ajs_user_id": "u1",
        "ajs_group_id": "g1",
    }
    assert tab.user.traits() == {"a": 1}
    explained = tab.identity.explain()["userId"]
    assert isinstance(explained, dict)
    assert explained["source"] == "localStorage"


def test_a_visit_gives_the_cookies_another_year(browser: Browser) -> None:
    known(browser)
    browser.clock.advance_days(364)
    browser.tab()
    browser.clock.advance_days(364)
    assert len(browser.jar.cookies()) == 3


def test_cleared_storage_is_filled_from_the_cookies(browser: Browser) -> None:
    first = known(browser).anonymous_id
    browser.clear_storage()
    tab = browser.tab()
    assert (tab.anonymous_id, tab.user.id(), tab.group.id(), tab.user.traits()) == (first, "u1", "g1", {})
    assert tab.stored("ajs_user_id") == "u1"


def test_both_cleared_is_a_new_visitor(browser: Browser) -> None:
    first = known(browser).anonymous_id
    browser.clear_storage()
    browser.clear_cookies()
    tab = browser.tab()
    assert tab.anonymous_id != first
    assert (tab.user.id(), tab.group.id(), tab.user.traits(), tab.group.traits()) == (None, None, {}, {})


def test_in_an_open_page_too(browser: Browser) -> None:
    tab = known(browser)
    first = tab.anonymous_id
    browser.clear_storage()
    browser.clear_cookies()
    assert tab.user.traits() == {}
    assert tab.user.id() is None
    assert tab.group.id() is None
    assert tab.anonymous_id != first
    assert tab.group.traits() == {}


def test_in_an_open_page_one_store_fills_the_other(browser: Browser) -> None:
    tab = known(browser)
    first = tab.anonymous_id
    browser.clear_cookies()
    assert (tab.user.id(), tab.cookie("ajs_user_id")) == ("u1", "u1")
    assert tab.anonymous_id == first
    browser.clear_storage()
    assert (tab.user.traits(), tab.user.id(), tab.anonymous_id) == ({"a": 1}, "u1", first)
    assert tab.stored("ajs_user_id") == "u1"


def test_a_cookie_that_other_code_sets_is_seen_by_the_next_call(browser: Browser) -> None:
    tab = browser.tab()
    tab.jar.write("ajs_user_id=from-elsewhere; domain=example.test; path=/")
    assert tab.user.id() == "from-elsewhere"
    assert tab.stored("ajs_user_id") == "from-elsewhere"


def test_reads_write_nothing_and_ask_little(browser: Browser) -> None:
    tab = known(browser)
    tab.jar.lines.clear()
    tab.jar.reads = 0
    tab.storage.calls.clear()
    for _ in range(3):
        tab.user.anonymous_id()
    assert tab.jar.reads == 3
    assert tab.storage.calls == [("get", "ajs_anonymous_id")] * 3
    tab.user.who()
    tab.user.id()
    tab.group.id()
    tab.user.traits()
    assert tab.jar.lines == []
    assert {kind for kind, _ in tab.storage.calls} == {"get"}


def test_values_of_older_clients(browser: Browser) -> None:
    browser.set_cookie("ajs_anonymous_id", "%2239ee7ea5-b6d8-4174-b612-04e1ef3fa952")
    browser.set_cookie("ajs_user_id", "%22u%201%22")
    browser.set_cookie("ajs_group_id", "%d0%96%")
    tab = browser.tab()
    assert tab.user.who() == ("39ee7ea5-b6d8-4174-b612-04e1ef3fa952", "u 1")
    assert tab.group.id() == "Ж%"
    values = {c.name: c.value for c in browser.jar.cookies()}
    assert values == {
        "ajs_anonymous_id": "39ee7ea5-b6d8-4174-b612-04e1ef3fa952",
        "ajs_user_id": "u%201",
        "ajs_group_id": "%D0%96%25",
    }


@pytest.mark.parametrize("raw", ["%E4", "", "null", "0", "false", "%22%22"])
@pytest.mark.parametrize("text", ["null", "0", "false", '""', None])
def test_broken_values_are_absent_and_are_replaced(browser: Browser, raw: str, text: str | None) -> None:
    for key in ("ajs_anonymous_id", "ajs_user_id"):
        browser.set_cookie(key, raw)
        if text is not None:
            browser.items()[key] = text
    tab = browser.tab()
    assert UUID4.fullmatch(tab.anonymous_id)
    assert tab.cookie("ajs_anonymous_id") == tab.stored("ajs_anonymous_id") == tab.anonymous_id
    assert tab.user.id() is None
    tab.user.id("u1")
    assert tab.cookie("ajs_user_id") == tab.stored("ajs_user_id") == "u1"


@pytest.mark.parametrize("text", ["{", "raw text", "[1", "NaN", "[" * 100_000])
def test_storage_that_is_no_json_is_a_raw_id_and_no_traits(browser: Browser, text: str) -> None:
    browser.items().update({"ajs_user_id": text, "ajs_user_traits": text})
    tab = browser.tab()
    assert tab.user.id() == text
    assert tab.user.traits() == {}
    tab.user.identify(text, {"a": 1})
    assert tab.user.traits() == {"a": 1}


@pytest.mark.parametrize("mode", ["throws", "null", "full", "forgets"])
def test_storage_that_fails_from_the_start(browser: Browser, mode: str) -> None:
    tab = browser.tab(begin=False)
    tab.storage.mode = mode
    tab.identity.begin()
    tab.user.identify("u1", {"a": 1})
    tab.user.identify("u1", {"b": 2})
    tab.group.id("g1")
    first = tab.anonymous_id
    assert (tab.user.id(), tab.user.traits(), tab.group.id(), tab.anonymous_id) == ("u1", {"a": 1, "b": 2}, "g1", first)
    assert (tab.cookie("ajs_user_id"), tab.cookie("ajs_anonymous_id")) == ("u1", first)
    assert len(tab.console.warnings) == 1
    assert browser.tab().user.who() == (first, "u1")


@pytest.mark.parametrize("mode", ["throws", "null", "full", "forgets"])
def test_storage_that_fails_later(browser: Browser, mode: str) -> None:
    tab = known(browser)
    first = tab.anonymous_id
    tab.storage.mode = mode
    assert (tab.user.who(), tab.user.traits()) == ((first, "u1"), {"a": 1})
    tab.user.identify("u2", {"c": 3})
    second = tab.anonymous_id
    assert second != first
    assert (tab.user.who(), tab.user.traits()) == ((second, "u2"), {"c": 3})
    tab.identity.reset()
    assert (tab.user.id(), tab.user.traits()) == (None, {})
    assert tab.anonymous_id not in {first, second}
    assert len(tab.console.warnings) <= 1


def test_full_storage_leaves_no_older_value_behind(browser: Browser) -> None:
    tab = known(browser)
    tab.storage.mode = "full"
    tab.user.identify("u2", {"c": 3})
    second = tab.anonymous_id
    later = browser.tab()
    assert (later.user.who(), later.user.traits()) == ((second, "u2"), {})


def test_storage_filled_to_the_last_byte_makes_room_for_an_id_of_the_same_size(browser: Browser) -> None:
    tab = known(browser)
    tab.storage.quota = sum(len(key) + len(value) for key, value in tab.storage.items.items())
    tab.user.id("u2")
    assert tab.stored("ajs_user_id") == "u2"


@pytest.mark.parametrize("mode", ["throws", "blocked"])
def test_cookies_that_fail(browser: Browser, mode: str) -> None:
    tab = browser.tab(begin=False)
    tab.jar.mode = mode
    tab.identity.begin()
    first = tab.anonymous_id
    tab.user.identify("u1", {"a": 1})
    assert (tab.user.who(), tab.user.traits()) == ((first, "u1"), {"a": 1})
    assert tab.stored("ajs_user_id") == "u1"
    before = len(tab.jar.lines)
    for _ in range(5):
        assert tab.anonymous_id == first
    assert len(tab.jar.lines) == before
    assert len(tab.console.warnings) == 1
    later = browser.tab(begin=False)
    later.jar.mode = mode
    later.identity.begin()
    assert later.user.who() == (first, "u1")


@pytest.mark.parametrize("cookies", ["throws", "blocked", "drops"])
@pytest.mark.parametrize("storage", ["throws", "null", "full", "forgets"])
def test_with_both_gone_memory_carries_the_page(browser: Browser, cookies: str, storage: str) -> None:
    tab = browser.tab(begin=False)
    tab.jar.mode, tab.storage.mode = cookies, storage
    tab.identity.begin()
    first = tab.anonymous_id
    tab.user.identify("u1", {"a": 1})
    tab.group.identify("g1", {"b": 1})
    for _ in range(3):
        assert (tab.user.who(), tab.group.id(), tab.user.traits()) == ((first, "u1"), "g1", {"a": 1})
    assert len(tab.console.warnings) == 2
    tab.identity.reset()
    assert tab.user.id() is None
    assert tab.anonymous_id != first


def test_an_id_too_large_for_a_cookie_leaves_no_older_one_behind(browser: Browser) -> None:
    tab = known(browser)
    for size in (5_000, 200_000):
        tab.user.id("x" * size)
        assert tab.user.id() == "x" * size
        assert tab.cookie("ajs_user_id") is None
        assert tab.stored("ajs_user_id") == "x" * size
    assert len(tab.console.warnings) == 1
    assert browser.tab().user.id() == "x" * 200_000
    browser.tab().user.id("short")
    assert browser.tab().cookie("ajs_user_id") == "short"


def test_cookie_attributes(browser: Browser) -> None:
    tab = known(browser)
    for cookie in browser.jar.cookies():
        assert (cookie.domain, cookie.host_only, cookie.path) == ("example.test", False, "/")
        assert (cookie.same_site, cookie.secure, cookie.expires) == ("Lax", False, NOON + 365 * DAY)
    assert {line.split("; ", 1)[1] for line in tab.jar.lines if line.startswith("ajs_user")} == {
        "path=/; sameSite=Lax; expires=Wed, 24 Nov 2027 13:00:00 GMT; domain=example.test"
    }


@pytest.mark.parametrize(("host", "domain"), [("localhost", "localhost"), ("127.0.0.1", "127.0.0.1")])
def test_hosts_without_domain(browser: Browser, host: str, domain: str) -> None:
    browser.tab(host)
    (cookie,) = browser.jar.cookies()
    assert (cookie.domain, cookie.host_only) == (domain, True)


def test_cookie_options(browser: Browser) -> None:
    browser.tab(
        cookie={"maxage": 0.5, "domain": False, "path": "/shop", "sameSite": "Strict", "secure": True},
        facts=PageFacts(path="/shop/a"),
    )
    (cookie,) = browser.jar.cookies()
    assert (cookie.domain, cookie.host_only, cookie.path) == ("www.example.test", True, "/shop")
    assert (cookie.same_site, cookie.secure, cookie.expires) == ("Strict", True, NOON + 43_200_000)


def test_a_given_domain_is_used_without_a_probe(browser: Browser) -> None:
    tab = browser.tab(cookie={"domain": "www.example.test"})
    (cookie,) = browser.jar.cookies()
    assert (cookie.domain, cookie.host_only) == ("www.example.test", False)
    assert not any("__tld__" in line for line in tab.jar.lines)


def test_a_domain_that_the_browser_refuses_is_told_once(browser: Browser) -> None:
    tab = known(browser, cookie={"domain": "other.test"})
    assert (tab.user.id(), browser.jar.cookies(), len(tab.console.warnings)) == ("u1", [], 1)


def test_the_domain_is_probed_once_a_page(browser: Browser) -> None:
    tab = known(browser)
    tab.user.id("u2")
    tab.identity.reset()
    assert len([line for line in tab.jar.lines if line.startswith("__tld__=") and "expires" not in line]) == 1
    assert browser.jar.cookies("__tld__") == []


def test_a_failed_probe_does_not_narrow_the_domain_for_good(browser: Browser) -> None:
    tab = browser.tab(begin=False)
    tab.jar.mode = "drops"
    tab.identity.begin()
    first = tab.anonymous_id
    tab.jar.mode = "works"
    tab.user.id("u1")
    assert [(c.name, c.domain, c.host_only) for c in browser.jar.cookies("ajs_user_id")] == [
        ("ajs_user_id", "example.test", False)
    ]
    assert browser.tab().anonymous_id == first
    assert {c.domain for c in browser.jar.cookies()} == {"example.test"}


def test_cookies_of_this_host_alone_are_widened_when_the_probe_succeeds(browser: Browser) -> None:
    known(browser, cookie={"domain": False})
    tab = browser.tab()
    assert tab.user.id() == "u1"
    tab.user.id("u2")
    tab.identity.reset(keep_anonymous_id=True)
    names = [cookie.name for cookie in browser.jar.cookies()]
    assert len(names) == len(set(names))
    assert browser.tab().user.id() is None


@pytest.mark.parametrize("end", ["reset", "forget"])
def test_cookies_of_another_part_of_the_site_go_too(browser: Browser, end: str) -> None:
    browser.tab(cookie={"path": "/shop"}, facts=PageFacts(path="/shop/a")).user.identify("jane")
    elsewhere = browser.tab(cookie={"path": "/shop"}, facts=PageFacts(path="/bye"))
    getattr(elsewhere.identity, end)()
    assert not browser.jar.cookies("ajs_user_id")
    assert browser.tab(cookie={"path": "/shop"}, facts=PageFacts(path="/shop/a")).user.id() is None


def test_reset_removes_a_cookie_that_a_server_set_for_host_and_path(browser: Browser) -> None:
    tab = browser.tab(facts=PageFacts(path="/shop/item"))
    browser.jar.store("ajs_user_id=server; path=/shop", "www.example.test", "/", https=True)
    assert tab.user.id() == "server"
    tab.identity.reset()
    assert tab.user.id() is None
    assert browser.jar.cookies("ajs_user_id") == []


def test_a_cookie_that_cannot_be_removed_is_not_believed_again(browser: Browser) -> None:
    tab = known(browser)
    tab.jar.mode = "drops"
    tab.identity.reset()
    assert tab.user.id() is None
    assert browser.jar.cookies("ajs_user_id") != []
    tab.jar.mode = "works"
    tab.user.id("u9")
    assert tab.cookie("ajs_user_id") == "u9"


def test_the_cookie_only_user_outlives_its_cookie_in_an_open_page(browser: Browser) -> None:
    tab = browser.tab(user={"localStorageFallbackDisabled": True}, cookie={"maxage": 2 / 86_400})
    first = tab.anonymous_id
    browser.clock.advance(3_000)
    assert tab.anonymous_id == first
    assert tab.cookie("ajs_anonymous_id") == first
    browser.clear_cookies()
    assert tab.anonymous_id != first


@pytest.mark.parametrize("value", ["0", "null", "false"])
def test_a_text_that_reads_as_nothing_holds_while_the_page_lives(browser: Browser, value: str) -> None:
    tab = browser.tab(user={"localStorageFallbackDisabled": True})
    assert tab.user.id(value) == value
    assert tab.user.id() == value


def test_the_pages_own_keys_stay(browser: Browser) -> None:
    browser.items().update({"test": "mine", "other": "x"})
    browser.jar.store("mine=1; path=/", "www.example.test", "/", https=True)
    tab = known(browser)
    tab.identity.reset()
    tab.identity.forget()
    assert browser.items() == {"test": "mine", "other": "x"}
    assert [cookie.name for cookie in browser.jar.cookies()] == ["mine"]
