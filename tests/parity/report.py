"""What the scenarios came to: the table by group."""

from __future__ import annotations

import os
from collections import Counter
from enum import StrEnum

from tests.browser import clients
from tests.browser.places import ROOT

# The suite checks itself with PARITY=self: the reference against the reference must show no difference at all.
OURS = clients.THEIRS if os.environ.get("PARITY") == "self" else clients.OURS
TABLE = ROOT / "build/parity.md"


class Outcome(StrEnum):
    """How a scenario ended."""

    EQUAL = "equal"
    ON_PURPOSE = "different on purpose"
    DIFFERENT = "different"


class Report:
    """Counts by group, in the order in which the groups began."""

    def __init__(self) -> None:
        self._begun: Counter[str] = Counter()
        self._ended: Counter[tuple[str, Outcome]] = Counter()
        self._theirs: set[str] = set()
        self._ours: set[str] = set()

    def begin(self, heading: str) -> None:
        self._begun[heading] += 1

    def end(self, heading: str, outcome: Outcome) -> None:
        self._ended[heading, outcome] += 1

    def libraries(self, theirs: set[str], ours: set[str]) -> None:
        self._theirs |= theirs
        self._ours |= ours

    @property
    def seen_libraries(self) -> tuple[set[str], set[str]] | None:
        return (self._theirs, self._ours) if self._theirs or self._ours else None

    def table(self) -> list[str]:
        """Give the table as Markdown; no lines when nothing ran."""
        if not self._begun:
            return []
        lines = ["| group | scenarios | equal | different on purpose | to be mended |", "|---|---:|---:|---:|---:|"]
        for heading, count in [*self._begun.items(), ("all", self._begun.total())]:
            equal, purpose = (
                sum(
                    number
                    for (group, outcome), number in self._ended.items()
                    if outcome is wanted and heading in {group, "all"}
                )
                for wanted in (Outcome.EQUAL, Outcome.ON_PURPOSE)
            )
            lines.append(f"| {heading} | {count} | {equal} | {purpose} | {count - equal - purpose} |")
        return lines

    def write(self) -> None:
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_text("\n".join(self.table()) + "\n", "utf-8")


report = Report()
