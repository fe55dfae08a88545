"""What the scenarios came to: the table by group, out of the properties of the tests' reports.

Law: nothing is counted in this process while tests run, so that it is the same with one worker and with several.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pytest

from tests.browser import clients
from tests.browser.places import ROOT

# The suite checks itself with PARITY=self: the reference against the reference must show no difference at all.
OURS: Final = clients.THEIRS if os.environ.get("PARITY") == "self" else clients.OURS
TABLE: Final = ROOT / "build/parity.md"
BEGUN: Final = "parity begun"
ENDED: Final = "parity ended"


class Outcome(StrEnum):
    """How a scenario ended."""

    EQUAL = "equal"
    ON_PURPOSE = "different on purpose"


@dataclass(frozen=True)
class Verdict:
    """Where one test writes down what its scenario came to."""

    record: Callable[[str, object], None]

    def begin(self, heading: str) -> None:
        self.record(BEGUN, heading)

    def end(self, heading: str, outcome: Outcome) -> None:
        self.record(ENDED, f"{heading}: {outcome}")


def properties(reports: Iterable[pytest.TestReport]) -> list[tuple[str, object]]:
    return [(name, value) for report in reports if report.when == "call" for name, value in report.user_properties]


def table(found: Iterable[tuple[str, object]], headings: Iterable[str]) -> list[str]:
    """Give the table as Markdown, groups in the order of the headings; no lines when nothing ran."""
    counted = Counter(found)
    lines = ["| group | scenarios | equal | different on purpose | to be mended |", "|---|---:|---:|---:|---:|"]
    total: Counter[str] = Counter()
    for heading in headings:
        begun = counted[BEGUN, heading]
        equal, purpose = (counted[ENDED, f"{heading}: {outcome}"] for outcome in Outcome)
        if begun:
            total.update(begun=begun, equal=equal, purpose=purpose)
            lines.append(f"| {heading} | {begun} | {equal} | {purpose} | {begun - equal - purpose} |")
    begun, equal, purpose = total["begun"], total["equal"], total["purpose"]
    if not begun:
        return []
    return [*lines, f"| all | {begun} | {equal} | {purpose} | {begun - equal - purpose} |"]
