"""Each case is ours to hold; under `--all` (or CLIENT=both) the vendor's client goes through the same ones.

Law: what behaviour.md says the reference fails at (`differs`), it must be seen to fail at. Any other outcome of it is
a number, printed at the end, and no verdict.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import OURS, THEIRS, Client
from tests.browser.engines import CHROMIUM
from tests.browser.site import Site
from tests.reliability.case import Case
from tests.reliability.harbour import (  # noqa: F401 - fixtures are found here by their names
    guest,
    harbour,
    outing,
    running_harbour,
    running_safe_harbour,
    shore,
)

HOSTS: Final = ("example.test", "a.example.test", "b.example.test", "localhost")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "differs(row): the reference must fail this test, by a row of behaviour.md")
    config.addinivalue_line("markers", "ours: this test asks for what only ours has")
    config.addinivalue_line("markers", "long: this test runs under --all only")
    config.addinivalue_line("markers", "short(id, ...): of this test's variants the others run under --all only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long cases to `--all`, and to who asks for them by name or for one engine."""
    if config.getoption("--all") or config.getoption("-k") or config.getoption("--engine"):
        return
    for item in items:
        if isinstance(item, pytest.Function) and is_long(item):
            item.add_marker(pytest.mark.skip(reason="a long case: --all"))


def is_long(item: pytest.Function) -> bool:
    """Tell whether a variant of a test is none of its short form."""
    short = item.get_closest_marker("short")
    others = short is not None and not any(f"-{item.callspec.id}".endswith(f"-{name}") for name in short.args)
    return others or item.get_closest_marker("long") is not None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `client` to each test that asks for a case."""
    if "client" not in metafunc.fixturenames:
        return
    row = metafunc.definition.get_closest_marker("differs")
    reason = f"{row.args[0]}: on purpose" if row else "the reference is measured here"
    ours = pytest.param(OURS, id="ours")
    theirs = pytest.param(THEIRS, id="reference", marks=pytest.mark.xfail(reason=reason, strict=row is not None))
    everything = bool(metafunc.config.getoption("--all", default=False))
    wanted = os.environ.get("CLIENT", "both" if everything else "ours")
    chosen = {"reference": [theirs], "ours": [ours], "both": [theirs, ours]}[wanted]
    if metafunc.definition.get_closest_marker("ours"):
        chosen = [each for each in chosen if each is ours]
    metafunc.parametrize("client", chosen)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how the reference fared."""
    counts = [
        sum("tests/reliability" in report.nodeid and "reference" in report.nodeid for report in reports)
        for reports in (terminalreporter.stats.get("xfailed", []), terminalreporter.stats.get("xpassed", []))
    ]
    if sum(counts):
        terminalreporter.write_line(f"the reference fails {counts[0]} of {sum(counts)} cases")


@pytest.fixture(scope="session")
def warm_context(chromium_: Browser) -> Iterator[BrowserContext]:
    """Give one browser profile for all cases: the client's own files are in its cache after the first."""
    context = chromium_.new_context()
    yield context
    context.close()


@pytest.fixture
def case(engine: str, site: Site, client: Client, request: pytest.FixtureRequest) -> Iterator[Case]:
    """Give a case with a new person: the profile has neither cookies nor storage."""
    if engine != CHROMIUM:
        yield Case(site, request.getfixturevalue("visitor"), client)
        return
    warm_context: BrowserContext = request.getfixturevalue("warm_context")
    person = ChromiumVisitor(warm_context)
    yield Case(site, person, client)
    for page in warm_context.pages:
        page.close()
    forget_everybody(warm_context, site)


def forget_everybody(context: BrowserContext, site: Site) -> None:
    """Empty cookies and storage, when all pages are closed."""
    context.clear_cookies()
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    for host in HOSTS:
        origin = site.url("", host)
        protocol.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage"})
    page.close()
