"""Each case is ours to hold; under `--all` (or CLIENT=both) the vendor's client goes through the same ones.

Law: what behaviour.md says the reference fails at (`differs`), it must be seen to fail at. Any other outcome of it is
a number, printed at the end, and no verdict.
"""

from __future__ import annotations

import os

import pytest

from tests.browser.chromium import ChromiumVisitor
from tests.browser.clients import OURS, THEIRS, Client
from tests.browser.site import Site
from tests.reliability.case import Case


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "differs(row): the reference must fail this test, by a row of behaviour.md")
    config.addinivalue_line("markers", "ours: this test asks for what only ours has")


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


@pytest.fixture
def case(site: Site, visitor: ChromiumVisitor, client: Client) -> Case:
    return Case(site, visitor, client)
