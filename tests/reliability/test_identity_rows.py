"""The rows of behaviour.md on identity that no other file here shows, and what ours adds."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.browser.visits import LOADED, UUID4
from tests.reliability.case import Case
from tests.reliability.spies import SPY

HOST: Final = "example.test"
JANE: Final = "await cioanalytics.identify('jane', {plan: 'basic'}); await cioanalytics.group('acme', {seats: 3});"


def legacy(case: Case, name: str, value: str) -> None:
    case.visitor.set_cookie(name, value, HOST)


# D13: legacy cookies


@pytest.mark.differs("D13")
def test_old_key_names_a_legacy_cookie(case: Case) -> None:
    legacy(case, "old_user", "jane")
    case.visit(options={"user": {"cookie": {"key": "ajs_user_id", "oldKey": "old_user"}}})
    assert case.ids()["userId"] == "jane"
    assert case.in_cookie("ajs_user_id") == "jane"
    assert case.track("Known")["userId"] == "jane"


def test_a_legacy_id_is_read_where_nothing_newer_is_stored(case: Case) -> None:
    legacy(case, "ajs_user", "jane")
    legacy(case, "_sio", "old-anonymous----jane")
    case.visit()
    assert (case.ids()["userId"], case.ids()["anonymousId"]) == ("jane", "old-anonymous")


@pytest.mark.differs("D13")
def test_a_legacy_object_gives_id_and_traits_and_never_stands_over_a_newer_person(case: Case) -> None:
    legacy(case, "ajs_user", "%7B%22id%22%3A%22jane%22%2C%22traits%22%3A%7B%22plan%22%3A%22basic%22%7D%7D")
    case.visit()
    assert (case.ids()["userId"], case.user_traits()) == ("jane", {"plan": "basic"})
    case.do("await cioanalytics.identify('joe', {city: 'Paris'});")
    case.visit()
    assert (case.ids()["userId"], case.user_traits()) == ("joe", {"city": "Paris"})


@pytest.mark.differs("D13")
def test_a_legacy_cookie_is_no_group(case: Case) -> None:
    legacy(case, "ajs_user", "%7B%22id%22%3A%22jane%22%2C%22traits%22%3A%7B%22plan%22%3A%22basic%22%7D%7D")
    case.visit()
    assert (case.ids()["groupId"], case.group_traits()) == (None, {})


@pytest.mark.differs("D13")
def test_reset_removes_legacy_cookies_so_that_nobody_comes_back(case: Case) -> None:
    legacy(case, "ajs_user", "jane")
    legacy(case, "_sio", "old-anonymous----jane")
    case.visit()
    case.do("cioanalytics.user().id(); cioanalytics.reset();")
    case.visit()
    assert case.ids()["userId"] is None
    assert case.ids()["anonymousId"] != "old-anonymous"
    assert {"ajs_user", "_sio"} & {found.name for found in case.visitor.cookies()} == set()


# D14, and reset with keepAnonymousId


@pytest.mark.ours
def test_explain_tells_where_each_entry_came_from(case: Case) -> None:
    case.visit()
    case.do(JANE)
    anonymous_id = case.ids()["anonymousId"]
    told = case.visitor.evaluate("cioanalytics.user().explain()")
    assert told["cookieDomain"] == HOST
    expected: dict[str, tuple[Any, str | None]] = {
        "anonymousId": (anonymous_id, anonymous_id),
        "userId": ("jane", "jane"),
        "groupId": ("acme", "acme"),
        "userTraits": ({"plan": "basic"}, None),
        "groupTraits": ({"seats": 3}, None),
    }
    assert told.keys() == expected.keys() | {"cookieDomain"}
    for name, (value, in_cookie) in expected.items():
        assert told[name]["value"] == value
        assert told[name]["source"] == "localStorage"
        assert told[name]["stores"] == {"localStorage": value, "cookie": in_cookie, "memory": value}
        assert told[name]["changed"]["when"].endswith("Z")
    assert told["anonymousId"]["changed"]["why"] == "created"
    assert told["userId"]["changed"]["why"] == "identify"
    case.lose(cookies=True)
    case.visit()
    told = case.visitor.evaluate("cioanalytics.user().explain()")
    assert told["userId"]["changed"]["why"] == "restored from localStorage"
    case.lose(storage=True)
    case.visit()
    told = case.visitor.evaluate("cioanalytics.user().explain()")
    assert told["userId"]["changed"]["why"] == "restored from cookie"


@pytest.mark.ours
def test_forget_removes_and_lists_all_and_makes_nothing_again_before_the_next_call(case: Case) -> None:
    legacy(case, "_sio", "old-anonymous----jane")
    case.visit(path="/?btid=ad-1")
    case.do(f"{JANE} localStorage.setItem('page-own', '1'); document.cookie = 'page_own=1';")
    case.site.faults["/v1/t"] = 503
    case.do("await cioanalytics.track('Waiting');")
    removed = case.do("return await cioanalytics.forget();")
    keys = ["ajs_anonymous_id", "ajs_user_id", "ajs_group_id"]
    assert {f"cookie {key}" for key in [*keys, "_sio", "s:context.referrer"]} <= set(removed)
    stored = [*keys, "ajs_user_traits", "ajs_group_properties", "cioanalytics:seen"]
    assert {f"localStorage {key}" for key in stored} <= set(removed)
    assert any("cioanalytics:outbox" in entry for entry in removed)
    # The page is left: no timer and no farewell makes anything again.
    case.leave()
    assert {found.name for found in case.visitor.cookies()} == {"page_own"}
    assert case.visitor.local_storage() == {"page-own": "1"}
    case.visit()
    assert case.ids()["userId"] is None


@pytest.mark.ours
def test_after_forget_the_next_call_makes_a_new_visitor(case: Case) -> None:
    case.visit()
    case.do(JANE)
    before = case.ids()["anonymousId"]
    case.do("await cioanalytics.forget();")
    sent = case.track("After")
    assert (sent["userId"], case.who()["userTraits"]) == (None, {})
    assert UUID4.fullmatch(sent["anonymousId"])
    assert sent["anonymousId"] != before


@pytest.mark.ours
def test_reset_can_keep_the_anonymous_id_and_says_once_how_far_that_holds(case: Case) -> None:
    case.visit()
    case.do(JANE)
    before = case.ids()["anonymousId"]
    for _ in range(2):
        case.do("cioanalytics.reset({keepAnonymousId: true});")
    assert case.who() == {
        "anonymousId": before,
        "userId": None,
        "groupId": None,
        "userTraits": {},
        "groupTraits": {},
    }
    assert case.track("After")["anonymousId"] == before
    assert sum("keepAnonymousId" in text for text in case.warnings()) == 1
    case.visit()
    assert (case.ids()["anonymousId"], case.ids()["userId"]) == (before, None)


# D16, D17


@pytest.mark.differs("D16")
def test_message_ids_and_anonymous_ids_of_one_page_are_unrelated(case: Case) -> None:
    case.visit()
    ids = case.do("""
        const ids = [];
        for (let turn = 0; turn < 3; turn++) {
            ids.push(cioanalytics.user().anonymousId(), (await cioanalytics.track('Turn')).event.messageId.slice(-32));
            cioanalytics.reset();
        }
        return ids;
    """)
    pieces = [{text.replace("-", "")[start : start + 8] for start in range(24)} for text in ids]
    for one, earlier in enumerate(pieces):
        for later in pieces[one + 1 :]:
            assert not earlier & later


def test_an_event_keeps_the_identity_of_its_call(case: Case) -> None:
    case.visit()
    before = case.ids()["anonymousId"]
    case.do("""
        const calls = [cioanalytics.track('First')];
        calls.push(cioanalytics.identify('jane'), cioanalytics.track('Second'), cioanalytics.identify('joe'));
        calls.push(cioanalytics.track('Third'));
        cioanalytics.reset();
        calls.push(cioanalytics.track('Fourth'));
        await Promise.all(calls);
    """)
    first, second, third, fourth = case.all_arrived(["First", "Second", "Third", "Fourth"])
    assert [event["userId"] for event in (first, second, third, fourth)] == [None, "jane", "joe", None]
    assert first["anonymousId"] == second["anonymousId"] == before
    assert len({event["anonymousId"] for event in (first, third, fourth)}) == 3


@pytest.mark.differs("D17")
def test_an_event_that_a_slow_middleware_holds_keeps_its_identity(case: Case) -> None:
    case.visit()
    case.do("""
        const opened = new Promise((open) => (window.openTheDoor = open));
        await cioanalytics.addSourceMiddleware(async ({payload, next}) => { await opened; next(payload); });
        const held = cioanalytics.track('Held');
        cioanalytics.user().identify('jane');
        openTheDoor();
        await held;
    """)
    assert case.arrived("Held")["userId"] is None


# D18: the group


@pytest.mark.differs("D18")
@pytest.mark.parametrize(
    "call",
    [
        "await cioanalytics.group('other')",
        "cioanalytics.group().id('other')",
        "cioanalytics.group().reset()",
        "cioanalytics.group().logout()",
        "cioanalytics.group().anonymousId('mine')",
    ],
)
@pytest.mark.short("await cioanalytics.group('other')")
def test_a_group_call_never_changes_the_person(case: Case, call: str) -> None:
    case.visit()
    case.do(JANE)
    before = case.in_cookies()["ajs_anonymous_id"]
    # The group's may be the first access to identity on a page.
    case.visit()
    case.do(f"{call};")
    assert case.in_cookies()["ajs_anonymous_id"] == before
    assert (case.ids()["anonymousId"], case.ids()["userId"]) == (before, "jane")
    assert case.user_traits() == {"plan": "basic"}
    assert case.visitor.evaluate("cioanalytics.group().anonymousId() === undefined")


@pytest.mark.differs("D18")
def test_a_group_option_keeps_the_groups_own_keys(case: Case) -> None:
    case.visit(options={"group": {}, "user": {}})
    case.do(JANE)
    assert case.who() == {
        "anonymousId": case.ids()["anonymousId"],
        "userId": "jane",
        "groupId": "acme",
        "userTraits": {"plan": "basic"},
        "groupTraits": {"seats": 3},
    }
    assert case.in_storage("ajs_group_properties") == {"seats": 3}


# D19: what is the page's stays the page's


@pytest.mark.differs("D19")
def test_the_pages_own_keys_names_and_objects_stay(case: Case) -> None:
    case.visit(
        before="""
            localStorage.setItem('test', 'mine');
            window.analyticsWriteKey = 'mine';
            window.analytics = {mine: true};
            window.given = {cookie: {maxage: 30}, user: {cookie: {}}, integrations: {All: true}};
            window.asGiven = JSON.stringify(given);
            window.namesBefore = Object.getOwnPropertyNames(window);
        """,
        options="window.given",
    )
    case.do("""
        window.options = {context: {ip: '0.0.0.0'}, traits: {plan: 'pro'}, integrations: {All: true}};
        window.traits = {plan: 'basic', address: {city: 'Paris'}};
        const before = JSON.stringify([options, traits]);
        await cioanalytics.identify('jane', traits, options);
        await cioanalytics.track('One', traits, options);
        await cioanalytics.page('Home', traits, options);
        await cioanalytics.group('acme', traits, options);
        cioanalytics.user().traits().plan = 'changed';
        window.same = before === JSON.stringify([options, traits]) && asGiven === JSON.stringify(given);
    """)
    assert case.visitor.evaluate("window.same")
    assert case.user_traits()["plan"] == "basic"
    assert case.visitor.local_storage()["test"] == "mine"
    assert case.visitor.evaluate("[analyticsWriteKey, analytics]") == ["mine", {"mine": True}]
    names = "Object.getOwnPropertyNames(window).filter((name) => !namesBefore.includes(name))"
    own = {"namesBefore", "options", "traits", "same"}
    assert set(case.visitor.evaluate(names)) - own <= {"cioanalytics"}


@pytest.mark.differs("D19")
def test_options_that_cannot_be_changed_are_no_trouble(case: Case) -> None:
    case.visit()
    case.do("""
        'use strict';
        const freeze = (value) => {
            for (const each of Object.values(value)) if (each instanceof Object) freeze(each);
            return Object.freeze(value);
        };
        const context = {ip: '0.0.0.0'}, traits = {plan: 'pro'};
        const options = freeze({context, traits, integrations: {All: true}, anonymousId: 'mine'});
        await cioanalytics.track('Frozen', freeze({n: 1}), options);
    """)
    sent = case.arrived("Frozen")
    assert (sent["anonymousId"], sent["context"]["traits"], sent["context"]["ip"]) == (
        "mine",
        {"plan": "pro"},
        "0.0.0.0",
    )
    case.assert_calm()


# D24, D26


@pytest.mark.differs("D24")
def test_who_clears_both_stores_in_an_open_page_is_somebody_new_at_the_next_event(case: Case) -> None:
    case.visit()
    case.do(JANE)
    before = case.ids()["anonymousId"]
    case.visitor.expire_cookies()
    case.visitor.clear_storage()
    sent = case.track("After")
    assert sent["userId"] is None
    assert sent["anonymousId"] != before
    now = case.who()
    assert now == {
        "anonymousId": sent["anonymousId"],
        "userId": None,
        "groupId": None,
        "userTraits": {},
        "groupTraits": {},
    }


@pytest.mark.differs("D26")
def test_reading_writes_nothing_and_the_cookie_is_renewed_once_a_page(case: Case) -> None:
    case.visit()
    case.do(JANE)
    case.visit(head=SPY)
    written = "touched.filter((each) => /^(set cookie ajs_|setItem ajs_)/.test(each)).map((each) => each.split('=')[0])"
    assert sorted(case.visitor.evaluate(written)) == [
        "set cookie ajs_anonymous_id",
        "set cookie ajs_group_id",
        "set cookie ajs_user_id",
    ]
    case.visitor.evaluate("touched.length = 0")
    for _ in range(5):
        case.who()
    assert case.visitor.evaluate("touched.filter((each) => /^(set|remove)/.test(each))") == []


# Consent: a lazy identity, no persistence, prerendering


def assert_nothing_of_anybody(case: Case) -> None:
    """See that nothing is stored but the settings, which are the site's."""
    assert case.visitor.cookies() == []
    assert [key for key in case.visitor.local_storage() if not key.startswith("cioanalytics:settings:")] == []


@pytest.mark.ours
def test_a_lazy_page_has_no_identity_before_a_call_needs_one(case: Case) -> None:
    case.visit(options={"identity": "lazy"})
    case.do("cioanalytics.user().id(); cioanalytics.user().traits(); cioanalytics.group().id();")
    case.do("cioanalytics.on('track', () => {}); await cioanalytics.ready(); cioanalytics.user().explain();")
    assert_nothing_of_anybody(case)
    sent = case.track("Consented")
    assert UUID4.fullmatch(sent["anonymousId"])
    assert case.in_cookie("ajs_anonymous_id") == case.in_storage("ajs_anonymous_id") == sent["anonymousId"]
    case.visit(options={"identity": "lazy"})
    assert case.ids()["anonymousId"] == sent["anonymousId"]


@pytest.mark.ours
@pytest.mark.long
def test_a_lazy_page_that_is_left_leaves_nothing(case: Case) -> None:
    case.visit(options={"identity": "lazy"})
    case.leave()
    assert_nothing_of_anybody(case)


@pytest.mark.differs("D19")
@pytest.mark.parametrize("host", ["localhost", "a.example.test"], ids=["secure", "insecure"])
@pytest.mark.short("insecure")
def test_without_client_persistence_no_store_is_touched_at_all(case: Case, host: str) -> None:
    # A secure origin has locks and a cookie store beside the rest; localhost is one.
    calls = "cioanalytics.track('Queued'); cioanalytics.identify('jane', {plan: 'basic'});"
    case.visit(calls, path="/?btid=ad-1", host=host, head=SPY, options={"disableClientPersistence": True})
    case.do(f"""
        {JANE}
        await cioanalytics.track('Later');
        cioanalytics.user().anonymousId();
        cioanalytics.user().explain?.();
        cioanalytics.reset();
        await cioanalytics.page('Home');
        await cioanalytics.forget?.();
        await cioanalytics.track('Afterwards');
        dispatchEvent(new PageTransitionEvent('pagehide'));
        dispatchEvent(new StorageEvent('storage', {{key: 'ajs_user_id'}}));
    """)
    assert case.visitor.evaluate("touched") == []
    case.all_arrived(["Queued", "Later", "Home", "Afterwards"])
    case.assert_calm()
    case.leave(host)
    assert case.visitor.cookies() == []
    assert case.visitor.local_storage() == {}


# The page is being prerendered until `show()`. `waiting`: the client listens to the page, and looks at its state in the
# same task.
PRERENDERING: Final = """<script>
    Object.defineProperty(Document.prototype, 'prerendering', {configurable: true, get: () => !window.shown});
    window.show = () => { window.shown = true; document.dispatchEvent(new Event('prerenderingchange')); };
    const listen = window.addEventListener;
    window.addEventListener = function (type, ...rest) {
        if (type === 'storage') setTimeout(() => (window.waiting = true));
        return listen.call(this, type, ...rest);
    };
</script>"""


@pytest.mark.ours
def test_a_page_that_is_being_prerendered_is_nobodys_visit_until_it_is_shown(case: Case) -> None:
    case.visit("cioanalytics.track('Queued'); cioanalytics.page();", head=PRERENDERING + SPY, wait=False)
    case.visitor.wait_for("window.waiting", timeout=case.patience)
    assert case.visitor.evaluate("touched.filter((each) => /^(set|remove)/.test(each))") == []
    assert case.visitor.cookies() == []
    assert case.visitor.local_storage() == {}
    assert not any("settings" in path for path in case.site.fetched)
    case.visitor.evaluate("show()")
    case.visitor.wait_for(LOADED, timeout=case.patience)
    queued, seen = case.all_arrived(["Queued", "page"])
    assert queued["anonymousId"] == seen["anonymousId"] == case.in_cookie("ajs_anonymous_id")
    case.assert_calm()
