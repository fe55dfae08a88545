"""Settings of all tests: the option `--all`, and the fixtures of those that drive a browser."""

from __future__ import annotations

import hypothesis
import pytest

from tests.browser import engines
from tests.browser.engines import engine, firefox_, webkit_  # noqa: F401 - fixtures are found here by their names
from tests.browser.fixtures import (  # noqa: F401 - fixtures are found here by their names
    chromium_,
    clock_shim,
    playwright_,
    running_site,
    shop,
    site,
    traveller,
    visitor,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", default=False, help="the long form of every test")
    engines.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    engines.add_markers(config)
    # The short form says of the same sources always the same; `--all` looks where nobody has looked.
    hypothesis.settings.register_profile("short", derandomize=True)
    if not config.getoption("--all"):
        hypothesis.settings.load_profile("short")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    engines.parametrize(metafunc)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    engines.choose(config, items)


@pytest.fixture(scope="session")
def everything(request: pytest.FixtureRequest) -> bool:
    """Whether this run is the long one."""
    return bool(request.config.getoption("--all"))
