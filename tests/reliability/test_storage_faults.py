"""No store, a broken one, a full one: the page goes on, no call is lost, the visitor stays who they are (D12)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser import chromium
from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import Client
from tests.browser.page_texts import blank_page, snippet_page
from tests.browser.site import Site
from tests.browser.visits import LOADED, UUID4
from tests.reliability.case import LISTEN, Case
from tests.reliability.faults import BOTH, COOKIES, EVERY, NO_STORAGE, STORAGE, Fault

QUEUED = "cioanalytics.track('Queued'); cioanalytics.identify('jane', {plan: 'basic'}); cioanalytics.track('Known');"
# All that a page may do; gives what it saw.
EVERYTHING = """
    const seen = [];
    const look = () => seen.push(cioanalytics.user().anonymousId());
    look();
    const before = [cioanalytics.user().id(), cioanalytics.user().traits()];
    const calls = [cioanalytics.track('Later')];
    look();
    calls.push(cioanalytics.page('Home'), cioanalytics.group('acme', {seats: 3}));
    await Promise.all(calls);
    look();
    const group = [cioanalytics.group().id(), cioanalytics.group().traits()];
    cioanalytics.reset();
    await cioanalytics.track('Afterwards');
    const after = [cioanalytics.user().anonymousId(), cioanalytics.user().anonymousId()];
    return {seen, before, group, after, gone: [cioanalytics.user().id() ?? null, cioanalytics.group().id() ?? null]};
"""
EVENTS = ("Queued", "identify", "Known", "Later", "Home", "group", "Afterwards")


def assert_all_is_well(case: Case) -> None:
    """Make every call and see that each arrives with one and the same visitor until they log out."""
    told = case.do(EVERYTHING)
    (visitor_id,) = set(told["seen"])
    (next_id,) = set(told["after"])
    assert UUID4.fullmatch(visitor_id)
    assert UUID4.fullmatch(next_id)
    assert next_id != visitor_id
    assert told["before"] == ["jane", {"plan": "basic"}]
    assert told["group"] == ["acme", {"seats": 3}]
    assert told["gone"] == [None, None]
    sent = case.all_arrived(EVENTS)
    assert [event["anonymousId"] for event in sent] == [visitor_id] * 6 + [next_id]
    assert [event["userId"] for event in sent] == [None, "jane", "jane", "jane", "jane", "jane", None]
    case.assert_calm()


def assert_warned_once_each(case: Case, stores: tuple[str, ...]) -> None:
    warnings = case.warnings()
    assert len(warnings) == len(stores), warnings
    for store in stores:
        assert sum(text.startswith(f"cioanalytics: {store} ") for text in warnings) == 1, warnings


@pytest.mark.engines
@pytest.mark.differs("D12")
@pytest.mark.parametrize("fault", EVERY, ids=str)
@pytest.mark.short("throws-on-access", "full-to-the-last-byte", "cookies-throw", "both-gone")
def test_broken_before_the_client_loads(case: Case, fault: Fault) -> None:
    case.visit(QUEUED, head=fault.head)
    assert_all_is_well(case)
    assert_warned_once_each(case, fault.warned)


@pytest.mark.engines
@pytest.mark.parametrize("fault", [*STORAGE, COOKIES[0], COOKIES[2], *BOTH], ids=str)
@pytest.mark.short("localStorage-null", "setItem-throws", "dropped-in-silence")
def test_broken_while_the_page_is_open(case: Case, fault: Fault) -> None:
    case.visit(QUEUED)
    case.all_arrived(["Known"])
    before = case.ids()["anonymousId"]
    case.visitor.evaluate(f"() => {{ {fault.script} }}")
    assert case.ids()["anonymousId"] == before
    assert_all_is_well(case)
    assert_warned_once_each(case, fault.warned)


@pytest.mark.engines
@pytest.mark.parametrize("fault", [each for each in EVERY if each not in BOTH], ids=str)
@pytest.mark.short("throws-on-access", "full-to-the-last-byte", "dropped-in-silence")
def test_the_store_that_works_carries_the_person_to_the_next_visit(case: Case, fault: Fault) -> None:
    case.visit(QUEUED, head=fault.head)
    case.all_arrived(["Known"])
    first = case.ids()
    case.visit(head=fault.head)
    assert case.ids() == first == {"anonymousId": first["anonymousId"], "userId": "jane", "groupId": None}
    assert case.track("Next visit")["anonymousId"] == first["anonymousId"]
    case.assert_calm()


@pytest.mark.engines
def test_a_store_that_works_again_is_used_again(case: Case) -> None:
    case.visit(QUEUED, head=STORAGE[2].head)
    case.all_arrived(["Known"])
    before = case.ids()
    case.visit()
    assert case.ids() == before
    assert case.in_storage("ajs_anonymous_id") == before["anonymousId"]
    assert case.in_storage("ajs_user_id") == "jane"


@pytest.mark.engines
def test_a_full_storage_keeps_the_pages_own_entries(case: Case) -> None:
    fault = STORAGE[-1]
    case.visit(QUEUED, head=fault.head + "<script>window.own = Object.keys(localStorage).length</script>")
    case.all_arrived(["Known"])
    own = case.visitor.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('page-own-')).length")
    assert own == case.visitor.evaluate("window.own")


# What browsers themselves do


@pytest.fixture
def blocked(playwright_: Playwright, tmp_path: Path, site: Site, client: Client) -> Iterator[Case]:
    """Give a visitor who has forbidden cookies and site data in Chromium's settings."""
    folder = tmp_path / "Default"
    folder.mkdir()
    preferences = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (folder / "Preferences").write_text(json.dumps(preferences), "utf-8")
    context = playwright_.chromium.launch_persistent_context(
        tmp_path, executable_path=chromium.executable(playwright_), args=chromium.FLAGS
    )
    person = ChromiumVisitor(context)
    yield Case(site, person, client)
    person.close()


@pytest.mark.differs("D12")
def test_cookies_and_site_data_are_forbidden_in_the_browsers_settings(blocked: Case) -> None:
    blocked.visit(QUEUED)
    assert blocked.visitor.evaluate("() => { try { return String(localStorage); } catch (e) { return e.name; } }") == (
        "SecurityError"
    )
    assert_all_is_well(blocked)
    assert_warned_once_each(blocked, ("localStorage", "cookies"))
    assert blocked.visitor.cookies() == []


@pytest.mark.engines
@pytest.mark.differs("D12")
@pytest.mark.parametrize("host", ["example.test", "localhost"], ids=["insecure", "secure"])
def test_a_sandboxed_frame_without_an_origin(case: Case, host: str) -> None:
    """On a secure origin such a frame has Web Locks, which refuse."""
    case.site.pages["/inner"] = snippet_page(
        case.client,
        QUEUED,
        head=LISTEN,
        body=f"""<script>
            const loaded = () => {LOADED};
            const everything = async () => {{ {EVERYTHING} }};
            const tell = (told) => parent.postMessage({{told, rejected}}, "*");
            (function look() {{
                if (!loaded()) return void setTimeout(look, 5);
                everything().then(tell, (error) => tell(String(error)));
            }})();
        </script>""",
    )
    frame = '<script>addEventListener("message", (e) => (window.inside = e.data));</script>'
    case.site.pages["/"] = blank_page().replace(
        "<body>", f'<body>{frame}<iframe sandbox="allow-scripts" src="/inner"></iframe>'
    )
    case.visitor.open(case.site.url("/", host))
    case.visitor.wait_for("window.inside", timeout=case.patience)
    inside = case.visitor.evaluate("window.inside")
    assert inside["rejected"] == []
    told = inside["told"]
    (visitor_id,), (next_id,) = set(told["seen"]), set(told["after"])
    assert UUID4.fullmatch(visitor_id)
    assert next_id != visitor_id
    assert told["before"] == ["jane", {"plan": "basic"}]
    assert told["gone"] == [None, None]
    sent = case.all_arrived(EVENTS)
    assert [event["anonymousId"] for event in sent] == [visitor_id] * 6 + [next_id]
    assert case.complaints() == []
    assert_warned_once_each(case, ("localStorage", "cookies"))


def test_a_private_window_knows_the_visitor_while_it_is_open_and_never_again(case: Case, chromium_: Browser) -> None:
    case.visit(QUEUED)
    case.all_arrived(["Known"])
    first = case.ids()
    case.visit()
    assert case.ids() == first
    other = ChromiumVisitor(chromium_.new_context())
    try:
        next_window = Case(case.site, other, case.client)
        next_window.visit()
        assert next_window.ids()["userId"] is None
        assert next_window.ids()["anonymousId"] != first["anonymousId"]
        next_window.assert_calm()
    finally:
        other.close()


@pytest.mark.engines
@pytest.mark.smoke
@pytest.mark.ours
def test_many_calls_on_a_broken_page_warn_no_more_often_than_one(case: Case) -> None:
    case.visit(head=f"<script>{NO_STORAGE}</script>" + COOKIES[2].head)
    names = [f"Call {number}" for number in range(12)]
    case.do(f"await Promise.all({json.dumps(names)}.map((name) => cioanalytics.track(name)));")
    case.do("for (const who of ['a', 'b', 'c']) cioanalytics.user().identify(who, {who});")
    sent = case.all_arrived(names)
    assert len({event["anonymousId"] for event in sent}) == 1
    assert_warned_once_each(case, ("localStorage", "cookies"))
