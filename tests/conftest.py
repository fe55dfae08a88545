"""Settings of all tests: the option `--all`, and the fixtures of those that drive a browser."""

from __future__ import annotations

import pytest

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


@pytest.fixture(scope="session")
def everything(request: pytest.FixtureRequest) -> bool:
    """Whether this run is the long one."""
    return bool(request.config.getoption("--all"))
