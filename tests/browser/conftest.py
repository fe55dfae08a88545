"""One site and one Chromium for all tests; a fresh visitor for each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import chromium, shim
from tests.browser.chromium import ChromiumTraveller, ChromiumVisitor
from tests.browser.clients import OURS, THEIRS, Client
from tests.browser.places import DIST, REFERENCE
from tests.browser.site import Site
from tests.browser.visits import Shop


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "differs(row): the reference must fail this test; the row of docs/differences.md"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run with ours; with the reference as well under `--all` or CLIENT=reference."""
    if "client" not in metafunc.fixturenames:
        return
    row = metafunc.definition.get_closest_marker("differs")
    theirs = pytest.param(
        THEIRS,
        id="reference",
        marks=[pytest.mark.xfail(reason=f"{row.args[0]}: on purpose", strict=True)] if row else [],
    )
    ours = pytest.param(OURS, id="ours")
    wanted = os.environ.get("CLIENT", "")
    everything = bool(metafunc.config.getoption("--all", default=False))
    clients = {"reference": [theirs], "ours": [ours]}.get(wanted, [theirs, ours] if everything else [ours])
    metafunc.parametrize("client", clients)


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
def site(running_site: Site) -> Iterator[Site]:
    running_site.clear()
    yield running_site
    running_site.clear()


@pytest.fixture
def visitor(chromium_: Browser, site: Site) -> Iterator[ChromiumVisitor]:
    person = ChromiumVisitor(chromium_.new_context())
    yield person
    person.close()


@pytest.fixture(scope="session")
def clock_shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    reason = shim.why_not()
    if reason:
        pytest.skip(reason)
    return shim.build(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def traveller(playwright_: Playwright, clock_shim: Path, site: Site) -> Iterator[ChromiumTraveller]:
    person = ChromiumTraveller(playwright_, clock_shim)
    yield person
    person.close()


@pytest.fixture(autouse=True)
def built(request: pytest.FixtureRequest) -> None:
    """Fail early, and in plain words, where what the test serves is not there."""
    client: Client = request.getfixturevalue("client") if "client" in request.fixturenames else OURS
    if client is THEIRS or "parity" in str(request.path):
        assert (REFERENCE / "standalone.js").is_file(), "the reference is not installed: run `npm ci`"
    if client is OURS:
        assert (DIST / "cioanalytics.js").is_file(), "dist/ is not built: run `./build.sh`"


@pytest.fixture
def shop(site: Site, visitor: ChromiumVisitor, client: Client) -> Shop:
    return Shop(site, visitor, client)
