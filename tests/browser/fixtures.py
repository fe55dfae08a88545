"""The fixtures of every test that drives a browser: one site and one browser for all, a fresh visitor for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import chromium, engines, shim
from tests.browser.chromium import ChromiumTraveller
from tests.browser.clients import OURS, THEIRS, Client
from tests.browser.firefox import FirefoxTraveller
from tests.browser.places import DIST, REFERENCE
from tests.browser.site import Site
from tests.browser.visitor import Traveller, Visitor
from tests.browser.visits import Shop


@pytest.fixture(scope="session")
def playwright_() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium_(playwright_: Playwright) -> Iterator[Browser]:
    browser = chromium.launch(playwright_)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def running_site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def site(running_site: Site, request: pytest.FixtureRequest) -> Iterator[Site]:
    """Give the site, emptied; fail early and in plain words where what it serves is not there."""
    client: Client | None = request.getfixturevalue("client") if "client" in request.fixturenames else None
    if client in {None, THEIRS}:
        assert (REFERENCE / "standalone.js").is_file(), "the reference is not installed: run `npm ci`"
    if client in {None, OURS}:
        assert (DIST / "cioanalytics.js").is_file(), "dist/ is not built: run `./build.sh`"
    running_site.clear()
    yield running_site
    running_site.clear()


@pytest.fixture
def visitor(engine: str, site: Site, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Give a fresh visitor; one of Chromium's to tests that are not marked `engines`."""
    person = engines.new_visitor(engine, site, request)
    request.node.user_properties.append(("browser", person.engine))
    yield person
    person.close()


@pytest.fixture(scope="session")
def clock_shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    reason = shim.why_not()
    if reason:
        pytest.skip(reason)
    return shim.build(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def traveller(engine: str, clock_shim: Path, site: Site, request: pytest.FixtureRequest) -> Iterator[Traveller]:
    person: Traveller
    if engine == engines.FIREFOX:
        if reason := engines.why_not(engine):
            pytest.skip(reason)
        person = FirefoxTraveller(clock_shim)
    else:
        person = ChromiumTraveller(request.getfixturevalue("playwright_"), clock_shim)
    request.node.user_properties.append(("browser", person.engine))
    yield person
    person.close()


@pytest.fixture
def shop(site: Site, visitor: Visitor, client: Client) -> Shop:
    return Shop(site, visitor, client)
