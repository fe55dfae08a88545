"""The playground in Chromium: every button does what it says, and the page shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route, expect
from web.playground.server import Playground, create_app, serve_in_thread

from tests.browser.chromium import ChromiumVisitor
from tests.browser.places import DIST

UP = re.compile(r"Python is up, [\d,]+ ms")
IDS = ("anonymousId", "userId", "groupId")


class Desk:
    """The page as a person reads it."""

    def __init__(self, visitor: ChromiumVisitor, address: str) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.address = address

    def open(self, address: str | None = None) -> None:
        self.page.goto(address or self.address)
        self.wait_until_up()

    def wait_until_up(self) -> None:
        expect(self.page.get_by_role("status")).to_have_text(UP)
        expect(self.page.locator("#did .deed")).to_have_text(re.compile("arrival|reload"))

    def foretold(self, label: str) -> list[str]:
        """Point at a button and read what it will do."""
        self.page.get_by_role("button", name=label, exact=True).hover()
        expect(self.page.locator("#will .deed")).to_have_text(label)
        return self.page.locator("#will li > span:last-child").all_inner_texts()

    def press(self, label: str) -> list[str]:
        """Press a button and read what it did, which must be what was foretold."""
        foretold = self.foretold(label)
        self.page.get_by_role("button", name=label, exact=True).click()
        if label == "reload":
            self.page.wait_for_function("performance.getEntriesByType('navigation')[0].type === 'reload'")
            self.wait_until_up()
        expect(self.page.locator("#did .deed")).to_have_text(label)
        expect(self.page.locator("#did .verdict")).to_have_text("As foretold.")
        did = self.page.locator("#did li > span:last-child").all_inner_texts()
        assert did == foretold
        return did

    def value(self, entry: str, store: str) -> str:
        """Read a cell of the table; an empty text where it holds nothing."""
        return self.page.locator(f"[data-entry={entry}] [data-store={store}]").get_attribute("data-value") or ""

    def values(self, entry: str) -> tuple[str, str, str]:
        return self.value(entry, "cookie"), self.value(entry, "storage"), self.value(entry, "client")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = create_app(DIST)
    url, stop = serve_in_thread(app)
    yield url
    stop()
    app.collector.close()


@pytest.fixture
def desk(chromium_: Browser, address: str) -> Iterator[Desk]:
    visitor = ChromiumVisitor(chromium_.new_context())
    yield Desk(visitor, address)
    loud = [line for line in visitor.console if line.level in {"error", "uncaught"}]
    visitor.close()
    assert loud == []


def test_an_arrival_shows_one_id_in_three_places(desk: Desk) -> None:
    desk.open()
    cookie, storage, client = desk.values("anonymousId")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", cookie)
    assert cookie == storage == client
    jar = {cookie.name: cookie.value for cookie in desk.visitor.cookies()}
    assert jar["ajs_anonymous_id"] == cookie
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("An anonymous visitor")
    expect(desk.page.locator("#did li")).to_contain_text(["a first anonymous id"])


def test_identify_keeps_the_anonymous_id_and_another_person_changes_it(desk: Desk) -> None:
    desk.open()
    visitor = desk.value("anonymousId", "client")
    assert desk.press("identify Jane Kim") == [
        "user id set: user_jane",
        "traits stored: name, email, plan",
        "anonymous id kept",
    ]
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Jane Kim")
    assert desk.values("userId") == ("user_jane", "user_jane", "user_jane")
    assert desk.value("anonymousId", "client") == visitor
    assert desk.press("identify Omar Haddad") == [
        "new anonymous id",
        "user id user_jane → user_omar",
        "traits replaced: name, email, plan",
    ]
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Omar Haddad")
    assert desk.value("anonymousId", "cookie") == desk.value("anonymousId", "client") != visitor


def test_a_call_from_the_console_is_shown_too(desk: Desk) -> None:
    desk.open()
    desk.visitor.evaluate("() => void cioanalytics.identify('ada')")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("ada")
    assert desk.values("userId") == ("ada", "ada", "ada")
    desk.visitor.evaluate("() => void cioanalytics.reset()")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("An anonymous visitor")


def test_what_python_needs_is_asked_for_with_the_page_and_used(desk: Desk) -> None:
    said: list[str] = []
    desk.page.on("console", lambda message: said.append(message.text))
    desk.open()
    asked = desk.page.evaluate(
        "performance.getEntriesByType('resource').map(({name, startTime}) => [new URL(name).pathname, startTime])"
    )
    [came] = desk.page.evaluate(
        "performance.getEntriesByType('resource').filter(({name}) => name.endsWith('/cioanalytics.js'))"
        ".map(({responseEnd}) => responseEnd)"
    )
    names = re.findall(r'href="(.+)"', (DIST / "preload.html").read_text("utf-8"))
    assert len(names) >= 4
    for name in names:
        [began] = [at for path, at in asked if path == f"/dist/{name}"]
        assert began < came
    assert [text for text in said if "preload" in text] == []


def test_group_and_reset(desk: Desk) -> None:
    desk.open()
    visitor = desk.value("anonymousId", "client")
    desk.press("identify Jane Kim")
    assert desk.press("group Northwind") == [
        "group id set: northwind",
        "group traits stored: name, employees",
        "anonymous id kept",
        "user id and traits kept",
    ]
    assert desk.press("reset") == [
        "new anonymous id",
        "user id gone",
        "traits gone",
        "group id gone",
        "group traits gone",
    ]
    assert desk.values("userId") == desk.values("groupId") == desk.values("traits") == ("", "", "")
    assert desk.value("anonymousId", "client") not in {"", visitor}


def test_events_are_shown_as_they_arrive_newest_on_top(desk: Desk) -> None:
    desk.open()
    events = desk.page.get_by_role("list", name="Events, newest first").get_by_role("listitem")
    before = events.count()
    assert desk.press("track") == ["anonymous id kept"]
    expect(desk.page.locator("#did .arrival")).to_have_text(re.compile(r"Its event arrived after \d+ ms\."))
    assert desk.press("page") == ["anonymous id kept"]
    expect(desk.page.locator("#did .arrival")).to_have_count(1)
    expect(events).to_have_count(before + 2)
    expect(events.nth(0)).to_contain_text("Playground")
    expect(events.nth(1)).to_contain_text("Button Pressed")
    events.nth(1).locator("summary").click()
    expect(events.nth(1).locator("pre")).to_contain_text(f'"anonymousId": "{desk.value("anonymousId", "client")}"')


def test_expired_cookies_come_back_with_the_next_visit(desk: Desk) -> None:
    desk.open()
    desk.press("identify Jane Kim")
    desk.press("group Northwind")
    held = {entry: desk.value(entry, "cookie") for entry in IDS}
    assert desk.press("expire the cookies") == ["cookies gone", "localStorage still knows the visitor"]
    assert {entry: desk.value(entry, "cookie") for entry in IDS} == dict.fromkeys(IDS, "")
    assert desk.visitor.cookies() == []
    expect(desk.page.locator("[data-entry=anonymousId] [data-store=client]")).to_have_text("not asked yet")
    assert desk.press("reload")[0] == "cookies back, from localStorage"
    assert {entry: desk.value(entry, "cookie") for entry in IDS} == held
    assert {cookie.name for cookie in desk.visitor.cookies()} == {"ajs_anonymous_id", "ajs_user_id", "ajs_group_id"}
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Jane Kim")


def test_a_client_that_is_up_before_the_page_has_read_the_stores_hides_nothing(desk: Desk) -> None:
    desk.open()
    desk.press("identify Jane Kim")
    desk.press("expire the cookies")
    held: list[Route] = []
    desk.page.route("**/playground/playground.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks the handler
    desk.page.reload(wait_until="commit")
    desk.page.wait_for_function("typeof window.cioanalytics?.user === 'function' && document.cookie !== ''")
    held.pop().continue_()
    desk.wait_until_up()
    assert desk.page.locator("#did li > span:last-child").all_inner_texts()[0] == "cookies back, from localStorage"


def test_cleared_storage_is_filled_from_the_cookies_but_for_traits(desk: Desk) -> None:
    desk.open()
    desk.press("identify Jane Kim")
    held = desk.value("anonymousId", "cookie")
    assert desk.press("clear localStorage") == [
        "localStorage gone",
        "the cookies still know the visitor",
        "traits gone with the next visit: no cookie holds them",
    ]
    assert desk.page.evaluate("localStorage.length") == 0
    assert desk.press("reload") == [
        "localStorage back, from the cookies",
        "anonymous id kept",
        "user id kept",
    ]
    assert desk.values("anonymousId") == (held, held, held)
    assert desk.values("traits") == ("", "", "")


@pytest.mark.parametrize("next_step", ["track", "reload"])
def test_who_loses_both_is_somebody_new(desk: Desk, next_step: str) -> None:
    desk.open()
    desk.press("identify Jane Kim")
    held = desk.value("anonymousId", "client")
    assert desk.press("clear both") == [
        "cookies gone",
        "localStorage gone",
        "the next call or visit gets a new anonymous id",
    ]
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Nobody yet")
    assert desk.visitor.cookies() == []
    desk.press(next_step)
    assert desk.value("anonymousId", "client") not in {"", held}
    assert desk.values("userId") == ("", "", "")


def test_cookies_of_the_broad_domain_and_of_the_host_expire_alike(desk: Desk) -> None:
    port = urlsplit(desk.address).port
    desk.open(f"http://www.shop.example.test:{port}/")
    desk.page.evaluate("document.cookie = 'ajs_user_id=host_only; path=/'")
    assert {cookie.domain for cookie in desk.visitor.cookies()} == {".example.test", "www.shop.example.test"}
    desk.press("expire the cookies")
    assert desk.visitor.cookies() == []


def test_a_button_in_focus_foretells_too(desk: Desk) -> None:
    desk.open()
    desk.page.get_by_role("button", name="identify Jane Kim", exact=True).focus()
    desk.page.keyboard.press("Tab")
    expect(desk.page.get_by_role("button", name="identify Omar Haddad", exact=True)).to_be_focused()
    expect(desk.page.locator("#will .deed")).to_have_text("identify Omar Haddad")
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Omar Haddad")


def test_a_phone_shows_all_without_scrolling_sideways(chromium_: Browser, address: str) -> None:
    context = chromium_.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    visitor = ChromiumVisitor(context)
    desk = Desk(visitor, address)
    desk.open()
    visitor.page.get_by_role("button", name="identify Jane Kim", exact=True).tap()
    expect(visitor.page.locator("#did .deed")).to_have_text("identify Jane Kim")
    expect(visitor.page.locator("#did")).to_be_in_viewport()
    expect(visitor.page.locator("#identify-omar-hint")).to_have_text("new anonymous id")
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.close()


def test_without_a_build_the_page_says_what_to_run(chromium_: Browser, tmp_path: Path) -> None:
    app: Playground = create_app(tmp_path / "dist")
    url, stop = serve_in_thread(app)
    visitor = ChromiumVisitor(chromium_.new_context())
    visitor.open(url)
    expect(visitor.page.get_by_role("status")).to_have_text("There is no client: run ./build.sh, then reload")
    visitor.close()
    stop()
    app.collector.close()
