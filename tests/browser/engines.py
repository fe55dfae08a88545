"""The engine as a parameter of the suite.

Laws: a test marked `engines` runs in Chromium, Firefox and WebKitGTK, all others in Chromium alone. The further engines
take what is marked `smoke` too in the normal run and everything under `--all`, with our client only: the vendor's is
measured in Chromium. `--engine NAME` chooses, and then runs every marked test in it. Each test carries its engine into
the report, from which tools/engines.py makes the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from tests.browser import firefox, webkit
from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import THEIRS
from tests.browser.site import Site
from tests.browser.visitor import Visitor

CHROMIUM: Final = "chromium"
FIREFOX: Final = "firefox"
WEBKIT: Final = "webkit"
ENGINES: Final = (CHROMIUM, FIREFOX, WEBKIT)
# Debian's.
PACKAGES: Final = {
    FIREFOX: ("firefox-esr",),
    WEBKIT: ("webkit2gtk-driver", "libwebkit2gtk-4.1-0", "xvfb"),
}
# Fixtures by which a test that chooses no engine is one of Chromium's.
CHROMIUMS: Final = {"engine", "chromium_", "playwright_", "playwright_browsers"}


def why_not(engine: str) -> str | None:
    """Say why an engine cannot be had here, with the command that installs it; None when it is there."""
    install = f"apt-get install {' '.join(PACKAGES.get(engine, ()))}"
    if engine == FIREFOX and not firefox.executable():
        return f"no Firefox: {install}"
    if engine == WEBKIT:
        return webkit.why_not() or (None if webkit.executables() else f"no WebKitGTK: {install}")
    return None


def add_options(parser: pytest.Parser) -> None:
    parser.addoption("--engine", action="append", choices=ENGINES, help="only this engine, with all it can run")


def add_markers(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "engines: this test runs in every engine")
    config.addinivalue_line("markers", "smoke: of these, one that the further engines run each time")


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Give `engine` to a test that is for all of them; those that let a year pass cannot be WebKit's."""
    if "engine" in metafunc.fixturenames and metafunc.definition.get_closest_marker("engines"):
        travels = "traveller" in metafunc.fixturenames
        metafunc.parametrize("engine", [each for each in ENGINES if not (travels and each == WEBKIT)])


def engine_of(item: pytest.Function) -> str | None:
    """Give the engine that a test runs in; None for one without a browser."""
    given = item.callspec.params.get("engine") if hasattr(item, "callspec") else None
    if given is not None:
        return str(given)
    return CHROMIUM if CHROMIUMS & set(item.fixturenames) else None


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not due in this run, and let one engine run after the other."""
    asked: list[str] | None = config.getoption("--engine")
    everything = bool(config.getoption("--all"))
    due: list[tuple[int, pytest.Item]] = []
    left_out: list[pytest.Item] = []
    for item in items:
        engine = engine_of(item) if isinstance(item, pytest.Function) else None
        if is_due(item, engine, asked, everything=everything):
            due.append((ENGINES.index(engine) if engine else 0, item))
        else:
            left_out.append(item)
        if engine:
            item.user_properties.append(("engine", engine))
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    items[:] = [item for _, item in sorted(due, key=lambda each: each[0])]


def is_due(item: pytest.Item, engine: str | None, asked: list[str] | None, *, everything: bool) -> bool:
    if asked and engine not in asked:
        return False
    if engine in {None, CHROMIUM}:
        return True
    if isinstance(item, pytest.Function) and item.callspec.params.get("client") is THEIRS:
        return False
    return everything or bool(asked) or item.get_closest_marker("smoke") is not None


def new_visitor(engine: str, site: Site, request: pytest.FixtureRequest) -> Visitor:
    """Give a fresh visitor in a running browser of that engine."""
    if engine == FIREFOX:
        return firefox.FirefoxVisitor(request.getfixturevalue("firefox_"))
    if engine == WEBKIT:
        return webkit.WebKitVisitor(request.getfixturevalue("webkit_"), site)
    return ChromiumVisitor(request.getfixturevalue("chromium_").new_context())


@pytest.fixture
def engine() -> str:
    """Give Chromium to tests that are not for all engines."""
    return CHROMIUM


@pytest.fixture(scope="session")
def firefox_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[firefox.Firefox]:
    if reason := why_not(FIREFOX):
        pytest.skip(reason)
    running = firefox.Firefox(tmp_path_factory.mktemp("firefox"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def webkit_() -> Iterator[webkit.WebKit]:
    if reason := why_not(WEBKIT):
        pytest.skip(reason)
    running = webkit.WebKit()
    yield running
    running.close()
