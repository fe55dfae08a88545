"""The guest who goes through the scenarios, which part of them a short run takes, and the table at the end.

A short run takes always the same part, so that what fails is the change's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.site import Site
from tests.parity import chance
from tests.parity.guest import Guest
from tests.parity.odd_calls import ODD
from tests.parity.report import TABLE, Verdict, properties, table
from tests.parity.scenarios import GROUPS

SHORT = 80
# How many random runs a short and a long suite have: sequences of calls and losses, and odd arguments.
SEEDS = {"seed": (10, 100), "odd_seed": (3, 20)}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sequences", type=int, default=None, help="how many random sequences tests/parity plays")


def place_in_line(item: pytest.Item) -> bytes:
    """Say where a scenario stands in line: a short run takes the head, and a new one moves none of the others."""
    return hashlib.sha256(item.name.encode()).digest()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give seeds to what is random: 0, 1, 2 …, more of them in the long run."""
    count: int | None = metafunc.config.getoption("--sequences", default=None)
    for name, (short, long) in SEEDS.items():
        if name not in metafunc.fixturenames:
            continue
        metafunc.parametrize(name, range(count or (long if metafunc.config.getoption("--all") else short)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take a part of the scenarios, unless all are asked for or some are named."""
    stories = [item for item in items if item.nodeid.startswith("tests/parity") and "clients_apart" in item.nodeid]
    if config.getoption("--all") or config.getoption("-k") or len(stories) <= SHORT:
        return
    taken = set(sorted(stories, key=place_in_line)[:SHORT])
    left = [item for item in stories if item not in taken]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    lines = table(properties(reports), [*(group.heading for group in GROUPS), *chance.HEADINGS, ODD])
    if not lines:
        return
    terminalreporter.section("side by side with the reference")
    for line in lines:
        terminalreporter.write_line(line)
    config = terminalreporter.config
    if config.getoption("--all") and not config.getoption("-k"):
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture(scope="session")
def guest(chromium_: Browser, running_site: Site) -> Iterator[Guest]:
    person = Guest(chromium_, running_site)
    yield person
    person.close()


@pytest.fixture(autouse=True)
def _first_part_is_enough(request: pytest.FixtureRequest) -> Iterator[None]:
    """See that no page needs the second part of the module: `./build.sh profile`, with a visit that has such a call."""
    yield
    if "guest" in request.fixturenames:
        person: Guest = request.getfixturevalue("guest")
        assert person.needed() == 0


@pytest.fixture
def verdict(record_property: Callable[[str, object], None]) -> Verdict:
    return Verdict(record_property)
