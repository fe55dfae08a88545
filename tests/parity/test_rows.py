"""docs/differences.md and the tests speak of the same rows."""

from __future__ import annotations

import re

from tests.browser.places import ROOT
from tests.parity.rows import rows
from tests.parity.scenarios import GROUPS

# Rows that one test of their own looks after.
OWN_TESTS = {"N1", "D23"}


def test_each_row_is_shown_by_a_test_and_each_test_names_a_row() -> None:
    shown = {scenario.differs for group in GROUPS for scenario in group.scenarios if scenario.differs} | OWN_TESTS
    for test in (ROOT / "tests").rglob("test_*.py"):
        shown |= set(re.findall(r'mark\.differs\("(\w+)"\)', test.read_text("utf-8")))
    assert shown - rows().keys() == set(), "these are in the tests, but in no row"
    assert rows().keys() - shown == set(), "these rows are shown by no test"


def test_the_names_of_scenarios_are_their_own() -> None:
    for group in GROUPS:
        names = [scenario.name for scenario in group.scenarios]
        assert len(names) == len(set(names)), group.heading
