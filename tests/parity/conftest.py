"""The guest who goes through the scenarios, which part of them a short run takes, and the table at the end.

A short run's part changes with the commit; PARITY_SEED=… in the environment plays that of another.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.places import ROOT
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


def pytest_configure(config: pytest.Config) -> None:
    """Settle what a short run takes, before there are workers: they find it in their environment."""
    if "PARITY_SEED" not in os.environ:
        run = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
        os.environ["PARITY_SEED"] = run.stdout.strip()


def chance_of_commit() -> random.Random:
    return random.Random(os.environ["PARITY_SEED"])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give seeds to what is random: 0, 1, 2 … in the long run, others with each commit in the short one."""
    count: int | None = metafunc.config.getoption("--sequences", default=None)
    for name, (short, long) in SEEDS.items():
        if name not in metafunc.fixturenames:
            continue
        if metafunc.config.getoption("--all") or count:
            seeds: list[int] = list(range(count or long))
        else:
            seeds = chance_of_commit().sample(range(1_000_000), short)
        metafunc.parametrize(name, seeds)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take a part of the scenarios that changes with the commit, unless all are asked for or some are named."""
    stories = [item for item in items if item.nodeid.startswith("tests/parity") and "clients_apart" in item.nodeid]
    if config.getoption("--all") or config.getoption("-k") or len(stories) <= SHORT:
        return
    taken = set(chance_of_commit().sample(stories, SHORT))
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
