"""Counts what ran in which engine, from pytest's reports: the table at the end of a run, docs/engines.md, README.md.

Called by tools/check.py. Laws: our client only, as the vendor's runs in Chromium alone; docs/engines.md is written by a
complete `./build.sh test --all` and by nothing else.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
DOCUMENT: Final = ROOT / "docs" / "engines.md"
ENGINES: Final = ("chromium", "firefox", "webkit")
NAMES: Final = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKitGTK"}
# Who is asked first answers; what is no row here runs in Chromium only and is counted together.
AREAS: Final = (
    ("the year, by the browser's own clock", re.compile(r"test_year .*_year")),
    ("two-second cookies", re.compile(r"test_year ")),
    ("the sentences of the vendor's page", re.compile(r"test_seed ")),
    ("storage and cookies that break", re.compile(r"test_storage_faults ")),
    ("delivery", re.compile(r"browser.test_delivery ")),
)
REST: Final = "everything else"


@dataclass
class Count:
    """Tests of one area in one engine."""

    passed: int = 0
    failed: int = 0
    left_out: int = 0

    def __str__(self) -> str:
        text = f"{self.passed} of {self.passed + self.failed + self.left_out}"
        return text if self.passed + self.failed + self.left_out else "—"


@dataclass
class Table:
    """Counts by area and engine, with the browsers' own names and the reasons for what was left out."""

    counts: dict[tuple[str, str], Count] = field(default_factory=dict)
    browsers: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, set[str]] = field(default_factory=dict)

    def count(self, area: str, engine: str) -> Count:
        """Give the count of an area in an engine."""
        return self.counts.setdefault((area, engine), Count())

    def total(self, engine: str) -> Count:
        """Give the count of all areas in an engine."""
        mine = [count for (_, its), count in self.counts.items() if its == engine]
        return Count(*(sum(getattr(count, name) for count in mine) for name in ("passed", "failed", "left_out")))

    def take(self, case: ET.Element) -> None:
        """Add one test of a report."""
        properties = {each.get("name", ""): each.get("value", "") for each in case.iter("property")}
        engine, name = properties.get("engine"), f"{case.get('classname')} {case.get('name')}"
        if engine not in ENGINES or "[reference" in name:
            return
        area = next((area for area, pattern in AREAS if pattern.search(name)), REST)
        count, skipped = self.count(area, engine), case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed += 1
        elif skipped is not None and skipped.get("type") != "pytest.xfail":
            count.left_out += 1
            self.reasons.setdefault(engine, set()).add(skipped.get("message") or "no reason given")
        else:
            count.passed += 1
        if browser := properties.get("browser"):
            self.browsers[engine] = browser

    def text(self) -> list[str]:
        """Give the lines for the end of a run."""
        lines = []
        for engine in ENGINES:
            total = self.total(engine)
            name = self.browsers.get(engine, NAMES[engine])
            reason = "; ".join(sorted(self.reasons.get(engine, ()))) if total.left_out else ""
            lines.append(
                f"{name:<28}{total.passed:>5} passed {total.failed:>3} failed {total.left_out:>3} left out {reason}"
            )
        return lines

    def rows(self) -> list[str]:
        """Give the table as Markdown, an area a row."""
        shown = [area for area, _ in AREAS] + [REST]
        rows = [(area, [str(self.count(area, engine)) for engine in ENGINES]) for area in shown]
        rows.append(("all", [str(self.total(engine)) for engine in ENGINES]))
        head = [self.browsers.get(engine, NAMES[engine]) for engine in ENGINES]
        table = [f"| tests passed | {' | '.join(head)} |", "|---|---:|---:|---:|"]
        table += [f"| {area} | {' | '.join(cells)} |" for area, cells in rows]
        return table

    def document(self) -> str:
        """Give docs/engines.md."""
        return INTRODUCTION + "\n".join(self.rows()) + "\n" + REMARKS


INTRODUCTION: Final = """# Engines

The same tests in three engines, on Linux: how many passed, of how many. `./build.sh test --all` writes this table.
In `./build.sh test` Firefox and WebKitGTK run a handful (marked `smoke`); `./build.sh test --engine firefox` runs all
that Firefox can run.

"""
REMARKS: Final = """
- Chromium is driven by Playwright, Firefox by WebDriver BiDi, WebKitGTK by its WebKitWebDriver with the MiniBrowser.
- A WebKitGTK session is always fresh: no year passes in it. What its cookies do at their end, two seconds show.
- WebKitGTK exists on Linux only. Safari is the same engine with rules of its own: it shortens cookies that scripts
  write to seven days, and drops what a site stored that was not used for seven days; no test here shows that.
- Everything else (parity, foreign code, hostile pages, the playground, Pyodide's own tests) runs in Chromium.
"""


def read(reports: Iterable[Path]) -> Table:
    """Read pytest's reports."""
    table = Table()
    for report in reports:
        for case in ET.parse(report).getroot().iter("testcase"):
            table.take(case)
    return table
