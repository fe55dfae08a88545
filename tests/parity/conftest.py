"""The table at the end, and which part of the scenarios a short run takes."""

from __future__ import annotations

import random
import subprocess

import pytest

from tests.browser.places import ROOT
from tests.parity.report import report

SHORT = 80


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take a part of the scenarios that changes with the commit, unless all are asked for or some are named."""
    stories = [item for item in items if item.nodeid.startswith("tests/parity") and "clients_apart" in item.nodeid]
    if config.getoption("--all") or config.getoption("-k") or len(stories) <= SHORT:
        return
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    taken = set(random.Random(commit).sample(stories, SHORT))
    left = [item for item in stories if item not in taken]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = report.table()
    if lines:
        report.write()
        terminalreporter.section("side by side with the reference")
        for line in lines:
            terminalreporter.write_line(line)
